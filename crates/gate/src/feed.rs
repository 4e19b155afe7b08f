//! The task that brings changes from the source into the view, in order; and the sweep beside it.
//!
//! **Invariant:** when [`StatusFeed::applied`] resolves, no request that the applied changes shut out is
//! forwarded any more.

mod sweep;

use crate::{
    connection::Connections,
    ports::{SourceError, StatusSource},
    status::View,
};
use domain::{status_change::Generation, time::Clock};
use std::{pin::Pin, sync::Arc, time::Duration};
use sweep::Sweep;
use tokio::sync::{Notify, watch};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// How often the feed asks the source without a kick.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The longest time that an act waits for the gate before its answer.
const CUT_WAIT_MAX: Duration = Duration::from_secs(1);

/// How much of the source's changes one step brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    /// All changes.
    All,
    /// As many changes as one answer holds.
    Part,
}

/// Brings changes into a [`View`] and cuts the connections that they shut out.
///
/// Keep [`StatusFeed::run`] running until the last connection of a draining gate has ended.
pub struct StatusFeed {
    source: Arc<dyn StatusSource>,
    view: Arc<View>,
    connections: Arc<Connections>,
    clock: Arc<dyn Clock>,
    kick: Notify,
    applied: watch::Sender<Option<Generation>>,
}

impl StatusFeed {
    /// A feed that has not read anything yet.
    pub fn new(
        source: Arc<dyn StatusSource>,
        view: Arc<View>,
        connections: Arc<Connections>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { source, view, connections, clock, kick: Notify::new(), applied: watch::Sender::new(None) }
    }

    /// Makes the feed ask the source at once.
    pub fn kick(&self) {
        self.kick.notify_one();
    }

    /// Resolves once all changes up to `generation` are applied and the connections that they shut out are
    /// cut. Never resolves while the source cannot be read: callers bound the wait.
    pub async fn applied(&self, generation: Generation) {
        let mut applied = self.applied.subscribe();
        self.kick();
        let reached = |upto: &Option<Generation>| upto.is_some_and(|upto| upto >= generation);
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = applied.wait_for(reached).await;
    }

    /// Resolves once the first complete view is loaded.
    pub async fn loaded(&self) {
        let _ = self.applied.subscribe().wait_for(Option::is_some).await;
    }

    /// Loads the snapshot, then applies changes on each kick and every second, until `stop`. Changes that one
    /// answer of the source leaves out are read at once. Cuts that time alone causes happen even while the
    /// source is slow.
    ///
    /// Boxed for the same reason as [`crate::Gate::serve`].
    pub fn run(&self, stop: CancellationToken) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let sweep = Sweep {
                view: Arc::clone(&self.view),
                connections: Arc::clone(&self.connections),
                clock: Arc::clone(&self.clock),
            };
            let _sweep = AbortOnDropHandle::new(tokio::spawn(sweep.run()));
            while !stop.is_cancelled() {
                let pause = self.next_pause().await;
                self.view.measure(self.clock.now());
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = self.kick.notified() => {}
                    () = tokio::time::sleep(pause) => {}
                }
            }
        })
    }

    /// Takes a step; returns the pause before the next one.
    async fn next_pause(&self) -> Duration {
        match self.step().await {
            Ok(Read::Part) => Duration::ZERO,
            Ok(Read::All) => POLL_INTERVAL,
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "status cannot be read; trying again");
                POLL_INTERVAL
            }
        }
    }

    async fn step(&self) -> Result<Read, SourceError> {
        // The time is taken before the read, so the records are at least as new.
        let read_at = self.clock.now();
        let mut read = Read::All;
        if self.applied.borrow().is_none() {
            let snapshot = self.source.snapshot().await?;
            self.view.load(snapshot, read_at);
        } else {
            let changes = self.source.changes(self.view.generation()).await?;
            if !changes.is_complete {
                read = Read::Part;
            }
            let touched = self.view.apply_touching(changes, read_at);
            let cut = self.connections.cut_touched(&touched, &self.view, self.clock.now());
            // A forward that began before the change must end before the act may report success.
            if tokio::time::timeout(CUT_WAIT_MAX, cut.ended()).await.is_err() {
                tracing::error!("requests of a visitor who was shut out did not end in time");
            }
        }
        self.applied.send_replace(Some(self.view.generation()));
        Ok(read)
    }
}
