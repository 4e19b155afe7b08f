//! Announcements on the built-in portal's home page.

use crate::{
    StoreError, TenantReader, TenantTransaction,
    backend::{statements, values},
};
use domain::{
    portal_page::{ANNOUNCEMENTS_MAX, NewAnnouncement},
    time::Timestamp,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Larger numbers are newer.
    pub number: i64,
    pub title: String,
    /// Lines are separated by `\n`.
    pub body: String,
    pub published_at: Timestamp,
}

statements! {
    NEWEST = shared(
        "SELECT number, title, body, published_at FROM announcement WHERE tenant_id = $1
         ORDER BY number DESC LIMIT $2"
    );
    INSERT = shared("INSERT INTO announcement (tenant_id, title, body, published_at) VALUES ($1, $2, $3, $4)");
    UPDATE = shared("UPDATE announcement SET title = $3, body = $4 WHERE tenant_id = $1 AND number = $2");
    ERASE = shared("DELETE FROM announcement WHERE tenant_id = $1 AND number = $2");
}

impl TenantReader<'_> {
    /// The announcements, newest first, at most [`ANNOUNCEMENTS_MAX`].
    pub async fn announcements(&mut self) -> Result<Vec<Announcement>, StoreError> {
        let rows = self.connection.rows(&NEWEST, values![self.tenant, ANNOUNCEMENTS_MAX]).await?;
        rows.iter()
            .map(|row| {
                Ok(Announcement {
                    number: row.integer("number")?,
                    title: row.text("title")?,
                    body: row.text("body")?,
                    published_at: row.time("published_at")?,
                })
            })
            .collect()
    }
}

impl TenantTransaction<'_> {
    pub async fn insert_announcement(
        &mut self,
        new: &NewAnnouncement,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let values = values![self.tenant, new.title.as_str(), new.text.as_str(), at];
        self.connection.execute(&INSERT, values).await?;
        Ok(())
    }

    /// Rewrites an announcement; `false` if there is no such announcement.
    pub async fn update_announcement(
        &mut self,
        number: i64,
        new: &NewAnnouncement,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, number, new.title.as_str(), new.text.as_str()];
        self.connection.applied(&UPDATE, values).await
    }

    /// Takes an announcement down; `false` if there is no such announcement.
    pub async fn erase_announcement(&mut self, number: i64) -> Result<bool, StoreError> {
        let values = values![self.tenant, number];
        self.connection.applied(&ERASE, values).await
    }
}
