//! The users on record. Each has a place, to which certificates refer in four bytes.
//!
//! **Invariant:** a place belongs to one user for ever; a read through it gives that user or nobody.

use domain::{id::UserId, permit::UserFacts, time::Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

const PARTS: usize = 64;

/// Where a user is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct UserPlace(u32);

impl UserPlace {
    #[cfg(test)]
    pub(super) fn for_tests(number: u32) -> Self {
        Self(number)
    }
}

type Part = RwLock<Vec<Option<Arc<UserFacts>>>>;

pub(super) struct Users {
    /// Only writers use this map.
    places: Mutex<HashMap<UserId, UserPlace>>,
    parts: [Part; PARTS],
    /// Contains only suspended users.
    suspended_since: Mutex<HashMap<UserPlace, Timestamp>>,
}

impl Users {
    pub(super) fn new() -> Self {
        Self {
            places: Mutex::default(),
            parts: std::array::from_fn(|_| RwLock::default()),
            suspended_since: Mutex::default(),
        }
    }

    fn slot(&self, place: UserPlace) -> (&Part, usize) {
        let number = place.0 as usize;
        (&self.parts[number % PARTS], number / PARTS)
    }

    /// The user's place, reserved even before the user's record arrives; `None` if all numbers are used.
    pub(super) fn place(&self, user: UserId) -> Option<UserPlace> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let next = UserPlace(u32::try_from(places.len()).ok()?);
        Some(*places.entry(user).or_insert(next))
    }

    pub(super) fn put(&self, facts: UserFacts, since: Option<Timestamp>) {
        let Some(place) = self.place(facts.id) else { return };
        self.date(place, since);
        let (part, index) = self.slot(place);
        let mut part = part.write().unwrap_or_else(PoisonError::into_inner);
        if part.len() <= index {
            part.resize(index + 1, None);
        }
        part[index] = Some(Arc::new(facts));
    }

    fn date(&self, place: UserPlace, since: Option<Timestamp>) {
        let mut dates = self.suspended_since.lock().unwrap_or_else(PoisonError::into_inner);
        match since {
            Some(since) => dates.insert(place, since),
            None => dates.remove(&place),
        };
    }

    /// Since when the user is suspended.
    pub(super) fn suspended_since(&self, place: UserPlace) -> Option<Timestamp> {
        self.suspended_since.lock().unwrap_or_else(PoisonError::into_inner).get(&place).copied()
    }

    pub(super) fn at(&self, place: UserPlace) -> Option<Arc<UserFacts>> {
        let (part, index) = self.slot(place);
        part.read().unwrap_or_else(PoisonError::into_inner).get(index)?.clone()
    }

    /// Drops all users; each keeps the same place.
    pub(super) fn clear(&self) {
        self.suspended_since.lock().unwrap_or_else(PoisonError::into_inner).clear();
        for part in &self.parts {
            part.write().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        time::Timestamp,
        user::{Role, UserState},
    };
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    fn user(seed: u64) -> UserFacts {
        UserFacts {
            id: UserId::new(Timestamp::UNIX_EPOCH, &mut ChaCha20Rng::seed_from_u64(seed)),
            state: UserState::Active,
            role: Role::User,
            login_name: seed.to_string(),
            email: None,
            groups: vec![],
            display_name: String::new(),
        }
    }

    #[test]
    fn a_place_shows_its_own_user_or_nobody_even_after_all_were_forgotten() {
        let users = Users::new();
        let early = users.place(user(1).id).unwrap();
        assert!(users.at(early).is_none());
        for seed in (0..200).rev() {
            users.put(user(seed), None);
        }
        assert_eq!(users.at(early).unwrap().login_name, "1");
        users.clear();
        users.put(user(200), None);
        assert!(users.at(early).is_none());
        users.put(user(1), None);
        assert_eq!(users.at(early).unwrap().login_name, "1");
    }
}
