//! Sekisho's cookies: named, host-only, closed to scripts.
//!
//! **Invariant:** over HTTPS the name begins with `__Host-`, so that neither a sibling host nor an upstream
//! can set one (the gate drops `__Host-sekisho*` that upstreams try to set).

use crate::{failure::Failure, scheme::Scheme};
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

/// When the browser sends a cookie along from other sites (RFC 6265bis §5.5.7).
#[derive(Debug, Clone, Copy)]
pub(crate) enum SameSite {
    Strict,
    Lax,
}

/// A cookie with a secret.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SecretCookie {
    name: &'static str,
    name_over_https: &'static str,
    same_site: SameSite,
}

impl SecretCookie {
    pub(crate) const fn new(name: &'static str, name_over_https: &'static str, same_site: SameSite) -> Self {
        Self { name, name_over_https, same_site }
    }

    /// The value that the browser sent.
    pub(crate) fn read<'a>(&self, headers: &'a HeaderMap, scheme: Scheme) -> Option<&'a str> {
        value(headers, self.name(scheme))
    }

    /// A `Set-Cookie` field; without `max_age_seconds` it ends with the browser.
    /// `None` if the value has letters that a cookie cannot carry.
    pub(crate) fn set(
        &self,
        value: &str,
        max_age_seconds: Option<u32>,
        scheme: Scheme,
    ) -> Option<HeaderValue> {
        let name = self.name(scheme);
        let site = match self.same_site {
            SameSite::Strict => "Strict",
            SameSite::Lax => "Lax",
        };
        let secure = if scheme == Scheme::Https { "; Secure" } else { "" };
        let age = max_age_seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        let safe = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let field = format!("{name}={value}; Path=/; HttpOnly; SameSite={site}{secure}{age}");
        let mut field = HeaderValue::from_str(&field).ok().filter(|_| safe)?;
        field.set_sensitive(true);
        Some(field)
    }

    /// A `Set-Cookie` field that ends the cookie.
    pub(crate) fn clear(&self, scheme: Scheme) -> Option<HeaderValue> {
        self.set("", Some(0), scheme)
    }

    fn name(&self, scheme: Scheme) -> &'static str {
        match scheme {
            Scheme::Http => self.name,
            Scheme::Https => self.name_over_https,
        }
    }
}

/// The answer with its cookie.
pub(crate) fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Result<Response, Failure> {
    let cookie = cookie.ok_or_else(|| Failure::broken("what we made is no cookie value"))?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The value of the first cookie of that name.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let fields = headers.get_all(header::COOKIE).into_iter().filter_map(|field| field.to_str().ok());
    let pairs = fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOKIE: SecretCookie = SecretCookie::new("sekisho-test", "__Host-sekisho-test", SameSite::Strict);

    #[test]
    fn over_https_a_cookie_is_secure_and_host_only() {
        let field = COOKIE.set("abc", None, Scheme::Https).unwrap();
        assert_eq!(field, "__Host-sekisho-test=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
        assert!(field.is_sensitive());
        let field = COOKIE.set("abc", Some(600), Scheme::Http).unwrap();
        assert_eq!(field, "sekisho-test=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=600");
    }

    #[test]
    fn a_plain_cookie_does_not_stand_in_for_the_secure_one() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; sekisho-test=planted"));
        assert_eq!(COOKIE.read(&headers, Scheme::Https), None);
        assert_eq!(COOKIE.read(&headers, Scheme::Http), Some("planted"));
    }

    #[test]
    fn a_value_cannot_add_attributes() {
        assert!(COOKIE.set("a; Domain=example.jp", None, Scheme::Https).is_none());
    }
}
