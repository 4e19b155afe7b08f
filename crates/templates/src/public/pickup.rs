//! The pickup (個人用電子証明書 取得): form, "checking", the file, and every other end.

use crate::{
    Chrome,
    desk::former,
    drawing::{self, Drawing},
    page::pages,
    voice::{Phrase, Voice},
};
use domain::{
    application::Purpose, chosen_password::P12_PASSWORD_LETTERS_MIN, device::DeviceType,
    file_password::FilePasswordNote, form::Form, pickup_form::PickupField, refusal::Refusal, time::Timestamp,
};

/// `/pickup`.
#[derive(Debug, Clone, Default)]
pub struct PickupPage {
    /// The typed values, or those of the link.
    pub form: Form<PickupField>,
    /// Whether the browser keeps no cookies.
    pub cookies_off: bool,
    /// Whether the browser may run on a Mac or an iPad, so that the person is asked to say which.
    pub mac_or_ipad: bool,
}

/// 「申請内容の確認中です・・・」: looks again after a second, without script.
#[derive(Debug, Clone)]
pub struct PickupWaitingPage {
    /// This page's own address, for the reload.
    pub refresh: String,
}

/// The file exists and its download begins on this page.
#[derive(Clone)]
pub struct PickupReadyPage {
    /// Address of the PKCS#12 file.
    pub file: String,
    /// Address of the configuration profile with the file in it, for systems that install profiles.
    pub profile: Option<String>,
    /// Address of the file in the other encryption, or of the form that makes it; `None` if that is not allowed.
    pub other_format: Option<String>,
    /// Whether it is the form's address.
    pub other_on_request: bool,
    /// 受付番号, by which the file can be made anew.
    pub reference: String,
    /// The device's system.
    pub device: DeviceType,
    /// The person's name for the device.
    pub device_name: String,
    /// Hexadecimal, as browsers show it where people choose a certificate.
    pub serial: String,
    /// The words of warning about the chosen password.
    pub password_notes: Vec<FilePasswordNote>,
    /// How long the download can be repeated.
    pub repeat_until: Timestamp,
    /// Address of the tenant's site without a slash at its end.
    pub site: String,
    /// What it was applied for.
    pub purpose: Purpose,
    /// How long a former certificate of the device lasts once this one was seen, in days.
    pub grace_days: u32,
}

/// The form for the file's password, to write the file in the other encryption.
#[derive(Debug, Clone)]
pub struct PickupOtherPage {
    /// The form's target.
    pub action: String,
    /// Address of the page with the file.
    pub back: String,
    /// How long this is possible.
    pub repeat_until: Timestamp,
    pub errors: Vec<Refusal>,
}

/// Why no pickup began after a form was sent; the PIN is not used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickupUnbegun {
    /// The browser sent no cookie back.
    NoCookie,
    /// The cookie came back too late, or another PIN is in force by now.
    TooLate,
}

impl PickupUnbegun {
    pub const ALL: [Self; 2] = [Self::NoCookie, Self::TooLate];

    /// At the desk it was a renewal.
    fn key(self, chrome: &Chrome, part: &str) -> String {
        let name = match self {
            Self::NoCookie => "no-cookie",
            Self::TooLate => "too-late",
        };
        let what = if chrome.is_desk() { "renewal" } else { "pickup" };
        format!("{what}-{name}-{part}")
    }
}

impl PickupReadyPage {
    /// Whether the profile comes first: iPhone and iPad install profile and file alike from their settings, where the
    /// profile alone says what it is. A Mac opens the file by itself.
    fn is_profile_first(&self) -> bool {
        self.profile.is_some() && self.device == DeviceType::Ios
    }

    /// The address of what arrives by itself.
    fn download(&self) -> &str {
        self.profile.as_deref().filter(|_| self.is_profile_first()).unwrap_or(&self.file)
    }

    /// The profile's address where the file comes first.
    fn profile_beside(&self) -> Option<&str> {
        self.profile.as_deref().filter(|_| !self.is_profile_first())
    }

    fn next(&self, t: &Voice) -> Vec<Phrase> {
        t.list(if self.is_profile_first() { "pickup-ready-ios-next" } else { "pickup-ready-next" })
    }

    /// What becomes of the device's former certificate, if it has one.
    fn former(&self, t: &Voice) -> Option<Phrase> {
        (self.purpose != Purpose::New).then(|| former(self.purpose, self.grace_days, t))
    }

    fn title(chrome: &Chrome) -> &'static str {
        if chrome.is_desk() { "renewal-ready-title" } else { "pickup-ready-title" }
    }

    fn downloaded(&self, t: &Voice) -> Drawing {
        drawing::downloaded(self.device, t)
    }
}

/// How a pickup ended without a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickupEnd {
    /// The PIN has expired, and there is no new one.
    Expired,
    /// The PIN has expired; a new PIN is on its way by mail.
    ExpiredAndMailed,
    /// The PIN has expired; an administrator hands the next one over.
    ExpiredAndShown,
    /// Picked up already; only the browser of the pickup may repeat the download, for some minutes.
    Used,
    /// Wrong tries with every mailed PIN: an administrator can open the pickup again.
    Locked,
    /// Five wrong tries; a new PIN is on its way by mail.
    LockedAndMailed,
    /// Five wrong tries; an administrator hands the next PIN over.
    LockedAndShown,
    /// The service failed; a new PIN comes as the last one did.
    Failed,
    /// There was no seat, or the contract ended meanwhile.
    Refused,
    /// The person or the company is suspended.
    Suspended,
}

impl PickupEnd {
    pub const ALL: [Self; 10] = [
        Self::Expired,
        Self::ExpiredAndMailed,
        Self::ExpiredAndShown,
        Self::Used,
        Self::Locked,
        Self::LockedAndMailed,
        Self::LockedAndShown,
        Self::Failed,
        Self::Refused,
        Self::Suspended,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::ExpiredAndMailed => "expired-and-mailed",
            Self::ExpiredAndShown => "expired-and-shown",
            Self::Used => "used",
            Self::Locked => "locked",
            Self::LockedAndMailed => "locked-and-mailed",
            Self::LockedAndShown => "locked-and-shown",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Suspended => "suspended",
        }
    }

    /// Whether the certificate was picked up, so that its file can be made anew.
    fn may_have_a_new_file(self) -> bool {
        self == Self::Used
    }

    /// Whether a new PIN is on its way, with which the pickup continues.
    fn goes_on_with_a_new_pin(self) -> bool {
        matches!(self, Self::ExpiredAndMailed | Self::LockedAndMailed | Self::Failed)
    }
}

/// The page for a pickup without a file.
#[derive(Debug, Clone)]
pub struct PickupEndedPage {
    pub end: PickupEnd,
    /// 受付番号, to read out.
    pub reference: String,
    /// The contact; `None` if the page must not reveal the reference's tenant.
    pub support_contact: Option<String>,
    /// Whom administrators ask.
    pub provider_contact: String,
}

impl PickupEndedPage {
    fn key(&self, chrome: &Chrome, part: &str) -> String {
        let what = if self.is_over(chrome) { "renewal" } else { "pickup" };
        format!("{what}-{}-{part}", self.end.name())
    }

    /// Whether a renewal's file was there, and its time is over.
    fn is_over(&self, chrome: &Chrome) -> bool {
        chrome.is_desk() && self.end == PickupEnd::Used
    }
}

/// The sentence in a configuration profile that says what it is.
pub fn profile_description(chrome: &Chrome) -> String {
    chrome.voice().say("configuration-profile-description").to_string()
}

pages! {
    form pickup(PickupPage: PickupField) = "public/pickup.html";
    /// The page while the certificate is made.
    pickup_waiting(PickupWaitingPage) = "public/pickup_waiting.html";
    /// The page with the file.
    pickup_ready(PickupReadyPage) = "public/pickup_ready.html";
    /// The form that asks for the file's password once more.
    form pickup_other(PickupOtherPage) = "public/pickup_other.html";
    /// The page after a pickup that did not begin.
    pickup_unbegun(PickupUnbegun) = "public/pickup_unbegun.html";
    /// The page of a pickup without a file.
    pickup_ended(PickupEndedPage) = "public/pickup_ended.html";
}
