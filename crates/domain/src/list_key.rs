//! The order of people in lists: by their reading as telephone books sort it, people without one after them by name.

use crate::{folding::folded, login_name::LoginName, user::User};
use unicode_normalization::UnicodeNormalization;

/// The letters of a reading or name that count; people who agree in so many are sorted by login name.
const LETTERS_MAX: usize = 24;

/// The longest key, in octets.
const OCTETS_MAX: usize = 400;

/// A person's place in lists, unique within a tenant; places compare by octets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListKey(String);

impl ListKey {
    /// The place of a person.
    pub fn of(user: &User) -> Self {
        Self::of_names(&user.reading, &user.display_name, &user.login_name)
    }

    /// The place of a person with these names.
    pub fn of_names(reading: &str, display_name: &str, login_name: &LoginName) -> Self {
        let reading = folded(reading);
        let (class, name) = if reading.is_empty() { ('2', folded(display_name)) } else { ('1', reading) };
        let name: String = name.chars().take(LETTERS_MAX).collect();
        let plain = plain(&name);
        let exact = if plain == name { "" } else { &name };
        Self(format!("{class}{plain}\t{exact}\t{login_name}"))
    }

    /// Reads a key from an address; it need not be anybody's.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=OCTETS_MAX).contains(&text.len()) && !text.contains('\0');
        fits.then(|| Self(text.to_owned()))
    }

    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ListKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A folded name without what counts only between equal names: marks of voiced kana, small kana, long vowels.
fn plain(name: &str) -> String {
    let is_mark = |letter: &char| matches!(letter, '\u{3099}' | '\u{309a}' | '-' | '\'');
    name.nfd().filter(|letter| !is_mark(letter)).map(large).nfc().collect()
}

/// The large kana for a small one.
fn large(letter: char) -> char {
    match letter {
        'ぁ' => 'あ',
        'ぃ' => 'い',
        'ぅ' => 'う',
        'ぇ' => 'え',
        'ぉ' => 'お',
        'っ' => 'つ',
        'ゃ' => 'や',
        'ゅ' => 'ゆ',
        'ょ' => 'よ',
        'ゎ' => 'わ',
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(reading: &str, name: &str, login: &str) -> ListKey {
        ListKey::of_names(reading, name, &LoginName::parse(login).unwrap())
    }

    #[test]
    fn people_stand_as_in_a_telephone_book_and_those_without_a_reading_behind_them() {
        let people = [
            ("Sato Taro", "佐藤", "z9"),
            ("あいだ", "相田", "z8"),
            ("かき", "柿", "z7"),
            ("ガイ", "凱", "z6"),
            ("がき", "賀喜", "z5"),
            ("かきた", "柿田", "z4"),
            ("さと じろう", "佐戸", "z3"),
            ("サトウ ﾀﾛｳ", "佐藤", "a"),
            ("さとう たろう", "佐藤", "b"),
            ("はっとり", "服部", "z2"),
            ("はつとり あい", "服部", "z1"),
            ("", "Anna", "y2"),
            ("", "山田", "y1"),
        ];
        let mut keys: Vec<ListKey> =
            people.iter().rev().map(|(reading, name, login)| key(reading, name, login)).collect();
        keys.sort();
        let expected = ["z9", "z8", "z6", "z7", "z5", "z4", "z3", "a", "b", "z2", "z1", "y2", "y1"];
        let logins: Vec<&str> = keys.iter().map(|key| key.as_str().rsplit('\t').next().unwrap()).collect();
        assert_eq!(logins, expected);
    }

    #[test]
    fn keys_are_bounded_and_read_back() {
        let long = "ガ".repeat(200);
        let key = key(&long, "", &"a".repeat(64));
        assert!(key.as_str().len() <= OCTETS_MAX, "{}", key.as_str().len());
        assert_eq!(ListKey::parse(key.as_str()), Some(key));
        assert_eq!(ListKey::parse(""), None);
        assert_eq!(ListKey::parse("a\0"), None);
    }
}
