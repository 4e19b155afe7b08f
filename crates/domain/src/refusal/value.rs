//! The values that a refusal's texts mention.

use crate::{form::Field, import::Column};
use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// One value, before it is spelled in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Number(u32),
    /// One letter.
    Letter(char),
    /// A text as it was typed or kept.
    Text(String),
    /// A point in time.
    Moment(Timestamp),
    /// The end of a contract.
    LastDay(LastDay),
    /// A column of an import's file.
    Column(Column),
    /// What a record holds.
    OnRecord(OnRecord),
}

/// The end of a contract, of which texts name the day before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastDay(pub Timestamp);

/// What a record holds where something else was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnRecord {
    /// A text; empty for none.
    Text(String),
    /// The value of a choice.
    Choice {
        /// What the keys of the choices' labels begin with, such as `role`.
        choices: &'static str,
        /// The choice's value.
        value: String,
    },
}

/// Letters and numbers as they are, points in time as in RFC 3339, columns and choices by their stable names.
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

/// Becomes a [`Value`]; `None` for what is not known.
pub(super) trait Valued {
    fn valued(&self) -> Option<Value>;
}

/// Writes [`Valued`] for each type that the table of refusals names.
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
