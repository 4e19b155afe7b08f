//! The proof that an e-mail address reaches its person: a code mailed there and typed back.
//!
//! Applications receive a proved address only ([`crate::user::User::proved_email`]): an administrator who
//! writes a foreign address into a record cannot make an application mistake the person for the owner of that
//! address. A first address is proved when a certificate is picked up with a PIN that was mailed to it.

use crate::{
    email::EmailAddress,
    refusal::Problem,
    time::{SignedDuration, Timestamp},
    user::User,
};

/// How long a code is valid, in hours.
pub const EMAIL_CODE_HOURS: i64 = 72;
/// Wrong tries until a code is no longer valid.
pub const EMAIL_CODE_ATTEMPTS_MAX: u32 = 5;
/// Codes mailed for one person within [`EMAIL_CODE_MAILS_HOURS`].
pub const EMAIL_CODE_MAILS_MAX: u32 = 5;
/// See [`EMAIL_CODE_MAILS_MAX`].
pub const EMAIL_CODE_MAILS_HOURS: i64 = 24;

/// A code as the store keeps it, without its digits.
#[derive(Debug, Clone)]
pub struct EmailProof {
    /// The address that the code was mailed to.
    pub email: EmailAddress,
    /// Keyed hash of the digits.
    pub hash: [u8; 32],
    /// From this time on the code is not valid.
    pub expires_at: Timestamp,
    /// Wrong tries so far.
    pub wrong_tries: u32,
    /// Codes mailed for this person since [`EmailProof::mails_since`], including this one.
    pub mails: u32,
    /// When the first of these codes was mailed.
    pub mails_since: Timestamp,
}

/// No further code is mailed for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{EMAIL_CODE_MAILS_MAX} codes were mailed within {EMAIL_CODE_MAILS_HOURS} hours; wait until {until}")]
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
pub enum EmailProofVerdict {
    /// The code proves the address.
    Proves,
    /// The code is wrong.
    Wrong {
        /// Tries left before the code is no longer valid.
        left: u32,
    },
    /// The code is no longer valid, right or wrong: too many tries, its time is over, or the address on
    /// record has changed.
    Over,
}

impl EmailProof {
    /// Whether another code may be mailed.
    pub fn may_mail(former: Option<&Self>, now: Timestamp) -> Result<(), TooManyCodes> {
        match former {
            Some(former) if now < former.window_end() && former.mails >= EMAIL_CODE_MAILS_MAX => {
                Err(TooManyCodes { until: former.window_end() })
            }
            _ => Ok(()),
        }
    }

    /// The record of a freshly mailed code.
    ///
    /// # Errors
    /// As [`EmailProof::may_mail`].
    pub fn fresh(
        former: Option<&Self>,
        email: EmailAddress,
        hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Self, TooManyCodes> {
        Self::may_mail(former, now)?;
        let (mails, mails_since) = match former {
            Some(former) if now < former.window_end() => (former.mails + 1, former.mails_since),
            _ => (1, now),
        };
        let expires_at = later(now, EMAIL_CODE_HOURS);
        Ok(Self { email, hash, expires_at, wrong_tries: 0, mails, mails_since })
    }

    fn window_end(&self) -> Timestamp {
        later(self.mails_since, EMAIL_CODE_MAILS_HOURS)
    }

    /// Whether the right code can still prove the user's address.
    pub fn is_open(&self, user: &User, now: Timestamp) -> bool {
        self.email == user.email && self.wrong_tries < EMAIL_CODE_ATTEMPTS_MAX && now < self.expires_at
    }

    /// Judges one try by the person. `matches` is the result of comparing the hashes in constant time; the
    /// caller compares them in every case.
    pub fn judge(&self, user: &User, matches: bool, now: Timestamp) -> EmailProofVerdict {
        if !self.is_open(user, now) {
            return EmailProofVerdict::Over;
        }
        if matches {
            return EmailProofVerdict::Proves;
        }
        match EMAIL_CODE_ATTEMPTS_MAX - (self.wrong_tries + 1) {
            0 => EmailProofVerdict::Over,
            left => EmailProofVerdict::Wrong { left },
        }
    }
}

fn later(from: Timestamp, hours: i64) -> Timestamp {
    from.checked_add(SignedDuration::from_hours(hours)).unwrap_or(from)
}

/// The next step after a change of address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterChange {
    /// Nothing: the address is the same.
    Nothing,
    /// The new address is proved already: by the same address in other letters, or by an earlier proof.
    Proved,
    /// A code is mailed there; applications still receive the former address.
    MailCode,
    /// The person has no proved address yet: the pickup of a certificate proves the address.
    AwaitPickup,
}

/// The next step for a person's proof after a change of address.
pub fn after_change(former: &User, email: &EmailAddress) -> AfterChange {
    match &former.proved_email {
        _ if former.email.as_str() == email.as_str() => AfterChange::Nothing,
        Some(proved) if proved == email => AfterChange::Proved,
        Some(_) => AfterChange::MailCode,
        None => AfterChange::AwaitPickup,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{TenantId, UserId},
        locale::Locale,
        login_name::LoginName,
        user::{Role, UserState},
    };
    use rand_core::SeedableRng;

    fn at(hours: i64) -> Timestamp {
        later(Timestamp::UNIX_EPOCH, hours)
    }

    fn email(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    fn user(address: &str, proved: Option<&str>) -> User {
        let rng = &mut rand_chacha::ChaCha20Rng::seed_from_u64(1);
        User {
            id: UserId::new(at(0), rng),
            tenant: TenantId::new(at(0), rng),
            role: Role::User,
            login_name: LoginName::parse("taro").unwrap(),
            display_name: "山田 太郎".to_owned(),
            reading: String::new(),
            roman_name: None,
            email: email(address),
            proved_email: proved.map(email),
            groups: Vec::new(),
            note: String::new(),
            locale: Locale::Ja,
            state: UserState::Active,
        }
    }

    fn proof(wrong_tries: u32) -> EmailProof {
        EmailProof { wrong_tries, ..EmailProof::fresh(None, email("new@a.test"), [0; 32], at(0)).unwrap() }
    }

    #[test]
    fn a_code_proves_the_address_it_was_mailed_to_in_time_and_within_five_tries() {
        let person = user("New@a.test", Some("old@a.test"));
        assert_eq!(proof(0).judge(&person, true, at(0)), EmailProofVerdict::Proves);
        assert_eq!(proof(0).judge(&person, false, at(0)), EmailProofVerdict::Wrong { left: 4 });
        assert_eq!(proof(4).judge(&person, false, at(0)), EmailProofVerdict::Over);
        assert_eq!(proof(4).judge(&person, true, at(0)), EmailProofVerdict::Proves);
        assert_eq!(proof(5).judge(&person, true, at(0)), EmailProofVerdict::Over);
        assert_eq!(proof(0).judge(&person, true, at(EMAIL_CODE_HOURS)), EmailProofVerdict::Over);
        let other = user("other@a.test", Some("old@a.test"));
        assert_eq!(proof(0).judge(&other, true, at(0)), EmailProofVerdict::Over);
    }

    #[test]
    fn codes_are_not_mailed_without_end() {
        let mut proof = proof(0);
        for mails in 2..=EMAIL_CODE_MAILS_MAX {
            proof = EmailProof::fresh(Some(&proof), email("b@b.test"), [1; 32], at(1)).unwrap();
            assert_eq!(proof.mails, mails);
        }
        let again = EmailProof::fresh(Some(&proof), email("b@b.test"), [1; 32], at(2));
        assert_eq!(again.unwrap_err(), TooManyCodes { until: at(EMAIL_CODE_MAILS_HOURS) });
        let next_day =
            EmailProof::fresh(Some(&proof), email("b@b.test"), [1; 32], at(EMAIL_CODE_MAILS_HOURS));
        assert_eq!(next_day.unwrap().mails, 1);
    }

    #[test]
    fn only_another_address_of_somebody_who_was_reached_before_asks_for_a_code() {
        let proved = user("a@a.test", Some("a@a.test"));
        assert_eq!(after_change(&proved, &email("a@a.test")), AfterChange::Nothing);
        assert_eq!(after_change(&proved, &email("A@a.test")), AfterChange::Proved);
        assert_eq!(after_change(&proved, &email("b@a.test")), AfterChange::MailCode);
        let pending = user("b@a.test", Some("a@a.test"));
        assert_eq!(after_change(&pending, &email("a@a.test")), AfterChange::Proved);
        assert_eq!(after_change(&user("a@a.test", None), &email("b@a.test")), AfterChange::AwaitPickup);
    }
}
