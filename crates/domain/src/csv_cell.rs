//! Cells of the CSV files that Sekisho writes and reads: no cell may hide a formula.
//!
//! A spreadsheet runs a cell that begins with `= + - @` (also in full width), TAB or CR as a formula. The
//! writer puts an apostrophe before such a cell; the reader removes it.

use std::borrow::Cow;

/// Whether a spreadsheet would run the text.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'])
}

/// A cell as written to a file.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A cell as read from a file: the writer's apostrophe is removed.
pub fn unescaped(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_come_back_as_they_were() {
        for text in ["=1+1", "+81-3", "-", "@SUM(A1)", "\tx", "＝1+1", "＋81", "－1", "＠A1"] {
            let written = escaped(text);
            assert!(written.starts_with('\''));
            assert_eq!(unescaped(&written), text);
        }
        assert_eq!(unescaped(&escaped("O'Brien")), "O'Brien");
        assert_eq!(unescaped("'quoted'"), "'quoted'");
    }
}
