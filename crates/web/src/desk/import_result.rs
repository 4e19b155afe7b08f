//! The result of an import as a file: a line for every row, with what became of it and why.
//!
//! **Invariant:** no cell can be run as a formula by a spreadsheet (`domain::csv_cell`), for every
//! text in it came from a file.

use domain::{
    csv_cell,
    import::{CellError, RowError},
};
use std::borrow::Cow;
use store::imports::ImportRow;

use super::user_form;

/// Tells spreadsheets that the file is UTF-8.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// The file's beginning.
pub(super) fn heading() -> String {
    format!("{BYTE_ORDER_MARK}line,result,login_name,email,display_name,problems\r\n")
}

/// One row of the import as one line of the file.
pub(super) fn push_row(text: &mut String, row: &ImportRow) {
    let line = row.judged.line.to_string();
    let cells: [Cow<'_, str>; 6] = match &row.judged.verdict {
        Ok(user) => [
            line.into(),
            row.state.name().into(),
            user.login_name.as_str().into(),
            user.email.as_str().into(),
            user.display_name.as_str().into(),
            "".into(),
        ],
        Err(errors) => {
            let problems: Vec<String> = errors.iter().map(problem).collect();
            [
                line.into(),
                row.state.name().into(),
                "".into(),
                "".into(),
                "".into(),
                problems.join("; ").into(),
            ]
        }
    };
    text.push_str(&cells.map(|cell| quoted(&csv_cell::escaped(&cell))).join(","));
    text.push_str("\r\n");
}

/// A cell as written (RFC 4180 §2): in quotation marks, those within it doubled.
fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// One problem: the column, what is wrong, and the part that is.
fn problem(error: &RowError) -> String {
    let column = user_form::field(error.column);
    match &error.error {
        CellError::Missing => format!("{column}: missing"),
        CellError::CertificateLetter(letter) => {
            format!("{column}: letter {letter} cannot stand in a certificate")
        }
        CellError::TooLong => format!("{column}: too long"),
        CellError::Email => format!("{column}: no e-mail address"),
        CellError::LoginName => format!("{column}: no login name"),
        CellError::Group(group) => format!("{column}: no group key {group}"),
        CellError::Role => format!("{column}: no role"),
        CellError::Locale => format!("{column}: no language"),
        CellError::DoubledInFile { line } => format!("{column}: stands in line {line} already"),
        CellError::Taken => format!("{column}: another user has it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::import::{Column, JudgedRow};
    use store::imports::ImportRowState;

    fn written(errors: Vec<RowError>) -> String {
        let mut text = String::new();
        let judged = JudgedRow { line: 3, verdict: Err(errors) };
        push_row(&mut text, &ImportRow { judged, state: ImportRowState::Refused });
        text
    }

    #[test]
    fn a_refused_row_says_where_and_why() {
        let errors = vec![
            RowError { column: Column::RomanFamilyName, error: CellError::CertificateLetter('ü') },
            RowError { column: Column::Email, error: CellError::DoubledInFile { line: 2 } },
        ];
        assert_eq!(
            written(errors),
            "\"3\",\"refused\",\"\",\"\",\"\",\"family_name: letter ü cannot stand in a certificate; email: stands in line 2 already\"\r\n"
        );
    }

    #[test]
    fn a_formula_from_the_file_is_disarmed() {
        let mut user_row = String::new();
        let mut cells = domain::import::Cells::default();
        for (column, text) in [
            (Column::DisplayName, "=HYPERLINK(\"https://evil.example\")"),
            (Column::RomanFamilyName, "Yamada"),
            (Column::RomanGivenName, "Taro"),
            (Column::LoginName, "taro"),
            (Column::Email, "+taro@example.jp"),
        ] {
            cells.set(column, text);
        }
        let judged = JudgedRow { line: 2, verdict: cells.judge() };
        push_row(&mut user_row, &ImportRow { judged, state: ImportRowState::Done });
        assert_eq!(
            user_row,
            "\"2\",\"done\",\"taro\",\"'+taro@example.jp\",\"'=HYPERLINK(\"\"https://evil.example\"\")\",\"\"\r\n"
        );
    }
}
