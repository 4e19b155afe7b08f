//! Long lists, one page at a time, by key: page 10,000 costs the same as the first page.

use domain::people_search::Search;

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

/// A text as a part of the pattern of a LIKE: `%` and `_` match only themselves.
pub(crate) fn like(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

/// The patterns of one search; a text must match each.
pub(crate) type Patterns = [String; 3];

/// Matches any text.
const ANY: &str = "%";

/// The patterns of a search, after one of its own; `None`: for nothing. Words beyond the third pattern are looked for in
/// the order in which they were typed.
pub(crate) fn patterns(own: Option<String>, search: &Search) -> Option<Patterns> {
    let words = search.words().map(|word| format!("%{}%", like(word)));
    let mut all = own.into_iter().chain(words);
    let first = all.next()?;
    let second = all.next().unwrap_or_else(|| ANY.to_owned());
    Some([first, second, all.collect::<String>() + ANY])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_is_searched_for_as_itself() {
        assert_eq!(like("100%_a\\"), "100\\%\\_a\\\\");
    }

    #[test]
    fn each_word_is_looked_for() {
        let typed = |text: &str| patterns(None, &Search::parse(text)).map(|all| all.join(" "));
        assert_eq!(typed(" 　"), None);
        assert_eq!(typed("a").as_deref(), Some("%a% % %"));
        assert_eq!(typed("a b c d").as_deref(), Some("%a% %b% %c%%d%%"));
        let own = patterns(Some("x%".to_owned()), &Search::parse("a b c"));
        assert_eq!(own.map(|all| all.join(" ")).as_deref(), Some("x% %a% %b%%c%%"));
    }

    #[test]
    fn a_page_knows_whether_there_are_more_rows() {
        let request = PageRequest::<u8>::first(2);
        assert!(request.cut(vec![1, 2, 3]).more);
        assert!(!request.cut(vec![1, 2]).more);
    }
}
