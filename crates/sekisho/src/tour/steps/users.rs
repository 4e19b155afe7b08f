//! 2. Users.

use super::super::{
    Mishap,
    enrolment::{self, FILE_PASSWORD, PICKUP_SUBJECTS, TypedApplication, beside},
    held,
    identity::BrowserIdentity,
    page,
    story::{Person, Story},
};
use http::StatusCode;
use std::{sync::Arc, time::Duration};

const INVITATION_SUBJECTS: &[&str] = &["申請のご案内", "Apply for your personal certificate"];
const USER_EMAIL: &str = "sato@acme.example";
/// A file as Excel on Japanese Windows writes it: Shift_JIS, CRLF.
const WINDOWS_CSV: &[u8] = b"\x8e\x81\x96\xbc,\x82\xe6\x82\xdd,family_name,given_name,login_name,email\r\n\
    \x8e\x52\x93\x63 \x89\xd4\x8e\x71,,Yamada,Hanako,hanako,hanako@acme.example\r\n\
    \x97\xe9\x96\xd8 \x88\xea\x98\x59,,Suzuki,Ichiro,ichiro,ichiro@acme.example\r\n";
/// How often the import's page is read.
const LOOK: Duration = Duration::from_millis(20);
const LOOKS_MAX: u32 = 500;

/// Added at the desk; invited; applied; picked up for an older system; in.
pub(super) async fn add(story: &mut Story) -> Result<(), Mishap> {
    let users = story.at_gate("acme.desk", "/users");
    let fields = [
        ("display_name", "佐藤 花子"),
        ("reading", "さとう はなこ"),
        ("family_name", "Sato"),
        ("given_name", "Hanako"),
        ("login_name", "sato"),
        ("email", USER_EMAIL),
        ("groups", "sales"),
        ("note", ""),
        ("role", "user"),
        ("locale", "ja"),
        ("invite_by", "mail"),
    ];
    let answer = story.administrator()?.browser.post(&users, &fields).await?;
    held!(answer.status == StatusCode::SEE_OTHER, "adding answered {}", answer.status);
    let invitation = story.post.letter(USER_EMAIL, INVITATION_SUBJECTS).await?;
    let code = beside(&invitation, &["識別コード", "Identification code"])?;
    let password = beside(&invitation, &["ワンタイムパスワード", "One-time password"])?;
    let mut browser = story.new_browser("ja")?;
    let applicant = TypedApplication {
        data_entry: "",
        family_name: "Sato",
        given_name: "Hanako",
        email: USER_EMAIL,
        identification_code: &code,
        password: &password,
        device_name: "iPhone",
        challenge_phrase: "blue heron on the bridge",
    };
    let answer = enrolment::apply(story, &mut browser, &applicant).await?;
    held!(answer.status == StatusCode::SEE_OTHER, "the application answered {}", answer.status);
    let letter = story.post.letter(USER_EMAIL, PICKUP_SUBJECTS).await?;
    let file = enrolment::pick_up(story, &mut browser, &enrolment::notice(&letter)?, "ios").await?;
    let identity = Arc::new(BrowserIdentity::open(&file, FILE_PASSWORD)?);
    browser.import(Arc::clone(&identity));
    let site = browser.get(&story.at_gate("acme", "/")).await?;
    held!(site.status == StatusCode::OK, "the site answered {} {}", site.status, site.denial());
    let challenge_phrase = "blue heron on the bridge";
    story.user = Some(Person { browser, identity, email: USER_EMAIL.to_owned(), challenge_phrase });
    Ok(())
}

/// My devices, and nothing else.
pub(super) async fn permission(story: &mut Story) -> Result<(), Mishap> {
    let at = |path: &str| story.at_gate("acme.desk", path);
    let [devices, users, import, audit] = ["/devices", "/users", "/import", "/audit"].map(at);
    let console = story.at_gate("console", "/");
    let browser = &mut story.user()?.browser;
    let answer = browser.get(&devices).await?;
    held!(answer.status == StatusCode::OK, "my devices answered {}", answer.status);
    for address in [users, import, audit, console] {
        let answer = browser.get(&address).await?;
        held!(answer.status == StatusCode::FORBIDDEN, "{address} answered {}", answer.status);
    }
    Ok(())
}

/// Judged, begun, done; two invitations.
pub(super) async fn import(story: &mut Story) -> Result<(), Mishap> {
    let address = story.at_gate("acme.desk", "/import");
    let answer = story.administrator()?.browser.upload(&address, "file", "users.csv", WINDOWS_CSV).await?;
    held!(
        answer.status == StatusCode::SEE_OTHER,
        "the upload answered {}: {:?}",
        answer.status,
        page::text_of(&answer.text(), "errors")
    );
    let import = story.at_gate("acme.desk", answer.header("location"));
    let verdict = story.administrator()?.browser.get(&import).await?;
    held!(verdict.text().contains("山田 花子"), "the verdict does not show the name");
    let begun = story.administrator()?.browser.post(&format!("{import}/run"), &[]).await?;
    held!(begun.status == StatusCode::SEE_OTHER, "beginning answered {}", begun.status);
    for email in ["hanako@acme.example", "ichiro@acme.example"] {
        story.post.letter(email, INVITATION_SUBJECTS).await?;
    }
    for _ in 0..LOOKS_MAX {
        let answer = story.administrator()?.browser.get(&import).await?;
        if answer.text().contains("progress=invited") {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Err(Mishap::because("the import never ended"))
}
