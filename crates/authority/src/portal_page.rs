//! Announcements and links on the portal's home: written and taken off by administrators.

use crate::{Authority, Unavailable, unavailable::unavailable_in, work::Work};
use domain::{
    act::Act,
    grant::{EditPortal, Grant},
    id::TenantId,
    portal_page::{ANNOUNCEMENTS_MAX, NewAnnouncement, NewPortalLink, PORTAL_LINKS_MAX},
};

/// Why nothing was put on the portal's home.
#[derive(Debug, thiserror::Error)]
pub enum PortalPageError {
    /// There is no such tenant within reach.
    #[error("there is no such tenant")]
    NotFound,
    /// There are [`ANNOUNCEMENTS_MAX`] announcements, or [`PORTAL_LINKS_MAX`] links.
    #[error("there are {max} already; take one off first")]
    Full {
        /// The most that there may be.
        max: u32,
    },
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

unavailable_in!(PortalPageError);

impl Authority {
    /// Publishes an announcement, unless the newest one says just the same: the form was sent twice.
    pub async fn add_announcement(
        &self,
        grant: &Grant<EditPortal>,
        tenant: TenantId,
        new: &NewAnnouncement,
    ) -> Result<(), PortalPageError> {
        let mut work = self.begin_editing("add_announcement", grant, tenant).await?;
        let now = work.now;
        let there = work.tenant(tenant).announcements().await?;
        let says_the_same =
            |title: &str, text: &str| title == new.title.as_str() && text == new.text.as_str();
        if there.first().is_some_and(|newest| says_the_same(&newest.title, &newest.body)) {
            return Ok(());
        }
        refuse_more(there.len(), ANNOUNCEMENTS_MAX)?;
        work.tenant(tenant).insert_announcement(new, now).await?;
        work.audit(grant, Act::AddAnnouncement, Some(tenant), new.title.as_str(), "").await?;
        Ok(work.finish().await?)
    }

    /// Takes an announcement off; one that is gone already is no error.
    pub async fn remove_announcement(
        &self,
        grant: &Grant<EditPortal>,
        tenant: TenantId,
        number: i64,
    ) -> Result<(), PortalPageError> {
        let mut work = self.begin_editing("remove_announcement", grant, tenant).await?;
        let there = work.tenant(tenant).announcements().await?;
        let Some(announcement) = there.into_iter().find(|there| there.number == number) else {
            return Ok(());
        };
        let _erased = work.tenant(tenant).erase_announcement(number).await?;
        let act = Act::RemoveAnnouncement;
        work.audit(grant, act, Some(tenant), announcement.title, "").await?;
        Ok(work.finish().await?)
    }

    /// Offers a link, unless there is the same already.
    pub async fn add_portal_link(
        &self,
        grant: &Grant<EditPortal>,
        tenant: TenantId,
        new: &NewPortalLink,
    ) -> Result<(), PortalPageError> {
        let mut work = self.begin_editing("add_portal_link", grant, tenant).await?;
        let there = work.tenant(tenant).portal_links().await?;
        let is_same =
            |title: &str, address: &str| title == new.title.as_str() && address == new.address.as_str();
        if there.iter().any(|link| is_same(&link.title, &link.address)) {
            return Ok(());
        }
        refuse_more(there.len(), PORTAL_LINKS_MAX)?;
        work.tenant(tenant).insert_portal_link(new).await?;
        let detail = format!("address={}", new.address);
        work.audit(grant, Act::AddPortalLink, Some(tenant), new.title.as_str(), detail).await?;
        Ok(work.finish().await?)
    }

    /// Takes a link off; one that is gone already is no error.
    pub async fn remove_portal_link(
        &self,
        grant: &Grant<EditPortal>,
        tenant: TenantId,
        number: i64,
    ) -> Result<(), PortalPageError> {
        let mut work = self.begin_editing("remove_portal_link", grant, tenant).await?;
        let there = work.tenant(tenant).portal_links().await?;
        let Some(link) = there.into_iter().find(|there| there.number == number) else {
            return Ok(());
        };
        let _erased = work.tenant(tenant).erase_portal_link(number).await?;
        let detail = format!("address={}", link.address);
        work.audit(grant, Act::RemovePortalLink, Some(tenant), link.title, detail).await?;
        Ok(work.finish().await?)
    }

    /// Under the tenant's lock, so that two administrators together stay below the limits.
    async fn begin_editing(
        &self,
        act: &'static str,
        grant: &Grant<EditPortal>,
        tenant: TenantId,
    ) -> Result<Work, PortalPageError> {
        let mut work = self.begin(act).await?;
        let locked = if grant.reaches(tenant) { work.tenant(tenant).lock().await? } else { None };
        locked.map(|_| work).ok_or(PortalPageError::NotFound)
    }
}

fn refuse_more(there: usize, max: u32) -> Result<(), PortalPageError> {
    if there < max as usize { Ok(()) } else { Err(PortalPageError::Full { max }) }
}
