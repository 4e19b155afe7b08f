//! How SQL is written down: a name, and one text for both databases or one for each.

/// One SQL statement of ours. The name goes into errors.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Statement {
    /// The same text for both, with `$1`, `$2`, … as places.
    pub(crate) const fn shared(name: &'static str, text: &'static str) -> Self {
        Self { name, sqlite: text, postgres: text }
    }

    /// A text for each, SQLite's first, where the two must differ.
    pub(crate) const fn per_backend(
        name: &'static str,
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Self {
        Self { name, sqlite, postgres }
    }
}

/// Declares a module's statements and, as `ALL`, the list that [`crate::registry`] gathers, so that
/// none escapes the test that prepares every one against both databases.
macro_rules! statements {
    ($($name:ident = $kind:ident($($text:expr),+ $(,)?);)+) => {
        $(
            static $name: $crate::backend::Statement = $crate::backend::Statement::$kind(
                concat!(module_path!(), "::", stringify!($name)),
                $($text),+
            );
        )+
        /// Every statement of this module.
        pub(crate) static ALL: &[&$crate::backend::Statement] = &[$(&$name),+];
    };
}

pub(crate) use statements;
