//! Sends the mails of committed acts; [`crate::outbox`] defines how.

use super::{By, Duty, Plan, Run};
use crate::{
    Unavailable,
    outbox::{MailOutcome, Outbox},
};
use std::time::Duration;

pub(super) struct SendMail(pub(super) Outbox);

#[async_trait::async_trait]
impl Duty for SendMail {
    fn plan(&self) -> Plan {
        // One process claims each mail. The period is for mails of other processes.
        let (period, gathers) = (Duration::from_secs(30), Duration::ZERO);
        Plan { name: "send-mail", period, gathers, by: By::EachProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        let before = self.sent();
        let due = self.0.send_due_mail().await?;
        Ok(Run { done: self.sent() - before, due })
    }

    async fn woken(&self) {
        self.0.mail_posted().await;
    }
}

impl SendMail {
    /// Mails sent since the start of this process.
    fn sent(&self) -> u64 {
        let outcomes = self.0.mail_outcomes();
        outcomes.filter(|(_, outcome, _)| *outcome == MailOutcome::Sent).map(|(_, _, tries)| tries).sum()
    }
}
