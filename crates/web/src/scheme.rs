//! The scheme by which visitors reach a site.

/// The scheme of a site's addresses, from the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Loopback only: the public site under `up`.
    Http,
    /// Every other site.
    Https,
}

impl Scheme {
    /// The scheme of an absolute address.
    pub fn of(url: &str) -> Self {
        if url.starts_with("https://") { Self::Https } else { Self::Http }
    }

    /// The scheme in an address and in `Origin`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}
