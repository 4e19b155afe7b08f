//! How the gate deals with one application: how long it waits, how much it lets be under way, and what of HTTP's
//! rare corners it lets through.

use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// How long an application may be waited for, in seconds; two hours are more than any mail program's longest poll.
pub const ANSWER_WAIT_SECONDS: RangeInclusive<u32> = 1..=7_200;

/// What a site may have under way at a time.
pub const UNDER_WAY_MAX: RangeInclusive<u32> = 1..=1_000_000;

/// How long an application is waited for where nobody chose.
const ANSWER_WAIT_SECONDS_ORDINARY: u32 = 60;

/// The gate's conduct towards one application; an operator's choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conduct {
    /// How long the gate waits for the head of an answer while nothing of the request moves; within
    /// [`ANSWER_WAIT_SECONDS`].
    pub answer_wait_seconds: u32,
    /// `%2F` in a path reaches the application as it stands; else such a request is refused.
    pub encoded_slashes: bool,
    /// No connection to the application serves two connections of visitors, because it takes a connection for a
    /// person. Where it says so by `NTLM` or `Negotiate`, the gate sees that by itself.
    pub own_connections: bool,
    /// Requests under way, within [`UNDER_WAY_MAX`]; `None`: as the installation has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_max: Option<u32>,
    /// WebSockets open, within [`UNDER_WAY_MAX`]; `None`: as the installation has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tunnels_max: Option<u32>,
}

impl Default for Conduct {
    fn default() -> Self {
        Self {
            answer_wait_seconds: ANSWER_WAIT_SECONDS_ORDINARY,
            encoded_slashes: false,
            own_connections: false,
            requests_max: None,
            tunnels_max: None,
        }
    }
}

impl Conduct {
    /// Did nobody choose anything?
    pub fn is_ordinary(&self) -> bool {
        *self == Self::default()
    }
}
