//! A contact as the operator or administrator wrote it, with links for its addresses and numbers.

use askama::{Template, filters::HtmlSafe};
use domain::email::EmailAddress;

/// The fewest digits of a telephone number; fewer are an extension.
const TELEPHONE_DIGITS_MIN: usize = 9;

/// A contact in free words.
#[derive(Template)]
#[template(path = "parts/contact.html")]
pub(crate) struct Contact<'a> {
    words: Vec<Word<'a>>,
}

impl HtmlSafe for Contact<'_> {}

#[derive(Debug, PartialEq, Eq)]
enum Word<'a> {
    Email(&'a str),
    /// The number as written, and its digits (RFC 3966).
    Telephone(&'a str, String),
    Plain(&'a str),
}

impl<'a> Contact<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { words: text.split_whitespace().map(word).collect() }
    }
}

fn word(text: &str) -> Word<'_> {
    if EmailAddress::parse(text).is_ok() {
        return Word::Email(text);
    }
    let digits: String = text.chars().filter(|letter| *letter == '+' || letter.is_ascii_digit()).collect();
    let written_as_number = text.starts_with(|first: char| first == '+' || first.is_ascii_digit())
        && text.chars().all(|letter| letter.is_ascii_digit() || "+-()".contains(letter));
    if written_as_number && digits.len() >= TELEPHONE_DIGITS_MIN {
        Word::Telephone(text, digits)
    } else {
        Word::Plain(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_can_be_pressed_and_nothing_else() {
        assert_eq!(word("help@sample.example"), Word::Email("help@sample.example"));
        assert_eq!(word("03-0000-0000"), Word::Telephone("03-0000-0000", "0300000000".to_owned()));
        assert_eq!(word("+81-3-0000-0000"), Word::Telephone("+81-3-0000-0000", "+81300000000".to_owned()));
        for plain in
            ["内線1234", "1234", "2026-11-22", "javascript:alert(1)", "<script>@x", "/", "--------------"]
        {
            assert_eq!(word(plain), Word::Plain(plain));
        }
    }
}
