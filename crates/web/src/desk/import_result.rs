//! The result of an import as a file: the rows that were sent, each with what became of it and why.
//! Its headings are ones that the import reads, so that it can be corrected and sent again.
//!
//! **Invariant:** no cell can be run as a formula by a spreadsheet (`domain::csv_cell`), for every
//! text in it came from a file.

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use domain::{
    csv_cell,
    form::Field,
    import::{Cells, Column, RowKind},
};
use store::imports::{ImportRow, ImportRowState};
use templates::{
    desk::{change_text, result_headings},
    problem::text_with_label,
    voice::Voice,
};

/// Tells spreadsheets that the file is UTF-8.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// Writes rows of one import in the reader's language.
pub(super) struct RowWriter {
    voice: Voice,
    /// Those of the file that was sent.
    columns: Vec<Column>,
}

impl RowWriter {
    /// Without columns, as for imports of former releases, all are written.
    pub(super) fn new(voice: Voice, columns: Vec<Column>) -> Self {
        let columns = if columns.is_empty() { Column::ALL.to_vec() } else { columns };
        Self { voice, columns }
    }

    /// The file's beginning.
    pub(super) fn heading(&self) -> Vec<u8> {
        let mut lines = lines();
        push(&mut lines, result_headings(&self.columns, &self.voice));
        [BYTE_ORDER_MARK.to_string().into_bytes(), written(lines)].concat()
    }

    /// Rows of the import as lines of the file.
    pub(super) fn rows(&self, rows: &[ImportRow]) -> Vec<u8> {
        let mut lines = lines();
        for row in rows {
            self.push_row(&mut lines, row);
        }
        written(lines)
    }

    fn push_row(&self, lines: &mut Writer<Vec<u8>>, row: &ImportRow) {
        let (cells, problems) = match &row.judged.verdict {
            Ok(user) => (Cells::of(user), Vec::new()),
            Err(refused) => (refused.cells.clone(), refused.cells.refusals(&refused.errors)),
        };
        let result = self.voice.say(match (row.state, row.judged.kind()) {
            (ImportRowState::Refused, _) => "import-row-bad",
            (_, RowKind::Same) => "import-row-same",
            (ImportRowState::Waiting, RowKind::Add) => "import-row-good",
            (ImportRowState::Done, RowKind::Add) => "import-done",
            (ImportRowState::Waiting, RowKind::Change) => "import-row-change",
            (ImportRowState::Done, RowKind::Change) => "import-row-changed",
        });
        let problems = problems.iter().map(|error| text_with_label(error, &self.voice).to_string());
        let changes = row.judged.changes().iter().map(|change| change_text(change, &self.voice).to_string());
        let told: Vec<String> = problems.chain(changes).collect();
        let verdict = [row.judged.line.to_string(), result.to_string(), told.join(" / ")];
        let cells = self.columns.iter().map(|column| cells.text(*column).to_owned());
        push(lines, verdict.into_iter().chain(cells));
    }
}

/// RFC 4180 §2, each cell in quotation marks.
fn lines() -> Writer<Vec<u8>> {
    WriterBuilder::new()
        .flexible(true)
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new())
}

fn push(lines: &mut Writer<Vec<u8>>, cells: impl IntoIterator<Item = impl ToString>) {
    let cells = cells.into_iter().map(|cell| csv_cell::escaped(&cell.to_string()).into_owned());
    // Writing into memory cannot fail.
    _ = lines.write_record(cells);
}

fn written(lines: Writer<Vec<u8>>) -> Vec<u8> {
    lines.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        import::{CellError, JudgedRow, RefusedRow, RowError, judge},
        locale::Locale,
    };
    use jiff::tz::TimeZone;

    fn writer(locale: Locale) -> RowWriter {
        let voice = Voice::new(locale, "Sekisho", TimeZone::UTC, jiff::Timestamp::UNIX_EPOCH);
        RowWriter::new(voice, Vec::new())
    }

    fn written(judged: JudgedRow, state: ImportRowState, locale: Locale) -> String {
        String::from_utf8(writer(locale).rows(&[ImportRow { judged, state }])).unwrap()
    }

    fn first_line(locale: Locale) -> String {
        String::from_utf8(writer(locale).heading()).unwrap()
    }

    fn cells(texts: [(Column, &str); 5]) -> Cells {
        let mut cells = Cells::default();
        for (column, text) in texts {
            cells.set(column, text);
        }
        cells
    }

    #[test]
    fn the_headings_are_words_of_the_readers_language() {
        assert_eq!(
            first_line(Locale::Ja),
            "\u{feff}\"行\",\"結果\",\"直すところ\",\"氏名\",\"よみ\",\"姓(半角ローマ字)\",\"名(半角ローマ字)\",\
             \"ログイン名\",\"メールアドレス\",\"グループ\",\"メモ\",\"役割\",\"メールの言語\"\r\n"
        );
        assert!(first_line(Locale::En).contains(",\"Family name\",\"Given name\",\"Login name\","));
    }

    #[test]
    fn a_result_that_is_sent_again_is_read_as_the_rows_it_tells_of() {
        let sent = "氏名,よみ,姓(ローマ字),名(ローマ字),ログイン名,メール,グループ,備考,権限,言語\n\
                    山田 太郎,やまだ たろう,Yamada,Taro,taro,taro@sample.example,\"sales,tokyo\",\"=1,\"\"2\",監査者,en\n\
                    ミュラー,,Müller,Hans,hans,hans@sample.example,,,,\n\
                    太郎,,Yamada,Taro,taro,other@sample.example,,,,\n";
        let sent = judge(sent.as_bytes()).unwrap();
        for locale in Locale::ALL {
            let state = ImportRowState::Waiting;
            let lines = sent.rows.clone().into_iter().map(|judged| written(judged, state, locale));
            let text = first_line(locale) + &lines.collect::<String>();
            let read = judge(text.as_bytes()).unwrap();
            assert_eq!(read.ignored_columns, 3);
            for (sent, read) in sent.rows.iter().zip(&read.rows) {
                assert_eq!(sent.verdict, read.verdict, "{text}");
            }
        }
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
        let judged = JudgedRow { line: 3, verdict: Err(RefusedRow { cells, errors }), known: None };
        let row = written(judged.clone(), ImportRowState::Refused, Locale::En);
        assert!(row.starts_with("\"3\",\"Cannot be added\",\"Family name:"), "{row}");
        assert!(row.contains(",\"'=ハンス\",\"\",\"Müller\",\"Hans\",\"hans\",\"'+hans\","), "{row}");
        assert!(row.contains("Müller → Muller") && row.contains("line 2"), "{row}");
        let row = written(judged, ImportRowState::Refused, Locale::Ja);
        assert!(row.contains("登録できません") && row.contains("2行目と同じ値です"), "{row}");
    }

    #[test]
    fn a_formula_from_the_file_is_disarmed() {
        let mut cells = cells([
            (Column::DisplayName, "山田"),
            (Column::RomanFamilyName, "Yamada"),
            (Column::RomanGivenName, "Taro"),
            (Column::LoginName, "taro"),
            (Column::Email, "+taro@example.jp"),
        ]);
        cells.set(Column::Note, "=HYPERLINK(\"https://evil.example\")");
        let verdict = cells.judge().map_err(|errors| RefusedRow { cells, errors });
        let row = written(JudgedRow { line: 2, verdict, known: None }, ImportRowState::Done, Locale::Ja);
        assert_eq!(
            row,
            "\"2\",\"登録済み\",\"\",\"山田\",\"\",\"Yamada\",\"Taro\",\"taro\",\"'+taro@example.jp\",\"\",\
             \"'=HYPERLINK(\"\"https://evil.example\"\")\",\"\",\"\"\r\n"
        );
    }
}
