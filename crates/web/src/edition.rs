//! Which state of a record a form was begun on, so that a save on an older one is told instead of overwriting what
//! somebody else saved meanwhile.
//!
//! A form carries the name of what its fields showed. The act compares it with the record under its lock; a form that
//! carries none, as a program's, takes the record as it is.

use crate::form_fields::FormFields;
use std::{
    fmt::Debug,
    hash::{DefaultHasher, Hash, Hasher},
};

/// The form's hidden field.
const FIELD: &str = "begun_on";

/// The name of a state: what the form's fields show of it. Another release may name it differently, which costs one
/// look at what is on record.
pub(crate) fn edition(shown: &impl Debug) -> String {
    let mut hasher = DefaultHasher::new();
    format!("{shown:?}").hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Was the form begun on this state?
pub(crate) fn begun_on(form: &FormFields, shown: &impl Debug) -> bool {
    let named = form.text(FIELD);
    named.is_empty() || named == edition(shown)
}
