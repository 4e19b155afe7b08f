//! An administrator's reason for rejecting an application, which the applicant reads.

use crate::{one_line::one_line, refusal::Problem};

/// The longest reason, in letters.
pub const REJECTION_REASON_LETTERS_MAX: usize = 200;

/// Why a reason cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RejectionReasonError {
    /// Nothing but blanks.
    #[error("no reason was given")]
    Missing,
    /// More than [`REJECTION_REASON_LETTERS_MAX`].
    #[error("the reason is longer than {REJECTION_REASON_LETTERS_MAX} letters")]
    TooLong,
}

impl From<RejectionReasonError> for Problem {
    fn from(error: RejectionReasonError) -> Self {
        match error {
            RejectionReasonError::Missing => Self::RejectionReasonMissing,
            RejectionReasonError::TooLong => Self::too_long(REJECTION_REASON_LETTERS_MAX),
        }
    }
}

/// A reason on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectionReason(String);

impl RejectionReason {
    /// Letters that end a line or control a terminal become blanks; see [`one_line`].
    pub fn parse(text: &str) -> Result<Self, RejectionReasonError> {
        let reason = one_line(text);
        match reason.chars().count() {
            0 => Err(RejectionReasonError::Missing),
            letters if letters > REJECTION_REASON_LETTERS_MAX => Err(RejectionReasonError::TooLong),
            _ => Ok(Self(reason)),
        }
    }

    /// The reason.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_of_some_letters() {
        let reason = RejectionReason::parse(" 端末が\r\n未登録です ").unwrap();
        assert_eq!(reason.as_str(), "端末が  未登録です");
        assert_eq!(RejectionReason::parse("\n \u{202e}"), Err(RejectionReasonError::Missing));
        let long = "理".repeat(REJECTION_REASON_LETTERS_MAX + 1);
        assert_eq!(RejectionReason::parse(&long), Err(RejectionReasonError::TooLong));
        assert!(RejectionReason::parse(&long[3..]).is_ok());
    }
}
