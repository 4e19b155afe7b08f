//! `/revoke/done`: the page after a revocation. It follows a redirect, so that a reload sends nothing again.
//!
//! The device's name is a person's own text, so no address carries it: it travels in a cookie for a minute. A forged
//! cookie changes only the page of its own browser.

use super::PublicSite;
use crate::{
    Failure, Page, PageReader,
    cookie::{SameSite, SecretCookie, with_cookie},
    redirect,
};
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::{device::DEVICE_NAME_LETTERS_MAX, time::Timestamp};
use std::fmt::Write;
use templates::public::{self, RevokeDonePage};

const REVOKED_COOKIE: SecretCookie =
    SecretCookie::new("sekisho-revoked", "__Host-sekisho-revoked", SameSite::Strict);

/// How long the page can be looked at again.
const REVOKED_COOKIE_SECONDS: u32 = 60;

/// To the page that says so.
pub(super) fn to_done(site: &PublicSite, device_name: &str, at: Timestamp) -> Result<Response, Failure> {
    let told = format!("{}.{}", to_hex(device_name), at.as_second());
    let cookie = REVOKED_COOKIE.set(&told, Some(REVOKED_COOKIE_SECONDS), site.scheme);
    with_cookie(redirect::see_other("/revoke/done"), cookie)
}

pub(super) async fn done(State(site): State<PublicSite>, reader: PageReader, headers: HeaderMap) -> Response {
    match REVOKED_COOKIE.read(&headers, site.scheme).and_then(told) {
        Some(page) => Page::ok(public::revoke_done(&page, &site.chrome(&reader))).into_response(),
        None => redirect::see_other("/revoke"),
    }
}

fn told(value: &str) -> Option<RevokeDonePage> {
    let (device_name, second) = value.split_once('.')?;
    let device_name = from_hex(device_name)?;
    let at = Timestamp::from_second(second.parse().ok()?).ok()?;
    (device_name.chars().count() <= DEVICE_NAME_LETTERS_MAX).then_some(RevokeDonePage { device_name, at })
}

fn to_hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn from_hex(hex: &str) -> Option<String> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    String::from_utf8(hex.as_bytes().chunks(2).map(pair).collect::<Option<_>>()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_name_in_any_script_comes_back_and_nonsense_does_not() {
        let page = told(&format!("{}.1000", to_hex("営業ノートPC; x=\"1\""))).unwrap();
        assert_eq!((page.device_name.as_str(), page.at.as_second()), ("営業ノートPC; x=\"1\"", 1000));
        for nonsense in ["", ".", "zz.1", "e5.1", "41.x", "41", "é.1"] {
            assert!(told(nonsense).is_none(), "{nonsense}");
        }
        assert!(told(&format!("{}.1", to_hex(&"a".repeat(DEVICE_NAME_LETTERS_MAX + 1)))).is_none());
    }
}
