//! Limits on how often: a rate for each key, with a burst after a rest.

use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, StateStore, direct::NotKeyed},
};
use quick_cache::sync::Cache;
use std::{convert::Infallible, hash::Hash, num::NonZeroU32, sync::Arc};

/// The rate of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Times per second in the long run; 0 counts as 1.
    pub per_second: u32,
    /// Times at once after a rest; 0 counts as 1.
    pub burst: u32,
}

/// A [`Rate`] for each key. It never waits.
///
/// **Invariant:** `keys_max` bounds the number of remembered keys. The keys that have not been seen for
/// longest are dropped first; a dropped key begins anew, with a full burst.
pub struct Rates<K, C = MonotonicClock>
where
    K: Eq + Hash + Clone,
    C: Clock,
{
    limiter: RateLimiter<K, Remembered<K>, C, NoOpMiddleware<C::Instant>>,
    #[cfg(test)]
    keys: Arc<Cache<K, Arc<InMemoryState>>>,
}

impl<K: Eq + Hash + Clone> Rates<K> {
    /// Uses the system's monotonic clock.
    #[must_use]
    pub fn new(rate: Rate, keys_max: usize) -> Self {
        Self::by_clock(rate, keys_max, MonotonicClock)
    }
}

impl<K: Eq + Hash + Clone, C: Clock> Rates<K, C> {
    /// Uses another clock.
    #[must_use]
    pub fn by_clock(rate: Rate, keys_max: usize, clock: C) -> Self {
        let positive = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(positive(rate.per_second)).allow_burst(positive(rate.burst));
        let keys = Arc::new(Cache::new(keys_max));
        Self {
            limiter: RateLimiter::new(quota, Remembered(Arc::clone(&keys)), clock),
            #[cfg(test)]
            keys,
        }
    }

    /// Whether this key may come once more.
    pub fn admits(&self, key: &K) -> bool {
        self.limiter.check_key(key).is_ok()
    }
}

/// When each key may come again.
struct Remembered<K>(Arc<Cache<K, Arc<InMemoryState>>>);

impl<K: Eq + Hash + Clone> StateStore for Remembered<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let made = self.0.get_or_insert_with(key, || Ok::<_, Infallible>(Arc::default()));
        let Ok(state) = made;
        state.measure_and_replace(&NotKeyed::NonKey, measure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;
    use std::time::Duration;

    const RATE: Rate = Rate { per_second: 10, burst: 3 };

    fn admitted(rates: &Rates<u32, FakeRelativeClock>, key: u32, tries: usize) -> usize {
        (0..tries).filter(|_| rates.admits(&key)).count()
    }

    #[test]
    fn a_key_gets_its_burst_and_then_its_rate() {
        let clock = FakeRelativeClock::default();
        let rates = Rates::by_clock(RATE, 10, clock.clone());
        assert_eq!(admitted(&rates, 1, 10), 3);
        assert_eq!(admitted(&rates, 2, 10), 3, "keys do not share");
        clock.advance(Duration::from_millis(99));
        assert_eq!(admitted(&rates, 1, 10), 0);
        clock.advance(Duration::from_millis(151));
        assert_eq!(admitted(&rates, 1, 10), 2);
        // A long rest fills the bucket and no more.
        clock.advance(Duration::from_hours(1));
        assert_eq!(admitted(&rates, 1, 10), 3);
    }

    #[test]
    fn memory_stays_bounded_and_a_busy_key_is_kept_while_idle_ones_go() {
        let clock = FakeRelativeClock::default();
        let rates = Rates::by_clock(RATE, 1_000, clock.clone());
        assert_eq!(admitted(&rates, 0, 10), 3);
        for key in 1..100_000 {
            rates.admits(&key);
            assert_eq!(admitted(&rates, 0, 1), 0, "still used up after {key} others");
            assert!(rates.keys.len() <= 1_000);
        }
    }
}
