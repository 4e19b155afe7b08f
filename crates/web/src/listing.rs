//! What an address says about a list: what is searched for, and which page of it.

use crate::failure::Failure;
use domain::refusal::Problem;
use serde::Deserialize;
use std::str::FromStr;

/// Rows of one page of a list.
pub(crate) const ROWS_PER_PAGE: u32 = 50;

/// The most people of one act.
pub(crate) const SELECTED_MAX: u32 = 500;

/// The longest search text that is looked at, in letters.
const SEARCH_LETTERS_MAX: usize = 100;

/// The query of a list's address; whatever else stands in it is left alone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    q: String,
    after: String,
    /// What was just done, by its name.
    pub(crate) done: String,
}

impl ListQuery {
    /// What is searched for, cut to a sensible length.
    pub(crate) fn search(&self) -> String {
        search(&self.q)
    }

    /// The key of the last row seen, as the link to the next page names it.
    pub(crate) fn after<Key>(&self, parse: impl FnOnce(&str) -> Option<Key>) -> Result<Option<Key>, Failure> {
        place(&self.after, parse)
    }

    /// The address of the page that follows the row with this key, in the same search.
    pub(crate) fn page_after(&self, path: &str, key: &str) -> String {
        self.page(path, key)
    }

    /// The address of the first page of the same search; `None` on that page itself.
    pub(crate) fn first_page(&self, path: &str) -> Option<String> {
        (!self.after.is_empty()).then(|| self.page(path, ""))
    }

    fn page(&self, path: &str, key: &str) -> String {
        let search = self.search();
        let words = [("after", key), ("q", &search)];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(words.into_iter().filter(|(_, value)| !value.is_empty()));
        match query.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }
}

/// What was typed to search for, cut to a sensible length.
pub(crate) fn search(typed: &str) -> String {
    typed.trim().chars().filter(|letter| *letter != '\0').take(SEARCH_LETTERS_MAX).collect()
}

/// The place in a list that an address names; `None` for none, a refusal of what is no place.
pub(crate) fn place<Key>(
    text: &str,
    parse: impl FnOnce(&str) -> Option<Key>,
) -> Result<Option<Key>, Failure> {
    match text {
        "" => Ok(None),
        text => parse(text).map(Some).ok_or(Failure::from(Problem::NotFound)),
    }
}

/// The id in a path; what is no id names nothing.
pub(crate) fn id<Id: FromStr>(text: &str) -> Result<Id, Failure> {
    text.parse().map_err(|_| Failure::from(Problem::NotFound))
}

/// A number for a page that shows 32 bits of it.
pub(crate) fn shown(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_the_search_and_breaks_out_of_nothing() {
        let query = ListQuery { q: " 山&x=\"1\" ".into(), ..ListQuery::default() };
        let address = query.page_after("/", "taro+1@example.jp");
        assert_eq!(address, "/?after=taro%2B1%40example.jp&q=%E5%B1%B1%26x%3D%221%22");
        assert_eq!(ListQuery::default().page_after("/audit", "7"), "/audit?after=7");
        assert_eq!(query.first_page("/"), None);
        let later = ListQuery { after: "hana".into(), ..query };
        assert_eq!(later.first_page("/").unwrap(), address.replace("after=taro%2B1%40example.jp&", ""));
    }

    #[test]
    fn what_is_no_id_names_nothing() {
        assert_eq!(id::<domain::id::UserId>("../etc"), Err(Problem::NotFound.into()));
    }
}
