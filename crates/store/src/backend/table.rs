//! What a table holds of a record is listed once: the columns to select, to insert and to update, how a row is read and
//! how the values are bound all come from [`table`].

mod text;

pub(crate) use text::TableText;

use super::{column::InColumns, value::BoundValue};
use crate::error::StoreError;

/// The columns of each field, for a list of fields.
pub(crate) type Fields = &'static [&'static [&'static str]];

/// Adds the values of one field.
pub(crate) fn bind<const N: usize>(
    mut values: Vec<BoundValue>,
    field: &impl InColumns<N>,
) -> Result<Vec<BoundValue>, StoreError> {
    values.extend(field.bound()?);
    Ok(values)
}

/// Adds a value that is no field.
pub(crate) fn bind_beside(mut values: Vec<BoundValue>, value: impl Into<BoundValue>) -> Vec<BoundValue> {
    values.push(value.into());
    values
}

/// The names of a field's columns: its own, unless they are given.
macro_rules! columns_of {
    ($field:ident) => { [stringify!($field)] };
    ($field:ident $($column:ident)+) => { [$(stringify!($column)),+] };
}

/// The same as one literal.
macro_rules! columns_text {
    ($field:ident) => { stringify!($field) };
    ($field:ident $first:ident $($more:ident)*) => { concat!(stringify!($first) $(, ", ", stringify!($more))*) };
}

/// The columns of some fields as one literal; each field stands in brackets, with its columns if they are given.
macro_rules! fields_text {
    ([$($first:ident)+] $([$($more:ident)+])*) => {
        concat!(
            $crate::backend::table::columns_text!($($first)+)
            $(, ", ", $crate::backend::table::columns_text!($($more)+))*
        )
    };
}

/// The type that is written: the record that is read, unless another one is given.
macro_rules! source_of {
    ($record:ty) => {
        $record
    };
    ($record:ty, $source:ty) => {
        $source
    };
}

/// Declares what a table holds of a record, field by field; a field whose columns are not called as itself names them.
///
/// - `under`: columns that find the row and are no fields. Their values come from the door that writes.
/// - `key`: finds the row. Its values come from the door that writes, too, after those of `under`.
/// - `changed`: written by an insert and by every update. `fixed`: written by an insert only.
/// - `seen`: read only; other statements write it.
/// - `beside`: columns written with a value that is no field and is not read back.
///
/// `written from` names a type with the same fields that is written in the record's place, where what is written is not
/// yet all that is read. `inserted with` names the values that an insert takes beside it.
///
/// From it come `columns!()`, the text of all columns that are read, what [`insert`], [`upsert`] and [`update`] need,
/// the reader of a row, and `changed_values` and `inserted_values`, which add the values of an update or an insert to
/// those of `under` and `key`.
macro_rules! table {
    (
        $table:literal holds $record:ident $(, written from $source:ty,)? as $it:ident, read by $read:ident
        $(, inserted with $($more:ident: $type:ty),+)?;
        $(under { $($above:ident),+ $(,)? })?
        key { $($key:ident $(($($key_column:ident),+))?),* $(,)? }
        changed {
            $($changed:ident $(($($changed_column:ident),+))?),* $(,)?
        } $(beside { $($kept:ident: $kept_value:expr),+ $(,)? })?
        fixed {
            $($fixed:ident $(($($fixed_column:ident),+))?),* $(,)?
        } $(beside { $($once:ident: $once_value:expr),+ $(,)? })?
        seen { $($seen:ident $(($($seen_column:ident),+))?),* $(,)? }
    ) => {
        macro_rules! columns {
            () => {
                $crate::backend::table::fields_text!(
                    $([$key $($($key_column)+)?])*
                    $([$changed $($($changed_column)+)?])*
                    $([$fixed $($($fixed_column)+)?])*
                    $([$seen $($($seen_column)+)?])*
                )
            };
        }

        const TABLE: &str = $table;
        const KEY: $crate::backend::table::Fields = &[
            $($(&[stringify!($above)],)+)?
            $(&$crate::backend::table::columns_of!($key $($($key_column)+)?),)*
        ];
        const CHANGED: $crate::backend::table::Fields = &[
            $(&$crate::backend::table::columns_of!($changed $($($changed_column)+)?),)*
            $($(&[stringify!($kept)],)+)?
        ];
        const FIXED: $crate::backend::table::Fields = &[
            $(&$crate::backend::table::columns_of!($fixed $($($fixed_column)+)?),)*
            $($(&[stringify!($once)],)+)?
        ];

        pub(crate) fn $read(row: &$crate::backend::Row) -> Result<$record, $crate::StoreError> {
            use $crate::backend::column::InColumns;
            Ok($record {
                $($key: InColumns::read(
                    row,
                    $crate::backend::table::columns_of!($key $($($key_column)+)?),
                )?,)*
                $($changed: InColumns::read(
                    row,
                    $crate::backend::table::columns_of!($changed $($($changed_column)+)?),
                )?,)*
                $($fixed: InColumns::read(
                    row,
                    $crate::backend::table::columns_of!($fixed $($($fixed_column)+)?),
                )?,)*
                $($seen: InColumns::read(
                    row,
                    $crate::backend::table::columns_of!($seen $($($seen_column)+)?),
                )?,)*
            })
        }

        fn changed_values(
            values: Vec<$crate::backend::BoundValue>,
            $it: &$crate::backend::table::source_of!($record $(, $source)?),
        ) -> Result<Vec<$crate::backend::BoundValue>, $crate::StoreError> {
            _ = $it;
            $(let values = $crate::backend::table::bind(values, &$it.$changed)?;)*
            $($(let values = $crate::backend::table::bind_beside(values, $kept_value);)+)?
            Ok(values)
        }

        fn inserted_values(
            values: Vec<$crate::backend::BoundValue>,
            $it: &$crate::backend::table::source_of!($record $(, $source)?),
            $($($more: $type),+)?
        ) -> Result<Vec<$crate::backend::BoundValue>, $crate::StoreError> {
            let values = changed_values(values, $it)?;
            $(let values = $crate::backend::table::bind(values, &$it.$fixed)?;)*
            $($(let values = $crate::backend::table::bind_beside(values, $once_value);)+)?
            Ok(values)
        }
    };
}

/// The text of an insert into the module's table.
macro_rules! insert {
    ($rest:literal) => {{
        const TEXT: &$crate::backend::table::TableText =
            &$crate::backend::table::TableText::insert(TABLE, &[KEY, CHANGED, FIXED], $rest);
        TEXT.as_str()
    }};
}

/// The text of an insert into the module's table that changes the row instead if `unique` is there already. The fixed
/// columns stay, unless `rest` says otherwise.
macro_rules! upsert {
    ($unique:literal, $rest:literal) => {{
        const TEXT: &$crate::backend::table::TableText = &$crate::backend::table::TableText::upsert(
            TABLE,
            &[KEY, CHANGED, FIXED],
            $unique,
            &[CHANGED],
            $rest,
        );
        TEXT.as_str()
    }};
}

/// The text of an update of the module's table, by its key.
macro_rules! update {
    () => {{
        const TEXT: &$crate::backend::table::TableText =
            &$crate::backend::table::TableText::update(TABLE, &[KEY], &[CHANGED]);
        TEXT.as_str()
    }};
}

pub(crate) use columns_of;
pub(crate) use columns_text;
pub(crate) use fields_text;
pub(crate) use insert;
pub(crate) use source_of;
pub(crate) use table;
pub(crate) use update;
pub(crate) use upsert;

#[cfg(test)]
mod tests;
