//! Limits on what is under way at once: in total, and for each key (a certificate, a tenant, a client
//! network, a site).

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

/// A bound on what is under way at a time. It never waits.
///
/// **Invariant:** a key is remembered only while an entry of it is under way, so `total_max` bounds the
/// memory.
#[derive(Debug)]
pub struct InFlight<K: Eq + Hash> {
    counts: Arc<Mutex<Counts<K>>>,
    total_max: usize,
    each_max: usize,
}

#[derive(Debug)]
struct Counts<K> {
    total: usize,
    each: HashMap<K, usize>,
}

/// One entry under way; dropping it ends it.
#[derive(Debug)]
#[must_use = "dropping it makes room at once"]
pub struct Entered<K: Eq + Hash> {
    key: K,
    counts: Arc<Mutex<Counts<K>>>,
}

impl<K: Eq + Hash + Clone> InFlight<K> {
    /// At most `total_max` entries at a time, and `each_max` of one key.
    #[must_use]
    pub fn new(total_max: usize, each_max: usize) -> Self {
        let counts = Counts { total: 0, each: HashMap::new() };
        Self { counts: Arc::new(Mutex::new(counts)), total_max, each_max }
    }

    /// Room for one more of this key, or `None` at once.
    pub fn enter(&self, key: K) -> Option<Entered<K>> {
        self.enter_within(key, |_| self.each_max)
    }

    /// Like `enter`, for a key with a bound of its own, and never more of it than is left for all others: one
    /// key has at most half of the total, and another key always finds room.
    pub fn enter_leaving_room(&self, key: K, each_max: usize) -> Option<Entered<K>> {
        self.enter_within(key, |left| each_max.min(left))
    }

    /// `bound` receives the number left of the total.
    fn enter_within(&self, key: K, bound: impl FnOnce(usize) -> usize) -> Option<Entered<K>> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let own = counts.each.get(&key).copied().unwrap_or(0);
        let left = self.total_max.saturating_sub(counts.total);
        if left == 0 || own >= bound(left) {
            return None;
        }
        counts.total += 1;
        counts.each.insert(key.clone(), own + 1);
        Some(Entered { key, counts: Arc::clone(&self.counts) })
    }

    /// The number of entries under way.
    pub fn total(&self) -> usize {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).total
    }
}

impl<K: Eq + Hash> Drop for Entered<K> {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.total -= 1;
        match counts.each.get_mut(&self.key) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                counts.each.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_leaves_room_for_others_and_the_total_bounds_all() {
        let bound = InFlight::new(3, 2);
        let first: Vec<_> = (0..5).filter_map(|_| bound.enter("a")).collect();
        assert_eq!(first.len(), 2);
        let other = bound.enter("b");
        assert!(other.is_some());
        assert!(bound.enter("c").is_none(), "the total is used up");
        assert_eq!(bound.total(), 3);
        drop(first);
        assert!(bound.enter("a").is_some());
    }

    #[test]
    fn a_key_that_leaves_room_takes_half_and_the_next_one_a_third() {
        let bound = InFlight::new(12, usize::MAX);
        let take = |key| -> Vec<_> { (0..20).map_while(|_| bound.enter_leaving_room(key, 100)).collect() };
        let (first, second) = (take("a"), take("b"));
        assert_eq!((first.len(), second.len()), (6, 3));
        assert!(bound.enter_leaving_room("c", 0).is_none(), "its own bound");
        assert!(bound.enter_leaving_room("c", 1).is_some());
    }

    #[test]
    fn nothing_is_remembered_of_what_has_ended() {
        let bound = InFlight::new(1_000, 10);
        for key in 0..1_000 {
            drop(bound.enter(key).unwrap());
        }
        let counts = bound.counts.lock().unwrap();
        assert!(counts.each.is_empty() && counts.total == 0);
    }
}
