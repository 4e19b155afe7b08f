//! One visit to the console: which operator, in which language.

use super::Console;
use crate::{PageReader, PeerAddress, failure::Failure, posted::Admission, visitor::Visitor};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{
    grant::{Grant, ManageTenants, ResendMail},
    time::Timestamp,
};
use templates::{Area, Chrome};

/// Taken as an argument by every handler of the console; there is none without the grant.
pub(super) struct ConsoleVisit {
    /// Permission for all that the console does.
    pub(super) grant: Grant<ManageTenants>,
    /// Permission to send a tenant's mail again.
    pub(super) resend: Grant<ResendMail>,
    /// What surrounds every page of this visit.
    pub(super) chrome: Chrome,
}

impl ConsoleVisit {
    /// Every tenant's records.
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
        let area = Area::Console { user_name: visitor.0.user().display_name.clone() };
        Ok(Self { grant, resend, chrome: console.frame.chrome(&reader, area) })
    }
}
