//! The rows of a CSV text (RFC 4180), cell by cell, each cut to what may stand in a person's record.
//!
//! **Invariant:** reading takes one cell's memory, however long a row's cells are and however many it has.

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

/// The most bytes of a cell; the longest list of groups fits.
const CELL_BYTES_MAX: usize = 16 * 1024;
/// Bytes read past at a time.
const PASSED_BYTES: usize = 4096;

/// The beginning of a cell.
pub(super) struct Cell<'a> {
    pub(super) text: &'a str,
    /// Was there more of it?
    pub(super) cut: bool,
}

/// Reads a text from row to row.
pub(super) struct CsvRows<'a> {
    reader: Reader,
    text: &'a str,
    position: usize,
    cell: Vec<u8>,
    passed: [u8; PASSED_BYTES],
}

impl<'a> CsvRows<'a> {
    /// Cells are parted by `separator`, an ASCII letter.
    pub(super) fn new(text: &'a str, separator: u8) -> Self {
        let (cell, passed) = (vec![0; CELL_BYTES_MAX], [0; PASSED_BYTES]);
        let reader = ReaderBuilder::new().delimiter(separator).build();
        Self { reader, text, position: 0, cell, passed }
    }

    /// Reads past so many rows.
    pub(super) fn pass(&mut self, rows: usize) {
        for _ in 0..rows {
            self.next(|_, _| {});
        }
    }

    /// Is all read?
    pub(super) fn is_at_end(&self) -> bool {
        self.position >= self.text.len()
    }

    /// Where the next row begins, in bytes; empty lines before it may follow.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Hands over the cells of the next row with their places, from 0 on; `false` at the end of the text.
    pub(super) fn next(&mut self, mut take: impl FnMut(usize, Cell<'_>)) -> bool {
        for place in 0.. {
            let (mut kept, mut cut) = (0, false);
            let last = loop {
                let room = self.cell.get_mut(kept..).filter(|room| !room.is_empty());
                let is_kept = room.is_some();
                let input = self.text.as_bytes().get(self.position..).unwrap_or_default();
                let (result, read, written) = self.reader.read_field(input, room.unwrap_or(&mut self.passed));
                self.position += read;
                if is_kept {
                    kept += written;
                } else {
                    cut |= written > 0;
                }
                match result {
                    ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
                    ReadFieldResult::Field { record_end } => break record_end,
                    ReadFieldResult::End => return false,
                }
            };
            // A cut may have parted a letter.
            let text = self.cell.get(..kept).and_then(|cell| cell.utf8_chunks().next());
            take(place, Cell { text: text.map_or("", |chunk| chunk.valid()), cut });
            if last {
                break;
            }
        }
        true
    }
}
