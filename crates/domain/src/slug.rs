//! A tenant's short name, the first label of its host names.

use crate::refusal::Problem;
use std::fmt;

/// Labels that belong to the installation and can never name a tenant.
pub const RESERVED_SLUGS: [&str; 8] = ["console", "desk", "retry", "www", "public", "auth", "mail", "api"];

/// The longest slug; leaves room for `-{nonce}` in one DNS label of 63.
pub const SLUG_LETTERS_MAX: usize = 40;

/// Why a text cannot be a tenant's slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    /// Wrong letters or length.
    #[error("slug {0:?}: use 1 to 40 of a-z, 0-9 and -, beginning and ending with a letter or digit")]
    Malformed(String),
    /// Kept for the installation.
    #[error("slug {0:?} is reserved; choose another one")]
    Reserved(String),
}

impl From<SlugError> for Problem {
    fn from(error: SlugError) -> Self {
        match error {
            SlugError::Malformed(_) => Self::SiteNameMalformed,
            SlugError::Reserved(_) => Self::SiteNameTaken,
        }
    }
}

/// Lower-case letters, digits, inner hyphens; not reserved, not `xn--…`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantSlug(String);

impl TenantSlug {
    /// Parses a slug for a customer.
    pub fn parse(text: &str) -> Result<Self, SlugError> {
        let good = (1..=SLUG_LETTERS_MAX).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if !good {
            return Err(SlugError::Malformed(text.to_owned()));
        }
        if RESERVED_SLUGS.contains(&text) || text == "localhost" || text.starts_with("xn--") {
            return Err(SlugError::Reserved(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The slug of the installation's own tenant, whose users are the operators.
    pub fn console() -> Self {
        Self("console".to_owned())
    }

    /// Parses the slug of any tenant: also the operators' own slug, which no customer can have.
    pub fn parse_any(text: &str) -> Result<Self, SlugError> {
        if text == Self::console().as_str() { Ok(Self::console()) } else { Self::parse(text) }
    }

    /// A slug from the store, which only holds parsed slugs.
    pub fn from_store(text: String) -> Self {
        Self(text)
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_and_punycode_names_cannot_be_tenants() {
        for text in RESERVED_SLUGS.into_iter().chain(["localhost", "xn--fiq228c"]) {
            assert_eq!(TenantSlug::parse(text), Err(SlugError::Reserved(text.to_owned())));
        }
    }

    #[test]
    fn a_slug_is_one_lower_case_label() {
        assert!(TenantSlug::parse("sample-2").is_ok());
        for text in ["", "Sample", "a.b", "-a", "a-", "日本", "a_b", &"a".repeat(41)] {
            assert!(TenantSlug::parse(text).is_err(), "{text}");
        }
    }
}
