//! 2. Years: a certificate renewed at My page, and a device replaced.

use super::super::{
    Mishap,
    browser::Browser,
    enrolment::{self, FILE_PASSWORD, LOOK, LOOKS_MAX, PICKUP_SUBJECTS},
    held,
    identity::BrowserIdentity,
    page,
    story::Story,
};
use crate::{
    command::{
        Command, ListReach,
        certificate::{CertificateCommand, WhichCertificate},
        tenant::{TenantCommand, TenantEdit},
    },
    output::{Output, Record},
};
use http::StatusCode;
use std::sync::Arc;

/// Longer than the story's certificates last, so that they can be renewed at once.
const WINDOW_DAYS: u32 = 180;

/// My page offers it from the day on that the contract says; the old certificate goes on working.
pub(super) async fn renew(story: &mut Story) -> Result<(), Mishap> {
    let devices = story.at_gate("acme.desk", "/devices");
    let early = story.user()?.browser.get(&devices).await?.text();
    held!(renewal_in(&early).is_none(), "renewal is offered too early");
    let edit = TenantEdit { renewal_window_days: Some(WINDOW_DAYS), ..TenantEdit::default() };
    let edit = TenantCommand::Edit { tenant: "acme".to_owned(), edit: Box::new(edit) };
    story.command(Command::Tenant(edit)).await?;
    let offered = story.user()?.browser.get(&devices).await?.text();
    let form = renewal_in(&offered).ok_or_else(|| Mishap::because("My page offers no renewal"))?;
    let form = story.at_gate("acme.desk", &form);
    let shown = story.user()?.browser.get(&form).await?;
    let version = page::value_of(&shown.text(), "agreement_version");
    let version = version.ok_or_else(|| Mishap::because("the form has no agreement"))?;
    let fields = [
        ("p12_password", FILE_PASSWORD),
        ("p12_password_confirm", FILE_PASSWORD),
        ("password_remembered", "yes"),
        ("device_type", "linux"),
        ("agreement_version", version.as_str()),
        ("agree", "yes"),
    ];
    let sent = story.user()?.browser.post(&form, &fields).await?;
    held!(sent.status == StatusCode::SEE_OTHER, "the renewal answered {}", sent.status);
    let progress = story.at_gate("acme.desk", sent.header("location"));
    let file = file_at(story, &progress).await?;
    into_use(story, BrowserIdentity::open(&file, FILE_PASSWORD)?).await
}

/// The link of `[更新する]`.
fn renewal_in(html: &str) -> Option<String> {
    let links = html.split("href=\"").filter_map(|rest| rest.split_once('"'));
    let found =
        links.map(|(link, _)| link).find(|link| link.starts_with("/devices/") && link.ends_with("/renew"));
    found.map(str::to_owned)
}

async fn file_at(story: &mut Story, progress: &str) -> Result<Vec<u8>, Mishap> {
    for _ in 0..LOOKS_MAX {
        let page = story.user()?.browser.get(progress).await?;
        if let Some(address) = page::link_to(&page.text(), "/renewal/file") {
            let address = story.at_gate("acme.desk", &address);
            let file = story.user()?.browser.get(&address).await?;
            held!(file.status == StatusCode::OK, "the file answered {}", file.status);
            return Ok(file.body.to_vec());
        }
        held!(page.status == StatusCode::OK, "the renewal ended with {}", page.status);
        tokio::time::sleep(LOOK).await;
    }
    Err(Mishap::because("the file never came"))
}

/// The user goes on with a newer certificate; the former one works beside it.
async fn into_use(story: &mut Story, newer: BrowserIdentity) -> Result<(), Mishap> {
    let site = story.at_gate("acme", "/");
    let former = Arc::clone(&story.user()?.identity);
    held!(
        newer.certificate()?.serial() != former.certificate()?.serial(),
        "the certificate is the former one"
    );
    let newer = Arc::new(newer);
    let mut another = story.new_browser("ja")?;
    another.import(former);
    let person = story.user()?;
    person.identity = Arc::clone(&newer);
    person.browser.import(newer);
    for browser in [&mut person.browser, &mut another] {
        admitted(browser, &site).await?;
    }
    Ok(())
}

async fn admitted(browser: &mut Browser, site: &str) -> Result<(), Mishap> {
    let answer = browser.get(site).await?;
    held!(answer.status == StatusCode::OK, "the site answered {} {}", answer.status, answer.denial());
    Ok(())
}

/// By the command line; a second wish waits for the first.
pub(super) async fn replace(story: &mut Story) -> Result<(), Mishap> {
    let serial = story.user()?.identity.certificate()?.serial().to_hex();
    let replace = |device: &str| {
        let which = WhichCertificate { id: serial.clone(), tenant: Some("acme".to_owned()) };
        Command::Certificate(CertificateCommand::Replace { which, device: device.to_owned() })
    };
    let Output::Record(told) = story.command(replace("New laptop")).await? else {
        return Err(Mishap::because("the replacement told no reference"));
    };
    held!(told.text("purpose") == Some("replacement"), "it was told as {:?}", told.text("purpose"));
    held!(story.command(replace("Another laptop")).await.is_err(), "two replacements are under way");
    let email = story.user()?.email.clone();
    let letter = story.post.letter(&email, PICKUP_SUBJECTS).await?;
    let notice = enrolment::notice(&letter)?;
    held!(told.text("reference") == Some(notice.reference.as_str()), "the mail has another reference");
    let mut browser = story.new_browser("ja")?;
    let file = enrolment::pick_up(story, &mut browser, &notice, "linux").await?;
    let newer = BrowserIdentity::open(&file, FILE_PASSWORD)?;
    into_use(story, newer).await?;
    let list = CertificateCommand::List { tenant: "acme".to_owned(), reach: ListReach::default() };
    let certificates = story.list(Command::Certificate(list)).await?;
    let device = told.text("device_id").map(str::to_owned);
    let of_device = |one: &&Record| one.text("device_id") == device.as_deref();
    held!(certificates.iter().filter(of_device).count() == 3, "the device's line has not three certificates");
    Ok(())
}
