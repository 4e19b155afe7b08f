//! The connections to applications that wait for their next request.
//!
//! **Invariant:** each site has idle connections of its own; none serves two sites. **Invariant:** connections are
//! bounded in number, so that they never use the descriptors up that accepting and the database need; where there is no
//! room for one more, an idle one makes it.

use super::{
    ForwardError,
    forged_fields::ForgedFields,
    link::{CONNECT_MAX, Link},
};
use domain::{id::SiteId, site::Upstream};
use http::{Uri, uri::Scheme};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

/// How long an idle connection to an application is kept.
const IDLE_MAX: Duration = Duration::from_secs(30);

/// How many idle connections to one application are kept.
const IDLE_CONNECTIONS_MAX: usize = 64;

/// One site's application, as it is on record.
pub(super) struct Application {
    record: Upstream,
    authority: String,
    pub(super) forged: ForgedFields,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    link: Link,
    since: Instant,
}

/// All applications.
pub(super) struct Pool {
    room: Arc<Semaphore>,
    applications: RwLock<HashMap<SiteId, Arc<Application>>>,
}

impl Application {
    fn new(record: &Upstream) -> Result<Self, ForwardError> {
        let wrong = || ForwardError::Address(record.address.clone());
        let address: Uri = record.address.parse().map_err(|_| wrong())?;
        let bare = matches!(address.path(), "" | "/") && address.query().is_none();
        if address.scheme() != Some(&Scheme::HTTP) || !bare {
            return Err(wrong());
        }
        let authority = address.authority().ok_or_else(wrong)?;
        let port = authority.port_u16().unwrap_or(80);
        Ok(Self {
            authority: format!("{}:{port}", authority.host()),
            forged: ForgedFields::of(record),
            record: record.clone(),
            idle: Mutex::default(),
        })
    }

    /// The connection that became idle last, if one is still open.
    pub(super) fn take(&self) -> Option<Link> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(last) = idle.pop() {
            if last.is_good() && last.link.is_ready() {
                return Some(last.link);
            }
        }
        None
    }

    /// Keeps a connection whose answer has come to its end.
    pub(super) fn keep(&self, link: Link) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if link.is_open() && idle.len() < IDLE_CONNECTIONS_MAX {
            idle.push(Idle { link, since: Instant::now() });
        }
    }

    fn sweep(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).retain(Idle::is_good);
    }

    /// Closes one idle connection, the oldest.
    fn evict(&self) -> bool {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.is_empty() {
            return false;
        }
        idle.remove(0);
        true
    }
}

impl Idle {
    fn is_good(&self) -> bool {
        self.link.is_open() && self.since.elapsed() < IDLE_MAX
    }
}

impl Pool {
    pub(super) fn new(connections_max: usize) -> Self {
        Self { room: Arc::new(Semaphore::new(connections_max)), applications: RwLock::default() }
    }

    /// The site's application as it is on record now.
    pub(super) fn application(
        &self,
        site: SiteId,
        record: &Upstream,
    ) -> Result<Arc<Application>, ForwardError> {
        let kept = self.applications.read().unwrap_or_else(PoisonError::into_inner).get(&site).cloned();
        if let Some(kept) = kept.filter(|kept| kept.record == *record) {
            return Ok(kept);
        }
        let made = Arc::new(Application::new(record)?);
        let mut applications = self.applications.write().unwrap_or_else(PoisonError::into_inner);
        applications.insert(site, Arc::clone(&made));
        Ok(made)
    }

    /// A new connection.
    pub(super) async fn connect(&self, application: &Application) -> Result<Link, ForwardError> {
        Link::open(&application.authority, self.room().await?).await
    }

    async fn room(&self) -> Result<OwnedSemaphorePermit, ForwardError> {
        if let Ok(room) = Arc::clone(&self.room).try_acquire_owned() {
            return Ok(room);
        }
        if !self.evict() {
            return Err(ForwardError::Busy);
        }
        // Until the idle connection is closed.
        match timeout(CONNECT_MAX, Arc::clone(&self.room).acquire_owned()).await {
            Ok(Ok(room)) => Ok(room),
            _ => Err(ForwardError::Busy),
        }
    }

    fn every(&self) -> Vec<Arc<Application>> {
        self.applications.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    fn evict(&self) -> bool {
        self.every().iter().any(|application| application.evict())
    }

    /// Closes what has been idle for too long, again and again.
    pub(super) async fn sweep(&self) {
        loop {
            tokio::time::sleep(IDLE_MAX / 2).await;
            for application in self.every() {
                application.sweep();
            }
        }
    }
}
