//! The desk's front: what to do next, and the numbers.

use crate::page::pages;
use domain::{time::Timestamp, user::Progress};

/// `/` of the desk.
#[derive(Debug, Clone)]
pub struct DeskHomePage {
    /// May the visitor change things?
    pub can_manage: bool,
    /// Users beside the visitor: none yet means that step 2 is next.
    pub other_users: u32,
    /// How many users stand at each step.
    pub progress: Vec<ProgressCount>,
    /// Applications that wait for approval.
    pub applications_waiting: u32,
    /// Certificates in force or on the way.
    pub seats_used: u32,
    /// Certificates that the contract allows.
    pub seats: u32,
    /// End of the contract.
    pub valid_until: Timestamp,
    /// Address of the tenant's site without a slash at its end.
    pub site: String,
}

/// How many users stand at a step.
#[derive(Debug, Clone, Copy)]
pub struct ProgressCount {
    /// The step.
    pub progress: Progress,
    /// How many.
    pub users: u32,
}

impl ProgressCount {
    fn name(self) -> &'static str {
        self.progress.name()
    }
}

pages! {
    /// The front.
    home(DeskHomePage) = "desk/home.html";
}
