//! Opens a file of this crate again, with its owner's password: where a system reports a wrong password,
//! another profile may help.
//!
//! **Invariant:** only files that [`super::Pkcs12::encode`] wrote are opened. Files with other algorithms or
//! other work factors are [`Pkcs12OpenError::NotOurs`], so that opening costs no more than writing.

use zeroize::Zeroizing;

use super::{Pkcs12, Pkcs12Error, Pkcs12Password, Pkcs12Profile, bag, encryption, mac};
use crate::{
    Certificate, PrivateKey,
    tlv::{self, Elements},
};
use rand_core::CryptoRng;

/// The contents of an opened file; the key is wiped when this is dropped.
#[derive(Debug)]
pub struct OpenedPkcs12 {
    profile: Pkcs12Profile,
    pub(super) key: PrivateKey,
    pub(super) certificate: Certificate,
    pub(super) chain: Vec<Certificate>,
    pub(super) friendly_name: String,
}

/// Why a file was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Pkcs12OpenError {
    /// The password is wrong.
    #[error("pkcs12: the password is wrong")]
    WrongPassword,
    /// Not written by this crate, or damaged.
    #[error("pkcs12: this is no file of ours")]
    NotOurs,
}

impl OpenedPkcs12 {
    /// Opens a file. Takes as long as [`Pkcs12::encode`] in the file's profile; a wrong password a third of it.
    ///
    /// # Errors
    /// [`Pkcs12OpenError`].
    pub fn open(file: &[u8], password: &Pkcs12Password) -> Result<Self, Pkcs12OpenError> {
        let (authenticated_safe, mac_data) = parts(file).ok_or(Pkcs12OpenError::NotOurs)?;
        let profile = mac::check(mac_data, password, authenticated_safe)?;
        Self::from_safe(profile, authenticated_safe, password).ok_or(Pkcs12OpenError::NotOurs)
    }

    fn from_safe(profile: Pkcs12Profile, safe: &[u8], password: &Pkcs12Password) -> Option<Self> {
        let mut safes = Elements::of(safe).within(tlv::SEQUENCE)?;
        let (algorithm, ciphertext) = bag::read_encrypted_data(&mut safes)?;
        let certificates = encryption::decrypt(profile, password, algorithm, ciphertext)?;
        let mut bags = Elements::of(&certificates).within(tlv::SEQUENCE)?;
        let certificate = bag::read_certificate(&mut bags)?;
        let mut chain = Vec::new();
        while bags.more() {
            chain.push(bag::read_certificate(&mut bags)?);
        }
        let mut keys = Elements::of(bag::read_data(&mut safes)?).within(tlv::SEQUENCE)?;
        let shrouded = bag::read_shrouded_key(&mut keys)?;
        let pkcs8 = encryption::decrypt(profile, password, shrouded.algorithm, shrouded.ciphertext)?;
        let key = PrivateKey::from_pkcs8_der(&pkcs8).ok()?;
        Some(Self { profile, key, certificate, chain, friendly_name: shrouded.friendly_name })
    }

    /// The profile in which the file was written.
    pub fn profile(&self) -> Pkcs12Profile {
        self.profile
    }

    /// Writes the same contents in another profile, or in the same with other salts.
    ///
    /// # Errors
    /// [`Pkcs12Error`].
    pub fn encode(
        &self,
        profile: Pkcs12Profile,
        password: &Pkcs12Password,
        rng: &mut dyn CryptoRng,
    ) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
        let Self { key, certificate, chain, friendly_name, .. } = self;
        Pkcs12 { key, certificate, chain, friendly_name }.encode(profile, password, rng)
    }
}

/// The authenticated safe and the `MacData`.
fn parts(file: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut pfx = Elements::of(file).within(tlv::SEQUENCE)?;
    pfx.element(tlv::INTEGER)?;
    Some((bag::read_data(&mut pfx)?, pfx.element(tlv::SEQUENCE)?))
}
