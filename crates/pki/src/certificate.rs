//! Certificates: prepared here, signed elsewhere, assembled here; and read (RFC 5280 §4.1).
//!
//! ```text
//! TbsCertificate::prepare → as_der → (stored, linted, signed) → assemble → Certificate
//! ```
//!
//! **Invariant:** the bytes that are signed are the bytes that were prepared: `assemble` only frames them, and
//! `TbsCertificate::from_der` keeps what it read, so stored bytes can still be signed after a restart.
//! **Invariant:** a parsed certificate names the same signature algorithm inside and outside (RFC 5280 §4.1.1.2).

use crate::{KeyError, NameError, SerialError, ValidityError};

mod issuer;
mod purpose;
mod signed;
pub(crate) mod structure;
mod tbs;
#[cfg(test)]
mod tests;
mod view;

pub use issuer::IssuerIdentity;
pub use purpose::KeyPurpose;
pub use signed::Certificate;
pub use tbs::TbsCertificate;

/// Why a certificate cannot be prepared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// The period is reversed or outside the years 1970 to 9999.
    #[error(transparent)]
    Validity(#[from] ValidityError),
    /// A server certificate or server CA without any name.
    #[error("certificate: no dns name given")]
    NoDnsName,
    /// A text that its ASN.1 type cannot hold, such as an e-mail address outside ASCII.
    #[error("certificate: a value cannot be encoded")]
    Encoding(#[from] der::Error),
    /// The encoded certificate does not read back.
    #[error(transparent)]
    Unreadable(#[from] CertificateError),
}

/// Why bytes are no certificate that this crate can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// No DER of the expected structure.
    #[error("certificate: not readable")]
    Malformed(#[from] der::Error),
    /// No PEM, or PEM of something else.
    #[error("certificate: not a PEM certificate")]
    Pem,
    /// Not a version 3 certificate.
    #[error("certificate: not version 3")]
    Version,
    /// The inner and outer signature algorithms differ (RFC 5280 §4.1.1.2).
    #[error("certificate: signature algorithms inside and outside differ")]
    SignatureAlgorithmMismatch,
    /// The same extension twice (RFC 5280 §4.2).
    #[error("certificate: extension {0} appears twice")]
    DuplicateExtension(const_oid::ObjectIdentifier),
    /// A serial number that no conforming CA may use.
    #[error(transparent)]
    Serial(#[from] SerialError),
    /// An issuer or subject that is no name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A key or signature algorithm outside the allow-list.
    #[error(transparent)]
    Key(#[from] KeyError),
}
