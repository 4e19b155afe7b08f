//! Root → installation CA → tenant issuer → person, with real signatures and a period around now.

use std::{
    sync::{LazyLock, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

use pki::{
    Certificate, Crl, CrlBuilder, IssuerIdentity, KeyAlgorithm, Name, PersonalPurposes, PrivateKey, Profile,
    RevocationReason, Serial, TbsCertificate, Validity,
};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use zeroize::Zeroizing;

pub(crate) struct Identity {
    pub(crate) certificate: Certificate,
    pub(crate) key: PrivateKey,
}

pub(crate) struct Hierarchy {
    pub(crate) root: Identity,
    pub(crate) installation: Identity,
    pub(crate) tenant: Identity,
    pub(crate) person: Identity,
}

const DAY_SECONDS: i64 = 86_400;

/// Outside readers compare with the clock of the machine.
pub(crate) fn now() -> i64 {
    #[allow(clippy::disallowed_methods, reason = "outside readers judge by the real clock")]
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    i64::try_from(since_epoch.as_secs()).expect("a clock before the end of time")
}

fn name(common_name: &str) -> Name {
    let builder = Name::builder().country("JP").organization("Sample Inc.");
    builder.common_name(common_name).build().expect("a well-formed name")
}

pub(crate) fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([42; 32])
}

/// Signs a certificate for `key`; without an issuer, with `key` itself.
pub(crate) fn issue(
    profile: &Profile,
    common_name: &str,
    key: PrivateKey,
    issuer: Option<&Identity>,
) -> Identity {
    let identity = match issuer {
        Some(issuer) => issuer.certificate.issuer_identity(),
        None => IssuerIdentity::new(name(common_name), key.public_key()),
    };
    let serial = Serial::random(&mut rng());
    let validity = Validity { not_before: now() - DAY_SECONDS, not_after: now() + 365 * DAY_SECONDS };
    let subject = name(common_name);
    let tbs = TbsCertificate::prepare(profile, serial, &identity, &subject, key.public_key(), validity)
        .expect("a certificate that can be prepared");
    pki::lint::check_certificate(&tbs, profile.into()).expect("a certificate without a flaw");
    let signing_key = issuer.map_or(&key, |issuer| &issuer.key);
    let certificate = tbs.assemble(&signing_key.sign(tbs.as_der()).expect("a key that signs"));
    Identity { certificate, key }
}

pub(crate) fn key(algorithm: KeyAlgorithm) -> PrivateKey {
    PrivateKey::generate(algorithm).expect("a new key")
}

/// A key in PKCS#8, with its kind.
type KeptKey = (KeyAlgorithm, Zeroizing<Vec<u8>>);

/// Keys of people by their kind, in PKCS#8: large RSA keys take seconds, so each is made once for all tests.
static KEPT: LazyLock<Mutex<Vec<KeptKey>>> = LazyLock::new(Mutex::default);

fn kept_key(algorithm: KeyAlgorithm) -> PrivateKey {
    let mut kept = KEPT.lock().expect("a list of keys");
    let found = kept.iter().find(|(kind, _)| *kind == algorithm).map(|(_, der)| der.clone());
    let der = found.unwrap_or_else(|| {
        let der = key(algorithm).to_pkcs8_der().expect("a key that can be written");
        kept.push((algorithm, der.clone()));
        der
    });
    PrivateKey::from_pkcs8_der(&der).expect("a key that reads back")
}

/// What a person's certificate has without any choice of a tenant.
pub(crate) fn plain_profile() -> Profile {
    personal_profile(None, PersonalPurposes::default())
}

/// All that a person's certificate can have.
pub(crate) fn full_profile() -> Profile {
    let purposes = PersonalPurposes { email_protection: true, smart_card_logon: true };
    personal_profile(Some("taro@corp.example".to_owned()), purposes)
}

pub(crate) fn personal_profile(principal_name: Option<String>, purposes: PersonalPurposes) -> Profile {
    Profile::EndEntity {
        email: Some("taro@sample.example".to_owned()),
        principal_name,
        purposes,
        crl_url: "http://pki.sample.example/crl/1.crl".to_owned(),
        issuer_certificate_url: "http://pki.sample.example/ca/1.crt".to_owned(),
    }
}

impl Hierarchy {
    /// All keys are of `algorithm`.
    pub(crate) fn new(algorithm: KeyAlgorithm) -> Self {
        let root = issue(&Profile::Root, "Sample Root CA", key(algorithm), None);
        let crl_url = "http://pki.sample.example/crl/1.crl".to_owned();
        let issuer_certificate_url = "http://pki.sample.example/ca/1.crt".to_owned();
        let profile = Profile::InstallationCa {
            crl_url: crl_url.clone(),
            issuer_certificate_url: issuer_certificate_url.clone(),
        };
        let installation = issue(&profile, "Sample Installation CA", key(algorithm), Some(&root));
        let profile = Profile::TenantIssuer { crl_url, issuer_certificate_url };
        let tenant = issue(&profile, "Sample Tenant Issuer", key(algorithm), Some(&installation));
        let person = issue(&plain_profile(), "Taro Yamada", key(algorithm), Some(&tenant));
        Self { root, installation, tenant, person }
    }

    /// As in an installation: authorities have P-256 keys, and a person has a key of `algorithm`, in a certificate of
    /// `profile`.
    pub(crate) fn of_person(algorithm: KeyAlgorithm, profile: &Profile) -> Self {
        let all = Self::new(KeyAlgorithm::EcdsaP256);
        let person = issue(profile, "Taro Yamada", kept_key(algorithm), Some(&all.tenant));
        Self { person, ..all }
    }

    /// The tenant's list with the `revoked` serials, each with its reason.
    pub(crate) fn tenant_crl(&self, revoked: &[(Serial, Option<RevocationReason>)]) -> Crl {
        crl(&self.tenant, revoked)
    }
}

pub(crate) fn crl(issuer: &Identity, revoked: &[(Serial, Option<RevocationReason>)]) -> Crl {
    let identity = issuer.certificate.issuer_identity();
    let mut builder = CrlBuilder::new(&identity, 7, now() - 60, now() + DAY_SECONDS).expect("times in order");
    for (serial, reason) in revoked {
        builder.push(serial, now() - 120, *reason).expect("a time that can be encoded");
    }
    let tbs = builder.to_tbs().expect("a list that can be encoded");
    tbs.assemble(&issuer.key.sign(tbs.as_der()).expect("a key that signs"))
}
