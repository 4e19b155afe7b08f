//! A text in which people wrote web addresses, with a link for each.
//!
//! **Invariant:** a link is `http` or `https` with a host of its own, and shows where it leads.

use askama::{Template, filters::HtmlSafe};
use domain::portal_page::WebAddress;

/// Marks that end a sentence rather than an address.
const ENDS_OF_SENTENCES: &str = ".,;:!?]'";

/// A text of plain parts and addresses.
#[derive(Template)]
#[template(path = "parts/linked.html")]
pub(crate) struct Linked<'a> {
    parts: Vec<Part<'a>>,
}

impl HtmlSafe for Linked<'_> {}

#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Plain(&'a str),
    Address(&'a str),
}

/// The text with its addresses as links.
pub(crate) fn linked(text: &str) -> Linked<'_> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((at, address)) = rest.match_indices("http").find_map(|(at, _)| address_at(rest, at)) {
        parts.extend([Part::Plain(&rest[..at]), Part::Address(address)]);
        rest = &rest[at + address.len()..];
    }
    parts.push(Part::Plain(rest));
    Linked { parts }
}

/// The address that begins there, if it is one.
fn address_at(text: &str, at: usize) -> Option<(usize, &str)> {
    let is_within_a_word = text[..at].ends_with(|before: char| before.is_ascii_alphanumeric());
    let (scheme, rest) = text[at..].split_once("://")?;
    if is_within_a_word || !matches!(scheme, "http" | "https") {
        return None;
    }
    let end = rest.find(|letter: char| !letter.is_ascii_graphic() || "\"<>".contains(letter));
    let rest = &rest[..end.unwrap_or(rest.len())];
    let is_end = |letter| ENDS_OF_SENTENCES.contains(letter) || letter == ')' && !rest.contains('(');
    let rest = rest.trim_end_matches(is_end);
    WebAddress::parse(&format!("https://{rest}")).ok()?;
    Some((at, &text[at..at + scheme.len() + "://".len() + rest.len()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<&str> {
        let parts = linked(text).parts;
        let whole: String = parts.iter().map(|(Part::Plain(text) | Part::Address(text))| *text).collect();
        assert_eq!(whole, text, "nothing is lost");
        let address = |part: &Part<'_>| matches!(part, Part::Address(_));
        parts
            .iter()
            .filter(|part| address(part))
            .map(|(Part::Plain(text) | Part::Address(text))| *text)
            .collect()
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        let text = "詳しくはhttps://intra.example.jp/a?b=c&d=e#f、または(http://old.example:8080/)。\nhttps://a.example.";
        let found = ["https://intra.example.jp/a?b=c&d=e#f", "http://old.example:8080/", "https://a.example"];
        assert_eq!(addresses(text), found);
        assert_eq!(addresses("https://a.example/x_(y)"), ["https://a.example/x_(y)"]);
    }

    #[test]
    fn nothing_else_becomes_a_link() {
        for text in [
            "javascript:alert(1)//http://",
            "xhttps://a.example/",
            "https://bank.example@evil.example/",
            "ftp://a.example/",
            "http:/a.example",
            "https://",
            "https://\u{202e}",
        ] {
            assert!(addresses(text).is_empty(), "{text}");
        }
        let html = linked("https://a.example/?\"onclick=x <b>https://b.example/'</b>").render().unwrap();
        assert!(!html.contains("\"onclick") && !html.contains("<b>"), "{html}");
        assert!(html.contains("<a href=\"https://b.example/\" rel=\"noreferrer\">"), "{html}");
    }
}
