//! The pickup (個人用電子証明書 取得): form, "checking", the file, and every other end.

use crate::{
    drawing::{self, Drawing},
    page::pages,
    voice::Voice,
};
use domain::{
    chosen_password::P12_PASSWORD_LETTERS_MIN, device::DeviceType, form::Form, pickup_form::PickupField,
    refusal::Refusal, time::Timestamp,
};

/// `/pickup`.
#[derive(Debug, Clone, Default)]
pub struct PickupPage {
    /// What was typed, or came with the link.
    pub form: Form<PickupField>,
    /// Is the browser seen to keep no cookies?
    pub cookies_off: bool,
}

/// 「申請内容の確認中です・・・」: looks again after a second, without script.
#[derive(Debug, Clone)]
pub struct PickupWaitingPage {
    /// Where to look again: this page's own address.
    pub refresh: String,
}

/// The file is there and its download begins in this screen.
#[derive(Clone)]
pub struct PickupReadyPage {
    /// Address of the PKCS#12 file.
    pub download: String,
    /// Address of the same in the other encryption, or of the form that makes it, where allowed.
    pub other_format: Option<String>,
    /// Is it that form's?
    pub other_on_request: bool,
    /// The system it is for.
    pub device: DeviceType,
    /// What the person calls the device.
    pub device_name: String,
    /// Until when the download can be repeated.
    pub repeat_until: Timestamp,
    /// Address of the tenant's site without a slash at its end.
    pub site: String,
}

/// Asks for the file's password, to write the file in the other encryption.
#[derive(Debug, Clone)]
pub struct PickupOtherPage {
    /// Until when that can be done.
    pub repeat_until: Timestamp,
    /// What was wrong.
    pub errors: Vec<Refusal>,
}

/// Why nothing was begun after a form was sent; nothing was used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickupUnbegun {
    /// The browser brought no cookie back.
    NoCookie,
    /// It brought one back too late, or another PIN counts by now.
    TooLate,
}

impl PickupUnbegun {
    /// All, for tests.
    pub const ALL: [Self; 2] = [Self::NoCookie, Self::TooLate];

    fn key(self, part: &str) -> String {
        let name = match self {
            Self::NoCookie => "no-cookie",
            Self::TooLate => "too-late",
        };
        format!("pickup-{name}-{part}")
    }
}

impl PickupReadyPage {
    fn downloaded(&self, t: &Voice) -> Drawing {
        drawing::downloaded(self.device, t)
    }
}

/// How a pickup ended without a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickupEnd {
    /// The PIN's lifetime is over, and there is no new one.
    Expired,
    /// The PIN's lifetime is over; a new PIN is on its way by mail.
    ExpiredAndMailed,
    /// Picked up already; only the browser that did it may repeat, for some minutes.
    Used,
    /// Wrong tries with every PIN that was mailed: an administrator opens the pickup again.
    Locked,
    /// Five wrong tries; a new PIN is on its way by mail.
    LockedAndMailed,
    /// Something broke on our side; a new PIN is on its way by mail.
    Failed,
    /// No seat, or the contract ended meanwhile.
    Refused,
    /// The person or the company is suspended.
    Suspended,
}

impl PickupEnd {
    /// All, for tests.
    pub const ALL: [Self; 8] = [
        Self::Expired,
        Self::ExpiredAndMailed,
        Self::Used,
        Self::Locked,
        Self::LockedAndMailed,
        Self::Failed,
        Self::Refused,
        Self::Suspended,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::ExpiredAndMailed => "expired-and-mailed",
            Self::Used => "used",
            Self::Locked => "locked",
            Self::LockedAndMailed => "locked-and-mailed",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Suspended => "suspended",
        }
    }

    /// Is there nothing left to pick up with this application?
    fn needs_new_invitation(self) -> bool {
        self == Self::Used
    }

    /// Is a PIN on its way with which the pickup goes on?
    fn goes_on_with_a_new_pin(self) -> bool {
        matches!(self, Self::ExpiredAndMailed | Self::LockedAndMailed | Self::Failed)
    }

    /// Does the pickup page show the file again, to the browser that picked it up?
    fn may_be_repeated(self) -> bool {
        self == Self::Used
    }
}

/// The page of such an end.
#[derive(Debug, Clone)]
pub struct PickupEndedPage {
    /// How.
    pub end: PickupEnd,
    /// Reference (受付番号), to read out.
    pub reference: String,
    /// Whom to ask; `None` where whose reference it is must not be told.
    pub support_contact: Option<String>,
}

impl PickupEndedPage {
    fn key(&self, part: &str) -> String {
        format!("pickup-{}-{part}", self.end.name())
    }
}

pages! {
    /// The form.
    form pickup(PickupPage: PickupField) = "public/pickup.html";
    /// While the certificate is made.
    pickup_waiting(PickupWaitingPage) = "public/pickup_waiting.html";
    /// With the file.
    pickup_ready(PickupReadyPage) = "public/pickup_ready.html";
    /// Asks for the file's password once more.
    form pickup_other(PickupOtherPage) = "public/pickup_other.html";
    /// Nothing was begun.
    pickup_unbegun(PickupUnbegun) = "public/pickup_unbegun.html";
    /// Without one.
    pickup_ended(PickupEndedPage) = "public/pickup_ended.html";
}
