//! One row of the file, or the form about one person: what is entered, and the person that comes of it.

use super::{
    CellError, Column, IMPORT_TEXT_LETTERS_MAX, RowError,
    column::{parse_locale, parse_role},
};
use crate::{
    certificate_text::{CertificateText, CertificateTextError, RomanName},
    csv_cell,
    email::{EmailAddress, EmailError},
    form::{Field, Form},
    letters,
    locale::Locale,
    login_name::{LoginName, LoginNameError},
    name_rules::NameRules,
    one_line::one_line,
    refusal::Refusal,
    user::{GroupKey, Role, User},
};

/// Columns of a person's name as others read it.
const NAMES: [Column; 4] =
    [Column::DisplayName, Column::Reading, Column::RomanFamilyName, Column::RomanGivenName];

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
