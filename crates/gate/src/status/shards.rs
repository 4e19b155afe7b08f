//! A map in parts, each under its own lock: one change never holds up readers of the other parts.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, RandomState},
    sync::{PoisonError, RwLock},
};

const SHARDS: usize = 64;

pub(crate) struct Shards<K, V> {
    parts: [RwLock<HashMap<K, V>>; SHARDS],
    hasher: RandomState,
}

impl<K: Eq + Hash, V: Clone> Shards<K, V> {
    pub(crate) fn new() -> Self {
        Self { parts: std::array::from_fn(|_| RwLock::default()), hasher: RandomState::new() }
    }

    fn part(&self, key: &K) -> &RwLock<HashMap<K, V>> {
        // The remainder is below SHARDS, so the cast loses nothing.
        #[allow(clippy::cast_possible_truncation)]
        let index = (self.hasher.hash_one(key) % SHARDS as u64) as usize;
        &self.parts[index]
    }

    pub(crate) fn find(&self, key: &K) -> Option<V> {
        self.part(key).read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    pub(crate) fn insert(&self, key: K, value: V) {
        self.part(&key).write().unwrap_or_else(PoisonError::into_inner).insert(key, value);
    }

    pub(crate) fn clear(&self) {
        for part in &self.parts {
            part.write().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }
}
