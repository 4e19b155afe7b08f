//! Writes a name without accents and full-width letters, as an offer when a certificate cannot contain the
//! typed name.

/// Accented letters and their plain spelling. German umlauts lose their dots, as in the visual zone of
/// passports, and do not gain an e; the person can still choose another spelling.
const PLAIN: [(&str, &str); 46] = [
    ("ÀÁÂÃÄÅĀĂĄ", "A"),
    ("àáâãäåāăą", "a"),
    ("Æ", "AE"),
    ("æ", "ae"),
    ("ÇĆĈĊČ", "C"),
    ("çćĉċč", "c"),
    ("ÐĎĐ", "D"),
    ("ðďđ", "d"),
    ("ÈÉÊËĒĔĖĘĚ", "E"),
    ("èéêëēĕėęě", "e"),
    ("ĜĞĠĢ", "G"),
    ("ĝğġģ", "g"),
    ("ĤĦ", "H"),
    ("ĥħ", "h"),
    ("ÌÍÎÏĨĪĬĮİ", "I"),
    ("ìíîïĩīĭįı", "i"),
    ("Ĵ", "J"),
    ("ĵ", "j"),
    ("Ķ", "K"),
    ("ķ", "k"),
    ("ĹĻĽĿŁ", "L"),
    ("ĺļľŀł", "l"),
    ("ÑŃŅŇ", "N"),
    ("ñńņň", "n"),
    ("ÒÓÔÕÖØŌŎŐ", "O"),
    ("òóôõöøōŏő", "o"),
    ("Œ", "OE"),
    ("œ", "oe"),
    ("ŔŖŘ", "R"),
    ("ŕŗř", "r"),
    ("ŚŜŞŠȘ", "S"),
    ("śŝşšș", "s"),
    ("ß", "ss"),
    ("ŢŤŦȚ", "T"),
    ("ţťŧț", "t"),
    ("Þ", "Th"),
    ("þ", "th"),
    ("ÙÚÛÜŨŪŬŮŰŲ", "U"),
    ("ùúûüũūŭůűų", "u"),
    ("ÝŶŸ", "Y"),
    ("ýŷÿ", "y"),
    ("ŹŻŽ", "Z"),
    ("źżž", "z"),
    ("‘’ʼ", "'"),
    ("‐‑–", "-"),
    ("\u{3000}", " "),
];

/// The same name in printable ASCII; `None` if a letter has no such spelling (Japanese, for example).
pub fn plain(typed: &str) -> Option<String> {
    typed.trim().chars().map(plain_letter).collect()
}

fn plain_letter(letter: char) -> Option<String> {
    match letter {
        ' '..='~' => Some(letter.to_string()),
        // Full-width forms are in the order of ASCII, 0xFEE0 above it.
        '！'..='～' => char::from_u32(u32::from(letter) - 0xFEE0).map(String::from),
        _ => PLAIN.iter().find(|(letters, _)| letters.contains(letter)).map(|(_, plain)| (*plain).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn accents_and_full_width_letters_have_a_plain_spelling() {
        assert_eq!(plain("Müller").as_deref(), Some("Muller"));
        assert_eq!(plain("Łukasz Østergård").as_deref(), Some("Lukasz Ostergard"));
        assert_eq!(plain("Ｙａｍａｄａ").as_deref(), Some("Yamada"));
        assert_eq!(plain("Weiß").as_deref(), Some("Weiss"));
    }

    #[test]
    fn japanese_has_none() {
        assert_eq!(plain("山田"), None);
    }
}
