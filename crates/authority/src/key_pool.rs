//! Keys of people that are slow to make, made beforehand.
//!
//! EC keys take microseconds and are made when they are asked for. RSA keys come from stocks, which one thread of the
//! lowest priority fills: a flood of pickups empties them, and from then on each pickup waits for its key, while the gate
//! keeps the cores. A length is made only once somebody's profile has asked for it.
//!
//! **Invariant:** a stocked key rests in memory only, is given away once, and is wiped when the pool is dropped. Nothing
//! here prints one.

use pki::{KeyAlgorithm, KeyError, PrivateKey};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    thread,
    time::Duration,
};
use tokio::{
    sync::{Notify, Semaphore},
    time::timeout,
};

/// The most callers that wait for a key at the same time; the others come again.
const WAITING_MAX: usize = 64;

/// The stocked kinds, and how many keys of each: the longer a key takes, the fewer rest.
const STOCKED: [(KeyAlgorithm, usize); 3] =
    [(KeyAlgorithm::Rsa2048, 8), (KeyAlgorithm::Rsa3072, 4), (KeyAlgorithm::Rsa4096, 2)];

/// The lowest priority of a thread.
#[cfg(target_os = "linux")]
const NICEST: i32 = 19;

/// The keys of one kind.
struct Stock {
    algorithm: KeyAlgorithm,
    full: usize,
    /// Whether the kind was asked for.
    wanted: bool,
    keys: Vec<PrivateKey>,
}

struct Stocks {
    stocks: [Stock; 3],
    /// Whether the thread is at work.
    filling: bool,
}

struct Shared {
    stocks: Mutex<Stocks>,
    /// Notified of each new key.
    made: Notify,
    waiting: Semaphore,
}

/// The keys of this process. Cheap to clone.
#[derive(Clone)]
pub(crate) struct KeyPool(Arc<Shared>);

impl Default for KeyPool {
    fn default() -> Self {
        let stocks =
            STOCKED.map(|(algorithm, full)| Stock { algorithm, full, wanted: false, keys: Vec::new() });
        Self(Arc::new(Shared {
            stocks: Mutex::new(Stocks { stocks, filling: false }),
            made: Notify::new(),
            waiting: Semaphore::new(WAITING_MAX),
        }))
    }
}

impl KeyPool {
    /// A key that nobody else has; `None` if none was ready within `wait`, or too many wait already.
    pub(crate) async fn key(
        &self,
        algorithm: KeyAlgorithm,
        wait: Duration,
    ) -> Result<Option<PrivateKey>, KeyError> {
        if STOCKED.iter().all(|(stocked, _)| *stocked != algorithm) {
            return PrivateKey::generate(algorithm).map(Some);
        }
        if let Some(key) = self.take(algorithm) {
            return Ok(Some(key));
        }
        let Ok(_waits) = self.0.waiting.try_acquire() else { return Ok(None) };
        Ok(timeout(wait, self.next(algorithm)).await.ok())
    }

    /// Has keys of this kind made, for a caller who will ask for one soon.
    pub(crate) fn want(&self, algorithm: KeyAlgorithm) {
        let mut stocks = self.0.stocks();
        if let Some(stock) = stocks.of(algorithm) {
            stock.wanted = true;
            self.fill(&mut stocks);
        }
    }

    /// How many keys of each stocked kind are ready.
    pub(crate) fn ready(&self) -> Vec<(KeyAlgorithm, usize)> {
        self.0.stocks().stocks.iter().map(|stock| (stock.algorithm, stock.keys.len())).collect()
    }

    async fn next(&self, algorithm: KeyAlgorithm) -> PrivateKey {
        loop {
            let made = self.0.made.notified();
            tokio::pin!(made);
            // From here on no notice is missed.
            let _notified = made.as_mut().enable();
            if let Some(key) = self.take(algorithm) {
                return key;
            }
            made.await;
        }
    }

    fn take(&self, algorithm: KeyAlgorithm) -> Option<PrivateKey> {
        let mut stocks = self.0.stocks();
        let stock = stocks.of(algorithm)?;
        stock.wanted = true;
        let key = stock.keys.pop();
        self.fill(&mut stocks);
        key
    }

    /// Starts the thread unless it is at work or nothing is missing.
    fn fill(&self, stocks: &mut Stocks) {
        if stocks.filling || stocks.missing().is_none() {
            return;
        }
        let filling = Filling { shared: Arc::downgrade(&self.0), over: false };
        let started = thread::Builder::new().name("key-pool".to_owned()).spawn(move || filling.run());
        stocks.filling = started.is_ok();
        if let Err(error) = started {
            tracing::error!(%error, "no thread for RSA keys; pickups that need one wait");
        }
    }
}

impl Shared {
    fn stocks(&self) -> MutexGuard<'_, Stocks> {
        self.stocks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stocks {
    fn of(&mut self, algorithm: KeyAlgorithm) -> Option<&mut Stock> {
        self.stocks.iter_mut().find(|stock| stock.algorithm == algorithm)
    }

    /// The kind that is furthest from full, of those that were asked for.
    fn missing(&self) -> Option<KeyAlgorithm> {
        let missing = self.stocks.iter().filter(|stock| stock.wanted && stock.keys.len() < stock.full);
        missing.min_by_key(|stock| stock.keys.len() * 100 / stock.full).map(|stock| stock.algorithm)
    }
}

/// The work of the thread, which ends when all stocks are full or the pool is dropped.
struct Filling {
    shared: Weak<Shared>,
    /// Whether the pool knows that the thread has ended.
    over: bool,
}

impl Filling {
    fn run(mut self) {
        // On Linux a thread has a priority of its own.
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::process::nice(NICEST) {
            tracing::warn!(%error, "RSA keys are made at the priority of everything else");
        }
        while let Some(algorithm) = self.missing() {
            match PrivateKey::generate(algorithm) {
                Ok(key) => self.put(algorithm, key),
                Err(error) => {
                    tracing::error!(%error, "an RSA key was not made; the next pickup tries again");
                    return;
                }
            }
        }
    }

    fn missing(&mut self) -> Option<KeyAlgorithm> {
        let shared = self.shared.upgrade()?;
        let mut stocks = shared.stocks();
        let missing = stocks.missing();
        if missing.is_none() {
            // Under the same lock: a caller from now on starts another thread.
            stocks.filling = false;
            self.over = true;
        }
        missing
    }

    fn put(&self, algorithm: KeyAlgorithm, key: PrivateKey) {
        let Some(shared) = self.shared.upgrade() else { return };
        if let Some(stock) = shared.stocks().of(algorithm) {
            stock.keys.push(key);
        }
        shared.made.notify_waiters();
    }
}

/// A thread that fails leaves its work to another one.
impl Drop for Filling {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade().filter(|_| !self.over) {
            shared.stocks().filling = false;
        }
    }
}

#[cfg(test)]
mod tests;
