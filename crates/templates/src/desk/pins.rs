//! PINs that administrators hand over: who waits for one, and the sheets for printing.

use crate::{
    page::pages,
    problem,
    qr_code::{DrawnQrCode, qr_code},
    voice::{Phrase, Voice},
};
use domain::{pin::PIN_ATTEMPTS_MAX, refusal::Problem, time::Timestamp};

/// An open pickup, with what its PIN is like.
#[derive(Debug, Clone)]
pub struct PickupLine {
    /// The application's id.
    pub id: String,
    pub display_name: String,
    pub email: String,
    /// The person's name for the device.
    pub device_name: String,
    /// 受付番号.
    pub reference: String,
    pub pin: PinStanding,
    /// Where its acts are sent, without the application's id.
    pub action: String,
    /// How the visitor may see a PIN.
    pub showing: Showing,
}

/// What the PIN of an open pickup is like.
#[derive(Debug, Clone)]
pub enum PinStanding {
    /// On its way by mail, or there.
    Mailed { until: Timestamp },
    /// None yet: an administrator shows it.
    Awaited,
    /// None yet, and the pickup has to be opened again.
    ToReopen,
    /// Shown.
    Shown { seen: PinSeen, until: Timestamp },
    /// Locked by wrong tries.
    Locked,
    /// Run out.
    Expired,
}

/// Whether the visitor may see the PIN of a pickup.
#[derive(Debug, Clone)]
pub enum Showing {
    /// No word on it.
    Not,
    /// An operator shows it.
    ByOperator,
    /// With the id that the sheet will have, and that of the former one.
    Here { sheet: String, former: String },
}

/// When a PIN was shown, and to whom.
#[derive(Debug, Clone)]
pub struct PinSeen {
    pub at: Timestamp,
    /// `None` for the service provider.
    pub to: Option<String>,
}

impl PinSeen {
    /// The words at a certificate.
    pub(crate) fn of_certificate(&self, t: &Voice) -> Phrase {
        t.say("certificate-pin-seen").with("at", t.moment(self.at)).with("name", self.name(t))
    }

    fn name(&self, t: &Voice) -> String {
        self.to.clone().unwrap_or_else(|| t.say("pin-seen-by-operator").to_string())
    }
}

impl PickupLine {
    pub(crate) fn standing(&self, t: &Voice) -> Phrase {
        match &self.pin {
            PinStanding::Mailed { until } => t.say("pin-standing-mailed").with("until", t.moment(*until)),
            PinStanding::Awaited => t.say("pin-standing-awaited"),
            PinStanding::ToReopen => t.say("pin-standing-reopen"),
            PinStanding::Shown { seen, until } => t
                .say("pin-standing-shown")
                .with("at", t.moment(seen.at))
                .with("name", seen.name(t))
                .with("until", t.moment(*until)),
            PinStanding::Locked => t.say("pin-standing-locked").with("tries", PIN_ATTEMPTS_MAX),
            PinStanding::Expired => t.say("pin-standing-expired"),
        }
    }

    pub(crate) fn is_by_operator(&self) -> bool {
        matches!(self.showing, Showing::ByOperator)
    }

    /// The ids of the new sheet and of the former one.
    pub(crate) fn here(&self) -> Option<(&str, &str)> {
        match &self.showing {
            Showing::Here { sheet, former } => Some((sheet, former)),
            Showing::Not | Showing::ByOperator => None,
        }
    }

    pub(crate) fn button(&self) -> &'static str {
        match self.pin {
            PinStanding::Shown { .. } | PinStanding::Mailed { .. } => "pin-show-again",
            PinStanding::Awaited | PinStanding::ToReopen | PinStanding::Locked | PinStanding::Expired => {
                "pin-show"
            }
        }
    }
}

/// A PIN on paper.
#[derive(Clone)]
pub struct PaperPin {
    /// Name of the company.
    pub company: String,
    pub display_name: String,
    /// The person's name for the device.
    pub device_name: String,
    /// 受付番号.
    pub reference: String,
    /// The PIN, in groups of four.
    pub pin: String,
    /// When the PIN ends.
    pub pin_until: Timestamp,
    /// Where to pick up; without a secret.
    pub pickup_url: String,
}

impl PaperPin {
    /// Where to pick up, for a phone's camera: without the PIN.
    fn qr_code(&self, t: &Voice) -> DrawnQrCode {
        qr_code(&self.pickup_url, t.say("pin-sheet-qr").with("name", &self.display_name))
    }
}

/// `/pins/{first}/{last}`: the PINs that were asked for together, a page each.
#[derive(Clone)]
pub struct PinSheetsPage {
    /// After this time the first of them cannot be opened.
    pub until: Timestamp,
    pub sheets: Vec<PaperPin>,
    /// Where the visitor goes on.
    pub back: String,
}

/// The same address after its time, or for another visitor.
#[derive(Debug, Clone)]
pub struct PinSheetGonePage {
    /// How long a sheet can be opened.
    pub minutes: u32,
    /// Where the visitor goes on.
    pub back: String,
}

/// The page after several PINs were asked for, where some were not shown.
#[derive(Debug, Clone)]
pub struct PinsResultPage {
    pub results: Vec<PinResult>,
    /// The page of the sheets; `None` if there are none.
    pub sheets: Option<String>,
}

/// What became of one person's PIN.
#[derive(Debug, Clone)]
pub struct PinResult {
    pub display_name: String,
    /// 受付番号.
    pub reference: String,
    /// Why it was not shown; `None` if it was.
    pub problem: Option<Problem>,
}

impl PinResult {
    fn why_not(&self, t: &Voice) -> Option<Phrase> {
        self.problem.as_ref().map(|problem| problem::text(problem, t))
    }
}

impl PinsResultPage {
    fn lead(&self, t: &Voice) -> Phrase {
        let done = self.results.iter().filter(|result| result.problem.is_none()).count();
        t.say("pins-result-lead").with("done", done).with("failed", self.results.len() - done)
    }
}

pages! {
    /// The sheets for printing, a page each.
    pin_sheets(PinSheetsPage) = "desk/pin_sheets.html";
    /// The next step when the sheets cannot be opened any more.
    pin_sheet_gone(PinSheetGonePage) = "desk/pin_sheet_gone.html";
    /// One result for each pickup.
    pins_result(PinsResultPage) = "desk/pins_result.html";
}
