//! The lines of `data_entry.txt` in a text that went through a mail: quoted, indented, wrapped, between a greeting
//! and a signature, with the blanks of HTML.
//!
//! A line that was broken can have been broken at a blank or within a word, and text that follows the file can look
//! like a part of its last value. So a value has several readings; the file's signature decides which one is true.

use super::{ALL_KEYS, DataEntryError, SIGNATURE_KEY};
use crate::letters::{is_dash, is_invisible};
use unicode_normalization::UnicodeNormalization;

/// The most lines that a value is broken into.
const LINES_PER_VALUE_MAX: usize = 4;
/// The most pieces that a signature is broken into.
const PIECES_PER_SIGNATURE_MAX: usize = 8;

/// A value's lines, the first one beside its key.
#[derive(Debug, Default)]
struct Value {
    lines: Vec<String>,
}

/// The keys and values of a text.
#[derive(Debug)]
pub(super) struct Paste {
    /// One value for each of [`ALL_KEYS`].
    values: [Value; ALL_KEYS.len()],
    /// The key that stands last in the text, whose value may be followed by other text.
    last: usize,
    /// Lines that begin like `key=`, with a key of no file: number and text.
    strangers: Vec<(usize, String)>,
}

impl Paste {
    /// Finds each key's line.
    pub(super) fn read(text: &str) -> Result<Self, DataEntryError> {
        let mut found: [Option<Value>; ALL_KEYS.len()] = Default::default();
        let (mut last, mut strangers) = (None, Vec::new());
        for (number, line) in plain(text).lines().enumerate() {
            let line = unquoted(line);
            let places = keys_in(line);
            let before = places.first().map_or(line, |place| &line[..place.begins]);
            if is_assignment(before) {
                strangers.push((number + 1, before.to_owned()));
            }
            if let Some(value) = last.and_then(|key: usize| found[key].as_mut()) {
                value.add(before);
            }
            for (index, place) in places.iter().enumerate() {
                let end = places.get(index + 1).map_or(line.len(), |next| next.begins);
                if found[place.key].is_some() {
                    return Err(DataEntryError::Doubled(ALL_KEYS[place.key]));
                }
                found[place.key] = Some(Value { lines: vec![line[place.ends..end].trim().to_owned()] });
                last = Some(place.key);
            }
        }
        let last = last.ok_or(DataEntryError::Absent)?;
        let keys = ALL_KEYS.into_iter().zip(&found);
        let missing: Vec<_> = keys.filter(|(_, value)| value.is_none()).map(|(key, _)| key).collect();
        if missing.is_empty() {
            Ok(Self { values: found.map(Option::unwrap_or_default), last, strangers })
        } else {
            Err(DataEntryError::Missing(missing))
        }
    }

    /// The readings of each value, the likeliest first.
    pub(super) fn readings(&self) -> [Vec<String>; ALL_KEYS.len()] {
        let mut index = 0;
        self.values.each_ref().map(|value| {
            let (key, is_last) = (ALL_KEYS[index], index == self.last);
            index += 1;
            if key == SIGNATURE_KEY { value.signatures() } else { value.texts(is_last) }
        })
    }

    /// The first line with a key of no file, unless the line is a part of the signature.
    pub(super) fn stranger(&self, signature: &str) -> Option<usize> {
        let is_part = |text: &str| signature.ends_with(text) && is_base64(text);
        self.strangers.iter().find(|(_, text)| !is_part(text)).map(|(number, _)| *number)
    }

    /// The first key whose value is broken into lines.
    pub(super) fn broken(&self) -> Option<&'static str> {
        let keys = ALL_KEYS.into_iter().zip(&self.values).enumerate();
        let mut broken = keys.filter(|(index, (_, value))| *index != self.last && value.lines.len() > 1);
        broken.next().map(|(_, (key, _))| key)
    }
}

impl Value {
    fn add(&mut self, line: &str) {
        let line = line.trim();
        if !line.is_empty() && !is_assignment(line) || is_base64(line) {
            self.lines.push(line.to_owned());
        }
    }

    /// Each way to join the lines, at blanks or within words. Of the text's last value, fewer lines may be a part;
    /// another value of too many lines has no reading.
    fn texts(&self, is_last: bool) -> Vec<String> {
        let most = self.lines.len().min(LINES_PER_VALUE_MAX);
        let fewest = if is_last { 1 } else { self.lines.len() };
        let joined = |lines: &[String]| {
            lines.iter().skip(1).fold(vec![lines[0].clone()], |texts, line| {
                texts.iter().flat_map(|text| [format!("{text} {line}"), format!("{text}{line}")]).collect()
            })
        };
        let texts = (fewest..=most).flat_map(|count| joined(&self.lines[..count]));
        texts.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }

    /// Beginnings of the text made of letters of base64: words of the text behind it are made of them, too.
    fn signatures(&self) -> Vec<String> {
        let pieces = self.lines.iter().flat_map(|line| line.split_whitespace());
        let pieces = pieces.take_while(|piece| is_base64(piece)).take(PIECES_PER_SIGNATURE_MAX);
        let begun = pieces.scan(String::new(), |signature, piece| {
            signature.push_str(piece);
            Some(signature.clone())
        });
        let begun: Vec<_> = begun.collect();
        if begun.is_empty() { vec![String::new()] } else { begun }
    }
}

/// Where a key stands in a line.
struct Place {
    /// Index in [`ALL_KEYS`].
    key: usize,
    /// Its first letter.
    begins: usize,
    /// Behind its `=`.
    ends: usize,
}

/// The keys of a line, from left to right: several if the line ends were lost.
fn keys_in(line: &str) -> Vec<Place> {
    let folded = line.to_ascii_lowercase();
    let mut places = Vec::new();
    for (key, name) in ALL_KEYS.into_iter().enumerate() {
        for (begins, _) in folded.match_indices(name) {
            let rest = &folded[begins + name.len()..];
            let is_word = begins == 0 || folded[..begins].ends_with(' ');
            if is_word && rest.trim_start().starts_with('=') {
                let ends = folded.len() - rest.trim_start().len() + 1;
                places.push(Place { key, begins, ends });
            }
        }
    }
    places.sort_by_key(|place| place.begins);
    places
}

/// Whether a line begins like one of the file: a word in small letters, then `=`.
fn is_assignment(line: &str) -> bool {
    let Some((key, _)) = line.split_once('=') else { return false };
    let key = key.trim_end();
    !key.is_empty() && key.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'_')
}

/// Letters of base64, with `=` at the end only.
fn is_base64(text: &str) -> bool {
    let letters = text.trim_end_matches('=');
    text.len() - letters.len() <= 2
        && !letters.is_empty()
        && letters.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"+/".contains(&letter))
}

/// The line without marks of quotation and blanks around it.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '|')).trim_end()
}

/// The text with plain blanks, line ends, dashes and quotation marks in place of those that mails write for them.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    // U+FFFD is left of the mark at the beginning of a file in UTF-16.
    let seen = text.chars().filter(|letter| !is_invisible(*letter) && *letter != '\u{fffd}');
    let plain = seen.nfkc().map(|letter| match letter {
        '\r' | '\u{85}' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}' => '\n',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        letter if is_dash(letter) => '-',
        letter if letter != '\n' && letter.is_whitespace() => ' ',
        letter => letter,
    });
    plain.collect()
}
