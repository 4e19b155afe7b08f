//! From an application to a file, as everybody does it: form, mail, pickup page, download.

use super::{
    Mishap,
    browser::{Browser, PageAnswer},
    held, page,
    story::{PickupMail, Story},
};
use crate::letter::ReadMail;
use http::StatusCode;
use std::time::Duration;

/// The password of every file in the story.
pub(super) const FILE_PASSWORD: &str = "Tsubame-7-Kumo";
/// Subjects of the mail after the application.
pub(super) const PICKUP_SUBJECTS: &[&str] = &["取得のご案内", "Pick up your personal certificate"];
/// How often the pickup page is read.
pub(super) const LOOK: Duration = Duration::from_millis(20);
/// How many reads until the test gives up: half a minute.
pub(super) const LOOKS_MAX: u32 = 1500;

/// The typed values of an applicant.
#[derive(Debug, Clone, Default)]
pub(super) struct TypedApplication<'a> {
    pub(super) data_entry: &'a str,
    pub(super) family_name: &'a str,
    pub(super) given_name: &'a str,
    pub(super) email: &'a str,
    pub(super) identification_code: &'a str,
    pub(super) password: &'a str,
    pub(super) device_name: &'a str,
    pub(super) challenge_phrase: &'a str,
}

/// Fills the application form in and sends it.
pub(super) async fn apply(
    story: &Story,
    browser: &mut Browser,
    applicant: &TypedApplication<'_>,
) -> Result<PageAnswer, Mishap> {
    let form = browser.get(&story.public("/enrol")).await?;
    held!(form.status == StatusCode::OK, "the form answered {}", form.status);
    let version = page::value_of(&form.text(), "agreement_version");
    let version = version.ok_or_else(|| Mishap::because("the form has no agreement"))?;
    let fields = [
        ("data_entry", applicant.data_entry),
        ("family_name", applicant.family_name),
        ("given_name", applicant.given_name),
        ("email", applicant.email),
        ("identification_code", applicant.identification_code),
        ("password", applicant.password),
        ("device_name", applicant.device_name),
        ("challenge_phrase", applicant.challenge_phrase),
        ("agreement_version", version.as_str()),
        ("agree", "yes"),
    ];
    browser.post(&story.public("/enrol"), &fields).await
}

/// Reads reference, address and PIN out of the mail.
pub(super) fn notice(letter: &ReadMail) -> Result<PickupMail, Mishap> {
    let missing = |what: &str| Mishap::because(format_args!("the mail {:?} has no {what}", letter.subject));
    let words = letter.text.split_whitespace();
    let address = words.filter(|word| word.contains("/pickup?")).find(|word| word.starts_with("http"));
    let address = address.ok_or_else(|| missing("pickup address"))?.to_owned();
    let reference = address.split_once("reference=").map(|(_, reference)| reference.to_owned());
    Ok(PickupMail {
        address,
        reference: reference.ok_or_else(|| missing("reference"))?,
        pin: letter.pin().ok_or_else(|| missing("PIN"))?.grouped().expose().clone(),
    })
}

/// Sends the pickup form.
pub(super) async fn send_pickup(
    story: &Story,
    browser: &mut Browser,
    notice: &PickupMail,
    passwords: [&str; 2],
    device_type: &str,
) -> Result<PageAnswer, Mishap> {
    let fields = [
        ("reference", notice.reference.as_str()),
        ("pin", notice.pin.as_str()),
        ("p12_password", passwords[0]),
        ("p12_password_confirm", passwords[1]),
        ("password_remembered", "yes"),
        ("device_type", device_type),
        ("key_origin", "server"),
    ];
    browser.post(&story.public("/pickup"), &fields).await
}

/// From the mail to the file.
pub(super) async fn pick_up(
    story: &Story,
    browser: &mut Browser,
    notice: &PickupMail,
    device_type: &str,
) -> Result<Vec<u8>, Mishap> {
    let form = browser.get(&notice.address).await?;
    held!(form.text().contains(&notice.reference), "the pickup page does not show the reference");
    let sent = send_pickup(story, browser, notice, [FILE_PASSWORD; 2], device_type).await?;
    held!(sent.status == StatusCode::SEE_OTHER, "the pickup answered {}", sent.status);
    for _ in 0..LOOKS_MAX {
        let progress = browser.get(&story.public(sent.header("location"))).await?;
        if let Some(address) = page::link_to(&progress.text(), "/pickup/file") {
            let file = browser.get(&story.public(&address)).await?;
            held!(file.status == StatusCode::OK, "the file answered {}", file.status);
            held!(file.header("content-type") == "application/x-pkcs12", "the file is of another type");
            return Ok(file.body.to_vec());
        }
        held!(progress.status == StatusCode::OK, "the pickup ended with {}", progress.status);
        tokio::time::sleep(LOOK).await;
    }
    Err(Mishap::because("the file never came"))
}

/// The value beside a label in an invitation, in the same line or in the next one.
pub(super) fn beside(letter: &ReadMail, labels: &[&str]) -> Result<String, Mishap> {
    let mut lines = letter.text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let Some((label, value)) = line.split_once(':') else { continue };
        if labels.iter().any(|wanted| label.starts_with(wanted)) {
            let value = if value.trim().is_empty() { lines.next().unwrap_or_default() } else { value };
            return Ok(value.trim().to_owned());
        }
    }
    Err(Mishap::because(format_args!("the mail {:?} has no {labels:?}", letter.subject)))
}
