use super::{
    CheckedKey, INSTALLATION_CA, PersonalOrder, Prepared, ROOT, SigningIssuer, TENANT_ISSUER,
    new_personal_key, prepare::AuthorityOrder, profile::AuthorityProfile,
};
use crate::{Addresses, Unavailable};
use domain::{
    agreement::Consent,
    application::{Application, Approval, Approved, Particulars, Purpose, Reference},
    certificate_text::{CertificateText, RomanName},
    email::EmailAddress,
    host_name::HostName,
    id::{ApplicationId, DeviceId, IssuerId, UserId},
    invitation::InvitationKind,
    policy::Policy,
    tenant::Tenant,
    time::{DAY, Timestamp},
};
use pki::{KeyAlgorithm, PrivateKey, Serial};
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
    let (tenant, serial) = (tenant(policy), Serial::random(&mut rng()));
    let application = application(&tenant);
    let order = PersonalOrder { tenant: &tenant, application: &application, key, serial };
    Prepared::personal(&order, &issuer.issuer, &addresses(), now())
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
        let key = CheckedKey::made_here(&new_personal_key().unwrap());
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
    let key = CheckedKey::made_here(&new_personal_key().unwrap());
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
    let other = PrivateKey::generate(KeyAlgorithm::EcdsaP384).unwrap();
    assert!(personal(&issuer, &CheckedKey::made_here(&other), 365).is_err());
}
