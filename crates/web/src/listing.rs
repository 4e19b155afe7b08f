//! What an address says about a list: what is searched for, and which page of it.

use crate::failure::Failure;
use serde::Deserialize;
use std::str::FromStr;

/// Rows of one page of a list.
pub(crate) const ROWS_PER_PAGE: u32 = 50;

/// The longest search text that is looked at, in letters.
const SEARCH_LETTERS_MAX: usize = 100;

/// The query of a list's address; whatever else stands in it is left alone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    q: String,
    /// The step of a user's way that is asked for, by its name.
    pub(crate) progress: String,
    after: String,
}

impl ListQuery {
    /// What is searched for, cut to a sensible length.
    pub(crate) fn search(&self) -> String {
        self.q.trim().chars().filter(|letter| *letter != '\0').take(SEARCH_LETTERS_MAX).collect()
    }

    /// The key of the last row seen, as the link to the next page names it.
    pub(crate) fn after<Key>(&self, parse: impl FnOnce(&str) -> Option<Key>) -> Result<Option<Key>, Failure> {
        match self.after.as_str() {
            "" => Ok(None),
            text => parse(text).map(Some).ok_or(Failure::NotFound),
        }
    }
}

/// The id in a path; what is no id names nothing.
pub(crate) fn id<Id: FromStr>(text: &str) -> Result<Id, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}
