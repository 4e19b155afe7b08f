//! A form, at whichever door: what was typed into each field, and what is wrong with it. It is read once into a value,
//! and shown again as it was typed.
//!
//! A form's fields are one enum, declared by [`fields!`]. Adding a field means: a row there, its reading beside the
//! others, its label `field-NAME` in both languages, its place in the page.
//!
//! **Invariant:** what was typed into a secret field is wiped when the form is dropped, stands in no `Debug`, and is
//! never shown again.

mod reading;

pub(crate) use reading::{Noted, Reading};

use crate::{refusal::Refusal, secret::Secret};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{collections::BTreeMap, fmt};

/// What a field holds, and so how it is sent and shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A text.
    Text,
    /// A box, `yes` or `no`. A page sends nothing for a box that is not ticked.
    Tick,
    /// One of several values. The text that names a value has this prefix, such as `role`.
    Choice(&'static str),
    /// A password or the like.
    Secret,
}

/// A field of a form.
pub trait Field: fmt::Debug + Copy + Ord + 'static {
    /// All fields of the form.
    const ALL: &'static [Self];

    /// The stable name, in pages and in files.
    fn name(self) -> &'static str;

    /// What it holds.
    fn kind(self) -> FieldKind;

    /// Is it never shown again?
    fn is_secret(self) -> bool {
        self.kind() == FieldKind::Secret
    }
}

/// Declares the fields of a form: `Field = "name"`, for a text; `Field = "name": KIND`, for another [`FieldKind`].
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

/// What was typed, field by field, and what is wrong. A field that was not asked for is absent.
#[derive(Clone, PartialEq, Eq)]
pub struct Form<F: Ord> {
    typed: BTreeMap<F, Secret<String>>,
    errors: Vec<Refusal>,
}

impl<F: Field> Form<F> {
    /// The same with this text in one field.
    #[must_use]
    pub fn with(mut self, field: F, text: impl Into<String>) -> Self {
        self.set(field, text);
        self
    }

    /// The same with this text in one field, unless nothing was said about it.
    #[must_use]
    pub fn with_optional(self, field: F, text: Option<impl Into<String>>) -> Self {
        match text {
            Some(text) => self.with(field, text),
            None => self,
        }
    }

    /// The same with a box ticked or not.
    #[must_use]
    pub fn with_tick(self, field: F, ticked: bool) -> Self {
        self.with(field, if ticked { "yes" } else { "no" })
    }

    /// The same with all that was entered in its place.
    #[must_use]
    pub fn overlaid(mut self, mut entered: Self) -> Self {
        self.typed.append(&mut entered.typed);
        self
    }

    /// Puts a text into one field.
    pub fn set(&mut self, field: F, text: impl Into<String>) {
        self.typed.insert(field, Secret::new(text.into()));
    }

    /// Was the field asked for?
    pub fn has(&self, field: F) -> bool {
        self.typed.contains_key(&field)
    }

    /// What was typed, to be shown again; empty for a secret and where nothing was typed.
    pub fn shown(&self, field: F) -> &str {
        if field.is_secret() { "" } else { self.exposed(field) }
    }

    /// What was typed, without blanks around it; empty for a secret and where nothing was typed.
    pub fn text(&self, field: F) -> &str {
        self.shown(field).trim()
    }

    /// Was the box ticked?
    pub fn is_ticked(&self, field: F) -> bool {
        self.text(field) == "yes"
    }

    /// What was typed, a secret too, for the one place that needs it; empty where nothing was typed.
    pub fn exposed(&self, field: F) -> &str {
        self.typed.get(&field).map_or("", |text| text.expose())
    }

    /// The same, refused: this is wrong with it.
    #[must_use]
    pub fn refused(mut self, errors: Vec<Refusal>) -> Self {
        self.errors = errors;
        self
    }

    /// What is wrong, each at its field or with the form as a whole.
    pub fn errors(&self) -> &[Refusal] {
        &self.errors
    }

    /// All that may be shown again.
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
