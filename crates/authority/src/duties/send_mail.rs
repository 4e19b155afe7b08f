//! Sends what committed acts have posted; the outbox says how ([`crate::outbox`]).

use super::{By, Duty, Plan, Run};
use crate::{Authority, Unavailable, outbox::MailOutcome};
use std::time::Duration;

pub(super) struct SendMail;

#[async_trait::async_trait]
impl Duty for SendMail {
    fn plan(&self) -> Plan {
        // Each mail is claimed by one process. The period is for mails of other processes.
        let (period, gathers) = (Duration::from_secs(30), Duration::ZERO);
        Plan { name: "send-mail", period, gathers, by: By::EachProcess }
    }

    async fn run(&self, authority: &Authority) -> Result<Run, Unavailable> {
        let before = sent(authority);
        let due = authority.send_due_mail().await?;
        Ok(Run { done: sent(authority) - before, due })
    }

    async fn woken(&self, authority: &Authority) {
        authority.mail_posted().await;
    }
}

/// Since the start of this process.
fn sent(authority: &Authority) -> u64 {
    let outcomes = authority.mail_outcomes();
    outcomes.filter(|(_, outcome, _)| *outcome == MailOutcome::Sent).map(|(_, _, tries)| tries).sum()
}
