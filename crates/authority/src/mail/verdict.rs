//! The meaning of a mail server's refusal: whether it is about the recipient or about the sender.
//!
//! Only a refusal that leaves no doubt that the recipient does not exist is final. A server's 5xx is mostly
//! an operator's mistake: a host name without a dot in EHLO (504), a relay or sender that is not allowed
//! (5.7.1), a route (5.4.x), a sender that does not exist (5.1.7, 5.1.8). Such mails wait and leave once the
//! operator has corrected the mistake.
//!
//! Final are the enhanced status codes (RFC 3463 §3.2, RFC 7505 §4.2) 5.1.1 (no such mailbox), 5.1.2 (no such
//! domain), 5.1.3 (bad address), 5.1.6 (moved away) and 5.1.10 (the domain takes no mail); and, where a
//! server gives no enhanced status, a 550 or 553 to RCPT whose words name an unknown recipient and no sender,
//! relay or policy.

use super::SendError;

/// The stage of the conversation at an answer (RFC 5321 §3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before the mail: connection, EHLO, STARTTLS, AUTH.
    Session,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA and the content.
    Content,
}

/// A server's negative answer: code and words, several lines joined by blanks.
#[derive(Debug, Clone, Copy)]
pub struct SmtpReply<'a> {
    /// The three digits.
    pub code: u16,
    /// The text after them.
    pub words: &'a str,
}

/// Common servers' words about an unknown recipient.
const UNKNOWN_RECIPIENT: [&str; 12] = [
    "user unknown",
    "unknown user",
    "unknown recipient",
    "recipient unknown",
    "unknown local part",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no mailbox here by that name",
    "invalid recipient",
    "user does not exist",
    "mailbox does not exist",
];
/// Words that leave doubt whether a server speaks of the recipient.
const DOUBTFUL: [&str; 8] =
    ["sender", "relay", "helo", "policy", "blocked", "spam", "authenticat", "client host"];

/// The meaning of an answer at a stage.
pub fn of(stage: Stage, answer: SmtpReply<'_>) -> SendError {
    let said = format!("{} {}", answer.code, answer.words);
    if answer.code < 500 {
        let session = stage == Stage::Session || answer.code == 421;
        return if session { SendError::Server(said) } else { SendError::Temporary(said) };
    }
    let about_recipient = matches!(stage, Stage::Recipient | Stage::Content);
    match enhanced_status(answer.words) {
        _ if !about_recipient => SendError::Server(said),
        Some((5, 1, 1 | 2 | 3 | 6 | 10)) => SendError::NoRecipient(said),
        // Mailbox disabled, full, mail too large: the recipient exists.
        Some((5, 2, _)) => SendError::Temporary(said),
        None if stage == Stage::Recipient && names_unknown_recipient(answer) => SendError::NoRecipient(said),
        _ => SendError::Server(said),
    }
}

fn names_unknown_recipient(answer: SmtpReply<'_>) -> bool {
    let words = answer.words.to_ascii_lowercase();
    let any = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
    matches!(answer.code, 550 | 553) && any(&UNKNOWN_RECIPIENT) && !any(&DOUBTFUL)
}

/// The status at the beginning of the words (RFC 2034 §4).
fn enhanced_status(words: &str) -> Option<(u16, u16, u16)> {
    let mut numbers = words.split_whitespace().next()?.split('.');
    let mut number = || {
        let digits = numbers.next()?;
        let good = (1..=3).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|_| good)
    };
    let status = (number()?, number()?, number()?);
    (numbers.next().is_none() && matches!(status.0, 2 | 4 | 5)).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::mail::MailTrouble::{self, Later, NoRecipient, Server};

    fn trouble(stage: Stage, code: u16, words: &str) -> MailTrouble {
        of(stage, SmtpReply { code, words }).trouble()
    }

    #[test]
    fn only_what_says_that_the_recipient_does_not_exist_is_final() {
        for (code, words, expected) in [
            (
                550,
                "5.1.1 <taro@x.jp>: Recipient address rejected: User unknown in virtual mailbox table",
                NoRecipient,
            ),
            (550, "5.1.2 Host or domain name not found", NoRecipient),
            (501, "5.1.3 Bad recipient address syntax", NoRecipient),
            (551, "5.1.6 The mailbox has moved", NoRecipient),
            (556, "5.1.10 The domain does not accept mail (nullMX)", NoRecipient),
            (550, "Unknown user taro@docomo.ne.jp", NoRecipient),
            (550, "Requested action not taken: mailbox unavailable", Server),
            (550, "No such user here, says the relay policy", Server),
            (553, "sender address rejected: no such user", Server),
            (550, "5.7.1 No such user", Server),
            (504, "5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname", Server),
            (554, "5.7.1 <taro@x.jp>: Relay access denied", Server),
            (550, "5.7.1 Unable to relay", Server),
            (550, "5.7.26 Unauthenticated email is not accepted", Server),
            (553, "5.7.1 Sender address rejected: not owned by user sekisho", Server),
            (550, "5.1.8 Sender address rejected: Domain not found", Server),
            (550, "5.1.7 Bad sender", Server),
            (554, "5.4.4 Unable to route", Server),
            (550, "5.4.1 Recipient address rejected: Access denied", Server),
            (552, "5.2.2 Mailbox full", Later),
            (550, "5.2.1 The mailbox is disabled", Later),
            (450, "4.7.1 greylisted", Later),
            (452, "4.2.2 Mailbox full", Later),
            (450, "4.1.1 not known yet", Later),
            (421, "4.7.0 too many connections", Server),
            (521, "host takes no mail", Server),
        ] {
            assert_eq!(trouble(Stage::Recipient, code, words), expected, "{code} {words}");
        }
    }

    #[test]
    fn what_is_said_before_the_recipient_was_named_is_never_about_the_recipient() {
        for stage in [Stage::Session, Stage::Sender] {
            assert_eq!(trouble(stage, 550, "5.1.1 User unknown"), Server);
            assert_eq!(trouble(stage, 535, "5.7.8 authentication failed"), Server);
        }
        assert_eq!(trouble(Stage::Sender, 451, "4.7.1 later"), Later);
        assert_eq!(trouble(Stage::Session, 454, "4.7.0 later"), Server);
        assert_eq!(trouble(Stage::Content, 550, "5.1.1 User unknown"), NoRecipient);
        assert_eq!(trouble(Stage::Content, 550, "User unknown"), Server, "some servers say this of spam");
        assert_eq!(trouble(Stage::Content, 554, "5.7.1 message content rejected"), Server);
    }

    #[test]
    fn numbers_that_are_no_status_are_none() {
        for words in ["", "1.2", "5.1", "5.1.1.1", "192.0.2.1 said no", "5.1.x", "5.1.1000", "x 5.1.1"] {
            assert_eq!(enhanced_status(words), None, "{words}");
        }
        assert_eq!(enhanced_status("5.1.10 null MX"), Some((5, 1, 10)));
    }
}
