use crate::scene::{Scene, new_tenant, on_each_scene, operator};
use authority::tenants::TenantError;
use domain::{
    issuer::{Issuer, IssuerKind},
    slug::TenantSlug,
    status_change::StatusChange,
    tenant::TenantKind,
    time::{DAY, SignedDuration},
};
use pki::Certificate;
use std::time::Duration;
use testkit::databases::on_each_database;
use testkit::reader::OutsideReader;

async fn issuers(scene: &Scene) -> Vec<Issuer> {
    scene.store.read().await.expect("reads").every_issuer().await.expect("issuers")
}

fn of_kind(issuers: &[Issuer], kind: IssuerKind) -> &Issuer {
    issuers.iter().find(|issuer| issuer.kind == kind).expect("an issuer of the kind")
}

#[tokio::test]
async fn a_new_installation_has_three_tiers_each_signed_by_the_one_above() {
    on_each_scene(async |scene| {
        let issuers = issuers(&scene).await;
        let root = of_kind(&issuers, IssuerKind::Root);
        let installation = of_kind(&issuers, IssuerKind::Installation);
        let operators = of_kind(&issuers, IssuerKind::Tenant);
        assert_eq!(issuers.len(), 3);
        assert_eq!((root.parent, installation.parent), (None, Some(root.id)));
        assert_eq!(operators.parent, Some(installation.id));
        let tenants = scene.store.read().await.expect("reads").every_tenant().await.expect("some");
        assert_eq!(tenants.iter().map(|tenant| tenant.kind).collect::<Vec<_>>(), [TenantKind::Operator]);
        assert_eq!(operators.tenant, Some(tenants[0].id));

        let read = |issuer: &Issuer| Certificate::from_der(&issuer.certificate_der).expect("a certificate");
        for (signer, signed) in [(root, root), (root, installation), (installation, operators)] {
            let (signer, signed) = (read(signer), read(signed));
            assert!(signed.is_ca());
            assert_eq!(signed.issuer(), signer.subject());
            signed.verify_signature(signer.public_key()).expect("the signature holds");
        }
    })
    .await;
}

#[tokio::test]
async fn installing_again_changes_nothing() {
    on_each_scene(async |mut scene| {
        let (before, log) = (issuers(&scene).await, scene.audit_log().await);
        scene.authority.installation().ensure_installed().await.expect("installs");
        scene.restart().await;
        scene.authority.installation().ensure_installed().await.expect("installs");
        let after = issuers(&scene).await;
        let told = |issuers: &[Issuer]| -> Vec<_> {
            issuers.iter().map(|issuer| (issuer.id, issuer.certificate_der.clone())).collect()
        };
        assert_eq!(told(&before), told(&after));
        assert_eq!(log, scene.audit_log().await);
    })
    .await;
}

#[tokio::test]
async fn an_issuer_recorded_but_not_signed_is_made_anew_at_the_next_start() {
    on_each_database(async |url| {
        let mut scene = Scene::bare(url).await;
        let mut back_door = scene.back_door().await;
        back_door.break_writes("UPDATE OF certificate_der", "issuer").await;
        scene.authority.installation().ensure_installed().await.expect_err("the signed root cannot be kept");
        assert_eq!(back_door.number("SELECT COUNT(*) FROM issuer WHERE certificate_der IS NULL").await, 1);
        assert_eq!(issuers(&scene).await.len(), 0, "what is not signed is no issuer");
        back_door.mend_writes("issuer").await;

        scene.restart().await;
        past_unsigned_age(&scene);
        scene.authority.installation().ensure_installed().await.expect("completes");
        assert_eq!(back_door.number("SELECT COUNT(*) FROM issuer WHERE certificate_der IS NULL").await, 0);
        assert_eq!(issuers(&scene).await.len(), 3);
        assert_eq!(scene.times_audited("erase-unsigned-issuer").await, 1);
        scene.authority.crl_issuer().publish_due_crls().await.expect("lists are made");
    })
    .await;
}

#[tokio::test]
async fn a_tenant_left_without_its_issuer_gets_one_at_the_next_start() {
    on_each_scene(async |mut scene| {
        let mut back_door = scene.back_door().await;
        back_door.break_writes("UPDATE OF certificate_der", "issuer").await;
        let added = scene.add_tenant(new_tenant("sample")).await;
        added.expect_err("its issuer cannot be kept");
        back_door.mend_writes("issuer").await;

        scene.restart().await;
        past_unsigned_age(&scene);
        scene.authority.installation().ensure_installed().await.expect("completes");
        let mut reader = scene.store.read().await.expect("reads");
        let slug = TenantSlug::parse("sample").expect("a slug");
        let tenant = reader.tenant_by_slug(&slug).await.expect("reads").expect("the tenant");
        assert_eq!(reader.tenant(tenant.id).issuers().await.expect("reads").len(), 1);
        drop(reader);
        let sheet = scene.new_sheet(tenant.id, None).await.expect("a sheet");
        scene.administrator(&sheet).await;
    })
    .await;
}

#[tokio::test]
async fn a_tenant_whose_request_was_given_up_before_its_issuer_was_made_gets_one_while_running() {
    on_each_scene(async |scene| {
        let mut back_door = scene.back_door().await;
        back_door.break_writes("INSERT", "issuer").await;
        let added = scene.add_tenant(new_tenant("sample")).await;
        added.expect_err("its issuer cannot be recorded");
        back_door.mend_writes("issuer").await;
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_eq!(issuers(&scene).await.len(), 3, "somebody may still be at it");

        past_unsigned_age(&scene);
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_eq!(issuers(&scene).await.len(), 4);
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_eq!(issuers(&scene).await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn an_issuer_that_cannot_be_made_keeps_nothing_that_is_outdated() {
    on_each_scene(async |scene| {
        let mut back_door = scene.back_door().await;
        back_door.break_writes("INSERT", "issuer").await;
        let added = scene.add_tenant(new_tenant("sample")).await;
        added.expect_err("its issuer cannot be recorded");
        let changes = "SELECT COUNT(*) FROM status_change";
        assert!(back_door.number(changes).await > 1);
        scene.forward(DAY * 2);
        scene.authority.duties().reconcile().await.expect_err("tells of the issuer");
        assert_eq!(back_door.number(changes).await, 1, "the newest one stays");
    })
    .await;
}

#[tokio::test]
async fn a_form_sent_again_completes_the_tenant_that_its_first_time_left_without_an_issuer() {
    on_each_scene(async |scene| {
        let sheet = scene.authority.new_invitation_id();
        let mut back_door = scene.back_door().await;
        back_door.break_writes("INSERT", "issuer").await;
        let add =
            async || scene.authority.tenants().add_tenant(&operator(), new_tenant("sample"), sheet).await;
        add().await.expect_err("its issuer cannot be recorded");
        back_door.mend_writes("issuer").await;
        let again = add().await;
        assert!(matches!(again, Err(TenantError::SentBefore(_))), "{again:?}");
        assert_eq!(issuers(&scene).await.len(), 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_that_make_a_tenants_missing_issuer_at_once_one_makes_it() {
    on_each_scene(async |scene| {
        let mut back_door = scene.back_door().await;
        back_door.break_writes("INSERT", "issuer").await;
        let added = scene.add_tenant(new_tenant("sample")).await;
        added.expect_err("its issuer cannot be recorded");
        back_door.mend_writes("issuer").await;
        past_unsigned_age(&scene);
        // Whoever numbers something, or writes at all on SQLite, waits for the end of whoever did so before.
        let mut transaction = scene.store.begin("another_act").await.expect("begins");
        let change = StatusChange::Issuer(issuers(&scene).await[0].id);
        transaction.insert_status_change(change, scene.now()).await.expect("numbers");
        let mut reconciling = tokio::task::JoinSet::new();
        for _ in 0..2 {
            let process = scene.another_process().await;
            reconciling.spawn(async move { process.duties().reconcile().await });
        }
        // Until both have seen that there is none.
        tokio::time::sleep(Duration::from_millis(300)).await;
        transaction.commit().await.expect("commits");
        for answer in reconciling.join_all().await {
            answer.expect("whoever comes second has nothing to do");
        }
        assert_eq!(issuers(&scene).await.len(), 4);
        assert_eq!(back_door.number("SELECT COUNT(*) FROM issuer").await, 4);
    })
    .await;
}

#[tokio::test]
async fn an_issuer_that_another_process_may_just_be_signing_is_left_alone_at_a_start() {
    on_each_scene(async |scene| {
        if !scene.store.is_shared() {
            return;
        }
        let mut back_door = scene.back_door().await;
        back_door.break_writes("UPDATE OF certificate_der", "issuer").await;
        let added = scene.add_tenant(new_tenant("sample")).await;
        added.expect_err("its issuer cannot be kept");
        back_door.mend_writes("issuer").await;
        let unsigned = "SELECT COUNT(*) FROM issuer WHERE certificate_der IS NULL";
        let starting = scene.another_process().await;
        starting.installation().ensure_installed().await.expect("does what is left to do");
        starting.duties().reconcile().await.expect("reconciles");
        assert_eq!(back_door.number(unsigned).await, 1);
        assert_eq!(issuers(&scene).await.len(), 3, "of the installation alone");

        past_unsigned_age(&scene);
        starting.duties().reconcile().await.expect("reconciles");
        assert_eq!(back_door.number(unsigned).await, 0);
        assert_eq!(issuers(&scene).await.len(), 4, "the tenant has one");
        assert_eq!(scene.times_audited("erase-unsigned-issuer").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_start_beside_the_first_one_says_to_come_back() {
    on_each_database(async |url| {
        let scene = Scene::bare(url).await;
        if !scene.store.is_shared() {
            return;
        }
        let mut back_door = scene.back_door().await;
        back_door.break_writes("UPDATE OF certificate_der", "issuer").await;
        scene.authority.installation().ensure_installed().await.expect_err("the signed root cannot be kept");
        back_door.mend_writes("issuer").await;
        let refused = scene.another_process().await.installation().ensure_installed().await;
        let told = refused.expect_err("the first one may still be at work").to_string();
        assert!(told.contains("start again in 5 minutes"), "{told}");
        assert_eq!(scene.times_audited("erase-unsigned-issuer").await, 0);
    })
    .await;
}

/// From now on, whatever is unsigned is nobody's work any more.
fn past_unsigned_age(scene: &Scene) {
    scene.forward(SignedDuration::from_secs(5 * 60 + 1));
}

#[tokio::test]
async fn openssl_verifies_a_persons_certificate_up_to_the_root() {
    let Some(openssl) = OutsideReader::find("openssl", &["version"]) else { return };
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        let issuers = issuers(&scene).await;
        let pem = |der: &[u8]| Certificate::from_der(der).expect("a certificate").to_pem();
        openssl.file("root.pem", pem(&of_kind(&issuers, IssuerKind::Root).certificate_der));
        let installation = pem(&of_kind(&issuers, IssuerKind::Installation).certificate_der);
        let issuer = pem(&scene.issuer_of(sheet.tenant.id).await.certificate_der);
        openssl.file("chain.pem", format!("{installation}{issuer}"));
        openssl.file("leaf.pem", scene.leaf(&holder.certificate).await.expect("signed").to_pem());
        let at = scene.now().as_second().to_string();
        let verify =
            ["verify", "-x509_strict", "-attime", &at, "-purpose", "sslclient", "-CAfile", "root.pem"];
        openssl.run(&[&verify[..], &["-untrusted", "chain.pem", "leaf.pem"]].concat());
        let (held, _) = openssl.try_run(&[&verify[..], &["leaf.pem"]].concat());
        assert!(!held, "without the chain nothing verifies");
    })
    .await;
}
