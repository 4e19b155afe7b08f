use crate::{
    databases::on_each_database,
    world::{self, LEAF_TAG, NOW, Prepared, World},
};
use domain::{
    application::{Reference, StoredApplication},
    certificate::CertificateState,
    id::{IssuerId, TenantId},
    revocation::Revocation,
    time::DAY,
};
use pki::crl::RevocationReason;
use std::time::Duration;
use store::{Store, StoreError, duty_leases::DutyLease, duty_runs::DutyRun};

/// One pickup as an act does it; returns whether it got the certificate.
async fn pick_up(
    store: Store,
    tenant: TenantId,
    reference: Reference,
    issuer: IssuerId,
    seed: u64,
) -> Result<bool, StoreError> {
    let mut tx = store.begin("pick_up").await?;
    let record = tx.lock_application_by_reference(&reference).await?.expect("is there");
    let StoredApplication::Approved(approved) = record.application else { return Ok(false) };
    if !tx.tenant(tenant).pick_up_application(&approved, NOW).await? {
        return Ok(false);
    }
    let certificate = world::certificate(approved.particulars(), issuer, &mut world::rng(seed));
    let _to_sign = tx.record_certificate(&certificate, Prepared(vec![1]), NOW).await?;
    tx.commit().await?;
    Ok(true)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_pickups_of_one_pin_one_gets_the_certificate() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let approved = world.approved("pc").await;
        let given = approved.particulars();
        let tries: Vec<_> = (0..8)
            .map(|number| {
                let reference = given.reference.clone();
                tokio::spawn(pick_up(store.clone(), world.tenant.id, reference, world.issuer, 100 + number))
            })
            .collect();
        let mut winners = 0;
        for one in tries {
            winners += usize::from(one.await.expect("ends").expect("works"));
        }
        assert_eq!(winners, 1);
        let mut reader = store.read().await.expect("reads");
        let made = reader.tenant(world.tenant.id).certificates_of_application(given.id).await.expect("reads");
        assert_eq!(made.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_pickup_without_the_lock_still_finds_the_state_changed() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let approved = world.approved("pc").await;
        let mut tx = store.begin("pick_up").await.expect("begins");
        assert!(tx.tenant(world.tenant.id).pick_up_application(&approved, NOW).await.expect("first"));
        assert!(!tx.tenant(world.tenant.id).pick_up_application(&approved, NOW).await.expect("second"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_signer_and_reconciler_the_first_one_wins() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let tenant = world.tenant.id;
        let revocation = Revocation { at: NOW, reason: RevocationReason::CessationOfOperation };
        let (recorded, revoked) = (CertificateState::Recorded, CertificateState::Revoked);

        // Each transaction begins while the other one's decision is written and not yet committed.
        let late = world.recorded("pc").await.0.id;
        let mut reconciler = store.begin("reconcile").await.expect("begins");
        let mut scope = reconciler.tenant(tenant);
        assert!(
            scope
                .set_certificate_state(late, recorded, revoked, Some(revocation), NOW)
                .await
                .expect("revokes")
        );
        let signer = tokio::spawn({
            let store = store.clone();
            async move {
                let mut tx = store.begin("keep").await.expect("begins");
                let kept = tx.tenant(tenant).keep_signed_certificate(late, b"leaf", LEAF_TAG, NOW).await;
                tx.commit().await.expect("commits");
                kept.expect("answers")
            }
        });
        tokio::task::yield_now().await;
        reconciler.commit().await.expect("commits");
        assert!(!signer.await.expect("ends"), "it was revoked");

        let early = world.recorded("phone").await.0.id;
        let mut signer = store.begin("keep").await.expect("begins");
        assert!(
            signer
                .tenant(tenant)
                .keep_signed_certificate(early, b"leaf", LEAF_TAG, NOW)
                .await
                .expect("keeps")
        );
        let reconciler = tokio::spawn({
            let store = store.clone();
            async move {
                let mut tx = store.begin("reconcile").await.expect("begins");
                let mut scope = tx.tenant(tenant);
                let state = scope.lock_certificate(early).await.expect("reads").expect("is there").state;
                let set = scope.set_certificate_state(early, recorded, revoked, Some(revocation), NOW).await;
                tx.commit().await.expect("commits");
                (state, set.expect("answers"))
            }
        });
        tokio::task::yield_now().await;
        signer.commit().await.expect("commits");
        assert_eq!(reconciler.await.expect("ends"), (CertificateState::Valid, false), "it was signed");

        let mut reader = store.read().await.expect("reads");
        let mut scope = reader.tenant(tenant);
        assert_eq!(scope.certificate_der(late).await.expect("reads"), None);
        for (id, state) in [(late, revoked), (early, CertificateState::Valid)] {
            assert_eq!(scope.certificate(id).await.expect("reads").expect("is there").state, state);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_tries_counted_at_once_are_all_counted() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let approved = world.approved("pc").await;
        let (tenant, id) = (world.tenant.id, approved.particulars().id);
        let tries: Vec<_> = (0..8)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    let mut tx = store.begin("wrong_pin").await?;
                    tx.count_attempt(store::attempts::AttemptKey { scope: "address", hash: &[1; 32] }, NOW)
                        .await?;
                    assert!(tx.tenant(tenant).count_wrong_pin(id).await?);
                    tx.commit().await
                })
            })
            .collect();
        for one in tries {
            one.await.expect("ends").expect("works");
        }
        let mut tx = store.begin("set_pin").await.expect("begins");
        let key = store::attempts::AttemptKey { scope: "address", hash: &[1; 32] };
        assert_eq!(tx.attempts(key, NOW).await.expect("reads"), 8);
        let fresh = domain::pin::PinRecord { hash: [2; 32], expires_at: NOW + DAY, wrong_tries: 0, mails: 2 };
        assert!(tx.tenant(tenant).set_pin(id, &fresh).await.expect("sets"));
        let record = tx.tenant(tenant).application(id).await.expect("reads").expect("is there");
        assert_eq!(record.pin.expect("a pin").wrong_tries, 0, "a new PIN begins anew");
    })
    .await;
}

#[tokio::test]
async fn a_duty_has_one_holder_until_its_lease_ends() {
    on_each_database(async |store| {
        let mut tx = store.begin("duty").await.expect("begins");
        assert!(tx.acquire_duty("seal", "one", NOW, NOW + DAY).await.expect("free"));
        assert!(!tx.acquire_duty("seal", "two", NOW, NOW + DAY).await.expect("held"));
        assert!(tx.acquire_duty("seal", "one", NOW, NOW + DAY * 2).await.expect("prolonged"));
        assert!(tx.acquire_duty("seal", "two", NOW + DAY * 2, NOW + DAY * 3).await.expect("ran out"));
        let held = tx.duty_leases(NOW + DAY * 2).await.expect("reads");
        assert_eq!(held["seal"], DutyLease { holder: "two".to_owned(), until: NOW + DAY * 3 });
        assert!(tx.duty_leases(NOW + DAY * 3).await.expect("reads").is_empty());
        assert!(!tx.release_duty("seal", "one").await.expect("another one's"));
        assert!(tx.release_duty("seal", "two").await.expect("released"));
        assert!(tx.acquire_duty("seal", "one", NOW, NOW + DAY).await.expect("free again"));
    })
    .await;
}

#[tokio::test]
async fn a_duty_that_fails_keeps_the_time_of_its_last_good_run() {
    on_each_database(async |store| {
        let good = DutyRun {
            ended_at: NOW,
            took: Duration::from_millis(1_234),
            done: 5,
            failure: None,
            succeeded_at: Some(NOW),
            next_at: NOW + DAY,
        };
        let failed = DutyRun {
            ended_at: NOW + DAY,
            done: 0,
            failure: Some("full disk".to_owned()),
            succeeded_at: None,
            ..good.clone()
        };
        let mut tx = store.begin("duty").await.expect("begins");
        assert_eq!(tx.duty_run("seal").await.expect("reads"), None);
        tx.keep_duty_run("seal", &good).await.expect("keeps");
        assert_eq!(tx.duty_run("seal").await.expect("reads"), Some(good));
        tx.keep_duty_run("seal", &failed).await.expect("keeps");
        let now = DutyRun { succeeded_at: Some(NOW), ..failed };
        assert_eq!(tx.duty_runs().await.expect("reads")["seal"], now);
    })
    .await;
}
