//! A password is changed, or chosen by a mailed code.

use crate::{
    portal::{entry, typed_twice},
    scene::{Scene, elsewhere, email, new_user, office, on_each_scene},
    walk::{Holder, secret, wrong_pin},
};
use authority::portal::{PortalEntry, PortalRefusal, SessionToken};
use domain::{
    attempts::ATTEMPTS_PER_EMAIL_MAX,
    form::Form,
    mailed_code::{CODE_MAILS_HOURS, CODE_MAILS_MAX, MAILED_CODE_TRIES_MAX},
    permit::Permit,
    portal_form::PortalField,
    portal_password::{PORTAL_CODE_MINUTES, PORTAL_SETUP_HOURS},
    time::SignedDuration,
};

const PASSWORD: &str = "portal password";
const ANOTHER: &str = "another password";

/// A person with a certificate who has set the first password.
async fn person(scene: &Scene) -> (Holder, Permit, SessionToken) {
    let sheet = scene.customer("sample").await;
    let jiro = scene.colleague(&sheet.tenant, "jiro").await;
    let permit = scene.at_the_gate(&jiro.certificate).await.expect("passes");
    let session =
        scene.authority.portal().set_portal_password(&permit, &typed_twice(PASSWORD), office()).await;
    (jiro, permit, session.expect("set"))
}

async fn change(scene: &Scene, permit: &Permit, present: &str) -> Result<SessionToken, PortalRefusal> {
    let form = typed_twice(ANOTHER).with(PortalField::PresentPassword, present);
    scene.authority.portal().change_portal_password(permit, &form, elsewhere()).await
}

fn with_code(code: &str) -> Form<PortalField> {
    typed_twice(ANOTHER).with(PortalField::Code, code)
}

async fn by_code(scene: &Scene, permit: &Permit, code: &str) -> Result<SessionToken, PortalRefusal> {
    scene.authority.portal().set_portal_password_by_code(permit, &with_code(code), elsewhere()).await
}

async fn ask(scene: &Scene, permit: &Permit) -> Result<(), PortalRefusal> {
    scene.authority.portal().mail_portal_code(permit, office()).await
}

/// Asks for a code, and reads it in the newest mail.
async fn mailed_code(scene: &Scene, permit: &Permit) -> String {
    scene.post().await;
    let before = scene.mailbox.mails().len();
    ask(scene, permit).await.expect("mailed");
    let mail = scene.newest_mail_to("jiro@sample.example").await;
    assert_eq!(scene.mailbox.mails().len(), before + 1, "one mail");
    let code =
        |word: &&str| word.len() == 14 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let found = mail.text.split_whitespace().find(code);
    found.unwrap_or_else(|| panic!("no code: {}", mail.text)).to_owned()
}

async fn signs_in(scene: &Scene, permit: &Permit, password: &str) -> bool {
    scene.authority.portal().sign_in(permit, &secret(password), office()).await.is_ok()
}

/// Each act about a password by which a person with a password chooses another one; in the end it is the first one.
pub(crate) async fn every_act(scene: &Scene, permit: &Permit, password: &str) {
    let code = mailed_code(scene, permit).await;
    by_code(scene, permit, &wrong_pin(&code)).await.expect_err("wrong");
    by_code(scene, permit, &code).await.expect("chosen");
    let form = typed_twice(password).with(PortalField::PresentPassword, ANOTHER);
    scene.authority.portal().change_portal_password(permit, &form, office()).await.expect("changed");
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions_and_is_told_by_mail() {
    on_each_scene(async |scene| {
        let (_, jiro, first) = person(&scene).await;
        let wrong = change(&scene, &jiro, "not the present one").await;
        assert!(matches!(wrong, Err(PortalRefusal::PresentWrong)), "{wrong:?}");
        assert!(matches!(entry(&scene, &jiro, Some(&first)).await, PortalEntry::Home(_)));
        scene.post().await;
        let mails = scene.mailbox.mails().len();
        let session = change(&scene, &jiro, PASSWORD).await.expect("changed");
        assert!(matches!(entry(&scene, &jiro, Some(&first)).await, PortalEntry::SignIn));
        assert!(matches!(entry(&scene, &jiro, Some(&session)).await, PortalEntry::Home(_)));
        assert!(signs_in(&scene, &jiro, ANOTHER).await && !signs_in(&scene, &jiro, PASSWORD).await);
        let mail = scene.newest_mail_to("jiro@sample.example").await;
        assert_eq!(scene.mailbox.mails().len(), mails + 1);
        assert!(mail.text.contains("198.51.100.20") && mail.subject.contains("パスワード"), "{}", mail.text);
        assert_eq!(scene.times_audited("change-portal-password").await, 1);
        assert_eq!(scene.times_audited("sign-in-refused").await, 2);
    })
    .await;
}

#[tokio::test]
async fn guesses_at_the_present_password_are_limited_as_those_at_the_login_page() {
    on_each_scene(async |scene| {
        let (_, jiro, _) = person(&scene).await;
        for _ in 0..ATTEMPTS_PER_EMAIL_MAX {
            change(&scene, &jiro, "wrong").await.expect_err("wrong");
        }
        let told = change(&scene, &jiro, PASSWORD).await;
        assert!(matches!(told, Err(PortalRefusal::TooMany(_))), "{told:?}");
        let code = mailed_code(&scene, &jiro).await;
        by_code(&scene, &jiro, &code).await.expect("a person who has forgotten it gets in");
    })
    .await;
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_a_code_mailed_to_the_person_alone() {
    on_each_scene(async |scene| {
        let (jiro, permit, first) = person(&scene).await;
        let sheet = scene.store.read().await.expect("reads").tenant(jiro.user.tenant).record().await;
        let saburo = scene.colleague(&sheet.expect("reads").expect("is there"), "saburo").await;
        let saburo = scene.at_the_gate(&saburo.certificate).await.expect("passes");
        let none = by_code(&scene, &permit, "1234-5678-9012").await;
        assert!(matches!(none, Err(PortalRefusal::CodeOver)), "none was mailed: {none:?}");
        let code = mailed_code(&scene, &permit).await;
        ask(&scene, &saburo).await.expect("mailed");
        let hashed = scene.authority.slow_hashes();
        let others = by_code(&scene, &saburo, &code).await;
        assert!(matches!(others, Err(PortalRefusal::CodeWrong { left: 4 })), "{others:?}");
        let wrong = by_code(&scene, &permit, &wrong_pin(&code)).await;
        assert!(matches!(wrong, Err(PortalRefusal::CodeWrong { left: 4 })), "{wrong:?}");
        assert_eq!(scene.authority.slow_hashes(), hashed, "wrong codes cost no hash");
        let session = by_code(&scene, &permit, &code).await.expect("chosen");
        assert!(matches!(entry(&scene, &permit, Some(&first)).await, PortalEntry::SignIn), "the other ended");
        assert!(matches!(entry(&scene, &permit, Some(&session)).await, PortalEntry::Home(_)));
        assert!(signs_in(&scene, &permit, ANOTHER).await && !signs_in(&scene, &permit, PASSWORD).await);
        let told = scene.newest_mail_to("jiro@sample.example").await;
        assert!(told.text.contains("198.51.100.20"), "{}", told.text);
        let again = by_code(&scene, &permit, &code).await;
        assert!(matches!(again, Err(PortalRefusal::CodeOver)), "it is used up: {again:?}");
        assert_eq!(scene.times_audited("wrong-portal-code").await, 3);
    })
    .await;
}

#[tokio::test]
async fn people_in_between_choose_the_first_password_by_the_mailed_code() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.forward(SignedDuration::from_hours(PORTAL_SETUP_HOURS));
        let permit = scene.at_the_gate(&jiro.certificate).await.expect("passes");
        let PortalEntry::Code(standing) = entry(&scene, &permit, None).await else { panic!("no code page") };
        assert!(!standing.is_mailed && !standing.has_password);
        let code = mailed_code(&scene, &permit).await;
        let PortalEntry::Code(standing) = entry(&scene, &permit, None).await else { panic!("no code page") };
        assert!(standing.is_mailed && standing.email == email("jiro@sample.example"));
        by_code(&scene, &permit, &code).await.expect("chosen");
        assert!(signs_in(&scene, &permit, ANOTHER).await);
    })
    .await;
}

#[tokio::test]
async fn a_code_is_over_after_its_time_its_tries_a_newer_one_or_another_address() {
    on_each_scene(async |scene| {
        let (jiro, permit, _) = person(&scene).await;
        let over = async |code: &str| {
            let answer = by_code(&scene, &permit, code).await;
            assert!(matches!(answer, Err(PortalRefusal::CodeOver)), "{answer:?}");
        };
        let late = mailed_code(&scene, &permit).await;
        scene.forward(SignedDuration::from_mins(i64::from(PORTAL_CODE_MINUTES)));
        over(&late).await;
        let tried = mailed_code(&scene, &permit).await;
        for _ in 0..MAILED_CODE_TRIES_MAX {
            by_code(&scene, &permit, &wrong_pin(&tried)).await.expect_err("wrong");
        }
        over(&tried).await;
        let former = mailed_code(&scene, &permit).await;
        let newest = mailed_code(&scene, &permit).await;
        let answer = by_code(&scene, &permit, &former).await;
        assert!(matches!(answer, Err(PortalRefusal::CodeWrong { .. })), "{answer:?}");
        let mut moved = new_user("jiro");
        moved.email = email("elsewhere@sample.example");
        scene.update_user(jiro.user.tenant, jiro.user.id, moved).await.expect("changed");
        over(&newest).await;
    })
    .await;
}

#[tokio::test]
async fn codes_are_not_mailed_without_end_and_clocks_that_were_ahead_leave_none_open() {
    on_each_scene(async |scene| {
        let (_, permit, _) = person(&scene).await;
        for _ in 0..CODE_MAILS_MAX {
            ask(&scene, &permit).await.expect("mailed");
        }
        let many = ask(&scene, &permit).await;
        assert!(matches!(many, Err(PortalRefusal::TooManyCodes(_))), "{many:?}");
        scene.forward(SignedDuration::from_hours(CODE_MAILS_HOURS));
        ask(&scene, &permit).await.expect("mailed");
        scene.forward(-SignedDuration::from_hours(12));
        scene.authority.duties().clock_was_set().await.expect("mends");
        let latest = scene.now() + SignedDuration::from_mins(i64::from(PORTAL_CODE_MINUTES) + 1);
        let mut back_door = scene.back_door().await;
        assert!(back_door.number("SELECT MAX(expires_at) FROM portal_code").await <= latest.as_millisecond());
    })
    .await;
}
