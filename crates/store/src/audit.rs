//! The audit log: one row an act, numbered in the order of the commits, sealed afterwards.
//!
//! **Invariant:** numbers have no gaps, so that a missing row shows; a seal is written once.

use crate::{
    ListPage, PageRequest, Reader, StoreError, TenantReader, Transaction,
    backend::{Row, row::corrupt, statements, values},
    commit_order,
};
use domain::{
    act::Act,
    audit::{AuditEntry, AuditRow},
    certificate::CertificateRecord,
    grant::Actor,
    id::UserId,
};

/// The newest acts among which the end of a certificate is looked for.
const ACTS_ON_CERTIFICATE_MAX: u32 = 50;

/// The end of the sealed part of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditHead {
    /// Position of the last sealed row.
    pub seq: i64,
    /// Its seal, which the next seal covers.
    pub hash: [u8; 32],
}

macro_rules! select {
    ($more:expr, $rest:literal) => {
        concat!(
            "SELECT seq, at, actor_kind, actor_user_id, act, tenant_id, subject, detail, address, hash",
            $more,
            " FROM audit ",
            $rest
        )
    };
    ($rest:literal) => {
        $crate::audit::select!("", $rest)
    };
}
pub(crate) use select;

statements! {
    INSERT = shared(
        "INSERT INTO audit (seq, at, actor_kind, actor_user_id, act, tenant_id, subject, detail, address)
         VALUES ((SELECT COALESCE(MAX(seq), 0) + 1 FROM audit), $1, $2, $3, $4, $5, $6, $7, $8) RETURNING seq"
    );
    FROM = shared(select!("WHERE seq >= $1 ORDER BY seq LIMIT $2"));
    NEWEST = shared(select!("WHERE seq < $1 ORDER BY seq DESC LIMIT $2"));
    NEWEST_OF_TENANT = shared(select!("WHERE tenant_id = $3 AND seq < $1 ORDER BY seq DESC LIMIT $2"));
    ON_SUBJECT = shared(select!("WHERE tenant_id = $3 AND subject = $4 AND seq < $1 ORDER BY seq DESC LIMIT $2"));
    BY_PERSON = shared(
        select!("WHERE tenant_id = $3 AND actor_user_id = $4 AND seq < $1 ORDER BY seq DESC LIMIT $2")
    );
    UNSEALED = shared(select!("WHERE hash IS NULL ORDER BY seq LIMIT $1"));
    HEAD = shared("SELECT seq, hash FROM audit WHERE hash IS NOT NULL ORDER BY seq DESC LIMIT 1");
    SEAL = shared("UPDATE audit SET hash = $2 WHERE seq = $1 AND hash IS NULL");
}

pub(crate) fn row_from(row: &Row) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        seq: row.integer("seq")?,
        at: row.time("at")?,
        actor_kind: row.text("actor_kind")?,
        actor_user: row.optional_id("actor_user_id")?,
        act: row.text("act")?,
        tenant: row.optional_id("tenant_id")?,
        subject: row.text("subject")?,
        detail: row.text("detail")?,
        address: row.optional_text("address")?,
        hash: row.optional_hash("hash")?,
    })
}

impl Reader {
    /// The whole log from a position on, in order, at most `rows_max` rows, for verifying.
    pub async fn audit_rows_from(&mut self, seq: i64, rows_max: u32) -> Result<Vec<AuditRow>, StoreError> {
        let rows = self.connection.rows(&FROM, values![seq, rows_max]).await?;
        rows.iter().map(row_from).collect()
    }

    /// The log of the whole installation, the newest row first; a page begins below the row `after`.
    pub async fn audit_rows(&mut self, page: &PageRequest<i64>) -> Result<ListPage<AuditRow>, StoreError> {
        let below = page.after.unwrap_or(i64::MAX);
        let rows = self.connection.rows(&NEWEST, values![below, page.limit_and_one()]).await?;
        Ok(page.cut(rows.iter().map(row_from).collect::<Result<_, _>>()?))
    }

    /// Rows not yet sealed, in order.
    pub async fn unsealed_audit_rows(&mut self, rows_max: u32) -> Result<Vec<AuditRow>, StoreError> {
        let rows = self.connection.rows(&UNSEALED, values![rows_max]).await?;
        rows.iter().map(row_from).collect()
    }

    /// The last sealed row; `None` if no row is sealed.
    pub async fn audit_head(&mut self) -> Result<Option<AuditHead>, StoreError> {
        let row = self.connection.row(&HEAD, values![]).await?;
        row.map(|row| Ok(AuditHead { seq: row.integer("seq")?, hash: row.hash("hash")? })).transpose()
    }
}

impl TenantReader<'_> {
    /// The log of the acts on this tenant, the newest row first; a page begins below the row `after`.
    pub async fn audit_rows(&mut self, page: &PageRequest<i64>) -> Result<ListPage<AuditRow>, StoreError> {
        let below = page.after.unwrap_or(i64::MAX);
        let values = values![below, page.limit_and_one(), self.tenant];
        let rows = self.connection.rows(&NEWEST_OF_TENANT, values).await?;
        Ok(page.cut(rows.iter().map(row_from).collect::<Result<_, _>>()?))
    }

    /// The acts on one record of this tenant, by its id or reference, the newest first.
    pub async fn audit_rows_on(
        &mut self,
        subject: &str,
        page: &PageRequest<i64>,
    ) -> Result<ListPage<AuditRow>, StoreError> {
        let below = page.after.unwrap_or(i64::MAX);
        let values = values![below, page.limit_and_one(), self.tenant, subject];
        let rows = self.connection.rows(&ON_SUBJECT, values).await?;
        Ok(page.cut(rows.iter().map(row_from).collect::<Result<_, _>>()?))
    }

    /// The acts of one person in this tenant, the newest first.
    pub async fn audit_rows_by(
        &mut self,
        person: UserId,
        page: &PageRequest<i64>,
    ) -> Result<ListPage<AuditRow>, StoreError> {
        let below = page.after.unwrap_or(i64::MAX);
        let values = values![below, page.limit_and_one(), self.tenant, person];
        let rows = self.connection.rows(&BY_PERSON, values).await?;
        Ok(page.cut(rows.iter().map(row_from).collect::<Result<_, _>>()?))
    }

    /// The act that held or revoked a certificate, perhaps by another certificate of its device; `None` if it is in
    /// force.
    pub async fn ending_act(
        &mut self,
        certificate: &CertificateRecord,
    ) -> Result<Option<AuditRow>, StoreError> {
        let Some(ended) = certificate.revocation else { return Ok(None) };
        for one in self.certificates_of_device(certificate.device).await? {
            let page = PageRequest::first(ACTS_ON_CERTIFICATE_MAX);
            let acts = self.audit_rows_on(&one.id.to_string(), &page).await?.rows;
            let at = ended.at.as_millisecond();
            let ends = |row: &&AuditRow| {
                row.at.as_millisecond() == at && Act::named(&row.act).is_some_and(Act::ends_certificates)
            };
            if let Some(row) = acts.iter().find(ends) {
                return Ok(Some(row.clone()));
            }
        }
        Ok(None)
    }
}

impl Transaction {
    /// Writes an act's audit row and returns its position. Call this last: other acts wait for this commit
    /// from here on.
    pub async fn insert_audit(&mut self, entry: &AuditEntry) -> Result<i64, StoreError> {
        commit_order::enter(&mut self.connection).await?;
        let user = match entry.actor {
            Actor::User { user, .. } => Some(user),
            Actor::Machine | Actor::System | Actor::Public => None,
        };
        let values = values![
            entry.at,
            entry.actor.kind_name(),
            user,
            entry.act.name(),
            entry.tenant,
            entry.subject.as_str(),
            entry.detail.as_str(),
            entry.address.map(|address| address.to_string()),
        ];
        let row = self.connection.row(&INSERT, values).await?;
        row.ok_or_else(|| corrupt("seq", "no row came back"))?.integer("seq")
    }

    /// Seals one row; `false` if the row already has a seal.
    pub async fn seal_audit_row(&mut self, seq: i64, hash: &[u8; 32]) -> Result<bool, StoreError> {
        self.connection.applied(&SEAL, values![seq, hash]).await
    }
}
