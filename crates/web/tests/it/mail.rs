//! Mail that was not taken, at the desk and at the console.

use crate::{browser::Browser, gated::TwoCompanies};
use authority::mail::SendError;
use domain::{id::UserId, site::SiteKind, time::SignedDuration, user::Role};

const REFUSAL: &str = "554 5.7.1 <script>alert(1)</script> relay access denied";

fn form(login: &str, email: &str) -> Vec<(&'static str, String)> {
    vec![
        ("display_name", "鈴木 一郎".into()),
        ("family_name", "Suzuki".into()),
        ("given_name", "Ichiro".into()),
        ("login_name", login.into()),
        ("email", email.into()),
        ("role", "user".into()),
        ("locale", "en".into()),
        ("invite_by", "mail".into()),
    ]
}

/// Invites a colleague, whose mail is not taken.
async fn with_undelivered_invitation(here: &TwoCompanies, desk: &mut Browser) -> String {
    here.installation.authority.outbox().send_due_mail().await.unwrap();
    here.installation.mailbox.refuse_next(SendError::Server(REFUSAL.to_owned()));
    let added = desk.post("/users", &form("ichiro", "ichi..ro@docomo.ne.jp")).await.expect(303);
    here.installation.authority.outbox().send_due_mail().await.unwrap();
    here.installation.clock.forward(SignedDuration::from_secs(1));
    added.location().split('?').next().unwrap().to_owned()
}

/// The address of the first button that sends a mail again.
fn resend(page: &str, start: &str) -> String {
    let (_, after) = page.split_once(&format!("action=\"{start}")).unwrap_or_else(|| panic!("{page}"));
    format!("{start}{}", after.split('"').next().unwrap())
}

#[tokio::test]
async fn an_undelivered_mail_shows_at_its_person_with_the_servers_words_and_is_sent_anew() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let person = with_undelivered_invitation(&here, &mut desk).await;
    let list = desk.get("/users?progress=mail-trouble").await.expect(200).text();
    assert!(list.contains("ichi..ro@docomo.ne.jp") && list.contains("Not delivered yet"), "{list}");
    assert!(desk.get("/").await.expect(200).text().contains("One user&#39;s newest mail could not"));
    let page = desk.get(&person).await.expect(200).text();
    for part in [
        "Invitation with a one-time password",
        "Not delivered yet",
        "relay access denied",
        "Next try",
        "\"#mails\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("<script>alert"), "{page}");

    let again = resend(&page, &format!("{person}/mails/"));
    let done = desk.post(&again, &[]).await.expect(303);
    let page = desk.get(done.location()).await.expect(200).text();
    assert!(page.contains("A mail with a new password or PIN is on its way"), "{page}");
    let mail = here.installation.newest_mail().await;
    assert!(mail.contains("ichi..ro@docomo.ne.jp"), "{mail}");
    let page = desk.get(&person).await.expect(200).text();
    assert!(page.contains("chip-good") && page.contains("</span> Sent"), "{page}");
    let done = desk.post(&again, &[]).await.expect(303);
    let page = desk.get(done.location()).await.expect(200).text();
    assert!(page.contains("so nothing was sent") && !page.contains("href=\"#mails\""), "{page}");
    let list = desk.get("/users?progress=mail-trouble").await.expect(200).text();
    assert!(!list.contains("ichi..ro@docomo.ne.jp"), "{list}");
}

#[tokio::test]
async fn nobody_else_sends_a_companys_mail_again() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let person = with_undelivered_invitation(&here, &mut desk).await;
    let page = desk.get(&person).await.expect(200).text();
    let again = resend(&page, &format!("{person}/mails/"));
    let mail = again.rsplit('/').next().unwrap().to_owned();
    let auditor = here.add(&here.ours, "kansa", Role::Auditor).await;
    let mut auditors = here.at_desk(&auditor);
    let before = here.acts(&here.ours).await;
    let seen = auditors.get(&person).await.expect(200).text();
    assert!(seen.contains("relay access denied") && !seen.contains("/mails/"), "{seen}");
    auditors.post(&again, &[]).await.expect(403);
    let mut console = here.at_console(&here.ours, &here.administrator, SiteKind::Desk);
    console.get("/mail").await.expect(403);
    console.post("/mail/retry", &[]).await.expect(403);
    console.post(&format!("/mail/{}/{mail}/resend", here.ours.id), &[]).await.expect(403);
    assert_eq!(here.acts(&here.ours).await, before);
}

#[tokio::test]
async fn the_console_lists_what_no_server_takes_and_sends_it_again() {
    let here = TwoCompanies::new().await;
    let person = with_undelivered_invitation(&here, &mut here.administrator_at_desk()).await;
    assert!(person.rsplit('/').next().unwrap().parse::<UserId>().is_ok());
    let (tenant, operator) = here.operator().await;
    let mut console = here.at_console(&tenant, &operator, SiteKind::Console);
    let page = console.get("/mail").await.expect(200).text();
    for part in ["鈴木 一郎", "ichiro", "relay access denied", "Try all again now"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    console.post("/mail/retry", &[]).await.expect(303);
    let mail = here.installation.newest_mail().await;
    assert!(mail.contains("ichi..ro@docomo.ne.jp"), "tried without its wait: {mail}");
    let page = console.get("/mail").await.expect(200).text();
    assert!(page.contains("Every mail was taken"), "{page}");

    here.installation.mailbox.refuse_next(SendError::NoRecipient("550 5.1.1 no such user".to_owned()));
    here.administrator_at_desk().post("/users", &form("jiro", "jiro@docomo.ne.jp")).await.expect(303);
    here.installation.authority.outbox().send_due_mail().await.unwrap();
    here.installation.clock.forward(SignedDuration::from_secs(1));
    let page = console.get("/mail").await.expect(200).text();
    assert!(page.contains("No such address") && page.contains("550 5.1.1 no such user"), "{page}");
    let done = console.post(&resend(&page, "/mail/0"), &[]).await.expect(303);
    assert_eq!(done.location(), "/mail?done=mail-resent");
    assert!(here.installation.newest_mail().await.contains("jiro@"));
    let done = console.post(&resend(&page, "/mail/0"), &[]).await.expect(303);
    let page = console.get(done.location()).await.expect(200).text();
    assert!(page.contains("so nothing was sent"), "{page}");
    console.post(&format!("/mail/{}/{}/resend", here.theirs.id, here.ours.id), &[]).await.expect(404);
}
