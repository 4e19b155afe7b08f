//! E-mail addresses as they stand in mails and certificates (rfc822Name).
//!
//! Japan's mobile carriers once gave addresses such as `a..b@docomo.ne.jp` and `a.@docomo.ne.jp`, which are
//! no dot-atom (RFC 5322 §3.2.3). They are in use and are kept as their owners write them. Where a standard
//! requires a mailbox, [`EmailAddress::mailbox`] puts the part before `@` into quotation marks (RFC 5321
//! §4.1.2), the only difference between the two spellings.

use crate::{host_name::are_labels, refusal::Problem};
use std::{borrow::Cow, fmt, str::FromStr};

/// The longest address: RFC 5321 §4.5.3.1.3 allows a path of 256 octets including its brackets.
pub const EMAIL_OCTETS_MAX: usize = 254;

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing was given.
    #[error("no e-mail address was given")]
    Empty,
    /// A letter outside ASCII; certificates contain ASCII addresses only (RFC 5280 §4.2.1.6).
    #[error("the e-mail address has a letter outside ASCII")]
    NotAscii,
    /// Not of the form `name@host.example`.
    #[error("not an e-mail address: expected name@company.example")]
    Malformed,
}

impl From<EmailError> for Problem {
    fn from(error: EmailError) -> Self {
        match error {
            EmailError::Empty => Self::Required,
            EmailError::NotAscii => Self::EmailNotAscii,
            EmailError::Malformed => Self::EmailMalformed,
        }
    }
}

/// Domains of carriers that gave addresses with `..` or with a dot before `@`; domains below them count, too.
/// At any other domain such an address is a typing mistake.
const CARRIER_DOMAINS: [&str; 13] = [
    "docomo.ne.jp",
    "ezweb.ne.jp",
    "au.com",
    "softbank.ne.jp",
    "i.softbank.jp",
    "vodafone.ne.jp",
    "jp-d.ne.jp",
    "disney.ne.jp",
    "ymobile.ne.jp",
    "ymobile1.ne.jp",
    "emnet.ne.jp",
    "willcom.com",
    "pdx.ne.jp",
];

/// An ASCII address `local@domain`. Compared without regard to case; shown as typed.
#[derive(Debug, Clone)]
pub struct EmailAddress {
    text: String,
    folded: String,
}

impl EmailAddress {
    /// Parses a dot-atom local part (RFC 5322 §3.2.3), or a carrier's, and a domain of at least one label.
    /// Needless quotation marks around a carrier's local part are removed: `"a..b"@docomo.ne.jp`.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if !text.is_ascii() {
            return Err(EmailError::NotAscii);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::Malformed)?;
        let local = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(local);
        let local_good = is_dot_atom(local) || is_carriers(domain) && is_carriers_local(local);
        let text = format!("{local}@{domain}");
        if !(text.len() <= EMAIL_OCTETS_MAX && local.len() <= 64 && local_good && are_labels(domain)) {
            return Err(EmailError::Malformed);
        }
        Ok(Self { folded: text.to_ascii_lowercase(), text })
    }

    /// The parts of the address as a mailbox: the part before `@`, in quotation marks if it is no dot-atom
    /// (RFC 5321 §4.1.2), and the domain.
    pub fn mailbox_parts(&self) -> (Cow<'_, str>, &str) {
        // `parse` has checked that there is an `@`.
        let (local, domain) = self.text.rsplit_once('@').unwrap_or((&self.text, ""));
        if is_dot_atom(local) {
            (Cow::Borrowed(local), domain)
        } else {
            (Cow::Owned(format!("\"{local}\"")), domain)
        }
    }

    /// The address as a mailbox (RFC 5321 §4.1.2), for SMTP, header fields and rfc822Name (RFC 5280 §4.2.1.6).
    pub fn mailbox(&self) -> Cow<'_, str> {
        match self.mailbox_parts() {
            (Cow::Borrowed(_), _) => Cow::Borrowed(&self.text),
            (Cow::Owned(quoted), domain) => Cow::Owned(format!("{quoted}@{domain}")),
        }
    }

    /// Whether the mailbox has quotation marks.
    pub fn is_quoted(&self) -> bool {
        matches!(self.mailbox(), Cow::Owned(_))
    }

    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address in lower case, for lookups and comparisons.
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

fn is_atom_letter(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&letter)
}

fn is_dot_atom(local: &str) -> bool {
    local.split('.').all(|part| !part.is_empty() && part.bytes().all(is_atom_letter))
}

/// Whether the text has only letters of an atom and dots, with no dot in front.
fn is_carriers_local(local: &str) -> bool {
    local.bytes().next().is_some_and(is_atom_letter)
        && local.bytes().all(|letter| is_atom_letter(letter) || letter == b'.')
}

fn is_carriers(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    CARRIER_DOMAINS.iter().any(|carrier| {
        let before = domain.strip_suffix(carrier);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
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

    #[test]
    fn carriers_addresses_are_kept_as_written_and_quoted_as_mailboxes() {
        for (written, mailbox) in [
            ("a..b@docomo.ne.jp", "\"a..b\"@docomo.ne.jp"),
            ("a.@docomo.ne.jp", "\"a.\"@docomo.ne.jp"),
            ("a-.-b..@ezweb.ne.jp", "\"a-.-b..\"@ezweb.ne.jp"),
            ("taro...y@t.vodafone.ne.jp", "\"taro...y\"@t.vodafone.ne.jp"),
            ("taro.y@docomo.ne.jp", "taro.y@docomo.ne.jp"),
        ] {
            let address = EmailAddress::parse(written).unwrap();
            assert_eq!((address.as_str(), &*address.mailbox()), (written, mailbox));
            assert_eq!(address.is_quoted(), written != mailbox);
            assert_eq!(EmailAddress::parse(mailbox).unwrap().as_str(), written, "one address, one spelling");
        }
        for text in [
            ".a@docomo.ne.jp",
            "..@docomo.ne.jp",
            "a..b@notdocomo.ne.jp",
            "a..b@docomo.ne.jp.example",
            "\"a b\"@docomo.ne.jp",
            "\"a\\\"b\"@docomo.ne.jp",
            "\"@docomo.ne.jp",
            "\"\"@docomo.ne.jp",
            "a..b@ docomo.ne.jp",
        ] {
            assert_eq!(EmailAddress::parse(text), Err(EmailError::Malformed), "{text}");
        }
    }
}
