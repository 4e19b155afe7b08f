//! Invitations on paper: one, or one for each of several people, a page each.

use crate::{
    page::pages,
    qr_code::{DrawnQrCode, qr_code},
    voice::Voice,
};
use domain::{pin_delivery::PinRecipient, time::Timestamp};

/// An invitation on paper.
#[derive(Clone)]
pub struct PaperInvitation {
    /// Name of the company.
    pub company: String,
    /// Sender address of the service's mails.
    pub sender_address: String,
    pub display_name: String,
    /// The invited address.
    pub email: String,
    /// The name that the certificate will carry, if it is on record.
    pub roman_name: Option<String>,
    /// Where to apply, with code and e-mail address.
    pub enrol_url: String,
    /// Identification code, in groups of four.
    pub identification_code: String,
    /// The personal one-time password, in groups of four.
    pub one_time_password: String,
    /// When the password ends.
    pub valid_until: Timestamp,
    /// Who gets the PIN of the application.
    pub pin: PinRecipient,
}

impl PaperInvitation {
    fn then(&self) -> &'static str {
        match self.pin {
            PinRecipient::Person => "slip-then-mail",
            PinRecipient::Administrator => "slip-then-administrator",
        }
    }

    /// Where to apply, for a phone's camera: as the link in an invitation's mail, without a secret.
    fn qr_code(&self, t: &Voice) -> DrawnQrCode {
        qr_code(&self.enrol_url, t.say("slip-qr").with("name", &self.display_name))
    }
}

/// `/users/{id}/slip/{invitation}`: an invitation on paper, for the minutes in which it may be opened.
#[derive(Clone)]
pub struct SlipPage {
    /// The user's id.
    pub id: String,
    /// After this time the page cannot be opened.
    pub until: Timestamp,
    pub slip: PaperInvitation,
}

/// `/slips/{first}/{last}`: the invitations of several people, as they were asked for together.
#[derive(Clone)]
pub struct SlipsPage {
    /// After this time the first of them cannot be opened.
    pub until: Timestamp,
    /// In the order of the list of users.
    pub slips: Vec<PaperInvitation>,
}

/// The same addresses after their time, or for another administrator.
#[derive(Debug, Clone)]
pub struct SlipGonePage {
    /// The user's id; `None` for the slips of several people.
    pub id: Option<String>,
    /// How long a slip can be opened.
    pub minutes: u32,
}

pages! {
    /// The slip for printing.
    slip(SlipPage) = "desk/slip.html";
    /// The slips for printing, a page each.
    slips(SlipsPage) = "desk/slips.html";
    /// The next step when the slip cannot be opened any more.
    slip_gone(SlipGonePage) = "desk/slip_gone.html";
}
