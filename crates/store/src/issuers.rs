//! Certificate authorities and their sealed keys. Only [`crate::Recorded`] creates them.

use crate::{
    Reader, StoreError, TenantReader, Transaction,
    backend::{
        statements,
        table::{insert, table},
        values,
    },
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

table! {
    "issuer" holds Issuer, written from NewIssuer<'_>, as new, read by issuer_from,
        inserted with tbs_der: &[u8], at: Timestamp;
    key { id }
    changed {}
    fixed {
        kind,
        tenant (tenant_id),
        parent (parent_id),
        generation,
    } beside {
        key_sealed: new.key_sealed,
        tbs_der: tbs_der,
        created_at: at,
    }
    seen { certificate_der }
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM issuer WHERE certificate_der IS NOT NULL ", $rest)
    };
}

statements! {
    BY_ID = shared(select!("AND id = $1"));
    NEWEST_OF_KIND = shared(select!("AND kind = $1 AND tenant_id IS NULL ORDER BY generation DESC LIMIT 1"));
    OF_TENANT = shared(select!("AND tenant_id = $1 ORDER BY generation DESC"));
    EVERY = shared(select!("ORDER BY id"));
    INSERT = shared(insert!(""));
    // The first list is due at once.
    INSERT_CRL = shared(
        "INSERT INTO crl (issuer_id, number, changes, published_changes) VALUES ($1, 0, 1, 0)"
    );
    KEY_SEALED = shared("SELECT key_sealed FROM issuer WHERE id = $1");
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
        let row = self.connection.row(&KEY_SEALED, values![id]).await?;
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
    /// The row of an issuer that is not signed yet, and its first revocation list.
    pub(crate) async fn insert_issuer(
        &mut self,
        issuer: &NewIssuer<'_>,
        tbs_der: &[u8],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let values = inserted_values(values![issuer.id], issuer, tbs_der, at)?;
        self.connection.execute(&INSERT, values).await?;
        self.connection.execute(&INSERT_CRL, values![issuer.id]).await?;
        Ok(())
    }

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
