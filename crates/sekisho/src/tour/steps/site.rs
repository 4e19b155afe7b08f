//! 1.7 and 1.8: the tenant's own address, without and with the certificate.

use super::super::{Mishap, held, story::Story};
use crate::command::{
    Command, ListReach,
    user::{UserCommand, Whom},
};
use http::StatusCode;
use std::time::Duration;

/// The password set at the first visit.
const PORTAL_PASSWORD: &str = "hashi-no-ue-no-neko";
/// How often the list of users is read for the proof, which arrives beside the request.
const LOOK: Duration = Duration::from_millis(20);
const LOOKS_MAX: u32 = 500;

/// 403, with the code and in the reader's language.
pub(super) async fn without_a_certificate(story: &mut Story) -> Result<(), Mishap> {
    for (language, tag) in [("ja", "ja"), ("en", "en")] {
        let mut browser = story.new_browser(language)?;
        for name in ["acme", "acme.desk", "console"] {
            let answer = browser.get(&story.at_gate(name, "/")).await?;
            let seen = (answer.status, answer.denial());
            held!(seen == (StatusCode::FORBIDDEN, "no-certificate"), "{name} answered {seen:?}");
            held!(answer.text().contains(&format!("<html lang=\"{tag}\"")), "{name} is not in {tag}");
        }
    }
    Ok(())
}

/// The first visit: a password is to be chosen.
pub(super) async fn login_page(story: &mut Story) -> Result<(), Mishap> {
    let (site, desk) = (story.at_gate("acme", "/"), story.at_gate("acme.desk", "/"));
    let browser = &mut story.administrator()?.browser;
    let answer = browser.get(&site).await?;
    held!(answer.status == StatusCode::OK, "the site answered {} {}", answer.status, answer.denial());
    held!(answer.text().contains("name=\"password_confirm\""), "the first visit asks for no password");
    for address in [&site, &desk] {
        let answer = browser.get_over_http2(address).await?;
        held!(answer.status == StatusCode::OK, "{address} over HTTP/2 answered {}", answer.status);
    }
    Ok(())
}

/// Green for the person, and visible to the administrator.
pub(super) async fn proof(story: &mut Story) -> Result<(), Mishap> {
    let address = story.at_gate("acme", "/.sekisho/proof");
    let answer = story.administrator()?.browser.get(&address).await?;
    held!(answer.status == StatusCode::OK, "the proof page answered {}", answer.status);
    for _ in 0..LOOKS_MAX {
        let list = UserCommand::List {
            tenant: "acme".to_owned(),
            search: String::new(),
            whom: Whom::default(),
            reach: ListReach::default(),
        };
        let users = story.list(Command::User(list)).await?;
        if users.iter().any(|user| user.text("progress") == Some("proved")) {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Err(Mishap::because("nobody sees the proof"))
}

/// Set, out, wrong, in.
pub(super) async fn password(story: &mut Story) -> Result<(), Mishap> {
    let at = |path: &str| story.at_gate("acme", path);
    let [home, set, sign_out, sign_in] = ["/", "/set-password", "/sign-out", "/sign-in"].map(at);
    let browser = &mut story.administrator()?.browser;
    let differing = [("password", PORTAL_PASSWORD), ("password_confirm", "something else")];
    let answer = browser.post(&set, &differing).await?;
    held!(answer.status == StatusCode::UNPROCESSABLE_ENTITY, "differing passwords: {}", answer.status);
    let fields = [("password", PORTAL_PASSWORD), ("password_confirm", PORTAL_PASSWORD)];
    let answer = browser.post(&set, &fields).await?;
    held!(answer.status == StatusCode::SEE_OTHER, "setting the password answered {}", answer.status);
    let answer = browser.get(&home).await?;
    held!(answer.text().contains("/sign-out"), "the home page has no way out");
    browser.post(&sign_out, &[]).await?;
    let wrong = [("password", "not the password")];
    let answer = browser.post(&sign_in, &wrong).await?;
    held!(answer.status == StatusCode::UNPROCESSABLE_ENTITY, "a wrong password: {}", answer.status);
    let right = [("password", PORTAL_PASSWORD)];
    let answer = browser.post(&sign_in, &right).await?;
    held!(answer.status == StatusCode::SEE_OTHER, "signing in answered {}", answer.status);
    let answer = browser.get(&home).await?;
    held!(answer.text().contains("/sign-out"), "signed in, and not at home");
    Ok(())
}
