//! Notices of ends: who is found to be due, what is noted once, and what a wrong clock leaves.

use crate::{
    databases::on_each_database,
    world::{NOW, World},
};
use domain::{
    certificate::{CertificateRecord, CertificateState},
    contract_notice::ContractNotice,
    end_notice::due_spans,
    id::CertificateId,
    revocation::Revocation,
    tenant::TenantState,
    time::{DAY, SignedDuration, Timestamp},
    user::UserState,
};
use pki::crl::RevocationReason;
use store::{Store, clock_steps::LongestLives};

/// The certificates that any span finds.
async fn found(store: &Store, now: Timestamp) -> Vec<CertificateId> {
    let mut reader = store.read().await.expect("reads");
    let mut all = Vec::new();
    for span in due_spans(now) {
        let found = reader.certificates_to_notice(span, 100).await.expect("reads");
        all.extend(found.into_iter().map(|(_, certificate)| certificate));
    }
    all
}

async fn note(world: &World, certificate: &CertificateRecord, days: u32, at: Timestamp) -> bool {
    let mut tx = world.store.begin("note").await.expect("begins");
    let mut scope = tx.tenant(world.tenant.id);
    let noted = scope.note_notice(certificate.id, days, certificate.not_after, at).await.expect("notes");
    tx.commit().await.expect("commits");
    noted
}

/// Of a certificate that ends after a year.
fn before_end(days: i32) -> Timestamp {
    NOW + DAY * (365 - days)
}

#[tokio::test]
async fn a_certificate_is_due_until_its_notice_is_noted_and_then_from_the_next_one_on() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let certificate = world.signed("pc").await;
        world.recorded("never picked up").await;
        assert_eq!(found(&store, before_end(61)).await, []);
        assert_eq!(found(&store, before_end(60)).await, [certificate.id]);
        assert!(note(&world, &certificate, 60, before_end(60)).await);
        assert!(!note(&world, &certificate, 60, before_end(60)).await, "it is noted already");
        assert_eq!(found(&store, before_end(31)).await, []);
        assert_eq!(found(&store, before_end(30)).await, [certificate.id]);
        assert!(note(&world, &certificate, 7, before_end(5)).await, "the days between were missed");
        assert_eq!(found(&store, before_end(2)).await, []);
        assert_eq!(found(&store, before_end(1)).await, [certificate.id]);
        assert_eq!(found(&store, before_end(0) + SignedDuration::from_secs(1)).await, [], "it has ended");
        let mut reader = store.read().await.expect("reads");
        let mut scope = reader.tenant(world.tenant.id);
        let mut sent = scope.notices_sent(certificate.id).await.expect("reads");
        sent.sort_unstable();
        assert_eq!(sent, [7, 60]);
        assert_eq!(scope.newest_notice_to(world.user.id).await.expect("reads"), Some(before_end(5)));
    })
    .await;
}

#[tokio::test]
async fn whom_a_notice_must_not_reach_is_not_found() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let certificate = world.signed("pc").await;
        let (tenant, user, now) = (world.tenant.id, world.user.id, before_end(60));
        let both = |from: UserState, to: UserState| {
            let store = store.clone();
            async move {
                let mut tx = store.begin("move").await.expect("begins");
                assert!(tx.tenant(tenant).set_user_state(user, from, to, NOW).await.expect("moves"));
                tx.commit().await.expect("commits");
            }
        };
        both(UserState::Active, UserState::Suspended).await;
        assert_eq!(found(&store, now).await, []);
        both(UserState::Suspended, UserState::Active).await;
        for (from, to, wanted) in [
            (TenantState::Active, TenantState::Suspended, 0),
            (TenantState::Suspended, TenantState::Active, 1),
        ] {
            let mut tx = store.begin("move").await.expect("begins");
            assert!(tx.tenant(tenant).set_tenant_state(from, to, NOW).await.expect("moves"));
            tx.commit().await.expect("commits");
            assert_eq!(found(&store, now).await.len(), wanted);
        }
        // Nobody can renew once the contract has ended.
        let mut reader = store.read().await.expect("reads");
        let until = world.tenant.license.valid_until;
        let span = due_spans(until).next().expect("a first one");
        assert_eq!(reader.certificates_to_notice(span, 100).await.expect("reads"), []);
        drop(reader);
        let held = Revocation { at: NOW, reason: RevocationReason::CertificateHold };
        let mut tx = store.begin("hold").await.expect("begins");
        let (valid, on_hold) = (CertificateState::Valid, CertificateState::OnHold);
        let mut scope = tx.tenant(tenant);
        let done = scope.set_certificate_state(certificate.id, valid, on_hold, Some(held), NOW).await;
        assert!(done.expect("holds"));
        tx.commit().await.expect("commits");
        assert_eq!(found(&store, now).await, []);
    })
    .await;
}

#[tokio::test]
async fn what_was_noted_while_the_clock_was_ahead_is_looked_at_anew_and_stays_noted() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let certificate = world.signed("pc").await;
        assert!(note(&world, &certificate, 7, before_end(5)).await);
        assert_eq!(found(&store, before_end(30)).await, [], "the clock was set back");
        let hour = SignedDuration::from_hours(1);
        let lives = LongestLives {
            mail_lease: hour,
            mail_pause: hour,
            pickup: hour,
            resting_password: hour,
            session: hour,
        };
        let mut tx = store.begin("mend").await.expect("begins");
        assert_eq!(tx.mend_moments(before_end(30), &lives).await.expect("mends"), 1);
        assert_eq!(tx.mend_moments(before_end(30), &lives).await.expect("mends"), 0);
        tx.commit().await.expect("commits");
        assert_eq!(found(&store, before_end(30)).await, [certificate.id]);
        assert!(!note(&world, &certificate, 7, before_end(5)).await, "it is noted still");
    })
    .await;
}

#[tokio::test]
async fn a_list_holds_each_certificate_once_and_no_second_list_comes_in_its_pause() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let other = World::new(&store, "other", 2).await;
        let certificate = world.signed("ノートPC").await;
        let now = before_end(30);
        assert!(note(&world, &certificate, 60, before_end(60)).await);
        assert!(note(&world, &certificate, 30, now).await);
        let waiting = async |since, at| {
            let mut reader = store.read().await.expect("reads");
            reader.tenants_with_unlisted_ends(since, at, 10).await.expect("reads")
        };
        assert_eq!(waiting(now - DAY, now).await, [world.tenant.id]);
        let mut tx = store.begin("list").await.expect("begins");
        let mut scope = tx.tenant(world.tenant.id);
        let unlisted = scope.unlisted_ends(10).await.expect("reads");
        assert_eq!(unlisted.len(), 1);
        assert_eq!((unlisted[0].device_name.as_str(), unlisted[0].user), ("ノートPC", world.user.id));
        assert_eq!(scope.unlisted_end_count().await.expect("counts"), 1);
        assert_eq!(tx.tenant(other.tenant.id).list_ends(now).await.expect("lists"), 0, "another tenant's");
        assert_eq!(tx.tenant(world.tenant.id).list_ends(now).await.expect("lists"), 2);
        tx.commit().await.expect("commits");
        assert!(note(&world, &certificate, 14, now).await);
        assert_eq!(waiting(now - DAY, now).await, [], "there was a list today");
        assert_eq!(waiting(now, now + DAY).await, [world.tenant.id]);
        assert_eq!(waiting(now - DAY * 3, now - DAY * 2).await, [world.tenant.id], "a list of a wrong clock");

        let mut tx = store.begin("erase").await.expect("begins");
        assert_eq!(tx.erase_notices(certificate.not_after).await.expect("erases"), 0);
        assert_eq!(tx.erase_notices(certificate.not_after + DAY).await.expect("erases"), 3);
    })
    .await;
}

#[tokio::test]
async fn a_contracts_notices_are_noted_once_for_each_end() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let (tenant, end) = (world.tenant.id, world.tenant.license.valid_until);
        let mut tx = store.begin("note").await.expect("begins");
        for (notice, noted) in [
            (ContractNotice::SixtyDays, true),
            (ContractNotice::SixtyDays, false),
            (ContractNotice::Ended, true),
        ] {
            let done = tx.tenant(tenant).note_contract_notice(end, notice, NOW).await.expect("notes");
            assert_eq!(done, noted);
        }
        tx.commit().await.expect("commits");
        let mut reader = store.read().await.expect("reads");
        assert!(reader.contracts_ending(NOW, end - DAY).await.expect("reads").is_empty());
        let ending = reader.contracts_ending(NOW, end).await.expect("reads");
        assert_eq!(ending.len(), 1);
        let mut sent = ending[0].sent.clone();
        sent.sort();
        assert_eq!(sent, [ContractNotice::SixtyDays, ContractNotice::Ended]);
        let unlisted = reader.unlisted_contracts(10).await.expect("reads");
        assert_eq!(unlisted.iter().map(|one| one.slug.as_str()).collect::<Vec<_>>(), ["sample", "sample"]);
        drop(reader);

        let mut tx = store.begin("list").await.expect("begins");
        assert_eq!(tx.list_contracts(NOW).await.expect("lists"), 2);
        assert_eq!(tx.contracts_listed(NOW - DAY, NOW).await.expect("counts"), 2);
        assert_eq!(tx.contracts_listed(NOW, NOW + DAY).await.expect("counts"), 0);
        world.tenant.license.valid_until = end + DAY;
        assert!(tx.tenant(tenant).update_tenant(&world.tenant).await.expect("extends"));
        assert_eq!(tx.contracts_ending(NOW, end + DAY).await.expect("reads")[0].sent, [], "another end");
    })
    .await;
}
