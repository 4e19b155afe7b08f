//! Announcements and links on the portal's home: written and taken off by administrators.

use crate::{
    Unavailable,
    core::Core,
    runner::{ActError, Done},
    unavailable::unavailable_in,
    work::must_apply,
};
use domain::{
    act,
    grant::{EditPortal, Grant},
    id::TenantId,
    portal_page::{ANNOUNCEMENTS_MAX, NewAnnouncement, NewPortalLink, PORTAL_LINKS_MAX},
    refusal::{Problem, Refusal, Refuses},
};
use store::announcements::Announcement;

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
    /// Somebody else has rewritten it meanwhile.
    #[error("it was changed meanwhile")]
    Changed(Announcement),
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for PortalPageError {
    fn refusals(&self) -> Vec<Refusal> {
        vec![match self {
            Self::NotFound => Problem::NotFound.into(),
            Self::Changed(_) => Problem::ChangedMeanwhile { on_record: None }.into(),
            Self::Full { max } => Problem::PortalFull { max: *max }.into(),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(PortalPageError);

impl ActError for PortalPageError {
    fn no_such_tenant() -> Self {
        Self::NotFound
    }
}

/// Writes announcements and links, and takes them off.
#[derive(Clone)]
pub struct PortalEditing(Core);

/// Under the tenant's lock, so that two administrators together stay below the limits.
impl PortalEditing {
    pub(crate) fn new(core: &Core) -> Self {
        Self(core.clone())
    }

    /// Publishes an announcement, unless the newest one says just the same: the form was sent twice.
    pub async fn add_announcement(
        &self,
        grant: &Grant<EditPortal>,
        tenant: TenantId,
        new: &NewAnnouncement,
    ) -> Result<(), PortalPageError> {
        let done = self.0.act_in(grant.to(act::AddAnnouncement), tenant, |mut work| async move {
            let now = work.now;
            let there = work.records().announcements().await?;
            let says_the_same =
                |title: &str, text: &str| title == new.title.as_str() && text == new.text.as_str();
            if there.first().is_some_and(|newest| says_the_same(&newest.title, &newest.body)) {
                return Ok(Done::nothing(()));
            }
            refuse_more(there.len(), ANNOUNCEMENTS_MAX)?;
            work.records().insert_announcement(new, now).await?;
            Ok(work.done(new.title.as_str(), "", ()))
        });
        done.await
    }

    /// Rewrites an announcement, if `is_unchanged` of what is on record. It keeps its day and its place.
    pub async fn edit_announcement(
        &self,
        grant: &Grant<EditPortal>,
        tenant: TenantId,
        number: i64,
        new: &NewAnnouncement,
        is_unchanged: impl Fn(&Announcement) -> bool + Send + Sync,
    ) -> Result<(), PortalPageError> {
        let is_unchanged = &is_unchanged;
        let done = self.0.act_in(grant.to(act::EditAnnouncement), tenant, |mut work| async move {
            let there = work.records().announcements().await?;
            let present = there.into_iter().find(|there| there.number == number);
            let present = present.ok_or(PortalPageError::NotFound)?;
            if present.title == new.title.as_str() && present.body == new.text.as_str() {
                return Ok(Done::nothing(()));
            }
            if !is_unchanged(&present) {
                return Err(PortalPageError::Changed(present));
            }
            must_apply(work.records().update_announcement(number, new).await?)?;
            Ok(work.done(new.title.as_str(), "", ()))
        });
        done.await
    }

    /// Takes an announcement off; one that is gone already is no error.
    pub async fn remove_announcement(
        &self,
        grant: &Grant<EditPortal>,
        tenant: TenantId,
        number: i64,
    ) -> Result<(), PortalPageError> {
        let done = self.0.act_in(grant.to(act::RemoveAnnouncement), tenant, |mut work| async move {
            let there = work.records().announcements().await?;
            let Some(announcement) = there.into_iter().find(|there| there.number == number) else {
                return Ok(Done::nothing(()));
            };
            let _erased = work.records().erase_announcement(number).await?;
            Ok(work.done(announcement.title, "", ()))
        });
        done.await
    }

    /// Offers a link, unless there is the same already.
    pub async fn add_portal_link(
        &self,
        grant: &Grant<EditPortal>,
        tenant: TenantId,
        new: &NewPortalLink,
    ) -> Result<(), PortalPageError> {
        let done = self.0.act_in(grant.to(act::AddPortalLink), tenant, |mut work| async move {
            let there = work.records().portal_links().await?;
            let is_same =
                |title: &str, address: &str| title == new.title.as_str() && address == new.address.as_str();
            if there.iter().any(|link| is_same(&link.title, &link.address)) {
                return Ok(Done::nothing(()));
            }
            refuse_more(there.len(), PORTAL_LINKS_MAX)?;
            work.records().insert_portal_link(new).await?;
            let detail = format!("address={}", new.address);
            Ok(work.done(new.title.as_str(), detail, ()))
        });
        done.await
    }

    /// Takes a link off; one that is gone already is no error.
    pub async fn remove_portal_link(
        &self,
        grant: &Grant<EditPortal>,
        tenant: TenantId,
        number: i64,
    ) -> Result<(), PortalPageError> {
        let done = self.0.act_in(grant.to(act::RemovePortalLink), tenant, |mut work| async move {
            let there = work.records().portal_links().await?;
            let Some(link) = there.into_iter().find(|there| there.number == number) else {
                return Ok(Done::nothing(()));
            };
            let _erased = work.records().erase_portal_link(number).await?;
            Ok(work.done(link.title, format!("address={}", link.address), ()))
        });
        done.await
    }
}

fn refuse_more(there: usize, max: u32) -> Result<(), PortalPageError> {
    if there < max as usize { Ok(()) } else { Err(PortalPageError::Full { max }) }
}
