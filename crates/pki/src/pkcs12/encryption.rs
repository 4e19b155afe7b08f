//! Encrypts and decrypts the bags.

use std::num::NonZeroU32;

use aws_lc_rs::cipher::{
    AES_256, AES_256_KEY_LEN, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA256, derive};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use des::TdesEde3;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::kdf::{Derivation, Diversifier};
use super::{Pkcs12Error, Pkcs12Password, Pkcs12Profile, SALT_OCTETS};
use crate::tlv::{self, Elements};

// Object identifiers, encoded.
/// `PBES2` 1.2.840.113549.1.5.13
const PBES2: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d";
/// `PBKDF2` 1.2.840.113549.1.5.12
const PBKDF2: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";
/// `AlgorithmIdentifier` of `hmacWithSHA256` 1.2.840.113549.2.9, parameters NULL
const HMAC_WITH_SHA_256: &[u8] = b"\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x09\x05\x00";
/// `aes256-CBC` 2.16.840.1.101.3.4.1.42
const AES_256_CBC: &[u8] = b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2a";
/// `pbeWithSHAAnd3-KeyTripleDES-CBC` 1.2.840.113549.1.12.1.3
const PBE_WITH_SHA_AND_3_KEY_TRIPLE_DES_CBC: &[u8] = b"\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x03";

const AES_BLOCK_OCTETS: usize = 16;
const TRIPLE_DES_KEY_OCTETS: usize = 24;
const TRIPLE_DES_BLOCK_OCTETS: usize = 8;

/// The `AlgorithmIdentifier` and the ciphertext.
pub(super) fn encrypt(
    profile: Pkcs12Profile,
    password: &Pkcs12Password,
    plaintext: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<(Vec<u8>, Vec<u8>), Pkcs12Error> {
    let mut salt = [0; SALT_OCTETS];
    rng.fill_bytes(&mut salt);
    let iterations = profile.iterations();
    match profile {
        Pkcs12Profile::Modern => {
            let mut initial_vector = [0; AES_BLOCK_OCTETS];
            rng.fill_bytes(&mut initial_vector);
            let ciphertext = encrypt_aes(password, salt, iterations, initial_vector, plaintext)?;
            Ok((pbes2_algorithm(&salt, iterations, &initial_vector), ciphertext))
        }
        Pkcs12Profile::Compat => {
            let ciphertext = encrypt_triple_des(password, salt, iterations, plaintext)?;
            let parameters = salt_and_iterations(&salt, iterations);
            let algorithm = tlv::sequence(&[PBE_WITH_SHA_AND_3_KEY_TRIPLE_DES_CBC, &parameters]);
            Ok((algorithm, ciphertext))
        }
    }
}

/// PBES2 (RFC 8018 §6.2). The key's length is left out, because the cipher fixes it.
fn pbes2_algorithm(salt: &[u8], iterations: u32, initial_vector: &[u8]) -> Vec<u8> {
    let salt = tlv::wrap(tlv::OCTET_STRING, &[salt]);
    let iterations = tlv::unsigned_integer(&iterations.to_be_bytes());
    let derivation = tlv::sequence(&[PBKDF2, &tlv::sequence(&[&salt, &iterations, HMAC_WITH_SHA_256])]);
    let cipher = tlv::sequence(&[AES_256_CBC, &tlv::wrap(tlv::OCTET_STRING, &[initial_vector])]);
    tlv::sequence(&[PBES2, &tlv::sequence(&[&derivation, &cipher])])
}

/// `pkcs-12PbeParams` (RFC 7292 appendix C).
fn salt_and_iterations(salt: &[u8], iterations: u32) -> Vec<u8> {
    let salt = tlv::wrap(tlv::OCTET_STRING, &[salt]);
    tlv::sequence(&[&salt, &tlv::unsigned_integer(&iterations.to_be_bytes())])
}

/// The plaintext of [`encrypt`]'s output in this profile. `None` if it is of another profile, or the password
/// is wrong.
pub(super) fn decrypt(
    profile: Pkcs12Profile,
    password: &Pkcs12Password,
    algorithm: &[u8],
    ciphertext: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let iterations = profile.iterations();
    match profile {
        Pkcs12Profile::Modern => {
            let (salt, initial_vector) = read_pbes2(algorithm)?;
            let written = pbes2_algorithm(&salt, iterations, &initial_vector);
            (written == algorithm)
                .then(|| decrypt_aes(password, salt, iterations, initial_vector, ciphertext))?
        }
        Pkcs12Profile::Compat => {
            let mut parts = Elements::of(algorithm).within(tlv::SEQUENCE)?;
            parts.past(PBE_WITH_SHA_AND_3_KEY_TRIPLE_DES_CBC)?;
            let parameters = parts.element(tlv::SEQUENCE)?;
            let salt = Elements::of(parameters).within(tlv::SEQUENCE)?.content(tlv::OCTET_STRING)?;
            let salt: [u8; SALT_OCTETS] = salt.try_into().ok()?;
            (parameters == salt_and_iterations(&salt, iterations))
                .then(|| decrypt_triple_des(password, salt, iterations, ciphertext))?
        }
    }
}

/// Salt and initial vector; the caller compares the rest with what this crate writes.
fn read_pbes2(algorithm: &[u8]) -> Option<([u8; SALT_OCTETS], [u8; AES_BLOCK_OCTETS])> {
    let mut parts = Elements::of(algorithm).within(tlv::SEQUENCE)?;
    parts.past(PBES2)?;
    let mut parameters = parts.within(tlv::SEQUENCE)?;
    let mut derivation = parameters.within(tlv::SEQUENCE)?;
    derivation.past(PBKDF2)?;
    let salt = derivation.within(tlv::SEQUENCE)?.content(tlv::OCTET_STRING)?;
    let mut cipher = parameters.within(tlv::SEQUENCE)?;
    cipher.past(AES_256_CBC)?;
    let initial_vector = cipher.content(tlv::OCTET_STRING)?;
    Some((salt.try_into().ok()?, initial_vector.try_into().ok()?))
}

fn aes_key(
    password: &Pkcs12Password,
    salt: [u8; SALT_OCTETS],
    iterations: u32,
) -> Result<UnboundCipherKey, Pkcs12Error> {
    let iterations = NonZeroU32::new(iterations).ok_or(Pkcs12Error::Library)?;
    let mut key = Zeroizing::new([0; AES_256_KEY_LEN]);
    derive(PBKDF2_HMAC_SHA256, iterations, &salt, password.as_ascii(), key.as_mut());
    UnboundCipherKey::new(&AES_256, key.as_ref()).map_err(|_| Pkcs12Error::Library)
}

fn decrypt_aes(
    password: &Pkcs12Password,
    salt: [u8; SALT_OCTETS],
    iterations: u32,
    initial_vector: [u8; AES_BLOCK_OCTETS],
    ciphertext: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let key = aes_key(password, salt, iterations).ok()?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).ok()?;
    let mut text = Zeroizing::new(ciphertext.to_vec());
    let context = DecryptionContext::Iv128(FixedLength::from(initial_vector));
    let length = key.decrypt(&mut text, context).ok()?.len();
    text.truncate(length);
    Some(text)
}

struct TripleDesKey {
    key: Zeroizing<[u8; TRIPLE_DES_KEY_OCTETS]>,
    initial_vector: [u8; TRIPLE_DES_BLOCK_OCTETS],
}

fn triple_des_key(password: &Pkcs12Password, salt: [u8; SALT_OCTETS], iterations: u32) -> TripleDesKey {
    let derivation = Derivation { hash: &SHA1_FOR_LEGACY_USE_ONLY, password, salt, iterations };
    let mut key = Zeroizing::new([0; TRIPLE_DES_KEY_OCTETS]);
    derivation.derive(Diversifier::EncryptionKey, key.as_mut());
    let mut initial_vector = [0; TRIPLE_DES_BLOCK_OCTETS];
    derivation.derive(Diversifier::InitialVector, &mut initial_vector);
    TripleDesKey { key, initial_vector }
}

fn decrypt_triple_des(
    password: &Pkcs12Password,
    salt: [u8; SALT_OCTETS],
    iterations: u32,
    ciphertext: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let TripleDesKey { key, initial_vector } = triple_des_key(password, salt, iterations);
    let cipher = cbc::Decryptor::<TdesEde3>::new_from_slices(key.as_ref(), &initial_vector).ok()?;
    let mut text = Zeroizing::new(ciphertext.to_vec());
    let length = cipher.decrypt_padded::<Pkcs7>(&mut text).ok()?.len();
    text.truncate(length);
    Some(text)
}

fn encrypt_aes(
    password: &Pkcs12Password,
    salt: [u8; SALT_OCTETS],
    iterations: u32,
    initial_vector: [u8; AES_BLOCK_OCTETS],
    plaintext: &[u8],
) -> Result<Vec<u8>, Pkcs12Error> {
    let key = aes_key(password, salt, iterations)?;
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(key).map_err(|_| Pkcs12Error::Library)?;
    // Room for the padding, so that no reallocation leaves a copy of the plaintext behind.
    let mut text = Vec::with_capacity(plaintext.len() + AES_BLOCK_OCTETS);
    text.extend_from_slice(plaintext);
    let context = EncryptionContext::Iv128(FixedLength::from(initial_vector));
    key.less_safe_encrypt(&mut text, context).map_err(|_| Pkcs12Error::Library)?;
    Ok(text)
}

fn encrypt_triple_des(
    password: &Pkcs12Password,
    salt: [u8; SALT_OCTETS],
    iterations: u32,
    plaintext: &[u8],
) -> Result<Vec<u8>, Pkcs12Error> {
    let TripleDesKey { key, initial_vector } = triple_des_key(password, salt, iterations);
    let cipher = cbc::Encryptor::<TdesEde3>::new_from_slices(key.as_ref(), &initial_vector)
        .map_err(|_| Pkcs12Error::Library)?;
    let mut text = Zeroizing::new(vec![0; plaintext.len() + TRIPLE_DES_BLOCK_OCTETS]);
    text[..plaintext.len()].copy_from_slice(plaintext);
    let ciphertext =
        cipher.encrypt_padded::<Pkcs7>(&mut text, plaintext.len()).map_err(|_| Pkcs12Error::Library)?;
    Ok(ciphertext.to_vec())
}
