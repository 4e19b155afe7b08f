//! The integrity of the whole file (RFC 7292 §4, `MacData`).

use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use aws_lc_rs::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256, Key, sign, verify};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::kdf::{Derivation, Diversifier};
use super::{Pkcs12OpenError, Pkcs12Password, Pkcs12Profile, SALT_OCTETS};
use crate::tlv::{self, Elements};

/// `AlgorithmIdentifier` of `id-sha256` 2.16.840.1.101.3.4.2.1, parameters NULL
const SHA_256_ALGORITHM: &[u8] = b"\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00";
/// `AlgorithmIdentifier` of `id-sha1` 1.3.14.3.2.26, parameters NULL
const SHA_1_ALGORITHM: &[u8] = b"\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00";

struct Algorithm {
    identifier: &'static [u8],
    hash: &'static digest::Algorithm,
    hmac: hmac::Algorithm,
}

fn algorithm(profile: Pkcs12Profile) -> Algorithm {
    match profile {
        Pkcs12Profile::Modern => {
            Algorithm { identifier: SHA_256_ALGORITHM, hash: &SHA256, hmac: HMAC_SHA256 }
        }
        Pkcs12Profile::Compat => Algorithm {
            identifier: SHA_1_ALGORITHM,
            hash: &SHA1_FOR_LEGACY_USE_ONLY,
            hmac: HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        },
    }
}

fn key(profile: Pkcs12Profile, password: &Pkcs12Password, salt: [u8; SALT_OCTETS]) -> Key {
    let Algorithm { hash, hmac, .. } = algorithm(profile);
    let mut key = Zeroizing::new(vec![0; hash.output_len()]);
    let iterations = profile.iterations();
    Derivation { hash, password, salt, iterations }.derive(Diversifier::MacKey, &mut key);
    Key::new(hmac, &key)
}

/// `MacData` over the content of the authenticated safe.
pub(super) fn mac_data(
    profile: Pkcs12Profile,
    password: &Pkcs12Password,
    authenticated_safe: &[u8],
    rng: &mut dyn CryptoRng,
) -> Vec<u8> {
    let mut salt = [0; SALT_OCTETS];
    rng.fill_bytes(&mut salt);
    let tag = sign(&key(profile, password, salt), authenticated_safe);
    let octets = tlv::wrap(tlv::OCTET_STRING, &[tag.as_ref()]);
    let digest_info = tlv::sequence(&[algorithm(profile).identifier, &octets]);
    let salt = tlv::wrap(tlv::OCTET_STRING, &[&salt]);
    tlv::sequence(&[&digest_info, &salt, &tlv::unsigned_integer(&profile.iterations().to_be_bytes())])
}

/// Checks a `MacData` that [`mac_data`] wrote. The profile of the file is that of its MAC.
pub(super) fn check(
    mac_data: &[u8],
    password: &Pkcs12Password,
    authenticated_safe: &[u8],
) -> Result<Pkcs12Profile, Pkcs12OpenError> {
    let (profile, tag, salt) = read(mac_data).ok_or(Pkcs12OpenError::NotOurs)?;
    verify(&key(profile, password, salt), authenticated_safe, tag)
        .map_err(|_| Pkcs12OpenError::WrongPassword)?;
    Ok(profile)
}

fn read(mac_data: &[u8]) -> Option<(Pkcs12Profile, &[u8], [u8; SALT_OCTETS])> {
    let mut parts = Elements::of(mac_data).within(tlv::SEQUENCE)?;
    let mut digest_info = parts.within(tlv::SEQUENCE)?;
    let identifier = digest_info.element(tlv::SEQUENCE)?;
    let tag = digest_info.content(tlv::OCTET_STRING)?;
    let salt = parts.content(tlv::OCTET_STRING)?.try_into().ok()?;
    let profile = [Pkcs12Profile::Modern, Pkcs12Profile::Compat]
        .into_iter()
        .find(|profile| algorithm(*profile).identifier == identifier)?;
    let iterations = parts.element(tlv::INTEGER)?;
    (iterations == tlv::unsigned_integer(&profile.iterations().to_be_bytes())).then_some((profile, tag, salt))
}
