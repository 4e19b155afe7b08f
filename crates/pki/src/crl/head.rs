//! The parts before and after the entries of a list (RFC 5280 §5.1.2).

use std::ops::Range;

use const_oid::AssociatedOid;
use der::asn1::{ContextSpecific, UintRef};
use der::{Decode, Header, Reader, SliceReader, Tag};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::CrlNumber;
use x509_cert::time::Time;

use super::CrlError;
use crate::validity::unix_seconds;
use crate::{Name, SignatureAlgorithm};

/// `Version ::= INTEGER { v1(0), v2(1) }`
const VERSION_2: u8 = 1;

#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) signature_algorithm: SignatureAlgorithm,
    pub(super) issuer: Name,
    pub(super) number: u64,
    /// Unix seconds.
    pub(super) this_update: i64,
    /// Unix seconds.
    pub(super) next_update: i64,
    /// The position of the entries within the TBS, one after the other without the header around them.
    pub(super) entries: Range<usize>,
}

impl Head {
    pub(super) fn read(tbs: &[u8]) -> Result<Self, CrlError> {
        let mut reader = SliceReader::new(tbs)?;
        Header::decode(&mut reader)?.tag().assert_eq(Tag::Sequence)?;
        if u8::decode(&mut reader)? != VERSION_2 {
            return Err(CrlError::Unsupported);
        }
        let signature_algorithm = SignatureAlgorithm::from_der(reader.tlv_bytes()?)?;
        let issuer = Name::from_der(reader.tlv_bytes()?)?;
        let this_update = unix_seconds(Time::decode(&mut reader)?);
        let next_update = unix_seconds(Time::decode(&mut reader)?);
        let mut entries = 0..0;
        if Tag::peek(&reader)? == Tag::Sequence {
            let length = usize::try_from(Header::decode(&mut reader)?.length())?;
            let start = usize::try_from(reader.position())?;
            entries = start..start + length;
            reader.read_slice(length.try_into()?)?;
        }
        let extensions = ContextSpecific::<Vec<Extension>>::decode(&mut reader)?.value;
        reader.finish()?;
        let number = number(&extensions)?;
        Ok(Self { signature_algorithm, issuer, number, this_update, next_update, entries })
    }
}

/// The cRLNumber. A list with a critical extension is partial, indirect or a delta, and this crate does not read it.
fn number(extensions: &[Extension]) -> Result<u64, CrlError> {
    if extensions.iter().any(|extension| extension.critical) {
        return Err(CrlError::Unsupported);
    }
    let extension = extensions
        .iter()
        .find(|extension| extension.extn_id == CrlNumber::OID)
        .ok_or(CrlError::Unsupported)?;
    let digits = UintRef::from_der(extension.extn_value.as_bytes())?;
    if digits.as_bytes().len() > size_of::<u64>() {
        return Err(CrlError::Unsupported);
    }
    Ok(digits.as_bytes().iter().fold(0, |value, octet| value << 8 | u64::from(*octet)))
}
