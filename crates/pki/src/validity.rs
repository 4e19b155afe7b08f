//! Validity periods and the encoding of times (RFC 5280 §4.1.2.5).

use std::time::Duration;

use der::{DateTime, Encode};
use x509_cert::time::Time;

/// The period in which a certificate is valid, both ends included; seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First second in which the certificate is valid.
    pub not_before: i64,
    /// Last second in which the certificate is valid.
    pub not_after: i64,
}

/// Why a certificate or revocation list cannot contain a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValidityError {
    /// Before 1970 or after 9999.
    #[error("time {0} (unix seconds): outside the years 1970 to 9999")]
    OutOfRange(i64),
    /// The end is not after the beginning.
    #[error("validity: not after {not_after} is not later than not before {not_before} (unix seconds)")]
    Reversed {
        /// First second, unix seconds.
        not_before: i64,
        /// Last second, unix seconds.
        not_after: i64,
    },
}

impl Validity {
    /// Whether `now` (unix seconds) is within the period, ends included.
    pub fn contains(&self, now: i64) -> bool {
        (self.not_before..=self.not_after).contains(&now)
    }

    /// `Validity ::= SEQUENCE { notBefore Time, notAfter Time }`
    pub(crate) fn to_der(self) -> Result<Vec<u8>, ValidityError> {
        if self.not_after <= self.not_before {
            let Self { not_before, not_after } = self;
            return Err(ValidityError::Reversed { not_before, not_after });
        }
        let not_before = time_der(self.not_before)?;
        let not_after = time_der(self.not_after)?;
        Ok(crate::tlv::sequence(&[&not_before, &not_after]))
    }
}

/// `Time`: UTCTime through 2049, GeneralizedTime from 2050 on.
pub(crate) fn time_der(unix_seconds: i64) -> Result<Vec<u8>, ValidityError> {
    let out_of_range = ValidityError::OutOfRange(unix_seconds);
    let since_epoch = u64::try_from(unix_seconds).map_err(|_| out_of_range)?;
    let date_time =
        DateTime::from_unix_duration(Duration::from_secs(since_epoch)).map_err(|_| out_of_range)?;
    Time::from(date_time).to_der().map_err(|_| out_of_range)
}

/// Unix seconds of a parsed time.
pub(crate) fn unix_seconds(time: Time) -> i64 {
    // der's times end with the year 9999, far below i64::MAX seconds.
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use der::Decode;

    use super::*;

    const LAST_SECOND_OF_2049: i64 = 2_524_607_999;

    #[test]
    fn times_through_2049_are_utc_time_and_later_ones_generalized_time() {
        assert_eq!(time_der(LAST_SECOND_OF_2049).unwrap(), b"\x17\x0d491231235959Z");
        assert_eq!(time_der(LAST_SECOND_OF_2049 + 1).unwrap(), b"\x18\x0f20500101000000Z");
    }

    #[test]
    fn times_round_trip() {
        for seconds in [0, 1_700_000_000, LAST_SECOND_OF_2049 + 1] {
            let time = Time::from_der(&time_der(seconds).unwrap()).unwrap();
            assert_eq!(unix_seconds(time), seconds);
        }
    }

    #[test]
    fn times_that_no_certificate_can_hold_are_refused() {
        assert_eq!(time_der(-1), Err(ValidityError::OutOfRange(-1)));
        assert_eq!(time_der(i64::MAX), Err(ValidityError::OutOfRange(i64::MAX)));
    }

    #[test]
    fn an_end_before_the_beginning_is_refused() {
        let validity = Validity { not_before: 10, not_after: 10 };
        assert!(matches!(validity.to_der(), Err(ValidityError::Reversed { .. })));
    }

    #[test]
    fn both_ends_belong_to_the_period() {
        let validity = Validity { not_before: 10, not_after: 20 };
        assert!(validity.contains(10) && validity.contains(20));
        assert!(!validity.contains(9) && !validity.contains(21));
    }
}
