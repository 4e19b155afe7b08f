//! The outbox: how a duty ([`crate::duties`]) sends the mails of committed acts, repeatedly until they are
//! accepted.
//!
//! Several mails are on their way at the same moment. A mail that a person waits for leaves before a bulk
//! mail, and within each class tenants take turns, so that the thousands of one tenant never delay a PIN of
//! another; bulk mails never get some of the connections.
//!
//! **Invariant:** a mail is marked sent only after the next server has taken it; a crash in between sends it
//! twice, under the same `Message-ID`.
//!
//! **Invariant:** a mail is given up only when its recipient does not exist, when it has become useless, or
//! when it cannot be composed; after any other answer of a server it waits.
//!
//! **Invariant:** the sealed payload is erased when its mail is sent or given up.

use crate::{
    Unavailable,
    core::Core,
    letter::Letter,
    mail::{Composition, MailTransport, SendError},
    sealer::Sealer,
    work::{MAIL, Work},
};
use domain::{
    id::TenantId,
    mail::{MailClass, MailTrouble},
    time::{SignedDuration, Timestamp},
};
use lettre::Message;
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use store::effects::{ClaimedEffect, Undelivered};
use tokio::{task::JoinSet, time::timeout};

/// How long a message without a secret is useful. A mail with a secret is tried until the secret ends.
pub const NEWS_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long the next server may take for one mail.
const SEND_TIMEOUT: Duration = Duration::from_mins(2);
/// How long a claimed mail stays with its claimer: longer than sending may take.
pub(crate) const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// The first wait; each further wait doubles, up to [`WAIT_MAX`].
const WAIT_FIRST: SignedDuration = SignedDuration::from_secs(30);
pub(crate) const WAIT_MAX: SignedDuration = SignedDuration::from_hours(1);
/// The least time between two occasions at which waiting mails are brought forward: a server that accepts
/// some mails and refuses others is not asked for the others after every mail.
const FORWARD_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// The wait after the `attempt`-th try (from 1).
fn wait_after(attempt: u32) -> SignedDuration {
    let doubled = WAIT_FIRST.checked_mul(1 << attempt.saturating_sub(1).min(20));
    doubled.map_or(WAIT_MAX, |wait| wait.min(WAIT_MAX))
}

/// The outcome of a try to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailOutcome {
    /// The next server has accepted the mail.
    Sent,
    /// It waits for the next try.
    Delayed,
    /// It will not be sent.
    GivenUp,
}

impl MailOutcome {
    pub const ALL: [Self; 3] = [Self::Sent, Self::Delayed, Self::GivenUp];

    /// The stable name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delayed => "delayed",
            Self::GivenUp => "given-up",
        }
    }
}

/// The facts that this process remembers between two mails.
#[derive(Default)]
pub(crate) struct Turns {
    remembered: Mutex<Remembered>,
    outcomes: [[AtomicU64; MailOutcome::ALL.len()]; MailClass::ALL.len()],
}

#[derive(Default)]
struct Remembered {
    /// The tenant of the last claimed mail, by class.
    last: [Option<TenantId>; MailClass::ALL.len()],
    /// Whether the server has refused or was away, and has accepted nothing since.
    trouble: bool,
    /// When waiting mails were brought forward.
    brought_forward: Option<Timestamp>,
}

impl Turns {
    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, class: MailClass, outcome: MailOutcome) {
        self.outcomes[class as usize][outcome as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that a mail was accepted; returns whether the server works again, so that waiting mails may leave.
    fn server_is_well_again(&self, now: Timestamp) -> bool {
        let mut remembered = self.remembered();
        let paused = remembered.brought_forward.is_none_or(|at| now.duration_since(at) >= FORWARD_PAUSE);
        let again = remembered.trouble && paused;
        if again {
            remembered.trouble = false;
            remembered.brought_forward = Some(now);
        }
        again
    }
}

/// How many mails of each class are on their way.
#[derive(Clone, Copy)]
struct Lanes {
    connections: usize,
    busy: [usize; MailClass::ALL.len()],
}

impl Lanes {
    fn new(connections: usize) -> Self {
        Self { connections: connections.max(1), busy: [0; MailClass::ALL.len()] }
    }

    /// The connections reserved for mails that a person waits for: a quarter of several, and at least one.
    fn kept_for_awaited(&self) -> usize {
        if self.connections == 1 { 0 } else { (self.connections / 4).max(1) }
    }

    fn is_free_for(&self, class: MailClass) -> bool {
        let total: usize = self.busy.iter().sum();
        let bulk = self.busy[MailClass::Bulk as usize];
        total < self.connections
            && (class == MailClass::Awaited || bulk < self.connections - self.kept_for_awaited())
    }
}

/// Sends the mails of committed acts.
#[derive(Clone)]
pub struct Outbox {
    core: Core,
    /// Opens mails.
    letters: Sealer,
    transport: Arc<dyn MailTransport>,
    turns: Arc<Turns>,
}

impl Outbox {
    pub(crate) fn new(
        core: &Core,
        letters: Sealer,
        transport: &Arc<dyn MailTransport>,
        turns: &Arc<Turns>,
    ) -> Self {
        Self { core: core.clone(), letters, transport: Arc::clone(transport), turns: Arc::clone(turns) }
    }

    /// Whether mail leaves this machine.
    pub(crate) fn leaves(&self) -> bool {
        self.transport.leaves()
    }

    /// Sends all due mails; returns when the next one will be due. Mails with a secret for people of a tenant
    /// that is shut out wait until it is let in again; if the secret ends before, the duty `erase-outdated`
    /// gives them up.
    pub async fn send_due_mail(&self) -> Result<Option<Timestamp>, Unavailable> {
        let transport = &self.transport;
        let mut lanes = Lanes::new(transport.connections());
        let mut sending: JoinSet<(MailClass, Result<(), Unavailable>)> = JoinSet::new();
        let mut failure = None;
        loop {
            if failure.is_none() {
                match self.claim(&mut lanes).await {
                    Ok(claimed) => {
                        for effect in claimed {
                            let outbox = self.clone();
                            sending.spawn(async move { (effect.class, outbox.deliver_one(&effect).await) });
                        }
                    }
                    Err(error) => failure = Some(error),
                }
            }
            if sending.is_empty() {
                break;
            }
            let listens = failure.is_none() && lanes.is_free_for(MailClass::Awaited);
            tokio::select! {
                Some(done) = sending.join_next() => {
                    let (class, delivered) = done.map_err(Unavailable::because)?;
                    lanes.busy[class as usize] -= 1;
                    failure = failure.or(delivered.err());
                }
                () = self.mail_posted(), if listens => {}
            }
        }
        transport.rest().await;
        if let Some(error) = failure {
            return Err(error);
        }
        let grace_days = self.core.service().contract_grace_days;
        Ok(self.core.read().await?.next_effect_due(grace_days, self.core.now()).await?)
    }

    /// Resolves when an act has posted a mail.
    pub async fn mail_posted(&self) {
        self.core.calls().posted.notified().await;
    }

    /// How many tries of this process had each outcome, by class.
    pub fn mail_outcomes(&self) -> impl Iterator<Item = (MailClass, MailOutcome, u64)> {
        let outcomes = &self.turns.outcomes;
        MailClass::ALL.into_iter().flat_map(move |class| {
            MailOutcome::ALL.into_iter().map(move |outcome| {
                (class, outcome, outcomes[class as usize][outcome as usize].load(Ordering::Relaxed))
            })
        })
    }

    /// Claims a mail for each free lane.
    async fn claim(&self, lanes: &mut Lanes) -> Result<Vec<ClaimedEffect>, Unavailable> {
        if !lanes.is_free_for(MailClass::Awaited) {
            return Ok(Vec::new());
        }
        let (free, last) = (*lanes, self.turns.remembered().last);
        let (claimed, lanes_now, last) = self
            .core
            .upkeep("claim_effects", |mut work| async move {
                let (mut lanes, mut last, mut claimed) = (free, last, Vec::new());
                for class in MailClass::ALL {
                    while lanes.is_free_for(class) {
                        let effect = self.claim_in_turn(&mut work, class, last[class as usize]).await?;
                        last[class as usize] = effect.as_ref().map(|effect| effect.tenant);
                        let Some(effect) = effect else { break };
                        lanes.busy[class as usize] += 1;
                        claimed.push(effect);
                    }
                }
                Ok::<_, Unavailable>(work.kept((claimed, lanes, last)))
            })
            .await?;
        *lanes = lanes_now;
        self.turns.remembered().last = last;
        Ok(claimed)
    }

    /// Claims the next tenant's mail: of the tenants after the one served last, else from the first tenant on.
    async fn claim_in_turn(
        &self,
        work: &mut Work,
        class: MailClass,
        last: Option<TenantId>,
    ) -> Result<Option<ClaimedEffect>, Unavailable> {
        let (now, grace_days) = (work.now, self.core.service().contract_grace_days);
        let lease_until = now.checked_add(LEASE).map_err(Unavailable::because)?;
        let claimed = work.claim_effect(class, last, grace_days, now, lease_until).await?;
        if claimed.is_some() || last.is_none() {
            return Ok(claimed);
        }
        Ok(work.claim_effect(class, None, grace_days, now, lease_until).await?)
    }

    async fn deliver_one(&self, effect: &ClaimedEffect) -> Result<(), Unavailable> {
        let outcome = self.deliver(effect).await;
        self.settle(effect, outcome).await
    }

    async fn deliver(&self, effect: &ClaimedEffect) -> Result<(), SendError> {
        let unreadable = |error: &dyn std::fmt::Display| SendError::Unreadable(error.to_string());
        if effect.kind != MAIL {
            return Err(unreadable(&format!("unknown kind {:?}", effect.kind)));
        }
        let payload = self.letters.open(effect.id.as_bytes(), &effect.payload_sealed);
        let payload = payload.map_err(|error| unreadable(&error))?;
        let letter: Letter =
            serde_json::from_slice(&payload).map_err(|_| unreadable(&"unreadable payload"))?;
        let message = self.compose(&letter, effect.id.to_string(), effect.created_at)?;
        let sent = timeout(SEND_TIMEOUT, self.transport.send(message)).await;
        sent.unwrap_or_else(|_| Err(no_answer()))
    }

    /// Sends one letter past the queue, and reports each step.
    pub(crate) async fn send_telling(
        &self,
        letter: Letter,
        id: String,
    ) -> (Vec<String>, Result<(), SendError>) {
        let mut steps = Vec::new();
        let message = self.compose(&letter, id, self.core.now());
        let sending = async {
            let message = message?;
            let sending = self.transport.send_telling(message, &mut steps);
            let sent = timeout(SEND_TIMEOUT, sending).await;
            sent.unwrap_or_else(|_| Err(no_answer()))
        };
        let sent = sending.await;
        (steps, sent)
    }

    fn compose(&self, letter: &Letter, id: String, at: Timestamp) -> Result<Message, SendError> {
        let sender = self.core.service().sender(letter.is_english());
        let composition = Composition {
            id,
            sender: &sender,
            reply_to: letter.reply_to.as_deref(),
            recipient: &letter.to,
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            html: letter.html.clone(),
            enclosure: letter.enclosure.clone(),
            at,
        };
        composition.message()
    }

    async fn settle(
        &self,
        effect: &ClaimedEffect,
        outcome: Result<(), SendError>,
    ) -> Result<(), Unavailable> {
        let outcome = match outcome {
            Ok(()) => self.settle_sent(effect).await?,
            Err(error) => self.settle_undelivered(effect, &error).await?,
        };
        self.turns.count(effect.class, outcome);
        Ok(())
    }

    async fn settle_sent(&self, effect: &ClaimedEffect) -> Result<MailOutcome, Unavailable> {
        let well_again = self.turns.server_is_well_again(self.core.now());
        let brought_forward = self
            .core
            .upkeep("settle_effect", |mut work| async move {
                let now = work.now;
                work.effect_sent(effect.id, now).await?;
                let mails = if well_again { Some(work.bring_effects_forward(now).await?) } else { None };
                Ok::<_, Unavailable>(work.kept(mails))
            })
            .await?;
        if let Some(mails) = brought_forward {
            tracing::info!(mails, "the mail server takes mail again; what waited leaves now");
        }
        Ok(MailOutcome::Sent)
    }

    async fn settle_undelivered(
        &self,
        effect: &ClaimedEffect,
        error: &SendError,
    ) -> Result<MailOutcome, Unavailable> {
        let (id, attempt, class, words) = (effect.id, effect.attempt, effect.class.name(), &error.words());
        let next = self.core.now().checked_add(wait_after(attempt)).map_err(Unavailable::because)?;
        let trouble = if is_stale(effect, next) { MailTrouble::Stale } else { error.trouble() };
        let waits = matches!(trouble, MailTrouble::Server | MailTrouble::Later);
        if waits {
            tracing::warn!(effect = %id, attempt, class, trouble = trouble.name(), answer = words, "mail not taken; will be tried again");
            self.turns.remembered().trouble |= trouble == MailTrouble::Server;
        } else {
            tracing::error!(effect = %id, attempt, class, trouble = trouble.name(), answer = words, "mail given up");
        }
        let done = self.core.upkeep("settle_effect", |mut work| async move {
            let (now, why) = (work.now, Undelivered { trouble, words });
            if waits {
                work.retry_effect(id, attempt, now, next, why).await?;
            } else {
                work.give_up_effect(id, attempt, now, why).await?;
            }
            Ok::<_, Unavailable>(work.kept(if waits { MailOutcome::Delayed } else { MailOutcome::GivenUp }))
        });
        done.await
    }
}

fn no_answer() -> SendError {
    SendError::Server("the mail server does not answer".to_owned())
}

/// Whether the next try of a mail without a secret would bring old news.
fn is_stale(effect: &ClaimedEffect, next: Timestamp) -> bool {
    !effect.opens && next.duration_since(effect.created_at) >= NEWS_KEPT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_lasts_until_its_mail_has_had_its_time() {
        assert!(i64::try_from(SEND_TIMEOUT.as_secs()).expect("seconds") < LEASE.as_secs());
    }

    #[test]
    fn waits_double_up_to_their_bound() {
        assert_eq!(wait_after(1), WAIT_FIRST);
        assert_eq!(wait_after(2), WAIT_FIRST * 2);
        assert_eq!(wait_after(40), WAIT_MAX);
        assert!(WAIT_MAX < NEWS_KEPT && WAIT_MAX > WAIT_FIRST);
    }

    #[test]
    fn mails_of_which_there_are_many_never_have_all_connections() {
        for (connections, bulk_max) in [(1, 1), (2, 1), (4, 3), (8, 6), (16, 12)] {
            let mut lanes = Lanes::new(connections);
            while lanes.is_free_for(MailClass::Bulk) {
                lanes.busy[MailClass::Bulk as usize] += 1;
            }
            assert_eq!(lanes.busy[MailClass::Bulk as usize], bulk_max, "{connections}");
            while lanes.is_free_for(MailClass::Awaited) {
                lanes.busy[MailClass::Awaited as usize] += 1;
            }
            assert_eq!(lanes.busy.iter().sum::<usize>(), connections);
        }
    }

    #[test]
    fn a_server_that_takes_some_mails_only_is_not_asked_for_the_others_at_every_mail() {
        let turns = Turns::default();
        let now = Timestamp::UNIX_EPOCH;
        assert!(!turns.server_is_well_again(now), "it was never ill");
        for (minutes, well_again) in [(0, true), (1, false), (4, false), (5, true)] {
            turns.remembered().trouble = true;
            let later = now + SignedDuration::from_mins(minutes);
            assert_eq!(turns.server_is_well_again(later), well_again, "{minutes}");
        }
    }
}
