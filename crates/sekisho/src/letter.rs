//! The visible contents of a mail from Sekisho, read back from its bytes: for `/outbox` and for the tour.

use domain::pin::Pin;
use mail_parser::{Addr, Address, MessageParser, MimeHeaders, PartType};

/// The visible contents of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadMail {
    /// Sender, name and address.
    pub from: String,
    /// Recipient.
    pub to: String,
    pub subject: String,
    pub text: String,
    /// The HTML part.
    pub html: String,
}

impl ReadMail {
    /// Reads a whole mail. Missing parts are empty.
    pub fn read(bytes: &[u8]) -> Self {
        let Some(mail) = MessageParser::default().parse(bytes) else { return Self::default() };
        let mut letter = Self {
            from: mailboxes(mail.from()),
            to: mailboxes(mail.to()),
            subject: mail.subject().unwrap_or_default().to_owned(),
            ..Self::default()
        };
        for part in &mail.parts {
            match &part.body {
                // A file that goes with the mail is a text, too.
                PartType::Text(_) if part.attachment_name().is_some() => {}
                PartType::Text(text) => letter.text = text.replace("\r\n", "\n"),
                PartType::Html(html) => letter.html = html.replace("\r\n", "\n"),
                _ => {}
            }
        }
        letter
    }

    /// The PIN in the mail, on a line of its own or after a label.
    pub(crate) fn pin(&self) -> Option<Pin> {
        self.text.lines().find_map(|line| Pin::parse(line.rsplit([':', '：']).next().unwrap_or(line)))
    }
}

fn mailboxes(field: Option<&Address<'_>>) -> String {
    let shown = |mailbox: &Addr<'_>| match (mailbox.name(), mailbox.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (name, address) => name.or(address).unwrap_or_default().to_owned(),
    };
    let all: Vec<String> = field.into_iter().flat_map(Address::iter).map(shown).collect();
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::ReadMail;

    #[test]
    fn a_japanese_mail_of_two_parts_reads_back() {
        let mail = "From: =?utf-8?b?6Zai5omA?= <a@example.jp>\r\nTo: b@example.jp\r\n\
            Subject: =?utf-8?b?6Zai?=\r\n =?utf-8?b?5omA?= PIN\r\n\
            Content-Type: multipart/alternative; boundary=\"x y\"\r\n\r\npreamble\r\n--x y\r\n\
            Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            =E9=96=A2 a=3Db=\r\nc\r\n--x y\r\nContent-Type: text/html; charset=utf-8\r\n\
            Content-Transfer-Encoding: base64\r\n\r\nPGI+\r\n6ZaiPC9iPg==\r\n--x y--\r\nafter\r\n";
        let letter = ReadMail::read(mail.as_bytes());
        assert_eq!(letter.from, "関所 <a@example.jp>");
        assert_eq!(letter.subject, "関所 PIN");
        assert_eq!(letter.text, "関 a=bc");
        assert_eq!(letter.html, "<b>関</b>");
    }

    #[test]
    fn a_file_that_goes_with_the_mail_is_not_its_text() {
        let mail = "From: a@example.jp\r\nTo: b@example.jp\r\nSubject: x\r\n\
            Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
            --b\r\nContent-Type: text/calendar; charset=utf-8; method=PUBLISH\r\n\
            Content-Disposition: attachment; filename=\"certificate.ics\"\r\n\r\nBEGIN:VCALENDAR\r\n--b--\r\n";
        assert_eq!(ReadMail::read(mail.as_bytes()).text, "hello");
    }

    #[test]
    fn what_is_no_mail_reads_as_an_empty_one_and_never_panics() {
        assert_eq!(ReadMail::read(b""), ReadMail::default());
        for cut in 0..64 {
            ReadMail::read(
                &b"Content-Type: multipart/x; boundary=\r\n\r\n\r\n--\r\n=\r\n\r\n=?utf-8?q?=?= \xff"
                    [..cut.min(60)],
            );
        }
    }

    #[test]
    fn a_pin_is_found_behind_its_label_and_other_digits_are_none() {
        let told = |text: &str| {
            let letter = ReadMail { text: text.to_owned(), ..ReadMail::default() };
            letter.pin().map(|pin| pin.expose().to_owned())
        };
        let pin = Some("123456789012".to_owned());
        assert_eq!(told("call 0312345678 now\nPIN番号: 1234 5678 9012\n"), pin);
        assert_eq!(told("PIN:\n  1234-5678-9012\n"), pin);
        assert_eq!(told("12345\nhttps://x/?r=123456789012\n"), None);
    }
}
