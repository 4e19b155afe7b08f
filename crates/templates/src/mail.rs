//! Mails: text and HTML from one list of blocks, so that both always have the same content.
//!
//! **Invariant:** no address in a mail carries a secret; PINs and one-time passwords are in the body only.

mod calendar;
mod email_code;
mod ends;
mod letter;
mod notices;
mod pickup;
mod pin_shown;
mod portal_password;

pub use email_code::{EmailCode, email_code};
pub use ends::{
    CertificateEnds, CertificatesEnd, ContractEnds, ContractsEnd, ENDS_LISTED_MAX, EndingCertificate,
    EndingContract, certificate_ends, certificates_end, contract_ends, contracts_end,
};
pub use notices::{
    AdministratorKept, ApplicationRejected, ApplicationWaiting, CertificateEnded, DigestedPickup, EndedAs,
    InvitationMail, PickedUp, PickupDigest, RevokedByUser, UserMoved, administrator_kept,
    application_received, application_rejected, application_waits, certificate_ended, invitation, picked_up,
    picked_up_for_administrators, pickup_digest, revoked_by_user, test, user_moved,
};
pub use pickup::{
    NewPin, NewPinReason, PickupReady, PickupStopped, new_pin, pickup_ready, pickup_stopped,
    pickup_stopped_for_administrators,
};
pub use pin_shown::{
    PinAwaited, PinAwaitedReason, PinSeenBy, PinShown, pin_awaited, pin_awaited_for_administrators, pin_shown,
};
pub use portal_password::{PasswordChanged, PortalCode, password_changed, portal_code};

use crate::voice::Voice;
use domain::{locale::Locale, time::Timestamp};
use jiff::tz::TimeZone;

/// A mail ready to be sent; the mailer adds sender and recipient.
#[derive(Clone)]
pub struct Mail {
    /// Subject, one line, any script.
    pub subject: String,
    pub text: String,
    /// The HTML part: the same content in colour, without images or links of its own.
    pub html: String,
    pub attachment: Option<Attachment>,
}

/// A file that goes with a mail.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Name of the file, in ASCII.
    pub name: String,
    pub media_type: String,
    /// The whole file.
    pub content: String,
}

/// The values that every mail needs besides its own contents.
#[derive(Debug, Clone)]
pub struct Letterhead {
    /// Language of the mail.
    pub locale: Locale,
    /// Name of the service, from the configuration.
    pub service_name: String,
    /// Absolute address of the public site without a slash at its end.
    pub public_url: String,
    /// The zone of all shown dates.
    pub time_zone: TimeZone,
    pub now: Timestamp,
    pub support_contact: String,
    /// Who that is.
    pub asks: Asks,
}

/// Whom the reader of a mail asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// The company's administrator.
    Administrator,
    /// The provider of the service: the reader is an administrator.
    Provider,
}

impl Letterhead {
    fn voice(&self) -> Voice {
        Voice::new(self.locale, &self.service_name, self.time_zone.clone(), self.now)
    }

    /// Whom the reader asks, in words.
    fn whom(&self, t: &Voice) -> String {
        let key = match self.asks {
            Asks::Administrator => "whom-administrator",
            Asks::Provider => "whom-provider",
        };
        t.say(key).to_string()
    }

    fn public(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// The host name of the public site.
    fn public_host(&self) -> &str {
        let authority = self.public_url.split_once("://").map_or("", |(_, authority)| authority);
        authority.split([':', '/']).next().unwrap_or_default()
    }
}
