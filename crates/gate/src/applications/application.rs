//! One site's application, prepared for requests, and its idle connections.
//!
//! **Invariant:** a connection serves one application. An application that is
//! [retired](SiteApplication::retire) keeps no connections.

use super::{forged_fields::ForgedFields, link::Link};
use domain::{
    conduct::Conduct,
    site::{IdentityValue, Upstream},
};
use http::{HeaderName, Uri, uri::Scheme};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// How long an idle connection is kept.
pub(super) const IDLE_MAX: Duration = Duration::from_secs(30);

/// How many idle connections to one application are kept.
const IDLE_CONNECTIONS_MAX: usize = 64;

/// The address on record cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("upstream address {0:?}: expected http://host:port")]
pub(crate) struct AddressError(String);

#[derive(Debug)]
pub(crate) struct SiteApplication {
    record: Upstream,
    /// Host and port to connect to.
    pub(super) authority: String,
    /// The fields that never pass from a visitor.
    pub(crate) forged: ForgedFields,
    /// The application's own fields, besides those that every application gets.
    pub(crate) mapped: Vec<(HeaderName, IdentityValue)>,
    /// How long the head of an answer may take while nothing of the request moves.
    pub(crate) answer_wait: Duration,
    idle: Mutex<Idle>,
}

#[derive(Debug, Default)]
struct Idle {
    links: Vec<IdleLink>,
    is_retired: bool,
}

#[derive(Debug)]
struct IdleLink {
    link: Link,
    since: Instant,
}

impl SiteApplication {
    /// Reads the record once for all requests.
    pub(crate) fn new(record: &Upstream) -> Result<Self, AddressError> {
        let wrong = || AddressError(record.address.clone());
        let address: Uri = record.address.parse().map_err(|_| wrong())?;
        let bare = matches!(address.path(), "" | "/") && address.query().is_none();
        if address.scheme() != Some(&Scheme::HTTP) || !bare {
            return Err(wrong());
        }
        let authority = address.authority().ok_or_else(wrong)?;
        let port = authority.port_u16().unwrap_or(80);
        // A name that no header can have is left out: the application then sees nobody, not another person.
        let mapped =
            record.headers.iter().filter_map(|mapping| Some((mapping.header.parse().ok()?, mapping.value)));
        Ok(Self {
            authority: format!("{}:{port}", authority.host()),
            forged: ForgedFields::of(record),
            mapped: mapped.collect(),
            answer_wait: Duration::from_secs(record.conduct.answer_wait_seconds.into()),
            record: record.clone(),
            idle: Mutex::default(),
        })
    }

    /// Whether the application was made from this record.
    pub(crate) fn is_of(&self, record: &Upstream) -> bool {
        self.record == *record
    }

    /// How the gate treats the application.
    pub(crate) fn conduct(&self) -> &Conduct {
        &self.record.conduct
    }

    /// The connection that became idle last, if one is still open.
    pub(crate) fn take(&self) -> Option<Link> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(last) = idle.links.pop() {
            if last.is_good() && last.link.is_ready() {
                return Some(last.link);
            }
        }
        None
    }

    /// Keeps a connection whose answer has ended.
    pub(crate) fn keep(&self, link: Link) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if link.is_open() && !idle.is_retired && idle.links.len() < IDLE_CONNECTIONS_MAX {
            idle.links.push(IdleLink { link, since: Instant::now() });
        }
    }

    /// Closes the idle connections and keeps no more, because no site leads here now.
    pub(crate) fn retire(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        *idle = Idle { links: Vec::new(), is_retired: true };
    }

    /// Closes connections that have been idle for too long.
    pub(super) fn sweep(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).links.retain(IdleLink::is_good);
    }

    /// Closes one idle connection, the oldest.
    pub(super) fn evict(&self) -> bool {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.links.is_empty() {
            return false;
        }
        idle.links.remove(0);
        true
    }
}

impl IdleLink {
    fn is_good(&self) -> bool {
        self.link.is_open() && self.since.elapsed() < IDLE_MAX
    }
}
