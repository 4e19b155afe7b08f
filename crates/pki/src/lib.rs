//! Bytes ↔ values of the standards: names, serial numbers, keys, certificates, revocation lists, PKCS#12
//! files and signed content, as RFC 5280, RFC 7292 and RFC 5652 define them.
//!
//! This crate knows no tenant, no clock, no file and no socket. The caller decides *whether* something is
//! issued; this crate decides *how* it is written, and reads what other programs wrote.
//!
//! **Invariant:** a value that exists is well formed: every constructor checks, and no field can be set past
//! it. **Invariant:** parsed bytes are kept unchanged; nothing is verified over a re-encoding. **Invariant:**
//! no input makes this crate panic; unreadable bytes are an error value. **Invariant:** randomness is an
//! argument, except for keys and signatures, which `aws-lc-rs` draws itself.
//!
//! Read next: [`profile`] (what is issued), [`certificate`] (prepare, sign elsewhere, assemble), [`lint`]
//! (the second check before a CA key is used), [`pkcs12`] (the user's file).
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod certificate;
pub mod cms;
pub mod crl;
pub mod key;
pub mod lint;
pub mod name;
pub mod pkcs12;
pub mod profile;
pub mod serial;
pub mod validity;

mod extension;
mod tlv;

#[cfg(test)]
mod damage;
#[cfg(test)]
mod fixture;

pub use certificate::{
    Certificate, CertificateError, IssuerIdentity, KeyPurpose, PrepareError, TbsCertificate,
};
pub use cms::{CmsError, UnsignedContent};
pub use crl::{Crl, CrlBuilder, CrlEntry, CrlError, RevocationReason, TbsCrl};
pub use key::{KeyAlgorithm, KeyError, PrivateKey, PublicKey, PublicKeyAlgorithm, SignatureAlgorithm};
pub use lint::{Expectation, LintRefusal};
pub use name::{Name, NameBuilder, NameError};
pub use pkcs12::{Pkcs12, Pkcs12Error, Pkcs12Password, Pkcs12PasswordError, Pkcs12Profile};
pub use profile::{PersonalPurposes, Profile};
pub use serial::{Serial, SerialError};
pub use validity::{Validity, ValidityError};
