//! The short number of a request in the log and on its error page.

use axum::http::HeaderName;
use domain::password;
use rand_core::CryptoRng;
use std::{fmt, sync::Arc};

/// The response header that repeats the number.
pub const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("sekisho-request-id");

/// Letters of a request id: enough that two in one day's log do not meet (≈ 59 bits).
const REQUEST_ID_LETTERS: usize = 12;

/// Readable on the phone: `abcd-efgh-jkmn`, without look-alikes. The caller of a site (the gate) may put one
/// into the request's extensions; else the site makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// A new id.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let letters = password::random_letters(REQUEST_ID_LETTERS, rng);
        Self(password::grouped(&letters).into())
    }

    /// An id that the gate made.
    pub fn from_gate(text: &str) -> Self {
        Self(text.into())
    }

    /// The id as shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
