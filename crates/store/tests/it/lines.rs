//! The certificates of one device form its line.

use crate::{
    databases::on_each_database,
    world::{self, LEAF_TAG, NOW, Prepared, World},
};
use domain::{
    application::{Application, Particulars, Purpose},
    pin::PinRecord,
    time::DAY,
};
use store::TenantTransaction;

#[tokio::test]
async fn a_device_has_one_seat_for_all_certificates_of_its_line_and_keeps_it_whatever_others_hold() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let tenant = world.tenant.id;
        let old = world.signed("pc").await;
        let other = world.signed("phone").await;
        let renewal = world::application(&world.user, "pc", &mut world.rng).particulars().clone();
        let renewal = Particulars { device: old.device, purpose: Purpose::Renewal, ..renewal };
        let submitted = Application::submit(renewal.clone());
        let mut tx = store.begin("renew").await.expect("begins");
        let mut scope = tx.tenant(tenant);
        scope.insert_application(&submitted, None).await.expect("applies");
        assert!(scope.approve_application(&world::approve(submitted), NOW).await.expect("approves"));
        let later = old.not_after + DAY;
        let pin = PinRecord { hash: [4; 32], expires_at: later + DAY, wrong_tries: 0, mails: 1 };
        assert!(scope.set_pin(renewal.id, &pin).await.expect("sets"));
        assert_eq!(scope.seats_used(NOW).await.expect("counts"), 2, "the renewal waits in its device's seat");
        assert_eq!(scope.seats_shown(NOW).await.expect("counts"), 2);
        let found = scope.open_application_of(old.device).await.expect("reads").expect("the renewal");
        assert_eq!(found.application.particulars().purpose, Purpose::Renewal);
        assert!(scope.open_application_of(other.device).await.expect("reads").is_none());
        assert!(scope.holds_seat(old.device, later).await.expect("reads"), "by its open pickup");
        assert!(!scope.holds_seat(other.device, later).await.expect("reads"));
        assert_eq!(
            scope.withdraw_applications_of_device(old.device, old.user, NOW).await.expect("withdraws"),
            1
        );
        assert!(!scope.holds_seat(old.device, later).await.expect("reads"));
        assert_eq!(scope.seats_used(NOW).await.expect("counts"), 2);
    })
    .await;
}

#[tokio::test]
async fn a_superseded_certificate_ends_early_once_the_newer_one_was_seen_and_never_later_than_by_itself() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let tenant = world.tenant.id;
        let old = world.signed("pc").await;
        let mut new = world::certificate(
            &Particulars { device: old.device, ..world.approved("pc").await.particulars().clone() },
            world.issuer,
            &mut world.rng,
        );
        new.not_after = NOW + DAY * 700;
        let mut tx = store.begin("renew").await.expect("begins");
        let _to_sign = tx.record_certificate(&new, Prepared(b"tbs".to_vec()), NOW).await.expect("records");
        let mut scope = tx.tenant(tenant);
        assert!(scope.keep_signed_certificate(new.id, b"leaf", LEAF_TAG, NOW).await.expect("keeps"));
        assert_eq!(scope.supersede_by(new.id, NOW).await.expect("supersedes"), 1);
        let read = async |scope: &mut TenantTransaction<'_>, id| {
            scope.certificate(id).await.expect("reads").expect("a certificate").ends_at
        };
        assert_eq!(read(&mut scope, old.id).await, Some(old.not_after), "unseen, it takes nothing away");
        assert_eq!(
            scope.end_superseded_by(old.id, NOW + DAY * 7).await.expect("ends"),
            0,
            "the older ends nothing"
        );
        assert_eq!(scope.end_superseded_by(new.id, NOW + DAY * 9_000).await.expect("ends"), 0, "never later");
        assert_eq!(scope.end_superseded_by(new.id, NOW + DAY * 7).await.expect("ends"), 1);
        assert_eq!(read(&mut scope, old.id).await, Some(NOW + DAY * 7));
        assert_eq!(read(&mut scope, new.id).await, None);
        tx.commit().await.expect("commits");
        let mut reader = store.read().await.expect("reads");
        let due = reader.superseded_certificates(NOW + DAY * 6, 9).await.expect("reads");
        assert!(due.is_empty());
        let due = reader.superseded_certificates(NOW + DAY * 7, 9).await.expect("reads");
        assert_eq!(due, [(tenant, old.id)]);
    })
    .await;
}
