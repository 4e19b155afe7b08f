//! Serial numbers as programs show them: browsers, OpenSSL, Windows, Java, readers of CRLs, and Sekisho's own lists.

use super::{SERIAL_OCTETS_MAX, Serial};
use std::fmt::Write as _;

/// The most letters that are read: a serial number with separators and all text around it.
const LETTERS_MAX: usize = 256;

impl Serial {
    /// The serial numbers that a text may mean, hexadecimal first; none, if it is no serial number at all.
    ///
    /// Hexadecimal digits of any case, with or without `:`, `-` or blanks between octets, leading zeros,
    /// `0x`, and `serial=` as OpenSSL prints it. A text of decimal digits alone may be hexadecimal (ours) or
    /// decimal (Java, Python, macOS): both readings are returned, and only the records show which one is
    /// right.
    pub fn readings(text: &str) -> Vec<Self> {
        // Windows copies an invisible mark of writing direction together with the number.
        let visible: String =
            text.chars().filter(|letter| !is_invisible(*letter)).take(LETTERS_MAX + 1).collect();
        if visible.chars().count() > LETTERS_MAX {
            return Vec::new();
        }
        let bare = without_prefix(visible.trim());
        let mut readings = Vec::new();
        readings.extend(hexadecimal(bare));
        if bare.bytes().all(|digit| digit.is_ascii_digit()) {
            readings.extend(decimal(bare).filter(|number| readings.first() != Some(number)));
        }
        readings
    }
}

fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn without_prefix(text: &str) -> &str {
    let mut bare = text;
    for prefix in ["serial=", "0x"] {
        if let Some((head, rest)) = bare.split_at_checked(prefix.len())
            && head.eq_ignore_ascii_case(prefix)
        {
            bare = rest;
        }
    }
    bare
}

fn hexadecimal(text: &str) -> Option<Serial> {
    let octets: Vec<&str> = text.split([':', '-', ' ', '\u{a0}']).collect();
    let mut digits = String::new();
    match octets.as_slice() {
        [whole] => digits.push_str(whole),
        // Some programs drop an octet's leading zero.
        octets if octets.iter().all(|octet| matches!(octet.len(), 1..=2)) => {
            for octet in octets {
                _ = write!(digits, "{octet:0>2}");
            }
        }
        // Groups of whole octets, such as four digits.
        octets if octets.iter().all(|group| group.len() % 2 == 0 && !group.is_empty()) => {
            digits.extend(octets.iter().copied());
        }
        _ => return None,
    }
    if digits.len() % 2 == 1 {
        digits.insert(0, '0');
    }
    Serial::from_hex(&digits).ok()
}

fn decimal(digits: &str) -> Option<Serial> {
    let mut number = [0; SERIAL_OCTETS_MAX];
    for digit in digits.bytes() {
        let mut carry = digit.checked_sub(b'0')?;
        for octet in number.iter_mut().rev() {
            [carry, *octet] = (u16::from(*octet) * 10 + u16::from(carry)).to_be_bytes();
        }
        if carry > 0 {
            return None;
        }
    }
    Serial::from_bytes(&number).ok()
}
