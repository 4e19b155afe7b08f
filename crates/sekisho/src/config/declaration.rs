//! The form in which [`super::keys`] declares a key, and what follows from it: a field, its reading from the file and its
//! entry in the manual.
//!
//! ```text
//! field: Type {                 the field of the struct; its doc line is `en`
//!     key: "section.name",
//!     absent: required          a file without it is refused
//!           | means(VALUE)      the default, as one would write it
//!           | taken_from(FN)    FN makes it of other keys
//!           | unset,            None; the field is an Option
//!     form: FORM,               how a value is read and checked: a function of `forms`
//!     unit: "…", example: "…",  for the manual; an example only where there is no default
//!     en: "…", ja: "…",         its line there
//! },
//! field: Type,                  settings of their own, with keys of their own
//! ```
//!
//! Settings that another crate defines are declared by `other_settings!`: fields, types and defaults stand there.

use super::{
    file::Source,
    forms::KeyForm,
    key::{Absent, Declared, Key, KeyValue, Kind},
};

/// Settings that are read key by key.
pub(crate) trait Settings: Sized {
    fn ask(answers: &mut impl KeyAnswers) -> Result<Self, NotedMistake>;
}

/// There is no value, and its mistake is noted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NotedMistake;

/// The source of the values; it has one method for each word of a declaration.
pub(crate) trait KeyAnswers {
    fn required<T>(&mut self, key: Key, form: KeyForm<T>) -> Result<T, NotedMistake>;
    fn means<T>(
        &mut self,
        key: Key,
        form: KeyForm<T>,
        default: impl Into<KeyValue<'static>>,
    ) -> Result<T, NotedMistake>;
    fn taken_from<T>(&mut self, key: Key, form: KeyForm<T>, source: Source) -> Result<T, NotedMistake>;
    fn unset<T>(&mut self, key: Key, form: KeyForm<T>) -> Result<Option<T>, NotedMistake>;
    /// The tables of a list, at least one.
    fn tables<T: Settings>(&mut self, key: Key) -> Result<Vec<T>, NotedMistake>;
}

/// The keys of these settings, in the order of the declaration.
pub(crate) fn keys_of<T: Settings>() -> Vec<Declared> {
    let mut list = List(Vec::new());
    _ = T::ask(&mut list);
    list.0
}

/// Gives no values, and keeps the keys.
struct List(Vec<Declared>);

impl List {
    fn note<T>(&mut self, key: Key, kind: Kind, absent: Absent) -> Result<T, NotedMistake> {
        self.0.push(Declared { key, kind, absent });
        Err(NotedMistake)
    }
}

impl KeyAnswers for List {
    fn required<T>(&mut self, key: Key, form: KeyForm<T>) -> Result<T, NotedMistake> {
        self.note(key, form.kind(), Absent::Refused)
    }

    fn means<T>(
        &mut self,
        key: Key,
        form: KeyForm<T>,
        default: impl Into<KeyValue<'static>>,
    ) -> Result<T, NotedMistake> {
        self.note(key, form.kind(), Absent::Means(default.into()))
    }

    fn taken_from<T>(&mut self, key: Key, form: KeyForm<T>, _: Source) -> Result<T, NotedMistake> {
        self.note(key, form.kind(), Absent::Unset)
    }

    fn unset<T>(&mut self, key: Key, form: KeyForm<T>) -> Result<Option<T>, NotedMistake> {
        self.note(key, form.kind(), Absent::Unset)
    }

    fn tables<T: Settings>(&mut self, key: Key) -> Result<Vec<T>, NotedMistake> {
        self.0.push(Declared { key, kind: Kind::Tables, absent: Absent::Refused });
        T::ask(self).map(|settings| vec![settings])
    }
}

macro_rules! settings {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $(
                $(#[$field_meta:meta])*
                $field:ident: $type:ty $({
                    key: $key:literal, absent: $absent:ident $(($with:expr))?, form: $form:expr,
                    unit: $unit:literal, $(example: $example:literal,)? en: $en:literal, ja: $ja:literal,
                })?
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $name {
            $($(#[$field_meta])* $(#[doc = $en])? pub $field: $type,)*
        }

        impl Settings for $name {
            fn ask(answers: &mut impl KeyAnswers) -> Result<Self, NotedMistake> {
                $(let $field = answer!(
                    answers, $type $(, $absent, key!($key, $unit, [$($example)?], $en, $ja), $form $(, $with)?)?
                );)*
                Ok(Self { $($field: $field?),* })
            }
        }
    };
}

macro_rules! other_settings {
    (
        $name:path {
            $(
                $field:ident {
                    key: $key:literal, form: $form:expr, unit: $unit:literal, en: $en:literal, ja: $ja:literal,
                }
            ),* $(,)?
        }
    ) => {
        impl Settings for $name {
            fn ask(answers: &mut impl KeyAnswers) -> Result<Self, NotedMistake> {
                let mut settings = <$name>::default();
                $(let $field = answers.means(key!($key, $unit, [], $en, $ja), $form, settings.$field);)*
                $(settings.$field = $field?;)*
                Ok(settings)
            }
        }
    };
}

macro_rules! answer {
    ($answers:ident, $type:ty) => { <$type as Settings>::ask($answers) };
    ($answers:ident, $type:ty, $absent:ident, $($argument:expr),*) => { $answers.$absent($($argument),*) };
}

macro_rules! key {
    ($path:literal, $unit:literal, [], $en:literal, $ja:literal) => {
        Key { path: $path, unit: $unit, example: None, en: $en, ja: $ja }
    };
    ($path:literal, $unit:literal, [$example:literal], $en:literal, $ja:literal) => {
        Key { path: $path, unit: $unit, example: Some($example), en: $en, ja: $ja }
    };
}

pub(super) use {answer, key, other_settings, settings};
