//! Writes a revocation list.

use der::Encode;
use der::asn1::OctetString;
use x509_cert::ext::Extension;

use super::head::Head;
use super::{Crl, CrlError, RevocationReason};
use crate::validity::time_der;
use crate::{IssuerIdentity, Serial, ValidityError, extension, tlv};

/// `SEQUENCE { SEQUENCE { cRLReasons 2.5.29.21, OCTET STRING { ENUMERATED … } } }` without its last octet, the reason.
const REASON_EXTENSION: &[u8] = b"\x30\x0c\x30\x0a\x06\x03\x55\x1d\x15\x04\x03\x0a\x01";

/// Collects the entries of one full list.
#[derive(Debug)]
pub struct CrlBuilder {
    issuer: IssuerIdentity,
    number: u64,
    /// Unix seconds.
    this_update: i64,
    /// Unix seconds.
    next_update: i64,
    /// `thisUpdate` and `nextUpdate`, encoded one after the other.
    times: Vec<u8>,
    entries: Vec<u8>,
}

/// A to-be-signed list.
#[derive(Debug, Clone)]
pub struct TbsCrl {
    der: Vec<u8>,
    head: Head,
}

impl CrlBuilder {
    /// Starts a list. `number` grows with every list of an issuer (RFC 5280 §5.2.3); times are unix seconds.
    ///
    /// # Errors
    /// [`CrlError::Time`], for times outside 1970 to 9999 or in the wrong order.
    pub fn new(
        issuer: &IssuerIdentity,
        number: u64,
        this_update: i64,
        next_update: i64,
    ) -> Result<Self, CrlError> {
        if next_update <= this_update {
            let reversed = ValidityError::Reversed { not_before: this_update, not_after: next_update };
            return Err(reversed.into());
        }
        Ok(Self {
            issuer: issuer.clone(),
            number,
            this_update,
            next_update,
            times: [time_der(this_update)?, time_der(next_update)?].concat(),
            entries: Vec::new(),
        })
    }

    /// Adds one entry; `revoked_at` in unix seconds. No reason and `Unspecified` are written in the same way:
    /// not at all.
    ///
    /// # Errors
    /// [`CrlError::Time`].
    pub fn push(
        &mut self,
        serial: &Serial,
        revoked_at: i64,
        reason: Option<RevocationReason>,
    ) -> Result<(), CrlError> {
        let serial = serial.to_der();
        let revoked_at = time_der(revoked_at)?;
        let reason = reason.filter(|reason| *reason != RevocationReason::Unspecified);
        let reason_length = reason.map_or(0, |_| REASON_EXTENSION.len() + 1);
        let length = serial.len() + revoked_at.len() + reason_length;
        tlv::push_header(&mut self.entries, tlv::SEQUENCE, length);
        self.entries.extend_from_slice(&serial);
        self.entries.extend_from_slice(&revoked_at);
        if let Some(reason) = reason {
            self.entries.extend_from_slice(REASON_EXTENSION);
            self.entries.push(reason.code());
        }
        Ok(())
    }

    /// Adds the headers to the entries; returns the bytes to sign.
    ///
    /// # Errors
    /// [`CrlError::Malformed`], if an extension does not encode.
    pub fn to_tbs(self) -> Result<TbsCrl, CrlError> {
        let extensions = self.extensions()?;
        let signature_algorithm = self.issuer.signature_algorithm;
        let version_2 = tlv::unsigned_integer(&[1]);
        // RFC 5280 §5.1.2.6: if there are no entries, their list is absent, not empty.
        let mut entries_header = Vec::new();
        if !self.entries.is_empty() {
            tlv::push_header(&mut entries_header, tlv::SEQUENCE, self.entries.len());
        }
        let der = tlv::sequence(&[
            &version_2,
            signature_algorithm.as_der(),
            self.issuer.name.as_der(),
            &self.times,
            &entries_header,
            &self.entries,
            &extensions,
        ]);
        let entries_end = der.len() - extensions.len();
        let head = Head {
            signature_algorithm,
            issuer: self.issuer.name,
            number: self.number,
            this_update: self.this_update,
            next_update: self.next_update,
            entries: entries_end - self.entries.len()..entries_end,
        };
        Ok(TbsCrl { der, head })
    }

    /// `[0] EXPLICIT Extensions`
    fn extensions(&self) -> Result<Vec<u8>, CrlError> {
        let number = tlv::unsigned_integer(&self.number.to_be_bytes());
        let number = Extension {
            extn_id: const_oid::db::rfc5280::ID_CE_CRL_NUMBER,
            critical: false,
            extn_value: OctetString::new(number)?,
        };
        let authority_key = extension::authority_key(self.issuer.key_identifier)?.to_der()?;
        let list = tlv::sequence(&[&authority_key, &number.to_der()?]);
        Ok(tlv::wrap(tlv::CONTEXT_0, &[&list]))
    }
}

impl TbsCrl {
    /// The bytes to sign.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// Frames the signed bytes, their algorithm and `signature` (the content of `signatureValue`).
    #[must_use]
    pub fn assemble(&self, signature: &[u8]) -> Crl {
        Crl::from_parts(&self.der, self.head.clone(), signature)
    }
}
