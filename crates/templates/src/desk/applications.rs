//! Applications that wait for an administrator.

use super::{CertificateLine, DoneNotice, PickupLine};
use crate::{
    page::pages,
    problem,
    voice::{Phrase, Voice},
};
use domain::{
    application::Purpose,
    refusal::{Problem, Refusal},
    time::Timestamp,
};

/// `/applications`, oldest first.
#[derive(Debug, Clone)]
pub struct ApplicationsPage {
    /// Whether the visitor may decide.
    pub can_decide: bool,
    /// Whether the tenant's policy asks for approval.
    pub approval_required: bool,
    /// Applications that wait.
    pub applications: Vec<ApplicationLine>,
    /// Whether administrators show the PINs of ordinary people here.
    pub pins_shown_here: bool,
    /// Pickups that wait for such a PIN, the oldest first.
    pub pins_awaited: Vec<PickupLine>,
    /// Approved applications whose pickup is stopped by wrong PINs or by its time.
    pub stopped: Vec<ApplicationLine>,
    /// The notice of the last act.
    pub notice: Option<DoneNotice>,
    /// The refusals of a decision.
    pub errors: Vec<Refusal>,
}

impl ApplicationsPage {
    fn shows_many(&self) -> bool {
        self.can_decide && self.pins_awaited.len() > 1
    }
}

#[derive(Debug, Clone)]
pub struct ApplicationLine {
    pub id: String,
    pub display_name: String,
    /// Name as written into the certificate.
    pub roman_name: String,
    pub email: String,
    /// The person's name for the device.
    pub device_name: String,
    /// 受付番号.
    pub reference: String,
    pub submitted_at: Timestamp,
    /// What it is for.
    pub purpose: Purpose,
    /// What an administrator compares before deciding; `None` where nothing is decided.
    pub compared: Option<Compared>,
}

/// What helps to tell whether an application is the person's own.
#[derive(Debug, Clone)]
pub struct Compared {
    /// How the person was invited; `None` if that is not known.
    pub invited: Option<Invited>,
    /// The address from which the person applied.
    pub address: String,
    /// Whether nobody of the company has picked up from that network before.
    pub is_new_network: bool,
    /// What the application says otherwise than the record says now.
    pub differences: Vec<Difference>,
    /// The person's certificates so far, the newest first.
    pub certificates: Vec<CertificateLine>,
}

/// How and when a person was invited.
#[derive(Debug, Clone, Copy)]
pub struct Invited {
    pub way: InvitedBy,
    /// Unknown for invitations of former releases.
    pub at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitedBy {
    Mail,
    Slip,
    /// The contract sheet of a first administrator.
    Sheet,
    /// An invitation of a former release.
    Unknown,
}

impl Invited {
    fn text(self, t: &Voice) -> Phrase {
        let way = match self.way {
            InvitedBy::Mail => "mail",
            InvitedBy::Slip => "slip",
            InvitedBy::Sheet => "sheet",
            InvitedBy::Unknown => "unknown",
        };
        match self.at {
            Some(at) => t.say(format!("applications-invited-{way}")).with("at", t.moment(at)),
            None => t.say("applications-invited-unknown"),
        }
    }
}

/// A value of the application that differs from the record.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The key of the field's name.
    pub field: &'static str,
    pub applied: String,
    pub on_record: String,
}

/// What is decided on several applications at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplicationDecision {
    Approve,
    Reject,
}

impl ApplicationDecision {
    pub const ALL: [Self; 2] = [Self::Approve, Self::Reject];

    /// The stable name, in `/applications/selected/{name}`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
        }
    }

    fn key(self, part: &str) -> String {
        format!("decide-{}-{part}", self.name())
    }
}

/// The page before several applications are decided; the selection may be empty.
#[derive(Debug, Clone)]
pub struct DecisionPage {
    pub decision: ApplicationDecision,
    /// Whether administrators show the PINs that come after an approval.
    pub pins_shown_here: bool,
    pub applications: Vec<ApplicationLine>,
    /// The typed reason of a rejection.
    pub reason: String,
    /// `reason_untold=yes` was sent: the applicants get no reason.
    pub untold: bool,
    pub errors: Vec<Refusal>,
}

impl DecisionPage {
    fn what(&self, t: &Voice) -> Phrase {
        let shown = self.pins_shown_here && self.decision == ApplicationDecision::Approve;
        self.about(t, if shown { "shown-what" } else { "what" })
    }

    fn about(&self, t: &Voice, part: &str) -> Phrase {
        t.say(self.decision.key(part)).with("applications", self.applications.len())
    }

    fn rejects(&self) -> bool {
        self.decision == ApplicationDecision::Reject
    }
}

/// The page after several applications were decided, where some were not.
#[derive(Debug, Clone)]
pub struct DecidedPage {
    pub decision: ApplicationDecision,
    pub results: Vec<Decided>,
}

/// The result for one application.
#[derive(Debug, Clone)]
pub struct Decided {
    pub application: ApplicationLine,
    /// Why it was not decided; `None` if it was.
    pub problem: Option<Problem>,
}

impl Decided {
    fn why_not(&self, t: &Voice) -> Option<Phrase> {
        self.problem.as_ref().map(|problem| problem::text(problem, t))
    }
}

impl DecidedPage {
    fn lead(&self, t: &Voice) -> Phrase {
        let done = self.results.iter().filter(|result| result.problem.is_none()).count();
        t.say(self.decision.key("done")).with("done", done).with("failed", self.results.len() - done)
    }
}

/// The page before an application is rejected.
#[derive(Debug, Clone)]
pub struct RejectionPage {
    pub application: ApplicationLine,
    /// The typed reason.
    pub reason: String,
    /// `reason_untold=yes` was sent: the applicant gets no reason.
    pub untold: bool,
    pub errors: Vec<Refusal>,
}

pages! {
    /// Fields `reason_text` or `reason_untold`, sent to `/applications/{id}/reject`.
    form rejection(RejectionPage) = "desk/rejection.html";
    /// Fields `application`, one for each, for a rejection `reason_text` or `reason_untold`; sent to
    /// `/applications/selected/{approve,reject}`.
    form decision(DecisionPage) = "desk/decision.html";
    /// One result for each application.
    decided(DecidedPage) = "desk/decided.html";
    /// The queue; `/applications/{id}/approve` decides, `/applications/{id}/reopen` opens a stopped pickup again, `/applications/{id}/reject` asks for the reason.
    form applications(ApplicationsPage) = "desk/applications.html";
}
