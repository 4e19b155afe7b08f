use super::*;
use crate::damage::for_each_damage;
use crate::fixture::{
    VALIDITY, end_entity_profile, issued, name, self_signed, serial, tbs, tenant_issuer_profile,
};
use crate::{KeyAlgorithm, PrivateKey, Profile, SignatureAlgorithm};

#[test]
fn what_was_prepared_reads_back_from_the_assembled_certificate() {
    let issuer = self_signed(&Profile::Root, "Sample Root");
    let person = issued(&end_entity_profile(), &issuer, KeyAlgorithm::EcdsaP256);
    let read = Certificate::from_der(person.certificate.as_der()).unwrap();
    assert_eq!(read.serial(), serial(2));
    assert_eq!(read.subject(), &name("Taro Yamada"));
    assert_eq!(read.issuer(), &name("Sample Root"));
    assert_eq!(read.validity(), VALIDITY);
    assert_eq!(read.public_key(), person.key.public_key());
    assert_eq!(read.email_addresses(), ["taro@sample.example"]);
    assert_eq!(read.extended_key_usage(), Some(&[KeyPurpose::ClientAuth][..]));
    assert!(!read.is_ca() && issuer.certificate.is_ca());
    assert_eq!(read.fingerprint_sha256(), person.certificate.fingerprint_sha256());
}

#[test]
fn only_the_issuers_key_verifies_a_certificate() {
    let issuer = self_signed(&Profile::Root, "Sample Root");
    let person = issued(&end_entity_profile(), &issuer, KeyAlgorithm::EcdsaP256);
    assert!(person.certificate.verify_signature(issuer.key.public_key()).is_ok());
    let own_key = person.certificate.verify_signature(person.key.public_key());
    assert_eq!(own_key, Err(KeyError::SignatureInvalid));
}

#[test]
fn stored_bytes_can_be_signed_after_a_restart() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let before = tbs(&end_entity_profile());
    let after = TbsCertificate::from_der(before.as_der()).unwrap();
    let signature = key.sign(after.as_der()).unwrap();
    assert_eq!(after.assemble(&signature), before.assemble(&signature));
    assert_eq!(after.serial(), before.serial());
}

#[test]
fn an_issuer_names_itself_in_what_it_signs() {
    let root = self_signed(&Profile::Root, "Sample Root");
    let identity = root.certificate.issuer_identity();
    assert_eq!(identity, IssuerIdentity::new(name("Sample Root"), root.key.public_key()));
    assert_eq!(identity.signature_algorithm, SignatureAlgorithm::EcdsaSha256);
}

#[test]
fn pem_round_trips_and_other_labels_are_refused() {
    let root = self_signed(&Profile::Root, "Sample Root").certificate;
    let pem = root.to_pem();
    assert_eq!(Certificate::from_pem(&pem).unwrap(), root);
    let other = pem.replace("CERTIFICATE", "CERTIFICATE REQUEST");
    assert_eq!(Certificate::from_pem(&other), Err(CertificateError::Pem));
    assert_eq!(Certificate::from_pem("hello"), Err(CertificateError::Pem));
}

#[test]
fn an_algorithm_outside_that_differs_from_the_one_inside_is_refused() {
    let root = self_signed(&Profile::Root, "Sample Root").certificate;
    let inside = SignatureAlgorithm::EcdsaSha256.as_der();
    let mut der = root.as_der().to_vec();
    let places = der.windows(inside.len()).enumerate().filter(|(_, window)| *window == inside);
    let outside = places.map(|(position, _)| position).next_back().unwrap();
    let replacement = SignatureAlgorithm::EcdsaSha384.as_der();
    der[outside..outside + inside.len()].copy_from_slice(replacement);
    assert_eq!(Certificate::from_der(&der), Err(CertificateError::SignatureAlgorithmMismatch));
}

#[test]
fn a_reversed_period_and_text_outside_ascii_are_refused() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let issuer = IssuerIdentity::new(name("Sample Root"), key.public_key());
    let prepare = |profile: &Profile, validity| {
        let subject = &name("Taro Yamada");
        TbsCertificate::prepare(profile, serial(1), &issuer, subject, key.public_key(), validity).unwrap_err()
    };
    let reversed = crate::Validity { not_before: 2, not_after: 1 };
    assert!(matches!(prepare(&Profile::Root, reversed), PrepareError::Validity(_)));
    let Profile::EndEntity { principal_name, purposes, crl_url, issuer_certificate_url, .. } =
        end_entity_profile()
    else {
        unreachable!("the fixture is an end entity");
    };
    let email = Some("太郎@sample.example".into());
    let profile = Profile::EndEntity { email, principal_name, purposes, crl_url, issuer_certificate_url };
    assert!(matches!(prepare(&profile, VALIDITY), PrepareError::Encoding(_)));
    let nameless = Profile::Server { dns_names: Vec::new() };
    assert_eq!(prepare(&nameless, VALIDITY), PrepareError::NoDnsName);
}

#[test]
fn the_same_extension_twice_is_refused() {
    use der::{Decode, Encode};
    let tbs = tbs(&tenant_issuer_profile());
    let mut structure = structure::TbsStructure::from_der(tbs.as_der()).unwrap();
    let extensions = structure.extensions.as_mut().unwrap();
    extensions.push(extensions[0].clone());
    let refused = TbsCertificate::from_der(&structure.to_der().unwrap());
    assert!(matches!(refused, Err(CertificateError::DuplicateExtension(_))));
}

#[test]
fn damaged_certificates_never_panic() {
    let root = self_signed(&Profile::Root, "Sample Root").certificate;
    for_each_damage(root.as_der(), |bytes| drop(Certificate::from_der(bytes)));
    for_each_damage(root.to_pem().as_bytes(), |bytes| {
        drop(Certificate::from_pem(&String::from_utf8_lossy(bytes)));
    });
}
