//! A row about a person who is on record already: the cells that are the same, and those that differ.
//!
//! Login name and address are what a person is known by. A row that has both of one person is about this person; a
//! row that has one of them only, or each of another person, is refused.

use super::{CellError, Cells, Column, JudgedFile, JudgedRow, NewUser, RefusedRow, RowError};
use crate::{
    certificate_text::{CertificateText, RomanName},
    form::Field,
    id::UserId,
    user::User,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};

/// The person on record that a row is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Who.
    pub user: UserId,
    /// The cells that differ; none: there is nothing to do.
    pub changes: Vec<Change>,
}

/// A cell that says something else than the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Where.
    pub column: Column,
    /// What the record says; may be empty.
    pub from: String,
    /// What the file says; may be empty.
    pub to: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?} → {:?}", self.column.name(), self.from, self.to)
    }
}

/// What a good row is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// Adds and invites a person.
    Add,
    /// The row repeats the record.
    Same,
    /// The row changes the record.
    Change,
}

impl RowKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Add, Self::Same, Self::Change];

    /// The stable name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Same => "same",
            Self::Change => "change",
        }
    }
}

impl Known {
    /// Compares a row, of which these columns say something, with the record of its person.
    pub fn compared(row: &NewUser, columns: &[Column], user: &User) -> Self {
        let (sent, on_record) = (Cells::of(row), Cells::of_user(user));
        let differs = |column: &Column| differs(*column, sent.text(*column), on_record.text(*column));
        let changes = columns.iter().copied().filter(differs).map(|column| Change {
            column,
            from: on_record.text(column).to_owned(),
            to: match column {
                Column::Groups => sent.text(column).replace(',', ", "),
                _ => sent.text(column).to_owned(),
            },
        });
        Self { user: user.id, changes: changes.collect() }
    }

    /// The person's record with the changes of the row and nothing else of it.
    ///
    /// # Errors
    /// The cells of which the record says something else by now than it said when the row was judged.
    pub fn applied(&self, row: &NewUser, present: &User) -> Result<NewUser, Vec<RowError>> {
        let on_record = Cells::of_user(present);
        let moved = |change: &&Change| differs(change.column, &change.from, on_record.text(change.column));
        let moved = self.changes.iter().filter(moved).map(|change| change.column);
        let names = [
            (Column::LoginName, row.login_name != present.login_name),
            (Column::Email, row.email != present.email),
        ];
        let renamed = names.into_iter().filter(|(_, other)| *other).map(|(column, _)| column);
        let errors: Vec<RowError> = renamed
            .chain(moved)
            .map(|column| RowError {
                column,
                error: CellError::Moved { on_record: on_record.text(column).to_owned() },
            })
            .collect();
        if errors.is_empty() { Ok(self.overlaid(row, present)) } else { Err(errors) }
    }

    /// The record, with the row's cells where they differ.
    fn overlaid(&self, row: &NewUser, user: &User) -> NewUser {
        let changes = |column| self.changes.iter().any(|change| change.column == column);
        let text = |column, sent: &String, on_record: &String| {
            if changes(column) { sent.clone() } else { on_record.clone() }
        };
        let roman = |column, sent: &CertificateText, of: fn(&RomanName) -> &CertificateText| {
            let on_record = user.roman_name.as_ref().filter(|_| !changes(column));
            on_record.map_or_else(|| sent.clone(), |name| of(name).clone())
        };
        NewUser {
            display_name: text(Column::DisplayName, &row.display_name, &user.display_name),
            reading: text(Column::Reading, &row.reading, &user.reading),
            roman_name: RomanName {
                family: roman(Column::RomanFamilyName, &row.roman_name.family, |name| &name.family),
                given: roman(Column::RomanGivenName, &row.roman_name.given, |name| &name.given),
            },
            login_name: user.login_name.clone(),
            email: user.email.clone(),
            groups: if changes(Column::Groups) { row.groups.clone() } else { user.groups.clone() },
            note: text(Column::Note, &row.note, &user.note),
            role: row.role.filter(|_| changes(Column::Role)).or(Some(user.role)),
            locale: row.locale.filter(|_| changes(Column::Locale)).or(Some(user.locale)),
        }
    }
}

/// Does the file say something else? A role or language that is not named stays; groups have no order; an address in
/// other letters is the same one.
fn differs(column: Column, sent: &str, on_record: &str) -> bool {
    match column {
        Column::LoginName | Column::Email => false,
        Column::Role | Column::Locale => !sent.is_empty() && sent != on_record,
        Column::Groups => {
            let keys = |text: &str| -> BTreeSet<String> {
                let parts = text.split([',', ' ']).filter(|part| !part.is_empty());
                parts.map(str::to_owned).collect()
            };
            keys(sent) != keys(on_record)
        }
        // A form's lines end otherwise than a spreadsheet's.
        Column::Note => !sent.lines().eq(on_record.lines()),
        Column::DisplayName | Column::Reading | Column::RomanFamilyName | Column::RomanGivenName => {
            sent != on_record
        }
    }
}

impl JudgedRow {
    /// What the row is there for, if it is good.
    pub fn kind(&self) -> RowKind {
        match &self.known {
            None => RowKind::Add,
            Some(known) if known.changes.is_empty() => RowKind::Same,
            Some(_) => RowKind::Change,
        }
    }

    /// The cells that a good row changes on record.
    pub fn changes(&self) -> &[Change] {
        self.known.as_ref().map_or(&[], |known| &known.changes)
    }

    fn meet(&mut self, columns: &[Column], user: &User) {
        let Ok(row) = &mut self.verdict else { return };
        let known = Known::compared(row, columns, user);
        // What the file is silent about is the record's.
        *row = known.overlaid(row, user);
        self.known = Some(known);
    }

    /// One of the row's names belongs to another person.
    fn refuse_taken(&mut self, column: Column) {
        let error = RowError { column, error: CellError::Taken };
        match &mut self.verdict {
            Ok(row) => {
                self.verdict = Err(RefusedRow { cells: Cells::of(row), errors: vec![error] });
            }
            Err(refused) => {
                refused.errors.push(error);
                refused.errors.sort_by_key(|error| error.column);
            }
        }
    }
}

/// Where the names of a file's good rows stand in it.
pub struct Names {
    logins: HashMap<String, usize>,
    emails: HashMap<String, usize>,
}

impl Names {
    /// The names of this file.
    pub fn of(file: &JudgedFile) -> Self {
        let good = || {
            let rows = file.rows.iter().enumerate();
            rows.filter_map(|(place, row)| Some((place, row.verdict.as_ref().ok()?)))
        };
        Self {
            logins: good().map(|(place, row)| (row.login_name.as_str().to_owned(), place)).collect(),
            emails: good().map(|(place, row)| (row.email.folded().to_owned(), place)).collect(),
        }
    }
}

impl JudgedFile {
    /// Compares the file with somebody on record. A row that has both names is about this person.
    pub fn compare(&mut self, names: &Names, user: &User) {
        let by_login = names.logins.get(user.login_name.as_str()).copied();
        let by_email = names.emails.get(user.email.folded()).copied();
        let (rows, columns) = (&mut self.rows, &self.columns);
        if by_login == by_email {
            if let Some(row) = by_login.and_then(|place| rows.get_mut(place)) {
                row.meet(columns, user);
            }
            return;
        }
        for (column, place) in [(Column::LoginName, by_login), (Column::Email, by_email)] {
            if let Some(row) = place.and_then(|place| rows.get_mut(place)) {
                row.refuse_taken(column);
            }
        }
    }
}

#[cfg(test)]
mod tests;
