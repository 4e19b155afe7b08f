//! The columns of the file, which are the fields of the form about one person, and how people head them.

use super::IMPORT_TEXT_LETTERS_MAX;
use crate::{
    certificate_text::CERTIFICATE_TEXT_LETTERS_MAX,
    form::{Field, fields},
    locale::Locale,
    user::Role,
};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// The most bytes of a heading that may be one of ours.
const COLUMN_NAME_BYTES_MAX: usize = 256;

fields! {
    /// What is entered about a person: a column of the file, a field of the form. In the order of the sample file.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub Column {
        /// Name as people write it.
        DisplayName = "display_name",
        /// Reading (よみ).
        Reading = "reading",
        /// Family name in roman letters.
        RomanFamilyName = "family_name",
        /// Given name in roman letters.
        RomanGivenName = "given_name",
        /// Login name.
        LoginName = "login_name",
        /// E-mail address.
        Email = "email",
        /// Group keys.
        Groups = "groups",
        /// Note.
        Note = "note",
        /// Role.
        Role = "role": Choice("role"),
        /// Language of mails.
        Locale = "locale": Choice("language"),
    }
}

impl Column {
    /// Headers that we understand beside the stable name: what the pages call it in both languages, and what
    /// people write, compared as [`folded`].
    fn headers(self) -> &'static [&'static str] {
        match self {
            Self::DisplayName => &["name", "氏名", "名前", "表示名"],
            Self::Reading => &["よみ", "よみがな", "ふりがな", "フリガナ"],
            Self::RomanFamilyName => &["roman_family_name", "姓(半角ローマ字)", "姓(ローマ字)", "ローマ字姓"],
            Self::RomanGivenName => &["roman_given_name", "名(半角ローマ字)", "名(ローマ字)", "ローマ字名"],
            Self::LoginName => &["login", "ログイン名", "ログインID"],
            Self::Email => &["mail", "e-mail", "e-mail_address", "メールアドレス", "メール"],
            Self::Groups => &["group", "グループ"],
            Self::Note => &["メモ", "備考"],
            Self::Role => &["役割", "権限"],
            Self::Locale => &["language", "language_of_e-mails", "メールの言語", "言語"],
        }
    }

    /// Must the file have it, and each row a value?
    pub fn required(self) -> bool {
        matches!(
            self,
            Self::DisplayName | Self::RomanFamilyName | Self::RomanGivenName | Self::LoginName | Self::Email
        )
    }

    /// The most letters of its value.
    pub(super) fn letters_max(self) -> usize {
        match self {
            Self::RomanFamilyName | Self::RomanGivenName => CERTIFICATE_TEXT_LETTERS_MAX,
            Self::DisplayName
            | Self::Reading
            | Self::LoginName
            | Self::Email
            | Self::Groups
            | Self::Note
            | Self::Role
            | Self::Locale => IMPORT_TEXT_LETTERS_MAX,
        }
    }

    pub(super) fn of_header(header: &str) -> Option<Self> {
        if header.len() > COLUMN_NAME_BYTES_MAX {
            return None;
        }
        let header = folded(header);
        HEADERS.iter().find(|(name, _)| *name == header).map(|(_, column)| *column)
    }
}

/// All that a column may be headed with, as [`folded`].
static HEADERS: LazyLock<Vec<(String, Column)>> = LazyLock::new(|| {
    let names = |column: Column| column.headers().iter().copied().chain([column.name()]);
    let all = Column::ALL.iter().flat_map(|column| names(*column).map(|name| (folded(name), *column)));
    all.collect()
});

/// A heading, or a word in a cell, without what people add to it: case, width, blanks, ends of lines, marks of what
/// must be there.
fn folded(heading: &str) -> String {
    let letters =
        heading.nfkc().filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '*' | '※'));
    let heading: String = letters.flat_map(char::to_lowercase).collect();
    ["(必須)", "[必須]", "【必須】", "(required)"]
        .into_iter()
        .fold(heading, |heading, mark| heading.replace(mark, ""))
}

/// A role by its stable name, or as pages and people call it in either language.
pub(super) fn parse_role(text: &str) -> Option<Role> {
    match folded(text).as_str() {
        "user" | "users" | "利用者" | "一般" | "一般利用者" | "ユーザー" | "ユーザ" => {
            Some(Role::User)
        }
        "administrator" | "administrators" | "admin" | "運用管理者" | "管理者" => {
            Some(Role::Administrator)
        }
        "auditor" | "auditors" | "監査者" => Some(Role::Auditor),
        _ => None,
    }
}

/// A language by its tag or its name in either language.
pub(super) fn parse_locale(text: &str) -> Option<Locale> {
    match folded(text).as_str() {
        "日本語" | "和文" | "japanese" => Some(Locale::Ja),
        "英語" | "英文" | "english" => Some(Locale::En),
        tag => Locale::from_tag(tag),
    }
}
