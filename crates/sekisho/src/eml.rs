//! Reads the mails that we send (RFC 5322, RFC 2045, RFC 2047) back from their files: for `/outbox`
//! and for the tour. Other people's mails have many more forms.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::pin::Pin;

/// What a person sees of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// Sender, name and address.
    pub from: String,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// The `Date` field as it stands.
    pub date: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

impl Letter {
    /// Reads a whole mail. What is missing is empty.
    pub fn read(bytes: &[u8]) -> Self {
        let part = Part::read(bytes);
        let mut letter = Self {
            from: decoded_words(part.field("from").unwrap_or_default()),
            to: decoded_words(part.field("to").unwrap_or_default()),
            subject: decoded_words(part.field("subject").unwrap_or_default()),
            date: part.field("date").unwrap_or_default().to_owned(),
            ..Self::default()
        };
        for leaf in part.leaves() {
            let content_type = leaf.field("content-type").unwrap_or("text/plain").to_ascii_lowercase();
            if content_type.starts_with("text/html") {
                letter.html = leaf.text();
            } else if content_type.starts_with("text/plain") {
                letter.text = leaf.text();
            }
        }
        letter
    }
}

impl Letter {
    /// The PIN that it tells, in a line of its own or behind a label.
    pub(crate) fn pin(&self) -> Option<Pin> {
        self.text.lines().find_map(|line| Pin::parse(line.rsplit([':', '：']).next().unwrap_or(line)))
    }
}

/// A mail or a part of one: fields and body.
struct Part {
    fields: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Deeper nesting is not ours.
const NESTING_MAX: usize = 4;

impl Part {
    fn read(bytes: &[u8]) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(end + 1);
            rest = after;
            let line = String::from_utf8_lossy(line);
            let line = line.trim_end_matches(['\r', '\n']);
            if line.is_empty() {
                break;
            }
            // A folded field goes on in the next line (RFC 5322 §2.2.3).
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim_start());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Self { fields, body: rest.to_vec() }
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    fn leaves(self) -> Vec<Self> {
        let mut leaves = Vec::new();
        self.gather(&mut leaves, 0);
        leaves
    }

    fn gather(self, leaves: &mut Vec<Self>, depth: usize) {
        let boundary = self.field("content-type").and_then(boundary);
        let Some(boundary) = boundary.filter(|_| depth < NESTING_MAX) else {
            leaves.push(self);
            return;
        };
        let delimiter = format!("\r\n--{boundary}");
        let body = [b"\r\n", self.body.as_slice()].concat();
        let text = String::from_utf8_lossy(&body).into_owned();
        // Before the first delimiter stands a preamble, after the closing one "--".
        for section in text.split(delimiter.as_str()).skip(1).take_while(|section| !section.starts_with("--"))
        {
            let section = section.strip_prefix("\r\n").unwrap_or(section);
            Self::read(section.as_bytes()).gather(leaves, depth + 1);
        }
    }

    fn text(&self) -> String {
        let encoding = self.field("content-transfer-encoding").unwrap_or("7bit").to_ascii_lowercase();
        let bytes = match encoding.as_str() {
            "base64" => from_base64(&self.body),
            "quoted-printable" => from_quoted_printable(&self.body, false),
            _ => self.body.clone(),
        };
        String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
    }
}

fn boundary(content_type: &str) -> Option<String> {
    if !content_type.to_ascii_lowercase().starts_with("multipart/") {
        return None;
    }
    let parameter = content_type.split(';').map(str::trim).find_map(|part| part.strip_prefix("boundary="))?;
    Some(parameter.trim_matches('"').to_owned())
}

fn from_base64(text: &[u8]) -> Vec<u8> {
    let dense: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(dense).unwrap_or_default()
}

/// RFC 2045 §6.7; in words of a header (RFC 2047 §4.2) `_` is a blank.
fn from_quoted_printable(text: &[u8], in_header: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, rest) {
            (b'=', [b'\r', b'\n', after @ ..] | [b'\n', after @ ..]) => rest = after,
            (b'=', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                let byte =
                    std::str::from_utf8(&digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
                if let Some(byte) = byte {
                    bytes.push(byte);
                    rest = after;
                } else {
                    bytes.push(b'=');
                }
            }
            (b'_', _) if in_header => bytes.push(b' '),
            (other, _) => bytes.push(*other),
        }
    }
    bytes
}

/// A field's value with its encoded words (RFC 2047) decoded; blanks between two of them are none.
fn decoded_words(value: &str) -> String {
    let mut text = String::new();
    let mut after_word = false;
    for token in value.split(' ').filter(|token| !token.is_empty()) {
        let word = encoded_word(token);
        if !(text.is_empty() || after_word && word.is_some()) {
            text.push(' ');
        }
        after_word = word.is_some();
        text.push_str(word.as_deref().unwrap_or(token));
    }
    text
}

fn encoded_word(token: &str) -> Option<String> {
    let mut parts = token.strip_prefix("=?")?.strip_suffix("?=")?.splitn(3, '?');
    let (charset, encoding, text) = (parts.next()?, parts.next()?, parts.next()?);
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let bytes = match encoding {
        "b" | "B" => from_base64(text.as_bytes()),
        "q" | "Q" => from_quoted_printable(text.as_bytes(), true),
        _ => return None,
    };
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::Letter;

    #[test]
    fn a_japanese_mail_of_two_parts_reads_back() {
        let mail = "From: =?utf-8?b?6Zai5omA?= <a@example.jp>\r\nTo: b@example.jp\r\n\
            Subject: =?utf-8?b?6Zai?=\r\n =?utf-8?b?5omA?= PIN\r\n\
            Content-Type: multipart/alternative; boundary=\"x y\"\r\n\r\npreamble\r\n--x y\r\n\
            Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            =E9=96=A2 a=3Db=\r\nc\r\n--x y\r\nContent-Type: text/html; charset=utf-8\r\n\
            Content-Transfer-Encoding: base64\r\n\r\nPGI+\r\n6ZaiPC9iPg==\r\n--x y--\r\nafter\r\n";
        let letter = Letter::read(mail.as_bytes());
        assert_eq!(letter.from, "関所 <a@example.jp>");
        assert_eq!(letter.subject, "関所 PIN");
        assert_eq!(letter.text, "関 a=bc");
        assert_eq!(letter.html, "<b>関</b>");
    }

    #[test]
    fn what_is_no_mail_reads_as_an_empty_one_and_never_panics() {
        assert_eq!(Letter::read(b""), Letter::default());
        for cut in 0..64 {
            Letter::read(
                &b"Content-Type: multipart/x; boundary=\r\n\r\n\r\n--\r\n=\r\n\r\n=?utf-8?q?=?= \xff"
                    [..cut.min(60)],
            );
        }
    }

    #[test]
    fn a_pin_is_found_behind_its_label_and_other_digits_are_none() {
        let told = |text: &str| {
            let letter = Letter { text: text.to_owned(), ..Letter::default() };
            letter.pin().map(|pin| pin.expose().to_owned())
        };
        let pin = Some("123456789012".to_owned());
        assert_eq!(told("call 0312345678 now\nPIN番号: 1234 5678 9012\n"), pin);
        assert_eq!(told("PIN:\n  1234-5678-9012\n"), pin);
        assert_eq!(told("12345\nhttps://x/?r=123456789012\n"), None);
    }
}
