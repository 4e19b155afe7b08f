//! The files in the making, in this process's memory.

use super::PickupState;
use crate::{Authority, Unavailable};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Files in the making, by token hash. Bounded by [`MAKINGS_MAX`]; a restart forgets them, and the
/// reconciler takes care of what they were about to become.
#[derive(Debug, Default)]
pub(crate) struct Makings(Mutex<HashMap<[u8; 32], Progress>>);

/// Files in the making at the same time; beyond it the answer is "unavailable, try again".
const MAKINGS_MAX: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Preparing,
    Failed,
}

impl Makings {
    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], Progress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state(&self, hash: &[u8; 32]) -> Option<PickupState> {
        self.lock().get(hash).map(|progress| match progress {
            Progress::Preparing => PickupState::Preparing,
            Progress::Failed => PickupState::Failed,
        })
    }

    fn insert(&self, hash: [u8; 32]) -> Result<(), Unavailable> {
        let mut makings = self.lock();
        if makings.len() >= MAKINGS_MAX {
            makings.retain(|_, progress| *progress == Progress::Preparing);
        }
        if makings.len() >= MAKINGS_MAX {
            return Err(Unavailable::because("too many pickups at the same time"));
        }
        let _former = makings.insert(hash, Progress::Preparing);
        Ok(())
    }

    fn leave(&self, hash: [u8; 32], progress: Option<Progress>) {
        let mut makings = self.lock();
        let _former = match progress {
            Some(progress) => makings.insert(hash, progress),
            None => makings.remove(&hash),
        };
    }
}

/// A file's entry among those in the making. Once its certificate is on record, and unless it is settled, whatever
/// ends it (an error, a panic) has broken the making off.
pub(super) struct Entry {
    authority: Authority,
    hash: [u8; 32],
    left: Option<Progress>,
}

impl Entry {
    pub(super) fn begin(authority: &Authority, hash: [u8; 32]) -> Result<Self, Unavailable> {
        authority.makings().insert(hash)?;
        Ok(Self { authority: authority.clone(), hash, left: None })
    }

    pub(super) fn on_record(&mut self) {
        self.left = Some(Progress::Failed);
    }

    /// The store alone knows what has become of it.
    pub(super) fn settled(mut self) {
        self.left = None;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.authority.makings().leave(self.hash, self.left);
    }
}

impl Authority {
    pub(super) fn makings(&self) -> &Makings {
        &self.inner.makings
    }
}
