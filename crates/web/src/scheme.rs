//! How a site is reached by its visitors.

/// The scheme of a site's addresses, from the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Loopback only: the public site under `up`.
    Http,
    /// Everything else.
    Https,
}

impl Scheme {
    /// The scheme of an absolute address.
    pub fn of(url: &str) -> Self {
        if url.starts_with("https://") { Self::Https } else { Self::Http }
    }

    /// As in an address and in `Origin`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}
