use super::*;
use crate::damage::for_each_damage;
use crate::tlv;

/// Keys of the largest size take seconds; the tests of readers make one.
const ALGORITHMS: [KeyAlgorithm; 4] =
    [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Rsa2048, KeyAlgorithm::Rsa3072];

#[test]
fn a_signature_verifies_only_over_its_own_message_and_algorithm() {
    for algorithm in ALGORITHMS {
        let key = PrivateKey::generate(algorithm).unwrap();
        let signature = key.sign(b"message").unwrap();
        let public = key.public_key();
        assert!(public.verify(b"message", &signature, key.signature_algorithm()).is_ok());
        let other_message = public.verify(b"other", &signature, key.signature_algorithm());
        assert_eq!(other_message, Err(KeyError::SignatureInvalid));
        let other_algorithm = match key.signature_algorithm() {
            SignatureAlgorithm::RsaPkcs1Sha256 => SignatureAlgorithm::EcdsaSha256,
            _ => SignatureAlgorithm::RsaPkcs1Sha256,
        };
        let mismatch = public.verify(b"message", &signature, other_algorithm);
        assert_eq!(mismatch, Err(KeyError::SignatureInvalid));
    }
}

#[test]
fn private_keys_survive_their_encoding() {
    for algorithm in ALGORITHMS {
        let key = PrivateKey::generate(algorithm).unwrap();
        let read = PrivateKey::from_pkcs8_der(&key.to_pkcs8_der().unwrap()).unwrap();
        assert_eq!(read.public_key(), key.public_key());
        assert_eq!(key.public_key().algorithm(), algorithm.public());
    }
}

#[test]
fn nothing_of_a_private_key_is_printed() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    assert_eq!(format!("{key:?}"), "PrivateKey { public_key: PublicKey { algorithm: EcdsaP256, .. }, .. }");
}

#[test]
fn key_identifiers_differ_between_keys_and_stay_with_a_key() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let other = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let read = PublicKey::from_spki_der(key.public_key().as_spki_der()).unwrap();
    assert_eq!(read.key_identifier(), key.public_key().key_identifier());
    assert_ne!(other.public_key().key_identifier(), read.key_identifier());
}

/// `SubjectPublicKeyInfo` of an RSA key with these numbers.
pub(crate) fn rsa_spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let key = tlv::sequence(&[&tlv::unsigned_integer(modulus), &tlv::unsigned_integer(exponent)]);
    let rsa_encryption = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
    tlv::sequence(&[rsa_encryption, &tlv::bit_string(&key)])
}

#[test]
fn unsafe_rsa_numbers_are_refused() {
    let check = |modulus: &[u8], exponent: &[u8]| {
        PublicKey::from_spki_der(&rsa_spki(modulus, exponent)).map(|key| key.algorithm())
    };
    let good_exponent = [1, 0, 1];
    assert_eq!(check(&[0xff; 256], &good_exponent), Ok(PublicKeyAlgorithm::Rsa { modulus_bits: 2048 }));
    assert_eq!(check(&[0x7f; 256], &good_exponent), Err(KeyError::ModulusNotAllowed { bits: 2047 }));
    assert_eq!(check(&[0xff; 513], &good_exponent), Err(KeyError::ModulusNotAllowed { bits: 4104 }));
    let mut even = [0xff; 256];
    even[255] = 0xfe;
    assert_eq!(check(&even, &good_exponent), Err(KeyError::ModulusNotAllowed { bits: 2048 }));
    for exponent in [&[3_u8][..], &[1, 0, 2], &[1, 0, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 0, 0, 0, 1]] {
        assert_eq!(check(&[0xff; 256], exponent), Err(KeyError::ExponentNotAllowed), "{exponent:?}");
    }
}

#[test]
fn other_algorithms_and_curves_are_refused() {
    let ed25519 = [b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00".as_slice(), &[9; 32]].concat();
    assert_eq!(PublicKey::from_spki_der(&ed25519), Err(KeyError::AlgorithmNotAllowed));
    let secp256k1 = b"\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x0a";
    let spki = tlv::sequence(&[secp256k1, &tlv::bit_string(&[4; 65])]);
    assert_eq!(PublicKey::from_spki_der(&spki), Err(KeyError::AlgorithmNotAllowed));
}

#[test]
fn points_off_the_curve_and_compressed_points_are_refused() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let mut off_curve = key.public_key().as_spki_der().to_vec();
    *off_curve.last_mut().unwrap() ^= 1;
    assert_eq!(PublicKey::from_spki_der(&off_curve), Err(KeyError::PointInvalid));
    let spki = key.public_key().as_spki_der();
    let point = &spki[spki.len() - 65..];
    let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
    let algorithm = &spki[2..23];
    let spki = tlv::sequence(&[algorithm, &tlv::bit_string(&compressed)]);
    assert_eq!(PublicKey::from_spki_der(&spki), Err(KeyError::PointInvalid));
}

#[test]
fn damaged_keys_never_panic() {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    for_each_damage(key.public_key().as_spki_der(), |bytes| drop(PublicKey::from_spki_der(bytes)));
    for_each_damage(&key.to_pkcs8_der().unwrap(), |bytes| drop(PrivateKey::from_pkcs8_der(bytes)));
}
