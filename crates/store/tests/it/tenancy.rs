//! Another tenant's id finds and changes nothing, in any method.

use crate::{
    databases::on_each_database,
    world::{LEAF_TAG, NOW, World, announcement, portal_link},
};
use domain::{
    application::ApplicationState,
    certificate::CertificateState,
    host_name::HostName,
    id::{ImportId, InvitationId, SiteId},
    import::{Cells, FileSummary, RefusedRow},
    invitation::{Invitation, InvitationKind},
    mailed_code::MailedCode,
    pin::PinRecord,
    portal_password::KeptPassword,
    revocation::Revocation,
    site::{Site, SiteKind},
    time::DAY,
    user::{Role, UserState},
};
use pki::crl::RevocationReason;
use store::{
    Constraint, PageRequest, TenantReader, Transaction,
    certificates::CertificateFilter,
    imports::{Import, ImportCounts, ImportRowState, ImportState},
    pickups::{Pickup, SealedUnder},
};

/// A tenant that has one of everything.
struct Owner {
    world: World,
    certificate: domain::certificate::CertificateRecord,
    approved: domain::application::Application<domain::application::Approved>,
    invitation: Invitation,
    site: Site,
    import: Import,
    announcement: i64,
    portal_link: i64,
}

fn portal_code(world: &World) -> MailedCode {
    MailedCode::fresh(None, world.user.email.clone(), [8; 32], DAY, NOW).expect("may be mailed")
}

async fn owner(store: &store::Store) -> Owner {
    let mut world = World::new(store, "theirs", 1).await;
    let certificate = world.signed("pc").await;
    let approved = world.approved("phone").await;
    let (tenant, user) = (world.tenant.id, world.user.id);
    let invitation = Invitation {
        id: InvitationId::new(NOW, &mut world.rng),
        tenant,
        user,
        kind: InvitationKind::Personal,
        secret_hash: [3; 32],
        expires_at: NOW + DAY,
        spent_at: None,
    };
    let site = Site {
        id: SiteId::new(NOW, &mut world.rng),
        tenant,
        host: HostName::parse("theirs.localhost").expect("host"),
        kind: SiteKind::Application,
        upstream: None,
    };
    let import = Import {
        id: ImportId::new(NOW, &mut world.rng),
        tenant,
        state: ImportState::Checked,
        file_name: "users.csv".to_owned(),
        total: 1,
        done: 0,
        summary: FileSummary::default(),
        applies_changes: false,
        begun_at: None,
        administrator: None,
        created_at: NOW,
    };
    let judged = domain::import::judge(
        b"name,family_name,given_name,login,email\nSato,Sato,Hanako,sato,sato@example.jp\n",
    );
    let mut tx = store.begin("own").await.expect("begins");
    let mut scope = tx.tenant(tenant);
    assert!(scope.insert_invitation(&invitation, false, NOW).await.expect("invitation"));
    assert!(scope.rest_password(invitation.id, user, b"sealed", NOW + DAY).await.expect("rests"));
    scope.insert_site(&site).await.expect("site");
    scope.insert_import(&import).await.expect("import");
    scope.insert_import_rows(import.id, &judged.expect("reads").rows).await.expect("rows");
    scope.insert_portal_password(user, "phc", NOW).await.expect("password");
    scope.insert_portal_session(&[6; 32], user, NOW, NOW + DAY).await.expect("session");
    assert!(scope.put_portal_code(user, &portal_code(&world)).await.expect("code"));
    scope.insert_announcement(&announcement(), NOW).await.expect("announcement");
    let announcement = scope.announcements().await.expect("reads")[0].number;
    scope.insert_portal_link(&portal_link()).await.expect("link");
    let portal_link = scope.portal_links().await.expect("reads")[0].number;
    let pickup = Pickup {
        application: certificate.application,
        tenant,
        certificate: certificate.id,
        token_hash: [4; 32],
        modern_sealed: Some(vec![1]),
        compat_sealed: None,
        sealed_under: SealedUnder::Token,
        expires_at: NOW + DAY,
    };
    scope.insert_pickup(&pickup).await.expect("pickup");
    tx.commit().await.expect("commits");
    Owner { world, certificate, approved, invitation, site, import, announcement, portal_link }
}

async fn reads_nothing(scope: &mut TenantReader<'_>, theirs: &Owner) {
    let Owner { world, certificate, invitation, import, .. } = theirs;
    let (user, application) = (world.user.id, certificate.application);
    assert!(scope.user(user).await.expect("reads").is_none());
    assert!(scope.user_by_email(&world.user.email).await.expect("reads").is_none());
    assert!(scope.user_by_login_name(&world.user.login_name).await.expect("reads").is_none());
    assert!(scope.users_with_role(Role::User).await.expect("reads").is_empty());
    assert!(scope.users("", &PageRequest::first(10), NOW).await.expect("reads").rows.is_empty());
    assert_eq!(scope.user_count("").await.expect("counts"), 0);
    assert!(scope.each_user(&PageRequest::first(10)).await.expect("reads").rows.is_empty());
    assert!(scope.open_invitations(user, NOW).await.expect("reads").is_empty());
    assert!(scope.invitation(invitation.id).await.expect("reads").is_none());
    assert!(scope.resting_password(invitation.id, user, NOW).await.expect("reads").is_none());
    assert!(scope.application(application).await.expect("reads").is_none());
    let approved = ApplicationState::Approved;
    assert!(scope.applications_in(approved, &PageRequest::first(10)).await.expect("reads").rows.is_empty());
    assert_eq!(scope.application_count(approved).await.expect("counts"), 0);
    assert!(scope.challenge_hashes_of(user, NOW).await.expect("reads").is_empty());
    assert!(scope.certificate(certificate.id).await.expect("reads").is_none());
    assert!(scope.certificate_der(certificate.id).await.expect("reads").is_none());
    assert!(scope.certificates_of_application(application).await.expect("reads").is_empty());
    assert_eq!(scope.seats_used(NOW).await.expect("counts"), 0);
    for filter in [CertificateFilter::All, CertificateFilter::User(user)] {
        let page = scope.certificates(filter, &PageRequest::first(10)).await.expect("reads");
        assert!(page.rows.is_empty(), "{filter:?}");
    }
    assert!(scope.issuers().await.expect("reads").is_empty());
    assert!(scope.sites().await.expect("reads").is_empty());
    assert_eq!(scope.portal_password(user).await.expect("reads"), KeptPassword::Never);
    assert!(scope.portal_code(user).await.expect("reads").is_none());
    assert!(scope.portal_session(&[6; 32], NOW).await.expect("reads").is_none());
    assert!(scope.announcements().await.expect("reads").is_empty());
    assert!(scope.portal_links().await.expect("reads").is_empty());
    assert!(scope.import(import.id).await.expect("reads").is_none());
    assert!(scope.imports(10).await.expect("reads").is_empty());
    assert!(scope.import_rows(import.id, &PageRequest::first(10)).await.expect("reads").rows.is_empty());
    assert_eq!(scope.import_counts(import.id).await.expect("reads"), ImportCounts::default());
    assert!(scope.import_rows_in(import.id, ImportRowState::Waiting, 10).await.expect("reads").is_empty());
    assert!(scope.audit_rows(&PageRequest::first(10)).await.expect("reads").rows.is_empty());
}

async fn changes_nothing(tx: &mut Transaction, ours: &World, theirs: &Owner) {
    let Owner { world, certificate, approved, invitation, site, import, announcement, portal_link } = theirs;
    let (user, application) = (world.user.id, certificate.application);
    let pin = PinRecord { hash: [5; 32], expires_at: NOW + DAY, wrong_tries: 0, mails: 1 };
    let refused = RefusedRow { cells: Cells::default(), errors: Vec::new() };
    let revocation = Some(Revocation { at: NOW, reason: RevocationReason::KeyCompromise });
    let (valid, revoked) = (CertificateState::Valid, CertificateState::Revoked);
    let mut scope = tx.tenant(ours.tenant.id);
    let applied = [
        scope.lock_user(user).await.expect("reads").is_some(),
        scope.lock_application(application).await.expect("reads").is_some(),
        scope.lock_certificate(certificate.id).await.expect("reads").is_some(),
        scope.update_user(&world.user).await.expect("writes"),
        scope.set_user_state(user, UserState::Active, UserState::Suspended, NOW).await.expect("writes"),
        scope.rest_password(invitation.id, user, b"x", NOW + DAY).await.expect("writes"),
        scope.spend_invitation(invitation.id, NOW).await.expect("writes"),
        scope.spend_invitations_of(user, NOW).await.expect("writes") > 0,
        scope.approve_application(approved, NOW).await.expect("writes"),
        scope.reject_application(application, NOW).await.expect("writes"),
        scope.pick_up_application(approved, NOW).await.expect("writes"),
        scope.reopen_application(application, NOW).await.expect("writes"),
        scope.set_pin(approved.particulars().id, &pin).await.expect("writes"),
        scope.count_wrong_pin(approved.particulars().id).await.expect("writes"),
        scope.keep_signed_certificate(certificate.id, b"x", LEAF_TAG, NOW).await.expect("writes"),
        scope.set_certificate_state(certificate.id, valid, revoked, revocation, NOW).await.expect("writes"),
        scope.prove_certificate(certificate.id, NOW).await.expect("writes"),
        scope.set_upstream(site.id, None).await.expect("writes"),
        scope.lock_portal_password(user).await.expect("reads") != KeptPassword::Never,
        scope.put_portal_password(user, "phc", NOW).await.expect("writes"),
        scope.put_portal_code(user, &portal_code(world)).await.expect("writes"),
        scope.erase_portal_password(user, NOW).await.expect("writes"),
        scope.count_wrong_portal_code(user).await.expect("writes"),
        scope.use_portal_code_up(user, NOW).await.expect("writes"),
        scope.erase_portal_session(&[6; 32]).await.expect("writes"),
        scope.erase_portal_sessions_of(user).await.expect("writes") > 0,
        scope.update_announcement(*announcement, &self::announcement()).await.expect("writes"),
        scope.erase_announcement(*announcement).await.expect("writes"),
        scope.erase_portal_link(*portal_link).await.expect("writes"),
        scope.set_import_state(import.id, ImportState::Checked, ImportState::Running).await.expect("writes"),
        scope.import_row_done(import.id, 2).await.expect("writes"),
        scope.import_row_refused(import.id, 2, refused).await.expect("writes"),
    ];
    assert_eq!(applied.iter().position(|applied| *applied), None, "the first one that reached across");
}

#[tokio::test]
async fn another_tenants_records_are_neither_seen_nor_changed() {
    on_each_database(async |store| {
        let theirs = owner(&store).await;
        let ours = World::new(&store, "ours", 2).await;
        // A tenant without records, so that every record it sees belongs to another tenant.
        let mut rng = crate::world::rng(3);
        let empty = crate::world::tenant("empty", &mut rng);
        let mut tx = store.begin("reach_across").await.expect("begins");
        tx.insert_tenant(&empty, NOW).await.expect("adds");
        reads_nothing(&mut tx.tenant(empty.id), &theirs).await;
        changes_nothing(&mut tx, &ours, &theirs).await;
    })
    .await;
}

#[tokio::test]
async fn nothing_can_be_hung_on_another_tenants_user() {
    on_each_database(async |store| {
        let theirs = owner(&store).await;
        let ours = World::new(&store, "ours", 2).await;
        let user = theirs.world.user.id;
        let mut refusals = Vec::new();
        // PostgreSQL ends a transaction at its first error, so each case has a new one.
        let mut tx = store.begin("invite").await.expect("begins");
        let mut rng = crate::world::rng(9);
        let invitation = Invitation { id: InvitationId::new(NOW, &mut rng), ..theirs.invitation.clone() };
        refusals.push(tx.tenant(ours.tenant.id).insert_invitation(&invitation, false, NOW).await.map(drop));
        drop(tx);
        let mut tx = store.begin("session").await.expect("begins");
        refusals.push(tx.tenant(ours.tenant.id).insert_portal_session(&[7; 32], user, NOW, NOW + DAY).await);
        drop(tx);
        let mut tx = store.begin("import").await.expect("begins");
        let import =
            Import { id: ImportId::new(NOW, &mut rng), administrator: Some(user), ..theirs.import.clone() };
        refusals.push(tx.tenant(ours.tenant.id).insert_import(&import).await);
        for refused in refusals {
            assert_eq!(refused.expect_err("refused").conflict(), Some(Constraint::Reference));
        }
    })
    .await;
}
