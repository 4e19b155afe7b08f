//! A tenant with its issuer, a user, an application: what the tests begin with.

use domain::{
    agreement::Consent,
    application::{Application, Approval, Approved, Particulars, Purpose, Reference, Submitted},
    certificate::{CertificateKey, CertificateRecord, CertificateState, LeafTag},
    certificate_text::{CertificateText, RomanName},
    device::DeviceType,
    email::EmailAddress,
    id::{ApplicationId, CertificateId, DeviceId, IssuerId, TenantId, UserId},
    invitation::InvitationKind,
    issuer::IssuerKind,
    license::License,
    locale::Locale,
    login_name::LoginName,
    policy::Policy,
    portal_page::{NewAnnouncement, NewPortalLink, Paragraphs, Title, WebAddress},
    tenant::{IdentificationCode, Tenant},
    time::{DAY, Timestamp},
    user::{GroupKey, Role, User, UserState},
};
use pki::serial::Serial;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use store::{Recorded, Store, StoreError, ToBeSigned, issuers::NewIssuer};
use testkit::company;

/// The tag of a certificate whose bytes no test reads.
pub(crate) const LEAF_TAG: LeafTag = LeafTag::from_bytes([7; 16]);

pub(crate) const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

pub(crate) fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub(crate) fn announcement() -> NewAnnouncement {
    NewAnnouncement {
        title: Title::parse("お知らせ").expect("title"),
        text: Paragraphs::parse("本文").expect("text"),
    }
}

pub(crate) fn portal_link() -> NewPortalLink {
    NewPortalLink {
        title: Title::parse("社内").expect("title"),
        address: WebAddress::parse("https://intra.example.jp/").expect("address"),
    }
}

/// To-be-signed bytes with arbitrary content.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Prepared(pub(crate) Vec<u8>);

impl ToBeSigned for Prepared {
    fn tbs_der(&self) -> &[u8] {
        &self.0
    }
}

pub(crate) fn tenant(slug: &str, rng: &mut ChaCha20Rng) -> Tenant {
    Tenant {
        id: TenantId::new(NOW, rng),
        identification_code: IdentificationCode::random(rng),
        license: License { seats: 5, valid_until: NOW + DAY * 365 },
        ..company::tenant(slug)
    }
}

pub(crate) fn user(tenant: TenantId, login: &str, rng: &mut ChaCha20Rng) -> User {
    User {
        id: UserId::new(NOW, rng),
        tenant,
        role: Role::User,
        login_name: LoginName::parse(login).expect("login name"),
        display_name: "山田 太郎".to_owned(),
        reading: "やまだ たろう".to_owned(),
        roman_name: Some(roman_name()),
        email: EmailAddress::parse(&format!("{login}@Example.jp")).expect("address"),
        proved_email: None,
        groups: GroupKey::parse_list("sales, tokyo").expect("groups"),
        note: String::new(),
        locale: Locale::Ja,
        state: UserState::Active,
        suspend_at: None,
    }
}

pub(crate) fn roman_name() -> RomanName {
    let text = |text| CertificateText::parse(text).expect("text");
    RomanName { family: text("Yamada"), given: text("Taro") }
}

pub(crate) fn application(user: &User, device: &str, rng: &mut ChaCha20Rng) -> Application<Submitted> {
    Application::submit(Particulars {
        id: ApplicationId::new(NOW, rng),
        reference: Reference::random(rng),
        tenant: user.tenant,
        user: user.id,
        roman_name: roman_name(),
        email: user.email.clone(),
        device: DeviceId::new(NOW, rng),
        purpose: Purpose::New,
        device_name: device.to_owned(),
        consent: Consent {
            version: "2026-11".to_owned(),
            text_sha256: [7; 32],
            at: NOW,
            address: "192.0.2.7".parse().expect("address"),
        },
        submitted_at: NOW,
    })
}

pub(crate) fn approve(application: Application<Submitted>) -> Application<Approved> {
    application.approve(Approval::by_policy(&Policy::default(), InvitationKind::Personal).expect("approval"))
}

/// A certificate for the given particulars, valid for a year.
pub(crate) fn certificate(given: &Particulars, issuer: IssuerId, rng: &mut ChaCha20Rng) -> CertificateRecord {
    CertificateRecord {
        id: CertificateId::new(NOW, rng),
        key: CertificateKey { issuer, serial: Serial::random(rng) },
        tenant: given.tenant,
        user: given.user,
        application: given.id,
        device: given.device,
        device_type: DeviceType::Windows,
        device_name: given.device_name.clone(),
        not_before: NOW,
        not_after: NOW + DAY * 365,
        state: CertificateState::Recorded,
        revocation: None,
        picked_up_at: None,
        proved_at: None,
        ends_at: None,
    }
}

/// One tenant with its issuer and one user.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) rng: ChaCha20Rng,
    pub(crate) tenant: Tenant,
    pub(crate) issuer: IssuerId,
    pub(crate) user: User,
}

impl World {
    pub(crate) async fn new(store: &Store, slug: &str, seed: u64) -> Self {
        let mut rng = rng(seed);
        let tenant = tenant(slug, &mut rng);
        let user = user(tenant.id, "yamada", &mut rng);
        let mut tx = store.begin("add_tenant").await.expect("begins");
        tx.insert_tenant(&tenant, NOW).await.expect("tenant");
        assert!(tx.tenant(tenant.id).insert_user(&user, NOW).await.expect("user"));
        let issuer = IssuerId::new(NOW, &mut rng);
        let new = NewIssuer {
            id: issuer,
            kind: IssuerKind::Tenant,
            tenant: Some(tenant.id),
            parent: None,
            generation: 1,
            key_sealed: b"sealed",
        };
        let _to_sign = tx.record_issuer(&new, Prepared(b"tbs".to_vec()), NOW).await.expect("recorded");
        tx.commit().await.expect("commits");
        let mut tx = store.begin("sign_issuer").await.expect("begins");
        assert!(tx.keep_signed_issuer(issuer, b"ca").await.expect("signed"));
        tx.commit().await.expect("commits");
        Self { store: store.clone(), rng, tenant, issuer, user }
    }

    /// Another user.
    pub(crate) async fn add_user(&mut self, login: &str) -> User {
        let user = user(self.tenant.id, login, &mut self.rng);
        let mut tx = self.store.begin("add_user").await.expect("begins");
        assert!(tx.tenant(self.tenant.id).insert_user(&user, NOW).await.expect("user"));
        tx.commit().await.expect("commits");
        user
    }

    /// An approved application of the user.
    pub(crate) async fn approved(&mut self, device: &str) -> Application<Approved> {
        let submitted = application(&self.user, device, &mut self.rng);
        let mut tx = self.store.begin("apply").await.expect("begins");
        tx.tenant(self.tenant.id).insert_application(&submitted, Some("phc")).await.expect("application");
        let approved = approve(submitted);
        assert!(tx.tenant(self.tenant.id).approve_application(&approved, NOW).await.expect("approves"));
        tx.commit().await.expect("commits");
        approved
    }

    /// A recorded certificate, not yet signed.
    pub(crate) async fn recorded(&mut self, device: &str) -> (CertificateRecord, Recorded<Prepared>) {
        let approved = self.approved(device).await;
        let certificate = certificate(approved.particulars(), self.issuer, &mut self.rng);
        let (approved, to_record, tenant) = (&approved, &certificate, self.tenant.id);
        let recorded = self.store.write("pick_up", |mut tx| async move {
            assert!(tx.tenant(tenant).pick_up_application(approved, NOW).await?);
            let prepared = Prepared(b"tbs of the leaf".to_vec());
            let outcome = tx.record_certificate(to_record, prepared, NOW).await?;
            Ok::<_, StoreError>(tx.keep(outcome))
        });
        let recorded = recorded.await.expect("records");
        (certificate, recorded)
    }

    /// A valid certificate.
    pub(crate) async fn signed(&mut self, device: &str) -> CertificateRecord {
        let (mut certificate, _) = self.recorded(device).await;
        let mut tx = self.store.begin("keep").await.expect("begins");
        let kept =
            tx.tenant(self.tenant.id).keep_signed_certificate(certificate.id, b"leaf", LEAF_TAG, NOW).await;
        assert!(kept.expect("keeps"));
        tx.commit().await.expect("commits");
        certificate.state = CertificateState::Valid;
        certificate
    }
}
