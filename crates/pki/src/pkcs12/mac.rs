//! The integrity of the whole file (RFC 7292 §4, `MacData`).

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256, Key, sign};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::kdf::{Derivation, Purpose};
use super::{Pkcs12Password, Pkcs12Profile, SALT_OCTETS};
use crate::tlv;

/// `AlgorithmIdentifier` of `id-sha256` 2.16.840.1.101.3.4.2.1, parameters NULL
const SHA_256_ALGORITHM: &[u8] = b"\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00";
/// `AlgorithmIdentifier` of `id-sha1` 1.3.14.3.2.26, parameters NULL
const SHA_1_ALGORITHM: &[u8] = b"\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00";

/// `MacData` over the content of the authenticated safe.
pub(super) fn mac_data(
    profile: Pkcs12Profile,
    password: &Pkcs12Password,
    authenticated_safe: &[u8],
    rng: &mut dyn CryptoRng,
) -> Vec<u8> {
    let (algorithm, hash, hmac) = match profile {
        Pkcs12Profile::Modern => (SHA_256_ALGORITHM, &SHA256, HMAC_SHA256),
        Pkcs12Profile::Compat => (SHA_1_ALGORITHM, &SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA1_FOR_LEGACY_USE_ONLY),
    };
    let mut salt = [0; SALT_OCTETS];
    rng.fill_bytes(&mut salt);
    let iterations = profile.iterations();
    let mut key = Zeroizing::new(vec![0; hash.output_len()]);
    Derivation { hash, password, salt, iterations }.derive(Purpose::MacKey, &mut key);
    let tag = sign(&Key::new(hmac, &key), authenticated_safe);
    let digest_info = tlv::sequence(&[algorithm, &tlv::wrap(tlv::OCTET_STRING, &[tag.as_ref()])]);
    let salt = tlv::wrap(tlv::OCTET_STRING, &[&salt]);
    tlv::sequence(&[&digest_info, &salt, &tlv::unsigned_integer(&iterations.to_be_bytes())])
}
