//! All refusals, each with one stable code. Programs read the code, support asks for it, and the manual and
//! `/problems/CODE` of the public site explain it.
//!
//! A room's error [`Refuses`]: each of its variants has a row of the table (`refusal/table.rs`). A page, a
//! problem document (RFC 9457), a sentence of the command line and its exit status all come from the
//! [`Refusal`].
//!
//! **Invariant:** a code is never renamed and never goes away; `refusal/codes.txt` lists all, and a test
//! compares.

mod family;
mod table;
mod value;

pub use family::Family;
pub use table::{Code, Problem};
pub use value::{LastDay, OnRecord, Value};

use serde::{Serialize, Serializer, ser::SerializeMap};

/// One refusal, at a field (its form name) or about the whole form or act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The form field's name; `None` for the whole form or act.
    pub field: Option<&'static str>,
    /// The refused thing, with its values.
    pub problem: Problem,
}

impl Refusal {
    /// A refusal at the field of that name.
    pub fn at(field: &'static str, problem: impl Into<Problem>) -> Self {
        Self { field: Some(field), problem: problem.into() }
    }

    /// A refusal that belongs to no single field.
    pub fn whole(problem: impl Into<Problem>) -> Self {
        Self { field: None, problem: problem.into() }
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.problem.code()
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::whole(problem)
    }
}

/// `{"code": …, "field": …, "values": {…}}`; field and values only where there are any.
impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values = self.problem.values();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &self.code())?;
        if let Some(field) = self.field {
            map.serialize_entry("field", field)?;
        }
        if !values.is_empty() {
            map.serialize_entry("values", &Values(&values))?;
        }
        map.end()
    }
}

struct Values<'a>(&'a [(&'static str, Value)]);

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// An error that is a refusal, or several at different fields.
///
/// An implementation names every variant, so that a new one does not compile without its code.
pub trait Refuses {
    /// All refusals of the error; never empty.
    fn refusals(&self) -> Vec<Refusal>;

    /// The code of the first refusal, from which HTTP status and exit status follow.
    fn code(&self) -> Code {
        self.refusals().first().map_or(Code::Internal, Refusal::code)
    }
}

impl Refuses for Refusal {
    fn refusals(&self) -> Vec<Refusal> {
        vec![self.clone()]
    }
}

/// A limit or a line's number in the type of a refusal's values.
pub fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Declares errors that are one refusal each.
macro_rules! one_refusal {
    ($($error:ty),* $(,)?) => {$(
        impl Refuses for $error {
            fn refusals(&self) -> Vec<Refusal> {
                vec![Refusal::whole(self.clone())]
            }
        }
    )*};
}

one_refusal!(
    Problem,
    crate::attempts::TooManyAttempts,
    crate::conduct::ConductError,
    crate::email::EmailError,
    crate::grant::Forbidden,
    crate::rejection::RejectionReasonError,
    crate::slug::SlugError,
    crate::upstream::HeaderMappingError,
    crate::upstream::UpstreamAddressError,
);

impl Problem {
    /// The refusal of a text with more than `max` letters.
    pub fn too_long(max: usize) -> Self {
        Self::TooLong { max: number(max) }
    }
}

#[cfg(test)]
mod tests;
