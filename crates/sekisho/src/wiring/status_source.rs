//! The gate's [`StatusSource`] over the store.

use async_trait::async_trait;
use domain::{
    issuer::{Issuer, IssuerKind},
    permit::{TenantFacts, UserFacts},
    status_change::{Generation, StatusChange},
    tenant::TenantState,
    user::UserState,
};
use gate::{
    IssuerRecord, RecordChange, RecordChanges, Snapshot, SourceError, StatusSource, TaggedCertificate,
    TenantRecord, UserRecord,
};
use store::{
    Reader, Store, StoreError, status_changes,
    status_view::{CertificateStatus, TenantStatus, UserStatus},
};

/// The most changes of one answer.
const CHANGES_MAX: u32 = 10_000;

/// Reads the gate's facts.
pub(super) struct StoreStatus {
    store: Store,
    /// Days from a contract's end until its tenant is suspended.
    contract_grace_days: u32,
}

impl StoreStatus {
    /// The source over `store`.
    pub(super) fn new(store: Store, contract_grace_days: u32) -> Self {
        Self { store, contract_grace_days }
    }

    async fn read_all(&self) -> Result<Snapshot, StoreError> {
        let mut reader = self.store.snapshot().await?;
        let mut snapshot = Snapshot { generation: reader.generation().await?, ..Snapshot::default() };
        let mut view = reader.status_view();
        snapshot.tenants.extend(view.tenants().await?.iter().map(|tenant| self.tenant(tenant)));
        snapshot.issuers.extend(view.issuers().await?.into_iter().filter_map(issuer));
        snapshot.sites = view.sites().await?;
        let mut last = None;
        loop {
            let users = view.users_after(last).await?;
            let Some(user) = users.last() else { break };
            last = Some(user.user.id);
            snapshot.users.extend(users.into_iter().map(self::user));
        }
        let mut last = None;
        loop {
            let certificates = view.certificates_after(last).await?;
            let Some(certificate) = certificates.last() else { break };
            last = Some(certificate.id);
            snapshot.certificates.extend(certificates.iter().filter_map(self::certificate));
        }
        Ok(snapshot)
    }

    async fn read_changes(&self, after: Generation) -> Result<RecordChanges, StoreError> {
        let mut reader = self.store.read().await?;
        let changes = match reader.changes_after(after, CHANGES_MAX).await? {
            status_changes::StatusChanges::Since(changes) => changes,
            status_changes::StatusChanges::Forgotten => return Ok(everything(self.read_all().await?)),
        };
        let is_complete = u32::try_from(changes.len()).is_ok_and(|count| count < CHANGES_MAX);
        let upto = changes.last().map_or(after, |(generation, _)| *generation);
        let mut records = Vec::new();
        for (_, change) in changes {
            records.extend(self.present(&mut reader, change).await?);
        }
        Ok(RecordChanges { upto, is_complete, records })
    }

    /// The present state of a changed record, which is at least as new as the change.
    async fn present(
        &self,
        reader: &mut Reader,
        change: StatusChange,
    ) -> Result<Option<RecordChange>, StoreError> {
        let mut view = reader.status_view();
        Ok(match change {
            StatusChange::Certificate(id) => {
                view.certificate(id).await?.as_ref().and_then(certificate).map(RecordChange::Certificate)
            }
            StatusChange::User(id) => view.user(id).await?.map(|found| RecordChange::User(user(found))),
            StatusChange::Tenant(id) => {
                view.tenant(id).await?.map(|found| RecordChange::Tenant(self.tenant(&found)))
            }
            StatusChange::Issuer(id) => view.issuer(id).await?.and_then(issuer).map(RecordChange::Issuer),
            StatusChange::Site(id) => view.site(id).await?.map(RecordChange::Site),
        })
    }

    fn tenant(&self, TenantStatus { tenant, state_since }: &TenantStatus) -> TenantRecord {
        TenantRecord {
            facts: TenantFacts {
                id: tenant.id,
                slug: tenant.slug.clone(),
                state: tenant.state,
                suspended_from: tenant.license.suspended_from(self.contract_grace_days),
            },
            support_contact: tenant.support_contact.clone(),
            since: (tenant.state != TenantState::Active).then_some(*state_since),
        }
    }
}

#[async_trait]
impl StatusSource for StoreStatus {
    async fn snapshot(&self) -> Result<Snapshot, SourceError> {
        self.read_all().await.map_err(|error| SourceError(error.into()))
    }

    async fn changes(&self, after: Generation) -> Result<RecordChanges, SourceError> {
        self.read_changes(after).await.map_err(|error| SourceError(error.into()))
    }
}

/// A whole view as changes, for a gate that was away longer than changes are kept.
fn everything(snapshot: Snapshot) -> RecordChanges {
    let tenants = snapshot.tenants.into_iter().map(RecordChange::Tenant);
    let issuers = snapshot.issuers.into_iter().map(RecordChange::Issuer);
    let sites = snapshot.sites.into_iter().map(RecordChange::Site);
    let users = snapshot.users.into_iter().map(RecordChange::User);
    let certificates = snapshot.certificates.into_iter().map(RecordChange::Certificate);
    let records = tenants.chain(issuers).chain(sites).chain(users).chain(certificates).collect();
    RecordChanges { upto: snapshot.generation, is_complete: true, records }
}

/// Issuers that certify people; root and installation CA certify issuers only.
fn issuer(issuer: Issuer) -> Option<IssuerRecord> {
    let tenant = issuer.tenant.filter(|_| issuer.kind == IssuerKind::Tenant)?;
    Some(IssuerRecord { id: issuer.id, tenant, certificate_der: issuer.certificate_der })
}

fn user(UserStatus { user, state_since }: UserStatus) -> UserRecord {
    UserRecord {
        since: (user.state != UserState::Active).then_some(state_since),
        facts: UserFacts {
            id: user.id,
            state: user.state,
            role: user.role,
            login_name: user.login_name.as_str().to_owned(),
            email: user.proved_email.map(|email| email.as_str().to_owned()),
            groups: user.groups.iter().map(|group| group.as_str().to_owned()).collect(),
            display_name: user.display_name,
        },
    }
}

/// `None` if it is not signed, so that nobody can present it.
fn certificate(certificate: &CertificateStatus) -> Option<TaggedCertificate> {
    Some(TaggedCertificate {
        tag: certificate.tag?,
        id: certificate.id,
        user: certificate.user,
        status: certificate.state.status(),
        since: certificate.revoked_at,
    })
}
