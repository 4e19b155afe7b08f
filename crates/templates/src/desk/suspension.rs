//! The page on which a person's suspension at the end of a day is planned, and what others show of it.

use super::AuditActor;
use crate::{page::pages, voice::Voice};
use domain::{form::Form, suspension::SuspensionField, time::Timestamp};

/// `/users/{id}/suspend-on`. A second form, to `/users/{id}/suspend-on/cancel`, calls the plan off.
#[derive(Debug, Clone)]
pub struct SuspensionPage {
    /// The person's id.
    pub user: String,
    pub user_name: String,
    /// The typed day, or the planned one.
    pub form: Form<SuspensionField>,
    /// What is planned so far.
    pub planned: Option<PlannedSuspension>,
}

/// A suspension that was planned.
#[derive(Debug, Clone)]
pub struct PlannedSuspension {
    /// The end of the person's last day.
    pub at: Timestamp,
    /// Who planned it, and when; `None` if that is not on record.
    pub set: Option<(AuditActor, Timestamp)>,
}

impl PlannedSuspension {
    pub(super) fn text(&self, t: &Voice) -> String {
        let day = t.last_day(self.at);
        match &self.set {
            Some((by, at)) => t
                .say("suspension-planned-by")
                .with("day", day)
                .with("by", by.text(t))
                .with("at", t.moment(*at))
                .to_string(),
            None => t.say("suspension-planned").with("day", day).to_string(),
        }
    }
}

pages! {
    form suspension(SuspensionPage: SuspensionField) = "desk/suspension.html";
}
