//! Lists of a tenant's certificates, the newest first, by user and by standing.

use super::{certificate_from, select};
use crate::{
    Page, PageRequest, StoreError, TenantReader,
    backend::{statements, values},
};
use domain::{
    certificate::{Certificate, CertificateState, Standing},
    id::{CertificateId, UserId},
    time::Timestamp,
};

/// Which certificates.
#[derive(Debug, Clone, Copy, Default)]
pub enum CertificateFilter {
    /// All of the tenant.
    #[default]
    All,
    /// Those of one user, whatever their standing.
    User(UserId),
    /// Those that stand so now.
    Standing(Standing),
    /// Those in force whose end comes before this moment.
    ExpiringBefore(Timestamp),
}

// $3 is the id of the last row seen, or 16 bytes of 0xff: newest first. In a list by standing, $4 and
// $5 are the states it can have, and the end of validity lies in $6..$7.
statements! {
    BY_TENANT = shared(select!("WHERE tenant_id = $1 AND id < $3 ORDER BY id DESC LIMIT $2"));
    BY_USER = shared(select!("WHERE tenant_id = $1 AND user_id = $4 AND id < $3 ORDER BY id DESC LIMIT $2"));
    BY_STANDING = shared(select!(
        "WHERE tenant_id = $1 AND state IN ($4, $5) AND not_after >= $6 AND not_after < $7 AND id < $3
         ORDER BY id DESC LIMIT $2"
    ));
    COUNT_BY_TENANT = shared("SELECT COUNT(*) AS count FROM certificate WHERE tenant_id = $1");
    COUNT_BY_USER = shared("SELECT COUNT(*) AS count FROM certificate WHERE tenant_id = $1 AND user_id = $2");
    COUNT_BY_STANDING = shared(
        "SELECT COUNT(*) AS count FROM certificate
         WHERE tenant_id = $1 AND state IN ($2, $3) AND not_after >= $4 AND not_after < $5"
    );
}

/// A standing as columns say it: the states (one of them may stand twice) and the range in which
/// `not_after` lies, the end excluded.
struct StandingColumns {
    states: [CertificateState; 2],
    not_after: [i64; 2],
}

impl StandingColumns {
    fn of(standing: Standing, now: Timestamp) -> Self {
        use CertificateState::{OnHold, Recorded, Revoked, Valid};
        let (ever, now) = ([i64::MIN, i64::MAX], now.as_millisecond());
        let (states, not_after) = match standing {
            Standing::NotPickedUp => ([Recorded, Recorded], ever),
            Standing::Valid => ([Valid, Valid], [now, i64::MAX]),
            Standing::OnHold => ([OnHold, OnHold], [now, i64::MAX]),
            Standing::Revoked => ([Revoked, Revoked], ever),
            Standing::Expired => ([Valid, OnHold], [i64::MIN, now]),
        };
        Self { states, not_after }
    }

    fn expiring(before: Timestamp, now: Timestamp) -> Self {
        let not_after = [now.as_millisecond(), before.as_millisecond()];
        Self { states: [CertificateState::Valid, CertificateState::OnHold], not_after }
    }
}

impl TenantReader<'_> {
    /// Certificates, the newest first.
    pub async fn certificates(
        &mut self,
        filter: CertificateFilter,
        page: &PageRequest<CertificateId>,
        now: Timestamp,
    ) -> Result<Page<Certificate>, StoreError> {
        let after = page.after.as_ref().map_or(&[0xff; 16], CertificateId::as_bytes).as_slice();
        let limit = page.limit_and_one();
        let by = match filter {
            CertificateFilter::All => {
                let rows = self.connection.rows(&BY_TENANT, values![self.tenant, limit, after]).await?;
                return Ok(page.cut(rows.iter().map(certificate_from).collect::<Result<_, _>>()?));
            }
            CertificateFilter::User(user) => {
                let rows = self.connection.rows(&BY_USER, values![self.tenant, limit, after, user]).await?;
                return Ok(page.cut(rows.iter().map(certificate_from).collect::<Result<_, _>>()?));
            }
            CertificateFilter::Standing(standing) => StandingColumns::of(standing, now),
            CertificateFilter::ExpiringBefore(before) => StandingColumns::expiring(before, now),
        };
        let [first, second] = by.states.map(CertificateState::name);
        let [from, until] = by.not_after;
        let values = values![self.tenant, limit, after, first, second, from, until];
        let rows = self.connection.rows(&BY_STANDING, values).await?;
        Ok(page.cut(rows.iter().map(certificate_from).collect::<Result<_, _>>()?))
    }

    /// How many certificates [`TenantReader::certificates`] would list.
    pub async fn certificate_count(
        &mut self,
        filter: CertificateFilter,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let by = match filter {
            CertificateFilter::All => {
                return self.connection.count(&COUNT_BY_TENANT, values![self.tenant]).await;
            }
            CertificateFilter::User(user) => {
                return self.connection.count(&COUNT_BY_USER, values![self.tenant, user]).await;
            }
            CertificateFilter::Standing(standing) => StandingColumns::of(standing, now),
            CertificateFilter::ExpiringBefore(before) => StandingColumns::expiring(before, now),
        };
        let [first, second] = by.states.map(CertificateState::name);
        let [from, until] = by.not_after;
        self.connection.count(&COUNT_BY_STANDING, values![self.tenant, first, second, from, until]).await
    }
}
