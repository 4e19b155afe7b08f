//! The key-encryption key: seals what must rest in the database or come back unchanged from a page, and
//! hashes the secrets we generate.
//!
//! **Invariant:** every sealed value is bound to its purpose and its record (as associated data), so
//! that a row copied to another place does not open there. Each purpose has its own derived key.
//!
//! **Invariant:** a secret that we generate is kept only as a keyed hash; without the key-encryption
//! key a stolen database gives no way to try guesses.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    constant_time, hkdf, hmac,
};
use domain::certificate::{LEAF_TAG_OCTETS, LeafTag};
use zeroize::Zeroizing;

/// Octets of the key-encryption key.
pub const KEY_OCTETS: usize = 32;
const NONCE_OCTETS: usize = 12;

/// What a sealed value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedKind {
    /// A CA's private key, PKCS#8.
    IssuerKey,
    /// The key that signs `data_entry.txt`, PKCS#8.
    DataEntryKey,
    /// The key that signs the audit log's heads, PKCS#8.
    AuditHeadKey,
    /// The key that signs configuration profiles, PKCS#8.
    ProfileSignerKey,
    /// An effect's parameters, such as a mail with a PIN.
    Effect,
    /// A PKCS#12 file between pickup and download: under the token of its cookie, too ([`Seal::seal_with`]).
    Pkcs12,
    /// What a pickup form asked for: rests in the person's browser only.
    PickupClaim,
    /// A one-time password for the minutes in which its maker may open the sheet or slip again.
    OneTimePassword,
    /// A PIN for the minutes in which the person who was shown it may open the sheet again.
    ShownPin,
    /// An application form that lacks a name; kept in the applicant's page only.
    HeldApplication,
    /// The receipt of an application and the right to have its mail repeated; kept in the applicant's browser only.
    SentApplication,
    /// The right to revoke that a challenge phrase has proved; kept in the person's browser only.
    RevocationRight,
}

/// What a hashed secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashedKind {
    /// A one-time password of an invitation.
    OneTimePassword,
    /// A PIN.
    Pin,
    /// A code that proves an e-mail address.
    EmailCode,
    /// A code by which a password of the portal is chosen.
    PortalCode,
    /// A token in a cookie: pickup.
    PickupToken,
    /// A token in a cookie: portal session.
    SessionToken,
    /// Address, e-mail or tenant code in the table of wrong tries.
    Attempt,
    /// The salt of a person's challenge phrases.
    ChallengeSalt,
}

/// A sealed value could not be opened: another key, another record, or changed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open with this key-encryption key")]
pub struct SealError;

/// The key-encryption key and what is derived from it.
pub struct Seal {
    derived: hkdf::Prk,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(..)")
    }
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl Seal {
    /// Takes the key-encryption key, [`KEY_OCTETS`] of it.
    pub fn new(key: &[u8; KEY_OCTETS]) -> Self {
        Self { derived: hkdf::Salt::new(hkdf::HKDF_SHA256, b"sekisho key-encryption key").extract(key) }
    }

    fn key(&self, info: &[&[u8]]) -> Result<Zeroizing<[u8; 32]>, SealError> {
        let mut key = Zeroizing::new([0; 32]);
        let material = self.derived.expand(info, Length(32)).map_err(|_| SealError)?;
        material.fill(key.as_mut_slice()).map_err(|_| SealError)?;
        Ok(key)
    }

    fn cipher(&self, info: &[&[u8]]) -> Result<RandomizedNonceKey, SealError> {
        let key = self.key(info)?;
        RandomizedNonceKey::new(&AES_256_GCM, key.as_slice()).map_err(|_| SealError)
    }

    /// Seals `plain` for the record `record`: nonce, ciphertext, tag.
    pub fn seal(&self, kind: SealedKind, record: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        sealed(&self.cipher(&[kind.label().as_bytes()])?, record, plain)
    }

    /// Opens what [`Seal::seal`] made for the same kind and record.
    pub fn open(
        &self,
        kind: SealedKind,
        record: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        opened(&self.cipher(&[kind.label().as_bytes()])?, record, sealed)
    }

    /// As [`Seal::seal`], under a key that takes `secret`, too: what rests opens with this key-encryption key and
    /// the secret together, and with neither alone.
    pub fn seal_with(
        &self,
        kind: SealedKind,
        secret: &str,
        record: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        sealed(&self.cipher(&shared_with(kind, secret))?, record, plain)
    }

    /// Opens what [`Seal::seal_with`] made for the same kind, secret and record.
    pub fn open_with(
        &self,
        kind: SealedKind,
        secret: &str,
        record: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        opened(&self.cipher(&shared_with(kind, secret))?, record, sealed)
    }

    /// What certificates are tagged under.
    pub fn leaf_tag_key(&self) -> Result<LeafTagKey, SealError> {
        Ok(LeafTagKey(hmac::Key::new(hmac::HMAC_SHA256, self.key(&[b"tag leaf"])?.as_slice())))
    }

    /// What vouches for a retry page's request to forget a choice.
    pub fn choice_key(&self) -> Result<hmac::Key, SealError> {
        Ok(hmac::Key::new(hmac::HMAC_SHA256, self.key(&[b"forget choice"])?.as_slice()))
    }

    /// The keyed hash of a secret; `scope` names what it belongs to (a record's id, or nothing).
    pub fn hash(&self, kind: HashedKind, scope: &[u8], secret: &str) -> Result<[u8; 32], SealError> {
        let key = self.key(&[kind.label().as_bytes()])?;
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()));
        context.update(&(scope.len() as u64).to_be_bytes());
        context.update(scope);
        context.update(secret.as_bytes());
        context.sign().as_ref().try_into().map_err(|_| SealError)
    }
}

/// Between label and secret stands what no label has in it, so that no other purpose gives the same key.
fn shared_with(kind: SealedKind, secret: &str) -> [&[u8]; 3] {
    [kind.label().as_bytes(), b" shared with ", secret.as_bytes()]
}

fn sealed(cipher: &RandomizedNonceKey, record: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut text = Zeroizing::new(plain.to_vec());
    let nonce = cipher.seal_in_place_append_tag(Aad::from(record), &mut *text).map_err(|_| SealError)?;
    let mut sealed = nonce.as_ref().to_vec();
    sealed.extend_from_slice(&text);
    Ok(sealed)
}

fn opened(
    cipher: &RandomizedNonceKey,
    record: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (nonce, text) = sealed.split_at_checked(NONCE_OCTETS).ok_or(SealError)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError)?;
    let mut text = Zeroizing::new(text.to_vec());
    let length = {
        let opened = cipher.open_in_place(nonce, Aad::from(record), &mut text);
        opened.map_err(|_| SealError)?.len()
    };
    text.truncate(length);
    Ok(text)
}

/// The key under which the gate tags certificates: derived from the key-encryption key, and of no other use.
#[derive(Clone)]
pub struct LeafTagKey(hmac::Key);

impl std::fmt::Debug for LeafTagKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LeafTagKey(..)")
    }
}

impl LeafTagKey {
    /// The tag of a certificate, DER: the first 128 bits of HMAC-SHA-256 (RFC 2104).
    pub fn tag(&self, certificate_der: &[u8]) -> LeafTag {
        let signed = hmac::sign(&self.0, certificate_der);
        let mut octets = [0; LEAF_TAG_OCTETS];
        octets.copy_from_slice(&signed.as_ref()[..LEAF_TAG_OCTETS]);
        LeafTag::from_bytes(octets)
    }
}

/// Are the hashes the same? In constant time.
pub(crate) fn hashes_match(left: &[u8; 32], right: &[u8; 32]) -> bool {
    constant_time::verify_slices_are_equal(left, right).is_ok()
}

impl SealedKind {
    fn label(self) -> &'static str {
        match self {
            Self::IssuerKey => "seal issuer key",
            Self::DataEntryKey => "seal data entry key",
            Self::AuditHeadKey => "seal audit head key",
            Self::ProfileSignerKey => "seal profile signer key",
            Self::Effect => "seal effect",
            Self::Pkcs12 => "seal pkcs12",
            Self::PickupClaim => "seal pickup claim",
            Self::OneTimePassword => "seal one-time password",
            Self::ShownPin => "seal shown pin",
            Self::HeldApplication => "seal held application",
            Self::SentApplication => "seal sent application",
            Self::RevocationRight => "seal revocation right",
        }
    }
}

impl HashedKind {
    fn label(self) -> &'static str {
        match self {
            Self::OneTimePassword => "hash one-time password",
            Self::Pin => "hash pin",
            Self::EmailCode => "hash email code",
            Self::PortalCode => "hash portal code",
            Self::PickupToken => "hash pickup token",
            Self::SessionToken => "hash session token",
            Self::Attempt => "hash attempt",
            Self::ChallengeSalt => "hash challenge salt",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        Seal::new(&[7; 32])
    }

    #[test]
    fn a_sealed_value_opens_for_its_own_kind_and_record_only() {
        let sealed = seal().seal(SealedKind::Effect, b"row 1", b"PIN 123").unwrap();
        assert_eq!(seal().open(SealedKind::Effect, b"row 1", &sealed).unwrap().as_slice(), b"PIN 123");
        assert!(seal().open(SealedKind::Effect, b"row 2", &sealed).is_err());
        assert!(seal().open(SealedKind::Pkcs12, b"row 1", &sealed).is_err());
        assert!(Seal::new(&[8; 32]).open(SealedKind::Effect, b"row 1", &sealed).is_err());
    }

    #[test]
    fn what_is_sealed_with_a_secret_opens_with_key_and_secret_together_only() {
        let sealed = seal().seal_with(SealedKind::Pkcs12, "token", b"row", b"file").unwrap();
        let open = |seal: Seal, secret: &str| seal.open_with(SealedKind::Pkcs12, secret, b"row", &sealed);
        assert_eq!(open(seal(), "token").unwrap().as_slice(), b"file");
        assert!(open(seal(), "token2").is_err() && open(seal(), "").is_err());
        assert!(open(Seal::new(&[8; 32]), "token").is_err());
        assert!(seal().open(SealedKind::Pkcs12, b"row", &sealed).is_err());
    }

    #[test]
    fn changed_or_short_bytes_do_not_open() {
        let mut sealed = seal().seal(SealedKind::IssuerKey, b"", b"key").unwrap();
        sealed[NONCE_OCTETS] ^= 1;
        assert!(seal().open(SealedKind::IssuerKey, b"", &sealed).is_err());
        assert!(seal().open(SealedKind::IssuerKey, b"", b"short").is_err());
    }

    #[test]
    fn sealing_twice_gives_different_bytes_and_none_holds_the_plain_text() {
        let one = seal().seal(SealedKind::Effect, b"", b"0123456789").unwrap();
        let two = seal().seal(SealedKind::Effect, b"", b"0123456789").unwrap();
        assert_ne!(one, two);
        assert!(!one.windows(10).any(|window| window == b"0123456789"));
    }

    #[test]
    fn a_leaf_tag_differs_by_certificate_and_key() {
        let tag = seal().leaf_tag_key().unwrap().tag(b"leaf");
        assert_eq!(tag, seal().leaf_tag_key().unwrap().tag(b"leaf"));
        assert_ne!(tag, seal().leaf_tag_key().unwrap().tag(b"twin"));
        assert_ne!(tag, Seal::new(&[8; 32]).leaf_tag_key().unwrap().tag(b"leaf"));
    }

    #[test]
    fn hashes_differ_by_kind_scope_and_key() {
        let hash = seal().hash(HashedKind::Pin, b"a", "123").unwrap();
        assert!(hashes_match(&hash, &seal().hash(HashedKind::Pin, b"a", "123").unwrap()));
        for other in [
            seal().hash(HashedKind::Pin, b"b", "123").unwrap(),
            seal().hash(HashedKind::PickupToken, b"a", "123").unwrap(),
            Seal::new(&[8; 32]).hash(HashedKind::Pin, b"a", "123").unwrap(),
        ] {
            assert!(!hashes_match(&hash, &other));
        }
    }
}
