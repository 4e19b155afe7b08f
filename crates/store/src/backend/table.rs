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

/// Declares what a table holds of a record, field by field; a field whose columns are not called as itself names them.
///
/// - `key`: finds the row. Its values come from the door that writes, not from the record.
/// - `changed`: written by an insert and by every update. `fixed`: written by an insert only.
/// - `seen`: read only; other statements write it.
/// - `beside`: columns written with a value that is no field and is not read back.
///
/// From it come `columns!()`, the text of all columns that are read, what [`insert`] and [`update`] need, the reader of
/// a row, and `changed_values` and `inserted_values`, which add the values of an update or an insert to those of the key.
macro_rules! table {
    (
        $table:literal holds $record:ident as $it:ident, read by $read:ident, inserted with $($more:ident: $type:ty),+;
        key { $key:ident $(($($key_column:ident),+))? $(, $keys:ident $(($($keys_column:ident),+))?)* $(,)? }
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
                concat!(
                    $crate::backend::table::columns_text!($key $($($key_column)+)?)
                    $(, ", ", $crate::backend::table::columns_text!($keys $($($keys_column)+)?))*
                    $(, ", ", $crate::backend::table::columns_text!($changed $($($changed_column)+)?))*
                    $(, ", ", $crate::backend::table::columns_text!($fixed $($($fixed_column)+)?))*
                    $(, ", ", $crate::backend::table::columns_text!($seen $($($seen_column)+)?))*
                )
            };
        }

        const TABLE: &str = $table;
        const KEY: $crate::backend::table::Fields = &[
            &$crate::backend::table::columns_of!($key $($($key_column)+)?),
            $(&$crate::backend::table::columns_of!($keys $($($keys_column)+)?),)*
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
            use $crate::backend::{column::InColumns, table::columns_of};
            Ok($record {
                $key: InColumns::read(row, columns_of!($key $($($key_column)+)?))?,
                $($keys: InColumns::read(row, columns_of!($keys $($($keys_column)+)?))?,)*
                $($changed: InColumns::read(row, columns_of!($changed $($($changed_column)+)?))?,)*
                $($fixed: InColumns::read(row, columns_of!($fixed $($($fixed_column)+)?))?,)*
                $($seen: InColumns::read(row, columns_of!($seen $($($seen_column)+)?))?,)*
            })
        }

        fn changed_values(
            values: Vec<$crate::backend::BoundValue>,
            $it: &$record,
        ) -> Result<Vec<$crate::backend::BoundValue>, $crate::StoreError> {
            let _: &$record = $it;
            $(let values = $crate::backend::table::bind(values, &$it.$changed)?;)*
            $($(let values = $crate::backend::table::bind_beside(values, $kept_value);)+)?
            Ok(values)
        }

        fn inserted_values(
            values: Vec<$crate::backend::BoundValue>,
            $it: &$record,
            $($more: $type),+
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
pub(crate) use insert;
pub(crate) use table;
pub(crate) use update;
