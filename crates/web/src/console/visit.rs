//! One visit to the console: its operator and language.

use super::Console;
use crate::{PageReader, PeerAddress, failure::Failure, posted::Admission, visitor::Visitor};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{
    grant::{DecideApplication, Grant, ManageTenants, ResendMail, ShowPin},
    time::Timestamp,
};
use templates::{Area, Chrome};

/// The argument of every handler of the console; it does not exist without the grant.
pub(super) struct ConsoleVisit {
    /// The permission for all pages of the console.
    pub(super) grant: Grant<ManageTenants>,
    /// The permission to send a tenant's mail again.
    pub(super) resend: Grant<ResendMail>,
    /// The permission to decide where a company has nobody left who could.
    pub(super) decide: Grant<DecideApplication>,
    /// The permission to see PINs of administrators and auditors.
    pub(super) show_pin: Grant<ShowPin>,
    /// The frame of every page of this visit.
    pub(super) chrome: Chrome,
}

impl ConsoleVisit {
    /// A reader for every tenant's records.
    pub(super) async fn read(&self, console: &Console) -> Result<store::Reader, Failure> {
        Ok(console.authority.reading().every_record(&self.grant).await?)
    }

    /// The moment at which the page is made.
    pub(super) fn now(&self) -> Timestamp {
        self.chrome.now
    }
}

impl Admission for ConsoleVisit {}

impl FromRequestParts<Console> for ConsoleVisit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Failure> {
        let visitor = Visitor::from_request_parts(parts, console).await?;
        let reader = PageReader::from_request_parts(parts, console).await?;
        let peer = PeerAddress::from_request_parts(parts, console).await?;
        let grant = visitor.grant()?.used_from(peer.0);
        let resend = visitor.grant()?.used_from(peer.0);
        let decide = visitor.grant()?.used_from(peer.0);
        let show_pin = visitor.grant()?.used_from(peer.0);
        let area = Area::Console { user_name: visitor.0.user().display_name.clone() };
        reader.is_in(&area);
        Ok(Self { grant, resend, decide, show_pin, chrome: console.frame.chrome(&reader, area) })
    }
}
