//! Since when something does not work, by whom and why: beside its state.

use super::AuditActor;
use crate::voice::Voice;
use domain::{
    certificate::Standing,
    revocation::{Revocation, reason_name},
    time::Timestamp,
};

/// The end of a certificate, its hold, or a person's suspension.
#[derive(Debug, Clone)]
pub struct Ending {
    pub at: Timestamp,
    pub by: EndedBy,
    /// The name of a revocation's reason.
    pub reason: Option<&'static str>,
}

/// The actor of an ending.
#[derive(Debug, Clone)]
pub enum EndedBy {
    Actor(AuditActor),
    /// The person, by the challenge phrase.
    Phrase,
    /// Not on record, or not for the reader.
    Untold,
}

impl Ending {
    /// Of a certificate's record.
    pub fn of(revocation: Revocation, by: EndedBy) -> Self {
        Self { at: revocation.at, by, reason: reason_name(revocation.reason) }
    }

    /// The lines below a certificate's state; none where the state is no ending.
    pub(super) fn of_certificate(&self, t: &Voice, standing: Standing) -> Vec<String> {
        match standing {
            Standing::OnHold => vec![self.say(t, "ending-on-hold")],
            Standing::Revoked => {
                let reason = self.reason.map(|name| t.say(format!("reason-{name}")));
                let reason = reason.map(|reason| t.say("ending-reason").with("reason", reason).to_string());
                std::iter::once(self.say(t, "ending-revoked")).chain(reason).collect()
            }
            Standing::NotPickedUp | Standing::Valid | Standing::Suspended | Standing::Expired => Vec::new(),
        }
    }

    pub(super) fn of_person(&self, t: &Voice) -> String {
        self.say(t, "ending-suspended")
    }

    fn say(&self, t: &Voice, key: &str) -> String {
        let by = match &self.by {
            EndedBy::Actor(actor) => actor.text(t),
            EndedBy::Phrase => t.say("ending-by-phrase").to_string(),
            EndedBy::Untold => {
                return t.say(format!("{key}-since")).with("at", t.moment(self.at)).to_string();
            }
        };
        t.say(key).with("at", t.moment(self.at)).with("by", by).to_string()
    }
}
