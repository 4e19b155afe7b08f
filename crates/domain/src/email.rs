//! E-mail addresses as they stand in mails and certificates (rfc822Name).

use std::{fmt, str::FromStr};

/// The longest address: RFC 5321 §4.5.3.1.3 allows a path of 256 octets including its brackets.
pub const EMAIL_OCTETS_MAX: usize = 254;

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing was given.
    #[error("no e-mail address was given")]
    Empty,
    /// A letter outside ASCII; certificates carry ASCII addresses only (RFC 5280 §4.2.1.6).
    #[error("the e-mail address has a letter outside ASCII")]
    NotAscii,
    /// Not of the form `name@host.example`.
    #[error("not an e-mail address: expected name@company.example")]
    Malformed,
}

/// An ASCII address `local@domain`. Compared without regard to case; shown as typed.
#[derive(Debug, Clone)]
pub struct EmailAddress {
    text: String,
    folded: String,
}

impl EmailAddress {
    /// Parses a dot-atom local part (RFC 5322 §3.2.3) and a domain of at least one label.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if !text.is_ascii() {
            return Err(EmailError::NotAscii);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::Malformed)?;
        let good =
            text.len() <= EMAIL_OCTETS_MAX && local.len() <= 64 && is_dot_atom(local) && is_domain(domain);
        if !good {
            return Err(EmailError::Malformed);
        }
        Ok(Self { text: text.to_owned(), folded: text.to_ascii_lowercase() })
    }

    /// As typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// In lower case: the form that is looked up and compared.
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

fn is_dot_atom(local: &str) -> bool {
    let atom = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    local.split('.').all(atom)
}

fn is_domain(domain: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    domain.split('.').all(label)
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for EmailAddress {}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for EmailAddress {
    type Err = EmailError;
    fn from_str(text: &str) -> Result<Self, EmailError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_regard_to_case() {
        assert_eq!(
            EmailAddress::parse("Taro@Example.co.jp").unwrap(),
            EmailAddress::parse("taro@example.CO.JP").unwrap()
        );
    }

    #[test]
    fn what_is_no_address_is_refused_with_its_reason() {
        assert_eq!(EmailAddress::parse("  "), Err(EmailError::Empty));
        assert_eq!(EmailAddress::parse("山田@example.jp"), Err(EmailError::NotAscii));
        for text in [
            "taro",
            "@example.jp",
            "taro@",
            "a b@example.jp",
            "a..b@example.jp",
            "a@-x.jp",
            "a@b@",
            "a@x\r\nBcc: b",
        ] {
            assert_eq!(EmailAddress::parse(text), Err(EmailError::Malformed), "{text}");
        }
    }
}
