//! 3. Life: hold, release, suspend, revoke.

use super::super::{
    Mishap,
    browser::OpenConnection,
    held,
    story::{Person, Story},
};
use crate::{
    command::{
        Command, ListReach,
        certificate::{CertificateCommand, Reason, WhichCertificate},
        issuer::IssuerCommand,
        user::{self, UserCommand},
    },
    output::Record,
};
use http::StatusCode;
use std::time::Duration;

/// How often a list is fetched until it names the certificate: the list is made right after the act.
const LOOK: Duration = Duration::from_millis(50);
const LOOKS_MAX: u32 = 200;

/// By the desk's page, with the user's connection open.
pub(super) async fn hold(story: &mut Story) -> Result<(), Mishap> {
    let id = certificate_id(story, Story::user).await?;
    let site = story.at_gate("acme", "/");
    let mut connection = open(story, &site).await?;
    let at = |act: &str| story.at_gate("acme.desk", &format!("/certificates/{id}/{act}"));
    let (hold, release) = (at("hold"), at("release"));
    let confirm = story.administrator()?.browser.get(&hold).await?;
    held!(confirm.status == StatusCode::OK, "the page that asks back answered {}", confirm.status);
    let held = story.administrator()?.browser.post(&hold, &[]).await?;
    held!(held.status == StatusCode::SEE_OTHER, "holding answered {}", held.status);
    refused_on(&mut connection, "on-hold").await?;
    let released = story.administrator()?.browser.post(&release, &[]).await?;
    held!(released.status == StatusCode::SEE_OTHER, "releasing answered {}", released.status);
    let answer = story.user()?.browser.get(&site).await?;
    held!(answer.status == StatusCode::OK, "after the release: {} {}", answer.status, answer.denial());
    Ok(())
}

/// By the command line.
pub(super) async fn suspend(story: &mut Story) -> Result<(), Mishap> {
    let site = story.at_gate("acme", "/");
    let which = || user::WhichUser { login: "sato".to_owned(), tenant: "acme".to_owned() };
    let mut connection = open(story, &site).await?;
    story.command(Command::User(UserCommand::Suspend { which: which(), on: None, cancel: false })).await?;
    refused_on(&mut connection, "user-suspended").await?;
    story.command(Command::User(UserCommand::Resume(which()))).await?;
    let answer = story.user()?.browser.get(&site).await?;
    held!(answer.status == StatusCode::OK, "after resuming: {} {}", answer.status, answer.denial());
    Ok(())
}

/// By the command line; the answer means that the gate knows.
pub(super) async fn revoke(story: &mut Story) -> Result<(), Mishap> {
    let id = certificate_id(story, Story::user).await?;
    let site = story.at_gate("acme", "/");
    let mut connection = open(story, &site).await?;
    let which = WhichCertificate { id, tenant: None };
    let command = CertificateCommand::Revoke { which, reason: Reason::KeyCompromise };
    story.command(Command::Certificate(command)).await?;
    refused_on(&mut connection, "revoked").await?;
    for name in ["acme", "acme.desk"] {
        let address = story.at_gate(name, "/");
        let answer = story.user()?.browser.get(&address).await?;
        let seen = (answer.status, answer.denial());
        held!(seen == (StatusCode::FORBIDDEN, "revoked"), "{name} answered {seen:?}");
    }
    let email = story.user()?.email.clone();
    story.post.letter(&email, &["失効", "revoked"]).await?;
    Ok(())
}

/// Fetched and checked as any relying party does.
pub(super) async fn list(story: &mut Story) -> Result<(), Mishap> {
    let certificate = story.user()?.identity.certificate()?;
    let mut browser = story.new_browser("en")?;
    let issuer = issuer_of(story, &certificate).await?;
    let id = issuer.text("id").unwrap_or_default().to_owned();
    let ca = browser.get(&story.public(&format!("/ca/{id}.crt"))).await?;
    let ca = pki::Certificate::from_der(&ca.body).map_err(Mishap::because)?;
    certificate.verify_signature(ca.public_key()).map_err(Mishap::because)?;
    for _ in 0..LOOKS_MAX {
        let answer = browser.get(&story.public(&format!("/crl/{id}.crl"))).await?;
        held!(answer.status == StatusCode::OK, "the list answered {}", answer.status);
        let list = pki::Crl::from_der(&answer.body).map_err(Mishap::because)?;
        list.verify_signature(ca.public_key()).map_err(Mishap::because)?;
        if list.entries().flatten().any(|entry| entry.serial == certificate.serial()) {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Err(Mishap::because("the list never names the certificate"))
}

/// The issuer that signed the certificate.
async fn issuer_of(story: &Story, certificate: &pki::Certificate) -> Result<Record, Mishap> {
    let issuers = story.list(Command::Issuer(IssuerCommand::List)).await?;
    let name = certificate.issuer().to_string();
    let found = issuers.into_iter().find(|issuer| issuer.text("subject") == Some(name.as_str()));
    found.ok_or_else(|| Mishap::because(format_args!("no issuer is called {name}")))
}

/// On the public site, by the administrator, in two steps.
pub(super) async fn by_challenge_phrase(story: &mut Story) -> Result<(), Mishap> {
    let company = story.acme()?;
    let (address, site) = (story.public("/revoke"), story.at_gate("acme", "/"));
    let id = certificate_id(story, Story::administrator).await?;
    let person = story.administrator()?;
    let (email, phrase) = (person.email.clone(), person.challenge_phrase);
    let mut browser = story.new_browser("en")?;
    let stated = |phrase| {
        [
            ("identification_code", company.identification_code.as_str()),
            ("email", email.as_str()),
            ("challenge_phrase", phrase),
        ]
    };
    let wrong = browser.post(&address, &stated("green owl in the rain")).await?;
    held!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY, "a wrong phrase answered {}", wrong.status);
    let proved = browser.post(&address, &stated(phrase)).await?;
    held!(proved.status == StatusCode::SEE_OTHER, "the right phrase answered {}", proved.status);
    let choice = story.public(proved.header("location"));
    let choose = browser.get(&choice).await?;
    held!(choose.text().contains(&id), "the certificate is not there to be chosen");
    let done = browser.post(&choice, &[("certificate", &id)]).await?;
    held!(done.status == StatusCode::SEE_OTHER, "revoking answered {}", done.status);
    let answer = story.administrator()?.browser.get(&site).await?;
    let seen = (answer.status, answer.denial());
    held!(seen == (StatusCode::FORBIDDEN, "revoked"), "the site answered {seen:?}");
    Ok(())
}

/// The user's connection, after one good request.
async fn open(story: &mut Story, site: &str) -> Result<OpenConnection, Mishap> {
    let mut connection = story.user()?.browser.stay(site).await?;
    let answer = connection.get("/").await?;
    held!(answer.status == StatusCode::OK, "before: {} {}", answer.status, answer.denial());
    Ok(connection)
}

/// The next request on the connection, which is still open: a dead connection would prove nothing.
async fn refused_on(connection: &mut OpenConnection, code: &str) -> Result<(), Mishap> {
    let answer = connection.get("/").await?;
    let seen = (answer.status, answer.denial());
    held!(seen == (StatusCode::FORBIDDEN, code), "the open connection answered {seen:?}");
    Ok(())
}

/// The id, on the command line, of the certificate in a person's browser.
async fn certificate_id(
    story: &mut Story,
    whose: impl FnOnce(&mut Story) -> Result<&mut Person, Mishap>,
) -> Result<String, Mishap> {
    let serial = whose(story)?.identity.certificate()?.serial().to_hex();
    let list = CertificateCommand::List { tenant: "acme".to_owned(), reach: ListReach::default() };
    let certificates = story.list(Command::Certificate(list)).await?;
    let found = certificates.iter().find(|certificate| certificate.text("serial") == Some(serial.as_str()));
    let id = found.and_then(|certificate| certificate.text("id")).map(str::to_owned);
    id.ok_or_else(|| Mishap::because("the list does not name the certificate"))
}
