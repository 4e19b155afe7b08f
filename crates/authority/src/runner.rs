//! The one door by which an act is done: it has checked that the mandate reaches the tenant, has locked the
//! tenant's row and taken the time; it writes the audit row and commits.
//!
//! **Invariant:** the only way to end an act's transaction is a [`Done`], which carries the audit row. What is no
//! act of anybody's is an [`Upkeep`], another type.
//!
//! **Invariant:** no act is committed for a person who, by then, is shut out or has another role.

use crate::{
    Unavailable,
    core::Core,
    unavailable::ActorChanged,
    work::{Aftermath, Work},
};
use domain::{
    act::Mandate,
    audit::AuditEntry,
    grant::{Actor, still_acts},
    id::{DeviceId, TenantId},
    license::LicenseRefusal,
    tenant::Tenant,
    time::Timestamp,
};
use std::{
    ops::{Deref, DerefMut},
    pin::Pin,
};
use store::{Outcome, Plain, StoreError, TenantTransaction, ToRecord, Written};

/// Why an act was not done. Each room has its own.
pub trait ActError: From<Unavailable> + Send {
    /// There is no such tenant, or the mandate does not reach it; nobody learns which.
    fn no_such_tenant() -> Self;
}

/// For acts of the installation's own, which name only tenants that are there.
impl ActError for Unavailable {
    fn no_such_tenant() -> Self {
        Self::because("there is no such tenant")
    }
}

/// An act under way in one tenant, whose row is locked.
pub struct TenantWork {
    work: Work,
    /// As read under its lock.
    pub(crate) tenant: Tenant,
}

/// Work that is no act of anybody's and leaves no audit row: counts of wrong tries, the installation's duties. An act
/// that a duty does among others in one transaction leaves its row by [`TenantWork::log`].
pub struct Upkeep(Work);

/// An act that is to be committed, with its audit row and its outcome.
///
/// Nobody makes one without the row:
///
/// ```compile_fail,E0423
/// use authority::runner::Done;
/// use store::Plain;
///
/// fn done() -> Done<Plain<()>> {
///     Done(())
/// }
/// ```
#[must_use = "nothing of an act is written before its runner has committed it"]
pub struct Done<O: Outcome>(Ending<O>);

enum Ending<O: Outcome> {
    Act { work: Box<Work>, row: Row, outcome: O },
    Nothing(O::Kept),
}

/// What an audit row says beside time and act.
struct Row {
    /// Of another act than was meant.
    instead: Option<Mandate>,
    tenant: Option<TenantId>,
    subject: String,
    detail: String,
}

impl Row {
    fn entry(self, mandate: Mandate, at: Timestamp) -> AuditEntry {
        let Self { instead, tenant, subject, detail } = self;
        let mandate = instead.unwrap_or(mandate);
        let (actor, act, address) = (mandate.actor(), mandate.act(), mandate.address());
        AuditEntry { at, actor, act, tenant, subject, detail, address }
    }
}

/// Upkeep that is to be committed, with its outcome.
#[must_use = "nothing of it is written before its runner has committed it"]
pub struct Kept<O: Outcome>(Result<(Work, O), O::Kept>);

impl<T> Done<Plain<T>> {
    /// There was nothing to do: whatever was written is undone, and no row is left.
    pub(crate) fn nothing(value: T) -> Self {
        Self(Ending::Nothing(value))
    }
}

impl<T> Kept<Plain<T>> {
    /// There was nothing to do: whatever was written is undone.
    pub(crate) fn nothing(value: T) -> Self {
        Self(Err(value))
    }
}

impl TenantWork {
    /// The tenant's own records.
    pub(crate) fn records(&mut self) -> TenantTransaction<'_> {
        self.work.transaction.tenant(self.tenant.id)
    }

    /// Whether the contract has a seat for a device at this moment: one that holds a seat keeps it, whatever others
    /// hold. The tenant's row is locked, so that nobody else takes the seat meanwhile.
    pub(crate) async fn seat_for(
        &mut self,
        device: DeviceId,
    ) -> Result<Result<(), LicenseRefusal>, Unavailable> {
        let now = self.work.now;
        let holds_seat = self.records().holds_seat(device, now).await?;
        let others = if holds_seat { 0 } else { self.records().seats_used(now).await? };
        Ok(self.tenant.license.admit(others, now))
    }

    /// Writes the row of an act that is done among others in this transaction.
    pub(crate) async fn log(
        &mut self,
        mandate: Mandate,
        subject: impl ToString,
        detail: impl Into<String>,
    ) -> Result<(), Unavailable> {
        let (subject, detail) = (subject.to_string(), detail.into());
        let row = Row { instead: None, tenant: Some(self.tenant.id), subject, detail };
        self.work.transaction.insert_audit(&row.entry(mandate, self.work.now)).await?;
        Ok(())
    }

    /// Ends the act.
    pub(crate) fn done<T>(
        self,
        subject: impl ToString,
        detail: impl Into<String>,
        value: T,
    ) -> Done<Plain<T>> {
        let tenant = Some(self.tenant.id);
        self.work.done(tenant, subject, detail, value)
    }

    /// Ends it as another act than was meant, by the same actor: a PIN turned out to be wrong.
    pub(crate) fn done_as<T>(
        self,
        mandate: Mandate,
        subject: impl ToString,
        detail: impl Into<String>,
        value: T,
    ) -> Done<Plain<T>> {
        let Self { work, tenant } = self;
        work.ended(Some(mandate), Some(tenant.id), subject, detail, Plain(value))
    }

    /// Ends upkeep in the tenant.
    pub(crate) fn kept<T>(self, value: T) -> Kept<Plain<T>> {
        Upkeep(self.work).kept(value)
    }

    /// Ends an act that leaves something to sign.
    pub(crate) fn done_recording<R, T>(
        self,
        to_record: ToRecord<R>,
        subject: impl ToString,
        detail: impl Into<String>,
        value: T,
    ) -> Done<(ToRecord<R>, Plain<T>)> {
        let tenant = Some(self.tenant.id);
        self.work.ended(None, tenant, subject, detail, (to_record, Plain(value)))
    }
}

impl Work {
    async fn in_tenant<E: ActError>(mut self, id: TenantId) -> Result<TenantWork, E> {
        let tenant = self.transaction.tenant(id).lock().await.map_err(Unavailable::from)?;
        Ok(TenantWork { work: self, tenant: tenant.ok_or_else(E::no_such_tenant)? })
    }

    /// Ends an act on the installation, or on a tenant that it has made.
    pub(crate) fn done<T>(
        self,
        tenant: Option<TenantId>,
        subject: impl ToString,
        detail: impl Into<String>,
        value: T,
    ) -> Done<Plain<T>> {
        self.ended(None, tenant, subject, detail, Plain(value))
    }

    /// The same for an act that leaves something to sign.
    pub(crate) fn done_recording<R, T>(
        self,
        to_record: ToRecord<R>,
        tenant: Option<TenantId>,
        subject: impl ToString,
        detail: impl Into<String>,
        value: T,
    ) -> Done<(ToRecord<R>, Plain<T>)> {
        self.ended(None, tenant, subject, detail, (to_record, Plain(value)))
    }

    #[allow(clippy::needless_pass_by_value, reason = "ids and texts alike")]
    fn ended<O: Outcome>(
        self,
        instead: Option<Mandate>,
        tenant: Option<TenantId>,
        subject: impl ToString,
        detail: impl Into<String>,
        outcome: O,
    ) -> Done<O> {
        let row = Row { instead, tenant, subject: subject.to_string(), detail: detail.into() };
        Done(Ending::Act { work: Box::new(self), row, outcome })
    }
}

impl Upkeep {
    /// Locks a tenant's row, before all else of the tenant's.
    pub(crate) async fn in_tenant<E: ActError>(self, id: TenantId) -> Result<TenantWork, E> {
        self.0.in_tenant(id).await
    }

    /// Ends it.
    pub(crate) fn kept<T>(self, value: T) -> Kept<Plain<T>> {
        Kept(Ok((self.0, Plain(value))))
    }
}

/// Why a transaction was undone.
enum Undone<E, T> {
    Refused(E),
    Nothing(T),
    Store(StoreError),
}

impl<E, T> From<StoreError> for Undone<E, T> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

type Step<'a, O, E> = Pin<Box<dyn Future<Output = Result<Done<O>, E>> + Send + 'a>>;

impl Core {
    /// Does an act on the installation as a whole. `run` may run several times; see [`store::Store::write`].
    ///
    /// # Errors
    /// Those of `run`, and [`ActError::no_such_tenant`] for a mandate that reaches one tenant only.
    pub(crate) async fn act<O, E, Run, Running>(&self, mandate: Mandate, run: Run) -> Result<O::Kept, E>
    where
        O: Outcome + Send,
        O::Kept: Send,
        E: ActError,
        Run: Fn(Work) -> Running + Sync,
        Running: Future<Output = Result<Done<O>, E>> + Send,
    {
        if !mandate.reaches_installation() {
            return Err(E::no_such_tenant());
        }
        self.run(mandate, &|work| Box::pin(run(work))).await
    }

    /// Does an act in a tenant, with the tenant's row locked. `run` may run several times.
    ///
    /// # Errors
    /// Those of `run`, and [`ActError::no_such_tenant`].
    pub(crate) async fn act_in<O, E, Run, Running>(
        &self,
        mandate: Mandate,
        tenant: TenantId,
        run: Run,
    ) -> Result<O::Kept, E>
    where
        O: Outcome + Send,
        O::Kept: Send,
        E: ActError,
        Run: Fn(TenantWork) -> Running + Sync,
        Running: Future<Output = Result<Done<O>, E>> + Send,
    {
        if !mandate.reaches(tenant) {
            return Err(E::no_such_tenant());
        }
        let run = &run;
        let locked = |work: Work| -> Step<'_, O, E> {
            Box::pin(async move {
                let work = work.in_tenant::<E>(tenant).await?;
                run(work).await
            })
        };
        self.run(mandate, &locked).await
    }

    /// Writes what an act in a tenant needs beforehand, with the tenant's row locked. What is kept counts for nothing
    /// before the act itself is done.
    ///
    /// # Errors
    /// Those of `run`, and [`ActError::no_such_tenant`].
    pub(crate) async fn prepare_in<O, E, Run, Running>(
        &self,
        mandate: Mandate,
        tenant: TenantId,
        run: Run,
    ) -> Result<O::Kept, E>
    where
        O: Outcome + Send,
        O::Kept: Send,
        E: ActError,
        Run: Fn(TenantWork) -> Running + Sync,
        Running: Future<Output = Result<Kept<O>, E>> + Send,
    {
        if !mandate.reaches(tenant) {
            return Err(E::no_such_tenant());
        }
        let run = &run;
        self.upkeep(mandate.act().name(), |work| async move {
            let work = work.in_tenant::<E>(tenant).await?;
            run(work).await
        })
        .await
    }

    async fn run<'a, O, E>(
        &'a self,
        mandate: Mandate,
        run: &'a (dyn Fn(Work) -> Step<'a, O, E> + Sync),
    ) -> Result<O::Kept, E>
    where
        O: Outcome + Send,
        O::Kept: Send,
        E: From<Unavailable> + Send,
    {
        let written = self.store().write(mandate.act().name(), |transaction| async {
            let work = Work::begun(self, transaction);
            let Done(ending) = run(work).await.map_err(Undone::Refused)?;
            match ending {
                Ending::Nothing(value) => Err(Undone::Nothing(value)),
                Ending::Act { work, row, outcome } => {
                    let written = work.logged(mandate, row, outcome).await;
                    written.map_err(|error| Undone::Refused(error.into()))
                }
            }
        });
        match Box::pin(written).await {
            Ok((aftermath, kept)) => {
                aftermath.settle().await;
                Ok(kept)
            }
            Err(Undone::Nothing(value)) => Ok(value),
            Err(Undone::Refused(refusal)) => Err(refusal),
            Err(Undone::Store(error)) => Err(Unavailable::from(error).into()),
        }
    }

    /// Does work that is no act; its name goes into errors, logs and metrics. `run` may run several times.
    pub(crate) async fn upkeep<O, E, Run, Running>(&self, name: &'static str, run: Run) -> Result<O::Kept, E>
    where
        O: Outcome + Send,
        O::Kept: Send,
        E: From<Unavailable> + Send,
        Run: Fn(Upkeep) -> Running + Sync,
        Running: Future<Output = Result<Kept<O>, E>> + Send,
    {
        let written = self.store().write(name, |transaction| async {
            let work = Work::begun(self, transaction);
            let Kept(kept) = Box::pin(run(Upkeep(work))).await.map_err(Undone::Refused)?;
            let (work, outcome) = kept.map_err(Undone::Nothing)?;
            work.numbered(outcome).await.map_err(|error| Undone::Refused(error.into()))
        });
        match Box::pin(written).await {
            Ok((aftermath, kept)) => {
                aftermath.settle().await;
                Ok(kept)
            }
            Err(Undone::Nothing(value)) => Ok(value),
            Err(Undone::Refused(refusal)) => Err(refusal),
            Err(Undone::Store(error)) => Err(Unavailable::from(error).into()),
        }
    }
}

impl Work {
    /// Checks on the locked record, before the act changes it, that its own person may act. Only an act that
    /// changes its own person's record needs this; every other one is checked at its end.
    ///
    /// # Errors
    /// [`Unavailable::is_actor_changed`].
    pub(crate) async fn check_actor_first(&mut self, actor: Actor) -> Result<(), Unavailable> {
        self.must_still_act(actor).await?;
        self.actor_checked = true;
        Ok(())
    }

    /// Writes the audit row when all else is written. From here on other acts wait for this one's commit, so that
    /// an act that has shut its person out, or changed the role, is either seen now or comes later.
    async fn logged<O: Outcome>(
        mut self,
        mandate: Mandate,
        row: Row,
        outcome: O,
    ) -> Result<Written<(Plain<Aftermath>, O)>, Unavailable> {
        let entry = row.entry(mandate, self.now);
        let actor = entry.actor;
        self.transaction.insert_audit(&entry).await?;
        if !self.actor_checked {
            self.must_still_act(actor).await?;
        }
        self.numbered(outcome).await
    }

    /// Numbers the changes, last of all.
    async fn numbered<O: Outcome>(self, outcome: O) -> Result<Written<(Plain<Aftermath>, O)>, Unavailable> {
        let (transaction, aftermath) = self.apart().await?;
        Ok(transaction.keep((Plain(aftermath), outcome)))
    }

    pub(crate) async fn must_still_act(&mut self, actor: Actor) -> Result<(), Unavailable> {
        let Actor::User { tenant, user, role } = actor else { return Ok(()) };
        let person = self.transaction.tenant(tenant).user(user).await?;
        let tenant = self.transaction.tenant(tenant).record().await?;
        let (Some(person), Some(tenant)) = (person, tenant) else { return Err(ActorChanged.into()) };
        let shut_out = tenant.shut_out(self.core.service().contract_grace_days, self.now);
        if still_acts(role, &person, shut_out) { Ok(()) } else { Err(ActorChanged.into()) }
    }
}

impl Deref for TenantWork {
    type Target = Work;
    fn deref(&self) -> &Work {
        &self.work
    }
}

impl DerefMut for TenantWork {
    fn deref_mut(&mut self) -> &mut Work {
        &mut self.work
    }
}

impl Deref for Upkeep {
    type Target = Work;
    fn deref(&self) -> &Work {
        &self.0
    }
}

impl DerefMut for Upkeep {
    fn deref_mut(&mut self) -> &mut Work {
        &mut self.0
    }
}
