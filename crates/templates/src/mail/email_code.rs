//! The mail with the code that proves an e-mail address.

use super::{Letterhead, Mail, letter::MailDraft};
use domain::{secret::Secret, time::Timestamp};

/// A code for the address to which it goes.
#[derive(Clone)]
pub struct EmailCode {
    /// Name of the person, as written.
    pub recipient_name: String,
    pub email: String,
    /// The code, in groups of four.
    pub code: Secret<String>,
    /// When the code ends.
    pub valid_until: Timestamp,
    /// Address of the tenant's desk without a slash at its end.
    pub desk: String,
}

/// Asks the person to type this code at マイページ.
pub fn email_code(mail: &EmailCode, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-email-code-subject", &mail.recipient_name);
    let until = letter.t.moment(mail.valid_until);
    letter
        .say("mail-email-code-lead")
        .code("field-email-code", mail.code.expose())
        .facts(vec![("field-email", mail.email.clone()), ("mail-email-code-until", until)])
        .link("mail-email-code-address", format!("{}/email", mail.desk))
        .say("mail-email-code-until-then")
        .warn("mail-email-code-not-you")
        .mail()
}
