//! A judged row as JSON in its column: the data for making or changing the user later, or the mistakes.

use crate::{StoreError, backend::row::corrupt};
use domain::{
    certificate_text::{CertificateText, RomanName},
    email::EmailAddress,
    import::{JudgedRow, Known, NewUser, RefusedRow},
    locale::Locale,
    login_name::LoginName,
    user::{GroupKey, Role},
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredVerdict {
    Accepted(AcceptedRow),
    Refused(RefusedRow),
}

#[derive(Serialize, Deserialize)]
struct AcceptedRow {
    #[serde(flatten)]
    user: StoredNewUser,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    known: Option<Known>,
}

#[derive(Serialize, Deserialize)]
struct StoredNewUser {
    display_name: String,
    reading: String,
    family_name: String,
    given_name: String,
    login_name: String,
    email: String,
    groups: Vec<String>,
    note: String,
    role: Option<Role>,
    locale: Option<Locale>,
}

impl From<&NewUser> for StoredNewUser {
    fn from(user: &NewUser) -> Self {
        Self {
            display_name: user.display_name.clone(),
            reading: user.reading.clone(),
            family_name: user.roman_name.family.as_str().to_owned(),
            given_name: user.roman_name.given.as_str().to_owned(),
            login_name: user.login_name.as_str().to_owned(),
            email: user.email.as_str().to_owned(),
            groups: user.groups.iter().map(|key| key.as_str().to_owned()).collect(),
            note: user.note.clone(),
            role: user.role,
            locale: user.locale,
        }
    }
}

impl StoredNewUser {
    /// Parses with the domain's parsers; `None` if a parser refuses a value that it once accepted.
    fn parsed(self) -> Option<NewUser> {
        let family = CertificateText::parse(&self.family_name).ok()?;
        let given = CertificateText::parse(&self.given_name).ok()?;
        Some(NewUser {
            display_name: self.display_name,
            reading: self.reading,
            roman_name: RomanName { family, given },
            login_name: LoginName::parse(&self.login_name).ok()?,
            email: EmailAddress::parse(&self.email).ok()?,
            groups: self.groups.iter().map(|key| GroupKey::parse(key)).collect::<Option<_>>()?,
            note: self.note,
            role: self.role,
            locale: self.locale,
        })
    }
}

pub(super) fn to_json(row: &JudgedRow) -> Result<String, StoreError> {
    let stored = match &row.verdict {
        Ok(user) => StoredVerdict::Accepted(AcceptedRow { user: user.into(), known: row.known.clone() }),
        Err(refused) => StoredVerdict::Refused(refused.clone()),
    };
    serde_json::to_string(&stored).map_err(|error| corrupt("verdict", error))
}

pub(super) fn from_json(line: u32, text: &str) -> Result<JudgedRow, StoreError> {
    let (verdict, known) = match serde_json::from_str(text).map_err(|error| corrupt("verdict", error))? {
        StoredVerdict::Refused(refused) => (Err(refused), None),
        StoredVerdict::Accepted(AcceptedRow { user, known }) => {
            (Ok(user.parsed().ok_or_else(|| corrupt("verdict", "it holds no such user"))?), known)
        }
    };
    Ok(JudgedRow { line, verdict, known })
}
