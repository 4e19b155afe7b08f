//! One act's transaction, with the writes that must be committed together with the decision. The runner
//! begins and ends it ([`crate::runner`]).

use crate::{Unavailable, core::Core, letter::Addressed};
use domain::{
    id::{ApplicationId, EffectId, TenantId},
    mail::{MailClass, MailPurpose},
    status_change::{Generation, StatusChange},
    time::Timestamp,
};
use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};
use store::{Transaction, effects::NewEffect};

/// How long an act waits for its gates; after that the act is done all the same and says so.
pub(crate) const GATES_WAIT_MAX: Duration = Duration::from_secs(5);

/// The kind of mails in the outbox.
pub(crate) const MAIL: &str = "mail";

/// The content of a mail.
enum Brings {
    News,
    Pin { application: ApplicationId, opens_until: Timestamp },
    Invitation { opens_until: Timestamp },
    Code { opens_until: Timestamp },
}

/// An act in progress.
pub struct Work {
    pub(crate) transaction: Transaction,
    pub(crate) core: Core,
    pub(crate) actor_checked: bool,
    pub(crate) now: Timestamp,
    pub(crate) changes: Vec<StatusChange>,
    pub(crate) posted: bool,
}

impl Deref for Work {
    type Target = Transaction;
    fn deref(&self) -> &Transaction {
        &self.transaction
    }
}

impl DerefMut for Work {
    fn deref_mut(&mut self) -> &mut Transaction {
        &mut self.transaction
    }
}

/// The steps after the commit of the transaction.
#[must_use = "an act answers only when its gates have applied it"]
pub struct Aftermath {
    core: Core,
    generation: Option<Generation>,
    posted: bool,
}

impl Work {
    /// Begins after the wait for the database, so that the act decides as of now.
    pub(crate) fn begun(core: &Core, transaction: Transaction) -> Self {
        let (core, now) = (core.clone(), core.now());
        let (actor_checked, posted) = Default::default();
        Self { transaction, core, actor_checked, now, changes: Vec::new(), posted }
    }

    /// Tells the gates, in commit order, once the act is done. The change is written last, because a
    /// transaction must wait for no lock after it has drawn a number.
    pub(crate) fn changed(&mut self, change: StatusChange) {
        self.changes.push(change);
    }

    /// Makes the lists of all of a tenant's issuers out of date.
    pub(crate) async fn tenant_crls_changed(&mut self, tenant: TenantId) -> Result<(), Unavailable> {
        for issuer in self.transaction.tenant(tenant).issuers().await? {
            self.transaction.crl_changed(issuer.id).await?;
        }
        Ok(())
    }

    /// Puts a message into the outbox, sealed: a mail without a secret, which leaves in any state of the tenant.
    pub(crate) async fn post(&mut self, tenant: TenantId, mail: &Addressed) -> Result<(), Unavailable> {
        self.put_out(tenant, mail, MailClass::Awaited, Brings::News).await
    }

    /// The same for one of many mails, which yields to mails that a person waits for.
    pub(crate) async fn post_among_many(
        &mut self,
        tenant: TenantId,
        mail: &Addressed,
    ) -> Result<(), Unavailable> {
        self.put_out(tenant, mail, MailClass::Bulk, Brings::News).await
    }

    /// Puts a mail with a PIN into the outbox, in place of unsent mails with a former PIN. It opens nothing
    /// while its tenant is shut out, so it waits that long, at most until the PIN ends.
    pub(crate) async fn post_pin(
        &mut self,
        tenant: TenantId,
        mail: &Addressed,
        application: ApplicationId,
        opens_until: Timestamp,
    ) -> Result<(), Unavailable> {
        let now = self.now;
        self.transaction.tenant(tenant).close_pin_mails(mail.user, Some(application), now).await?;
        self.put_out(tenant, mail, MailClass::Awaited, Brings::Pin { application, opens_until }).await
    }

    /// Puts a mail with a one-time password into the outbox; issuing the password has closed the former ones.
    pub(crate) async fn post_invitation(
        &mut self,
        tenant: TenantId,
        mail: &Addressed,
        class: MailClass,
        opens_until: Timestamp,
    ) -> Result<(), Unavailable> {
        self.put_out(tenant, mail, class, Brings::Invitation { opens_until }).await
    }

    /// Puts a mail with a code to be typed back into the outbox. A later mail has another code, and this code is
    /// then of no use, so it may leave all the same.
    pub(crate) async fn post_code(
        &mut self,
        tenant: TenantId,
        mail: &Addressed,
        opens_until: Timestamp,
    ) -> Result<(), Unavailable> {
        self.put_out(tenant, mail, MailClass::Awaited, Brings::Code { opens_until }).await
    }

    async fn put_out(
        &mut self,
        tenant: TenantId,
        mail: &Addressed,
        class: MailClass,
        brings: Brings,
    ) -> Result<(), Unavailable> {
        let id = EffectId::new(self.now, &mut *self.core.rng());
        let payload = zeroize::Zeroizing::new(serde_json::to_vec(&mail.letter)?);
        let payload_sealed = self.core.seal_mail(id, &payload)?;
        let (purpose, application, opens_until) = match brings {
            Brings::News => (MailPurpose::Notice, None, None),
            Brings::Pin { application, opens_until } => {
                (MailPurpose::Pin, Some(application), Some(opens_until))
            }
            Brings::Invitation { opens_until } => (MailPurpose::Invitation, None, Some(opens_until)),
            Brings::Code { opens_until } => (MailPurpose::Notice, None, Some(opens_until)),
        };
        let effect = NewEffect {
            id,
            tenant,
            user: mail.user,
            kind: MAIL,
            class,
            purpose,
            application,
            opens_until,
            payload_sealed: &payload_sealed,
        };
        self.transaction.insert_effect(&effect, self.now).await?;
        self.posted = true;
        Ok(())
    }

    /// Wakes the outbox once the act is done.
    pub(crate) fn posts(&mut self) {
        self.posted = true;
    }

    pub(crate) async fn apart(self) -> Result<(Transaction, Aftermath), Unavailable> {
        let Self { mut transaction, core, changes, posted, now, .. } = self;
        let mut generation = None;
        for change in changes {
            generation = Some(transaction.insert_status_change(change, now).await?);
        }
        Ok((transaction, Aftermath { core, generation, posted }))
    }
}

/// For a guarded write that cannot come too late, because the act has locked its row: if it did not apply,
/// nothing of the act may remain.
pub(crate) fn must_apply(applied: bool) -> Result<(), Unavailable> {
    if applied { Ok(()) } else { Err(Unavailable::because("a locked record was not as expected")) }
}

impl Aftermath {
    /// Wakes the outbox and waits, bounded, for the gates.
    pub(crate) async fn settle(self) {
        let calls = self.core.calls();
        if self.posted {
            calls.posted.notify_one();
        }
        let Some(generation) = self.generation else { return };
        calls.revoked.notify_one();
        if tokio::time::timeout(GATES_WAIT_MAX, self.core.gates().applied(generation)).await.is_err() {
            tracing::error!(generation, "a gate of this machine has not applied a change in time");
        }
    }
}
