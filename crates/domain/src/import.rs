//! Users from a CSV file: characters, columns, and a verdict for every row.
//!
//! Nothing is written while a file is judged. A row that cannot be taken says why, by column; the
//! others can be imported without it.

mod line_counter;
mod rows;

use crate::{
    certificate_text::{CERTIFICATE_TEXT_LETTERS_MAX, CertificateText, CertificateTextError, RomanName},
    csv_cell,
    email::{EmailAddress, EmailError},
    locale::Locale,
    login_name::{LoginName, LoginNameError},
    name_rules::NameRules,
    one_line::one_line,
    refusal::{Problem, Refusal, number},
    user::{GroupKey, Role, User},
};
use line_counter::LineCounter;
use rows::Rows;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// The largest file, in bytes.
pub const IMPORT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// The most rows of one file.
pub const IMPORT_ROWS_MAX: usize = 100_000;
/// The most letters of a name, reading or note.
pub const IMPORT_TEXT_LETTERS_MAX: usize = 200;

/// The most columns of which a heading is read, as many as a spreadsheet has.
const COLUMNS_MAX: usize = 16_384;
/// The most bytes of a heading that may be one of ours.
const COLUMN_NAME_BYTES_MAX: usize = 256;

/// How the files of spreadsheet programs begin: ZIP (.xlsx, .ods) and OLE2 (.xls).
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

/// A column of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Name as people write it.
    DisplayName,
    /// Reading (よみ).
    Reading,
    /// Family name in roman letters.
    RomanFamilyName,
    /// Given name in roman letters.
    RomanGivenName,
    /// Login name.
    LoginName,
    /// E-mail address.
    Email,
    /// Group keys.
    Groups,
    /// Note.
    Note,
    /// Role.
    Role,
    /// Language of mails.
    Locale,
}

impl Column {
    /// All columns in the order of the sample file.
    pub const ALL: [Self; 10] = [
        Self::DisplayName,
        Self::Reading,
        Self::RomanFamilyName,
        Self::RomanGivenName,
        Self::LoginName,
        Self::Email,
        Self::Groups,
        Self::Note,
        Self::Role,
        Self::Locale,
    ];

    /// The stable name: of the form's field, and in files made by programs.
    pub fn name(self) -> &'static str {
        self.headers()[0]
    }

    /// All headers that we understand: the stable name, what the pages call it in both languages, and
    /// what people write. Blanks are read as `_`, full-width parentheses as half-width ones.
    fn headers(self) -> &'static [&'static str] {
        match self {
            Self::DisplayName => &["display_name", "name", "氏名", "名前", "表示名"],
            Self::Reading => &["reading", "よみ", "よみがな", "ふりがな", "フリガナ"],
            Self::RomanFamilyName => {
                &["family_name", "roman_family_name", "姓(半角ローマ字)", "姓(ローマ字)", "ローマ字姓"]
            }
            Self::RomanGivenName => {
                &["given_name", "roman_given_name", "名(半角ローマ字)", "名(ローマ字)", "ローマ字名"]
            }
            Self::LoginName => &["login_name", "login", "ログイン名", "ログインID"],
            Self::Email => &["email", "mail", "e-mail", "e-mail_address", "メールアドレス", "メール"],
            Self::Groups => &["groups", "group", "グループ"],
            Self::Note => &["note", "メモ", "備考"],
            Self::Role => &["role", "役割", "権限"],
            Self::Locale => &["locale", "language", "language_of_e-mails", "メールの言語", "言語"],
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

    fn of_header(header: &str) -> Option<Self> {
        let header = header.trim();
        if header.len() > COLUMN_NAME_BYTES_MAX {
            return None;
        }
        let plain = |letter| match letter {
            ' ' => '_',
            '（' => '(',
            '）' => ')',
            other => other,
        };
        let header: String = header.to_lowercase().chars().map(plain).collect();
        Self::ALL.into_iter().find(|column| column.headers().iter().any(|name| name.to_lowercase() == header))
    }
}

/// Why a whole file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// More than [`IMPORT_BYTES_MAX`].
    #[error("the file is larger than 32 MiB")]
    TooLarge,
    /// A spreadsheet program's own file.
    #[error("the file is a workbook; save it as CSV UTF-8")]
    Workbook,
    /// Its cells are parted by something else than commas.
    #[error("the cells are parted by {}, not by commas; save the file as CSV", .0.name())]
    Separated(Separator),
    /// Neither UTF-8 nor Shift_JIS.
    #[error("the file is neither UTF-8 nor Shift_JIS")]
    Characters,
    /// No header, or no row below it.
    #[error("the file has no rows")]
    Empty,
    /// More than [`IMPORT_ROWS_MAX`].
    #[error("the file has more than 100,000 rows")]
    TooManyRows,
    /// A required column is missing.
    #[error("the column {:?} is missing", .0.name())]
    MissingColumn(Column),
    /// A column stands twice.
    #[error("the column {:?} stands twice", .0.name())]
    DoubledColumn(Column),
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        match error {
            FileError::TooLarge => Self::FileTooLarge { max: number(IMPORT_BYTES_MAX >> 20) },
            FileError::TooManyRows => Self::TooManyRows { max: number(IMPORT_ROWS_MAX) },
            FileError::Workbook => Self::FileWorkbook,
            FileError::Separated(Separator::Tab) => Self::FileTabs,
            FileError::Separated(Separator::Semicolon) => Self::FileSemicolons,
            FileError::Characters => Self::FileCharset,
            FileError::Empty => Self::FileEmpty,
            FileError::MissingColumn(column) => Self::ColumnMissing { column },
            FileError::DoubledColumn(column) => Self::ColumnDoubled { column },
        }
    }
}

/// What may stand between cells where a comma is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// As spreadsheets save "Text (Tab delimited)".
    Tab,
    /// As spreadsheets save CSV where the comma parts decimals.
    Semicolon,
}

impl Separator {
    const ALL: [Self; 2] = [Self::Tab, Self::Semicolon];

    fn name(self) -> &'static str {
        match self {
            Self::Tab => "tabs",
            Self::Semicolon => "semicolons",
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Tab => '\t',
            Self::Semicolon => ';',
        }
    }

    /// The one that parts the columns of this heading, of which commas make nothing.
    fn of_heading(heading: &str) -> Option<Self> {
        let known = |separator: &Self| {
            let parts = heading.split(separator.letter()).map(|part| part.trim().trim_matches('"'));
            parts.take(COLUMNS_MAX).filter_map(Column::of_header).count() > 1
        };
        Self::ALL.into_iter().find(known)
    }
}

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
    /// Not of the form that the operator has set for the tenant: ends in none of these.
    Unfit {
        /// The login names' suffix, or the domains.
        ends: Vec<String>,
    },
}

/// A cell that is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// Where.
    pub column: Column,
    /// What.
    pub error: CellError,
}

impl RowError {
    /// The refusal at the column's field, for what was typed there.
    pub fn refusal(&self, typed: &str) -> Refusal {
        Refusal::at(self.column.name(), self.problem(typed))
    }

    fn problem(&self, typed: &str) -> Problem {
        match &self.error {
            CellError::Missing => Problem::Required,
            CellError::CertificateLetter(letter) => {
                Problem::CertificateLetter { letter: *letter, typed: typed.to_owned() }
            }
            CellError::Formula => Problem::NameIsFormula,
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
    /// Role.
    pub role: Role,
    /// Language of mails; `None`: the tenant's.
    pub locale: Option<Locale>,
}

/// One row of the file, judged.
#[derive(Debug, Clone)]
pub struct JudgedRow {
    /// Line in the file, 1-based, the header being line 1.
    pub line: u32,
    /// What will be imported, or all that is wrong with it.
    pub verdict: Result<NewUser, RefusedRow>,
}

impl JudgedRow {
    /// Takes a good row back for reasons that lie outside it; without any, or for a row that is
    /// refused already, nothing changes.
    pub fn refuse(&mut self, errors: Vec<RowError>) {
        if let Ok(user) = &self.verdict
            && !errors.is_empty()
        {
            self.verdict = Err(RefusedRow { cells: Cells::of(user), errors });
        }
    }
}

/// A row that cannot become a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRow {
    /// What stands in it, so that a person finds it again.
    pub cells: Cells,
    /// All that is wrong with it.
    pub errors: Vec<RowError>,
}

/// A file, judged row by row.
#[derive(Debug)]
pub struct JudgedFile {
    /// All rows in order.
    pub rows: Vec<JudgedRow>,
    /// How many columns are none of ours, and are ignored.
    pub ignored_columns: usize,
}

/// What was typed for one person, cell by cell: a row of a file, or the form "add a user".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cells(BTreeMap<Column, String>);

impl Cells {
    /// Sets one cell.
    pub fn set(&mut self, column: Column, text: impl Into<String>) {
        self.0.insert(column, text.into());
    }

    /// The cells of a good row.
    pub fn of(user: &NewUser) -> Self {
        let groups: Vec<&str> = user.groups.iter().map(GroupKey::as_str).collect();
        let mut cells = Self::default();
        cells.set(Column::DisplayName, user.display_name.as_str());
        cells.set(Column::Reading, user.reading.as_str());
        cells.set(Column::RomanFamilyName, user.roman_name.family.as_str());
        cells.set(Column::RomanGivenName, user.roman_name.given.as_str());
        cells.set(Column::LoginName, user.login_name.as_str());
        cells.set(Column::Email, user.email.as_str());
        cells.set(Column::Groups, groups.join(","));
        cells.set(Column::Note, user.note.as_str());
        cells.set(Column::Role, user.role.name());
        cells.set(Column::Locale, user.locale.map_or("", Locale::tag));
        cells
    }

    /// What stands in a cell, without blanks around it; empty where there is none.
    pub fn text(&self, column: Column) -> &str {
        self.0.get(&column).map_or("", |text| text.trim())
    }

    /// The same, every longer cell cut to [`IMPORT_TEXT_LETTERS_MAX`] letters and a `…`: enough to
    /// recognise it, and still too long.
    fn shortened(mut self) -> Self {
        for text in self.0.values_mut() {
            shorten(text);
        }
        self
    }

    /// Judges the cells: a new user, or everything that is wrong with them.
    pub fn judge(&self) -> Result<NewUser, Vec<RowError>> {
        let mut errors = Vec::new();
        let mut fail = |column, error| errors.push(RowError { column, error });
        for column in Column::ALL.into_iter().filter(|column| column.required()) {
            if one_line(self.text(column)).is_empty() {
                fail(column, CellError::Missing);
            }
        }
        for column in [Column::DisplayName, Column::Reading, Column::Note] {
            if self.text(column).chars().count() > IMPORT_TEXT_LETTERS_MAX {
                fail(column, CellError::TooLong);
            }
        }
        for column in [Column::DisplayName, Column::Reading] {
            if csv_cell::is_formula(self.text(column)) {
                fail(column, CellError::Formula);
            }
        }
        let mut roman = |column| match CertificateText::parse(self.text(column)) {
            Ok(text) => Some(text),
            Err(CertificateTextError::Empty) => None,
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
        let role = parse_role(self.text(Column::Role));
        if role.is_none() {
            fail(Column::Role, CellError::Role);
        }
        let locale = match self.text(Column::Locale) {
            "" => Some(None),
            text => Locale::from_tag(text).map(Some),
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

fn parse_role(text: &str) -> Option<Role> {
    match text.to_lowercase().as_str() {
        "" | "user" | "利用者" => Some(Role::User),
        "administrator" | "admin" | "運用管理者" | "管理者" => Some(Role::Administrator),
        "auditor" | "監査者" => Some(Role::Auditor),
        _ => None,
    }
}

/// The text of a file in UTF-8 (with or without byte order mark) or Shift_JIS (as Windows writes it).
fn decode(mut bytes: Vec<u8>) -> Result<String, FileError> {
    if bytes.len() > IMPORT_BYTES_MAX {
        return Err(FileError::TooLarge);
    }
    if WORKBOOKS.iter().any(|beginning| bytes.starts_with(beginning)) {
        return Err(FileError::Workbook);
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    let (text, had_errors) = match String::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(error) => {
            let (text, had_errors) = encoding_rs::SHIFT_JIS.decode_without_bom_handling(error.as_bytes());
            (text.into_owned(), had_errors)
        }
    };
    if had_errors || text.contains('\0') { Err(FileError::Characters) } else { Ok(text) }
}

/// Judges a whole file. What is taken already by other users is for the caller to add, for only the
/// store knows it. The file's bytes make room for its text.
pub fn judge(file: impl Into<Vec<u8>>) -> Result<JudgedFile, FileError> {
    let text = decode(file.into())?;
    let mut reader = Rows::new(&text);
    let columns = columns(&mut reader, &text)?;
    let ignored_columns = columns.iter().filter(|column| column.is_none()).count();
    let mut rows = Vec::new();
    let mut lines = LineCounter::new(&text);
    loop {
        let begins = reader.position();
        let (mut cells, mut cut, mut blank) = (Cells::default(), Vec::new(), true);
        let more = reader.next(|place, cell| {
            blank &= cell.text.trim().is_empty();
            let Some(column) = columns.get(place).copied().flatten() else { return };
            cells.set(column, csv_cell::unescaped(cell.text));
            if cell.cut {
                cut.push(column);
            }
        });
        if !more {
            break;
        }
        if blank {
            continue;
        }
        if rows.len() == IMPORT_ROWS_MAX {
            return Err(FileError::TooManyRows);
        }
        rows.push(JudgedRow { line: lines.at(begins), verdict: verdict(cells, &cut) });
    }
    if rows.is_empty() {
        return Err(FileError::Empty);
    }
    refuse_doubled(&mut rows);
    Ok(JudgedFile { rows, ignored_columns })
}

/// What stands in each place of a row.
fn columns(reader: &mut Rows<'_>, text: &str) -> Result<Vec<Option<Column>>, FileError> {
    let mut columns = Vec::new();
    reader.next(|place, cell| {
        if place < COLUMNS_MAX {
            columns.push(Column::of_header(cell.text));
        }
    });
    for column in Column::ALL {
        match columns.iter().filter(|found| **found == Some(column)).count() {
            0 if column.required() => {
                let separator = Separator::of_heading(text.lines().next().unwrap_or_default());
                return Err(separator.map_or(FileError::MissingColumn(column), FileError::Separated));
            }
            0 | 1 => {}
            _ => return Err(FileError::DoubledColumn(column)),
        }
    }
    Ok(columns)
}

/// Judges a row of which these columns were cut.
fn verdict(cells: Cells, cut: &[Column]) -> Result<NewUser, RefusedRow> {
    let mut errors = match cells.judge() {
        Ok(user) if cut.is_empty() => return Ok(user),
        Ok(_) => Vec::new(),
        Err(errors) => errors,
    };
    for column in cut {
        if errors.iter().all(|error| error.column != *column) {
            errors.push(RowError { column: *column, error: CellError::TooLong });
        }
    }
    Err(RefusedRow { cells: cells.shortened(), errors })
}

/// Two rows with the same login name or address: the first one counts, later ones are told which.
fn refuse_doubled(rows: &mut [JudgedRow]) {
    let mut logins = HashMap::new();
    let mut emails = HashMap::new();
    for row in rows {
        let Ok(user) = &row.verdict else { continue };
        let login = *logins.entry(user.login_name.as_str().to_owned()).or_insert(row.line);
        let email = *emails.entry(user.email.folded().to_owned()).or_insert(row.line);
        let doubled = [(Column::LoginName, login), (Column::Email, email)];
        let errors: Vec<RowError> = doubled
            .into_iter()
            .filter(|(_, line)| *line != row.line)
            .map(|(column, line)| RowError { column, error: CellError::DoubledInFile { line } })
            .collect();
        row.refuse(errors);
    }
}

#[cfg(test)]
mod tests;
