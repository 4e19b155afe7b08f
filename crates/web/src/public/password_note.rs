//! The words of warning about a file's password that was accepted: told on the page with the file.
//!
//! The password itself rests nowhere, so the form's answer puts the warnings into a cookie beside the pickup's own.

use crate::{
    Failure,
    cookie::{SameSite, SecretCookie, with_cookie},
    pickup_site::PickupSite,
};
use axum::{http::HeaderMap, response::Response};
use domain::file_password::FilePasswordNote;

const NOTE_COOKIE: SecretCookie =
    SecretCookie::new("sekisho-password-note", "__Host-sekisho-password-note", SameSite::Lax);

/// As long as a pickup's cookie.
const NOTE_COOKIE_SECONDS: u32 = 60 * 60;

/// The answer, with the warnings that this password deserves in place of those of an earlier one.
pub(super) fn noted(site: &PickupSite, response: Response, password: &str) -> Result<Response, Failure> {
    let fitting = FilePasswordNote::ALL.into_iter().filter(|note| note.fits(password));
    let names = fitting.map(FilePasswordNote::name).collect::<Vec<_>>().join(".");
    let cookie = if names.is_empty() {
        NOTE_COOKIE.clear(site.scheme)
    } else {
        NOTE_COOKIE.set(&names, Some(NOTE_COOKIE_SECONDS), site.scheme)
    };
    with_cookie(response, cookie)
}

/// The warnings that this browser brings back.
pub(super) fn notes(site: &PickupSite, headers: &HeaderMap) -> Vec<FilePasswordNote> {
    let names = NOTE_COOKIE.read(headers, site.scheme).unwrap_or_default();
    let is_named = |note: &FilePasswordNote| names.split('.').any(|name| name == note.name());
    FilePasswordNote::ALL.into_iter().filter(is_named).collect()
}
