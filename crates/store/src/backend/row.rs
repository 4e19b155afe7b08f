//! What a statement gives back: columns by name, each parsed into its domain type or named as corrupt.

use crate::error::StoreError;
use domain::certificate::LeafTag;
use domain::id::{
    ApplicationId, CertificateId, DeviceId, EffectId, IdError, ImportId, InvitationId, IssuerId, PinSheetId,
    ProfileSignerId, SiteId, TenantId, UserId,
};
use domain::time::Timestamp;
use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};

/// One row of a result.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// An id stored in a column of 16 bytes.
pub(crate) trait StoredId: Sized {
    fn from_column(bytes: &[u8]) -> Result<Self, IdError>;
}

macro_rules! stored_ids {
    ($($id:ident)+) => {$(
        impl StoredId for $id {
            fn from_column(bytes: &[u8]) -> Result<Self, IdError> {
                Self::from_slice(bytes)
            }
        }
    )+};
}

stored_ids! {
    ApplicationId CertificateId DeviceId EffectId ImportId InvitationId IssuerId PinSheetId ProfileSignerId SiteId
    TenantId UserId
}

macro_rules! column_getters {
    ($($name:ident, $optional:ident: $type:ty;)+) => {$(
        pub(crate) fn $optional(&self, column: &'static str) -> Result<Option<$type>, StoreError> {
            match self {
                Self::Sqlite(row) => row.try_get(column),
                Self::Postgres(row) => row.try_get(column),
            }
            .map_err(|error| corrupt(column, error))
        }

        pub(crate) fn $name(&self, column: &'static str) -> Result<$type, StoreError> {
            self.$optional(column)?.ok_or_else(|| corrupt(column, "it is NULL"))
        }
    )+};
}

impl Row {
    column_getters! {
        integer, optional_integer: i64;
        text, optional_text: String;
        bytes, optional_bytes: Vec<u8>;
    }

    pub(crate) fn unsigned<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, StoreError> {
        self.optional_unsigned(column)?.ok_or_else(|| corrupt(column, "it is NULL"))
    }

    pub(crate) fn optional_unsigned<T: TryFrom<i64>>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let number = self.optional_integer(column)?;
        number.map(T::try_from).transpose().map_err(|_| corrupt(column, "the number is out of range"))
    }

    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.optional_time(column)?.ok_or_else(|| corrupt(column, "it is NULL"))
    }

    pub(crate) fn optional_time(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let milliseconds = self.optional_integer(column)?;
        milliseconds
            .map(|at| Timestamp::from_millisecond(at).map_err(|error| corrupt(column, error)))
            .transpose()
    }

    pub(crate) fn id<T: StoredId>(&self, column: &'static str) -> Result<T, StoreError> {
        T::from_column(&self.bytes(column)?).map_err(|error| corrupt(column, error))
    }

    pub(crate) fn optional_id<T: StoredId>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        let bytes = self.optional_bytes(column)?;
        bytes.map(|bytes| T::from_column(&bytes).map_err(|error| corrupt(column, error))).transpose()
    }

    pub(crate) fn hash(&self, column: &'static str) -> Result<[u8; 32], StoreError> {
        self.optional_hash(column)?.ok_or_else(|| corrupt(column, "it is NULL"))
    }

    pub(crate) fn optional_hash(&self, column: &'static str) -> Result<Option<[u8; 32]>, StoreError> {
        let bytes = self.optional_bytes(column)?;
        bytes
            .map(|bytes| bytes.try_into().map_err(|_| corrupt(column, "it is no hash of 32 bytes")))
            .transpose()
    }

    pub(crate) fn optional_leaf_tag(&self, column: &'static str) -> Result<Option<LeafTag>, StoreError> {
        let bytes = self.optional_bytes(column)?;
        let tag = bytes.map(|bytes| bytes.try_into().map(LeafTag::from_bytes));
        tag.transpose().map_err(|_| corrupt(column, "it is no tag of 16 bytes"))
    }

    /// Reads a text column with the domain's own parser.
    pub(crate) fn parsed<T, E: std::fmt::Display>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, StoreError> {
        parse(&self.text(column)?).map_err(|error| corrupt(column, error))
    }

    /// Reads a text column that holds one of the domain's stable names.
    pub(crate) fn named<T: Copy, const N: usize>(
        &self,
        column: &'static str,
        all: [T; N],
        name: impl Fn(T) -> &'static str,
    ) -> Result<T, StoreError> {
        self.optional_named(column, all, name)?.ok_or_else(|| corrupt(column, "it is NULL"))
    }

    /// Like `named`, for a column that may be NULL.
    pub(crate) fn optional_named<T: Copy, const N: usize>(
        &self,
        column: &'static str,
        all: [T; N],
        name: impl Fn(T) -> &'static str,
    ) -> Result<Option<T>, StoreError> {
        let Some(text) = self.optional_text(column)? else { return Ok(None) };
        let found = all.into_iter().find(|value| name(*value) == text);
        found.map(Some).ok_or_else(|| corrupt(column, format_args!("{text:?} is none of its names")))
    }
}

pub(crate) fn corrupt(column: &'static str, reason: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { column, reason: reason.to_string() }
}
