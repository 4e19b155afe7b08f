//! People of a company, who enrol as everybody does.

use crate::{
    mail_server::MailServer,
    mailbox::Notice,
    person::{Credentials, apply, pick_up},
    program::{eventually, run, sekisho},
    service::Service,
    up::Up,
};
use std::fs;
use testkit::browser::ClientIdentity;

/// The first company of `sekisho up`.
pub(crate) const COMPANY: &str = "sample";
const ADMINISTRATOR: &str = "admin@sample.example";

/// The company of a served installation.
pub(crate) const SERVED: &str = "kanto";

/// The first administrator, by the sheet.
pub(crate) async fn administrator(up: &Up) -> ClientIdentity {
    let read =
        |name: &str| fs::read_to_string(up.folder.join("sheets").join(COMPANY).join(name)).expect("a sheet");
    let sheet = Credentials::on_sheet(&read("sheet.html"), &read("data_entry.txt"), ADMINISTRATOR);
    enrolled(up, &sheet).await
}

/// An ordinary user, by a slip.
pub(crate) async fn colleague(up: &Up, login: &str) -> ClientIdentity {
    let slips = tempfile::tempdir().expect("a folder");
    let adding = adding(COMPANY, login);
    let words: Vec<&str> = adding.iter().map(String::as_str).collect();
    let mut command = sekisho(&[words.as_slice(), &["--sheet-dir"]].concat());
    command.arg(slips.path()).arg("--data").arg(&up.folder);
    run(command).await.expect_done();
    let slip = fs::read_to_string(slips.path().join(format!("slip-{login}.txt"))).expect("a slip");
    enrolled(up, &Credentials::on_slip(&slip)).await
}

async fn enrolled(up: &Up, credentials: &Credentials) -> ClientIdentity {
    let mut browser = up.browser();
    let applied = apply(&mut browser, &up.public(""), credentials).await.expect("an answer");
    applied.expect(303);
    let notice = up.mailbox().notice_other_than(&credentials.email, None).await;
    pick_up(&mut browser, &up.public(""), &notice).await
}

/// The command that adds a user by a slip.
fn adding(company: &str, login: &str) -> Vec<String> {
    let line = format!(
        "user add {login} --tenant {company} --name {login} --family-name Kanto --given-name Taro \
         --email {login}@{company}.example --by slip"
    );
    line.split(' ').map(str::to_owned).collect()
}

/// The company's first administrator, by the sheet.
pub(crate) async fn served_administrator(service: &Service<'_>, mail: &MailServer) -> ClientIdentity {
    let sheet = service.add_company(SERVED, &format!("admin@{SERVED}.example")).await;
    served(service, mail, &sheet).await
}

/// An ordinary user of it, by a slip.
pub(crate) async fn served_colleague(
    service: &Service<'_>,
    mail: &MailServer,
    login: &str,
) -> ClientIdentity {
    let adding = adding(SERVED, login);
    service.act(&adding.iter().map(String::as_str).collect::<Vec<_>>()).await.expect_done();
    let slip = service.settings.folder().join("sheets").join(format!("slip-{login}.txt"));
    let slip = fs::read_to_string(slip).expect("a slip");
    served(service, mail, &Credentials::on_slip(&slip)).await
}

async fn served(service: &Service<'_>, mail: &MailServer, credentials: &Credentials) -> ClientIdentity {
    let mut browser = service.browser();
    let applied = apply(&mut browser, &service.public(""), credentials).await.expect("an answer");
    applied.expect(303);
    let notice = eventually("the notice", async || {
        let letters = mail.letters();
        letters.iter().filter(|(to, _)| *to == credentials.email).find_map(|(_, letter)| Notice::of(letter))
    });
    pick_up(&mut browser, &service.public(""), &notice.await).await
}
