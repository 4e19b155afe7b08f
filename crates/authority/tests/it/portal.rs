use crate::{
    scene::{Scene, office, on_each_scene, operator},
    walk::secret,
};
use authority::portal::{PORTAL_SESSION_HOURS, PortalEntry, PortalRefusal, SessionToken};
use domain::{
    attempts::{ATTEMPT_WINDOW, ATTEMPTS_PER_EMAIL_MAX},
    form::Form,
    permit::Permit,
    portal_form::PortalField,
    portal_password::PORTAL_SETUP_HOURS,
    refusal::{Code, Refuses},
    time::SignedDuration,
};
use testkit::back_door::BackDoor;

const PASSWORD: &str = "portal password";

async fn permit(scene: &Scene, login: &str) -> Permit {
    let slug = domain::slug::TenantSlug::parse("sample").expect("a slug");
    let mut reader = scene.store.read().await.expect("reads");
    let tenant = reader.tenant_by_slug(&slug).await.expect("reads").expect("the tenant");
    drop(reader);
    let holder = scene.colleague(&tenant, login).await;
    scene.at_the_gate(&holder.certificate).await.expect("passes")
}

/// A password, typed twice.
pub(crate) fn typed_twice(password: &str) -> Form<PortalField> {
    Form::default().with(PortalField::Password, password).with(PortalField::PasswordConfirm, password)
}

async fn set(scene: &Scene, permit: &Permit, password: &str) -> Result<SessionToken, PortalRefusal> {
    scene.authority.portal().set_portal_password(permit, &typed_twice(password), office()).await
}

async fn sign_in(scene: &Scene, permit: &Permit, password: &str) -> Result<SessionToken, PortalRefusal> {
    scene.authority.portal().sign_in(permit, &secret(password), office()).await
}

pub(crate) async fn entry(scene: &Scene, permit: &Permit, session: Option<&SessionToken>) -> PortalEntry {
    scene.authority.portal().portal_entry(permit, session.map(SessionToken::expose)).await.expect("reads")
}

#[tokio::test]
async fn the_first_visit_sets_the_password_and_later_ones_sign_in_with_it() {
    on_each_scene(async |scene| {
        scene.customer("sample").await;
        let jiro = permit(&scene, "jiro").await;
        assert!(matches!(entry(&scene, &jiro, None).await, PortalEntry::SetPassword));
        let session = set(&scene, &jiro, PASSWORD).await.expect("set");
        assert!(matches!(entry(&scene, &jiro, Some(&session)).await, PortalEntry::Home(_)));
        assert!(matches!(entry(&scene, &jiro, None).await, PortalEntry::SignIn));
        let hashed = scene.authority.slow_hashes();
        let again = set(&scene, &jiro, "another password").await;
        assert!(matches!(again, Err(PortalRefusal::AlreadySet)), "{again:?}");
        assert_eq!(scene.authority.slow_hashes(), hashed, "nothing was hashed");
        let session = sign_in(&scene, &jiro, PASSWORD).await.expect("signs in");
        scene.authority.portal().sign_out(&jiro, session.expose(), office()).await.expect("signs out");
        assert!(matches!(entry(&scene, &jiro, Some(&session)).await, PortalEntry::SignIn));
    })
    .await;
}

/// Enough people before somebody in the line that what a test does meanwhile is quicker than their hashes.
async fn people_in_line(scene: &Scene) -> Vec<Permit> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut people = Vec::new();
    for number in 0..5 * cores.min(8) {
        people.push(permit(scene, &format!("before{number}")).await);
    }
    people
}

async fn until_so_many_have_reserved(back_door: &mut BackDoor, people: usize) {
    let reserved = "SELECT COUNT(*) FROM attempt WHERE scope = 'email'";
    while back_door.number(reserved).await < i64::try_from(people).expect("few") {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_password_reset_while_somebody_signs_in_with_it_opens_no_session() {
    on_each_scene(async |scene| {
        scene.customer_with("sample", |new| new.seats = 100).await;
        let jiro = permit(&scene, "jiro").await;
        set(&scene, &jiro, PASSWORD).await.expect("set");
        let (tenant, user) = (jiro.tenant().id, jiro.user().id);
        let people = people_in_line(&scene).await;
        let mut back_door = scene.back_door().await;
        back_door.run("DELETE FROM attempt").await;
        let line: Vec<_> = people
            .into_iter()
            .map(|person| {
                let scene = scene.clone();
                tokio::spawn(async move { drop(set(&scene, &person, PASSWORD).await.expect("set")) })
            })
            .collect();
        until_so_many_have_reserved(&mut back_door, line.len()).await;
        let one = scene.clone();
        let signing_in = tokio::spawn(async move { sign_in(&one, &jiro, PASSWORD).await.map(|_| ()) });
        until_so_many_have_reserved(&mut back_door, line.len() + 1).await;
        let mut reset = scene.store.begin("reset").await.expect("begins");
        assert!(reset.tenant(tenant).erase_portal_password(user, scene.now()).await.expect("erases"));
        // Until it waits for the end of the reset, or has gone past it.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        reset.tenant(tenant).erase_portal_sessions_of(user).await.expect("ends sessions");
        reset.commit().await.expect("commits");
        let answer = signing_in.await.expect("no panic");
        assert!(matches!(answer, Err(PortalRefusal::Wrong)), "{answer:?}");
        for person in line {
            person.await.expect("no panic");
        }
        let of = "SELECT COUNT(*) FROM portal_session s JOIN user_account u ON u.id = s.user_id
                  WHERE u.login_name = 'jiro'";
        assert_eq!(back_door.number(of).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_password_that_will_not_do_is_told_how() {
    on_each_scene(async |scene| {
        scene.customer("sample").await;
        let jiro = permit(&scene, "jiro").await;
        let long = "x".repeat(201);
        for (form, code) in [
            (typed_twice("short"), Code::PasswordTooShort),
            (typed_twice(""), Code::Required),
            (typed_twice(&long), Code::TooLong),
            (typed_twice(PASSWORD).with(PortalField::PasswordConfirm, "x"), Code::PasswordsDiffer),
        ] {
            let refused = scene.authority.portal().set_portal_password(&jiro, &form, office()).await;
            let refused = refused.map(|_| ()).expect_err("will not do");
            assert_eq!(refused.code(), code);
        }
        assert!(matches!(entry(&scene, &jiro, None).await, PortalEntry::SetPassword));
    })
    .await;
}

#[tokio::test]
async fn a_session_opens_nothing_with_another_persons_certificate() {
    on_each_scene(async |scene| {
        scene.customer("sample").await;
        let (jiro, saburo) = (permit(&scene, "jiro").await, permit(&scene, "saburo").await);
        let jiros = set(&scene, &jiro, PASSWORD).await.expect("set");
        set(&scene, &saburo, "saburo's password").await.expect("set");
        assert!(matches!(entry(&scene, &saburo, Some(&jiros)).await, PortalEntry::SignIn));
        let borrowed = sign_in(&scene, &saburo, PASSWORD).await;
        assert!(matches!(borrowed, Err(PortalRefusal::Wrong)), "{borrowed:?}");
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_with_its_time() {
    on_each_scene(async |scene| {
        scene.customer("sample").await;
        let jiro = permit(&scene, "jiro").await;
        let session = set(&scene, &jiro, PASSWORD).await.expect("set");
        scene.forward(SignedDuration::from_secs(PORTAL_SESSION_HOURS * 3600 - 1));
        assert!(matches!(entry(&scene, &jiro, Some(&session)).await, PortalEntry::Home(_)));
        scene.forward(SignedDuration::from_secs(1));
        assert!(matches!(entry(&scene, &jiro, Some(&session)).await, PortalEntry::SignIn));
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_eq!(scene.back_door().await.number("SELECT COUNT(*) FROM portal_session").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_reset_forgets_password_and_sessions() {
    on_each_scene(async |scene| {
        scene.customer("sample").await;
        let jiro = permit(&scene, "jiro").await;
        let session = set(&scene, &jiro, PASSWORD).await.expect("set");
        let (tenant, user) = (jiro.tenant().id, jiro.user().id);
        assert!(
            scene.authority.portal().reset_portal_password(&operator(), tenant, user).await.expect("resets")
        );
        assert!(matches!(entry(&scene, &jiro, Some(&session)).await, PortalEntry::Code(_)));
        let old = sign_in(&scene, &jiro, PASSWORD).await;
        assert!(matches!(old, Err(PortalRefusal::Wrong)), "{old:?}");
        let hashed = scene.authority.slow_hashes();
        let first = set(&scene, &jiro, "another password").await;
        assert!(matches!(first, Err(PortalRefusal::CodeNeeded)), "though picked up just now: {first:?}");
        assert_eq!(scene.authority.slow_hashes(), hashed, "nothing was hashed");
    })
    .await;
}

#[tokio::test]
async fn the_page_of_a_certificate_that_was_picked_up_long_ago_sets_no_password_up() {
    on_each_scene(async |scene| {
        scene.customer("sample").await;
        let (jiro, saburo) = (permit(&scene, "jiro").await, permit(&scene, "saburo").await);
        set(&scene, &saburo, PASSWORD).await.expect("set");
        scene.forward(SignedDuration::from_hours(PORTAL_SETUP_HOURS) - SignedDuration::from_secs(60));
        assert!(matches!(entry(&scene, &jiro, None).await, PortalEntry::SetPassword));
        scene.forward(SignedDuration::from_secs(60));
        assert!(matches!(entry(&scene, &jiro, None).await, PortalEntry::Code(_)));
        let late = set(&scene, &jiro, PASSWORD).await;
        assert!(matches!(late, Err(PortalRefusal::CodeNeeded)), "{late:?}");
        sign_in(&scene, &saburo, PASSWORD).await.expect("a password that was set is kept");
    })
    .await;
}

#[tokio::test]
async fn wrong_passwords_are_limited_per_person_and_right_ones_are_not_counted() {
    on_each_scene(async |scene| {
        scene.customer("sample").await;
        let (jiro, saburo) = (permit(&scene, "jiro").await, permit(&scene, "saburo").await);
        set(&scene, &jiro, PASSWORD).await.expect("set");
        set(&scene, &saburo, PASSWORD).await.expect("set");
        for _ in 0..=ATTEMPTS_PER_EMAIL_MAX {
            sign_in(&scene, &jiro, PASSWORD).await.expect("signs in");
        }
        for _ in 0..ATTEMPTS_PER_EMAIL_MAX {
            let answer = sign_in(&scene, &jiro, "wrong").await;
            assert!(matches!(answer, Err(PortalRefusal::Wrong)), "{answer:?}");
        }
        let writer = scene.store.begin("another_act").await.expect("begins");
        let answer = sign_in(&scene, &jiro, PASSWORD).await;
        assert!(matches!(answer, Err(PortalRefusal::TooMany(_))), "told without waiting: {answer:?}");
        drop(writer);
        sign_in(&scene, &saburo, PASSWORD).await.expect("nobody else is bound");
        scene.forward(ATTEMPT_WINDOW);
        sign_in(&scene, &jiro, PASSWORD).await.expect("signs in again");
    })
    .await;
}
