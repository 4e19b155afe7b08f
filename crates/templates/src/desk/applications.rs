//! Applications that wait for an administrator.

use super::DoneNotice;
use crate::page::pages;
use domain::{refusal::Refusal, time::Timestamp};

/// `/applications`, oldest first.
#[derive(Debug, Clone)]
pub struct ApplicationsPage {
    /// May the visitor decide?
    pub can_decide: bool,
    /// Does the tenant's policy ask for approval at all?
    pub approval_required: bool,
    /// Those that wait.
    pub applications: Vec<ApplicationLine>,
    /// Approved ones whose pickup wrong PINs or their time have stopped.
    pub stopped: Vec<ApplicationLine>,
    /// What was just done.
    pub notice: Option<DoneNotice>,
    /// Why a decision was refused.
    pub errors: Vec<Refusal>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct ApplicationLine {
    /// Id.
    pub id: String,
    /// Name on record.
    pub display_name: String,
    /// Name as it will stand in the certificate.
    pub roman_name: String,
    /// E-mail address.
    pub email: String,
    /// What the person calls the device.
    pub device_name: String,
    /// Reference (受付番号).
    pub reference: String,
    /// When.
    pub submitted_at: Timestamp,
}

/// Before an application is rejected.
#[derive(Debug, Clone)]
pub struct RejectionPage {
    /// Which.
    pub application: ApplicationLine,
    /// What was typed.
    pub reason: String,
    /// `reason_untold=yes` was sent: no reason is passed on.
    pub untold: bool,
    /// What was wrong.
    pub errors: Vec<Refusal>,
}

pages! {
    /// Fields `reason_text` or `reason_untold`, sent to `/applications/{id}/reject`.
    form rejection(RejectionPage) = "desk/rejection.html";
    /// The queue; `/applications/{id}/approve` decides, `/applications/{id}/reopen` opens a stopped pickup again, `/applications/{id}/reject` asks for the reason.
    form applications(ApplicationsPage) = "desk/applications.html";
}
