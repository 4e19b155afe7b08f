use crate::{
    databases::on_each_database,
    world::{self, NOW, Prepared, World},
};
use domain::{
    email::EmailAddress,
    host_name::HostName,
    id::{IssuerId, SiteId},
    issuer::IssuerKind,
    site::{Site, SiteKind},
};
use store::{Constraint, issuers::NewIssuer};

#[tokio::test]
async fn a_slug_names_one_tenant() {
    on_each_database(async |store| {
        World::new(&store, "sample", 1).await;
        let mut tx = store.begin("add_tenant").await.expect("begins");
        let refused =
            tx.insert_tenant(&world::tenant("sample", &mut world::rng(2)), NOW).await.expect_err("taken");
        assert_eq!(refused.conflict(), Some(Constraint::TenantSlug));
    })
    .await;
}

#[tokio::test]
async fn login_names_and_addresses_are_one_persons_within_a_tenant_only() {
    on_each_database(async |store| {
        let mut first = World::new(&store, "first", 1).await;
        let second = World::new(&store, "second", 2).await;
        assert_eq!(first.user.login_name, second.user.login_name);
        let mut user = world::user(first.tenant.id, "yamada", &mut first.rng);
        user.email = EmailAddress::parse("another@example.jp").expect("address");
        let mut tx = store.begin("add_user").await.expect("begins");
        assert!(!tx.tenant(first.tenant.id).insert_user(&user, NOW).await.expect("survives"), "taken");
        user = world::user(first.tenant.id, "sato", &mut first.rng);
        user.email = EmailAddress::parse("YAMADA@example.JP").expect("address");
        let mut scope = tx.tenant(first.tenant.id);
        assert!(!scope.insert_user(&user, NOW).await.expect("survives"), "taken in other case");
        assert!(scope.user(user.id).await.expect("reads").is_none());
    })
    .await;
}

#[tokio::test]
async fn a_serial_is_used_once_by_an_issuer() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let first = world.signed("pc").await;
        let approved = world.approved("phone").await;
        let mut second = world::certificate(approved.particulars(), world.issuer, &mut world.rng);
        second.key = first.key;
        let mut tx = store.begin("pick_up").await.expect("begins");
        let refused = tx.record_certificate(&second, Prepared(vec![1]), NOW).await.expect_err("used");
        assert_eq!(refused.conflict(), Some(Constraint::CertificateSerial));
    })
    .await;
}

#[tokio::test]
async fn hosts_references_and_generations_are_unique() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let site = |rng: &mut rand_chacha::ChaCha20Rng| Site {
            id: SiteId::new(NOW, rng),
            tenant: world.tenant.id,
            host: HostName::parse("sample.example.jp").expect("host"),
            kind: SiteKind::Application,
            upstream: None,
        };
        let (one, two) = (site(&mut world::rng(3)), site(&mut world::rng(4)));
        let mut tx = store.begin("add_site").await.expect("begins");
        tx.tenant(world.tenant.id).insert_site(&one).await.expect("adds");
        let refused = tx.tenant(world.tenant.id).insert_site(&two).await.expect_err("taken");
        assert_eq!(refused.conflict(), Some(Constraint::SiteHost));
        drop(tx);
        let mut again = world::application(&world.user, "pc", &mut world::rng(5));
        let approved = world.approved("pc").await;
        let mut given = again.particulars().clone();
        given.reference = approved.particulars().reference.clone();
        again = domain::application::Application::submit(given);
        let mut tx = store.begin("apply").await.expect("begins");
        let refused = tx.tenant(world.tenant.id).insert_application(&again, None).await.expect_err("taken");
        assert_eq!(refused.conflict(), Some(Constraint::ApplicationReference));
        drop(tx);
        let new = NewIssuer {
            id: IssuerId::new(NOW, &mut world.rng),
            kind: IssuerKind::Tenant,
            tenant: Some(world.tenant.id),
            parent: None,
            generation: 1,
            key_sealed: b"sealed",
        };
        let mut tx = store.begin("add_issuer").await.expect("begins");
        let refused = tx.record_issuer(&new, Prepared(vec![1]), NOW).await.expect_err("taken");
        assert_eq!(refused.conflict(), Some(Constraint::IssuerGeneration));
    })
    .await;
}

#[tokio::test]
async fn a_certificate_cannot_name_another_tenants_user() {
    on_each_database(async |store| {
        let mut ours = World::new(&store, "ours", 1).await;
        let theirs = World::new(&store, "theirs", 2).await;
        let approved = ours.approved("pc").await;
        let mut mixed = world::certificate(approved.particulars(), ours.issuer, &mut ours.rng);
        mixed.user = theirs.user.id;
        let mut tx = store.begin("pick_up").await.expect("begins");
        let refused =
            tx.record_certificate(&mixed, Prepared(vec![1]), NOW).await.expect_err("not of this tenant");
        assert_eq!(refused.conflict(), Some(Constraint::Reference));
    })
    .await;
}
