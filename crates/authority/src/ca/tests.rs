use super::{
    CheckedKey, INSTALLATION_CA, PersonalOrder, Prepared, ROOT, SigningIssuer, TENANT_ISSUER,
    prepare::AuthorityOrder, profile::AuthorityProfile,
};
use crate::{Addresses, Unavailable};
use domain::{
    agreement::Consent,
    application::{Application, Approval, Approved, Particulars, Purpose, Reference},
    certificate_profile::{CertificateProfile, PrincipalName},
    certificate_text::{CertificateText, RomanName},
    device::DeviceType,
    email::EmailAddress,
    host_name::HostName,
    id::{ApplicationId, DeviceId, IssuerId, TenantId, UserId},
    invitation::InvitationKind,
    locale::Locale,
    login_name::LoginName,
    policy::Policy,
    tenant::Tenant,
    time::{DAY, Timestamp},
    user::{Role, User, UserState},
};
use pki::{Certificate, KeyAlgorithm, KeyPurpose, PrivateKey, Serial};
use rand_core::SeedableRng;
use testkit::company;

fn rng() -> rand_chacha::ChaCha20Rng {
    rand_chacha::ChaCha20Rng::seed_from_u64(1)
}

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

fn addresses() -> Addresses {
    Addresses {
        public_url: "https://certificates.gate.example".into(),
        publication_url: "http://certificates.gate.example".into(),
        site_suffix: HostName::parse("gate.example").unwrap(),
        gate_port: 443,
    }
}

fn text(text: &str) -> CertificateText {
    CertificateText::parse(text).unwrap()
}

fn tenant(policy: Policy) -> Tenant {
    Tenant { organizational_unit: Some(text("Sales")), policy, ..company::tenant("sample") }
}

fn application(tenant: &Tenant) -> Application<Approved> {
    let consent =
        Consent { version: "1".into(), text_sha256: [0; 32], at: now(), address: [192, 0, 2, 1].into() };
    let application = Application::submit(Particulars {
        id: ApplicationId::new(now(), &mut rng()),
        reference: Reference::random(&mut rng()),
        tenant: tenant.id,
        user: UserId::new(now(), &mut rng()),
        roman_name: RomanName { family: text("Yamada"), given: text("Hanako") },
        email: EmailAddress::parse("hanako@sample.example").unwrap(),
        device: DeviceId::new(now(), &mut rng()),
        purpose: Purpose::New,
        device_name: "PC".into(),
        consent,
        submitted_at: now(),
    });
    application.approve(Approval::by_policy(&tenant.policy, InvitationKind::Sheet).unwrap())
}

/// An authority that is made and signed, with its given name.
struct Made {
    issuer: SigningIssuer,
    key: PrivateKey,
}

impl Made {
    fn new(profile: &AuthorityProfile, above: Option<&Self>, generation: u32) -> Self {
        let id = IssuerId::new(now(), &mut rng());
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let order = AuthorityOrder {
            profile,
            id,
            generation,
            organization: "Sample Co., Ltd.",
            tail: "01010101",
            above: above.map(|above| &above.issuer),
            key: &CheckedKey::made_here(&key),
            serial: Serial::random(&mut rng()),
        };
        let tbs = Prepared::authority(&order, &addresses(), now()).unwrap().tbs;
        let signature = above.map_or(&key, |above| &above.key).sign(tbs.as_der()).unwrap();
        Self { issuer: SigningIssuer { id, certificate: tbs.assemble(&signature) }, key }
    }

    fn subject(&self) -> String {
        self.issuer.certificate.subject().to_string()
    }
}

fn personal(issuer: &Made, key: &CheckedKey, days: u32) -> Result<Prepared, Unavailable> {
    let policy = Policy { certificate_days: days, ..Policy::default() };
    by_policy(issuer, key, policy, DeviceType::Windows)
}

fn user(tenant: TenantId) -> User {
    User {
        id: UserId::new(now(), &mut rng()),
        tenant,
        role: Role::User,
        login_name: LoginName::parse("hanako").unwrap(),
        display_name: "山田 花子".into(),
        reading: String::new(),
        roman_name: None,
        email: EmailAddress::parse("hanako@sample.example").unwrap(),
        proved_email: None,
        groups: Vec::new(),
        note: String::new(),
        locale: Locale::Ja,
        state: UserState::Active,
        suspend_at: None,
    }
}

fn by_policy(
    issuer: &Made,
    key: &CheckedKey,
    policy: Policy,
    device: DeviceType,
) -> Result<Prepared, Unavailable> {
    let (tenant, serial) = (tenant(policy), Serial::random(&mut rng()));
    let application = application(&tenant);
    let user = user(tenant.id);
    let order =
        PersonalOrder { tenant: &tenant, application: &application, user: &user, device, key, serial };
    Prepared::personal(&order, &issuer.issuer, &addresses(), now())
}

fn key(algorithm: KeyAlgorithm) -> CheckedKey {
    CheckedKey::made_here(&PrivateKey::generate(algorithm).unwrap())
}

#[test]
fn each_generation_of_an_issuer_has_a_name_of_its_own_below_the_same_authority() {
    let root = Made::new(&ROOT, None, 1);
    let installation = Made::new(&INSTALLATION_CA, Some(&root), 1);
    assert_eq!(root.subject(), "CN=Sekisho Root CA 01010101,O=Sample Co.\\, Ltd.");
    assert_eq!(installation.subject(), "CN=Sekisho Installation CA 01010101 G1,O=Sample Co.\\, Ltd.");
    for generation in [1, 2] {
        let issuer = Made::new(&TENANT_ISSUER, Some(&installation), generation);
        let named = format!("CN=Personal CA 01010101 G{generation},O=Sample Co.\\, Ltd.");
        assert_eq!(issuer.subject(), named);
        issuer.issuer.certificate.verify_signature(installation.key.public_key()).unwrap();
        let key = key(KeyAlgorithm::EcdsaP256);
        let prepared = personal(&issuer, &key, 365).unwrap();
        assert_eq!(prepared.key.issuer, issuer.issuer.id);
        let leaf = prepared.tbs.assemble(&issuer.key.sign(prepared.tbs.as_der()).unwrap());
        assert_eq!(leaf.issuer(), issuer.issuer.certificate.subject());
        leaf.verify_signature(issuer.key.public_key()).unwrap();
    }
}

#[test]
fn a_persons_certificate_says_what_its_profile_lists_and_ends_with_its_issuer() {
    let issuer = Made::new(&TENANT_ISSUER, None, 1);
    let key = key(KeyAlgorithm::EcdsaP256);
    let prepared = personal(&issuer, &key, 365).unwrap();
    let leaf = prepared.tbs.assemble(&issuer.key.sign(prepared.tbs.as_der()).unwrap());
    let subject = "CN=Yamada Hanako,GN=Hanako,SN=Yamada,OU=Sales,O=Sample Co.\\, Ltd.";
    assert_eq!(leaf.subject().to_string(), subject);
    assert_eq!(prepared.not_after, now() + DAY * 365);
    let issuers_end = issuer.issuer.certificate.validity().not_after;
    assert_eq!(personal(&issuer, &key, u32::MAX).unwrap().not_after.as_second(), issuers_end);
}

#[test]
fn a_key_that_the_profile_does_not_list_is_not_certified() {
    let issuer = Made::new(&TENANT_ISSUER, None, 1);
    let others = [KeyAlgorithm::EcdsaP384, KeyAlgorithm::Rsa2048].map(key);
    assert!(others.iter().all(|other| personal(&issuer, other, 365).is_err()));
    let p_256 = key(KeyAlgorithm::EcdsaP256);
    let on = |device, key: &CheckedKey| by_policy(&issuer, key, Policy::default(), device).is_ok();
    assert_eq!([on(DeviceType::Ios, &p_256), on(DeviceType::Ios, &others[1])], [false, true]);
    assert_eq!([on(DeviceType::Linux, &p_256), on(DeviceType::Linux, &others[1])], [true, false]);
    let mut chosen = Policy::default();
    chosen.profile.keys = chosen.profile.keys.with(DeviceType::Ios, KeyAlgorithm::EcdsaP384);
    assert!(by_policy(&issuer, &others[0], chosen, DeviceType::Ios).is_ok());
}

#[test]
fn a_persons_certificate_has_the_names_and_purposes_of_the_tenants_profile() {
    let issuer = Made::new(&TENANT_ISSUER, None, 1);
    let leaf = |profile: CertificateProfile| {
        let policy = Policy { profile, ..Policy::default() };
        let prepared = by_policy(&issuer, &key(KeyAlgorithm::EcdsaP256), policy, DeviceType::Linux).unwrap();
        prepared.tbs.assemble(&issuer.key.sign(prepared.tbs.as_der()).unwrap())
    };
    let contains = |leaf: &Certificate, text: &str| {
        leaf.as_der().windows(text.len()).any(|window| window == text.as_bytes())
    };
    let full = leaf(CertificateProfile {
        unit_in_subject: false,
        principal_name: PrincipalName::LoginName,
        principal_domain: Some(HostName::parse("corp.example").unwrap()),
        email_protection: true,
        smart_card_logon: true,
        ..CertificateProfile::default()
    });
    assert_eq!(full.subject().to_string(), "CN=Yamada Hanako,GN=Hanako,SN=Yamada,O=Sample Co.\\, Ltd.");
    assert_eq!(full.email_addresses(), ["hanako@sample.example"]);
    assert!(contains(&full, "hanako@corp.example"));
    let purposes = full.extended_key_usage().unwrap();
    assert_eq!(purposes[0], KeyPurpose::ClientAuth);
    assert!(
        purposes.len() == 3 && format!("{purposes:?}").contains("1.3.6.1.4.1.311.20.2.2"),
        "{purposes:?}"
    );
    let plain = leaf(CertificateProfile::default());
    assert_eq!(plain.extended_key_usage(), Some(&[KeyPurpose::ClientAuth][..]));
    assert!(plain.subject().to_string().contains("OU=Sales") && !contains(&plain, "corp.example"));
}
