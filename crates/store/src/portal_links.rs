//! Links on the built-in portal's home page.

use crate::{
    StoreError, TenantReader, TenantTransaction,
    backend::{statements, values},
};
use domain::portal_page::{NewPortalLink, PORTAL_LINKS_MAX};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalLink {
    /// Larger numbers are newer.
    pub number: i64,
    pub title: String,
    pub address: String,
}

statements! {
    ALL_LINKS = shared(
        "SELECT number, title, address FROM portal_link WHERE tenant_id = $1 ORDER BY number LIMIT $2"
    );
    INSERT = shared("INSERT INTO portal_link (tenant_id, title, address) VALUES ($1, $2, $3)");
    ERASE = shared("DELETE FROM portal_link WHERE tenant_id = $1 AND number = $2");
}

impl TenantReader<'_> {
    /// The links in the order in which they were added, at most [`PORTAL_LINKS_MAX`].
    pub async fn portal_links(&mut self) -> Result<Vec<PortalLink>, StoreError> {
        let rows = self.connection.rows(&ALL_LINKS, values![self.tenant, PORTAL_LINKS_MAX]).await?;
        rows.iter()
            .map(|row| {
                Ok(PortalLink {
                    number: row.integer("number")?,
                    title: row.text("title")?,
                    address: row.text("address")?,
                })
            })
            .collect()
    }
}

impl TenantTransaction<'_> {
    pub async fn insert_portal_link(&mut self, new: &NewPortalLink) -> Result<(), StoreError> {
        let values = values![self.tenant, new.title.as_str(), new.address.as_str()];
        self.connection.execute(&INSERT, values).await?;
        Ok(())
    }

    /// Removes a link; `false` if there is no such link.
    pub async fn erase_portal_link(&mut self, number: i64) -> Result<bool, StoreError> {
        let values = values![self.tenant, number];
        self.connection.applied(&ERASE, values).await
    }
}
