//! Typed text that other people read in mails, lists and terminals: one line, exactly as it looks.
//!
//! **Invariant:** the result has no letter that ends a line, controls a terminal or changes the writing
//! direction of the text after it.

fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}') // line and paragraph separator
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') // bidi
}

/// The text with a blank for each such letter, and no blanks around it.
pub fn one_line(text: &str) -> String {
    let kept: String = text.chars().map(|letter| if steers(letter) { ' ' } else { letter }).collect();
    kept.trim().to_owned()
}

/// The text for a terminal: such letters are shown by their number and have no effect.
pub fn shown(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, letter| {
        if steers(letter) {
            shown.extend(letter.escape_unicode());
        } else {
            shown.push(letter);
        }
        shown
    })
}

/// Like [`shown`], for a text of Sekisho with several lines that contains words of other people.
pub fn shown_lines(text: &str) -> String {
    text.split('\n').map(shown).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{one_line, shown, shown_lines};

    #[test]
    fn a_name_adds_no_line_to_a_mail_and_gives_a_terminal_no_order() {
        assert_eq!(
            one_line(" Tanaka\r\n\r\nYour mailbox is full\u{2028}\u{202e}\t"),
            "Tanaka    Your mailbox is full"
        );
        assert_eq!(shown("a\u{1b}[2J\nb"), "a\\u{1b}[2J\\u{a}b");
        assert_eq!(shown_lines("a\u{1b}[2J\r\nb\u{202e}\n"), "a\\u{1b}[2J\\u{d}\nb\\u{202e}\n");
    }

    #[test]
    fn names_of_all_writings_stay_as_they_are() {
        for name in ["山田　太郎", "O'Brien", "Zoë", "👩\u{200d}💻 ノートPC"] {
            assert_eq!((one_line(name), shown(name)), (name.to_owned(), name.to_owned()));
        }
    }
}
