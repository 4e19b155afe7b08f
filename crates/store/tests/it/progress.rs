//! The kept progress of people matches their records, after any acts in any order.

use crate::{
    databases::{on_each_database, on_each_url},
    raw::raw,
    world::{self, LEAF_TAG, NOW, Prepared, World, approve},
};
use domain::{
    application::{Application, ApplicationState, Approved, Particulars, Submitted},
    certificate::{CertificateRecord, CertificateState},
    id::{CertificateId, DeviceId, InvitationId, UserId},
    invitation::{Invitation, InvitationKind},
    revocation::Revocation,
    time::{DAY, SignedDuration, Timestamp},
    user::{ENDING_SOON_DAYS, Progress, User, UserState, UserSubset},
};
use pki::crl::RevocationReason;
use rand_core::Rng;
use std::collections::BTreeSet;
use store::{
    PageRequest, Store, Transaction,
    applications::ApplicationRecord,
    certificates::CertificateFilter,
    users::{UserFilter, UsersAt},
};

/// Everybody's progress, how many are in each state with their seats, and how many have a certificate that ends soon.
type Told = (Vec<Progress>, Vec<(Progress, u64)>, u64, u64);

/// The kept progress.
async fn kept(store: &Store, world: &World, now: Timestamp) -> Told {
    let mut reader = store.read().await.expect("reads");
    let mut scope = reader.tenant(world.tenant.id);
    let listed = scope.users("", &PageRequest::first(9), now).await.expect("lists").rows;
    let counts = scope.users_by_progress().await.expect("counts");
    let filter = UserFilter { subset: Some(UserSubset::EndingSoon), ..UserFilter::default() };
    let ending = scope.users_found(filter, now).await.expect("counts");
    let seats = u64::from(scope.seats_shown(now).await.expect("counts"));
    let mut listed_so = Vec::new();
    for progress in Progress::ALL {
        let filter = UserFilter { subset: Some(UserSubset::At(progress)), ..UserFilter::default() };
        let found = scope.find_users(filter, UsersAt::First, 9, now).await.expect("lists");
        assert_eq!(found.rows.len() as u64, found.total);
        listed_so.push((progress, found.total));
    }
    assert_eq!(listed_so, counts, "the lists are as long as their counts");
    (listed.iter().map(|row| row.progress).collect(), counts.to_vec(), seats, ending)
}

/// The progress computed from the records, read one by one.
async fn worked_out(store: &Store, world: &World, now: Timestamp) -> Told {
    let mut reader = store.read().await.expect("reads");
    let mut scope = reader.tenant(world.tenant.id);
    let users = scope.users("", &PageRequest::first(9), now).await.expect("lists").rows;
    let (mut applying, mut seated) = (Vec::new(), BTreeSet::new());
    for state in [ApplicationState::Submitted, ApplicationState::Approved] {
        let found = scope.applications_in(state, &PageRequest::first(500)).await.expect("lists").rows;
        if state == ApplicationState::Approved {
            let opens =
                |found: &ApplicationRecord| found.pin.as_ref().is_some_and(|pin| pin.expires_at > now);
            let waiting = found.iter().filter(|found| opens(found));
            seated.extend(waiting.map(|found| found.application.particulars().device));
        }
        applying.extend(found.iter().map(|application| application.application.particulars().user));
    }
    let (mut all, mut ending) = (Vec::new(), 0);
    for row in &users {
        let id = row.user.id;
        let filter = CertificateFilter::User(id);
        let made = scope.certificates(filter, &PageRequest::first(500)).await.expect("lists").rows;
        let is_invited = !scope.open_invitations(id, now).await.expect("lists").is_empty();
        let lasting: Vec<&CertificateRecord> = made.iter().filter(|made| made.not_after >= now).collect();
        let any = |is: &dyn Fn(&CertificateRecord) -> bool| lasting.iter().any(|certificate| is(certificate));
        let valid = |certificate: &CertificateRecord| certificate.state == CertificateState::Valid;
        let is_revoked = |certificate: &CertificateRecord| {
            certificate.state == CertificateState::Revoked && certificate.picked_up_at.is_some()
        };
        all.push(match () {
            () if row.user.state == UserState::Suspended => Progress::Suspended,
            () if any(&|certificate| certificate.state == CertificateState::OnHold) => Progress::OnHold,
            () if any(&|certificate| valid(certificate) && certificate.proved_at.is_some()) => {
                Progress::Proved
            }
            () if any(&valid) => Progress::PickedUp,
            () if applying.contains(&id) => Progress::Applied,
            () if is_invited => Progress::Invited,
            () if any(&is_revoked) => Progress::Revoked,
            () if made.iter().any(|certificate| certificate.picked_up_at.is_some()) => Progress::Expired,
            () => Progress::NotInvited,
        });
        let in_force = lasting.iter().filter(|made| made.state != CertificateState::Revoked);
        seated.extend(in_force.map(|made| made.device));
        let first_end = lasting
            .iter()
            .filter(|made| valid(made) && !made.is_superseded())
            .map(|made| made.not_after)
            .min();
        ending += u64::from(first_end.is_some_and(|end| end < now + DAY * ENDING_SOON_DAYS));
    }
    let count = |progress: Progress| all.iter().filter(|one| **one == progress).count() as u64;
    let counts = Progress::ALL.map(|progress| (progress, count(progress))).to_vec();
    (all, counts, seated.len() as u64, ending)
}

/// What the duty does.
async fn keep_due(store: &Store, now: Timestamp) {
    loop {
        let mut tx = store.begin("keep_progress").await.expect("begins");
        let people = tx.keep_progress_due(now).await.expect("keeps");
        tx.commit().await.expect("commits");
        if people == 0 {
            break;
        }
    }
}

/// The records that the walk has made so far.
#[derive(Default)]
struct Made {
    submitted: Vec<Application<Submitted>>,
    approved: Vec<Application<Approved>>,
    certificates: Vec<(CertificateId, DeviceId, UserId)>,
}

fn invitation(world: &mut World, user: UserId, now: Timestamp) -> Invitation {
    Invitation {
        id: InvitationId::new(now, &mut world.rng),
        tenant: world.tenant.id,
        user,
        kind: InvitationKind::Personal,
        secret_hash: [3; 32],
        expires_at: now + DAY * 14,
        spent_at: None,
    }
}

/// One random act on a person and this person's records.
async fn act(
    tx: &mut Transaction,
    world: &mut World,
    other: &User,
    made: &mut Made,
    number: u32,
    now: Timestamp,
) {
    let one = world.rng.next_u32() as usize;
    let tenant = world.tenant.id;
    let user = if one.is_multiple_of(2) { world.user.clone() } else { other.clone() };
    let certificate = made.certificates.get(one % made.certificates.len().max(1)).copied();
    let mut scope = tx.tenant(tenant);
    match number {
        0 | 1 => {
            let invitation = invitation(world, user.id, now);
            assert!(scope.insert_invitation(&invitation, false, now).await.expect("invites"));
            if number == 1 {
                assert!(scope.spend_invitation(invitation.id, now).await.expect("spends"));
            }
        }
        2 => drop(scope.spend_invitations_of(user.id, now).await.expect("spends")),
        3 | 4 => {
            let given = world::application(&user, "pc", &mut world.rng).particulars().clone();
            // A further device, or a renewal.
            let (device, user) = match certificate {
                Some((_, device, user)) if number == 4 => (device, user),
                _ => (given.device, given.user),
            };
            let application = Application::submit(Particulars { submitted_at: now, device, user, ..given });
            scope.insert_application(&application, None).await.expect("applies");
            made.submitted.push(application);
        }
        5 if let Some(submitted) = made.submitted.pop() => {
            scope.reject_application(submitted.particulars().id, now).await.expect("rejects");
        }
        6 | 7 if let Some(submitted) = made.submitted.pop() => {
            let approved = approve(submitted);
            scope.approve_application(&approved, now).await.expect("approves");
            made.approved.push(approved);
        }
        8 => drop(scope.withdraw_applications_of(user.id, now).await.expect("withdraws")),
        9..=11 if let Some(approved) = made.approved.pop() => {
            let picked_up = scope.pick_up_application(&approved, now).await.expect("picks up");
            if picked_up {
                let mut certificate =
                    world::certificate(approved.particulars(), world.issuer, &mut world.rng);
                certificate.not_after = now + DAY * 365;
                let prepared = Prepared(b"tbs".to_vec());
                let _to_sign = tx.record_certificate(&certificate, prepared, now).await.expect("records");
                made.certificates.push((certificate.id, certificate.device, certificate.user));
            }
        }
        12 | 13 if let Some((id, ..)) = certificate => {
            let kept = scope.keep_signed_certificate(id, b"leaf", LEAF_TAG, now).await.expect("keeps");
            if kept {
                scope.supersede_by(id, now).await.expect("supersedes");
            }
        }
        14 if let Some((id, ..)) = certificate => {
            scope.prove_certificate(id, now).await.expect("proves");
            scope.end_superseded_by(id, now + DAY * 7).await.expect("ends");
        }
        15 | 16 if let Some((id, ..)) = certificate => {
            let held = Revocation { at: now, reason: RevocationReason::CertificateHold };
            let (from, to, entry) = match number {
                15 if one.is_multiple_of(3) => (CertificateState::OnHold, CertificateState::Valid, None),
                15 => (CertificateState::Valid, CertificateState::Revoked, Some(held)),
                _ => (CertificateState::Valid, CertificateState::OnHold, Some(held)),
            };
            scope.set_certificate_state(id, from, to, entry, now).await.expect("sets");
        }
        17 => {
            let (active, suspended) = (UserState::Active, UserState::Suspended);
            let (from, to) = if one.is_multiple_of(3) { (active, suspended) } else { (suspended, active) };
            scope.set_user_state(user.id, from, to, now).await.expect("sets");
        }
        _ => {}
    }
}

#[tokio::test]
async fn what_is_kept_about_people_is_what_their_records_say() {
    on_each_database(async |store| {
        let mut seen = Vec::new();
        for seed in 1..=3 {
            let mut world = World::new(&store, &format!("sample{seed}"), seed).await;
            let other = world.add_user("b").await;
            let (mut made, mut now) = (Made::default(), NOW);
            for step in 0..300 {
                let number = world.rng.next_u32() % 20;
                if number < 18 {
                    let mut tx = store.begin("act").await.expect("begins");
                    act(&mut tx, &mut world, &other, &mut made, number, now).await;
                    tx.commit().await.expect("commits");
                } else {
                    // Time passes, or the clock was ahead.
                    let days = DAY * i32::try_from(world.rng.next_u32() % 120).expect("small");
                    now = if number == 18 { now + days } else { (now - days).max(NOW) };
                    keep_due(&store, now).await;
                }
                let (kept, expected) =
                    (kept(&store, &world, now).await, worked_out(&store, &world, now).await);
                assert_eq!(kept, expected, "seed {seed}, step {step}, act {number}");
                seen.extend(kept.0);
            }
            // The rare ends: all is revoked, and then all has expired.
            let mut tx = store.begin("end").await.expect("begins");
            let mut scope = tx.tenant(world.tenant.id);
            for user in [world.user.id, other.id] {
                scope.spend_invitations_of(user, now).await.expect("spends");
                scope.withdraw_applications_of(user, now).await.expect("withdraws");
            }
            for (id, ..) in &made.certificates {
                let entry = Some(Revocation { at: now, reason: RevocationReason::Unspecified });
                for from in [CertificateState::Valid, CertificateState::OnHold] {
                    scope
                        .set_certificate_state(*id, from, CertificateState::Revoked, entry, now)
                        .await
                        .expect("sets");
                }
            }
            tx.commit().await.expect("commits");
            for days in [SignedDuration::ZERO, DAY * 800] {
                now += days;
                keep_due(&store, now).await;
                let told = kept(&store, &world, now).await;
                assert_eq!(told, worked_out(&store, &world, now).await, "seed {seed}, at the end");
                seen.extend(told.0);
            }
        }
        for progress in Progress::ALL {
            assert!(seen.contains(&progress), "nobody was ever {}", progress.name());
        }
    })
    .await;
}

#[tokio::test]
async fn people_of_a_release_that_kept_nothing_are_kept_at_the_next_start() {
    on_each_url(async |url| {
        let store = Store::open(&url).await.expect("opens");
        store.migrate(NOW).await.expect("migrates");
        let mut world = World::new(&store, "sample", 1).await;
        world.add_user("b").await;
        world.signed("pc").await;
        let expected = worked_out(&store, &world, NOW).await;
        raw(&url, "UPDATE user_account SET progress = 'not-invited', progress_from = 0, progress_until = 0, seats = 0,
             certificate_ends_at = NULL")
        .await;
        assert_ne!(kept(&store, &world, NOW).await, expected, "else this would show nothing");
        store.migrate(NOW).await.expect("starts");
        assert_eq!(kept(&store, &world, NOW).await, expected);
        raw(&url, "DELETE FROM user_account WHERE login_name = 'b'").await;
        assert_eq!(kept(&store, &world, NOW).await, worked_out(&store, &world, NOW).await, "nobody counts twice");
        store.close().await;
    })
    .await;
}
