//! One spelling for searching and sorting: width, case, kana, accents and variants of kanji do not count.
//!
//! **Invariant:** [`folded`] spells both what is stored and what is typed, so a text finds itself in any of its
//! spellings. A change of the spelling is a new [`FOLDING`], with which the store writes its texts anew.

mod kanji;

use crate::letters::{is_dash, is_invisible};
use unicode_normalization::UnicodeNormalization;

/// The edition of the spelling; texts of an earlier edition are written anew.
pub const FOLDING: u32 = 1;

/// The text in its one spelling, without blanks around it and with one blank between words.
pub fn folded(text: &str) -> String {
    let whole = text.chars().map(voiced).filter(|letter| !is_invisible(*letter)).nfkd();
    let letters = whole.filter(|letter| !is_accent(*letter)).flat_map(char::to_lowercase).map(usual).nfc();
    let mut spelled = String::with_capacity(text.len());
    for letter in letters {
        match letter {
            '々' => {
                let before = spelled.chars().next_back().filter(|before| *before != ' ');
                spelled.push(before.unwrap_or(letter));
            }
            letter if letter.is_whitespace() && spelled.ends_with(' ') => {}
            letter if letter.is_whitespace() => spelled.push(' '),
            letter if letter.is_control() => {}
            letter => spelled.push(letter),
        }
    }
    spelled.trim().to_owned()
}

/// The marks of voiced kana that stand alone, as the marks that join the kana before them.
fn voiced(letter: char) -> char {
    match letter {
        '゛' => '\u{3099}',
        '゜' => '\u{309a}',
        letter => letter,
    }
}

/// Whether the letter is an accent of a Latin, Greek or Cyrillic letter.
fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// The usual letter for a letter: hiragana for katakana, `-` for any dash, the common form of a kanji.
fn usual(letter: char) -> char {
    match letter {
        'ヶ' | 'ゖ' => 'け',
        'ヵ' | 'ゕ' => 'か',
        'ァ'..='ヴ' | 'ヽ' | 'ヾ' => hiragana(letter),
        '’' => '\'',
        letter if is_dash(letter) => '-',
        letter => kanji::common(letter),
    }
}

fn hiragana(katakana: char) -> char {
    char::from_u32(u32::from(katakana) - 0x60).unwrap_or(katakana)
}

#[cfg(test)]
mod tests;
