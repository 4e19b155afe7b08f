//! The open connections, found by the certificate that opened them, and cut when it is shut out.
//!
//! **Invariant:** a request takes its [`Hold`] *before* its decision. A change is applied first and cancels holds
//! afterwards; so every request either is decided on the changed view or runs under a hold that gets cancelled.

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

/// Under what a request is forwarded or answered by a page of ours: cancelled when its visitor is shut out.
#[derive(Clone, Default)]
pub(crate) struct Hold {
    /// Ends forwards, acts and bodies under way, and tunnels.
    pub(crate) cut: CancellationToken,
    /// Forwards and acts that have not had their answer's head yet.
    pub(crate) forwards: TaskTracker,
}

/// Answers that may end one connection: all of an HTTP/2 connection's streams, and those that its client begins before it
/// hears of the end. Beyond them it does not want to hear.
const ENDINGS_MAX: u32 = 64;

/// One client's connection, for as long as it (or a tunnel that came out of it) is open.
pub(crate) struct Connection {
    pub(crate) place: Place,
    pub(crate) visitor: Peer,
    pub(crate) client: SocketAddr,
    pub(crate) allowance: Allowance,
    /// Cancelled to end the connection politely: answers under way are finished, no further request is read.
    pub(crate) finish: CancellationToken,
    /// Notified to end the connection at once, by an alert in place of an answer ([`crate::pages::choice`]).
    pub(crate) rejected: Notify,
    /// Cancelled when the client has said that it sends nothing more, but waits for answers.
    pub(crate) half_closed: CancellationToken,
    pub(crate) last_assertion: LastAssertion,
    pub(crate) movement: Movement,
    /// Notified when the connection is to end at once.
    pub(crate) abandoned: Notify,
    /// Answers that ended the connection, so far.
    endings: AtomicU32,
    /// To an application that takes a connection for a person.
    pub(crate) own_line: OwnLine,
    hold: Mutex<Hold>,
    /// Found shut out, and cut, since it was last found permitted.
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

    /// Requests so far.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Ends the connection politely; is this the first answer to do so, which may be a page?
    pub(crate) fn end(&self) -> bool {
        self.finish.cancel();
        let before = self.endings.fetch_add(1, Ordering::Relaxed);
        if before == ENDINGS_MAX {
            self.abandoned.notify_one();
        }
        before == 0
    }

    /// Cancels all that runs; what begins afterwards runs under a fresh hold, since a certificate can be released
    /// again while its connection idles.
    fn cut(&self) -> TaskTracker {
        let fresh = Hold::default();
        let old = std::mem::replace(&mut *self.hold.lock().unwrap_or_else(PoisonError::into_inner), fresh);
        old.forwards.close();
        old.cut.cancel();
        old.forwards
    }

    /// Cuts the connection if it may not pass any more.
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
            // Nothing is forwarded from these.
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

/// All open connections of visitors with a certificate of ours.
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
    /// Resolves when the last of them is gone.
    pub(crate) async fn ended(self) {
        for forwards in self.0 {
            forwards.wait().await;
        }
    }
}

impl Connections {
    /// None yet.
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

    /// Cuts whatever the changes shut out.
    pub(crate) fn cut_touched(&self, touched: &Touched, view: &View, now: Timestamp) -> Cutting {
        // Collected before any is dropped: dropping the last one takes the index's lock again.
        let candidates = if touched.others { self.all() } else { self.of(&touched.certificates) };
        Cutting(candidates.iter().filter_map(|connection| connection.cut_if_refused(view, now)).collect())
    }

    /// Cuts whatever may not pass any more at `now`, for whatever reason.
    pub(crate) fn cut_refused(&self, view: &View, now: Timestamp) {
        let everything = Touched { others: true, ..Touched::default() };
        self.cut_touched(&everything, view, now);
    }
}
