//! A signed revocation list, and reading one.

use std::ops::Range;

use const_oid::AssociatedOid;
use der::asn1::IntRef;
use der::{Decode, Encode, EncodeValue, Reader, Sequence, SliceReader};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::CrlReason;
use x509_cert::time::Time;

use super::head::Head;
use super::{CrlError, RevocationReason};
use crate::certificate::structure::CertificateStructure;
use crate::validity::unix_seconds;
use crate::{KeyError, Name, PublicKey, Serial, SignatureAlgorithm, tlv};

/// A signed list: its DER and its head. Entries are decoded only on demand.
#[derive(Debug, Clone)]
pub struct Crl {
    der: Vec<u8>,
    tbs: Range<usize>,
    signature: Vec<u8>,
    head: Head,
}

/// One revoked certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrlEntry {
    /// The certificate of the list's issuer.
    pub serial: Serial,
    /// Since when, in unix seconds.
    pub revoked_at: i64,
    /// `None` if the list gives no reason.
    pub reason: Option<RevocationReason>,
}

/// One element of `revokedCertificates` (RFC 5280 §5.1.2.6).
#[derive(Sequence)]
struct EntryStructure<'a> {
    serial_number: IntRef<'a>,
    revocation_date: Time,
    extensions: Option<Vec<Extension>>,
}

impl Crl {
    pub(super) fn from_parts(tbs: &[u8], head: Head, signature: &[u8]) -> Self {
        let algorithm = head.signature_algorithm.as_der();
        let signature_bits = tlv::bit_string(signature);
        let der = tlv::sequence(&[tbs, algorithm, &signature_bits]);
        let start = der.len() - signature_bits.len() - algorithm.len() - tbs.len();
        Self { tbs: start..start + tbs.len(), der, signature: signature.to_vec(), head }
    }

    /// Reads a full version 2 list with a number; nothing may follow it. No signature is checked.
    ///
    /// # Errors
    /// [`CrlError`].
    pub fn from_der(der: &[u8]) -> Result<Self, CrlError> {
        let structure = CertificateStructure::from_der(der)?;
        // Nothing follows and every length is minimal, so the outer header is the part before the content.
        let start = der.len() - usize::try_from(structure.value_len()?)?;
        let tbs = start..start + usize::try_from(structure.tbs.encoded_len()?)?;
        let head = Head::read(&der[tbs.clone()])?;
        let outside = SignatureAlgorithm::from_der(&structure.signature_algorithm.to_der()?)?;
        if outside != head.signature_algorithm {
            return Err(CrlError::Unsupported);
        }
        let signature = structure.signature.as_bytes().ok_or(KeyError::SignatureInvalid)?.to_vec();
        Ok(Self { der: der.to_vec(), tbs, signature, head })
    }

    /// The bytes as assembled or read.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The CA that signed the list.
    pub fn issuer(&self) -> &Name {
        &self.head.issuer
    }

    /// cRLNumber: larger is newer (RFC 5280 §5.2.3).
    pub fn number(&self) -> u64 {
        self.head.number
    }

    /// When the list was made, unix seconds.
    pub fn this_update(&self) -> i64 {
        self.head.this_update
    }

    /// The latest time of the next list, unix seconds.
    pub fn next_update(&self) -> i64 {
        self.head.next_update
    }

    /// The entries in the order of the list; stops after the first unreadable one.
    pub fn entries(&self) -> impl Iterator<Item = Result<CrlEntry, CrlError>> {
        let tbs = &self.der[self.tbs.clone()];
        let mut rest = &tbs[self.head.entries.clone()];
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let entry = read_entry(&mut rest);
            if entry.is_err() {
                rest = &[];
            }
            Some(entry)
        })
    }

    /// Checks the signature with the issuer's key.
    ///
    /// # Errors
    /// [`KeyError::SignatureInvalid`].
    pub fn verify_signature(&self, issuer: &PublicKey) -> Result<(), KeyError> {
        let tbs = &self.der[self.tbs.clone()];
        issuer.verify(tbs, &self.signature, self.head.signature_algorithm)
    }
}

impl PartialEq for Crl {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Crl {}

/// Takes one entry off the front of `rest`.
fn read_entry(rest: &mut &[u8]) -> Result<CrlEntry, CrlError> {
    let mut reader = SliceReader::new(rest)?;
    let entry_der = reader.tlv_bytes()?;
    let entry = EntryStructure::from_der(entry_der)?;
    *rest = &rest[entry_der.len()..];
    let reason = entry
        .extensions
        .unwrap_or_default()
        .iter()
        .find(|extension| extension.extn_id == CrlReason::OID)
        .map(|extension| CrlReason::from_der(extension.extn_value.as_bytes()))
        .transpose()?;
    Ok(CrlEntry {
        serial: Serial::from_integer_content(entry.serial_number.as_bytes())?,
        revoked_at: unix_seconds(entry.revocation_date),
        reason: reason.and_then(|reason| RevocationReason::from_code(reason as u8)),
    })
}
