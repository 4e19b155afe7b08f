//! How the domain's types lie in columns: each is read and bound in one place, for every table that holds it.

mod texts;

use super::{Row, row::corrupt, value::BoundValue};
use crate::error::StoreError;
use domain::{
    agreement::Consent,
    application::{ApplicationState, Purpose},
    certificate::{CertificateKey, CertificateState},
    certificate_text::RomanName,
    device::DeviceType,
    id::{
        ApplicationId, CertificateId, DeviceId, ImportId, InvitationId, IssuerId, SiteId, TenantId, UserId,
    },
    invitation::InvitationKind,
    issuer::IssuerKind,
    license::License,
    locale::Locale,
    name_rules::NameRules,
    revocation::Revocation,
    site::SiteKind,
    tenant::{TenantKind, TenantState},
    time::Timestamp,
    user::{Role, UserState},
};
use pki::{crl::RevocationReason, serial::Serial};
use std::time::Duration;

/// A type that lies in one column.
pub(crate) trait InColumn: Sized {
    /// `None`: the column is NULL.
    fn read(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError>;

    /// `None` becomes a NULL of the column's type.
    fn bound(value: Option<&Self>) -> Result<BoundValue, StoreError>;
}

/// A field of a record, which lies in `N` columns.
pub(crate) trait InColumns<const N: usize>: Sized {
    fn read(row: &Row, columns: [&'static str; N]) -> Result<Self, StoreError>;

    fn bound(&self) -> Result<[BoundValue; N], StoreError>;
}

impl<T: InColumn> InColumns<1> for T {
    fn read(row: &Row, [column]: [&'static str; 1]) -> Result<Self, StoreError> {
        T::read(row, column)?.ok_or_else(|| corrupt(column, "it is NULL"))
    }

    fn bound(&self) -> Result<[BoundValue; 1], StoreError> {
        Ok([T::bound(Some(self))?])
    }
}

impl<T: InColumn> InColumns<1> for Option<T> {
    fn read(row: &Row, [column]: [&'static str; 1]) -> Result<Self, StoreError> {
        T::read(row, column)
    }

    fn bound(&self) -> Result<[BoundValue; 1], StoreError> {
        Ok([T::bound(self.as_ref())?])
    }
}

macro_rules! plain {
    ($($type:ty: $read:ident, |$value:ident| $bound:expr;)+) => {$(
        impl InColumn for $type {
            fn read(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
                row.$read(column)
            }

            fn bound(value: Option<&Self>) -> Result<BoundValue, StoreError> {
                Ok(value.map(|$value| $bound).into())
            }
        }
    )+};
}

plain! {
    String: optional_text, |text| text.as_str();
    Vec<u8>: optional_bytes, |bytes| bytes.as_slice();
    u32: optional_unsigned, |number| *number;
    // A count that the column cannot hold is kept as the largest that it can.
    u64: optional_unsigned, |count| i64::try_from(*count).unwrap_or(i64::MAX);
    Timestamp: optional_time, |at| *at;
    [u8; 32]: optional_hash, |hash| hash;
}

impl InColumn for bool {
    fn read(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
        Ok(row.optional_integer(column)?.map(|number| number != 0))
    }

    fn bound(value: Option<&Self>) -> Result<BoundValue, StoreError> {
        Ok(value.map(|value| i64::from(*value)).into())
    }
}

/// In whole milliseconds.
impl InColumn for Duration {
    fn read(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
        Ok(row.optional_unsigned(column)?.map(Self::from_millis))
    }

    fn bound(value: Option<&Self>) -> Result<BoundValue, StoreError> {
        Ok(value.map(|duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)).into())
    }
}

macro_rules! ids {
    ($($id:ident)+) => {$(
        impl InColumn for $id {
            fn read(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
                row.optional_id(column)
            }

            fn bound(value: Option<&Self>) -> Result<BoundValue, StoreError> {
                Ok(value.map(|id| id.as_bytes().as_slice()).into())
            }
        }
    )+};
}

ids! { ApplicationId CertificateId DeviceId ImportId InvitationId IssuerId SiteId TenantId UserId }

/// Types with stable names.
macro_rules! named {
    ($($type:ident: $name:ident;)+) => {$(
        impl $crate::backend::column::InColumn for $type {
            fn read(
                row: &$crate::backend::Row,
                column: &'static str,
            ) -> Result<Option<Self>, $crate::StoreError> {
                row.optional_named(column, Self::ALL, Self::$name)
            }

            fn bound(value: Option<&Self>) -> Result<$crate::backend::BoundValue, $crate::StoreError> {
                Ok(value.map(|value| value.$name()).into())
            }
        }
    )+};
}

pub(crate) use named;

named! {
    ApplicationState: name;
    CertificateState: name;
    DeviceType: name;
    InvitationKind: name;
    IssuerKind: name;
    Locale: tag;
    Purpose: name;
    Role: name;
    SiteKind: name;
    TenantKind: name;
    TenantState: name;
    UserState: name;
}

impl InColumn for Serial {
    fn read(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
        let bytes = row.optional_bytes(column)?;
        bytes.map(|bytes| Self::from_bytes(&bytes).map_err(|error| corrupt(column, error))).transpose()
    }

    fn bound(value: Option<&Self>) -> Result<BoundValue, StoreError> {
        Ok(value.map(Self::as_bytes).into())
    }
}

impl InColumn for RevocationReason {
    fn read(row: &Row, column: &'static str) -> Result<Option<Self>, StoreError> {
        let Some(code) = row.optional_integer(column)? else { return Ok(None) };
        let reason = u8::try_from(code).ok().and_then(Self::from_code);
        reason.map(Some).ok_or_else(|| corrupt(column, "it is no CRLReason"))
    }

    fn bound(value: Option<&Self>) -> Result<BoundValue, StoreError> {
        Ok(value.map(|reason| u32::from(reason.code())).into())
    }
}

/// Structs whose fields lie in a column each.
macro_rules! groups {
    ($($group:ident[$count:literal] { $($field:ident),+ };)+) => {$(
        impl InColumns<$count> for $group {
            fn read(row: &Row, [$($field),+]: [&'static str; $count]) -> Result<Self, StoreError> {
                Ok(Self { $($field: InColumns::read(row, [$field])?),+ })
            }

            fn bound(&self) -> Result<[BoundValue; $count], StoreError> {
                $(let [$field] = InColumns::bound(&self.$field)?;)+
                Ok([$($field),+])
            }
        }
    )+};
}

/// The same where a NULL in one of the columns means that there is no such struct.
macro_rules! optional_groups {
    ($($group:ident[$count:literal] { $($field:ident),+ };)+) => {$(
        impl InColumns<$count> for Option<$group> {
            fn read(row: &Row, [$($field),+]: [&'static str; $count]) -> Result<Self, StoreError> {
                $(let Some($field) = InColumn::read(row, $field)? else { return Ok(None) };)+
                Ok(Some($group { $($field),+ }))
            }

            fn bound(&self) -> Result<[BoundValue; $count], StoreError> {
                let group = self.as_ref();
                Ok([$(InColumn::bound(group.map(|group| &group.$field))?),+])
            }
        }
    )+};
}

groups! {
    CertificateKey[2] { issuer, serial };
    Consent[4] { version, text_sha256, at, address };
    License[2] { seats, valid_until };
    NameRules[3] { login_suffix, email_domains, vouched_domains };
    Revocation[2] { at, reason };
    RomanName[2] { family, given };
}

optional_groups! {
    Revocation[2] { at, reason };
    RomanName[2] { family, given };
}
