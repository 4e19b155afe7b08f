//! Notices of a contract's end: which ones a tenant's administrators have had, and which ones stood in the operators'
//! list.
//!
//! **Invariant:** a row says that a notice was sent for this end of the contract; it is written in the transaction that
//! posts the mails.

use crate::{
    Reader, StoreError, TenantReader, TenantTransaction, Transaction,
    backend::{Row, column::InColumns, statements, values},
};
use domain::{
    contract_notice::ContractNotice, id::TenantId, license::License, slug::TenantSlug, time::Timestamp,
};

/// A contract in its last days, in its grace or just behind it.
#[derive(Debug, Clone)]
pub struct ContractToNotice {
    pub tenant: TenantId,
    pub license: License,
    /// The notices that were sent for this end.
    pub sent: Vec<ContractNotice>,
}

/// A notice that is not in the operators' list yet.
#[derive(Debug, Clone)]
pub struct UnlistedContract {
    pub slug: TenantSlug,
    pub display_name: String,
    pub contract_number: String,
    /// The end that was announced.
    pub valid_until: Timestamp,
    pub notice: ContractNotice,
}

statements! {
    ENDING = shared(
        "SELECT t.id, t.seats, t.valid_until, n.notice FROM tenant t
         LEFT JOIN contract_notice n ON n.tenant_id = t.id AND n.valid_until = t.valid_until
         WHERE t.state = 'active' AND t.kind = 'customer' AND t.valid_until >= $1 AND t.valid_until <= $2
         ORDER BY t.valid_until, t.id"
    );
    SENT = shared("SELECT notice FROM contract_notice WHERE tenant_id = $1 AND valid_until = $2");
    INSERT = shared(
        "INSERT INTO contract_notice (tenant_id, valid_until, notice, sent_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING"
    );
    LISTED = shared(
        "SELECT COUNT(*) AS count FROM contract_notice WHERE listed_at > $1 AND listed_at <= $2"
    );
    UNLISTED = shared(
        "SELECT t.slug, t.display_name, t.contract_number, n.valid_until, n.notice
         FROM contract_notice n JOIN tenant t ON t.id = n.tenant_id
         WHERE n.listed_at IS NULL ORDER BY n.valid_until, t.slug LIMIT $1"
    );
    COUNT_UNLISTED = shared("SELECT COUNT(*) AS count FROM contract_notice WHERE listed_at IS NULL");
    LIST = shared("UPDATE contract_notice SET listed_at = $1 WHERE listed_at IS NULL");
}

fn notice_from(row: &Row) -> Result<Option<ContractNotice>, StoreError> {
    row.optional_named("notice", ContractNotice::ALL, ContractNotice::name)
}

fn unlisted_from(row: &Row) -> Result<UnlistedContract, StoreError> {
    Ok(UnlistedContract {
        slug: InColumns::read(row, ["slug"])?,
        display_name: row.text("display_name")?,
        contract_number: row.text("contract_number")?,
        valid_until: row.time("valid_until")?,
        notice: row.named("notice", ContractNotice::ALL, ContractNotice::name)?,
    })
}

impl Reader {
    /// Contracts of customers in service that end between two moments, the first end first.
    pub async fn contracts_ending(
        &mut self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<ContractToNotice>, StoreError> {
        let mut contracts: Vec<ContractToNotice> = Vec::new();
        for row in self.connection.rows(&ENDING, values![from, until]).await? {
            let tenant = row.id("id")?;
            if contracts.last().is_none_or(|last| last.tenant != tenant) {
                let license =
                    License { seats: row.unsigned("seats")?, valid_until: row.time("valid_until")? };
                contracts.push(ContractToNotice { tenant, license, sent: Vec::new() });
            }
            if let Some(contract) = contracts.last_mut() {
                contract.sent.extend(notice_from(&row)?);
            }
        }
        Ok(contracts)
    }

    /// How many notices stood in a list for operators between two moments.
    pub async fn contracts_listed(&mut self, since: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
        self.connection.count(&LISTED, values![since, now]).await
    }

    /// Notices that are not in the operators' list, the first end first, at most `rows_max`.
    pub async fn unlisted_contracts(&mut self, rows_max: u32) -> Result<Vec<UnlistedContract>, StoreError> {
        let rows = self.connection.rows(&UNLISTED, values![rows_max]).await?;
        rows.iter().map(unlisted_from).collect()
    }

    /// How many there are of them.
    pub async fn unlisted_contract_count(&mut self) -> Result<u64, StoreError> {
        self.connection.count(&COUNT_UNLISTED, values![]).await
    }
}

impl TenantReader<'_> {
    /// The notices that were sent for this end of the tenant's contract.
    pub async fn contract_notices_sent(
        &mut self,
        valid_until: Timestamp,
    ) -> Result<Vec<ContractNotice>, StoreError> {
        let rows = self.connection.rows(&SENT, values![self.tenant, valid_until]).await?;
        Ok(rows.iter().map(notice_from).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }
}

impl TenantTransaction<'_> {
    /// Notes that a notice was sent; `false`, with nothing noted, if it had been before. Lock the tenant before.
    pub async fn note_contract_notice(
        &mut self,
        valid_until: Timestamp,
        notice: ContractNotice,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, valid_until, notice.name(), at];
        self.connection.applied(&INSERT, values).await
    }
}

impl Transaction {
    /// Notes that all notices stood in the operators' list. Lock the operators' tenant before.
    pub async fn list_contracts(&mut self, at: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&LIST, values![at]).await
    }
}
