//! The line of a file in which a row begins, as an editor numbers it.
//!
//! The CSV reader's own count stands before the line end of the row above where that is CR LF, and
//! before any blank lines between the two.

/// Counts lines up to positions that only grow. CR LF, LF and CR each end a line.
pub(super) struct LineCounter<'a> {
    rest: &'a [u8],
    passed: usize,
    line: u32,
}

impl<'a> LineCounter<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text.as_bytes(), passed: 0, line: 1 }
    }

    /// The line, 1-based, of the first byte at or after `position` (in bytes) that ends no line.
    pub(super) fn at(&mut self, position: usize) -> u32 {
        while let Some((&first, rest)) = self.rest.split_first() {
            let ends_line = matches!(first, b'\r' | b'\n');
            if self.passed >= position && !ends_line {
                break;
            }
            // CR LF is one end: the CR leaves the counting to the LF.
            if ends_line && !(first == b'\r' && rest.first() == Some(&b'\n')) {
                self.line = self.line.saturating_add(1);
            }
            self.rest = rest;
            self.passed += 1;
        }
        self.line
    }
}
