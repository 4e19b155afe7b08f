//! One visit to the desk: who asks, for which company, in which language.

use super::Desk;
use crate::{PageReader, PeerAddress, failure::Failure, listing::shown, posted::Admission, visitor::Visitor};
use authority::reading::{OwnRecords, TenantRecords};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{
    application::ApplicationState,
    grant::{Grant, Permission, ViewTenant},
    id::{TenantId, UserId},
    permit::Permit,
    refusal::Problem,
    tenant::Tenant,
    time::Timestamp,
};
use std::net::IpAddr;
use templates::{APPLICATIONS_COUNTED_MAX, Area, Chrome};

/// Taken as an argument by every handler of the desk that shows or does anything.
///
/// **Invariant:** the tenant is that of the permit; no path, query or field names one.
pub(super) struct DeskVisit {
    visitor: Visitor,
    peer: PeerAddress,
    tenant: Tenant,
    chrome: Chrome,
}

impl DeskVisit {
    /// The visitor's company.
    pub(super) fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    pub(super) fn tenant_id(&self) -> TenantId {
        self.tenant.id
    }

    pub(super) fn permit(&self) -> &Permit {
        &self.visitor.0
    }

    /// The address from which the visitor asks.
    pub(super) fn address(&self) -> IpAddr {
        self.peer.0
    }

    /// Whether the visitor is this person.
    pub(super) fn is(&self, user: UserId) -> bool {
        self.permit().user().id == user
    }

    pub(super) fn grant<A: Permission>(&self) -> Result<Grant<A>, Failure> {
        Ok(self.visitor.grant()?.used_from(self.peer.0))
    }

    /// The tenant's records, for a visitor who may see them.
    pub(super) async fn read(&self, desk: &Desk) -> Result<TenantRecords, Failure> {
        let grant = self.grant::<ViewTenant>()?;
        let records = desk.authority.reading().records_of(&grant, self.tenant.id).await?;
        records.ok_or(Failure::from(Problem::NotFound))
    }

    /// The visitor's own records.
    pub(super) async fn read_own(&self, desk: &Desk) -> Result<OwnRecords, Failure> {
        Ok(desk.authority.reading().own_records(self.permit()).await?)
    }

    pub(super) fn may<A: Permission>(&self) -> bool {
        self.visitor.may::<A>()
    }

    /// What surrounds every page of this visit.
    pub(super) fn chrome(&self) -> &Chrome {
        &self.chrome
    }

    /// The moment at which the page is made.
    pub(super) fn now(&self) -> Timestamp {
        self.chrome.now
    }
}

/// A visit with the permission for one act; how a form's handler gets its grant before the form is read.
pub(super) struct Allowed<A: Permission> {
    pub(super) visit: DeskVisit,
    pub(super) grant: Grant<A>,
}

impl<A: Permission> Admission for Allowed<A> {}

impl<A: Permission> FromRequestParts<Desk> for Allowed<A> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Failure> {
        let visit = DeskVisit::from_request_parts(parts, desk).await?;
        let grant = visit.grant()?;
        Ok(Self { visit, grant })
    }
}

/// How many applications wait, for the navigation of people who see them.
async fn waiting(desk: &Desk, visitor: &Visitor) -> Result<u32, Failure> {
    let Ok(grant) = visitor.grant::<ViewTenant>() else { return Ok(0) };
    let records = desk.authority.reading().records_of(&grant, visitor.0.tenant().id).await?;
    let Some(mut records) = records else { return Ok(0) };
    let mut records = records.records();
    let count = records.application_count_up_to(ApplicationState::Submitted, APPLICATIONS_COUNTED_MAX);
    Ok(shown(count.await?))
}

impl FromRequestParts<Desk> for DeskVisit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Failure> {
        let visitor = Visitor::from_request_parts(parts, desk).await?;
        let peer = PeerAddress::from_request_parts(parts, desk).await?;
        let reader = PageReader::from_request_parts(parts, desk).await?;
        let record = desk.authority.reading().own_records(&visitor.0).await?.tenant().await?;
        let tenant = record.ok_or_else(|| Failure::broken("the permit's tenant is not on record"))?;
        let user = visitor.0.user();
        let area = Area::Desk {
            tenant_name: tenant.display_name.clone(),
            user_name: user.display_name.clone(),
            role: user.role,
            applications: waiting(desk, &visitor).await?,
        };
        reader.is_in(&area);
        let chrome = desk.frame.chrome(&reader, area);
        Ok(Self { visitor, peer, tenant, chrome })
    }
}
