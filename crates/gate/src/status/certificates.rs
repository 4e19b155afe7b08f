//! The certificates on record, packed closely, because there may be millions.
//!
//! A record takes 40 bytes in a list without gaps, and 5 to 12 in the index that finds it. The parts have
//! separate locks: a change never holds up readers of the other parts.
//!
//! **Invariant:** tags are compared as a whole; an equal hash alone never decides.

use super::users::UserPlace;
use domain::{
    certificate::{LeafTag, Status},
    id::CertificateId,
    time::Timestamp,
};
use hashbrown::HashTable;
use std::sync::{PoisonError, RwLock};

const PARTS: usize = 64;

/// A full list grows by an eighth, so that little memory is kept free.
const GROWTH_DIVISOR: usize = 8;

/// The least growth of a full list.
const GROWTH_MIN: usize = 16;

/// Status and the minute since which it holds, in four bytes.
#[derive(Clone, Copy)]
struct Standing(u32);

#[derive(Clone, Copy)]
struct Entry {
    tag: LeafTag,
    id: CertificateId,
    user: UserPlace,
    standing: Standing,
}

const _: () = assert!(size_of::<Entry>() == 40);

#[derive(Default)]
struct Part {
    entries: Vec<Entry>,
    /// Numbers of entries, by the hash of their tags.
    index: HashTable<u32>,
}

/// The facts on record about a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FoundCertificate {
    pub(super) id: CertificateId,
    pub(super) user: UserPlace,
    pub(super) status: Status,
    /// Since when the status holds, to the minute; `None` while it is good, or if unknown.
    pub(super) since: Option<Timestamp>,
}

pub(super) struct Certificates {
    parts: [RwLock<Part>; PARTS],
}

/// Tags are made under a secret key, so their own bits serve as the hash.
fn hash(tag: LeafTag) -> u64 {
    tag.as_bytes().iter().take(8).fold(0, |bits, octet| bits << 8 | u64::from(*octet))
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
        // 0 represents "unknown", and so does a time that no clock will show (after the year 4000).
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
    fn find(&self, tag: LeafTag) -> Option<&Entry> {
        let number = self.index.find(hash(tag), |number| self.entries[*number as usize].tag == tag)?;
        self.entries.get(*number as usize)
    }

    fn put(&mut self, entry: Entry) {
        let Self { entries, index } = self;
        let hash_of_entry = hash(entry.tag);
        if let Some(number) = index.find(hash_of_entry, |number| entries[*number as usize].tag == entry.tag) {
            entries[*number as usize] = entry;
            return;
        }
        // A certificate beyond this number does not fit and is left out; it is refused as unregistered.
        let Ok(number) = u32::try_from(entries.len()) else { return };
        if entries.len() == entries.capacity() {
            entries.reserve_exact((entries.len() / GROWTH_DIVISOR).max(GROWTH_MIN));
        }
        entries.push(entry);
        index.insert_unique(hash_of_entry, number, |number| hash(entries[*number as usize].tag));
    }
}

impl Certificates {
    pub(super) fn new() -> Self {
        Self { parts: std::array::from_fn(|_| RwLock::default()) }
    }

    fn part(&self, tag: LeafTag) -> &RwLock<Part> {
        // Bits that the index inside the part does not use.
        let bits = (hash(tag) >> 32) as usize;
        &self.parts[bits % PARTS]
    }

    pub(super) fn find(&self, tag: LeafTag) -> Option<FoundCertificate> {
        let part = self.part(tag).read().unwrap_or_else(PoisonError::into_inner);
        let Entry { id, user, standing, .. } = *part.find(tag)?;
        Some(FoundCertificate { id, user, status: standing.status(), since: standing.since() })
    }

    /// Adds a new record, or replaces a known one.
    pub(super) fn put(&self, tag: LeafTag, found: FoundCertificate) {
        let standing = Standing::new(found.status, found.since);
        let entry = Entry { tag, id: found.id, user: found.user, standing };
        self.part(tag).write().unwrap_or_else(PoisonError::into_inner).put(entry);
    }

    /// Drops all records, and makes room for `expected` new ones.
    pub(super) fn reset(&self, expected: usize) {
        let share = expected / PARTS;
        // The parts differ a little in size; a sixteenth more is enough for nearly all of them.
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
