//! The activity log and printed slips.

use crate::{
    page::pages,
    voice::{Phrase, Voice},
};
use domain::time::Timestamp;

/// `/audit`, newest first.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// One page of rows.
    pub rows: Vec<AuditLine>,
    /// Address of the page after (older).
    pub next: Option<String>,
    /// Address of the first page, unless it is this.
    pub first: Option<String>,
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
    pub actor: AuditActor,
    /// The act's stable name; told in words if it is an [`domain::act::Act`]'s. Texts:
    /// `audit-act-…`.
    pub act: String,
    /// On whom or what, as people call it.
    pub subject: String,
    /// Id of the user whom it concerns, for a link.
    pub user: Option<String>,
    /// The subject as it is recorded: an id or a reference.
    pub recorded: String,
}

impl AuditLine {
    fn who(&self, t: &Voice) -> String {
        match &self.actor {
            AuditActor::Person(name) => name.clone(),
            AuditActor::Kind(kind) => said(&t.say(format!("audit-actor-{kind}")), kind),
        }
    }

    fn what(&self, t: &Voice) -> String {
        said(&t.say(format!("audit-act-{}", self.act)), &self.act)
    }
}

/// The text, or the stable name where there is none yet.
fn said(phrase: &Phrase, name: &str) -> String {
    if phrase.exists() { phrase.to_string() } else { name.to_owned() }
}

/// Who acted.
#[derive(Debug, Clone)]
pub enum AuditActor {
    /// Somebody by name.
    Person(String),
    /// Nobody whom the company knows by name: the log's stable name of the kind, such as `system`. A `user`
    /// who is not of the company is an operator at the console.
    Kind(String),
}

/// `/users/{id}/slip/{invitation}`: an invitation on paper, for the minutes in which it may be opened.
#[derive(Clone)]
pub struct SlipPage {
    /// Address that the service's mails come from.
    pub sender_address: String,
    /// The user's id.
    pub id: String,
    /// From then on the page cannot be opened.
    pub until: Timestamp,
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

/// The same address once it is over, or for somebody else.
#[derive(Debug, Clone)]
pub struct SlipGonePage {
    /// The user's id.
    pub id: String,
    /// How long a slip can be opened.
    pub minutes: u32,
}

pages! {
    /// The log.
    audit(AuditPage) = "desk/audit.html";
    /// To be printed.
    slip(SlipPage) = "desk/slip.html";
    /// What to do where it cannot be opened.
    slip_gone(SlipGonePage) = "desk/slip_gone.html";
}
