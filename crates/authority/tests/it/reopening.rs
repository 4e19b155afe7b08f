//! Wrong PINs by strangers stop a pickup, and one click of an administrator opens it again.

use crate::{
    scene::{Scene, on_each_scene, operator},
    walk::{pickup_form, settled, users_form, wrong_pin},
};
use authority::{
    delivery::{NextPin, PickupRefusal, PickupState},
    ra::DecideError,
};
use domain::{
    application::Reference,
    id::ApplicationId,
    pin::{PIN_ATTEMPTS_MAX, PIN_MAILS_MAX},
    time::SignedDuration,
};
use std::net::{IpAddr, Ipv4Addr};

/// Twenty wrong PINs, from addresses of their own; the last answer.
async fn stopped_by_strangers(scene: &Scene, reference: &str, pin: &str) -> PickupRefusal {
    let mut answer = None;
    for number in 0..PIN_ATTEMPTS_MAX * PIN_MAILS_MAX {
        let stranger = IpAddr::V4(Ipv4Addr::from(0xc633_6400 + number));
        let form = pickup_form(reference, &wrong_pin(pin));
        answer = Some(scene.authority.delivery().pick_up(&form, stranger).await.expect_err("wrong"));
    }
    // So that what this has caused is older than what follows.
    scene.post().await;
    answer.expect("an answer")
}

async fn id_of(scene: &Scene, reference: &str) -> ApplicationId {
    let reference = Reference::parse(reference).expect("a reference");
    let mut reader = scene.store.read().await.expect("reads");
    let found = reader.application_by_reference(&reference).await.expect("reads").expect("kept");
    found.application.particulars().id
}

#[tokio::test]
async fn strangers_stop_a_pickup_and_person_and_administrators_are_told_once() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.administrator(&sheet).await;
        let (new, password) = scene.invited(&sheet.tenant, "jiro").await;
        scene.apply(users_form(&sheet.tenant, &new, &password)).await.expect("applies");
        let mail = scene.newest_mail_to(new.email.as_str()).await;
        let (reference, pin) = (mail.reference(), mail.pin());
        let last = stopped_by_strangers(&scene, &reference, &pin).await;
        assert!(matches!(last, PickupRefusal::Locked { next: NextPin::AfterReopening }), "{last:?}");
        let told = async |address: &str, words: &str| {
            scene.post().await;
            scene.mailbox.mails_to(address).iter().filter(|mail| mail.text.contains(words)).count()
        };
        assert_eq!(told(new.email.as_str(), "取得を止めました").await, 1);
        assert_eq!(told("hanako@sample.example", "取得を止めました").await, 1);
        let administrators = scene.newest_mail_to("hanako@sample.example").await;
        assert!(administrators.text.contains("/applications") && administrators.text.contains(&reference));
        for _ in 0..3 {
            scene.forward(SignedDuration::from_mins(16));
            let right = scene.pick_up(pickup_form(&reference, &pin)).await;
            assert!(
                matches!(right, Err(PickupRefusal::Locked { next: NextPin::AfterReopening })),
                "{right:?}"
            );
        }
        assert_eq!(told("hanako@sample.example", "取得を止めました").await, 1, "once");
        let mut reader = scene.store.read().await.expect("reads");
        let stopped =
            reader.tenant(sheet.tenant.id).stopped_pickups(None, scene.now(), 10).await.expect("reads");
        assert_eq!(stopped.len(), 1);
        assert_eq!(stopped[0].application.particulars().reference.to_string(), reference);
    })
    .await;
}

#[tokio::test]
async fn a_stopped_pickup_is_opened_again_with_a_new_pin_and_guessing_stays_bounded() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let id = id_of(&scene, &reference).await;
        let tenant = sheet.tenant.id;
        let early = scene.authority.delivery().reopen_pickup(&operator(), tenant, id).await;
        assert!(matches!(early, Err(DecideError::Decided)), "it is open: {early:?}");
        stopped_by_strangers(&scene, &reference, &pin).await;
        scene.authority.delivery().reopen_pickup(&operator(), tenant, id).await.expect("opens again");
        let twice = scene.authority.delivery().reopen_pickup(&operator(), tenant, id).await;
        assert!(matches!(twice, Err(DecideError::Decided)), "one click, one PIN: {twice:?}");
        let mail = scene.newest_mail_to("hanako@sample.example").await;
        assert!(mail.text.contains("再開しました"), "{}", mail.text);
        let old = scene.pick_up(pickup_form(&reference, &pin)).await;
        assert!(matches!(old, Err(PickupRefusal::WrongPin { left: 4 })), "{old:?}");
        scene.forward(SignedDuration::from_mins(16));
        let last = stopped_by_strangers(&scene, &reference, &mail.pin()).await;
        assert!(
            matches!(last, PickupRefusal::Locked { next: NextPin::AfterReopening }),
            "twenty more, then none: {last:?}"
        );
        scene.authority.delivery().reopen_pickup(&operator(), tenant, id).await.expect("opens again");
        let pin = scene.newest_mail_to("hanako@sample.example").await.pin();
        let token = scene.pick_up(pickup_form(&reference, &pin)).await.expect("opens");
        assert!(matches!(settled(&scene.authority, &token).await, PickupState::Ready(_)));
        let late = scene.authority.delivery().reopen_pickup(&operator(), tenant, id).await;
        assert!(matches!(late, Err(DecideError::Decided)), "{late:?}");
        assert_eq!(scene.times_audited("reopen-pickup").await, 2);
    })
    .await;
}

#[tokio::test]
async fn pins_that_ran_out_stop_a_pickup_too_and_the_contract_still_counts() {
    on_each_scene(async |scene| {
        let sheet = scene.customer_with("sample", |new| new.seats = 1).await;
        let (reference, mut pin) = scene.approved(&sheet).await;
        for _ in 1..PIN_MAILS_MAX {
            scene.forward(SignedDuration::from_hours(73));
            scene.pick_up(pickup_form(&reference, &pin)).await.expect_err("ran out");
            pin = scene.newest_mail_to("hanako@sample.example").await.pin();
        }
        scene.forward(SignedDuration::from_hours(73));
        let last = scene.pick_up(pickup_form(&reference, &pin)).await;
        assert!(matches!(last, Err(PickupRefusal::Locked { next: NextPin::AfterReopening })), "{last:?}");
        let id = id_of(&scene, &reference).await;
        scene
            .authority
            .delivery()
            .reopen_pickup(&operator(), sheet.tenant.id, id)
            .await
            .expect("opens again");
        let pin = scene.newest_mail_to("hanako@sample.example").await.pin();
        scene.pick_up(pickup_form(&reference, &pin)).await.expect("opens");
    })
    .await;
}

#[tokio::test]
async fn another_tenants_pickup_is_not_there_to_be_opened() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        stopped_by_strangers(&scene, &reference, &pin).await;
        let id = id_of(&scene, &reference).await;
        let other = scene.customer("other").await;
        let stranger = scene.administrator(&other).await;
        let grant = scene.permission(&stranger).await;
        for tenant in [sheet.tenant.id, other.tenant.id] {
            let answer = scene.authority.delivery().reopen_pickup(&grant, tenant, id).await;
            assert!(matches!(answer, Err(DecideError::NotFound)), "{answer:?}");
        }
    })
    .await;
}
