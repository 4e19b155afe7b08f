//! The ASN.1 of certificates, with names and keys left as the original bytes (RFC 5280 §4.1).

use der::asn1::{AnyRef, BitStringRef, IntRef};
use der::{Enumerated, Sequence};
use x509_cert::ext::Extension;
use x509_cert::time::Time;

/// `Version ::= INTEGER { v1(0), v2(1), v3(2) }`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Enumerated)]
#[asn1(type = "INTEGER")]
#[repr(u8)]
pub(crate) enum Version {
    #[default]
    V1 = 0,
    V2 = 1,
    V3 = 2,
}

/// `Certificate`; `tbs` stays undecoded, because the signature is over exactly these bytes.
#[derive(Debug, Clone, Sequence)]
pub(crate) struct CertificateStructure<'a> {
    pub(crate) tbs: AnyRef<'a>,
    pub(crate) signature_algorithm: AnyRef<'a>,
    pub(crate) signature: BitStringRef<'a>,
}

/// `TBSCertificate`
#[derive(Debug, Clone, Sequence)]
pub(crate) struct TbsStructure<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", default = "Default::default")]
    pub(crate) version: Version,
    pub(crate) serial_number: IntRef<'a>,
    pub(crate) signature: AnyRef<'a>,
    pub(crate) issuer: AnyRef<'a>,
    pub(crate) validity: ValidityStructure,
    pub(crate) subject: AnyRef<'a>,
    pub(crate) subject_public_key_info: AnyRef<'a>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) issuer_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) subject_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) extensions: Option<Vec<Extension>>,
}

/// `Validity`, with each time in its original encoding.
#[derive(Debug, Clone, Copy, Sequence)]
pub(crate) struct ValidityStructure {
    pub(crate) not_before: Time,
    pub(crate) not_after: Time,
}
