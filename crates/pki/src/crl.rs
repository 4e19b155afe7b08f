//! Certificate revocation lists (RFC 5280 §5), built for lists with a million entries: each entry is encoded
//! directly into one buffer, about 50 octets an entry, and the headers are added at the end.
//!
//! **Invariant:** every list carries the authority key identifier and a cRLNumber (RFC 5280 §5.2.1, §5.2.3).
//! **Invariant:** the reason `unspecified` is never written: RFC 5280 §5.3.1 requires it to be absent.

use crate::{KeyError, NameError, SerialError, ValidityError};

mod builder;
mod head;
mod list;
mod reason;
#[cfg(test)]
mod tests;

pub use builder::{CrlBuilder, TbsCrl};
pub use list::{Crl, CrlEntry};
pub use reason::RevocationReason;

/// Why a revocation list can be neither built nor read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CrlError {
    /// A time outside the years 1970 to 9999, or a next update that is not after this update.
    #[error(transparent)]
    Time(#[from] ValidityError),
    /// No DER of the expected structure.
    #[error("certificate revocation list: not readable")]
    Malformed(#[from] der::Error),
    /// Not version 2, or with extensions that this crate does not write.
    #[error("certificate revocation list: not a full version 2 list with a number")]
    Unsupported,
    /// A serial number that no conforming CA may use.
    #[error(transparent)]
    Serial(#[from] SerialError),
    /// An issuer that is no name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A signature algorithm outside the allow-list.
    #[error(transparent)]
    Key(#[from] KeyError),
}
