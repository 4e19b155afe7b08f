//! Users from a CSV file: characters, columns, and a verdict for every row.
//!
//! Nothing is written while a file is judged. A row that cannot be taken says why, by column; the
//! others can be imported without it.

mod line_counter;
mod row;
mod rows;

use crate::{
    csv_cell,
    form::Field,
    refusal::{Problem, number},
};
use line_counter::LineCounter;
pub use row::{CellError, Cells, Column, NewUser, RowError, unfit};
use rows::CsvRows;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The largest file, in bytes.
pub const IMPORT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// The most rows of one file.
pub const IMPORT_ROWS_MAX: usize = 100_000;
/// The most letters of a name, reading or note.
pub const IMPORT_TEXT_LETTERS_MAX: usize = 200;

/// The most columns of which a heading is read, as many as a spreadsheet has.
const COLUMNS_MAX: usize = 16_384;

/// How the files of spreadsheet programs begin: ZIP (.xlsx, .ods) and OLE2 (.xls).
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

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
    let mut reader = CsvRows::new(&text);
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
fn columns(reader: &mut CsvRows<'_>, text: &str) -> Result<Vec<Option<Column>>, FileError> {
    let mut columns = Vec::new();
    reader.next(|place, cell| {
        if place < COLUMNS_MAX {
            columns.push(Column::of_header(cell.text));
        }
    });
    for column in Column::ALL.iter().copied() {
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
