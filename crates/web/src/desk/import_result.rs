//! The result of an import as a file: a line for every row, with what became of it and why.
//!
//! **Invariant:** no cell can be run as a formula by a spreadsheet (`domain::csv_cell`), for every
//! text in it came from a file.

use super::user_form;
use domain::{csv_cell, import::Column};
use store::imports::ImportRow;
use templates::voice::Voice;

/// Tells spreadsheets that the file is UTF-8.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// The file's beginning.
pub(super) fn heading() -> String {
    format!("{BYTE_ORDER_MARK}line,result,login_name,email,display_name,problems\r\n")
}

/// One row of the import as one line of the file; problems are told in the reader's language.
pub(super) fn push_row(text: &mut String, row: &ImportRow, voice: &Voice) {
    let (login_name, email, display_name, problems) = match &row.judged.verdict {
        Ok(user) => {
            (user.login_name.as_str(), user.email.as_str(), user.display_name.as_str(), String::new())
        }
        Err(refused) => {
            let problems: Vec<String> =
                user_form::row_errors(refused).iter().map(|error| error.say(voice).to_string()).collect();
            let [login_name, email, display_name] = [Column::LoginName, Column::Email, Column::DisplayName]
                .map(|column| refused.cells.text(column));
            (login_name, email, display_name, problems.join(" / "))
        }
    };
    let line = row.judged.line.to_string();
    let cells = [&line, row.state.name(), login_name, email, display_name, &problems];
    text.push_str(&cells.map(|cell| quoted(&csv_cell::escaped(cell))).join(","));
    text.push_str("\r\n");
}

/// A cell as written (RFC 4180 §2): in quotation marks, those within it doubled.
fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        import::{CellError, Cells, JudgedRow, RefusedRow, RowError},
        locale::Locale,
    };
    use jiff::tz::TimeZone;
    use store::imports::ImportRowState;

    fn written(judged: JudgedRow, state: ImportRowState, locale: Locale) -> String {
        let mut text = String::new();
        let now = jiff::Timestamp::UNIX_EPOCH;
        push_row(&mut text, &ImportRow { judged, state }, &Voice::new(locale, "Sekisho", TimeZone::UTC, now));
        text
    }

    fn cells(texts: [(Column, &str); 5]) -> Cells {
        let mut cells = Cells::default();
        for (column, text) in texts {
            cells.set(column, text);
        }
        cells
    }

    #[test]
    fn a_refused_row_says_whose_it_is_and_why_in_the_readers_language() {
        let cells = cells([
            (Column::DisplayName, "=ハンス"),
            (Column::RomanFamilyName, "Müller"),
            (Column::RomanGivenName, "Hans"),
            (Column::LoginName, "hans"),
            (Column::Email, "+hans"),
        ]);
        let errors = vec![
            RowError { column: Column::RomanFamilyName, error: CellError::CertificateLetter('ü') },
            RowError { column: Column::Email, error: CellError::DoubledInFile { line: 2 } },
        ];
        let judged = JudgedRow { line: 3, verdict: Err(RefusedRow { cells, errors }) };
        let row = written(judged.clone(), ImportRowState::Refused, Locale::En);
        assert!(
            row.starts_with("\"3\",\"refused\",\"hans\",\"'+hans\",\"'=ハンス\",\"Family name:"),
            "{row}"
        );
        assert!(row.contains("Müller → Muller") && row.contains("line 2"), "{row}");
        let row = written(judged, ImportRowState::Refused, Locale::Ja);
        assert!(row.contains("2行目と同じ値です"), "{row}");
    }

    #[test]
    fn a_formula_from_the_file_is_disarmed() {
        let cells = cells([
            (Column::DisplayName, "=HYPERLINK(\"https://evil.example\")"),
            (Column::RomanFamilyName, "Yamada"),
            (Column::RomanGivenName, "Taro"),
            (Column::LoginName, "taro"),
            (Column::Email, "+taro@example.jp"),
        ]);
        let verdict = cells.judge().map_err(|errors| RefusedRow { cells, errors });
        let row = written(JudgedRow { line: 2, verdict }, ImportRowState::Done, Locale::Ja);
        assert_eq!(
            row,
            "\"2\",\"done\",\"taro\",\"'+taro@example.jp\",\"'=HYPERLINK(\"\"https://evil.example\"\")\",\"\"\r\n"
        );
    }
}
