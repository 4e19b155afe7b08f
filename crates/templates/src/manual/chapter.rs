//! The contents of the manual: its chapters, their texts and their pictures.

use domain::locale::Locale;

/// Writes [`Chapter`] and its texts; `in English only` if there is no Japanese text.
macro_rules! chapters {
    ($($chapter:ident $file:literal $(ja $ja:literal)?,)*) => {
        /// A chapter of the manual: one file of `docs/{ja,en}`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is named after its file")]
        pub enum Chapter {
            $($chapter,)*
        }

        impl Chapter {
            /// All, in the order of the contents.
            pub const ALL: [Self; [$($file),*].len()] = [$(Self::$chapter,)*];

            /// Name of its file without the extension.
            pub(super) fn file(self) -> &'static str {
                match self {
                    $(Self::$chapter => $file,)*
                }
            }

            /// The existing texts of the chapter.
            pub(super) fn texts(self) -> Vec<Text> {
                match self {
                    $(Self::$chapter => vec![
                        Text {
                            chapter: self,
                            locale: Locale::En,
                            markdown: include_str!(concat!("../../../../docs/en/", $file, ".md")),
                        },
                        $(Text {
                            chapter: self,
                            locale: Locale::Ja,
                            markdown: include_str!(concat!("../../../../docs/ja/", $ja, ".md")),
                        },)?
                    ],)*
                }
            }
        }
    };
}

chapters! {
    Contents "README" ja "README",
    User "user" ja "user",
    Devices "devices" ja "devices",
    Administrator "administrator" ja "administrator",
    Years "years" ja "years",
    Operator "operator" ja "operator",
    Install "install" ja "install",
    Configuration "config" ja "config",
    Commands "cli",
    Applications "applications" ja "applications",
    Recipes "recipes" ja "recipes",
    Browsers "browsers" ja "browsers",
    Security "security" ja "security",
    Troubleshooting "troubleshooting" ja "troubleshooting",
    Benchmarks "benchmarks",
}

impl Chapter {
    /// The chapter with this last part of its address; `None` for any other.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|chapter| chapter.name() == name)
    }

    /// The last part of its address; empty for the list of contents.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Contents => "",
            other => other.file(),
        }
    }

    /// Its path on the public site.
    pub(super) fn address(self) -> String {
        format!("{}{}", super::FOLDER, self.name())
    }

    /// The chapter of a file's name such as `user.md`.
    pub(super) fn of_file(name: &str) -> Option<Self> {
        let file = name.strip_suffix(".md")?;
        Self::ALL.into_iter().find(|chapter| chapter.file() == file)
    }
}

/// A chapter in one language, as written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    pub(super) chapter: Chapter,
    pub(super) locale: Locale,
    pub(super) markdown: &'static str,
}

/// Writes the table of pictures; each language has its own.
macro_rules! pictures {
    ($($path:literal,)*) => {
        /// A picture of the manual, PNG or SVG; `path` as in the texts, without `pictures/`.
        pub fn picture(locale: Locale, path: &str) -> Option<&'static [u8]> {
            match (locale, path) {
                $(
                    (Locale::Ja, $path) => Some(include_bytes!(concat!("../../../../docs/ja/pictures/", $path))),
                    (Locale::En, $path) => Some(include_bytes!(concat!("../../../../docs/en/pictures/", $path))),
                )*
                (Locale::Ja, "drawings/years.svg") => Some(include_bytes!("../../../../docs/ja/drawings/years.svg")),
                (Locale::En, "drawings/years.svg") => Some(include_bytes!("../../../../docs/en/drawings/years.svg")),
                _ => None,
            }
        }
    };
}

pictures! {
    "company/application.png",
    "company/colleague-devices.png",
    "company/colleague-proof.png",
    "company/desk-user.png",
    "company/desk-users.png",
    "company/pickup-ready.png",
    "company/pickup.png",
    "company/proof.png",
    "company/sheet.png",
    "console/tenants.png",
    "csv-import/verdict.png",
    "remembered-choice/retry-without-certificate.png",
}
