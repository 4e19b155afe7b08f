//! The values in a refusal's texts.

use crate::{form::Field, import::Column};
use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// One value, before it is written in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Number(u32),
    /// One letter.
    Letter(char),
    /// A text as typed or stored.
    Text(String),
    /// A point in time.
    Moment(Timestamp),
    /// The end of a contract.
    LastDay(LastDay),
    /// A column of an import's file.
    Column(Column),
    /// A value on record.
    OnRecord(OnRecord),
}

/// The end of a contract; texts name the day before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastDay(pub Timestamp);

/// A value on record, where the person typed another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnRecord {
    /// A text; empty for none.
    Text(String),
    /// The value of a choice.
    Choice {
        /// The prefix of the keys of the choices' labels, such as `role`.
        choices: &'static str,
        /// The choice's value.
        value: String,
    },
}

/// Letters and numbers unchanged, points in time as in RFC 3339, columns and choices by their stable names.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_u32(*number),
            Self::Letter(letter) => serializer.serialize_char(*letter),
            Self::Text(text)
            | Self::OnRecord(OnRecord::Text(text) | OnRecord::Choice { value: text, .. }) => {
                serializer.serialize_str(text)
            }
            Self::Moment(at) | Self::LastDay(LastDay(at)) => serializer.collect_str(at),
            Self::Column(column) => serializer.serialize_str(column.name()),
        }
    }
}

/// Converts into a [`Value`]; `None` for an unknown value.
pub(super) trait Valued {
    fn valued(&self) -> Option<Value>;
}

/// Implements [`Valued`] for each type that the table of refusals names.
macro_rules! valued {
    ($($kind:ty => $value:ident),* $(,)?) => {$(
        impl Valued for $kind {
            fn valued(&self) -> Option<Value> {
                Some(Value::$value(self.clone()))
            }
        }
    )*};
}

valued! {
    u32 => Number,
    char => Letter,
    String => Text,
    Timestamp => Moment,
    LastDay => LastDay,
    Column => Column,
    OnRecord => OnRecord,
}

impl<T: Valued> Valued for Option<T> {
    fn valued(&self) -> Option<Value> {
        self.as_ref().and_then(Valued::valued)
    }
}
