//! The activity log and printed slips.

use crate::page::pages;
use domain::time::Timestamp;

/// `/audit`, newest first.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// One page of rows.
    pub rows: Vec<AuditLine>,
    /// Address of the page after (older).
    pub next: Option<String>,
    /// Address of the page before (newer).
    pub previous: Option<String>,
}

/// One act.
#[derive(Debug, Clone)]
pub struct AuditLine {
    /// Its number in the chain.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// The act's stable name.
    pub act: String,
    /// On whom or what.
    pub subject: String,
}

/// Invitations on paper, shown once.
#[derive(Debug, Clone)]
pub struct SlipsPage {
    /// One a person.
    pub slips: Vec<Slip>,
}

/// One person's slip.
#[derive(Clone)]
pub struct Slip {
    /// Name.
    pub display_name: String,
    /// Address that was invited.
    pub email: String,
    /// Identification code, in groups of four.
    pub identification_code: String,
    /// The personal one-time password, in groups of four.
    pub one_time_password: String,
    /// Until when it works.
    pub valid_until: Timestamp,
}

impl std::fmt::Debug for Slip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slip").field("email", &self.email).finish_non_exhaustive()
    }
}

pages! {
    /// The log.
    audit(AuditPage) = "desk/audit.html";
    /// To be printed; cannot be shown again.
    slips(SlipsPage) = "desk/slips.html";
}
