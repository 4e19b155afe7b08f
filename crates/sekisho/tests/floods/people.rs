//! People of the sample company, on their way in as everybody comes.

use crate::{
    browser::Identity,
    person::{Credentials, apply, pick_up},
    program::{run, sekisho},
    up::Up,
};
use http::StatusCode;
use std::fs;

/// The company that `sekisho up` begins with.
pub(crate) const COMPANY: &str = "sample";
const ADMINISTRATOR: &str = "admin@sample.example";

/// The first administrator, by the sheet.
pub(crate) async fn administrator(up: &Up) -> Identity {
    let read =
        |name: &str| fs::read_to_string(up.folder.join("sheets").join(COMPANY).join(name)).expect("a sheet");
    let sheet = Credentials::on_sheet(&read("sheet.html"), &read("data_entry.txt"), ADMINISTRATOR);
    enrolled(up, &sheet).await
}

/// An ordinary user, by a slip.
pub(crate) async fn colleague(up: &Up, login: &str) -> Identity {
    let slips = tempfile::tempdir().expect("a folder");
    let email = format!("{login}@sample.example");
    let args = ["user", "add", login, "--tenant", COMPANY, "--name", login, "--family-name", "Kanto"];
    let rest = ["--given-name", "Taro", "--email", &email, "--by", "slip", "--sheet-dir"];
    let mut command = sekisho(&[args.as_slice(), &rest].concat());
    command.arg(slips.path()).arg("--data").arg(&up.folder);
    run(command).await.expect_done();
    let slip = fs::read_to_string(slips.path().join(format!("slip-{login}.txt"))).expect("a slip");
    enrolled(up, &Credentials::on_slip(&slip)).await
}

async fn enrolled(up: &Up, credentials: &Credentials) -> Identity {
    let mut browser = up.browser();
    let applied = apply(&mut browser, &up.public(""), credentials).await.expect("an answer");
    applied.expect(StatusCode::SEE_OTHER);
    let notice = up.mailbox().notice_other_than(&credentials.email, None).await;
    pick_up(&mut browser, &up.public(""), &notice).await
}
