//! The actors: issuers, and holders of certificates.

use domain::id::{IssuerId, TenantId};
use pki::{
    Certificate, IssuerIdentity, KeyAlgorithm, Name, PersonalPurposes, PrivateKey, Profile, Serial,
    TbsCertificate, Validity,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use rustls_pki_types::CertificateDer;

/// The initial time of the stage's clock, unix seconds.
pub(crate) const NOW: i64 = 1_800_000_000;
const DAY: i64 = 86_400;

pub(crate) const VALID: Validity = Validity { not_before: NOW - DAY, not_after: NOW + DAY };

pub(crate) fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub(crate) fn at(seconds: i64) -> domain::time::Timestamp {
    domain::time::Timestamp::from_second(seconds).unwrap()
}

fn name(common_name: &str) -> Name {
    Name::builder().organization("Stage").common_name(common_name).build().unwrap()
}

fn end_entity() -> Profile {
    Profile::EndEntity {
        email: None,
        principal_name: None,
        purposes: PersonalPurposes::default(),
        crl_url: "http://ca.test/a.crl".into(),
        issuer_certificate_url: "http://ca.test/a.crt".into(),
    }
}

/// An issuer with its key.
pub(crate) struct Authority {
    pub(crate) id: IssuerId,
    pub(crate) tenant: TenantId,
    pub(crate) certificate: Certificate,
    key: PrivateKey,
}

/// A certificate and its key in a person's browser.
#[derive(Clone)]
pub(crate) struct Holder {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key_pkcs8: Vec<u8>,
    pub(crate) serial: Serial,
}

fn sign(
    profile: &Profile,
    serial: Serial,
    issuer: &IssuerIdentity,
    subject: &Name,
    key: (&PrivateKey, &PrivateKey),
    validity: Validity,
) -> Certificate {
    let (subject_key, issuer_key) = key;
    let tbs = TbsCertificate::prepare(profile, serial, issuer, subject, subject_key.public_key(), validity)
        .unwrap();
    tbs.assemble(&issuer_key.sign(tbs.as_der()).unwrap())
}

impl Authority {
    /// A tenant's issuer. The gate trusts the record, so its signer does not matter.
    pub(crate) fn new(common_name: &str, tenant: TenantId, seed: u64) -> Self {
        let mut rng = rng(seed);
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let subject = name(common_name);
        let identity = IssuerIdentity::new(subject.clone(), key.public_key());
        let certificate =
            sign(&Profile::Root, Serial::random(&mut rng), &identity, &subject, (&key, &key), VALID);
        Self { id: IssuerId::new(at(NOW), &mut rng), tenant, certificate, key }
    }

    pub(crate) fn issue(&self, serial: u8) -> Holder {
        self.issue_as(serial, VALID, &end_entity())
    }

    pub(crate) fn issue_for(&self, serial: u8, validity: Validity) -> Holder {
        self.issue_as(serial, validity, &end_entity())
    }

    pub(crate) fn issue_as(&self, serial: u8, validity: Validity, profile: &Profile) -> Holder {
        self.issue_to(serial, validity, profile, KeyAlgorithm::EcdsaP256)
    }

    /// A certificate for a key of this kind, with all that a tenant's profile can add.
    pub(crate) fn issue_fully(&self, serial: u8, key: KeyAlgorithm) -> Holder {
        let profile = Profile::EndEntity {
            email: Some("taro@a.test".into()),
            principal_name: Some("taro@corp.test".into()),
            purposes: PersonalPurposes { email_protection: true, smart_card_logon: true },
            crl_url: "http://ca.test/a.crl".into(),
            issuer_certificate_url: "http://ca.test/a.crt".into(),
        };
        self.issue_to(serial, VALID, &profile, key)
    }

    fn issue_to(&self, serial: u8, validity: Validity, profile: &Profile, key: KeyAlgorithm) -> Holder {
        let serial = Serial::from_bytes(&[serial]).unwrap();
        let key = PrivateKey::generate(key).unwrap();
        let issuer = self.certificate.issuer_identity();
        let leaf = sign(profile, serial, &issuer, &name("Taro"), (&key, &self.key), validity);
        let chain = [leaf.as_der(), self.certificate.as_der()];
        Holder {
            chain: chain.iter().map(|der| CertificateDer::from(der.to_vec())).collect(),
            key_pkcs8: key.to_pkcs8_der().unwrap().to_vec(),
            serial,
        }
    }

    /// The issuer's own certificate, presented as if it were a person's.
    pub(crate) fn as_holder(&self) -> Holder {
        Holder {
            chain: vec![CertificateDer::from(self.certificate.as_der().to_vec())],
            key_pkcs8: self.key.to_pkcs8_der().unwrap().to_vec(),
            serial: self.certificate.serial(),
        }
    }
}

impl Holder {
    /// The leaf marked as X.509 version 1, which no verifier here reads.
    pub(crate) fn of_version_1(mut self) -> Self {
        let mut der = self.chain[0].to_vec();
        let version = der.windows(5).position(|bytes| bytes == [0xa0, 3, 2, 1, 2]).unwrap();
        der[version + 4] = 0;
        self.chain = vec![CertificateDer::from(der)];
        self
    }

    /// A person who has seen the certificate but has another key.
    pub(crate) fn with_key_of(mut self, other: &Self) -> Self {
        self.key_pkcs8.clone_from(&other.key_pkcs8);
        self
    }
}
