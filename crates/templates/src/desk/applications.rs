//! Applications that wait for an administrator.

use super::DoneNotice;
use crate::page::pages;
use domain::{refusal::Refusal, time::Timestamp};

/// `/applications`, oldest first.
#[derive(Debug, Clone)]
pub struct ApplicationsPage {
    /// Whether the visitor may decide.
    pub can_decide: bool,
    /// Whether the tenant's policy asks for approval.
    pub approval_required: bool,
    /// Applications that wait.
    pub applications: Vec<ApplicationLine>,
    /// Approved applications whose pickup is stopped by wrong PINs or by its time.
    pub stopped: Vec<ApplicationLine>,
    /// The notice of the last act.
    pub notice: Option<DoneNotice>,
    /// The refusals of a decision.
    pub errors: Vec<Refusal>,
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
    /// The queue; `/applications/{id}/approve` decides, `/applications/{id}/reopen` opens a stopped pickup again, `/applications/{id}/reject` asks for the reason.
    form applications(ApplicationsPage) = "desk/applications.html";
}
