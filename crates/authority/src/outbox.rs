//! The outbox's worker: sends what committed acts have left, again and again until it is taken.
//!
//! **Invariant:** a mail is marked sent only after the next server has taken it; a crash in between
//! sends it twice, under the same `Message-ID`.
//!
//! **Invariant:** the sealed payload is erased when its mail was sent or given up.

use crate::{
    Authority, Unavailable,
    letter::Letter,
    mail::{Composition, SendError},
    seal::SealedKind,
    work::MAIL,
};
use domain::time::{SignedDuration, Timestamp};
use std::time::Duration;
use store::effects::ClaimedEffect;
use tokio::time::timeout;

/// Tries until a mail is given up: with the waits below, about three days.
pub const MAIL_ATTEMPTS_MAX: u32 = 24;
/// Mails claimed at once: few, because a process that dies leaves them waiting until their lease ends.
const MAILS_AT_ONCE: u32 = 4;
/// How long the next server has to take one mail.
const SEND_TIMEOUT: Duration = Duration::from_mins(1);
/// How long a claimed mail stays with its claimer: longer than all that were claimed with it may take.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// The first wait; each further one doubles, up to [`WAIT_MAX`].
const WAIT_FIRST: SignedDuration = SignedDuration::from_secs(30);
const WAIT_MAX: SignedDuration = SignedDuration::from_hours(4);

/// How long to wait after the `attempt`-th try (from 1).
fn wait_after(attempt: u32) -> SignedDuration {
    let doubled = WAIT_FIRST.checked_mul(1 << attempt.saturating_sub(1).min(20));
    doubled.map_or(WAIT_MAX, |wait| wait.min(WAIT_MAX))
}

impl Authority {
    /// Sends all that is due; when the next one will be. Mails that open something for people of a tenant that
    /// is shut out wait until it is not; what they would have opened may end before
    /// ([`Authority::reconcile`] gives them up).
    pub async fn send_due_mail(&self) -> Result<Option<Timestamp>, Unavailable> {
        let grace_days = self.service().contract_grace_days;
        loop {
            let now = self.now();
            let lease_until = now.checked_add(LEASE).map_err(Unavailable::because)?;
            let mut transaction = self.store().begin("claim_effects").await?;
            let claimed = transaction.claim_effects(grace_days, now, lease_until, MAILS_AT_ONCE).await?;
            transaction.commit().await?;
            if claimed.is_empty() {
                return Ok(self.store().read().await?.next_effect_due(grace_days, now).await?);
            }
            for effect in claimed {
                let outcome = self.deliver(&effect).await;
                self.settle(&effect, outcome).await?;
            }
        }
    }

    /// Resolves when an act has posted something.
    pub async fn mail_posted(&self) {
        self.inner.posted.notified().await;
    }

    async fn deliver(&self, effect: &ClaimedEffect) -> Result<(), SendError> {
        let permanent = |error: &dyn std::fmt::Display| SendError::Permanent(error.to_string());
        if effect.kind != MAIL {
            return Err(permanent(&format!("unknown kind {:?}", effect.kind)));
        }
        let payload = self.seal().open(SealedKind::Effect, effect.id.as_bytes(), &effect.payload_sealed);
        let payload = payload.map_err(|error| permanent(&error))?;
        let letter: Letter =
            serde_json::from_slice(&payload).map_err(|_| permanent(&"unreadable payload"))?;
        let sender = self.sender();
        let composition = Composition {
            effect: effect.id,
            sender: &sender,
            recipient: &letter.to,
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            html: letter.html.clone(),
            at: effect.created_at,
        };
        let sent = timeout(SEND_TIMEOUT, self.inner.parts.mail.send(composition.message()?)).await;
        sent.unwrap_or_else(|_| Err(SendError::Temporary("the mail server does not answer".to_owned())))
    }

    async fn settle(
        &self,
        effect: &ClaimedEffect,
        outcome: Result<(), SendError>,
    ) -> Result<(), Unavailable> {
        let now = self.now();
        let mut transaction = self.store().begin("settle_effect").await?;
        match outcome {
            Ok(()) => {
                transaction.effect_sent(effect.id, now).await?;
            }
            Err(SendError::Temporary(reason)) if effect.attempt < MAIL_ATTEMPTS_MAX => {
                tracing::warn!(effect = %effect.id, attempt = effect.attempt, reason, "mail not taken; will be tried again");
                let next = now.checked_add(wait_after(effect.attempt)).map_err(Unavailable::because)?;
                transaction.retry_effect(effect.id, effect.attempt, next, &reason).await?;
            }
            Err(error) => {
                tracing::error!(effect = %effect.id, attempt = effect.attempt, %error, "mail given up");
                transaction.give_up_effect(effect.id, effect.attempt, now, &error.to_string()).await?;
            }
        }
        Ok(transaction.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_lasts_until_all_that_were_claimed_together_have_had_their_time() {
        let longest = i64::try_from(SEND_TIMEOUT.as_secs()).expect("seconds") * i64::from(MAILS_AT_ONCE);
        assert!(longest < LEASE.as_secs());
    }

    #[test]
    fn waits_double_up_to_their_bound_and_last_about_three_days() {
        assert_eq!(wait_after(1), WAIT_FIRST);
        assert_eq!(wait_after(2), WAIT_FIRST * 2);
        assert_eq!(wait_after(40), WAIT_MAX);
        let total: i64 = (1..MAIL_ATTEMPTS_MAX).map(|attempt| wait_after(attempt).as_secs()).sum();
        assert!((2 * 86_400..4 * 86_400).contains(&total), "{total}");
    }
}
