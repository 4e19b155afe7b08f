//! What was agreed to, as it is kept.

use domain::{agreement::Consent, locale::Locale, time::Timestamp};
use std::net::IpAddr;
use templates::agreement;

/// The consent to the agreement in force, as a page in this language has shown it.
pub(crate) fn given(locale: Locale, at: Timestamp, address: IpAddr) -> Consent {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, agreement::text(locale).as_bytes());
    let mut text_sha256 = [0; 32];
    text_sha256.copy_from_slice(digest.as_ref());
    Consent { version: agreement::VERSION.to_owned(), text_sha256, at, address }
}
