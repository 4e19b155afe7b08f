//! Sites: the host names at the gate.

use crate::{
    Reader, StoreError, TenantReader, TenantTransaction,
    backend::{
        column::InColumn,
        statements,
        table::{insert, table},
        values,
    },
};
use domain::{
    id::SiteId,
    site::{Site, Upstream},
};

table! {
    "site" holds Site as site, read by site_from;
    key { tenant (tenant_id), id }
    changed {}
    fixed { host, kind, upstream }
    seen {}
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM site ", $rest)
    };
}

statements! {
    BY_ID = shared(select!("WHERE id = $1"));
    EVERY = shared(select!("ORDER BY host"));
    WITH_UPSTREAM = shared(select!("WHERE upstream IS NOT NULL ORDER BY host"));
    OF_TENANT = shared(select!("WHERE tenant_id = $1 ORDER BY host"));
    INSERT = shared(insert!(""));
    SET_UPSTREAM = shared("UPDATE site SET upstream = $3 WHERE tenant_id = $1 AND id = $2");
}

impl Reader {
    /// One site of any tenant, for the gate's view.
    pub(crate) async fn site(&mut self, id: SiteId) -> Result<Option<Site>, StoreError> {
        let row = self.connection.row(&BY_ID, values![id]).await?;
        row.as_ref().map(site_from).transpose()
    }

    /// Every site with an application behind it.
    pub async fn sites_with_upstream(&mut self) -> Result<Vec<Site>, StoreError> {
        let rows = self.connection.rows(&WITH_UPSTREAM, values![]).await?;
        rows.iter().map(site_from).collect()
    }

    pub async fn every_site(&mut self) -> Result<Vec<Site>, StoreError> {
        let rows = self.connection.rows(&EVERY, values![]).await?;
        rows.iter().map(site_from).collect()
    }
}

impl TenantReader<'_> {
    /// The tenant's sites by host name.
    pub async fn sites(&mut self) -> Result<Vec<Site>, StoreError> {
        let rows = self.connection.rows(&OF_TENANT, values![self.tenant]).await?;
        rows.iter().map(site_from).collect()
    }
}

impl TenantTransaction<'_> {
    /// Adds a site.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `SiteHost`.
    pub async fn insert_site(&mut self, site: &Site) -> Result<(), StoreError> {
        let values = inserted_values(values![self.tenant, site.id], site)?;
        self.connection.execute(&INSERT, values).await?;
        Ok(())
    }

    /// Sets the application behind a site, `None` for the built-in portal; `false` if there is no such site.
    pub async fn set_upstream(
        &mut self,
        id: SiteId,
        upstream: Option<&Upstream>,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, InColumn::bound(upstream)?];
        self.connection.applied(&SET_UPSTREAM, values).await
    }
}
