//! How the gate treats one application: how long it waits, how many requests may be under way, and which rare
//! parts of HTTP it lets through.

use crate::refusal::Problem;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// How long the gate may wait for an application, in seconds; two hours are more than any mail program's
/// longest poll.
pub const ANSWER_WAIT_SECONDS: RangeInclusive<u32> = 1..=7_200;

/// The permitted limits on a site's requests and WebSockets under way.
pub const UNDER_WAY_MAX: RangeInclusive<u32> = 1..=1_000_000;

/// How long the gate waits for an application without a setting.
const ANSWER_WAIT_SECONDS_ORDINARY: u32 = 60;

/// The gate's settings for one application, chosen by an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conduct {
    /// How long the gate waits for the head of an answer while nothing of the request moves; within
    /// [`ANSWER_WAIT_SECONDS`].
    pub answer_wait_seconds: u32,
    /// Whether `%2F` in a path reaches the application unchanged; otherwise the gate refuses such a request.
    pub encoded_slashes: bool,
    /// Whether no connection to the application serves two connections of visitors, because the application
    /// authenticates connections. An application that sends `NTLM` or `Negotiate` gets such connections
    /// without this setting.
    pub own_connections: bool,
    /// Whether a page with status 403 reaches Apple's browsers as a 401, because they drop a 403.
    pub apple_401: bool,
    /// Requests under way, within [`UNDER_WAY_MAX`]; `None` for the installation's limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_max: Option<u32>,
    /// WebSockets open, within [`UNDER_WAY_MAX`]; `None` for the installation's limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tunnels_max: Option<u32>,
}

impl Default for Conduct {
    fn default() -> Self {
        Self {
            answer_wait_seconds: ANSWER_WAIT_SECONDS_ORDINARY,
            encoded_slashes: false,
            own_connections: false,
            apple_401: false,
            requests_max: None,
            tunnels_max: None,
        }
    }
}

/// A number outside its range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {number} is not within {} to {}", .range.start(), .range.end())]
pub struct ConductError {
    what: &'static str,
    number: u32,
    range: RangeInclusive<u32>,
}

impl From<ConductError> for Problem {
    fn from(error: ConductError) -> Self {
        Self::NumberOutOfRange { min: *error.range.start(), max: *error.range.end() }
    }
}

impl Conduct {
    /// Checks that all numbers are within their ranges.
    pub fn check(&self) -> Result<(), ConductError> {
        let numbers = [
            ("seconds to wait for an answer", Some(self.answer_wait_seconds), ANSWER_WAIT_SECONDS),
            ("requests under way", self.requests_max, UNDER_WAY_MAX),
            ("WebSockets open", self.tunnels_max, UNDER_WAY_MAX),
        ];
        let beyond = numbers.into_iter().find_map(|(what, number, range)| {
            let number = number.filter(|number| !range.contains(number))?;
            Some(ConductError { what, number, range })
        });
        beyond.map_or(Ok(()), Err)
    }

    /// Whether all settings have their defaults.
    pub fn is_ordinary(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beyond_their_range_are_told_by_name() {
        assert_eq!(Conduct::default().check(), Ok(()));
        for (seconds, requests) in [(0, None), (7_201, None), (60, Some(0)), (60, Some(1_000_001))] {
            let conduct =
                Conduct { answer_wait_seconds: seconds, requests_max: requests, ..Conduct::default() };
            assert!(conduct.check().is_err(), "{seconds} {requests:?}");
        }
        let long = Conduct { answer_wait_seconds: 9_000, ..Conduct::default() };
        let told = long.check().map_err(|error| error.to_string());
        assert_eq!(told, Err("seconds to wait for an answer: 9000 is not within 1 to 7200".to_owned()));
    }
}
