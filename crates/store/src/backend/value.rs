//! The values bound to a statement: the three column types that both databases share.

use domain::certificate::LeafTag;
use domain::id::{
    ApplicationId, CertificateId, DeviceId, EffectId, ImportId, InvitationId, IssuerId, PinSheetId,
    ProfileSignerId, SiteId, TenantId, UserId,
};
use domain::time::Timestamp;

/// One bound value; `None` is a NULL of that type.
pub(crate) enum BoundValue {
    /// `INTEGER` in SQLite, `BIGINT` in PostgreSQL.
    Integer(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// A list of [`BoundValue`]s from any values that convert into one.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::backend::BoundValue::from($value)),*] };
}

pub(crate) use values;

/// A Rust type, its column type, and the conversion.
macro_rules! stored {
    ($($type:ty => $variant:ident: |$value:ident| $stored:expr;)+) => {$(
        impl From<$type> for BoundValue {
            fn from($value: $type) -> Self {
                Self::$variant(Some($stored))
            }
        }

        impl From<Option<$type>> for BoundValue {
            fn from(value: Option<$type>) -> Self {
                Self::$variant(value.map(|$value| $stored))
            }
        }
    )+};
}

stored! {
    i64 => Integer: |value| value;
    u32 => Integer: |value| i64::from(value);
    Timestamp => Integer: |value| value.as_millisecond();
    &str => Text: |value| value.to_owned();
    String => Text: |value| value;
    &[u8] => Bytes: |value| value.to_vec();
    Vec<u8> => Bytes: |value| value;
    &[u8; 32] => Bytes: |value| value.to_vec();
    LeafTag => Bytes: |value| value.as_bytes().to_vec();
    ApplicationId => Bytes: |value| value.as_bytes().to_vec();
    CertificateId => Bytes: |value| value.as_bytes().to_vec();
    DeviceId => Bytes: |value| value.as_bytes().to_vec();
    EffectId => Bytes: |value| value.as_bytes().to_vec();
    ImportId => Bytes: |value| value.as_bytes().to_vec();
    InvitationId => Bytes: |value| value.as_bytes().to_vec();
    PinSheetId => Bytes: |value| value.as_bytes().to_vec();
    IssuerId => Bytes: |value| value.as_bytes().to_vec();
    ProfileSignerId => Bytes: |value| value.as_bytes().to_vec();
    SiteId => Bytes: |value| value.as_bytes().to_vec();
    TenantId => Bytes: |value| value.as_bytes().to_vec();
    UserId => Bytes: |value| value.as_bytes().to_vec();
}
