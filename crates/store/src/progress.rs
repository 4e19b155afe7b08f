//! How far each person has come, kept beside the person's record: lists and counts read the kept state.
//!
//! **Invariant:** every method that writes a user, an invitation, an application or a certificate ends with
//! [`TenantTransaction::keep_progress`] or one of its siblings, the only writers of the kept columns. A state
//! that only time changes has an indexed moment, `progress_until`; a state kept while the clock was ahead is
//! found by `progress_from`. [`Transaction::keep_progress_due`] keeps both anew.
//!
//! **Invariant:** the writer of these columns holds the lock of the tenant's row, so that the second of two
//! acts reads what the first one has committed. The database itself maintains the sums in `user_count`.

use crate::{
    StoreError, TenantTransaction, Transaction,
    backend::{statements, values},
    clock_steps::CLOCKS_DIFFER_MAX,
};
use domain::{
    id::{ApplicationId, CertificateId, InvitationId, TenantId, UserId},
    time::Timestamp,
};
use std::collections::BTreeSet;

/// The kept columns at `$now`, computed from the person's records: `progress`, `progress_until` (the first
/// moment at which the progress may change), `certificate_ends_at` (the first end of a valid certificate that is not
/// superseded) and `seats` (devices that take a seat).
macro_rules! kept {
    ($now:literal) => {
        concat!(
            "(SELECT
                CASE
                    WHEN user_account.state = 'suspended' THEN 'suspended'
                    WHEN made.held > 0 THEN 'on-hold'
                    WHEN made.proved > 0 THEN 'proved'
                    WHEN made.valid > 0 THEN 'picked-up'
                    WHEN EXISTS (SELECT 1 FROM application a WHERE a.tenant_id = user_account.tenant_id
                        AND a.user_id = user_account.id AND a.state IN ('submitted', 'approved')) THEN 'applied'
                    WHEN asked.invited_until IS NOT NULL THEN 'invited'
                    WHEN made.revoked > 0 THEN 'revoked'
                    WHEN made.picked_up > 0 THEN 'expired'
                    ELSE 'not-invited' END,
                CASE WHEN made.ends_at IS NULL OR asked.invited_until < made.ends_at THEN asked.invited_until
                    ELSE made.ends_at END,
                made.valid_ends_at,
                made.seats
             FROM (
                SELECT
                    COUNT(CASE WHEN c.lasts AND c.state = 'on-hold' THEN 1 END) AS held,
                    COUNT(CASE WHEN c.lasts AND c.state = 'valid' AND c.proved_at IS NOT NULL THEN 1 END) AS proved,
                    COUNT(CASE WHEN c.lasts AND c.state = 'valid' THEN 1 END) AS valid,
                    COUNT(CASE WHEN c.lasts AND c.state = 'revoked' AND c.picked_up_at IS NOT NULL THEN 1 END)
                        AS revoked,
                    COUNT(DISTINCT CASE WHEN c.lasts AND c.state IN ('valid', 'on-hold', 'recorded') THEN c.device_id END)
                        AS seats,
                    MIN(CASE WHEN c.lasts AND c.state = 'valid' AND c.ends_at IS NULL THEN c.not_after END)
                        AS valid_ends_at,
                    MIN(CASE WHEN c.lasts THEN c.not_after + 1 END) AS ends_at,
                    COUNT(c.picked_up_at) AS picked_up
                FROM (
                    SELECT state, proved_at, picked_up_at, device_id, ends_at, not_after, not_after >= ",
            $now,
            " AS lasts FROM certificate
                    WHERE tenant_id = user_account.tenant_id AND user_id = user_account.id
                ) AS c
             ) AS made, (
                SELECT MIN(i.expires_at) AS invited_until FROM invitation i
                WHERE i.tenant_id = user_account.tenant_id AND i.user_id = user_account.id AND i.spent_at IS NULL
                    AND i.expires_at > ",
            $now,
            ") AS asked)"
        )
    };
}

macro_rules! keep {
    ($whom:literal) => {
        concat!(
            "UPDATE user_account SET progress_from = $3,
                 (progress, progress_until, certificate_ends_at, seats) = ",
            kept!("$3"),
            " WHERE tenant_id = $1 AND id = ",
            $whom
        )
    };
}

statements! {
    KEEP = shared(keep!("$2"));
    KEEP_OF_CERTIFICATE = shared(keep!("(SELECT user_id FROM certificate WHERE tenant_id = $1 AND id = $2)"));
    KEEP_OF_APPLICATION = shared(keep!("(SELECT user_id FROM application WHERE tenant_id = $1 AND id = $2)"));
    KEEP_OF_INVITATION = shared(keep!("(SELECT user_id FROM invitation WHERE tenant_id = $1 AND id = $2)"));
    LOCK_TENANT = per_backend(
        "SELECT id FROM tenant WHERE id = $1",
        "SELECT id FROM tenant WHERE id = $1 FOR NO KEY UPDATE",
    );
    OVER = shared(
        "SELECT tenant_id, id FROM user_account WHERE progress_until <= $1
         ORDER BY progress_until, tenant_id LIMIT $2"
    );
    AHEAD = shared(
        "SELECT tenant_id, id FROM user_account WHERE progress_from > $1 ORDER BY progress_from LIMIT $2"
    );
}

/// The most people that one transaction keeps anew.
const DUE_MAX: u32 = 1_000;

impl TenantTransaction<'_> {
    /// Keeps a person's progress anew, after the other writes about this person.
    pub(crate) async fn keep_progress(&mut self, user: UserId, now: Timestamp) -> Result<(), StoreError> {
        let values = values![self.tenant, user, now];
        self.connection.execute(&KEEP, values).await.map(drop)
    }

    /// Keeps anew the progress of a certificate's person.
    pub(crate) async fn keep_progress_of_certificate(
        &mut self,
        certificate: CertificateId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let values = values![self.tenant, certificate, now];
        self.connection.execute(&KEEP_OF_CERTIFICATE, values).await.map(drop)
    }

    /// Keeps anew the progress of an application's person.
    pub(crate) async fn keep_progress_of_application(
        &mut self,
        application: ApplicationId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let values = values![self.tenant, application, now];
        self.connection.execute(&KEEP_OF_APPLICATION, values).await.map(drop)
    }

    /// Keeps anew the progress of an invitation's person.
    pub(crate) async fn keep_progress_of_invitation(
        &mut self,
        invitation: InvitationId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let values = values![self.tenant, invitation, now];
        self.connection.execute(&KEEP_OF_INVITATION, values).await.map(drop)
    }
}

impl Transaction {
    /// Keeps anew the progress of at most 1,000 people whose kept state does not hold at `now`, because an
    /// invitation or certificate has ended, or because the clock was ahead. Returns how many; zero means that
    /// nobody is left.
    pub async fn keep_progress_due(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let ahead = now.checked_add(CLOCKS_DIFFER_MAX).unwrap_or(now);
        let mut due = self.connection.rows(&OVER, values![now, DUE_MAX]).await?;
        if due.is_empty() {
            due = self.connection.rows(&AHEAD, values![ahead, DUE_MAX]).await?;
        }
        let mut people = BTreeSet::new();
        for row in &due {
            people.insert((row.id::<TenantId>("tenant_id")?, row.id::<UserId>("id")?));
        }
        let mut locked = None;
        for (tenant, user) in people {
            if locked.replace(tenant) != Some(tenant) {
                self.connection.row(&LOCK_TENANT, values![tenant]).await?;
            }
            self.tenant(tenant).keep_progress(user, now).await?;
        }
        Ok(due.len() as u64)
    }
}
