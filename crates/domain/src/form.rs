//! A form, for every door: the text and the errors of each field. A form is read once into a value, and shown
//! again as typed.
//!
//! A form's fields are one enum, declared by [`fields!`]. A new field needs a row there, its reading beside
//! the others, its label `field-NAME` in both languages, and its place in the page.
//!
//! **Invariant:** the text of a secret field is wiped when the form is dropped, appears in no `Debug`, and is
//! never shown again.

mod reading;

pub(crate) use reading::{Noted, Reading};

use crate::{refusal::Refusal, secret::Secret};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{collections::BTreeMap, fmt};

/// The kind of a field, which decides how it is sent and shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A text.
    Text,
    /// A box, `yes` or `no`. A page sends nothing for an empty box.
    Tick,
    /// One of several values. The key of a value's text has this prefix, such as `role`.
    Choice(&'static str),
    /// A password or another secret.
    Secret,
}

/// A field of a form.
pub trait Field: fmt::Debug + Copy + Ord + 'static {
    /// All fields of the form.
    const ALL: &'static [Self];

    /// The stable name, in pages and in files.
    fn name(self) -> &'static str;

    /// The field's kind.
    fn kind(self) -> FieldKind;

    /// Whether the field's text is never shown again.
    fn is_secret(self) -> bool {
        self.kind() == FieldKind::Secret
    }
}

/// Declares the fields of a form: `Field = "name"` for a text, `Field = "name": KIND` for another [`FieldKind`].
macro_rules! fields {
    ($(#[$about:meta])* $vis:vis $form:ident { $($(#[$doc:meta])* $field:ident = $name:literal $(: $kind:expr)?,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $form {
            $($(#[$doc])* $field,)*
        }

        impl $crate::form::Field for $form {
            const ALL: &'static [Self] = &[$(Self::$field,)*];

            fn name(self) -> &'static str {
                match self {
                    $(Self::$field => $name,)*
                }
            }

            fn kind(self) -> $crate::form::FieldKind {
                #[allow(unused_imports, reason = "a form may have nothing but texts")]
                use $crate::form::FieldKind::*;
                #[allow(clippy::match_same_arms, reason = "one arm a field")]
                match self {
                    $(Self::$field => $crate::form::fields!(@kind $($kind)?),)*
                }
            }
        }
    };
    (@kind) => { Text };
    (@kind $kind:expr) => { $kind };
}
pub(crate) use fields;

/// The typed text of each field, and the errors. A field that the form does not ask for is absent.
#[derive(Clone, PartialEq, Eq)]
pub struct Form<F: Ord> {
    typed: BTreeMap<F, Secret<String>>,
    errors: Vec<Refusal>,
}

impl<F: Field> Form<F> {
    /// The form with this text in one field.
    #[must_use]
    pub fn with(mut self, field: F, text: impl Into<String>) -> Self {
        self.set(field, text);
        self
    }

    /// The form with this text in one field; unchanged for `None`.
    #[must_use]
    pub fn with_optional(self, field: F, text: Option<impl Into<String>>) -> Self {
        match text {
            Some(text) => self.with(field, text),
            None => self,
        }
    }

    /// The form with a box ticked or not.
    #[must_use]
    pub fn with_tick(self, field: F, ticked: bool) -> Self {
        self.with(field, if ticked { "yes" } else { "no" })
    }

    /// The form with every entered field in place of the former one.
    #[must_use]
    pub fn overlaid(mut self, mut entered: Self) -> Self {
        self.typed.append(&mut entered.typed);
        self
    }

    /// Sets the text of one field.
    pub fn set(&mut self, field: F, text: impl Into<String>) {
        self.typed.insert(field, Secret::new(text.into()));
    }

    /// Whether the form has the field.
    pub fn has(&self, field: F) -> bool {
        self.typed.contains_key(&field)
    }

    /// The typed text, to be shown again; empty for a secret and for an empty field.
    pub fn shown(&self, field: F) -> &str {
        if field.is_secret() { "" } else { self.exposed(field) }
    }

    /// The typed text, without blanks around it; empty for a secret and for an empty field.
    pub fn text(&self, field: F) -> &str {
        self.shown(field).trim()
    }

    /// Whether the box is ticked.
    pub fn is_ticked(&self, field: F) -> bool {
        self.text(field) == "yes"
    }

    /// The typed text, also of a secret, for the one place that needs it; empty for an empty field.
    pub fn exposed(&self, field: F) -> &str {
        self.typed.get(&field).map_or("", |text| text.expose())
    }

    /// The form with these errors.
    #[must_use]
    pub fn refused(mut self, errors: Vec<Refusal>) -> Self {
        self.errors = errors;
        self
    }

    /// The errors, each at its field or about the whole form.
    pub fn errors(&self) -> &[Refusal] {
        &self.errors
    }

    /// All texts that may be shown again.
    fn all_shown(&self) -> impl Iterator<Item = (F, &str)> {
        let shown = self.typed.iter().filter(|(field, _)| !field.is_secret());
        shown.map(|(field, text)| (*field, text.expose().as_str()))
    }

    /// Changes each text in place.
    pub(crate) fn map(self, change: impl Fn(&mut String)) -> Self {
        let changed = self.typed.into_iter().map(|(field, text)| {
            let mut text = text.expose().clone();
            change(&mut text);
            (field, Secret::new(text))
        });
        Self { typed: changed.collect(), errors: self.errors }
    }
}

impl<F: Ord> Default for Form<F> {
    fn default() -> Self {
        Self { typed: BTreeMap::new(), errors: Vec::new() }
    }
}

impl<F: Field> fmt::Debug for Form<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.all_shown()).finish()
    }
}

impl<F: Field + Serialize> Serialize for Form<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.all_shown())
    }
}

impl<'de, F: Field + Deserialize<'de>> Deserialize<'de> for Form<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { typed: BTreeMap::deserialize(deserializer)?, errors: Vec::new() })
    }
}

#[cfg(test)]
mod tests;
