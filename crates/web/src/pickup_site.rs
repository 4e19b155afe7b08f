//! A site at which a file is picked up: the public one after a PIN, a company's desk after a renewal. Cookies do not cross
//! hosts, so each has the pages from the waiting on to the file's end, made by the same handlers.

use crate::scheme::Scheme;
use authority::Authority;
use templates::Chrome;

/// Taken by the handlers of a pickup under way.
pub(crate) struct PickupSite {
    pub(crate) authority: Authority,
    pub(crate) scheme: Scheme,
    pub(crate) chrome: Chrome,
    root: &'static str,
}

impl PickupSite {
    /// `root`: the path below which the pages are.
    pub(crate) fn new(authority: Authority, scheme: Scheme, chrome: Chrome, root: &'static str) -> Self {
        Self { authority, scheme, chrome, root }
    }

    /// The address of one of the pages.
    pub(crate) fn path(&self, page: &str) -> String {
        format!("{}{page}", self.root)
    }
}
