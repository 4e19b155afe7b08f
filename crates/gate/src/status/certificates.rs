//! The certificates on record, packed closely, for there may be millions.
//!
//! A record takes 44 bytes in a list without gaps, and 5 to 12 in the index that finds it. Parts under locks of
//! their own: one change never holds up readers of the other parts.
//!
//! **Invariant:** issuer and serial are compared whole; an index that meets its like never decides.

use super::users::UserPlace;
use domain::{
    certificate::{CertificateKey, Status},
    id::{CertificateId, IssuerId},
    time::Timestamp,
};
use hashbrown::HashTable;
use pki::serial::{SERIAL_OCTETS_MAX, SERIAL_RANDOM_OCTETS, Serial};
use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{PoisonError, RwLock},
};

const PARTS: usize = 64;

/// A full list grows by its eighth: what is kept free stays small.
const GROWTH_DIVISOR: usize = 8;

/// The least by which a full list grows.
const GROWTH_MIN: usize = 16;

/// Octets of a serial beyond the 128 bits that we draw.
const HIGH_OCTETS: usize = SERIAL_OCTETS_MAX - SERIAL_RANDOM_OCTETS;

/// An issuer, and how serials below it begin: with zeros, where we drew them, so that one issuer is one family.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Family {
    issuer: IssuerId,
    high: [u8; HIGH_OCTETS],
}

/// A certificate's key with its family in short.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    family: u32,
    low: [u8; SERIAL_RANDOM_OCTETS],
}

/// Status and the minute since when it holds, in four bytes.
#[derive(Clone, Copy)]
struct Standing(u32);

#[derive(Clone, Copy)]
struct Entry {
    key: Key,
    id: CertificateId,
    user: UserPlace,
    standing: Standing,
}

const _: () = assert!(size_of::<Entry>() == 44);

#[derive(Default)]
struct Part {
    entries: Vec<Entry>,
    /// Numbers of entries, by the hash of their keys.
    index: HashTable<u32>,
}

/// What is on record about a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) id: CertificateId,
    pub(super) user: UserPlace,
    pub(super) status: Status,
    /// Since when the status holds, to the minute; `None` while it is good, or if nobody knows.
    pub(super) since: Option<Timestamp>,
}

pub(super) struct Certificates {
    families: RwLock<HashMap<Family, u32>>,
    parts: [RwLock<Part>; PARTS],
    hasher: RandomState,
}

fn split(serial: &Serial) -> ([u8; HIGH_OCTETS], [u8; SERIAL_RANDOM_OCTETS]) {
    let digits = serial.as_bytes();
    let mut padded = [0; SERIAL_OCTETS_MAX];
    padded[SERIAL_OCTETS_MAX - digits.len()..].copy_from_slice(digits);
    let (mut high, mut low) = ([0; HIGH_OCTETS], [0; SERIAL_RANDOM_OCTETS]);
    high.copy_from_slice(&padded[..HIGH_OCTETS]);
    low.copy_from_slice(&padded[HIGH_OCTETS..]);
    (high, low)
}

impl Standing {
    const MINUTES_BITS: u32 = 30;
    const MINUTES_MAX: u32 = (1 << Self::MINUTES_BITS) - 1;

    fn new(status: Status, since: Option<Timestamp>) -> Self {
        let tag: u32 = match status {
            Status::Good => return Self(0),
            Status::OnHold => 1,
            Status::Revoked => 2,
            Status::Unknown => 3,
        };
        let minutes = since.and_then(|since| u32::try_from(since.as_second() / 60).ok());
        // 0 stands for "not known", as does what no clock will show (beyond the year 4000).
        let minutes = minutes.filter(|minutes| *minutes <= Self::MINUTES_MAX).unwrap_or_default();
        Self(tag << Self::MINUTES_BITS | minutes)
    }

    fn status(self) -> Status {
        match self.0 >> Self::MINUTES_BITS {
            0 => Status::Good,
            1 => Status::OnHold,
            2 => Status::Revoked,
            _ => Status::Unknown,
        }
    }

    fn since(self) -> Option<Timestamp> {
        let minutes = i64::from(self.0 & Self::MINUTES_MAX);
        (minutes > 0).then(|| Timestamp::from_second(minutes * 60).ok()).flatten()
    }
}

impl Part {
    fn find(&self, hash: u64, key: &Key) -> Option<&Entry> {
        let number = self.index.find(hash, |number| self.entries[*number as usize].key == *key)?;
        self.entries.get(*number as usize)
    }

    fn put(&mut self, hash: u64, entry: Entry, hasher: &RandomState) {
        let Self { entries, index } = self;
        if let Some(number) = index.find(hash, |number| entries[*number as usize].key == entry.key) {
            entries[*number as usize] = entry;
            return;
        }
        // So many do not fit into memory; left out, the certificate is refused as unregistered.
        let Ok(number) = u32::try_from(entries.len()) else { return };
        if entries.len() == entries.capacity() {
            entries.reserve_exact((entries.len() / GROWTH_DIVISOR).max(GROWTH_MIN));
        }
        entries.push(entry);
        index.insert_unique(hash, number, |number| hasher.hash_one(entries[*number as usize].key));
    }
}

impl Certificates {
    pub(super) fn new() -> Self {
        Self {
            families: RwLock::default(),
            parts: std::array::from_fn(|_| RwLock::default()),
            hasher: RandomState::new(),
        }
    }

    fn part(&self, hash: u64) -> &RwLock<Part> {
        // Bits that the index inside the part does not look at.
        let bits = (hash >> 32) as usize;
        &self.parts[bits % PARTS]
    }

    fn family(&self, family: &Family) -> Option<u32> {
        self.families.read().unwrap_or_else(PoisonError::into_inner).get(family).copied()
    }

    fn family_or_new(&self, family: Family) -> Option<u32> {
        if let Some(known) = self.family(&family) {
            return Some(known);
        }
        let mut families = self.families.write().unwrap_or_else(PoisonError::into_inner);
        let next = u32::try_from(families.len()).ok()?;
        Some(*families.entry(family).or_insert(next))
    }

    pub(super) fn find(&self, key: &CertificateKey) -> Option<Found> {
        let (high, low) = split(&key.serial);
        let key = Key { family: self.family(&Family { issuer: key.issuer, high })?, low };
        let hash = self.hasher.hash_one(key);
        let part = self.part(hash).read().unwrap_or_else(PoisonError::into_inner);
        let Entry { id, user, standing, .. } = *part.find(hash, &key)?;
        Some(Found { id, user, status: standing.status(), since: standing.since() })
    }

    /// Puts a new record, or the present state of a known one.
    pub(super) fn put(&self, key: &CertificateKey, found: Found) {
        let (high, low) = split(&key.serial);
        let Some(family) = self.family_or_new(Family { issuer: key.issuer, high }) else { return };
        let key = Key { family, low };
        let standing = Standing::new(found.status, found.since);
        let entry = Entry { key, id: found.id, user: found.user, standing };
        let hash = self.hasher.hash_one(key);
        self.part(hash).write().unwrap_or_else(PoisonError::into_inner).put(hash, entry, &self.hasher);
    }

    /// Forgets all, and makes room for `expected` new ones.
    pub(super) fn reset(&self, expected: usize) {
        let share = expected / PARTS;
        // The shares differ a little; a sixteenth more is enough for nearly all of them.
        let room = share + share / 16;
        for part in &self.parts {
            let mut part = part.write().unwrap_or_else(PoisonError::into_inner);
            *part = Part::default();
            part.entries.reserve_exact(room);
            part.index.reserve(share, |_| 0);
        }
    }
}

#[cfg(test)]
mod tests;
