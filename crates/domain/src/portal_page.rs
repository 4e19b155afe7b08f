//! Announcements and links that a tenant's administrators write on the portal's home page.
//!
//! **Invariant:** a [`WebAddress`] is `https` with a host of its own and printable ASCII after it, so that a
//! link neither runs a script nor shows a host other than its target.

use crate::{
    form::{Form, Reading, fields},
    host_name::HostName,
    one_line::one_line,
    refusal::{Problem, Refusal},
};
use std::fmt;

/// The most announcements of one tenant.
pub const ANNOUNCEMENTS_MAX: u32 = 20;
/// The most links of one tenant.
pub const PORTAL_LINKS_MAX: u32 = 20;
/// The longest title, in letters.
pub const TITLE_LETTERS_MAX: usize = 100;
/// The longest text of an announcement, in letters.
pub const PARAGRAPHS_LETTERS_MAX: usize = 2_000;
/// The longest address of a link, in letters.
pub const WEB_ADDRESS_LETTERS_MAX: usize = 500;

fields! {
    /// The fields of the portal's home page, in two forms of one page.
    pub PortalField {
        /// [`NewAnnouncement::title`].
        AnnouncementTitle = "announcement_title",
        /// [`NewAnnouncement::text`].
        AnnouncementText = "announcement_text",
        /// [`NewPortalLink::title`].
        LinkTitle = "link_title",
        /// [`NewPortalLink::address`].
        LinkAddress = "link_address",
    }
}

/// Why a typed text is refused on the portal's home page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PortalTextError {
    /// Nothing but blanks.
    #[error("nothing was written")]
    Missing,
    /// Too many letters.
    #[error("more than {max} letters")]
    TooLong {
        /// The limit, in letters.
        max: usize,
    },
    /// Not an `https` address.
    #[error("expected an address such as https://intra.example.jp/")]
    NotHttps,
}

impl From<PortalTextError> for Problem {
    fn from(error: PortalTextError) -> Self {
        match error {
            PortalTextError::Missing => Self::Required,
            PortalTextError::TooLong { max } => Self::too_long(max),
            PortalTextError::NotHttps => Self::WebAddressMalformed,
        }
    }
}

/// The one-line title of an announcement or a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// Letters that end a line or control a terminal become blanks; see [`one_line`].
    pub fn parse(text: &str) -> Result<Self, PortalTextError> {
        bounded(one_line(text), TITLE_LETTERS_MAX).map(Self)
    }

    /// The title.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text of an announcement: lines, each as [`one_line`] leaves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraphs(String);

impl Paragraphs {
    /// Line ends of any system separate the lines; blank lines at both ends are dropped.
    pub fn parse(text: &str) -> Result<Self, PortalTextError> {
        let lines: Vec<String> = text.lines().map(one_line).collect();
        bounded(lines.join("\n").trim().to_owned(), PARAGRAPHS_LETTERS_MAX).map(Self)
    }

    /// The text, its lines separated by `\n`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The target of a link: an `https` address (RFC 9110 §4.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress(String);

impl WebAddress {
    /// Blanks around the address are ignored. User information (RFC 9110 §4.2.4) and letters that an address
    /// percent-encodes are refused.
    pub fn parse(text: &str) -> Result<Self, PortalTextError> {
        let address = bounded(text.trim().to_owned(), WEB_ADDRESS_LETTERS_MAX)?;
        let spelled = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
        let (scheme, rest) = address.split_once("://").ok_or(PortalTextError::NotHttps)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = authority.rsplit_once(':').map_or((authority, "443"), |(host, port)| (host, port));
        let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
        let good = scheme.eq_ignore_ascii_case("https")
            && rest.bytes().all(spelled)
            && port.parse::<u16>().is_ok_and(|port| is_number && port > 0)
            && HostName::parse(host).is_ok();
        if good { Ok(Self(format!("https://{rest}"))) } else { Err(PortalTextError::NotHttps) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A new announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnnouncement {
    /// Its title.
    pub title: Title,
    /// Its text.
    pub text: Paragraphs,
}

/// A new link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPortalLink {
    /// Its title.
    pub title: Title,
    /// Its target.
    pub address: WebAddress,
}

fn bounded(text: String, max: usize) -> Result<String, PortalTextError> {
    match text.chars().count() {
        0 => Err(PortalTextError::Missing),
        letters if letters > max => Err(PortalTextError::TooLong { max }),
        _ => Ok(text),
    }
}

impl Form<PortalField> {
    /// The announcement on record, to be rewritten.
    pub fn of_announcement(title: &str, text: &str) -> Self {
        Self::default().with(PortalField::AnnouncementTitle, title).with(PortalField::AnnouncementText, text)
    }

    /// The announcement, or all errors.
    pub fn announcement(&self) -> Result<NewAnnouncement, Vec<Refusal>> {
        Reading::of(self, |reading| {
            let title = reading.read(PortalField::AnnouncementTitle, Title::parse);
            let text = reading.read(PortalField::AnnouncementText, Paragraphs::parse);
            Ok(NewAnnouncement { title: title?, text: text? })
        })
    }

    /// The link, or all errors.
    pub fn link(&self) -> Result<NewPortalLink, Vec<Refusal>> {
        Reading::of(self, |reading| {
            let title = reading.read(PortalField::LinkTitle, Title::parse);
            let address = reading.read(PortalField::LinkAddress, WebAddress::parse);
            Ok(NewPortalLink { title: title?, address: address? })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_an_https_address_and_nowhere_else() {
        for good in [
            "https://intra.example.jp",
            " HTTPS://intra.example.jp:8443/a/b?c=d#e ",
            "https://intra.example.jp/%E5%B1%B1?x='y'",
        ] {
            let address = WebAddress::parse(good).unwrap();
            assert!(address.as_str().starts_with("https://intra.example.jp"), "{address}");
        }
        for bad in [
            "http://intra.example.jp/",
            "javascript:alert(1)//https://intra.example.jp",
            "//intra.example.jp/",
            "https://",
            "https:///etc/passwd",
            "https://bank.example@evil.example/",
            "https://evil.example\\@bank.example/",
            "https://intra.example.jp:0/",
            "https://intra.example.jp:99999/",
            "https://intra.example.jp:+443/",
            "https://intra.example.jp/a b",
            "https://intra.example.jp/\u{202e}x",
            "https://山.example/",
        ] {
            assert_eq!(WebAddress::parse(bad), Err(PortalTextError::NotHttps), "{bad}");
        }
        assert_eq!(WebAddress::parse("  "), Err(PortalTextError::Missing));
    }

    #[test]
    fn a_text_keeps_its_lines_and_obeys_no_letter() {
        let text = Paragraphs::parse("\r\n休業します。\r\n\r\n12/29\u{1b}[2J から\u{202e}\n").unwrap();
        assert_eq!(text.as_str(), "休業します。\n\n12/29 [2J から");
        assert_eq!(Title::parse("年末\n年始").unwrap().as_str(), "年末 年始");
        assert_eq!(Title::parse(" \u{200f} "), Err(PortalTextError::Missing));
    }

    #[test]
    fn lengths_count_letters() {
        let max = PARAGRAPHS_LETTERS_MAX;
        assert!(Paragraphs::parse(&"山".repeat(max)).is_ok());
        assert_eq!(Paragraphs::parse(&"山".repeat(max + 1)), Err(PortalTextError::TooLong { max }));
    }
}
