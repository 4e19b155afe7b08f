//! A further certificate for a device: one's own renewal in one page, and the page before a renewal, a replacement or a
//! new file whose PIN goes out.

use crate::{
    page::pages,
    voice::{Phrase, Voice},
};
use domain::{
    application::Purpose, chosen_password::P12_PASSWORD_LETTERS_MIN, form::Form, pickup_form::PickupField,
    refusal::Refusal, time::Timestamp,
};

/// When a device's certificate can be renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Renewal {
    Now,
    From(Timestamp),
    /// Not this device: it is on hold, revoked, or not in use.
    #[default]
    Never,
}

/// What a device can have besides its present certificate.
#[derive(Debug, Clone, Default)]
pub struct Further {
    pub renewal: Renewal,
    /// Whether another device can take its place, and its file be made anew.
    pub replaceable: bool,
    /// What waits for its pickup.
    pub waiting: Option<Waiting>,
}

/// A certificate that is on its way to a device.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub purpose: Purpose,
    /// 受付番号.
    pub reference: String,
    /// The person's name for the device that gets it.
    pub device_name: String,
}

impl Waiting {
    pub(crate) fn text(&self, t: &Voice) -> Phrase {
        let text = t.say(format!("further-waits-{}", self.purpose.name()));
        text.with("reference", &self.reference).with("device", &self.device_name)
    }
}

/// `/devices/{id}/renew`: the form of the pickup without reference and PIN. It also sends `agreement_version` and `agree`.
#[derive(Debug, Clone)]
pub struct RenewPage {
    /// The typed values.
    pub form: Form<PickupField>,
    /// The form's target.
    pub action: String,
    /// The person's name for the device.
    pub device_name: String,
    /// Last second of the present certificate.
    pub not_after: Timestamp,
    /// How long it lasts once the new one was seen, in days.
    pub grace_days: u32,
    /// Whether the browser keeps no cookies.
    pub cookies_off: bool,
    /// Whether there is anything to renew; else the page says why not.
    pub is_possible: bool,
}

impl RenewPage {
    /// The text for what becomes of the present certificate.
    fn former(&self, t: &Voice) -> Phrase {
        former(Purpose::Renewal, self.grace_days, t)
    }
}

/// What becomes of the present certificate, in words.
pub(crate) fn former(purpose: Purpose, grace_days: u32, t: &Voice) -> Phrase {
    t.say(format!("former-{}", purpose.name())).with("days", grace_days)
}

/// The page before a certificate whose PIN goes out. The form sends `device_name` for a replacement.
#[derive(Debug, Clone)]
pub struct FurtherPage {
    pub purpose: Purpose,
    /// Whether the device is the visitor's own.
    pub own: bool,
    /// The form's target.
    pub action: String,
    /// Target of `[やめて戻る]`.
    pub back: String,
    /// The device's person.
    pub user_name: String,
    /// The present name of the device.
    pub device_name: String,
    /// The typed name of the device that comes in its place.
    pub new_name: String,
    /// How long the present certificate lasts once the new one was seen, in days.
    pub grace_days: u32,
    /// Whether an administrator hands the PIN over, so that none is mailed.
    pub pin_from_administrator: bool,
    /// What waits for its pickup, so that nothing else can be begun.
    pub waiting: Option<Waiting>,
    /// The address that sends the PIN of it again.
    pub resend: Option<String>,
    pub errors: Vec<Refusal>,
}

impl FurtherPage {
    fn key(&self, part: &str) -> String {
        let whose = if self.own { "own-" } else { "" };
        format!("further-{whose}{}-{part}", self.purpose.name())
    }

    fn about(&self, t: &Voice, part: &str) -> Phrase {
        t.say(self.key(part)).with("name", &self.user_name).with("device", &self.device_name)
    }

    fn former(&self, t: &Voice) -> Phrase {
        former(self.purpose, self.grace_days, t)
    }

    fn asks_name(&self) -> bool {
        self.purpose == Purpose::Replacement
    }

    fn is_possible(&self) -> bool {
        self.waiting.is_none() && self.errors.iter().all(|error| error.field.is_some())
    }
}

pages! {
    form renew(RenewPage: PickupField) = "desk/renew.html";
    /// The page before a certificate whose PIN goes out.
    form further(FurtherPage) = "desk/further.html";
}
