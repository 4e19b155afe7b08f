//! The row of headings, and what stands above it.

use super::{COLUMNS_MAX, Column, FileError, characters::Decoded, rows::CsvRows};
use crate::form::Field;

/// CsvRows above the headings that may be titles.
const TITLE_ROWS_MAX: usize = 10;

/// So many known headings make a row the row of headings.
const KNOWN_HEADINGS_MIN: usize = 2;

/// The headings lie within so many bytes, so that a file without any is not read several times.
const HEADING_BYTES_MAX: usize = 4 * 1024 * 1024;

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

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tab => "tabs",
            Self::Semicolon => "semicolons",
        }
    }

    fn letter(self) -> u8 {
        match self {
            Self::Tab => b'\t',
            Self::Semicolon => b';',
        }
    }
}

/// What stands in each place of a row.
pub(super) struct Heading {
    pub(super) columns: Vec<Option<Column>>,
    /// The letter between cells.
    pub(super) separator: u8,
    /// How many rows there are up to the headings, their own included.
    pub(super) rows: usize,
}

impl Heading {
    /// Finds the headings: below titles, or the line `sep=,` of a spreadsheet, which may announce another letter.
    pub(super) fn find(file: &Decoded) -> Result<Self, FileError> {
        let end = file.text.floor_char_boundary(HEADING_BYTES_MAX);
        let beginning = file.text.get(..end).unwrap_or_default();
        let announced = beginning.lines().next().and_then(announced_separator);
        let by_itself = if file.is_utf16 { b'\t' } else { b',' };
        let separator = announced.unwrap_or(by_itself);
        let first_row = usize::from(announced.is_some());
        let heading = Self::read(beginning, separator, first_row);
        let others =
            Separator::ALL.into_iter().filter(|other| announced.is_none() && other.letter() != separator);
        let fits = |other: &Separator| {
            Self::read(beginning, other.letter(), first_row).known() >= KNOWN_HEADINGS_MIN
        };
        let complete = heading.complete();
        match complete {
            Err(FileError::MissingColumn(_)) if file.is_utf16 && separator == b'\t' => {
                Self::read(beginning, b',', first_row).complete().or(complete)
            }
            Err(FileError::MissingColumn(_)) => {
                others.into_iter().find(fits).map_or(complete, |other| Err(FileError::Separated(other)))
            }
            complete => complete,
        }
    }

    /// The first row with headings that are known; else the first one.
    fn read(text: &str, separator: u8, first_row: usize) -> Self {
        let mut reader = CsvRows::new(text, separator);
        reader.pass(first_row);
        let mut first = None;
        for row in first_row..first_row + TITLE_ROWS_MAX {
            let mut columns = Vec::new();
            reader.next(|place, cell| {
                if place < COLUMNS_MAX {
                    columns.push(Column::of_header(cell.text));
                }
            });
            let heading = Self { columns, separator, rows: row + 1 };
            if heading.known() >= KNOWN_HEADINGS_MIN {
                return heading;
            }
            first.get_or_insert(heading);
        }
        first.unwrap_or(Self { columns: Vec::new(), separator, rows: first_row })
    }

    fn known(&self) -> usize {
        self.columns.iter().flatten().count()
    }

    /// The same, if each column that must be there is there, and none twice.
    fn complete(self) -> Result<Self, FileError> {
        for column in Column::ALL.iter().copied() {
            match self.columns.iter().filter(|found| **found == Some(column)).count() {
                0 if column.required() => return Err(FileError::MissingColumn(column)),
                0 | 1 => {}
                _ => return Err(FileError::DoubledColumn(column)),
            }
        }
        Ok(self)
    }
}

/// The letter of a line `sep=;`, as spreadsheets write and read it.
fn announced_separator(line: &str) -> Option<u8> {
    let line = line.trim().trim_matches('"').to_ascii_lowercase();
    match line.strip_prefix("sep=")?.as_bytes() {
        [] => Some(b'\t'),
        [letter @ (b',' | b';' | b'\t' | b'|')] => Some(*letter),
        _ => None,
    }
}
