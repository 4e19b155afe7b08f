//! The permitted uses of an end entity's key (RFC 5280 §4.2.1.12).

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{ANY_EXTENDED_KEY_USAGE, ID_KP_CLIENT_AUTH, ID_KP_SERVER_AUTH};

/// One `KeyPurposeId` of the extended key usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPurpose {
    /// `id-kp-clientAuth`
    ClientAuth,
    /// `id-kp-serverAuth`
    ServerAuth,
    /// `anyExtendedKeyUsage`
    Any,
    /// Any other purpose.
    Other(ObjectIdentifier),
}

impl From<ObjectIdentifier> for KeyPurpose {
    fn from(oid: ObjectIdentifier) -> Self {
        match oid {
            ID_KP_CLIENT_AUTH => Self::ClientAuth,
            ID_KP_SERVER_AUTH => Self::ServerAuth,
            ANY_EXTENDED_KEY_USAGE => Self::Any,
            other => Self::Other(other),
        }
    }
}
