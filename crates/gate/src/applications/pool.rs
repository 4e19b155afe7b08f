//! The limit on connections to applications.
//!
//! **Invariant:** connections are bounded in number, so that they never use up the descriptors that accepting
//! and the database need. If there is no room for one more, an idle connection is closed.

use super::{
    application::{IDLE_MAX, SiteApplication},
    link::{CONNECT_MAX, ConnectError, Link},
};
use std::sync::Arc;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Lists every application that a site leads to now.
type Applications = Box<dyn Fn() -> Vec<Arc<SiteApplication>> + Send + Sync>;

/// The room for connections to all applications.
pub(crate) struct Pool {
    room: Arc<Semaphore>,
    applications: Applications,
}

impl Pool {
    /// Room for this many connections.
    pub(crate) fn new(
        connections_max: usize,
        applications: impl Fn() -> Vec<Arc<SiteApplication>> + Send + Sync + 'static,
    ) -> Self {
        Self { room: Arc::new(Semaphore::new(connections_max)), applications: Box::new(applications) }
    }

    /// A new connection.
    pub(crate) async fn connect(&self, application: &SiteApplication) -> Result<Link, ConnectError> {
        Link::open(&application.authority, self.room().await?).await
    }

    async fn room(&self) -> Result<OwnedSemaphorePermit, ConnectError> {
        if let Ok(room) = Arc::clone(&self.room).try_acquire_owned() {
            return Ok(room);
        }
        if !(self.applications)().iter().any(|application| application.evict()) {
            return Err(ConnectError::Busy);
        }
        // Until the idle connection is closed.
        match timeout(CONNECT_MAX, Arc::clone(&self.room).acquire_owned()).await {
            Ok(Ok(room)) => Ok(room),
            _ => Err(ConnectError::Busy),
        }
    }

    /// Closes connections that have been idle for too long, repeatedly.
    pub(crate) async fn sweep(&self) {
        loop {
            tokio::time::sleep(IDLE_MAX / 2).await;
            for application in (self.applications)() {
                application.sweep();
            }
        }
    }
}
