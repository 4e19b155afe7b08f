//! The open connections, found by the certificate that opened them, and cut when the certificate is shut out.
//!
//! **Invariant:** a request takes its [`Hold`] *before* its decision. A change is applied first and cancels
//! holds afterwards; so every request either is decided on the changed view or runs under a hold that gets
//! cancelled.

use super::{Allowance, Movement};
use crate::{
    applications::OwnLine,
    assertion::LastAssertion,
    decision::{Peer, policy},
    meters,
    names::Place,
    status::{Touched, View},
};
use domain::{certificate::LeafTag, time::Timestamp};
use ground::Slot;
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The hold of a request that is forwarded or answered by a page of Sekisho; cancelled when its visitor is shut out.
#[derive(Clone, Default)]
pub(crate) struct Hold {
    /// Ends forwards, acts, bodies and tunnels that are under way.
    pub(crate) cut: CancellationToken,
    /// Forwards and acts whose answer's head is not there yet.
    pub(crate) forwards: TaskTracker,
}

/// The most answers after the end of one connection: all streams of an HTTP/2 connection, and those that its
/// client begins before it learns of the end. A client that sends more ignores the end.
const ENDINGS_MAX: u32 = 64;

/// One client's connection, for as long as the connection or a tunnel made from it is open.
pub(crate) struct Connection {
    pub(crate) place: Place,
    pub(crate) visitor: Peer,
    pub(crate) client: SocketAddr,
    pub(crate) allowance: Allowance,
    /// Cancelled to end the connection politely: answers under way are finished, no further request is read.
    pub(crate) finish: CancellationToken,
    /// Notified to end the connection at once, by an alert in place of an answer ([`crate::pages::choice`]).
    pub(crate) rejected: Notify,
    /// Cancelled when the client sends nothing more, but waits for answers.
    pub(crate) half_closed: CancellationToken,
    pub(crate) last_assertion: LastAssertion,
    pub(crate) movement: Movement,
    /// Notified when the connection must end at once.
    pub(crate) abandoned: Notify,
    /// Answers that ended the connection, so far.
    endings: AtomicU32,
    /// The connection to an application that authenticates connections.
    pub(crate) own_line: OwnLine,
    hold: Mutex<Hold>,
    /// Whether the visitor was found shut out, and cut, since the last permitted request.
    is_shut_out: AtomicBool,
    requests: AtomicU64,
    number: u64,
    index: Arc<Connections>,
    _slot: Slot,
}

impl Connection {
    pub(crate) fn hold(&self) -> Hold {
        self.hold.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of requests so far.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Ends the connection politely; returns whether this answer is the first to do so, which may be a page.
    pub(crate) fn end(&self) -> bool {
        self.finish.cancel();
        let before = self.endings.fetch_add(1, Ordering::Relaxed);
        if before == ENDINGS_MAX {
            self.abandoned.notify_one();
        }
        before == 0
    }

    /// Cancels all that runs. What begins afterwards has a fresh hold, since a certificate can be released
    /// again while its connection idles.
    fn cut(&self) -> TaskTracker {
        let fresh = Hold::default();
        let old = std::mem::replace(&mut *self.hold.lock().unwrap_or_else(PoisonError::into_inner), fresh);
        old.forwards.close();
        old.cut.cancel();
        old.forwards
    }

    /// Cuts the connection if its visitor may not pass any more.
    fn cut_if_refused(&self, view: &View, now: Timestamp) -> Option<TaskTracker> {
        let refused = self.is_refused(view, now);
        let was_shut_out = self.is_shut_out.swap(refused, Ordering::Relaxed);
        if refused && !was_shut_out {
            meters::connection_cut();
        }
        refused.then(|| self.cut())
    }

    fn is_refused(&self, view: &View, now: Timestamp) -> bool {
        match &self.place {
            Place::Site(host) => policy::decide_at(view, host, &self.visitor, now).is_err(),
            // These places forward nothing.
            Place::Retry { .. } | Place::Public(_) | Place::Nowhere => false,
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        meters::connection_closed();
        self.index.forget(self.number, self.visitor.tag);
    }
}

/// All open connections of visitors with a certificate of a known issuer.
#[derive(Default)]
pub struct Connections {
    index: Mutex<Index>,
}

#[derive(Default)]
struct Index {
    last_number: u64,
    open: HashMap<u64, Weak<Connection>>,
    by_certificate: HashMap<LeafTag, Vec<u64>>,
}

/// The forwards that a cut has cancelled.
pub(crate) struct Cutting(Vec<TaskTracker>);

impl Cutting {
    /// Resolves when the last of them has ended.
    pub(crate) async fn ended(self) {
        for forwards in self.0 {
            forwards.wait().await;
        }
    }
}

impl Connections {
    /// A set without connections.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn open(
        self: &Arc<Self>,
        place: Place,
        visitor: Peer,
        client: SocketAddr,
        allowance: Allowance,
        finish: CancellationToken,
        slot: Slot,
    ) -> Arc<Connection> {
        meters::connection_opened();
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        index.last_number += 1;
        let number = index.last_number;
        let connection = Arc::new(Connection {
            place,
            visitor,
            client,
            allowance,
            finish,
            rejected: Notify::new(),
            half_closed: CancellationToken::new(),
            last_assertion: LastAssertion::default(),
            movement: Movement::default(),
            abandoned: Notify::new(),
            endings: AtomicU32::new(0),
            own_line: OwnLine::default(),
            hold: Mutex::default(),
            is_shut_out: AtomicBool::new(false),
            requests: AtomicU64::new(0),
            number,
            index: Arc::clone(self),
            _slot: slot,
        });
        if let Some(tag) = connection.visitor.tag {
            index.open.insert(number, Arc::downgrade(&connection));
            index.by_certificate.entry(tag).or_default().push(number);
        }
        connection
    }

    fn forget(&self, number: u64, tag: Option<LeafTag>) {
        let Some(tag) = tag else { return };
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        index.open.remove(&number);
        if let Some(numbers) = index.by_certificate.get_mut(&tag) {
            numbers.retain(|other| *other != number);
            if numbers.is_empty() {
                index.by_certificate.remove(&tag);
            }
        }
    }

    fn all(&self) -> Vec<Arc<Connection>> {
        let index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        index.open.values().filter_map(Weak::upgrade).collect()
    }

    fn of(&self, tags: &[LeafTag]) -> Vec<Arc<Connection>> {
        let index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let numbers = tags.iter().filter_map(|tag| index.by_certificate.get(tag)).flatten();
        numbers.filter_map(|number| index.open.get(number)?.upgrade()).collect()
    }

    /// Cuts the connections that the changes shut out.
    pub(crate) fn cut_touched(&self, touched: &Touched, view: &View, now: Timestamp) -> Cutting {
        // All candidates are collected before any is dropped: dropping the last one takes the index's lock again.
        let candidates = if touched.others { self.all() } else { self.of(&touched.certificates) };
        Cutting(candidates.iter().filter_map(|connection| connection.cut_if_refused(view, now)).collect())
    }

    /// Cuts every connection whose visitor may not pass any more at `now`, for any reason.
    pub(crate) fn cut_refused(&self, view: &View, now: Timestamp) {
        let everything = Touched { others: true, ..Touched::default() };
        self.cut_touched(&everything, view, now);
    }
}
