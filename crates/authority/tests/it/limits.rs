use crate::{
    scene::{Scene, elsewhere, on_each_scene},
    walk::{PHRASE, WRONG_PASSWORD, administrators_form, pickup_form, wrong_pin},
};
use authority::{
    Authority, delivery::PickupRefusal, ra::ApplyRefusal, self_service::ChallengeRefusal, sheet::HandOver,
};
use domain::{
    application_form::ApplyField,
    attempts::{ATTEMPT_WINDOW, ATTEMPTS_PER_ADDRESS_MAX, ATTEMPTS_PER_EMAIL_MAX},
    challenge::ChallengePhrase,
    form::Form,
    locale::Locale,
    pickup_form::PickupField,
    revoke_form::ChallengeForm,
    tenant::IdentificationCode,
    time::SignedDuration,
};
use std::net::IpAddr;

fn wrong_form(sheet: &HandOver) -> Form<ApplyField> {
    administrators_form(sheet).with(ApplyField::Password, WRONG_PASSWORD)
}

/// As many wrong tries as an address has, each at another person.
async fn use_up_tries(scene: &Scene, sheet: &HandOver, address: IpAddr) {
    for number in 0..ATTEMPTS_PER_ADDRESS_MAX {
        let form = wrong_form(sheet).with(ApplyField::Email, format!("guess{number}@sample.example"));
        let answer = scene.authority.registration().apply(&form, Locale::Ja, address).await;
        assert!(matches!(answer, Err(ApplyRefusal::Uniform)), "{answer:?}");
    }
}

async fn retry_after(scene: &Scene, sheet: &HandOver, address: IpAddr) -> Option<u32> {
    match scene.authority.registration().apply(&administrators_form(sheet), Locale::Ja, address).await {
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
            let answer =
                scene.authority.registration().apply(&wrong_form(&sheet), Locale::Ja, elsewhere()).await;
            assert!(matches!(answer, Err(ApplyRefusal::Uniform)), "{answer:?}");
        }
        let third = "203.0.113.30".parse().expect("an address");
        let first = scene.authority.registration().apply(&wrong_form(&sheet), Locale::Ja, third).await;
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
            let form = wrong_form(&sheet).with(ApplyField::ChallengePhrase, phrase);
            let answer = scene
                .authority
                .registration()
                .apply(&form, Locale::Ja, elsewhere())
                .await
                .expect_err("refused");
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
        scene.authority.duties().reconcile().await.expect("reconciles");
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
        scene
            .authority
            .registration()
            .apply(&wrong_form(&sheet), Locale::Ja, elsewhere())
            .await
            .expect_err("refused");
        let mut back_door = scene.back_door().await;
        assert_eq!(back_door.number("SELECT COUNT(*) FROM attempt").await, 3);
        scene.forward(ATTEMPT_WINDOW * 3);
        scene.authority.duties().reconcile().await.expect("reconciles");
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
            let answer =
                scene.authority.delivery().pick_up(&pickup_form(&guess, &wrong_pin(&pin)), elsewhere()).await;
            assert!(matches!(answer, Err(PickupRefusal::NotFound)), "{answer:?}");
        }
        let answer = scene.authority.delivery().pick_up(&pickup_form(&reference, &pin), elsewhere()).await;
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
            identification_code: sheet.tenant.identification_code.clone(),
            email: crate::scene::email("hanako@sample.example"),
            challenge_phrase: ChallengePhrase::recalled("a wrong phrase").expect("a phrase"),
        };
        use_up_tries(&scene, &sheet, elsewhere()).await;
        for _ in 0..ATTEMPTS_PER_EMAIL_MAX {
            scene.authority.delivery().pick_up(&guess(), elsewhere()).await.expect_err("refused");
            let answer =
                scene.authority.self_service().certificates_by_challenge(&phrase(), elsewhere()).await;
            answer.expect_err("refused");
        }
        let writer = scene.store.begin("another_act").await.expect("begins");
        assert!(retry_after(&scene, &sheet, elsewhere()).await.is_some());
        let answer = scene.authority.delivery().pick_up(&guess(), elsewhere()).await;
        assert!(matches!(answer, Err(PickupRefusal::TooMany(_))), "{answer:?}");
        let answer = scene.authority.self_service().certificates_by_challenge(&phrase(), elsewhere()).await;
        assert!(matches!(answer, Err(ChallengeRefusal::TooMany(_))), "{answer:?}");
        drop(writer);
    })
    .await;
}

/// More at the same moment than an address has answers, and than the line takes at once.
const FLOOD: u32 = 4 * ATTEMPTS_PER_ADDRESS_MAX;

/// Phrases from one address, each at another person, until every one has got its answer; the answers, and how many
/// were sent away from the line, to come again.
async fn phrases_at_once(authorities: &[Authority], sheet: &HandOver) -> (u32, u32) {
    let guess = async |authority: Authority, number: u32, code: IdentificationCode| {
        let form = ChallengeForm {
            identification_code: code,
            email: crate::scene::email(&format!("guess{number}@sample.example")),
            challenge_phrase: ChallengePhrase::recalled("a wrong phrase").expect("a phrase"),
        };
        loop {
            match authority.self_service().certificates_by_challenge(&form, elsewhere()).await {
                Err(ChallengeRefusal::Uniform) => return (1, 0),
                Err(ChallengeRefusal::TooMany(_)) => return (0, 1),
                Err(ChallengeRefusal::Unavailable(cause)) if cause.is_busy() => {
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                }
                other => panic!("{other:?}"),
            }
        }
    };
    let flood: Vec<_> = (0..FLOOD)
        .map(|number| {
            let authority = authorities[number as usize % authorities.len()].clone();
            tokio::spawn(guess(authority, number, sheet.tenant.identification_code.clone()))
        })
        .collect();
    let mut told = (0, 0);
    for one in flood {
        let (answered, refused) = one.await.expect("no panic");
        told = (told.0 + answered, told.1 + refused);
    }
    told
}

#[tokio::test]
async fn an_address_costs_as_many_slow_hashes_as_it_gets_answers_and_no_more() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let mut processes = vec![scene.authority.clone()];
        if scene.store.is_shared() {
            processes.push(scene.another_process().await);
        }
        let before = scene.authority.slow_hashes();
        let told = phrases_at_once(&processes, &sheet).await;
        assert_eq!(told, (ATTEMPTS_PER_ADDRESS_MAX, FLOOD - ATTEMPTS_PER_ADDRESS_MAX));
        let hashes: u64 = processes.iter().map(Authority::slow_hashes).sum();
        assert_eq!(hashes - before, u64::from(ATTEMPTS_PER_ADDRESS_MAX));
    })
    .await;
}

#[tokio::test]
async fn a_right_phrase_leaves_no_try_behind() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let form = ChallengeForm {
            identification_code: sheet.tenant.identification_code.clone(),
            email: jiro.user.email.clone(),
            challenge_phrase: ChallengePhrase::recalled(PHRASE).expect("a phrase"),
        };
        scene.authority.self_service().certificates_by_challenge(&form, elsewhere()).await.expect("found");
        assert_eq!(scene.back_door().await.number("SELECT COUNT(*) FROM attempt WHERE tries > 0").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_can_be_no_code_is_a_slip_of_the_finger_and_locks_no_office_out() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let apply = [(ApplyField::Password, "abcd-efgh"), (ApplyField::IdentificationCode, "k7mq-9xtd-4wv0")];
        let pickup = [(PickupField::Reference, "R23"), (PickupField::Pin, "1234 5678 901")];
        let hashes = scene.authority.slow_hashes();
        for _ in 0..=ATTEMPTS_PER_ADDRESS_MAX {
            for (field, typed) in apply {
                let form = administrators_form(&sheet).with(field, typed);
                let answer = scene.authority.registration().apply(&form, Locale::Ja, elsewhere()).await;
                assert!(matches!(answer, Err(ApplyRefusal::Fields(_))), "{typed}: {answer:?}");
            }
            for (field, typed) in pickup {
                let form = pickup_form(&reference, &pin).with(field, typed);
                let answer = scene.authority.delivery().pick_up(&form, elsewhere()).await;
                assert!(matches!(answer, Err(PickupRefusal::Fields(_))), "{typed}: {answer:?}");
            }
        }
        assert_eq!(scene.authority.slow_hashes(), hashes);
        assert_eq!(scene.back_door().await.number("SELECT COUNT(*) FROM attempt WHERE tries > 0").await, 0);
        let opened = scene.authority.delivery().pick_up(&pickup_form(&reference, &pin), elsewhere()).await;
        opened.expect("the PIN still opens");
    })
    .await;
}
