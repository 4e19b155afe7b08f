//! The PIN that opens one approved application's pickup.

use crate::{
    pin_delivery::PinRecipient,
    secret::Secret,
    time::{SignedDuration, Timestamp},
};
use rand_core::CryptoRng;

/// Decimal digits of a PIN (≈ 40 bits; guessed at most [`PIN_ATTEMPTS_MAX`] times).
pub const PIN_DIGITS: usize = 12;
/// Wrong tries until the PIN is locked; a new one comes by mail, or from an administrator.
pub const PIN_ATTEMPTS_MAX: u32 = 5;
/// PINs mailed for one application, the first one included. After them an administrator opens the pickup
/// again, which restarts the count.
pub const PIN_MAILS_MAX: u32 = 4;
/// The most PINs that are mailed at the applicant's request.
pub const PIN_MAILS_ASKED_MAX: u32 = PIN_MAILS_MAX - 2;

/// A PIN in the clear: in the mail, and in the submitted form.
#[derive(Debug, Clone)]
pub struct Pin(Secret<String>);

impl Pin {
    /// A new PIN, each digit equally likely.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut digits = String::with_capacity(PIN_DIGITS);
        let mut byte = [0u8; 1];
        while digits.len() < PIN_DIGITS {
            rng.fill_bytes(&mut byte);
            // 250 = 25 × 10: bytes above would favour the first digits.
            if byte[0] < 250 {
                digits.push(char::from(b'0' + byte[0] % 10));
            }
        }
        Self(Secret::new(digits))
    }

    /// Reads typed text: blanks, hyphens and full-width digits do not matter. `None` if it cannot be a PIN.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = crate::letters::folded_code(text);
        let good = digits.len() == PIN_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
        good.then(|| Self(Secret::new(digits)))
    }

    /// The digits under the keyed hash.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// As mailed: groups of four.
    pub fn grouped(&self) -> Secret<String> {
        Secret::new(crate::password::grouped(self.0.expose()))
    }
}

/// A PIN as the store keeps it, without its digits.
#[derive(Debug, Clone)]
pub struct PinRecord {
    /// Keyed hash of the digits.
    pub hash: [u8; 32],
    /// From this time on it opens nothing.
    pub expires_at: Timestamp,
    /// Wrong tries so far.
    pub wrong_tries: u32,
    /// PINs mailed for this application so far.
    pub mails: u32,
}

/// The result of a try at a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinVerdict {
    /// Right, in time, not locked.
    Opens,
    /// Wrong, with some tries left.
    Wrong {
        /// Tries left before it locks.
        left: u32,
    },
    /// This wrong try locked the PIN; a new PIN must be mailed.
    LocksNow,
    /// This wrong try locked the PIN, and none is mailed after it; the person and the administrators get a mail.
    EndsNow,
    /// Locked, and no further PIN is mailed until an administrator acts.
    Exhausted,
    /// Expired, right or wrong; the next PIN goes to the recipient.
    Expired,
}

impl PinRecord {
    /// The record of a fresh PIN; `mails` PINs were mailed for its application, with this one if it is mailed.
    pub fn fresh(hash: [u8; 32], now: Timestamp, lifetime_hours: u32, mails: u32) -> Self {
        let lifetime = SignedDuration::from_hours(i64::from(lifetime_hours));
        Self { hash, expires_at: now.checked_add(lifetime).unwrap_or(now), wrong_tries: 0, mails }
    }

    /// Judges one try. `matches` is the result of comparing the hashes in constant time; the caller compares
    /// them in every case. `next` gets the next PIN.
    pub fn judge(&self, matches: bool, next: PinRecipient, now: Timestamp) -> PinVerdict {
        if self.is_locked() {
            return PinVerdict::Exhausted;
        }
        if now >= self.expires_at {
            let over = next == PinRecipient::Person && !self.may_mail_again(next);
            return if over { PinVerdict::Exhausted } else { PinVerdict::Expired };
        }
        if matches {
            return PinVerdict::Opens;
        }
        match PIN_ATTEMPTS_MAX - (self.wrong_tries + 1) {
            0 if self.may_mail_again(next) => PinVerdict::LocksNow,
            0 => PinVerdict::EndsNow,
            left => PinVerdict::Wrong { left },
        }
    }

    /// Whether the PIN can still open its pickup.
    pub fn is_open(&self, now: Timestamp) -> bool {
        !self.is_locked() && now < self.expires_at
    }

    fn is_locked(&self) -> bool {
        self.wrong_tries >= PIN_ATTEMPTS_MAX
    }

    /// Whether only an administrator can open the pickup again. `next` gets the next PIN.
    pub fn is_stopped(&self, next: PinRecipient, now: Timestamp) -> bool {
        self.is_locked() || (now >= self.expires_at && !self.may_mail_again(next))
    }

    /// Whether the applicant may have another PIN mailed at `now`. One mail is left for wrong tries, so that a lost mail
    /// stops no pickup.
    pub fn may_be_asked_for(&self, next: PinRecipient, now: Timestamp) -> bool {
        next == PinRecipient::Person && self.mails <= PIN_MAILS_ASKED_MAX && self.is_open(now)
    }

    /// Whether another PIN may be mailed for this application.
    fn may_mail_again(&self, next: PinRecipient) -> bool {
        next == PinRecipient::Person && self.mails < PIN_MAILS_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PinRecipient::{Administrator, Person};
    use rand_core::SeedableRng;

    fn record(wrong_tries: u32, mails: u32) -> PinRecord {
        PinRecord { hash: [0; 32], expires_at: Timestamp::from_second(1000).unwrap(), wrong_tries, mails }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_mailed_pin_reads_back_however_it_is_typed() {
        let pin = Pin::random(&mut rand_chacha::ChaCha20Rng::seed_from_u64(3));
        let typed = format!(" {} ", pin.grouped().expose().replace('-', "　"));
        assert_eq!(Pin::parse(&typed).unwrap().expose(), pin.expose());
        assert!(Pin::parse("123").is_none() && Pin::parse("12345678901x").is_none());
    }

    #[test]
    fn pin_locks_at_the_fifth_wrong_try_and_a_right_one_comes_too_late() {
        assert_eq!(record(3, 1).judge(false, Person, at(0)), PinVerdict::Wrong { left: 1 });
        assert_eq!(record(4, 1).judge(true, Person, at(0)), PinVerdict::Opens);
        assert_eq!(record(4, 1).judge(false, Person, at(0)), PinVerdict::LocksNow);
        assert_eq!(record(5, 1).judge(true, Person, at(0)), PinVerdict::Exhausted);
    }

    #[test]
    fn pins_are_not_mailed_without_end() {
        assert_eq!(record(4, PIN_MAILS_MAX).judge(false, Person, at(0)), PinVerdict::EndsNow);
        assert_eq!(record(5, PIN_MAILS_MAX).judge(true, Person, at(0)), PinVerdict::Exhausted);
        assert!(
            record(5, PIN_MAILS_MAX).is_stopped(Person, at(0))
                && record(0, PIN_MAILS_MAX).is_stopped(Person, at(1000))
        );
        assert!(
            !record(4, 1).is_stopped(Person, at(0)) && !record(0, PIN_MAILS_MAX).is_stopped(Person, at(999))
        );
    }

    #[test]
    fn a_pin_that_an_administrator_hands_over_is_never_followed_by_a_mailed_one() {
        assert_eq!(record(3, 0).judge(false, Administrator, at(0)), PinVerdict::Wrong { left: 1 });
        assert_eq!(record(4, 0).judge(false, Administrator, at(0)), PinVerdict::EndsNow);
        assert_eq!(record(5, 0).judge(true, Administrator, at(0)), PinVerdict::Exhausted);
        assert_eq!(record(0, 0).judge(true, Administrator, at(1000)), PinVerdict::Expired);
        assert!(
            record(5, 0).is_stopped(Administrator, at(0)) && record(0, 0).is_stopped(Administrator, at(1000))
        );
        assert!(!record(0, 1).may_be_asked_for(Administrator, at(0)));
    }

    #[test]
    fn a_pin_that_was_shown_and_locked_is_stopped_under_a_policy_of_mails_too() {
        assert!(record(5, 0).is_stopped(Person, at(0)) && !record(4, 0).is_stopped(Person, at(0)));
    }

    #[test]
    fn a_pin_is_mailed_again_on_request_as_long_as_one_is_left_for_wrong_tries() {
        assert!(
            record(0, 1).may_be_asked_for(Person, at(999)) && record(4, 2).may_be_asked_for(Person, at(0))
        );
        assert!(
            !record(0, 3).may_be_asked_for(Person, at(0)) && !record(0, 1).may_be_asked_for(Person, at(1000))
        );
        assert!(record(4, 3).judge(false, Person, at(0)) == PinVerdict::LocksNow, "one is left");
    }

    #[test]
    fn an_expired_pin_opens_nothing_even_if_right() {
        assert_eq!(record(0, 1).judge(true, Person, at(1000)), PinVerdict::Expired);
        assert_eq!(record(0, 1).judge(true, Person, at(999)), PinVerdict::Opens);
    }
}
