//! Consent to the subscriber agreement: the agreed text, by whom, when and from where.

use crate::time::Timestamp;
use std::net::IpAddr;

/// Proof of consent, kept with the application. The text of each version lives in the templates;
/// the hash proves which text was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Version of the agreement, such as `2026-11`.
    pub version: String,
    /// SHA-256 of the text shown, in the language shown.
    pub text_sha256: [u8; 32],
    /// When `[同意して申請する]` was pressed.
    pub at: Timestamp,
    /// The IP address of the browser.
    pub address: IpAddr,
}
