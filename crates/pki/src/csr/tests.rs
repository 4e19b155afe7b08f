use super::*;
use crate::damage::for_each_damage;
use crate::{KeyAlgorithm, PrivateKey, tlv};

/// A request for `key`, signed by `signer`.
fn request(key: &PrivateKey, signer: &PrivateKey) -> Vec<u8> {
    let subject = crate::fixture::name("Taro Yamada");
    let version = tlv::unsigned_integer(&[0]);
    let spki = key.public_key().as_spki_der();
    let info = tlv::sequence(&[&version, subject.as_der(), spki, &tlv::wrap(tlv::CONTEXT_0, &[])]);
    let signature = tlv::bit_string(&signer.sign(&info).unwrap());
    tlv::sequence(&[&info, signer.signature_algorithm().as_der(), &signature])
}

#[test]
fn a_request_signed_with_its_own_key_is_accepted() {
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Rsa2048] {
        let key = PrivateKey::generate(algorithm).unwrap();
        let read = CertificateSigningRequest::from_der(&request(&key, &key)).unwrap();
        assert_eq!(read.public_key(), key.public_key());
    }
}

#[test]
fn a_request_for_somebody_elses_key_is_refused() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let thief = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let refused = CertificateSigningRequest::from_der(&request(&key, &thief)).unwrap_err();
    assert_eq!(refused, CsrError::Key(KeyError::SignatureInvalid));
}

#[test]
fn endless_requests_are_refused_before_they_are_read() {
    let refused = CertificateSigningRequest::from_der(&vec![0x30; CSR_BYTES_MAX + 1]).unwrap_err();
    assert_eq!(refused, CsrError::TooLong);
    let refused = CertificateSigningRequest::from_pem(&"-".repeat(2 * CSR_BYTES_MAX + 1));
    assert_eq!(refused.unwrap_err(), CsrError::TooLong);
}

#[test]
fn no_damaged_request_is_accepted_and_none_panics() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    for_each_damage(&request(&key, &key), |bytes| {
        assert!(CertificateSigningRequest::from_der(bytes).is_err());
    });
}
