//! Mails about the portal's password: the code by which one is chosen, and the notice that it was changed.

use super::{Letterhead, Mail, letter::MailDraft};
use domain::{secret::Secret, time::Timestamp};

/// A code by which the person chooses a password.
#[derive(Clone)]
pub struct PortalCode {
    /// Name of the person, as written.
    pub recipient_name: String,
    /// The code, in groups of four.
    pub code: Secret<String>,
    /// When the code ends.
    pub valid_until: Timestamp,
    /// Address of the tenant's site without a slash at its end.
    pub site: String,
}

/// The password was changed.
#[derive(Debug, Clone)]
pub struct PasswordChanged {
    /// Name of the person, as written.
    pub recipient_name: String,
    pub at: Timestamp,
    /// The IP address from which it was changed.
    pub from: String,
}

/// Asks the person to type this code at the login page.
pub fn portal_code(mail: &PortalCode, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-portal-code-subject", &mail.recipient_name);
    let until = letter.t.moment(mail.valid_until);
    letter
        .say("mail-portal-code-lead")
        .code("field-email-code", mail.code.expose())
        .facts(vec![("mail-email-code-until", until)])
        .link("mail-portal-code-address", format!("{}/code", mail.site))
        .warn("mail-portal-code-not-you")
        .mail()
}

/// Tells the person that the password was changed.
pub fn password_changed(mail: &PasswordChanged, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-password-changed-subject", &mail.recipient_name);
    let at = letter.t.moment(mail.at);
    letter
        .say("mail-password-changed-lead")
        .facts(vec![("mail-at", at), ("mail-picked-up-from", mail.from.clone())])
        .say("mail-password-changed-next")
        .warn("mail-password-changed-not-you")
        .link("mail-revoke-address", head.public("/revoke"))
        .mail()
}
