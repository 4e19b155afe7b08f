//! Identities of records: distinct types, so that a user's id is never mistaken for a tenant's.
//!
//! UUID version 7 (RFC 9562 §5.7): sortable by creation, opaque enough for public addresses.

use crate::time::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Text or bytes that are no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected a UUID such as 0192f5c0-7d2e-7c3a-9f1e-2b7d4c5a6e01")]
pub struct IdError;

fn new_uuid(now: Timestamp, rng: &mut dyn CryptoRng) -> Uuid {
    let mut random = [0; 10];
    rng.fill_bytes(&mut random);
    let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id for a record made at `now`.
            pub fn new(now: Timestamp, rng: &mut dyn CryptoRng) -> Self {
                Self(new_uuid(now, rng))
            }

            /// The 16 bytes as stored.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// Reads a stored id; [`IdError`] unless there are 16 bytes.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, IdError> {
                Uuid::from_slice(bytes).map(Self).map_err(|_| IdError)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| IdError)
            }
        }
    )*};
}

ids! {
    /// A customer company.
    TenantId
    /// A person of a tenant.
    UserId
    /// One certificate application.
    ApplicationId
    /// One issued (or recorded) certificate.
    CertificateId
    /// A device: the certificates of one device, by renewal, replacement or a new file, form its line.
    DeviceId
    /// A certificate authority of the installation.
    IssuerId
    /// A certificate by which the installation signs configuration profiles.
    ProfileSignerId
    /// A host name at the gate.
    SiteId
    /// A one-time invitation to apply.
    InvitationId
    /// A PIN that was shown, on a sheet of its own.
    PinSheetId
    /// An effect waiting in the outbox.
    EffectId
    /// A CSV import of users.
    ImportId
}
