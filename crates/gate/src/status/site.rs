//! A site prepared for requests, once for each change of its record.

use crate::applications::{AddressError, SiteApplication};
use domain::site::{Site, SiteKind};
use std::sync::Arc;

/// A site.
#[derive(Debug)]
pub(crate) struct LiveSite {
    pub(crate) record: Site,
    pub(crate) behind: Behind,
}

/// What is behind a site.
#[derive(Debug)]
pub(crate) enum Behind {
    /// An application, if requests can reach it.
    Application(Result<Arc<SiteApplication>, NoApplication>),
    /// Pages of Sekisho.
    OurPages,
}

/// Why no request is forwarded to a site that has an application on record.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum NoApplication {
    /// Its address cannot be used.
    #[error(transparent)]
    Address(AddressError),
    /// Its tenant's contract has ended for good.
    #[error("the site's tenant has ended")]
    TenantEnded,
}

impl LiveSite {
    /// Prepares a site. An application of `before`, the former state of this id, is kept if the record has
    /// the same one.
    pub(super) fn new(record: Site, tenant_ended: bool, before: Option<&Self>) -> Self {
        let behind = match (record.kind, &record.upstream) {
            (SiteKind::Application, Some(_)) if tenant_ended => {
                Behind::Application(Err(NoApplication::TenantEnded))
            }
            (SiteKind::Application, Some(upstream)) => {
                let same =
                    before.and_then(Self::application).filter(|application| application.is_of(upstream));
                let made = || SiteApplication::new(upstream).map(Arc::new).map_err(NoApplication::Address);
                Behind::Application(same.map_or_else(made, |same| Ok(Arc::clone(same))))
            }
            _ => Behind::OurPages,
        };
        Self { record, behind }
    }

    pub(crate) fn application(&self) -> Option<&Arc<SiteApplication>> {
        match &self.behind {
            Behind::Application(application) => application.as_ref().ok(),
            Behind::OurPages => None,
        }
    }
}
