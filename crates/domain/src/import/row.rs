//! One row of the file, or the form about one person: what is entered, and the person that comes of it.

use super::IMPORT_TEXT_LETTERS_MAX;
use crate::{
    certificate_text::{CERTIFICATE_TEXT_LETTERS_MAX, CertificateText, CertificateTextError, RomanName},
    csv_cell,
    email::{EmailAddress, EmailError},
    form::{Field, FieldKind, Form, fields},
    letters,
    locale::Locale,
    login_name::{LoginName, LoginNameError},
    name_rules::NameRules,
    one_line::{one_line, shown},
    refusal::{OnRecord, Problem, Refusal},
    user::{GroupKey, Role, User},
};
use serde::{Deserialize, Serialize};
use std::fmt;
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
    fn letters_max(self) -> usize {
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
        let is_meant = |name: &str| folded(name) == header;
        Self::ALL
            .iter()
            .copied()
            .find(|column| is_meant(column.name()) || column.headers().iter().any(|name| is_meant(name)))
    }
}

/// A heading without what people add to it: case, width, blanks, ends of lines, marks of what must be there.
fn folded(heading: &str) -> String {
    let letters =
        heading.nfkc().filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '*' | '※'));
    let heading: String = letters.flat_map(char::to_lowercase).collect();
    ["(必須)", "[必須]", "【必須】", "(required)"]
        .into_iter()
        .fold(heading, |heading, mark| heading.replace(mark, ""))
}

/// Columns of a person's name as others read it.
const NAMES: [Column; 4] =
    [Column::DisplayName, Column::Reading, Column::RomanFamilyName, Column::RomanGivenName];

/// What is wrong with one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellError {
    /// A required value is missing.
    Missing,
    /// A letter that cannot stand in a certificate.
    CertificateLetter(char),
    /// A name that a spreadsheet would run as a formula.
    Formula,
    /// A letter in a name that stands where another one was lost.
    Damaged(char),
    /// A letter in a name that nobody can see.
    Unseen(char),
    /// More letters than fit.
    TooLong,
    /// No e-mail address.
    Email,
    /// No login name.
    LoginName,
    /// No group key; names the part.
    Group(String),
    /// No role.
    Role,
    /// No language.
    Locale,
    /// The same value stands in an earlier line of the file.
    DoubledInFile {
        /// The earlier line, 1-based.
        line: u32,
    },
    /// Another user of the tenant has it already.
    Taken,
    /// The record was changed after the file was judged.
    Moved {
        /// What it says now; may be empty.
        on_record: String,
    },
    /// The tenant would be left without an administrator who may pass.
    LastAdministrator,
    /// Not of the form that the operator has set for the tenant: ends in none of these.
    Unfit {
        /// The login names' suffix, or the domains.
        ends: Vec<String>,
    },
}

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::CertificateLetter(letter) => {
                write!(f, "{letter:?} cannot stand in a certificate; use plain letters")
            }
            Self::Formula => f.write_str("begins with = + - or @, as a formula does"),
            Self::TooLong => f.write_str("is too long"),
            Self::Email => f.write_str("is no e-mail address"),
            Self::LoginName => f.write_str("is no login name"),
            Self::Group(group) => write!(f, "{group:?} is no group key"),
            Self::Role => f.write_str("expected user, administrator or auditor"),
            Self::Locale => f.write_str("expected ja or en"),
            Self::DoubledInFile { line } => write!(f, "stands in line {line}, too"),
            Self::Unfit { ends } => write!(f, "must end in {}", ends.join(" or ")),
            Self::Damaged(letter) => {
                write!(f, "{letter:?} stands where a letter was lost; save the file as CSV UTF-8 once more")
            }
            Self::Unseen(letter) => {
                write!(f, "has the invisible letter U+{:04X}; type it anew", u32::from(*letter))
            }
            Self::Taken => f.write_str("belongs to another user"),
            Self::Moved { on_record } => write!(f, "was changed meanwhile; on record now: {on_record:?}"),
            Self::LastAdministrator => f.write_str("this is the last administrator; make another one first"),
        }
    }
}

/// A cell that is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// Where.
    pub column: Column,
    /// What.
    pub error: CellError,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.column.name(), self.error)
    }
}

/// All that is wrong with a row, by column, in one line.
pub fn listed(errors: &[RowError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl RowError {
    fn problem(&self, typed: &str) -> Problem {
        match &self.error {
            CellError::Missing => Problem::Required,
            CellError::CertificateLetter(letter) => {
                Problem::CertificateLetter { letter: *letter, typed: typed.to_owned() }
            }
            CellError::Formula => Problem::NameIsFormula,
            CellError::Damaged(letter) => Problem::NameDamaged { letter: shown(letter.to_string().as_str()) },
            CellError::Unseen(letter) => {
                Problem::NameUnseen { letter: format!("U+{:04X}", u32::from(*letter)) }
            }
            CellError::TooLong => Problem::too_long(self.column.letters_max()),
            CellError::Email if !typed.is_ascii() => Problem::EmailNotAscii,
            CellError::Email => Problem::EmailMalformed,
            CellError::LoginName => Problem::LoginNameMalformed,
            CellError::Group(group) => Problem::GroupMalformed { group: group.clone() },
            CellError::Role => Problem::RoleUnknown,
            CellError::Locale => Problem::LanguageUnknown,
            CellError::DoubledInFile { line } => Problem::DoubledInFile { line: *line },
            CellError::Taken if self.column == Column::Email => Problem::EmailTaken,
            CellError::Taken => Problem::LoginNameTaken,
            CellError::Moved { on_record } => Problem::ChangedMeanwhile {
                on_record: Some(match self.column.kind() {
                    FieldKind::Choice(choices) => OnRecord::Choice { choices, value: on_record.clone() },
                    FieldKind::Text | FieldKind::Tick | FieldKind::Secret => {
                        OnRecord::Text(on_record.clone())
                    }
                }),
            },
            CellError::LastAdministrator => Problem::LastAdministrator,
            CellError::Unfit { ends } if self.column == Column::Email => {
                Problem::EmailElsewhere { domains: ends.join(", ") }
            }
            CellError::Unfit { ends } => Problem::LoginSuffixMissing { suffix: ends.join(", ") },
        }
    }
}

/// A row that can become a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// Name as people write it.
    pub display_name: String,
    /// Reading, may be empty.
    pub reading: String,
    /// Name for the certificate.
    pub roman_name: RomanName,
    /// Login name.
    pub login_name: LoginName,
    /// Address.
    pub email: EmailAddress,
    /// Groups.
    pub groups: Vec<GroupKey>,
    /// Note.
    pub note: String,
    /// Role; `None`: an ordinary user's, or the one on record.
    pub role: Option<Role>,
    /// Language of mails; `None`: the tenant's, or the one on record.
    pub locale: Option<Locale>,
}

/// What was typed for one person, cell by cell: a row of a file, or the form "add a user".
pub type Cells = Form<Column>;

impl Form<Column> {
    /// The cells of a good row.
    pub fn of(user: &NewUser) -> Self {
        let groups: Vec<&str> = user.groups.iter().map(GroupKey::as_str).collect();
        Self::default()
            .with(Column::DisplayName, &user.display_name)
            .with(Column::Reading, &user.reading)
            .with(Column::RomanFamilyName, user.roman_name.family.as_str())
            .with(Column::RomanGivenName, user.roman_name.given.as_str())
            .with(Column::LoginName, user.login_name.as_str())
            .with(Column::Email, user.email.as_str())
            .with(Column::Groups, groups.join(","))
            .with(Column::Note, &user.note)
            .with(Column::Role, user.role.map_or("", Role::name))
            .with(Column::Locale, user.locale.map_or("", Locale::tag))
    }

    /// What is on record about a person, to be changed.
    pub fn of_user(user: &User) -> Self {
        let (family, given) = match &user.roman_name {
            Some(name) => (name.family.as_str(), name.given.as_str()),
            None => ("", ""),
        };
        let groups: Vec<&str> = user.groups.iter().map(GroupKey::as_str).collect();
        Self::default()
            .with(Column::DisplayName, &user.display_name)
            .with(Column::Reading, &user.reading)
            .with(Column::RomanFamilyName, family)
            .with(Column::RomanGivenName, given)
            .with(Column::LoginName, user.login_name.as_str())
            .with(Column::Email, user.email.as_str())
            .with(Column::Groups, groups.join(", "))
            .with(Column::Note, &user.note)
            .with(Column::Role, user.role.name())
            .with(Column::Locale, user.locale.tag())
    }

    /// The same, every longer cell cut to [`IMPORT_TEXT_LETTERS_MAX`] letters and a `…`: enough to
    /// recognise it, and still too long.
    pub(super) fn shortened(self) -> Self {
        self.map(shorten)
    }

    /// The refusals of these errors, each at its column's field, for what was typed there.
    pub fn refusals(&self, errors: &[RowError]) -> Vec<Refusal> {
        let at = |error: &RowError| Refusal::at(error.column.name(), error.problem(self.text(error.column)));
        errors.iter().map(at).collect()
    }

    /// Judges the cells: a new user, or everything that is wrong with them.
    pub fn judge(&self) -> Result<NewUser, Vec<RowError>> {
        let mut errors = Vec::new();
        let mut fail = |column, error| errors.push(RowError { column, error });
        for column in Column::ALL.iter().copied().filter(|column| column.required()) {
            if one_line(self.text(column)).is_empty() {
                fail(column, CellError::Missing);
            }
        }
        for column in [Column::DisplayName, Column::Reading, Column::Note] {
            if self.text(column).chars().count() > IMPORT_TEXT_LETTERS_MAX {
                fail(column, CellError::TooLong);
            }
        }
        for column in NAMES {
            if let Some(flaw) = flaw_of_name(self.text(column)) {
                fail(column, flaw);
            }
        }
        let mut roman = |column| match CertificateText::parse(self.text(column)) {
            Ok(text) => Some(text),
            Err(CertificateTextError::Empty) => None,
            Err(CertificateTextError::Letter(_)) if flaw_of_name(self.text(column)).is_some() => None,
            Err(CertificateTextError::Letter(letter)) => {
                fail(column, CellError::CertificateLetter(letter));
                None
            }
            Err(CertificateTextError::TooLong) => {
                fail(column, CellError::TooLong);
                None
            }
        };
        let family = roman(Column::RomanFamilyName);
        let given = roman(Column::RomanGivenName);
        let email = EmailAddress::parse(self.text(Column::Email));
        if matches!(email, Err(EmailError::NotAscii | EmailError::Malformed)) {
            fail(Column::Email, CellError::Email);
        }
        let login_name = LoginName::parse(self.text(Column::LoginName));
        if login_name == Err(LoginNameError::Malformed) {
            fail(Column::LoginName, CellError::LoginName);
        }
        let groups = GroupKey::parse_list(self.text(Column::Groups));
        if let Err(part) = &groups {
            let mut part = part.clone();
            shorten(&mut part);
            fail(Column::Groups, CellError::Group(part));
        }
        let role = match self.text(Column::Role) {
            "" => Some(None),
            text => parse_role(text).map(Some),
        };
        if role.is_none() {
            fail(Column::Role, CellError::Role);
        }
        let locale = match self.text(Column::Locale).trim() {
            "" => Some(None),
            text => parse_locale(text).map(Some),
        };
        if locale.is_none() {
            fail(Column::Locale, CellError::Locale);
        }
        match (family, given, email, login_name, groups, role, locale) {
            (Some(family), Some(given), Ok(email), Ok(login_name), Ok(groups), Some(role), Some(locale))
                if errors.is_empty() =>
            {
                Ok(NewUser {
                    display_name: one_line(self.text(Column::DisplayName)),
                    reading: one_line(self.text(Column::Reading)),
                    roman_name: RomanName { family, given },
                    login_name,
                    email,
                    groups,
                    note: self.text(Column::Note).to_owned(),
                    role,
                    locale,
                })
            }
            _ => Err(errors),
        }
    }
}

/// What a name cannot have, in whatever writing.
fn flaw_of_name(name: &str) -> Option<CellError> {
    let damaged = letters::damaged_in_name(name).map(CellError::Damaged);
    let unseen = || letters::unseen_in_name(name).map(CellError::Unseen);
    damaged.or_else(unseen).or_else(|| csv_cell::is_formula(name).then_some(CellError::Formula))
}

fn shorten(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(IMPORT_TEXT_LETTERS_MAX) {
        text.truncate(end);
        text.push('…');
    }
}

/// What of a person's names does not fit the tenant's rules. What is on record already goes on.
pub fn unfit(
    rules: &NameRules,
    login_name: &LoginName,
    email: &EmailAddress,
    on_record: Option<&User>,
) -> Vec<RowError> {
    let mut errors = Vec::new();
    let mut fail = |column, ends| errors.push(RowError { column, error: CellError::Unfit { ends } });
    if let Some(suffix) = &rules.login_suffix
        && on_record.is_none_or(|user| user.login_name != *login_name)
        && !rules.fit_login(login_name)
    {
        fail(Column::LoginName, vec![suffix.to_string()]);
    }
    if on_record.is_none_or(|user| user.email != *email) && !rules.fit_email(email) {
        fail(Column::Email, rules.email_domains.iter().map(|domain| format!("@{domain}")).collect());
    }
    errors
}

/// A role by its stable name, or as pages and people call it in either language.
fn parse_role(text: &str) -> Option<Role> {
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
fn parse_locale(text: &str) -> Option<Locale> {
    match folded(text).as_str() {
        "日本語" | "和文" | "japanese" => Some(Locale::Ja),
        "英語" | "英文" | "english" => Some(Locale::En),
        tag => Locale::from_tag(tag),
    }
}
