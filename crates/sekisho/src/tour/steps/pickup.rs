//! 1.5 and 1.6: the pickup page and the file.

use super::super::{
    Mishap,
    enrolment::{self, FILE_PASSWORD, send_pickup},
    held,
    identity::BrowserIdentity,
    story::{Person, PickupMail, Story},
};
use http::StatusCode;
use std::sync::Arc;

fn notice(story: &Story) -> Result<PickupMail, Mishap> {
    story.invitation_to_pick_up.clone().ok_or_else(|| Mishap::because("there is nothing to pick up"))
}

/// These refusals use nothing up.
pub(super) async fn refusals(story: &mut Story) -> Result<(), Mishap> {
    let notice = notice(story)?;
    let mut browser = story.new_browser("en")?;
    let last = if notice.pin.ends_with('0') { "1" } else { "0" };
    let wrong =
        PickupMail { pin: format!("{}{last}", &notice.pin[..notice.pin.len() - 1]), ..notice.clone() };
    let differing = [FILE_PASSWORD, "Tsubame-8-Kumo"];
    let japanese = ["つばめ七雲八重垣"; 2];
    for (what, notice, passwords) in [
        ("a wrong PIN", &wrong, [FILE_PASSWORD; 2]),
        ("passwords that differ", &notice, differing),
        ("an empty password", &notice, [""; 2]),
        ("a password that is not ASCII", &notice, japanese),
    ] {
        let answer = send_pickup(story, &mut browser, notice, passwords, "linux").await?;
        held!(answer.status == StatusCode::UNPROCESSABLE_ENTITY, "{what} answered {}", answer.status);
        held!(!answer.text().contains(FILE_PASSWORD), "the page repeats a password");
    }
    Ok(())
}

/// 303, 「確認中」, the file; again in the same screen; the older encryption beside it.
pub(super) async fn pick_up(story: &mut Story) -> Result<(), Mishap> {
    let notice = notice(story)?;
    let mut browser = story.new_browser("ja")?;
    let file = enrolment::pick_up(story, &mut browser, &notice, "linux").await?;
    let again = browser.get(&story.public("/pickup/file?profile=modern")).await?;
    held!(again.body == file, "the second download differs");
    let identity = BrowserIdentity::open(&file, FILE_PASSWORD)?;
    held!(identity.certificates == 2, "the file holds {} certificates", identity.certificates);
    held!(!identity.friendly_name.is_empty(), "the certificate has no friendly name");
    held!(BrowserIdentity::open(&file, "Tsubame-8-Kumo").is_err(), "another password opens the file");
    let company = story.acme()?;
    let certificate = identity.certificate()?;
    let addresses = certificate.email_addresses();
    held!(addresses == [company.administrator_email.clone()], "the certificate names {addresses:?}");
    let unasked = browser.get(&story.public("/pickup/file?profile=compat")).await?;
    held!(unasked.status == StatusCode::SEE_OTHER, "the other encryption was made without being asked for");
    let asked = browser.post(&story.public("/pickup/other"), &[("p12_password", FILE_PASSWORD)]).await?;
    held!(asked.status == StatusCode::SEE_OTHER, "asked for the other encryption: {}", asked.status);
    let compat = browser.get(&story.public("/pickup/file?profile=compat")).await?;
    let compat = BrowserIdentity::open(&compat.body, FILE_PASSWORD)?;
    held!(
        compat.certificate()?.serial() == certificate.serial(),
        "the two files hold different certificates"
    );
    let identity = Arc::new(identity);
    browser.import(Arc::clone(&identity));
    story.administrator = Some(Person {
        browser,
        identity,
        email: company.administrator_email,
        challenge_phrase: "red fox at the gate",
    });
    Ok(())
}

/// From another browser, with everything right.
pub(super) async fn used(story: &mut Story) -> Result<(), Mishap> {
    let notice = notice(story)?;
    let mut browser = story.new_browser("en")?;
    let answer = send_pickup(story, &mut browser, &notice, [FILE_PASSWORD; 2], "linux").await?;
    let refused = matches!(answer.status, StatusCode::GONE | StatusCode::UNPROCESSABLE_ENTITY);
    held!(refused, "a used PIN answered {}", answer.status);
    let file = browser.get(&story.public("/pickup/file?profile=modern")).await?;
    held!(file.status == StatusCode::GONE, "another browser's file answered {}", file.status);
    Ok(())
}
