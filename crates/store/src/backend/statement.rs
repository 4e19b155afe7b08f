//! How SQL is written down: a name, and one text for both databases or one for each.

/// One SQL statement. Errors carry its name.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Statement {
    /// The same text for both databases, with `$1`, `$2`, … as placeholders.
    pub(crate) const fn shared(name: &'static str, text: &'static str) -> Self {
        Self { name, sqlite: text, postgres: text }
    }

    /// Two texts, SQLite's first, where the databases must differ.
    pub(crate) const fn per_backend(
        name: &'static str,
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Self {
        Self { name, sqlite, postgres }
    }
}

/// Declares a module's statements and the list `ALL`, which [`crate::registry`] gathers so that one test
/// prepares every statement against both databases.
macro_rules! statements {
    ($($name:ident = $kind:ident($($text:expr),+ $(,)?);)+) => {
        $(
            static $name: $crate::backend::Statement = $crate::backend::Statement::$kind(
                concat!(module_path!(), "::", stringify!($name)),
                $($text),+
            );
        )+
        pub(crate) static ALL: &[&$crate::backend::Statement] = &[$(&$name),+];
    };
}

pub(crate) use statements;
