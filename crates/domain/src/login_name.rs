//! The name that a user signs in with and that the upstream application sees.

use crate::{email::EmailAddress, refusal::Problem};
use std::fmt;

/// The longest login name.
pub const LOGIN_NAME_LETTERS_MAX: usize = 64;

/// Why a text is no login name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginNameError {
    /// Nothing was given.
    #[error("no login name was given")]
    Empty,
    /// A letter that headers and applications could read differently.
    #[error("use a-z, 0-9 and . _ - @ +, at most 64, beginning with a letter or digit")]
    Malformed,
}

impl From<LoginNameError> for Problem {
    fn from(error: LoginNameError) -> Self {
        match error {
            LoginNameError::Empty => Self::Required,
            LoginNameError::Malformed => Self::LoginNameMalformed,
        }
    }
}

/// ASCII, folded to lower case; safe in a header field and in a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LoginName(String);

impl LoginName {
    /// Parses the text and folds it to lower case.
    pub fn parse(text: &str) -> Result<Self, LoginNameError> {
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() {
            return Err(LoginNameError::Empty);
        }
        let letters = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@+".contains(&b));
        if !letters || !text.as_bytes()[0].is_ascii_alphanumeric() || text.len() > LOGIN_NAME_LETTERS_MAX {
            return Err(LoginNameError::Malformed);
        }
        Ok(Self(text))
    }

    /// A name made from the part before the `@`; `administrator` if that is no login name.
    pub fn suggested_by(email: &EmailAddress) -> Self {
        let local = email.as_str().split('@').next().unwrap_or_default();
        Self::parse(local).unwrap_or_else(|_| Self("administrator".to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_names_are_folded_and_plain() {
        assert_eq!(LoginName::parse(" Taro.Yamada ").unwrap().as_str(), "taro.yamada");
        for text in ["山田", "a b", "-a", "a/b", "a\r\nb", &"a".repeat(65)] {
            assert_eq!(LoginName::parse(text), Err(LoginNameError::Malformed), "{text}");
        }
    }
}
