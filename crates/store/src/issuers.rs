//! Certificate authorities and their sealed keys. Only [`crate::Recorded`] creates them.

use crate::{
    Reader, StoreError, TenantReader, Transaction,
    backend::{Row, statements, values},
};
use domain::{
    id::{IssuerId, TenantId},
    issuer::{Issuer, IssuerKind},
    time::Timestamp,
};

/// An issuer whose certificate is not signed yet.
#[derive(Clone, Copy)]
pub struct NewIssuer<'a> {
    pub id: IssuerId,
    pub kind: IssuerKind,
    /// The tenant; `None` above the tenants.
    pub tenant: Option<TenantId>,
    /// The issuer above; `None` for the root.
    pub parent: Option<IssuerId>,
    /// 1 at first, and one more at each rotation.
    pub generation: u32,
    /// Its private key, sealed under the key-encryption key.
    pub key_sealed: &'a [u8],
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, tenant_id, parent_id, generation, certificate_der FROM issuer \
             WHERE certificate_der IS NOT NULL ",
            $rest
        )
    };
}

statements! {
    BY_ID = shared(select!("AND id = $1"));
    NEWEST_OF_KIND = shared(select!("AND kind = $1 AND tenant_id IS NULL ORDER BY generation DESC LIMIT 1"));
    OF_TENANT = shared(select!("AND tenant_id = $1 ORDER BY generation DESC"));
    EVERY = shared(select!("ORDER BY id"));
    KEY = shared("SELECT key_sealed FROM issuer WHERE id = $1");
    SIGN = shared(
        "UPDATE issuer SET certificate_der = $2, tbs_der = NULL WHERE id = $1 AND certificate_der IS NULL"
    );
    ERASE_UNSIGNED_CRL = shared(
        "DELETE FROM crl WHERE issuer_id IN (SELECT id FROM issuer WHERE id = $1 AND certificate_der IS NULL)"
    );
    ERASE_UNSIGNED = shared("DELETE FROM issuer WHERE id = $1 AND certificate_der IS NULL");
    UNSIGNED = shared(
        "SELECT id, tenant_id FROM issuer WHERE certificate_der IS NULL AND created_at < $1 ORDER BY id"
    );
}

fn issuer_from(row: &Row) -> Result<Issuer, StoreError> {
    Ok(Issuer {
        id: row.id("id")?,
        kind: row.named("kind", IssuerKind::ALL, IssuerKind::name)?,
        tenant: row.optional_id("tenant_id")?,
        parent: row.optional_id("parent_id")?,
        generation: row.unsigned("generation")?,
        certificate_der: row.bytes("certificate_der")?,
    })
}

impl Reader {
    /// One issuer, by its public id. `None` while its certificate is unsigned.
    pub async fn issuer(&mut self, id: IssuerId) -> Result<Option<Issuer>, StoreError> {
        let row = self.connection.row(&BY_ID, values![id]).await?;
        row.as_ref().map(issuer_from).transpose()
    }

    /// The newest issuer of a tier above the tenants: the root or the installation CA.
    pub async fn newest_issuer(&mut self, kind: IssuerKind) -> Result<Option<Issuer>, StoreError> {
        let row = self.connection.row(&NEWEST_OF_KIND, values![kind.name()]).await?;
        row.as_ref().map(issuer_from).transpose()
    }

    /// Every issuer with a certificate.
    pub async fn every_issuer(&mut self) -> Result<Vec<Issuer>, StoreError> {
        let rows = self.connection.rows(&EVERY, values![]).await?;
        rows.iter().map(issuer_from).collect()
    }

    /// An issuer's private key, sealed under the key-encryption key.
    pub async fn issuer_key_sealed(&mut self, id: IssuerId) -> Result<Option<Vec<u8>>, StoreError> {
        let row = self.connection.row(&KEY, values![id]).await?;
        row.map(|row| row.bytes("key_sealed")).transpose()
    }

    /// Issuers recorded before a moment and still unsigned, with their tenants.
    pub async fn unsigned_issuers(
        &mut self,
        recorded_before: Timestamp,
    ) -> Result<Vec<(IssuerId, Option<TenantId>)>, StoreError> {
        let rows = self.connection.rows(&UNSIGNED, values![recorded_before]).await?;
        rows.iter().map(|row| Ok((row.id("id")?, row.optional_id("tenant_id")?))).collect()
    }
}

impl Transaction {
    /// Keeps an issuer's signed certificate; `false` if it has one already or is not on record.
    pub async fn keep_signed_issuer(
        &mut self,
        id: IssuerId,
        certificate_der: &[u8],
    ) -> Result<bool, StoreError> {
        self.connection.applied(&SIGN, values![id, certificate_der]).await
    }

    /// Erases an unsigned issuer with its key; `false` if there is no such issuer.
    pub async fn erase_unsigned_issuer(&mut self, id: IssuerId) -> Result<bool, StoreError> {
        self.connection.execute(&ERASE_UNSIGNED_CRL, values![id]).await?;
        self.connection.applied(&ERASE_UNSIGNED, values![id]).await
    }
}

impl TenantReader<'_> {
    /// The tenant's issuers, the newest first. The newest one issues; the certificates of the others remain valid.
    pub async fn issuers(&mut self) -> Result<Vec<Issuer>, StoreError> {
        let rows = self.connection.rows(&OF_TENANT, values![self.tenant]).await?;
        rows.iter().map(issuer_from).collect()
    }
}
