//! A code that is mailed to a person and typed back: one at a time, bounded in time, wrong tries and mails.

use crate::{
    email::EmailAddress,
    refusal::Problem,
    time::{SignedDuration, Timestamp},
    user::User,
};

/// Wrong tries until a code is no longer valid.
pub const MAILED_CODE_TRIES_MAX: u32 = 5;
/// Codes of one kind mailed for one person within [`CODE_MAILS_HOURS`].
pub const CODE_MAILS_MAX: u32 = 5;
/// See [`CODE_MAILS_MAX`].
pub const CODE_MAILS_HOURS: i64 = 24;

/// A code as the store keeps it, without its digits.
#[derive(Debug, Clone)]
pub struct MailedCode {
    /// The address that the code was mailed to.
    pub email: EmailAddress,
    /// Keyed hash of the digits.
    pub hash: [u8; 32],
    /// From this time on the code is not valid.
    pub expires_at: Timestamp,
    /// Wrong tries so far.
    pub wrong_tries: u32,
    /// Codes mailed for this person since [`MailedCode::mails_since`], including this one.
    pub mails: u32,
    /// When the first of these codes was mailed.
    pub mails_since: Timestamp,
}

/// No further code is mailed for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{CODE_MAILS_MAX} codes were mailed within {CODE_MAILS_HOURS} hours; wait until {until}")]
pub struct TooManyCodes {
    /// When the next code may be mailed.
    pub until: Timestamp,
}

impl From<TooManyCodes> for Problem {
    fn from(limit: TooManyCodes) -> Self {
        Self::TooManyEmailCodes { until: limit.until }
    }
}

/// The result of a try at a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeVerdict {
    /// The code is right.
    Right,
    /// The code is wrong.
    Wrong {
        /// Tries left before the code is no longer valid.
        left: u32,
    },
    /// The code is no longer valid, right or wrong: too many tries, its time is over, or the address on
    /// record has changed.
    Over,
}

impl MailedCode {
    /// The record of a freshly mailed code, which is valid for `lifetime`.
    ///
    /// # Errors
    /// [`TooManyCodes`] until enough time has passed since the former ones.
    pub fn fresh(
        former: Option<&Self>,
        email: EmailAddress,
        hash: [u8; 32],
        lifetime: SignedDuration,
        now: Timestamp,
    ) -> Result<Self, TooManyCodes> {
        let (mails, mails_since) = match former {
            Some(former) if now < former.window_end() => {
                if former.mails >= CODE_MAILS_MAX {
                    return Err(TooManyCodes { until: former.window_end() });
                }
                (former.mails + 1, former.mails_since)
            }
            _ => (1, now),
        };
        let expires_at = now.checked_add(lifetime).unwrap_or(now);
        Ok(Self { email, hash, expires_at, wrong_tries: 0, mails, mails_since })
    }

    fn window_end(&self) -> Timestamp {
        let window = SignedDuration::from_hours(CODE_MAILS_HOURS);
        self.mails_since.checked_add(window).unwrap_or(self.mails_since)
    }

    /// Whether the right code is still valid for the user.
    pub fn is_open(&self, user: &User, now: Timestamp) -> bool {
        self.email == user.email && self.wrong_tries < MAILED_CODE_TRIES_MAX && now < self.expires_at
    }

    /// Judges one try by the person. `matches` is the result of comparing the hashes in constant time; the
    /// caller compares them in every case.
    pub fn judge(&self, user: &User, matches: bool, now: Timestamp) -> CodeVerdict {
        if !self.is_open(user, now) {
            return CodeVerdict::Over;
        }
        if matches {
            return CodeVerdict::Right;
        }
        match MAILED_CODE_TRIES_MAX - (self.wrong_tries + 1) {
            0 => CodeVerdict::Over,
            left => CodeVerdict::Wrong { left },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email_proof::tests::{at, email, user};

    const LIFETIME: SignedDuration = SignedDuration::from_hours(3);

    fn fresh(former: Option<&MailedCode>, hours: i64) -> Result<MailedCode, TooManyCodes> {
        MailedCode::fresh(former, email("new@a.test"), [0; 32], LIFETIME, at(hours))
    }

    fn code(wrong_tries: u32) -> MailedCode {
        MailedCode { wrong_tries, ..fresh(None, 0).unwrap() }
    }

    #[test]
    fn a_code_is_right_for_the_address_it_was_mailed_to_in_time_and_within_five_tries() {
        let person = user("New@a.test", Some("old@a.test"));
        assert_eq!(code(0).judge(&person, true, at(0)), CodeVerdict::Right);
        assert_eq!(code(0).judge(&person, false, at(0)), CodeVerdict::Wrong { left: 4 });
        assert_eq!(code(4).judge(&person, false, at(0)), CodeVerdict::Over);
        assert_eq!(code(4).judge(&person, true, at(0)), CodeVerdict::Right);
        assert_eq!(code(5).judge(&person, true, at(0)), CodeVerdict::Over);
        assert_eq!(code(0).judge(&person, true, at(3)), CodeVerdict::Over);
        let other = user("other@a.test", Some("old@a.test"));
        assert_eq!(code(0).judge(&other, true, at(0)), CodeVerdict::Over);
    }

    #[test]
    fn codes_are_not_mailed_without_end() {
        let mut code = code(0);
        for mails in 2..=CODE_MAILS_MAX {
            code = fresh(Some(&code), 1).unwrap();
            assert_eq!(code.mails, mails);
        }
        assert_eq!(fresh(Some(&code), 2).unwrap_err(), TooManyCodes { until: at(CODE_MAILS_HOURS) });
        assert_eq!(fresh(Some(&code), CODE_MAILS_HOURS).unwrap().mails, 1);
    }
}
