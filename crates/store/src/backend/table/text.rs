//! Texts of inserts and updates, written by the compiler from a table's columns.

use super::Fields;

/// Bytes of the longest text.
const TEXT_BYTES_MAX: usize = 1024;
/// What places are written with.
const DIGITS: &[u8; 10] = b"0123456789";
/// The most columns of one table.
const COLUMNS_MAX: usize = 99;

/// A statement's text, written by the compiler from a list of columns, with `$1`, `$2`, … as places.
pub(crate) struct TableText {
    bytes: [u8; TEXT_BYTES_MAX],
    length: usize,
}

impl TableText {
    /// Adds a row, with its values in the order of the columns.
    pub(crate) const fn insert(table: &str, lists: &[Fields], rest: &str) -> Self {
        let columns = Self::empty().add("INSERT INTO ").add(table).add(" (").listed(lists, Listed::Names, 1);
        columns.add(") VALUES (").listed(lists, Listed::Places, 1).add(") ").add(rest)
    }

    /// Adds a row, or changes the row that has the same value in `unique`.
    pub(crate) const fn upsert(
        table: &str,
        lists: &[Fields],
        unique: &str,
        changed: &[Fields],
        rest: &str,
    ) -> Self {
        let conflict = Self::insert(table, lists, "ON CONFLICT (").add(unique).add(") DO UPDATE SET ");
        conflict.listed(changed, Listed::Replacements, 1).add(rest)
    }

    /// Changes the row with a key; the key's values come first.
    pub(crate) const fn update(table: &str, key: &[Fields], changed: &[Fields]) -> Self {
        let changes = Self::empty().add("UPDATE ").add(table).add(" SET ");
        let changes = changes.listed(changed, Listed::Changes, 1 + count(key));
        changes.add(" WHERE ").listed(key, Listed::Conditions, 1)
    }

    pub(crate) const fn as_str(&'static self) -> &'static str {
        match str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => panic!("the text is made of texts"),
        }
    }

    const fn empty() -> Self {
        Self { bytes: [0; TEXT_BYTES_MAX], length: 0 }
    }

    const fn add(mut self, text: &str) -> Self {
        let mut at = 0;
        while at < text.len() {
            self.bytes[self.length] = text.as_bytes()[at];
            self.length += 1;
            at += 1;
        }
        self
    }

    const fn add_place(mut self, place: usize) -> Self {
        assert!(place <= COLUMNS_MAX, "places have two digits");
        self = self.add("$");
        if place >= 10 {
            self.bytes[self.length] = DIGITS[place / 10];
            self.length += 1;
        }
        self.bytes[self.length] = DIGITS[place % 10];
        self.length += 1;
        self
    }

    const fn listed(mut self, lists: &[Fields], how: Listed, first_place: usize) -> Self {
        let (mut list, mut place) = (0, first_place);
        while list < lists.len() {
            let mut field = 0;
            while field < lists[list].len() {
                let mut column = 0;
                while column < lists[list][field].len() {
                    let between = if place == first_place { "" } else { how.between() };
                    self = self.add(between).one(lists[list][field][column], how, place);
                    place += 1;
                    column += 1;
                }
                field += 1;
            }
            list += 1;
        }
        self
    }

    const fn one(self, column: &str, how: Listed, place: usize) -> Self {
        match how {
            Listed::Names => self.add(column),
            Listed::Places => self.add_place(place),
            Listed::Changes | Listed::Conditions => self.add(column).add(" = ").add_place(place),
            Listed::Replacements => self.add(column).add(" = excluded.").add(column),
        }
    }
}

/// How columns stand in a text.
#[derive(Clone, Copy)]
enum Listed {
    Names,
    Places,
    Changes,
    Conditions,
    /// By the value that the refused insert brought.
    Replacements,
}

impl Listed {
    const fn between(self) -> &'static str {
        match self {
            Self::Conditions => " AND ",
            Self::Names | Self::Places | Self::Changes | Self::Replacements => ", ",
        }
    }
}

const fn count(lists: &[Fields]) -> usize {
    let (mut count, mut list) = (0, 0);
    while list < lists.len() {
        let mut field = 0;
        while field < lists[list].len() {
            count += lists[list][field].len();
            field += 1;
        }
        list += 1;
    }
    count
}
