//! What a search among people reads, and what it looks for.
//!
//! **Invariant:** both are spelled by [`folded`], so what is typed finds what is stored in any spelling.

use crate::{
    certificate_text::RomanName,
    folding::folded,
    user::{GroupKey, Role, User},
};

/// The most octets that a search reads of one person: PostgreSQL keeps the text in an index, whose rows are bounded.
/// Everything usual is far below; of 32 long groups and long names, a part of the names is not found.
const SEARCH_TEXT_OCTETS_MAX: usize = 2_300;

/// The text that a search reads: a mark of the role, a line for each group, an empty line, the names.
pub fn search_text(user: &User) -> String {
    let roman_name = user.roman_name.as_ref().map(RomanName::common_name).unwrap_or_default();
    let names =
        [user.login_name.as_str(), user.email.as_str(), &user.display_name, &user.reading, &roman_name];
    let groups = user.groups.iter().map(group_line);
    let marks = std::iter::once(format!("{}\n", role_mark(user.role))).chain(groups);
    let mut text: String = marks.chain(["\n".to_owned(), searched(&names)]).collect();
    text.truncate(text.floor_char_boundary(SEARCH_TEXT_OCTETS_MAX));
    text
}

/// The names of a thing as a search reads them, a line each. Blanks count only between ASCII words: Japanese names are
/// written with and without.
pub fn searched(names: &[&str]) -> String {
    names.iter().map(|name| without_blanks(&folded(name)) + "\n").collect()
}

fn without_blanks(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut words = name.split(' ').peekable();
    while let Some(word) = words.next() {
        text.push_str(word);
        let next = words.peek().and_then(|next| next.chars().next());
        if word.chars().next_back().zip(next).is_some_and(|(last, next)| last.is_ascii() && next.is_ascii()) {
            text.push(' ');
        }
    }
    text
}

/// The first letter of the text of everybody with a role: a control letter, which nobody types.
pub fn role_mark(role: Role) -> char {
    match role {
        Role::Operator => '\u{1}',
        Role::Administrator => '\u{2}',
        Role::Auditor => '\u{3}',
        Role::User => '\u{4}',
    }
}

/// The line of a group in the text of everybody in it. The case of a key does not count.
pub fn group_line(group: &GroupKey) -> String {
    format!("#{}\n", group.as_str().to_ascii_lowercase())
}

/// What is searched for: words in any order, each a part of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    words: Vec<String>,
}

impl Search {
    /// The words of what was typed.
    pub fn parse(typed: &str) -> Self {
        Self { words: folded(typed).split_whitespace().map(str::to_owned).collect() }
    }

    /// The words as typed, in their one spelling.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// Whether nothing is searched for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(typed: &str, names: &[&str]) -> bool {
        let text = searched(names);
        Search::parse(typed).words().all(|word| text.contains(word))
    }

    #[test]
    fn a_person_is_found_by_any_of_the_names_in_any_spelling_and_order() {
        let names = ["tsato", "taro@example.jp", "髙橋　太郎", "タカハシ タロウ", "Takahashi Taro"];
        for typed in [
            "高橋",
            "高橋太郎",
            "太郎 高橋",
            "たかはし",
            "ﾀｶﾊｼﾀﾛｳ",
            "TARO TAKAHASHI",
            "takahashi　taro",
            "TSATO 高橋",
            "",
            "  ",
        ] {
            assert!(finds(typed, &names), "{typed}");
        }
        for typed in ["高橋 花子", "takahashitaro", "\u{4}"] {
            assert!(!finds(typed, &names) || Search::parse(typed).is_empty(), "{typed}");
        }
    }

    #[test]
    fn a_group_is_found_by_its_name_and_is_no_part_of_another_line() {
        let group = GroupKey::parse("Sales").unwrap();
        assert_eq!(group_line(&group), "#sales\n");
        assert_eq!(without_blanks("de la cruz 花 子"), "de la cruz花子");
    }
}
