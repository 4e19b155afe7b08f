//! Each noun goes in and comes back as it was.

use crate::{
    databases::on_each_database,
    world::{self, LEAF_TAG, NOW, World},
};
use domain::{
    application::{ApplicationState, StoredApplication},
    certificate::{CertificateState, Status},
    conduct::Conduct,
    email::EmailAddress,
    host_name::HostName,
    id::{ApplicationId, ImportId, SiteId},
    import::{CellError, Column, FileSummary, NewUser, RowError},
    invitation::{Invitation, InvitationKind},
    mailed_code::MailedCode,
    name_rules::{EmailDomains, LoginSuffix, Misfits, NameRules},
    pin::PinRecord,
    portal_password::KeptPassword,
    revocation::Revocation,
    secret::Secret,
    site::{HeaderMapping, IdentityValue, Site, SiteKind, Upstream},
    tenant::Tenant,
    time::DAY,
    user::{Progress, UserState},
};
use pki::crl::RevocationReason;
use store::{
    PageRequest, StoreError,
    crls::PublishedCrl,
    imports::{Import, ImportCounts, ImportRowState, ImportState},
    pickups::{Pickup, SealedUnder},
};

#[tokio::test]
async fn a_tenant_and_its_user_come_back_as_they_were() {
    on_each_database(async |store| {
        let world = World::new(&store, "sample", 1).await;
        let mut tx = store.begin("read").await.expect("begins");
        let tenant = tx.tenant_by_slug(&world.tenant.slug).await.expect("reads").expect("is there");
        assert_eq!(format!("{tenant:?}"), format!("{:?}", world.tenant));
        let by_code = tx.tenant_by_identification_code(&tenant.identification_code).await.expect("reads");
        assert_eq!(by_code.expect("is there").id, tenant.id);
        let user =
            tx.tenant(tenant.id).user_by_email(&world.user.email).await.expect("reads").expect("is there");
        assert_eq!(format!("{user:?}"), format!("{:?}", world.user));
        let mut changed = user.clone();
        changed.note = "営業部".to_owned();
        assert!(tx.tenant(tenant.id).update_user(&changed).await.expect("writes"));
        let found = tx.tenant(tenant.id).user(user.id).await.expect("reads").expect("is there");
        assert_eq!(format!("{found:?}"), format!("{changed:?}"));
        let mut renamed = tenant.clone();
        renamed.license.seats = 9;
        assert!(tx.tenant(tenant.id).update_tenant(&renamed).await.expect("writes"));
        assert_eq!(tx.tenant(tenant.id).lock().await.expect("reads").expect("is there").license.seats, 9);
    })
    .await;
}

#[tokio::test]
async fn a_state_is_changed_only_from_the_expected_one() {
    on_each_database(async |store| {
        let world = World::new(&store, "sample", 1).await;
        let mut tx = store.begin("suspend").await.expect("begins");
        let mut scope = tx.tenant(world.tenant.id);
        let (active, suspended) = (UserState::Active, UserState::Suspended);
        assert!(scope.set_user_state(world.user.id, active, suspended, NOW).await.expect("writes"));
        assert!(!scope.set_user_state(world.user.id, active, suspended, NOW).await.expect("is suspended"));
        assert_eq!(scope.user(world.user.id).await.expect("reads").expect("is there").state, suspended);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_spent_once() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let invitation = Invitation {
            id: domain::id::InvitationId::new(NOW, &mut world.rng),
            tenant: world.tenant.id,
            user: world.user.id,
            kind: InvitationKind::Sheet,
            secret_hash: [3; 32],
            expires_at: NOW + DAY,
            spent_at: None,
        };
        let mut tx = store.begin("invite").await.expect("begins");
        let mut scope = tx.tenant(world.tenant.id);
        assert!(scope.insert_invitation(&invitation, false, NOW).await.expect("writes"));
        assert!(
            !scope.insert_invitation(&invitation, false, NOW).await.expect("is there"),
            "an id is one invitation"
        );
        let open = scope.open_invitations(world.user.id, NOW).await.expect("reads");
        assert_eq!(format!("{open:?}"), format!("{:?}", [&invitation]));
        assert!(scope.open_invitations(world.user.id, NOW + DAY).await.expect("reads").is_empty(), "expired");
        assert!(scope.spend_invitation(invitation.id, NOW).await.expect("spends"));
        assert!(!scope.spend_invitation(invitation.id, NOW).await.expect("spent"));
        assert!(scope.open_invitations(world.user.id, NOW).await.expect("reads").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_password_rests_for_its_maker_until_its_time_is_over_or_its_invitation_spent() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let maker = world.add_user("sato").await.id;
        let mut invitations = Vec::new();
        let mut tx = store.begin("invite").await.expect("begins");
        let mut scope = tx.tenant(world.tenant.id);
        for _ in 0..2 {
            let invitation = Invitation {
                id: domain::id::InvitationId::new(NOW, &mut world.rng),
                tenant: world.tenant.id,
                user: world.user.id,
                kind: InvitationKind::Personal,
                secret_hash: [3; 32],
                expires_at: NOW + DAY,
                spent_at: None,
            };
            assert!(scope.insert_invitation(&invitation, false, NOW).await.expect("writes"));
            assert!(scope.rest_password(invitation.id, maker, b"sealed", NOW + DAY).await.expect("rests"));
            invitations.push(invitation.id);
        }
        for id in &invitations {
            let resting = scope.resting_password(*id, maker, NOW).await.expect("reads").expect("rests");
            assert_eq!((resting.invitation.id, resting.sealed.as_slice()), (*id, &b"sealed"[..]));
            assert_eq!(resting.readable_until, NOW + DAY);
            assert!(
                scope.resting_password(*id, world.user.id, NOW).await.expect("reads").is_none(),
                "another"
            );
            assert!(scope.resting_password(*id, maker, NOW + DAY).await.expect("reads").is_none(), "late");
        }
        assert!(scope.spend_invitation(invitations[0], NOW).await.expect("spends"));
        assert!(scope.resting_password(invitations[0], maker, NOW).await.expect("reads").is_none(), "spent");
        let late = scope.rest_password(invitations[0], maker, b"sealed", NOW + DAY).await;
        assert!(!late.expect("reads"), "nothing rests beside a spent one");
        // The time is before its end, so only the erased password is missing.
        assert_eq!(tx.erase_resting_passwords(NOW + DAY).await.expect("erases"), 1);
        let mut scope = tx.tenant(world.tenant.id);
        assert!(scope.resting_password(invitations[1], maker, NOW).await.expect("reads").is_none(), "erased");
    })
    .await;
}

#[tokio::test]
async fn an_application_goes_from_submitted_to_picked_up() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let submitted = world::application(&world.user, "会社のPC", &mut world.rng);
        let given = format!("{:?}", submitted.particulars());
        let (id, reference) = (submitted.particulars().id, submitted.particulars().reference.clone());
        let mut tx = store.begin("apply").await.expect("begins");
        let tenant = world.tenant.id;
        tx.tenant(tenant).insert_application(&submitted, None).await.expect("writes");
        let record = tx.application_by_reference(&reference).await.expect("reads").expect("is there");
        assert_eq!(format!("{:?}", record.application.particulars()), given);
        assert!(matches!(record.application, StoredApplication::Submitted(_)) && record.pin.is_none());
        let pin = PinRecord { hash: [5; 32], expires_at: NOW + DAY, wrong_tries: 0, mails: 1 };
        assert!(!tx.tenant(tenant).set_pin(id, &pin).await.expect("not approved yet"));
        let approved = world::approve(submitted);
        assert!(
            !tx.tenant(tenant).pick_up_application(&approved, NOW).await.expect("not on record as approved")
        );
        assert!(tx.tenant(tenant).approve_application(&approved, NOW).await.expect("approves"));
        assert!(!tx.tenant(tenant).reject_application(id, NOW).await.expect("is approved"));
        assert!(tx.tenant(tenant).set_pin(id, &pin).await.expect("sets"));
        assert_eq!(tx.tenant(tenant).application_count(ApplicationState::Approved).await.expect("counts"), 1);
        assert!(tx.tenant(tenant).pick_up_application(&approved, NOW).await.expect("picks up"));
        let record = tx.tenant(tenant).application(id).await.expect("reads").expect("is there");
        assert!(matches!(record.application, StoredApplication::PickedUp(_)));
        assert!(record.pin.is_none() && record.pin_mails == 1, "the PIN is used up");
        assert!(tx.tenant(tenant).reopen_application(id, NOW).await.expect("reopens"));
    })
    .await;
}

#[tokio::test]
async fn a_recorded_certificate_is_found_by_the_reconciler_until_it_is_signed() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let tenant = world.tenant.id;
        let (certificate, recorded) = world.recorded("pc").await;
        assert_eq!(recorded.prepared().0, b"tbs of the leaf");
        let mut tx = store.begin("sign").await.expect("begins");
        assert!(tx.unsigned_certificates(NOW, 10).await.expect("reads").is_empty(), "not older than now");
        assert_eq!(tx.unsigned_certificates(NOW + DAY, 10).await.expect("reads")[0].id, certificate.id);
        assert_eq!(tx.tenant(tenant).certificate_der(certificate.id).await.expect("reads"), None);
        let view = tx.status_view().certificate(certificate.id).await.expect("reads").expect("is there");
        assert_eq!(view.state.status(), Status::Unknown, "opens nothing");
        assert!(
            tx.tenant(tenant)
                .keep_signed_certificate(certificate.id, b"leaf", LEAF_TAG, NOW)
                .await
                .expect("keeps")
        );
        assert!(
            !tx.tenant(tenant)
                .keep_signed_certificate(certificate.id, b"other", LEAF_TAG, NOW)
                .await
                .expect("is signed")
        );
        let der = tx.tenant(tenant).certificate_der(certificate.id).await.expect("reads");
        assert_eq!(der.as_deref(), Some(&b"leaf"[..]));
        assert!(tx.unsigned_certificates(NOW + DAY, 10).await.expect("reads").is_empty());
        assert!(tx.tenant(tenant).prove_certificate(certificate.id, NOW).await.expect("first sight"));
        assert!(!tx.tenant(tenant).prove_certificate(certificate.id, NOW).await.expect("known"));
        let found = tx.tenant(tenant).certificate(certificate.id).await.expect("reads").expect("is there");
        assert_eq!(
            (found.state, found.picked_up_at, found.proved_at),
            (CertificateState::Valid, Some(NOW), Some(NOW))
        );
        let users = tx.tenant(tenant).users("", &PageRequest::first(10), NOW).await.expect("lists");
        assert_eq!(users.rows[0].progress, Progress::Proved);
    })
    .await;
}

#[tokio::test]
async fn what_the_reconciler_revoked_cannot_become_valid() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let (certificate, _) = world.recorded("pc").await;
        let mut tx = store.begin("reconcile").await.expect("begins");
        let mut scope = tx.tenant(world.tenant.id);
        let revocation = Some(Revocation { at: NOW, reason: RevocationReason::Superseded });
        let (from, to) = (CertificateState::Recorded, CertificateState::Revoked);
        assert!(
            scope.set_certificate_state(certificate.id, from, to, revocation, NOW).await.expect("revokes")
        );
        assert!(
            !scope.keep_signed_certificate(certificate.id, b"leaf", LEAF_TAG, NOW).await.expect("is revoked")
        );
        let found = scope.certificate(certificate.id).await.expect("reads").expect("is there");
        assert_eq!((found.state, found.revocation), (to, revocation));
    })
    .await;
}

#[tokio::test]
async fn each_certificate_in_force_and_each_open_pickup_takes_a_seat_whatever_its_device_is_called() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        for _ in 0..2 {
            world.signed("pc").await;
        }
        let waiting = world.approved("pc").await;
        let revoked = world.signed("pc").await;
        let mut tx = store.begin("seats").await.expect("begins");
        let mut scope = tx.tenant(world.tenant.id);
        assert_eq!(scope.seats_used(NOW).await.expect("counts"), 3, "without a PIN it holds none");
        let pin = PinRecord { hash: [4; 32], expires_at: NOW + DAY * 500, wrong_tries: 0, mails: 1 };
        assert!(scope.set_pin(waiting.particulars().id, &pin).await.expect("sets"));
        assert_eq!(scope.seats_used(NOW).await.expect("counts"), 4);
        let revocation = Some(Revocation { at: NOW, reason: RevocationReason::KeyCompromise });
        let (from, to) = (CertificateState::Valid, CertificateState::Revoked);
        assert!(scope.set_certificate_state(revoked.id, from, to, revocation, NOW).await.expect("revokes"));
        assert_eq!(scope.seats_used(NOW).await.expect("counts"), 3);
        assert_eq!(scope.seats_used(NOW + DAY * 400).await.expect("counts"), 1, "expired; one still waits");
    })
    .await;
}

#[tokio::test]
async fn a_change_during_signing_leaves_the_revocation_list_due() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let revoked = world.signed("pc").await;
        world.signed("phone").await;
        let mut tx = store.begin("revoke").await.expect("begins");
        let revocation = Revocation { at: NOW, reason: RevocationReason::KeyCompromise };
        let (from, to) = (CertificateState::Valid, CertificateState::Revoked);
        let mut scope = tx.tenant(world.tenant.id);
        assert!(
            scope.set_certificate_state(revoked.id, from, to, Some(revocation), NOW).await.expect("revokes")
        );
        tx.crl_changed(world.issuer).await.expect("marks");
        let due = tx.due_crls(NOW, 30, NOW, 10).await.expect("reads");
        assert_eq!((due.len(), due[0].issuer, due[0].number), (1, world.issuer, 0));
        let listed = tx.revoked_serials(world.issuer, NOW, None, 10).await.expect("reads");
        assert_eq!(
            (listed.len(), listed[0].serial, listed[0].revocation),
            (1, revoked.key.serial, revocation)
        );
        let (active, suspended) = (UserState::Active, UserState::Suspended);
        let mut scope = tx.tenant(world.tenant.id);
        assert!(scope.set_user_state(world.user.id, active, suspended, NOW + DAY).await.expect("suspends"));
        tx.crl_changed(world.issuer).await.expect("marks");
        let held = tx.suspended_serials(world.issuer, NOW, None, None, 10).await.expect("reads");
        assert_eq!((held.len(), held[0].revocation.at), (1, NOW + DAY), "the valid one, not the revoked one");
        let crl = PublishedCrl { number: 1, der: b"crl".to_vec(), this_update: NOW, next_update: NOW + DAY };
        assert!(tx.publish_crl(&due[0], &crl).await.expect("publishes"));
        assert!(!tx.publish_crl(&due[0], &crl).await.expect("somebody was first"));
        assert_eq!(tx.crl(world.issuer).await.expect("reads").expect("is there").der, b"crl");
        let still = tx.due_crls(NOW, 30, NOW, 10).await.expect("reads");
        assert_eq!((still.len(), still[0].number), (1, 1), "the suspension came while it was being signed");
        assert!(tx.publish_crl(&still[0], &PublishedCrl { number: 2, ..crl }).await.expect("publishes"));
        assert!(tx.due_crls(NOW, 30, NOW, 10).await.expect("reads").is_empty());
        assert_eq!(tx.due_crls(NOW + DAY, 30, NOW, 10).await.expect("reads").len(), 1, "nextUpdate has come");
    })
    .await;
}

#[tokio::test]
async fn a_pickup_opens_by_its_token_until_it_expires() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let certificate = world.signed("pc").await;
        let pickup = Pickup {
            application: certificate.application,
            tenant: world.tenant.id,
            certificate: certificate.id,
            token_hash: [4; 32],
            modern_sealed: Some(b"modern".to_vec()),
            compat_sealed: None,
            sealed_under: SealedUnder::Token,
            expires_at: NOW + DAY,
        };
        let mut tx = store.begin("pickup").await.expect("begins");
        tx.tenant(world.tenant.id).insert_pickup(&pickup).await.expect("keeps");
        let found = tx.pickup_by_token(&[4; 32], NOW).await.expect("reads").expect("is there");
        assert_eq!((found.modern_sealed, found.tenant), (Some(b"modern".to_vec()), world.tenant.id));
        assert_eq!((found.compat_sealed, found.sealed_under), (None, SealedUnder::Token));
        assert!(tx.pickup_by_token(&[4; 32], NOW + DAY).await.expect("reads").is_none());
        assert!(tx.pickup_by_token(&[0; 32], NOW).await.expect("reads").is_none());
        assert_eq!(tx.erase_expired_pickups(NOW + DAY).await.expect("erases"), 1);
    })
    .await;
}

#[tokio::test]
async fn the_other_encryption_is_added_beside_the_first_and_its_passwords_are_counted() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let certificate = world.signed("pc").await;
        let mut pickup = Pickup {
            application: certificate.application,
            tenant: world.tenant.id,
            certificate: certificate.id,
            token_hash: [4; 32],
            modern_sealed: None,
            compat_sealed: Some(b"compat".to_vec()),
            sealed_under: SealedUnder::Token,
            expires_at: NOW + DAY,
        };
        let mut tx = store.begin("pickup").await.expect("begins");
        let tenant = world.tenant.id;
        tx.tenant(tenant).insert_pickup(&pickup).await.expect("keeps");
        for applied in [true, true, false] {
            let tried = tx.tenant(tenant).try_file_password(&pickup, 2).await.expect("counts");
            assert_eq!(tried, applied);
        }
        pickup.modern_sealed = Some(b"modern".to_vec());
        pickup.compat_sealed = None;
        assert!(tx.tenant(tenant).add_pickup_file(&pickup).await.expect("adds"));
        let found = tx.pickup_by_token(&[4; 32], NOW).await.expect("reads").expect("is there");
        assert_eq!(found.modern_sealed.as_deref(), Some(b"modern".as_slice()));
        assert_eq!(found.compat_sealed.as_deref(), Some(b"compat".as_slice()));
        pickup.token_hash = [5; 32];
        assert!(!tx.tenant(tenant).add_pickup_file(&pickup).await.expect("another token's"));
        assert!(!tx.tenant(tenant).try_file_password(&pickup, 9).await.expect("another token's"));
    })
    .await;
}

#[tokio::test]
async fn a_site_keeps_its_upstream() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let site = Site {
            id: SiteId::new(NOW, &mut world.rng),
            tenant: world.tenant.id,
            host: HostName::parse("sample.localhost").expect("host"),
            kind: SiteKind::Application,
            upstream: None,
        };
        let mapping = HeaderMapping { header: "remote-user".to_owned(), value: IdentityValue::User };
        let upstream = Upstream::new("http://127.0.0.1:5232", vec![mapping]).expect("address");
        let mut upstream = upstream.without(&["x-portal-user"]).expect("header");
        upstream.conduct = Conduct {
            answer_wait_seconds: 3_600,
            encoded_slashes: true,
            own_connections: true,
            apple_401: true,
            requests_max: Some(5_000),
            tunnels_max: None,
        };
        let mut tx = store.begin("site").await.expect("begins");
        tx.tenant(world.tenant.id).insert_site(&site).await.expect("adds");
        assert!(tx.tenant(world.tenant.id).set_upstream(site.id, Some(&upstream)).await.expect("sets"));
        let found = tx.status_view().site(site.id).await.expect("reads").expect("is there");
        assert_eq!(found.upstream, Some(upstream));
    })
    .await;
}

#[tokio::test]
async fn an_import_goes_on_where_it_stopped() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let csv = "氏名,姓(ローマ字),名(ローマ字),ログイン名,メールアドレス\n\
                   佐藤,Sato,Hanako,sato,sato@example.jp\n鈴木,Suzuki,Ichiro,suzuki,suzuki@example.jp\n壊,Ü,X,x,x\n";
        let judged = domain::import::judge(csv.as_bytes()).expect("reads");
        let import = Import {
            id: ImportId::new(NOW, &mut world.rng),
            tenant: world.tenant.id,
            state: ImportState::Checked,
            file_name: "社員.csv".to_owned(),
            total: 3,
            done: 1,
            summary: FileSummary::of(&judged),
            applies_changes: false,
            begun_at: None,
            administrator: Some(world.user.id),
            created_at: NOW,
        };
        let mut tx = store.begin("import").await.expect("begins");
        let mut scope = tx.tenant(world.tenant.id);
        scope.insert_import(&import).await.expect("writes");
        scope.insert_import_rows(import.id, &judged.rows).await.expect("writes");
        assert!(scope.begin_import(import.id, Some(world.user.id), true, NOW).await.expect("begins"));
        assert!(!scope.begin_import(import.id, None, false, NOW + DAY).await.expect("has begun"));
        let (running, stopped) = (ImportState::Running, ImportState::Stopped);
        assert!(scope.set_import_state(import.id, running, stopped).await.expect("stops"));
        assert!(scope.begin_import(import.id, None, false, NOW + DAY).await.expect("goes on"));
        let record = scope.import(import.id).await.expect("reads").expect("is there");
        assert_eq!((record.state, record.administrator), (running, None), "in the name of whoever goes on");
        assert_eq!(record.summary, import.summary);
        assert_eq!((record.applies_changes, record.begun_at), (true, Some(NOW + DAY)), "said at the beginning");
        let waiting = scope.import_rows_in(import.id, ImportRowState::Waiting, 10).await.expect("reads");
        let users: Vec<Option<&NewUser>> = waiting.iter().map(|row| row.judged.verdict.as_ref().ok()).collect();
        assert_eq!(users, judged.rows[..2].iter().map(|row| row.verdict.as_ref().ok()).collect::<Vec<_>>());
        assert!(scope.import_row_done(import.id, 2).await.expect("settles"));
        assert!(!scope.import_row_done(import.id, 2).await.expect("settled"));
        let mut taken = judged.rows[1].clone();
        taken.refuse(vec![RowError { column: Column::Email, error: CellError::Taken }]);
        let refused = taken.verdict.expect_err("is refused");
        assert!(scope.import_row_refused(import.id, 3, refused.clone()).await.expect("settles"));
        assert_eq!(scope.import(import.id).await.expect("reads").expect("is there").done, 3);
        assert!(scope.import_rows_in(import.id, ImportRowState::Waiting, 10).await.expect("reads").is_empty());
        let counts = scope.import_counts(import.id).await.expect("reads");
        assert_eq!(counts, ImportCounts { done: 1, refused: 2, ..ImportCounts::default() });
        let refused_rows = scope.import_rows_in(import.id, ImportRowState::Refused, 1).await.expect("reads");
        assert_eq!(refused_rows.iter().map(|row| row.judged.line).collect::<Vec<_>>(), [3]);
        let rows = scope.import_rows(import.id, &PageRequest::first(10)).await.expect("reads").rows;
        let states: Vec<_> = rows.iter().map(|row| row.state).collect();
        assert_eq!(states, [ImportRowState::Done, ImportRowState::Refused, ImportRowState::Refused]);
        let why: Vec<_> = rows[1..].iter().map(|row| row.judged.verdict.as_ref().err()).collect();
        assert_eq!(why, [Some(&refused), judged.rows[2].verdict.as_ref().err()], "as judged, cells and all");
        assert_eq!(tx.running_imports().await.expect("reads"), [(world.tenant.id, import.id)]);
    })
    .await;
}

#[tokio::test]
async fn a_portal_password_is_set_once_and_reset_by_erasing_it() {
    on_each_database(async |store| {
        let world = World::new(&store, "sample", 1).await;
        let mut tx = store.begin("portal").await.expect("begins");
        let mut scope = tx.tenant(world.tenant.id);
        let user = world.user.id;
        assert!(scope.insert_portal_password(user, "$argon2id$1", NOW).await.expect("first"));
        assert!(!scope.insert_portal_password(user, "$argon2id$2", NOW).await.expect("there is one"));
        let set = |phc: &str| KeptPassword::Set(Secret::new(phc.to_owned()));
        assert_eq!(scope.portal_password(user).await.expect("reads"), set("$argon2id$1"));
        scope.insert_portal_session(&[6; 32], user, NOW, NOW + DAY).await.expect("opens");
        assert_eq!(scope.portal_session(&[6; 32], NOW).await.expect("reads"), Some(user));
        assert_eq!(scope.portal_session(&[6; 32], NOW + DAY).await.expect("reads"), None);
        assert!(scope.erase_portal_password(user, NOW).await.expect("resets"));
        assert!(!scope.erase_portal_password(user, NOW).await.expect("is reset"));
        assert_eq!(scope.lock_portal_password(user).await.expect("reads"), KeptPassword::Erased);
        assert!(!scope.insert_portal_password(user, "$argon2id$3", NOW).await.expect("not the first one"));
        assert!(scope.put_portal_password(user, "$argon2id$3", NOW).await.expect("another one"));
        assert_eq!(scope.portal_password(user).await.expect("reads"), set("$argon2id$3"));
        assert_eq!(scope.erase_portal_sessions_of(user).await.expect("ends"), 1);
        scope.insert_announcement(&world::announcement(), NOW).await.expect("publishes");
        assert_eq!(scope.announcements().await.expect("reads")[0].title, "お知らせ");
        scope.insert_portal_link(&world::portal_link()).await.expect("offers");
        let link = scope.portal_links().await.expect("reads").remove(0);
        assert_eq!((link.title.as_str(), link.address.as_str()), ("社内", "https://intra.example.jp/"));
        assert!(scope.erase_portal_link(link.number).await.expect("removes"));
        assert!(scope.portal_links().await.expect("reads").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_sealed_key_is_never_replaced() {
    on_each_database(async |store| {
        let mut tx = store.begin("install").await.expect("begins");
        assert!(tx.insert_installation_secret("data-entry", b"one", NOW).await.expect("keeps"));
        assert!(!tx.insert_installation_secret("data-entry", b"two", NOW).await.expect("has one"));
        let sealed = tx.installation_secret("data-entry").await.expect("reads");
        assert_eq!(sealed.as_deref(), Some(&b"one"[..]));
    })
    .await;
}

#[tokio::test]
async fn a_tenant_without_such_an_application_cannot_have_its_certificate() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let approved = world.approved("pc").await;
        let mut certificate = world::certificate(approved.particulars(), world.issuer, &mut world.rng);
        certificate.application = ApplicationId::new(NOW, &mut world.rng);
        let mut tx = store.begin("pick_up").await.expect("begins");
        let refused = tx.record_certificate(&certificate, world::Prepared(vec![1]), NOW).await;
        assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    })
    .await;
}

#[tokio::test]
async fn the_names_of_a_tenant_are_kept_and_those_who_do_not_fit_are_counted() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        world.add_user("hanako.kanto").await;
        let rules = NameRules {
            login_suffix: Some(LoginSuffix::parse(".kanto").expect("suffix")),
            email_domains: EmailDomains::parse("example.jp, kanto.test").expect("domains"),
            vouched_domains: EmailDomains::parse("kanto.test").expect("domains"),
        };
        let ruled = Tenant { names: rules.clone(), ..world.tenant.clone() };
        let mut tx = store.begin("edit").await.expect("begins");
        assert!(tx.tenant(ruled.id).update_tenant(&ruled).await.expect("writes"));
        let mut scope = tx.tenant(ruled.id);
        assert_eq!(scope.record().await.expect("reads").expect("is there").names, rules);
        // The world's first user has no suffix.
        assert_eq!(scope.misfits(&rules).await.expect("reads"), Misfits { logins: 1, emails: 0, users: 1 });
        let elsewhere = NameRules { email_domains: EmailDomains::parse("a.test").expect("domains"), ..rules };
        assert_eq!(
            scope.misfits(&elsewhere).await.expect("reads"),
            Misfits { logins: 1, emails: 2, users: 2 }
        );
        assert_eq!(scope.misfits(&NameRules::default()).await.expect("reads"), Misfits::default());
    })
    .await;
}

#[tokio::test]
async fn a_code_for_a_password_ends_with_its_use_and_its_mails_stay_counted() {
    on_each_database(async |store| {
        let world = World::new(&store, "sample", 1).await;
        let (tenant, user) = (world.tenant.id, world.user.clone());
        let mut tx = store.begin("choose").await.expect("begins");
        let mut scope = tx.tenant(tenant);
        assert!(scope.portal_code(user.id).await.expect("reads").is_none());
        let code = MailedCode::fresh(None, user.email.clone(), [7; 32], DAY, NOW).expect("may be mailed");
        assert!(scope.put_portal_code(user.id, &code).await.expect("writes"));
        assert!(scope.count_wrong_portal_code(user.id).await.expect("writes"));
        let kept = scope.portal_code(user.id).await.expect("reads").expect("is there");
        assert_eq!(format!("{kept:?}"), format!("{:?}", MailedCode { wrong_tries: 1, ..code.clone() }));
        assert!(kept.is_open(&user, NOW));
        assert!(scope.use_portal_code_up(user.id, NOW).await.expect("writes"));
        assert!(!scope.use_portal_code_up(user.id, NOW).await.expect("is used up"));
        let used = scope.portal_code(user.id).await.expect("reads").expect("is there");
        assert!(!used.is_open(&user, NOW) && used.mails == 1);
    })
    .await;
}

#[tokio::test]
async fn a_code_proves_the_address_on_record_and_is_used_up() {
    on_each_database(async |store| {
        let world = World::new(&store, "sample", 1).await;
        let (tenant, user) = (world.tenant.id, world.user.clone());
        let mut tx = store.begin("prove").await.expect("begins");
        let mut scope = tx.tenant(tenant);
        let proof = MailedCode::fresh(None, user.email.clone(), [7; 32], DAY, NOW).expect("may be mailed");
        assert!(scope.put_email_proof(user.id, &proof).await.expect("writes"));
        assert!(scope.count_wrong_email_code(user.id).await.expect("writes"));
        let kept = scope.email_proof(user.id).await.expect("reads").expect("is there");
        let expected = MailedCode { wrong_tries: 1, ..proof.clone() };
        assert_eq!(format!("{kept:?}"), format!("{expected:?}"));
        let again =
            MailedCode::fresh(Some(&kept), user.email.clone(), [8; 32], DAY, NOW).expect("may be mailed");
        assert!(scope.put_email_proof(user.id, &again).await.expect("writes"));
        let other = EmailAddress::parse("other@example.jp").expect("address");
        assert!(!scope.prove_email(user.id, &other).await.expect("writes"), "another address");
        assert!(scope.email_proof(user.id).await.expect("reads").is_some());
        assert!(scope.prove_email(user.id, &user.email).await.expect("writes"));
        assert!(scope.email_proof(user.id).await.expect("reads").is_none());
        let found = scope.user(user.id).await.expect("reads").expect("is there");
        assert_eq!(found.proved_email, Some(user.email.clone()));
        // A changed record keeps the proved address.
        let moved = domain::user::User { email: other.clone(), ..found };
        assert!(scope.update_user(&moved).await.expect("writes"));
        let found = scope.user(user.id).await.expect("reads").expect("is there");
        assert_eq!((found.email, found.proved_email), (other, Some(user.email)));
    })
    .await;
}
