//! A day for the reader's calendar: one all-day event with its reminders, as a file (RFC 5545).
//!
//! **Invariant:** a line has at most 75 octets and ends within no letter (§3.1); a text's own commas, semicolons,
//! backslashes and line ends are escaped (§3.3.11), so that no text adds a property.

use super::Attachment;
use domain::{one_line::one_line, time::Timestamp};
use jiff::civil::Date;

/// The most octets of a line, without its end (RFC 5545 §3.1).
const LINE_OCTETS_MAX: usize = 75;
/// When calendars remind: at nine in the morning a week before the day, and the day before.
const TRIGGERS: [&str; 2] = ["-P6DT15H", "-PT15H"];

/// The event.
pub(super) struct CalendarDay<'a> {
    /// The same for every file about this event, so that a calendar keeps one (§3.8.4.7).
    pub(super) uid: &'a str,
    pub(super) day: Date,
    pub(super) summary: &'a str,
    pub(super) description: &'a str,
    /// Where to act.
    pub(super) address: Option<&'a str>,
    /// When the file was made.
    pub(super) now: Timestamp,
    /// Name of the file.
    pub(super) file_name: &'static str,
}

impl CalendarDay<'_> {
    pub(super) fn attachment(&self) -> Attachment {
        let media_type = "text/calendar; charset=utf-8; method=PUBLISH".to_owned();
        Attachment { name: self.file_name.to_owned(), media_type, content: self.file() }
    }

    fn file(&self) -> String {
        let mut file = String::new();
        let mut line = |line: &str| folded(line, &mut file);
        line("BEGIN:VCALENDAR");
        line("VERSION:2.0");
        line("PRODID:-//Sekisho//Sekisho//EN");
        line("CALSCALE:GREGORIAN");
        line("METHOD:PUBLISH");
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", escaped(self.uid)));
        line(&format!("DTSTAMP:{}", self.now.strftime("%Y%m%dT%H%M%SZ")));
        line(&format!("DTSTART;VALUE=DATE:{}", self.day.strftime("%Y%m%d")));
        if let Ok(next) = self.day.tomorrow() {
            line(&format!("DTEND;VALUE=DATE:{}", next.strftime("%Y%m%d")));
        }
        line(&format!("SUMMARY:{}", escaped(self.summary)));
        line(&format!("DESCRIPTION:{}", escaped(self.description)));
        if let Some(address) = self.address {
            line(&format!("URL:{}", one_line(address)));
        }
        line("CLASS:PRIVATE");
        line("TRANSP:TRANSPARENT");
        for trigger in TRIGGERS {
            line("BEGIN:VALARM");
            line("ACTION:DISPLAY");
            line(&format!("TRIGGER:{trigger}"));
            line(&format!("DESCRIPTION:{}", escaped(self.summary)));
            line("END:VALARM");
        }
        line("END:VEVENT");
        line("END:VCALENDAR");
        file
    }
}

/// A value of the type TEXT; letters that steer a terminal or the direction of writing become blanks.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (number, text) in text.lines().enumerate() {
        if number > 0 {
            escaped.push_str("\\n");
        }
        for letter in one_line(text).chars() {
            if matches!(letter, '\\' | ';' | ',') {
                escaped.push('\\');
            }
            escaped.push(letter);
        }
    }
    escaped
}

fn folded(line: &str, file: &mut String) {
    let mut octets = 0;
    for letter in line.chars() {
        if octets + letter.len_utf8() > LINE_OCTETS_MAX {
            file.push_str("\r\n ");
            octets = 1;
        }
        file.push(letter);
        octets += letter.len_utf8();
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(summary: &str) -> String {
        let day = CalendarDay {
            uid: "certificate-1@id.example.jp",
            day: Date::constant(2027, 12, 31),
            summary,
            description: "一行目\n二行目",
            address: Some("https://sample.desk.example.jp/devices"),
            now: Timestamp::constant(1_800_000_000, 0),
            file_name: "end.ics",
        };
        day.file()
    }

    #[test]
    fn the_day_is_a_whole_day_of_its_own() {
        let file = file("a");
        for line in [
            "UID:certificate-1@id.example.jp",
            "DTSTAMP:20270115T080000Z",
            "DTSTART;VALUE=DATE:20271231",
            "DTEND;VALUE=DATE:20280101",
            "DESCRIPTION:一行目\\n二行目",
            "URL:https://sample.desk.example.jp/devices",
        ] {
            assert!(file.contains(&format!("\r\n{line}\r\n")), "{line}: {file}");
        }
        assert_eq!(file.matches("BEGIN:VEVENT").count(), 1);
        assert_eq!(file.matches("BEGIN:VALARM").count(), TRIGGERS.len());
    }

    #[test]
    fn a_long_line_is_folded_between_letters_and_reads_as_before() {
        let summary = "電子証明書の期限です🗓".repeat(12);
        let file = file(&summary);
        assert!(file.split("\r\n").all(|line| line.len() <= LINE_OCTETS_MAX && !line.contains(['\r', '\n'])));
        assert!(file.replace("\r\n ", "").contains(&format!("\r\nSUMMARY:{summary}\r\n")));
    }

    #[test]
    fn no_text_adds_a_property() {
        let file = file("a;b,c\\d\r\nURL:https://evil.example/\u{202e}\u{2028}ATTACH:x");
        assert!(
            file.contains("\r\nSUMMARY:a\\;b\\,c\\\\d\\nURL:https://evil.example/  ATTACH:x\r\n"),
            "{file}"
        );
        assert_eq!(file.matches("\r\nURL:").count(), 1);
        assert!(!file.contains("\r\nATTACH"));
    }
}
