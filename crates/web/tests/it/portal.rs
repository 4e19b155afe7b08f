use crate::{browser::Browser, gated::TwoCompanies, installation::Installation};
use domain::{
    id::CertificateId,
    portal_password::{PORTAL_CODE_MINUTES, PORTAL_SETUP_HOURS},
    time::SignedDuration,
    user::{Role, User},
};

/// As short as the page allows.
const PASSWORD: &str = "a pass words";
const ANOTHER: &str = "another of them";

fn passwords(first: &str, second: &str) -> Vec<(&'static str, String)> {
    vec![("password", first.to_owned()), ("password_confirm", second.to_owned())]
}

/// The fewest letters that a page asks of a password, as its script reads them.
pub(crate) fn fewest_letters(page: &str, field: &str) -> usize {
    let control = page.split(&format!("id=\"{field}\"")).nth(1).and_then(|rest| rest.split('>').next());
    let value = control.and_then(|control| control.split("minlength=\"").nth(1)).expect("a least length");
    value.split('"').next().unwrap().parse().unwrap()
}

/// The administrator, who has just picked up a certificate, at the portal.
async fn administrator(here: &TwoCompanies) -> Browser {
    let own = here.certificate(&here.administrator, "PC").await;
    here.at_portal(&here.administrator, own.id)
}

fn is_home(page: &str) -> bool {
    page.contains("action=\"/sign-out\"")
}

/// The code in the newest mail.
async fn code(here: &TwoCompanies) -> String {
    let mail = here.installation.newest_mail().await;
    let is_code =
        |word: &&str| word.len() == 14 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    mail.split_whitespace().find(is_code).unwrap_or_else(|| panic!("{mail}")).to_owned()
}

#[tokio::test]
async fn the_first_visit_sets_the_password_and_later_ones_sign_in() {
    let here = TwoCompanies::new().await;
    let mut visitor = administrator(&here).await;
    let page = visitor.get("/").await.expect(200).text();
    assert!(page.contains("action=\"/set-password\"") && page.contains("サンプル株式会社"), "{page}");
    for (first, second, field) in [("short", "short", "password"), (PASSWORD, "other", "password_confirm")] {
        let page = visitor.post("/set-password", &passwords(first, second)).await.expect(422).text();
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{page}");
        assert!(!page.contains(PASSWORD));
    }
    let fewest = fewest_letters(&page, "password");
    assert!(page.contains(&format!("At least {fewest} characters")), "{page}");
    assert_eq!(PASSWORD.len(), fewest);
    let shorter = &PASSWORD[1..];
    let refused = visitor.post("/set-password", &passwords(shorter, shorter)).await.expect(422).text();
    assert!(refused.contains(&format!("Use at least {fewest} characters")), "{refused}");
    let answer = visitor.post("/set-password", &passwords(PASSWORD, PASSWORD)).await.expect(303);
    let cookie = answer.header("set-cookie");
    let expected = "; Path=/; HttpOnly; SameSite=Lax; Secure";
    assert!(cookie.starts_with("__Host-sekisho-portal=") && cookie.ends_with(expected), "{cookie}");
    assert!(is_home(&visitor.get("/").await.expect(200).text()));

    assert_eq!(visitor.post("/sign-out", &[]).await.expect(303).location(), "/");
    assert!(visitor.get("/").await.expect(200).text().contains("action=\"/sign-in\""));
    let page = visitor.post("/sign-in", &[("password", "wrong password".into())]).await.expect(422).text();
    assert!(page.contains("id=\"password-error\"") && !page.contains("wrong password"), "{page}");
    visitor.post("/sign-in", &[("password", PASSWORD.into())]).await.expect(303);
    assert!(is_home(&visitor.get("/").await.expect(200).text()));
    assert_eq!(
        visitor.post("/set-password", &passwords(PASSWORD, PASSWORD)).await.expect(303).location(),
        "/"
    );
    for own_address in ["/sign-in", "/set-password"] {
        assert_eq!(visitor.get(own_address).await.expect(303).location(), "/");
    }
}

#[tokio::test]
async fn the_login_page_names_the_certificates_person_and_asks_for_the_password_alone() {
    let here = TwoCompanies::new().await;
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    let own = here.certificate(&jiro, "PC").await;
    let mut visitor = here.at_portal(&jiro, own.id);
    visitor.post("/set-password", &passwords(PASSWORD, PASSWORD)).await.expect(303);
    visitor.post("/sign-out", &[]).await.expect(303);
    // What an address or a form says of another person changes nothing.
    let page = visitor.get("/?login_name=hanako").await.expect(200).text();
    let fields = [("login_name", "hanako".into()), ("password", "wrong password".into())];
    let refused = visitor.post("/sign-in", &fields).await.expect(422).text();
    for page in [page, refused] {
        assert!(page.contains("value=\"jiro\" readonly") && page.contains(&jiro.display_name), "{page}");
        assert!(!page.contains("value=\"hanako"), "{page}");
    }
    let fields = [("login_name", "hanako".into()), ("password", PASSWORD.into())];
    visitor.post("/sign-in", &fields).await.expect(303);
    let home = visitor.get("/").await.expect(200).text();
    assert!(is_home(&home) && home.contains(&jiro.display_name), "{home}");
}

#[tokio::test]
async fn a_session_opens_nothing_with_another_persons_certificate() {
    let here = TwoCompanies::new().await;
    let mut visitor = administrator(&here).await;
    visitor.post("/set-password", &passwords(PASSWORD, PASSWORD)).await.expect(303);
    let taro = here.add(&here.ours, "taro", Role::User).await;
    let own = here.certificate(&taro, "PC").await;
    let permit = here.permit_by(&here.ours, &taro, domain::site::SiteKind::Application, own.id);
    let mut borrowed = visitor.clone().with_permit(&permit);
    let page = borrowed.get("/").await.expect(200).text();
    assert!(page.contains("action=\"/set-password\"") && !is_home(&page), "{page}");
    assert_eq!(borrowed.get("/password").await.expect(303).location(), "/");
    assert!(is_home(&visitor.get("/").await.expect(200).text()));
}

/// Somebody whose certificate was picked up longer ago than it sets a password up.
async fn in_between(here: &TwoCompanies) -> (User, CertificateId) {
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    let own = here.certificate(&jiro, "PC").await.id;
    here.installation.clock.forward(SignedDuration::from_hours(PORTAL_SETUP_HOURS));
    (jiro, own)
}

#[tokio::test]
async fn a_first_password_is_set_long_after_the_pickup_by_a_mailed_code_alone() {
    let here = TwoCompanies::new().await;
    let (jiro, own) = in_between(&here).await;
    let mut visitor = here.at_portal(&jiro, own);
    let page = visitor.get("/").await.expect(200).text();
    assert!(page.contains("action=\"/code/mail\"") && !page.contains("name=\"password\""), "{page}");
    let refused = visitor.post("/set-password", &passwords(PASSWORD, PASSWORD)).await.expect(422);
    let page = refused.text();
    assert!(page.contains("chosen with a confirmation code") && !page.contains(PASSWORD), "{page}");
    let by_program = visitor.clone().sending("accept", "application/json");
    let refused = by_program.clone().post("/set-password", &passwords(PASSWORD, PASSWORD)).await.expect(422);
    assert!(refused.text().contains("\"code\":\"password-code-needed\""), "{}", refused.text());

    assert_eq!(visitor.post("/code/mail", &[]).await.expect(303).location(), "/code");
    let code = code(&here).await;
    let page = visitor.get("/code").await.expect(200).text();
    assert!(page.contains(jiro.email.as_str()) && page.contains("name=\"email_code\""), "{page}");
    assert!(page.contains(&format!("within {PORTAL_CODE_MINUTES} minutes")) && !page.contains(&code));
    let fill = |code: &str| [passwords(PASSWORD, PASSWORD), vec![("email_code", code.to_owned())]].concat();
    for (code, told) in
        [("1234", "all 12 digits"), ("", "email_code-error"), ("0000-0000-0000", "4 more tries")]
    {
        let page = visitor.post("/code", &fill(code)).await.expect(422).text();
        assert!(page.contains(told) && page.contains("email_code-error"), "{page}");
    }
    visitor.post("/code", &fill(&code)).await.expect(303);
    assert!(is_home(&visitor.get("/").await.expect(200).text()));
}

#[tokio::test]
async fn a_password_is_changed_by_the_present_one_and_forgotten_ones_by_a_code() {
    let here = TwoCompanies::new().await;
    let mut visitor = administrator(&here).await;
    assert_eq!(visitor.get("/password").await.expect(303).location(), "/", "signed out");
    visitor.post("/set-password", &passwords(PASSWORD, PASSWORD)).await.expect(303);
    let mut elsewhere = visitor.clone();
    let home = visitor.get("/").await.expect(200).text();
    assert!(home.contains("href=\"/password\"") && !home.contains("Your password was changed"), "{home}");
    let page = visitor.get("/password").await.expect(200).text();
    assert!(page.contains("name=\"current_password\"") && page.contains("href=\"/code\""), "{page}");
    let change = |present: &str| {
        [passwords(ANOTHER, ANOTHER), vec![("current_password", present.to_owned())]].concat()
    };
    for (form, field) in [
        (change("wrong password"), "current_password"),
        (change(""), "current_password"),
        ([passwords(ANOTHER, "x"), vec![("current_password", PASSWORD.into())]].concat(), "password_confirm"),
    ] {
        let page = visitor.post("/password", &form).await.expect(422).text();
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{field}: {page}");
        assert!(!page.contains(ANOTHER) && !page.contains("wrong password"), "{page}");
    }
    let done = visitor.post("/password", &change(PASSWORD)).await.expect(303);
    let home = visitor.get(done.location()).await.expect(200).text();
    assert!(is_home(&home) && home.contains("Your password was changed"), "{home}");
    assert!(!is_home(&elsewhere.get("/").await.expect(200).text()), "the other session ended");
    assert_eq!(elsewhere.post("/password", &change(ANOTHER)).await.expect(303).location(), "/");
    let page = elsewhere.get("/").await.expect(200).text();
    assert!(page.contains("action=\"/sign-in\"") && page.contains("href=\"/code\""), "{page}");
    let page = elsewhere.get("/code").await.expect(200).text();
    assert!(page.contains("Back to the login page") && !page.contains("name=\"email_code\""), "{page}");
}

#[tokio::test]
async fn after_an_administrators_reset_the_person_needs_the_mailed_code() {
    let here = TwoCompanies::new().await;
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    let own = here.certificate(&jiro, "PC").await;
    let mut visitor = here.at_portal(&jiro, own.id);
    visitor.post("/set-password", &passwords(PASSWORD, PASSWORD)).await.expect(303);
    let path = format!("/users/{}/reset-password", jiro.id);
    let mut desk = here.administrator_at_desk();
    assert!(desk.get(&path).await.expect(200).text().contains("by a code that is sent to"));
    desk.post(&path, &[]).await.expect(303);
    let page = visitor.get("/").await.expect(200).text();
    assert!(page.contains("action=\"/code/mail\"") && !page.contains("name=\"password\""), "{page}");
    visitor.post("/set-password", &passwords(ANOTHER, ANOTHER)).await.expect(422);
}

#[tokio::test]
async fn without_a_permit_there_is_no_portal() {
    let installation = Installation::new().await;
    installation.portal().get("/").await.expect(500);
}
