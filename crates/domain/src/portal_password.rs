//! The password of the built-in portal: who may choose one, and by what.
//!
//! **Invariant:** opening the page is no right to choose. The first password needs a certificate picked up within
//! the last day, or a code mailed to the person's own address; each later password needs the present one, or such
//! a code.

use crate::{
    secret::Secret,
    time::{SignedDuration, Timestamp},
};

/// For how long after its pickup a certificate sets up the first password, in hours.
pub const PORTAL_SETUP_HOURS: i64 = 24;
/// How long a mailed code for a password is valid, in minutes.
pub const PORTAL_CODE_MINUTES: u32 = 60;

/// What the store knows of a person's password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptPassword {
    /// The person has never chosen one.
    Never,
    /// An Argon2id PHC string.
    Set(Secret<String>),
    /// An administrator erased it.
    Erased,
}

impl KeptPassword {
    /// The PHC string to compare with.
    pub fn phc(&self) -> Option<String> {
        match self {
            Self::Set(phc) => Some(phc.expose().clone()),
            Self::Never | Self::Erased => None,
        }
    }

    /// How a person with this certificate gets in.
    pub fn way_in(&self, picked_up_at: Option<Timestamp>, now: Timestamp) -> WayIn {
        match self {
            Self::Set(_) => WayIn::SignIn,
            Self::Never if is_fresh(picked_up_at, now) => WayIn::SetUp,
            Self::Never | Self::Erased => WayIn::Code,
        }
    }
}

/// How a person gets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayIn {
    /// By the password.
    SignIn,
    /// The person chooses the first password, because the certificate was picked up just now.
    SetUp,
    /// The person chooses a password by a mailed code.
    Code,
}

fn is_fresh(picked_up_at: Option<Timestamp>, now: Timestamp) -> bool {
    let end = |at: Timestamp| at.checked_add(SignedDuration::from_hours(PORTAL_SETUP_HOURS));
    picked_up_at.and_then(|at| end(at).ok()).is_some_and(|end| now < end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_certificate_of_the_last_day_sets_up_a_password_and_only_the_first_one() {
        let picked_up = Timestamp::UNIX_EPOCH;
        let at = |seconds| picked_up + SignedDuration::from_secs(seconds);
        let day = PORTAL_SETUP_HOURS * 3600;
        let set = KeptPassword::Set(Secret::new("phc".to_owned()));
        for (kept, certificate, now, way) in [
            (KeptPassword::Never, Some(picked_up), at(0), WayIn::SetUp),
            (KeptPassword::Never, Some(picked_up), at(day - 1), WayIn::SetUp),
            (KeptPassword::Never, Some(picked_up), at(day), WayIn::Code),
            (KeptPassword::Never, None, at(0), WayIn::Code),
            (KeptPassword::Erased, Some(picked_up), at(0), WayIn::Code),
            (set.clone(), Some(picked_up), at(0), WayIn::SignIn),
            (set, None, at(day), WayIn::SignIn),
        ] {
            assert_eq!(kept.way_in(certificate, now), way, "{kept:?} {certificate:?} {now}");
        }
    }
}
