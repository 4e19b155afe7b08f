//! Every column of a record is written, changed or kept as its table says. The records name each field, and differ in
//! each from what was there before.

use crate::{
    databases::on_each_database,
    world::{NOW, Prepared, World},
};
use domain::{
    certificate_text::CertificateText,
    email::EmailAddress,
    host_name::HostName,
    id::{ImportId, InvitationId, IssuerId, SiteId},
    import::FileSummary,
    invitation::{Invitation, InvitationKind},
    issuer::{Issuer, IssuerKind},
    license::License,
    locale::Locale,
    login_name::LoginName,
    name_rules::{EmailDomains, LoginSuffix, NameRules},
    policy::Policy,
    site::{Site, SiteKind, Upstream},
    slug::TenantSlug,
    tenant::{IdentificationCode, Tenant, TenantKind, TenantState},
    time::DAY,
    user::{GroupKey, Role, User, UserState},
};
use store::{
    imports::{Import, ImportState},
    issuers::NewIssuer,
    pickup_notices::PickupNotice,
};

/// The records as text, because most of them are not compared anywhere else.
pub(crate) fn assert_same(found: &impl std::fmt::Debug, expected: &impl std::fmt::Debug) {
    assert_eq!(format!("{found:#?}"), format!("{expected:#?}"));
}

#[tokio::test]
async fn a_changed_tenant_keeps_its_name_at_the_gate_its_code_and_its_state() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let domains = |text| EmailDomains::parse(text).expect("domains");
        let other = Tenant {
            id: world.tenant.id,
            kind: TenantKind::Operator,
            slug: TenantSlug::parse("other").expect("slug"),
            display_name: "別会社".to_owned(),
            organization: CertificateText::parse("Other Co.").expect("text"),
            organizational_unit: Some(CertificateText::parse("Unit 9").expect("text")),
            identification_code: IdentificationCode::random(&mut world.rng),
            contract_number: "C-9".to_owned(),
            license: License { seats: 9, valid_until: NOW + DAY },
            policy: Policy { approval_required: true, certificate_days: 7, ..Policy::default() },
            names: NameRules {
                login_suffix: Some(LoginSuffix::parse(".kanto").expect("suffix")),
                email_domains: domains("example.jp, kanto.test"),
                vouched_domains: domains("kanto.test"),
            },
            support_contact: "内線 9".to_owned(),
            locale: Locale::En,
            state: TenantState::Ended,
        };
        let mut tx = store.begin("change").await.expect("begins");
        let mut scope = tx.tenant(other.id);
        assert!(scope.update_tenant(&other).await.expect("writes"));
        let Tenant { kind, slug, identification_code, state, .. } = world.tenant;
        let expected = Tenant { kind, slug, identification_code, state, ..other };
        assert_same(&scope.record().await.expect("reads").expect("is there"), &expected);
    })
    .await;
}

#[tokio::test]
async fn a_changed_user_keeps_the_state_and_the_proved_address() {
    on_each_database(async |store| {
        let world = World::new(&store, "sample", 1).await;
        let other = User {
            id: world.user.id,
            tenant: world.tenant.id,
            role: Role::Administrator,
            login_name: LoginName::parse("sato").expect("login name"),
            display_name: "佐藤 花子".to_owned(),
            reading: "さとう はなこ".to_owned(),
            roman_name: None,
            email: EmailAddress::parse("sato@example.jp").expect("address"),
            proved_email: Some(EmailAddress::parse("sato@example.jp").expect("address")),
            groups: GroupKey::parse_list("osaka").expect("groups"),
            note: "営業部".to_owned(),
            locale: Locale::En,
            state: UserState::Suspended,
            suspend_at: Some(NOW + DAY),
        };
        let mut tx = store.begin("change").await.expect("begins");
        let mut scope = tx.tenant(other.tenant);
        assert!(scope.update_user(&other).await.expect("writes"));
        let expected = User {
            proved_email: world.user.proved_email,
            state: world.user.state,
            suspend_at: None,
            ..other.clone()
        };
        let by_email = scope.user_by_email(&other.email).await.expect("reads").expect("is there");
        assert_same(&by_email, &expected);
    })
    .await;
}

#[tokio::test]
async fn what_is_written_once_comes_back_whole() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let (tenant, user) = (world.tenant.id, world.user.id);
        let invitation = Invitation {
            id: InvitationId::new(NOW, &mut world.rng),
            tenant,
            user,
            kind: InvitationKind::Sheet,
            secret_hash: [3; 32],
            expires_at: NOW + DAY,
            spent_at: Some(NOW),
        };
        let site = Site {
            id: SiteId::new(NOW, &mut world.rng),
            tenant,
            host: HostName::parse("sample.localhost").expect("host"),
            kind: SiteKind::Desk,
            upstream: Some(Upstream::new("http://127.0.0.1:5232", Vec::new()).expect("address")),
        };
        let judged = domain::import::judge(
            b"name,family_name,given_name,login,email\nSato,Sato,Hanako,sato,sato@example.jp\n",
        )
        .expect("reads");
        let import = Import {
            id: ImportId::new(NOW, &mut world.rng),
            tenant,
            state: ImportState::Stopped,
            file_name: "社員.csv".to_owned(),
            total: 3,
            done: 1,
            summary: FileSummary::of(&judged),
            applies_changes: true,
            begun_at: Some(NOW + DAY),
            administrator: Some(user),
            created_at: NOW,
        };
        assert_ne!(import.summary, FileSummary::default());
        let mut tx = store.begin("write").await.expect("begins");
        let mut scope = tx.tenant(tenant);
        assert!(scope.insert_invitation(&invitation, false, NOW).await.expect("writes"));
        assert_same(&scope.invitation(invitation.id).await.expect("reads"), &Some(invitation));
        scope.insert_site(&site).await.expect("writes");
        assert_same(&scope.sites().await.expect("reads"), &[site]);
        scope.insert_import(&import).await.expect("writes");
        assert_same(&scope.import(import.id).await.expect("reads"), &Some(import));
    })
    .await;
}

#[tokio::test]
async fn a_pickup_leaves_its_certificate_its_phrase_and_its_report() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let (tenant, user) = (world.tenant.id, world.user.id);
        let ((certificate, _), (again, _)) = (world.recorded("pc").await, world.recorded("pc").await);
        let mut tx = store.begin("notice").await.expect("begins");
        let mut scope = tx.tenant(tenant);
        let phrase = scope.challenge_hash_of(certificate.application).await.expect("reads");
        assert_eq!(phrase.expect("is kept").phc, "phc");
        assert_same(&scope.certificate(certificate.id).await.expect("reads"), &Some(&certificate));
        let notice = PickupNotice {
            certificate: certificate.id,
            user,
            device_name: "会社のPC".to_owned(),
            address: "192.0.2.7".to_owned(),
            picked_up_at: NOW,
        };
        scope.insert_pickup_notice(&notice, None).await.expect("writes");
        let told_at_once = PickupNotice { certificate: again.id, ..notice.clone() };
        scope.insert_pickup_notice(&told_at_once, Some(NOW)).await.expect("writes");
        assert_eq!(scope.pickups_told_at_once(NOW - DAY).await.expect("counts"), 1);
        let untold = scope.untold_pickups().await.expect("reads");
        assert_same(&untold.iter().map(|named| &named.notice).collect::<Vec<_>>(), &[notice]);
    })
    .await;
}

#[tokio::test]
async fn a_signed_issuer_is_the_one_that_was_recorded() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let (id, kind) = (IssuerId::new(NOW, &mut world.rng), IssuerKind::Tenant);
        let (tenant, parent, generation) = (Some(world.tenant.id), Some(world.issuer), 2);
        let new = NewIssuer { id, kind, tenant, parent, generation, key_sealed: b"sealed" };
        let mut tx = store.begin("rotate").await.expect("begins");
        let _to_sign = tx.record_issuer(&new, Prepared(b"tbs".to_vec()), NOW).await.expect("writes");
        assert!(tx.issuer(id).await.expect("reads").is_none(), "not signed yet");
        assert_eq!(tx.unsigned_issuers(NOW + DAY).await.expect("reads"), [(id, tenant)]);
        assert_eq!(tx.issuer_key_sealed(id).await.expect("reads").as_deref(), Some(&b"sealed"[..]));
        assert!(tx.keep_signed_issuer(id, b"ca").await.expect("signs"));
        let issuer = Issuer { id, kind, tenant, parent, generation, certificate_der: b"ca".to_vec() };
        assert_same(&tx.issuer(id).await.expect("reads"), &Some(issuer));
    })
    .await;
}
