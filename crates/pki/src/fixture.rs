//! Keys, names and a whole hierarchy for tests.

use crate::{
    Certificate, IssuerIdentity, KeyAlgorithm, Name, PersonalPurposes, PrivateKey, Profile, Serial,
    TbsCertificate, Validity,
};

pub(crate) const VALIDITY: Validity = Validity { not_before: 1_767_225_600, not_after: 1_798_761_600 };

/// A certificate and its key.
pub(crate) struct Identity {
    pub(crate) certificate: Certificate,
    pub(crate) key: PrivateKey,
}

pub(crate) fn name(common_name: &str) -> Name {
    Name::builder().country("JP").organization("Sample Inc.").common_name(common_name).build().unwrap()
}

pub(crate) fn serial(number: u8) -> Serial {
    Serial::from_bytes(&[0xb0, number]).unwrap()
}

pub(crate) fn tenant_issuer_profile() -> Profile {
    Profile::TenantIssuer {
        crl_url: "http://localhost:8080/crl/installation.crl".into(),
        issuer_certificate_url: "http://localhost:8080/ca/installation.crt".into(),
    }
}

pub(crate) fn end_entity_profile() -> Profile {
    end_entity(None, PersonalPurposes::default())
}

/// Everything that a person's certificate may have.
pub(crate) fn full_end_entity_profile() -> Profile {
    let purposes = PersonalPurposes { email_protection: true, smart_card_logon: true };
    end_entity(Some("taro@corp.example".into()), purposes)
}

fn end_entity(principal_name: Option<String>, purposes: PersonalPurposes) -> Profile {
    Profile::EndEntity {
        email: Some("taro@sample.example".into()),
        principal_name,
        purposes,
        crl_url: "http://localhost:8080/crl/tenant.crl".into(),
        issuer_certificate_url: "http://localhost:8080/ca/tenant.crt".into(),
    }
}

pub(crate) fn content_signer_profile() -> Profile {
    Profile::ContentSigner {
        crl_url: "http://localhost:8080/crl/installation.crl".into(),
        issuer_certificate_url: "http://localhost:8080/ca/installation.crt".into(),
    }
}

/// The TBS of `profile` for a fresh key, issued by a fresh issuer.
pub(crate) fn tbs(profile: &Profile) -> TbsCertificate {
    let issuer_key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let issuer = IssuerIdentity::new(name("Sample Issuer"), issuer_key.public_key());
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    TbsCertificate::prepare(profile, serial(1), &issuer, &name("Taro Yamada"), key.public_key(), VALIDITY)
        .unwrap()
}

pub(crate) fn self_signed(profile: &Profile, common_name: &str) -> Identity {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let issuer = IssuerIdentity::new(name(common_name), key.public_key());
    let tbs =
        TbsCertificate::prepare(profile, serial(1), &issuer, &name(common_name), key.public_key(), VALIDITY)
            .unwrap();
    let certificate = tbs.assemble(&key.sign(tbs.as_der()).unwrap());
    Identity { certificate, key }
}

pub(crate) fn issued(profile: &Profile, issuer: &Identity, algorithm: KeyAlgorithm) -> Identity {
    let key = PrivateKey::generate(algorithm).unwrap();
    let tbs = TbsCertificate::prepare(
        profile,
        serial(2),
        &issuer.certificate.issuer_identity(),
        &name("Taro Yamada"),
        key.public_key(),
        VALIDITY,
    )
    .unwrap();
    let certificate = tbs.assemble(&issuer.key.sign(tbs.as_der()).unwrap());
    Identity { certificate, key }
}
