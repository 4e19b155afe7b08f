//! A right PIN is used up by the request that brings the cookie back.

use crate::{
    scene::{elsewhere, office, on_each_scene, operator},
    walk::{pickup_form, settled, wrong_pin},
};
use authority::delivery::{CLAIM_MINUTES, PickupRefusal, PickupState};
use domain::{
    application::{Reference, StoredApplication},
    pickup_form::PickupField,
    time::SignedDuration,
};
use pki::Pkcs12Profile;

#[tokio::test]
async fn a_browser_without_cookies_loses_neither_pin_nor_seat() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let log = scene.audit_log().await.len();
        for _ in 0..20 {
            let mut form = pickup_form(&reference, &pin);
            form.set(PickupField::Attempt, "");
            scene.authority.delivery().claim_pickup(&form, office()).await.expect("the PIN is right");
        }
        assert!(scene.certificates(sheet.tenant.id).await.is_empty());
        assert_eq!(scene.audit_log().await.len(), log, "nothing was done");
        let mut reader = scene.store.read().await.expect("reads");
        let parsed = Reference::parse(&reference).expect("a reference");
        let record = reader.application_by_reference(&parsed).await.expect("reads").expect("kept");
        assert!(matches!(record.application, StoredApplication::Approved(_)));
        assert_eq!(record.pin.expect("still open").wrong_tries, 0);
        drop(reader);
        let token = scene.pick_up(pickup_form(&reference, &pin)).await.expect("still opens");
        assert!(matches!(settled(&scene.authority, &token).await, PickupState::Ready(_)));
    })
    .await;
}

#[tokio::test]
async fn two_tabs_and_two_browsers_with_one_pin_make_one_certificate() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let form = || pickup_form(&reference, &pin);
        let mut nameless = form();
        nameless.set(PickupField::Attempt, "");
        let tabs = [
            scene.authority.delivery().claim_pickup(&form(), office()).await.expect("opens"),
            scene.authority.delivery().claim_pickup(&form(), office()).await.expect("opens"),
        ];
        let browser = scene.authority.delivery().claim_pickup(&nameless, elsewhere()).await.expect("opens");
        let begin = |cookie: &str| {
            let (authority, cookie) = (scene.authority.clone(), cookie.to_owned());
            Box::pin(async move { authority.delivery().begin_pickup(&cookie, office()).await })
        };
        let (one, other, again) =
            tokio::join!(begin(tabs[0].expose()), begin(tabs[1].expose()), begin(tabs[0].expose()));
        let token = one.expect("begins");
        for same in [other, again] {
            assert_eq!(same.expect("is the same").expose(), token.expose());
        }
        let late = begin(browser.expose()).await;
        assert!(matches!(late, Err(PickupRefusal::Used)), "{late:?}");
        assert!(matches!(settled(&scene.authority, &token).await, PickupState::Ready(_)));
        assert_eq!(begin(tabs[1].expose()).await.expect("still the same").expose(), token.expose());
        assert_eq!(scene.certificates(sheet.tenant.id).await.len(), 1);
        assert_eq!(scene.times_audited("pick-up").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_claim_is_over_after_its_minutes_and_when_another_pin_counts() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let claim = scene
            .authority
            .delivery()
            .claim_pickup(&pickup_form(&reference, &pin), office())
            .await
            .expect("opens");
        scene.forward(SignedDuration::from_mins(i64::from(CLAIM_MINUTES)));
        let late = scene.authority.delivery().begin_pickup(claim.expose(), office()).await;
        assert!(matches!(late, Err(PickupRefusal::ClaimOver)), "{late:?}");

        let claim = scene
            .authority
            .delivery()
            .claim_pickup(&pickup_form(&reference, &pin), office())
            .await
            .expect("opens");
        for _ in 0..5 {
            scene.pick_up(pickup_form(&reference, &wrong_pin(&pin))).await.expect_err("wrong");
        }
        let replaced = scene.authority.delivery().begin_pickup(claim.expose(), office()).await;
        assert!(matches!(replaced, Err(PickupRefusal::ClaimOver)), "{replaced:?}");
        assert!(scene.certificates(sheet.tenant.id).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn whoever_is_shut_out_between_form_and_making_gets_no_certificate() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let claim = scene
            .authority
            .delivery()
            .claim_pickup(&pickup_form(&reference, &pin), office())
            .await
            .expect("opens");
        scene.authority.tenants().suspend_tenant(&operator(), sheet.tenant.id).await.expect("suspends");
        let answer = scene.authority.delivery().begin_pickup(claim.expose(), office()).await;
        assert!(matches!(answer, Err(PickupRefusal::Suspended { .. })), "{answer:?}");
        assert!(scene.certificates(sheet.tenant.id).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_cookie_that_is_no_claim_of_ours_begins_nothing() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let claim = |attempt: &str| {
            let mut form = pickup_form(&reference, &pin);
            form.set(PickupField::Attempt, attempt);
            let authority = scene.authority.clone();
            async move {
                authority.delivery().claim_pickup(&form, office()).await.expect("opens").expose().to_owned()
            }
        };
        let (one, other) = (claim("").await, claim("another-form-that-was-shown").await);
        let (token, sealed) = one.rsplit_once('.').expect("a claim");
        let (other_token, _) = other.rsplit_once('.').expect("a claim");
        let mut cookies = vec![String::new(), "a.b.c.d".into(), token.into(), format!("{token}.AAAA")];
        cookies.push(format!("{other_token}.{sealed}"));
        for cookie in &cookies {
            let answer = scene.authority.delivery().begin_pickup(cookie, office()).await;
            assert!(matches!(answer, Err(PickupRefusal::ClaimOver)), "{cookie}: {answer:?}");
        }
        assert!(scene.certificates(sheet.tenant.id).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn without_the_letters_of_the_form_nobody_makes_its_token_again() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let token = |attempt: &str| {
            let mut form = pickup_form(&reference, &pin);
            form.set(PickupField::Attempt, attempt);
            let authority = scene.authority.clone();
            async move {
                let cookie = authority.delivery().claim_pickup(&form, office()).await.expect("opens");
                cookie.expose().split('.').next().expect("a token").to_owned()
            }
        };
        let (form, short) = ("another-form-that-was-shown", "few-letters");
        assert_eq!(token(form).await, token(form).await);
        assert_ne!(token(short).await, token(short).await);
        assert_ne!(token("").await, token("").await);
    })
    .await;
}

#[tokio::test]
async fn neither_password_nor_claim_rests_on_our_side() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let claim = scene
            .authority
            .delivery()
            .claim_pickup(&pickup_form(&reference, &pin), office())
            .await
            .expect("opens");
        let mut back_door = scene.back_door().await;
        assert_eq!(back_door.number("SELECT COUNT(*) FROM pickup").await, 0);
        let token = scene.authority.delivery().begin_pickup(claim.expose(), office()).await.expect("begins");
        assert!(matches!(settled(&scene.authority, &token).await, PickupState::Ready(_)));
        assert!(claim.expose().len() > token.expose().len(), "the claim has served");
        assert!(scene.file(&token, Pkcs12Profile::Modern).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_request_that_is_dropped_at_once_leaves_a_certificate_that_gets_made() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let cookie = scene
            .authority
            .delivery()
            .claim_pickup(&pickup_form(&reference, &pin), office())
            .await
            .expect("opens");
        let mut asked = Box::pin(scene.authority.delivery().begin_pickup(cookie.expose(), office()));
        // The browser is closed as soon as the request has begun.
        let begun =
            std::future::poll_fn(|context| std::task::Poll::Ready(asked.as_mut().poll(context))).await;
        assert!(begun.is_pending());
        drop(asked);
        while scene.certificates(sheet.tenant.id).await.is_empty() {
            tokio::task::yield_now().await;
        }
        let token =
            scene.authority.delivery().begin_pickup(cookie.expose(), office()).await.expect("is the same");
        assert!(matches!(settled(&scene.authority, &token).await, PickupState::Ready(_)));
        assert_eq!(scene.certificates(sheet.tenant.id).await.len(), 1);
    })
    .await;
}
