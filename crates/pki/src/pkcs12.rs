//! PKCS#12 files (RFC 7292): the private key, its certificate and the issuers above it, encrypted with the
//! user's password.
//!
//! ```text
//! Pfx
//! ├─ authSafe
//! │  ├─ encryptedData: certificate bags (leaf first, then the chain)
//! │  └─ data: shrouded key bag
//! └─ macData
//! ```
//!
//! **Invariant:** key bag and certificate bags are encrypted by the same profile; nothing is written in
//! clear. **Invariant:** key and leaf carry the same localKeyId and friendly name, other certificates carry
//! neither: readers join key and certificate by the one and show the other. **Invariant:** the password is
//! printable ASCII, because systems disagree on how to encode anything else.
//!
//! This module writes the bags itself, because existing crates put the subject where people look for the
//! friendly name.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::{Certificate, KeyError, PrivateKey, tlv};

mod bag;
mod encryption;
mod kdf;
mod mac;
mod opened;
mod password;
#[cfg(test)]
mod tests;

pub use opened::{OpenedPkcs12, Pkcs12OpenError};
pub use password::{PKCS12_PASSWORD_CHARACTERS_MAX, Pkcs12Password, Pkcs12PasswordError};

/// Most characters of a friendly name, which every key store's list still shows.
pub const FRIENDLY_NAME_CHARACTERS_MAX: usize = 128;

/// The contents of a file.
#[derive(Debug, Clone, Copy)]
pub struct Pkcs12<'a> {
    /// The user's key.
    pub key: &'a PrivateKey,
    /// The certificate of that key.
    pub certificate: &'a Certificate,
    /// The issuers above it, nearest first, without the root: Windows would ask its user to trust a root.
    pub chain: &'a [Certificate],
    /// The name in the lists of key stores; characters of the Basic Multilingual Plane.
    pub friendly_name: &'a str,
}

/// How a file is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pkcs12Profile {
    /// PBES2 with PBKDF2-HMAC-SHA-256 (20,000 iterations) and AES-256-CBC, MAC with HMAC-SHA-256.
    Modern,
    /// pbeWithSHAAnd3-KeyTripleDES-CBC (2,048 iterations), MAC with HMAC-SHA-1: for systems that report a
    /// modern file's password as wrong.
    Compat,
}

/// Why a file cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Pkcs12Error {
    /// The certificate belongs to another key.
    #[error("pkcs12: the certificate does not belong to the key")]
    KeyMismatch,
    /// Empty, longer than [`FRIENDLY_NAME_CHARACTERS_MAX`], or with characters that BMPString cannot hold.
    #[error(
        "pkcs12: the friendly name must have 1 to {FRIENDLY_NAME_CHARACTERS_MAX} characters of the basic plane"
    )]
    FriendlyName,
    /// The key cannot be encoded.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The cryptographic library failed.
    #[error("pkcs12: the cryptographic library failed")]
    Library,
    /// A value cannot be encoded.
    #[error("pkcs12: a value cannot be encoded")]
    Encoding(#[from] der::Error),
}

impl Pkcs12Profile {
    /// Iterations of every key derivation in the file.
    pub(crate) fn iterations(self) -> u32 {
        match self {
            Self::Modern => 20_000,
            Self::Compat => 2_048,
        }
    }
}

/// Octets of each salt.
const SALT_OCTETS: usize = 8;

impl Pkcs12<'_> {
    /// Writes the file. Takes about 20 ms of CPU for [`Pkcs12Profile::Modern`]; `rng` gives salts and IVs.
    ///
    /// # Errors
    /// [`Pkcs12Error`].
    pub fn encode(
        &self,
        profile: Pkcs12Profile,
        password: &Pkcs12Password,
        rng: &mut dyn CryptoRng,
    ) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
        if self.key.public_key() != self.certificate.public_key() {
            return Err(Pkcs12Error::KeyMismatch);
        }
        let certificates = self.certificate_safe(profile, password, rng)?;
        let key = self.key_safe(profile, password, rng)?;
        let authenticated_safe = tlv::sequence(&[&certificates, &key]);
        let mac = mac::mac_data(profile, password, &authenticated_safe, rng);
        let version_3 = tlv::unsigned_integer(&[3]);
        let content = bag::data(&authenticated_safe);
        Ok(Zeroizing::new(tlv::sequence(&[&version_3, &content, &mac])))
    }

    /// `encryptedData` with all certificate bags.
    fn certificate_safe(
        &self,
        profile: Pkcs12Profile,
        password: &Pkcs12Password,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, Pkcs12Error> {
        let leaf = bag::certificate(self.certificate, &self.identity_attributes()?);
        let mut bags = vec![leaf];
        bags.extend(self.chain.iter().map(|issuer| bag::certificate(issuer, &[])));
        let parts: Vec<&[u8]> = bags.iter().map(Vec::as_slice).collect();
        let safe_contents = Zeroizing::new(tlv::sequence(&parts));
        let (algorithm, ciphertext) = encryption::encrypt(profile, password, &safe_contents, rng)?;
        Ok(bag::encrypted_data(&algorithm, &ciphertext))
    }

    /// `data` with the shrouded key bag.
    fn key_safe(
        &self,
        profile: Pkcs12Profile,
        password: &Pkcs12Password,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, Pkcs12Error> {
        let pkcs8 = self.key.to_pkcs8_der()?;
        let (algorithm, ciphertext) = encryption::encrypt(profile, password, &pkcs8, rng)?;
        let mut attributes = self.identity_attributes()?;
        attributes.push(bag::key_storage_provider()?);
        let bag = bag::shrouded_key(&algorithm, &ciphertext, &attributes);
        Ok(bag::data(&tlv::sequence(&[&bag])))
    }

    /// The attributes that key and leaf share: the name that people see, and the id by which readers join the two.
    fn identity_attributes(&self) -> Result<Vec<Vec<u8>>, Pkcs12Error> {
        let characters = self.friendly_name.chars().count();
        if !(1..=FRIENDLY_NAME_CHARACTERS_MAX).contains(&characters) {
            return Err(Pkcs12Error::FriendlyName);
        }
        let friendly_name = bag::friendly_name(self.friendly_name).map_err(|_| Pkcs12Error::FriendlyName)?;
        let local_key_id = bag::local_key_id(&self.certificate.public_key().key_identifier());
        Ok(vec![friendly_name, local_key_id])
    }
}
