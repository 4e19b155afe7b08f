//! The activity log.

use crate::{
    page::pages,
    voice::{Phrase, Voice},
};
use domain::time::Timestamp;

/// `/audit`, newest first.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// The rows of this page.
    pub rows: Vec<AuditLine>,
    /// Address of the next page (older).
    pub next: Option<String>,
    /// Address of the first page; `None` on the first page.
    pub first: Option<String>,
    /// Address of the page before (newer).
    pub previous: Option<String>,
}

#[derive(Debug, Clone)]
pub struct AuditLine {
    /// The row's number in the chain.
    pub number: u64,
    pub at: Timestamp,
    pub actor: AuditActor,
    /// The act's stable name; the page shows its text if the name is an [`domain::act::Act`]'s. Texts: `audit-act-…`.
    pub act: String,
    /// The subject's name.
    pub subject: String,
    /// Id of the user concerned, for a link.
    pub user: Option<String>,
    /// The subject as recorded: an id or a reference.
    pub recorded: String,
}

impl AuditLine {
    fn who(&self, t: &Voice) -> String {
        self.actor.text(t)
    }

    fn what(&self, t: &Voice) -> String {
        said(&t.say(format!("audit-act-{}", self.act)), &self.act)
    }
}

/// The text, or the stable name if there is no text yet.
fn said(phrase: &Phrase, name: &str) -> String {
    if phrase.exists() { phrase.to_string() } else { name.to_owned() }
}

#[derive(Debug, Clone)]
pub enum AuditActor {
    /// A person with a known name.
    Person(String),
    /// An actor without a name for the company: the log's stable name of the kind, such as `system`. A `user`
    /// of another tenant is an operator at the console.
    Kind(String),
}

impl AuditActor {
    /// The name, or the words for its kind.
    pub(super) fn text(&self, t: &Voice) -> String {
        match self {
            Self::Person(name) => name.clone(),
            Self::Kind(kind) => said(&t.say(format!("audit-actor-{kind}")), kind),
        }
    }
}

pages! {
    audit(AuditPage) = "desk/audit.html";
}
