//! Letters that look like others, and invisible letters.

use unicode_normalization::UnicodeNormalization;

/// Whether the letter is invisible (Unicode `Default_Ignorable_Code_Point`, UAX #44). Control letters do not
/// count here.
pub fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || selects_variation(letter)
}

/// Whether the letter selects a shape of the letter before it, as in 辻󠄀.
fn selects_variation(letter: char) -> bool {
    matches!(letter, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether the letter joins or separates its neighbours, as Indic scripts, Persian and emoji of people need.
fn joins(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}')
}

/// Whether the letter is a hyphen, minus or dash, or a letter that a Japanese keyboard gives instead.
pub(crate) fn is_dash(letter: char) -> bool {
    matches!(
        letter,
        '-' | '\u{ad}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{30fc}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
                | '\u{ff70}'
    )
}

/// A typed code without the letters that a code never has (blanks, dashes of all kinds, invisible letters),
/// in lower case, with full-width letters as half-width ones.
pub fn folded_code(text: &str) -> String {
    let meant = text.chars().filter(|letter| !is_dash(*letter) && !is_invisible(*letter));
    meant
        .nfkc()
        .filter(|letter| !letter.is_whitespace() && !letter.is_control())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The first letter of a name that is invisible or belongs to no script: such names look like another
/// person's, or were damaged in transfer. Variants of kanji and joiners within the scripts that need them are
/// allowed.
pub fn unseen_in_name(name: &str) -> Option<char> {
    let mut before = None;
    name.chars().find(|letter| {
        let fits = !is_invisible(*letter)
            || (selects_variation(*letter) && before.is_some())
            || (joins(*letter) && before.is_some_and(needs_joiners));
        before = Some(*letter);
        !fits
    })
}

/// Whether the letter is neither ASCII nor Japanese, Chinese or Korean.
fn needs_joiners(letter: char) -> bool {
    !letter.is_ascii()
        && !matches!(letter, '\u{1100}'..='\u{11ff}' | '\u{3000}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}'
            | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// The first letter that marks a lost letter: `?` and U+FFFD of conversions, private-use letters, control
/// letters other than line ends.
pub fn damaged_in_name(name: &str) -> Option<char> {
    name.chars().find(|letter| {
        matches!(letter, '?' | '？' | '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
            || (letter.is_control() && !matches!(letter, '\t' | '\r' | '\n'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_keyboard_gives_for_a_hyphen_and_what_pasting_adds_is_no_part_of_a_code() {
        for dash in [
            "-", "‐", "‑", "–", "—", "―", "−", "－", "ー", "ｰ", "﹣", "\u{ad}", " ", "　", "\u{200b}",
            "\u{feff}",
        ] {
            assert_eq!(folded_code(&format!("Ａb23{dash}ｘy")), "ab23xy", "{dash:?}");
        }
        assert_eq!(folded_code("山-1"), "山1");
    }

    #[test]
    fn a_name_has_no_letter_that_cannot_be_seen() {
        for name in ["山田\u{200b}太郎", "Ta\u{ad}naka", "\u{2060}", "山田\u{200d}", "\u{fe0f}"] {
            assert!(unseen_in_name(name).is_some(), "{name:?}");
        }
        for name in ["辻\u{e0100}", "👩\u{200d}💻", "علی\u{200c}رضا", "Zoë", "髙橋"] {
            assert_eq!(unseen_in_name(name), None, "{name:?}");
        }
    }

    #[test]
    fn what_a_conversion_leaves_is_noticed_and_ordinary_names_are_not() {
        for name in ["Y?ko", "山\u{fffd}", "高\u{e000}", "佐藤\u{7}", "？"] {
            assert!(damaged_in_name(name).is_some(), "{name:?}");
        }
        assert_eq!(damaged_in_name("山田\r\n太郎 (営業)"), None);
    }
}
