use crate::{
    scene::{Scene, elsewhere, on_each_scene},
    walk::{PHRASE, administrators_form, pickup_form, secret, wrong_pin},
};
use authority::{
    delivery::PickupRefusal,
    ra::{ApplicationForm, ApplyRefusal},
    self_service::{ChallengeForm, ChallengeRefusal},
    sheet::HandOver,
};
use domain::{
    attempts::{ATTEMPT_WINDOW, ATTEMPTS_PER_ADDRESS_MAX, ATTEMPTS_PER_EMAIL_MAX},
    challenge::ChallengePhrase,
    password::OneTimePassword,
    time::SignedDuration,
};
use std::net::IpAddr;

fn wrong_form(sheet: &HandOver) -> ApplicationForm {
    ApplicationForm { password: OneTimePassword::typed("wrong"), ..administrators_form(sheet) }
}

/// As many wrong tries as an address has, each at another person.
async fn use_up_tries(scene: &Scene, sheet: &HandOver, address: IpAddr) {
    for number in 0..ATTEMPTS_PER_ADDRESS_MAX {
        let form = ApplicationForm { email: format!("guess{number}@sample.example"), ..wrong_form(sheet) };
        let answer = scene.authority.apply(form, address).await;
        assert!(matches!(answer, Err(ApplyRefusal::Uniform)), "{answer:?}");
    }
}

async fn retry_after(scene: &Scene, sheet: &HandOver, address: IpAddr) -> Option<u32> {
    match scene.authority.apply(administrators_form(sheet), address).await {
        Err(ApplyRefusal::TooMany(told)) => Some(told.retry_after_seconds),
        Ok(_) => None,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn after_so_many_wrong_tries_an_address_is_told_when_to_come_back_even_with_the_right_words() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.forward(SignedDuration::from_mins(5));
        use_up_tries(&scene, &sheet, elsewhere()).await;
        assert_eq!(retry_after(&scene, &sheet, elsewhere()).await, Some(600));
    })
    .await;
}

#[tokio::test]
async fn a_flood_from_one_address_locks_nobody_else_out() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        use_up_tries(&scene, &sheet, elsewhere()).await;
        assert_eq!(retry_after(&scene, &sheet, crate::scene::office()).await, None);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_failed_is_bound_by_the_count_of_the_person_it_tried_at() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        for _ in 0..ATTEMPTS_PER_EMAIL_MAX {
            let answer = scene.authority.apply(wrong_form(&sheet), elsewhere()).await;
            assert!(matches!(answer, Err(ApplyRefusal::Uniform)), "{answer:?}");
        }
        let third = "203.0.113.30".parse().expect("an address");
        let first = scene.authority.apply(wrong_form(&sheet), third).await;
        assert!(matches!(first, Err(ApplyRefusal::Uniform)), "{first:?}");
        assert!(retry_after(&scene, &sheet, third).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn no_phrase_is_hashed_for_wrong_credentials_nor_beyond_the_limit() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let hashes_for = async |phrase: &str, limited: bool| {
            let before = scene.authority.slow_hashes();
            let form = ApplicationForm { challenge_phrase: secret(phrase), ..wrong_form(&sheet) };
            let answer = scene.authority.apply(form, elsewhere()).await.expect_err("refused");
            assert_eq!(matches!(answer, ApplyRefusal::TooMany(_)), limited, "{answer:?}");
            scene.authority.slow_hashes() - before
        };
        assert_eq!(hashes_for(PHRASE, false).await, 0);
        scene.forward(ATTEMPT_WINDOW);
        use_up_tries(&scene, &sheet, elsewhere()).await;
        assert_eq!(hashes_for(PHRASE, true).await, 0);
    })
    .await;
}

#[tokio::test]
async fn counts_survive_a_restart_and_end_with_their_window() {
    on_each_scene(async |mut scene| {
        let sheet = scene.customer("sample").await;
        use_up_tries(&scene, &sheet, elsewhere()).await;
        scene.restart().await;
        scene.authority.reconcile().await.expect("reconciles");
        let left = retry_after(&scene, &sheet, elsewhere()).await.expect("still told");
        scene.forward(SignedDuration::from_secs(i64::from(left) - 1));
        assert_eq!(retry_after(&scene, &sheet, elsewhere()).await, Some(1));
        scene.forward(SignedDuration::from_secs(1));
        assert_eq!(retry_after(&scene, &sheet, elsewhere()).await, None);
    })
    .await;
}

#[tokio::test]
async fn counts_are_erased_when_they_no_longer_matter() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.authority.apply(wrong_form(&sheet), elsewhere()).await.expect_err("refused");
        let mut back_door = scene.back_door().await;
        assert_eq!(back_door.number("SELECT COUNT(*) FROM attempt").await, 3);
        scene.forward(ATTEMPT_WINDOW * 3);
        scene.authority.reconcile().await.expect("reconciles");
        assert_eq!(back_door.number("SELECT COUNT(*) FROM attempt").await, 0);
    })
    .await;
}

#[tokio::test]
async fn guesses_at_many_references_are_limited_by_the_address() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        for number in 0..ATTEMPTS_PER_ADDRESS_MAX {
            let letter = char::from(b'a' + u8::try_from(number % 8).expect("small"));
            let guess = format!("r{}", letter.to_string().repeat(10));
            let answer = scene.authority.pick_up(pickup_form(&guess, &wrong_pin(&pin)), elsewhere()).await;
            assert!(matches!(answer, Err(PickupRefusal::NotFound)), "{answer:?}");
        }
        let answer = scene.authority.pick_up(pickup_form(&reference, &pin), elsewhere()).await;
        assert!(matches!(answer, Err(PickupRefusal::TooMany(_))), "{answer:?}");
        scene.pick_up(pickup_form(&reference, &pin)).await.expect("the office is not bound");
    })
    .await;
}

#[tokio::test]
async fn whoever_is_over_a_limit_is_told_so_without_waiting_for_the_one_writer() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let guess = || pickup_form("raaaaaaaaaa", "1234 5678 9012");
        let phrase = || ChallengeForm {
            identification_code: sheet.tenant.identification_code.grouped(),
            email: "hanako@sample.example".into(),
            challenge_phrase: ChallengePhrase::typed("a wrong phrase"),
        };
        use_up_tries(&scene, &sheet, elsewhere()).await;
        for _ in 0..ATTEMPTS_PER_EMAIL_MAX {
            scene.authority.pick_up(guess(), elsewhere()).await.expect_err("refused");
            let answer = scene.authority.certificates_by_challenge(&phrase(), elsewhere()).await;
            answer.expect_err("refused");
        }
        let writer = scene.authority.store().begin("another_act").await.expect("begins");
        assert!(retry_after(&scene, &sheet, elsewhere()).await.is_some());
        let answer = scene.authority.pick_up(guess(), elsewhere()).await;
        assert!(matches!(answer, Err(PickupRefusal::TooMany(_))), "{answer:?}");
        let answer = scene.authority.certificates_by_challenge(&phrase(), elsewhere()).await;
        assert!(matches!(answer, Err(ChallengeRefusal::TooMany(_))), "{answer:?}");
        drop(writer);
    })
    .await;
}
