//! Users from a CSV file: characters, columns, and a verdict for every row.
//!
//! Nothing is written while a file is judged. A row that cannot be taken says why, by column; the
//! others can be imported without it.

mod cell_error;
mod characters;
mod column;
mod heading;
mod known;
mod line_counter;
mod row;
mod rows;
mod summary;

use crate::{
    csv_cell,
    form::Field,
    refusal::{Problem, number},
};
pub use cell_error::{CellError, RowError, listed};
use characters::decode;
pub use column::Column;
use heading::Heading;
pub use heading::Separator;
pub use known::{Change, Known, Names, RowKind};
use line_counter::LineCounter;
pub use row::{Cells, NewUser, unfit};
use rows::{Cell, CsvRows};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
pub use summary::{Cause, FileSummary, Promotion};

/// The largest file, in bytes.
pub const IMPORT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// The most rows of one file.
pub const IMPORT_ROWS_MAX: usize = 100_000;
/// The most letters of a name, reading or note.
pub const IMPORT_TEXT_LETTERS_MAX: usize = 200;

/// Follows the text of a file: a row that no file has.
const LAST_ROW: &str = "\n\u{2}";

/// So many separators in one line of a cell are the cells of another row.
const SWALLOWED_CELLS: usize = 3;

/// The most columns of which a heading is read, as many as a spreadsheet has.
const COLUMNS_MAX: usize = 16_384;

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
    /// Neither UTF-8, UTF-16 nor Shift_JIS.
    #[error("the file is neither UTF-8 nor Shift_JIS")]
    Characters,
    /// UTF-8 of which bytes were lost or changed.
    #[error("the characters in line {line} are damaged; save the file as CSV UTF-8 once more")]
    LostLetter {
        /// The line of the first such place, 1-based.
        line: u32,
    },
    /// A quotation mark that begins a cell is not closed, or closed only by the next one, rows below.
    #[error("a quotation mark in line {line} is not closed")]
    OpenQuote {
        /// The line in which the row begins, 1-based.
        line: u32,
    },
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
            FileError::LostLetter { line } => Self::FileDamaged { line },
            FileError::OpenQuote { line } => Self::FileQuoteOpen { line },
            FileError::Empty => Self::FileEmpty,
            FileError::MissingColumn(column) => Self::ColumnMissing { column },
            FileError::DoubledColumn(column) => Self::ColumnDoubled { column },
        }
    }
}

/// One row of the file, judged.
#[derive(Debug, Clone)]
pub struct JudgedRow {
    /// Line in the file, 1-based, the header being line 1.
    pub line: u32,
    /// What will be imported, or all that is wrong with it.
    pub verdict: Result<NewUser, RefusedRow>,
    /// The person on record that a good row is about; `None`: a new person.
    pub known: Option<Known>,
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
    /// Our columns that it has.
    pub columns: Vec<Column>,
    /// How many columns are none of ours, and are ignored.
    pub ignored_columns: usize,
}

/// Judges a whole file. Who is on record already is for the caller to add ([`JudgedFile::compare`]), for only the
/// store knows it. The file's bytes make room for its text.
pub fn judge(file: impl Into<Vec<u8>>) -> Result<JudgedFile, FileError> {
    let mut decoded = decode(file.into())?;
    // Where a quotation mark is open at the end, this row is part of the last cell.
    decoded.text.push_str(LAST_ROW);
    let heading = Heading::find(&decoded)?;
    let text = decoded.text.as_str();
    let mut reader = CsvRows::new(text, heading.separator);
    reader.pass(heading.rows);
    let ignored_columns = heading.columns.iter().filter(|column| column.is_none()).count();
    let columns = heading.columns.iter().copied().flatten().collect();
    let mut rows = Vec::new();
    let mut lines = LineCounter::new(text);
    loop {
        let begins = reader.position();
        let (mut row, mut is_last) = (Row::default(), false);
        reader.next(|place, cell| {
            is_last |= place == 0 && cell.text == LAST_ROW.trim_start();
            row.take(heading.columns.get(place).copied().flatten(), &cell, heading.separator);
        });
        if is_last {
            break;
        }
        if row.swallows_rows || reader.is_at_end() {
            return Err(FileError::OpenQuote { line: lines.at(begins) });
        }
        if row.is_blank() {
            continue;
        }
        if rows.len() == IMPORT_ROWS_MAX {
            return Err(FileError::TooManyRows);
        }
        rows.push(JudgedRow { line: lines.at(begins), verdict: row.verdict(), known: None });
    }
    if rows.is_empty() {
        return Err(FileError::Empty);
    }
    refuse_doubled(&mut rows);
    Ok(JudgedFile { rows, columns, ignored_columns })
}

/// What a row of the file holds.
#[derive(Default)]
struct Row {
    cells: Cells,
    cut: Vec<Column>,
    has_text: bool,
    /// Does a cell hold what must be rows of their own?
    swallows_rows: bool,
}

impl Row {
    fn take(&mut self, column: Option<Column>, cell: &Cell<'_>, separator: u8) {
        self.has_text |= !cell.text.trim().is_empty();
        self.swallows_rows |= holds_rows(cell.text, separator);
        let Some(column) = column else { return };
        self.cells.set(column, csv_cell::unescaped(cell.text));
        if cell.cut {
            self.cut.push(column);
        }
    }

    fn is_blank(&self) -> bool {
        !self.has_text
    }

    fn verdict(self) -> Result<NewUser, RefusedRow> {
        verdict(self.cells, &self.cut)
    }
}

/// Is the cell several lines of which one alone has the cells of a row? A note has no such line.
fn holds_rows(cell: &str, separator: u8) -> bool {
    let mut lines = cell.split(['\r', '\n']).filter(|line| !line.is_empty());
    let is_row = |line: &str| line.bytes().filter(|byte| *byte == separator).count() >= SWALLOWED_CELLS;
    cell.contains(['\r', '\n']) && lines.any(is_row)
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

/// Refuses a row whose login name or address an earlier row has; the refusal names the earlier row.
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
