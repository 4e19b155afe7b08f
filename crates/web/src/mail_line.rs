//! A mail in the lists of desk and console.

use domain::mail::{MailPurpose, MailStanding};
use store::mails::MailRow;
use templates::MailLine;

/// `newest`: no newer mail has the same purpose.
pub(crate) fn mail_line(mail: &MailRow, newest: bool) -> MailLine {
    let waits = matches!(mail.standing, MailStanding::Queued | MailStanding::Delayed);
    let can_resend = match mail.purpose {
        MailPurpose::Invitation | MailPurpose::Pin => newest && mail.user.is_some(),
        MailPurpose::Notice => waits && mail.user.is_some(),
    };
    MailLine {
        id: mail.id.to_string(),
        purpose: mail.purpose,
        standing: mail.standing,
        trouble: mail.trouble,
        words: mail.words.clone(),
        at: mail.created_at,
        next: mail.next_attempt_at,
        can_resend,
    }
}

/// A person's mails, the newest first. `pins_shown`: no new PIN can be mailed, because an administrator hands it over.
pub(crate) fn mail_lines(mails: &[MailRow], pins_shown: bool) -> Vec<MailLine> {
    let brings_the_same =
        |one: &MailRow, other: &MailRow| (one.purpose, one.application) == (other.purpose, other.application);
    let lines = mails.iter().enumerate();
    lines
        .map(|(place, mail)| {
            let line = mail_line(mail, !mails[..place].iter().any(|newer| brings_the_same(newer, mail)));
            let refused = pins_shown && line.purpose == MailPurpose::Pin;
            MailLine { can_resend: line.can_resend && !refused, ..line }
        })
        .collect()
}
