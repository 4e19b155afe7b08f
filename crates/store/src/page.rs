//! Long lists, one page at a time, by key: page 10,000 costs the same as the first page.

/// The most rows of one page.
pub const PAGE_ROWS_MAX: u32 = 500;

/// A page: the rows after (not including) a key.
#[derive(Debug, Clone)]
pub struct PageRequest<Key> {
    /// The key of the last row read; `None` for the first page.
    pub after: Option<Key>,
    /// At most [`PAGE_ROWS_MAX`].
    pub rows: u32,
}

#[derive(Debug, Clone)]
pub struct ListPage<T> {
    /// In the list's order.
    pub rows: Vec<T>,
    /// Whether there are rows after these.
    pub more: bool,
}

impl<Key> PageRequest<Key> {
    pub fn first(rows: u32) -> Self {
        Self { after: None, rows }
    }

    /// The page after the row with this key.
    pub fn after(key: Key, rows: u32) -> Self {
        Self { after: Some(key), rows }
    }

    fn limit(&self) -> u32 {
        self.rows.clamp(1, PAGE_ROWS_MAX)
    }

    /// The LIMIT of a statement: one row more than the page, to learn whether there are more.
    pub(crate) fn limit_and_one(&self) -> i64 {
        i64::from(self.limit()) + 1
    }

    /// Removes the extra row.
    pub(crate) fn cut<T>(&self, mut rows: Vec<T>) -> ListPage<T> {
        let limit = self.limit() as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        ListPage { rows, more }
    }
}

/// The pattern for a substring search in a `search_text` column; `%` and `_` match only themselves.
pub(crate) fn search_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in folded(text).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// The text that a search reads: the fields in lower case, separated from each other.
pub(crate) fn search_text(fields: &[&str]) -> String {
    folded(&fields.join("\n"))
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_is_searched_for_as_itself() {
        assert_eq!(search_pattern(" 100%_A "), "%100\\%\\_a%");
    }

    #[test]
    fn a_page_knows_whether_there_are_more_rows() {
        let request = PageRequest::<u8>::first(2);
        assert!(request.cut(vec![1, 2, 3]).more);
        assert!(!request.cut(vec![1, 2]).more);
    }
}
