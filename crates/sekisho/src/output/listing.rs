//! A long list, shown part by part without keeping the shown rows.

use super::{OutputFormat, Record, cell, padded};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Shows the parts of a list as they arrive, up to a number of rows.
pub struct Listing<'a> {
    form: OutputFormat,
    out: &'a mut dyn Write,
    /// `None` for no bound.
    rows_max: Option<usize>,
    shown: usize,
    /// The columns' widths so far; a later part may need wider columns.
    widths: Vec<usize>,
}

impl<'a> Listing<'a> {
    /// A listing without rows.
    pub fn new(form: OutputFormat, rows_max: Option<usize>, out: &'a mut dyn Write) -> Self {
        Self { form, out, rows_max, shown: 0, widths: Vec::new() }
    }

    /// Shows a part; `false` if the bound cut it.
    pub fn show(&mut self, part: &[Record]) -> io::Result<bool> {
        let room = self.rows_max.map_or(usize::MAX, |max| max - self.shown);
        let records = part.get(..room).unwrap_or(part);
        let text = match self.form {
            OutputFormat::Text => self.table(records),
            OutputFormat::Json => self.members(records),
        };
        self.shown += records.len();
        self.out.write_all(text.as_bytes())?;
        Ok(records.len() == part.len())
    }

    /// The number of shown rows.
    pub fn shown(&self) -> usize {
        self.shown
    }

    /// Whether the bound is reached.
    pub fn is_full(&self) -> bool {
        self.rows_max.is_some_and(|max| self.shown >= max)
    }

    /// Shows the end of a list.
    pub fn end(self) -> io::Result<()> {
        let text = match (self.form, self.shown) {
            (OutputFormat::Text, 0) => "none\n",
            (OutputFormat::Text, _) => "",
            (OutputFormat::Json, 0) => "[]\n",
            (OutputFormat::Json, _) => "\n]\n",
        };
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    fn table(&mut self, records: &[Record]) -> String {
        let Some(first) = records.first() else { return String::new() };
        let mut rows: Vec<Vec<String>> = Vec::new();
        if self.shown == 0 {
            rows.push(first.0.iter().map(|(name, _)| name.to_uppercase()).collect());
        }
        rows.extend(records.iter().map(|record| record.0.iter().map(|(_, value)| cell(value)).collect()));
        self.widths.resize(first.0.len(), 0);
        for row in &rows {
            for (text, widest) in row.iter().zip(&mut self.widths) {
                *widest = text.width().max(*widest);
            }
        }
        let mut text = String::new();
        for row in rows {
            let cells: Vec<String> =
                row.iter().zip(&self.widths).map(|(cell, width)| padded(cell, *width)).collect();
            text.push_str(cells.join("  ").trim_end());
            text.push('\n');
        }
        text
    }

    /// The rows as members of one JSON array, in any number of parts.
    fn members(&self, records: &[Record]) -> String {
        let mut text = String::new();
        for (index, record) in records.iter().enumerate() {
            text.push_str(if self.shown + index == 0 { "[" } else { "," });
            for line in serde_json::to_string_pretty(record).unwrap_or_default().lines() {
                text.push_str("\n  ");
                text.push_str(line);
            }
        }
        text
    }
}

/// A whole list for people.
pub(super) fn text(records: &[Record]) -> String {
    let mut text = Vec::new();
    let mut listing = Listing::new(OutputFormat::Text, None, &mut text);
    // Writing into memory cannot fail.
    _ = listing.show(records).and_then(|_| listing.end());
    String::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn people(range: std::ops::Range<usize>) -> Vec<Record> {
        range
            .map(|number| Record::new().with("number", number).with("name", "あ".repeat(number % 7)))
            .collect()
    }

    fn shown(form: OutputFormat, rows_max: Option<usize>, parts: &[Vec<Record>]) -> String {
        let mut out = Vec::new();
        let mut listing = Listing::new(form, rows_max, &mut out);
        for part in parts {
            listing.show(part).expect("shown");
        }
        listing.end().expect("ended");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn parts_of_a_list_make_the_same_json_as_the_whole() {
        let parts = [people(0..3), Vec::new(), people(3..4), people(4..9)];
        let whole = shown(OutputFormat::Json, None, &[people(0..9)]);
        assert_eq!(shown(OutputFormat::Json, None, &parts), whole);
        assert_eq!(whole, super::super::json(&people(0..9)));
        let rows: Vec<Value> = serde_json::from_str(&whole).expect("JSON");
        assert_eq!(rows.len(), 9);
        assert_eq!(shown(OutputFormat::Json, None, &[Vec::new()]), super::super::json(&people(0..0)));
    }

    #[test]
    fn a_table_in_parts_has_one_heading_and_columns_that_only_widen() {
        let text = shown(OutputFormat::Text, None, &[people(0..2), people(2..7)]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines.len(), lines[0], lines[2]), (8, "NUMBER  NAME", "1       あ"));
        assert_eq!(text, shown(OutputFormat::Text, None, &[people(0..7)]));
        assert_eq!(shown(OutputFormat::Text, None, &[Vec::new()]), "none\n");
    }

    #[test]
    fn a_list_ends_at_its_bound_within_a_part_too() {
        let mut out = Vec::new();
        let mut listing = Listing::new(OutputFormat::Json, Some(5), &mut out);
        listing.show(&people(0..4)).expect("shown");
        assert!(!listing.is_full());
        listing.show(&people(4..9)).expect("shown");
        assert!(listing.is_full());
        listing.show(&people(9..12)).expect("shown");
        listing.end().expect("ended");
        let rows: Vec<Value> = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(rows.len(), 5);
    }
}
