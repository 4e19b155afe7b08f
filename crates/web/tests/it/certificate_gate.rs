//! Stands in for the gate: makes permits the only way there is, by its decision.

use crate::installation::{ADMINISTRATOR, Installation};
use domain::{
    certificate::Status,
    email::EmailAddress,
    id::CertificateId,
    permit::{CertificateFacts, Facts, Permit, Presented, PresentedLeaf, TenantFacts, UserFacts, decide},
    site::SiteKind,
    time::Timestamp,
    user::User,
};
use std::sync::Arc;
use store::{PageRequest, certificates::CertificateFilter};

impl Installation {
    /// The permit of the first administrator; with the certificate on record, if there is one.
    pub(crate) async fn administrator_permit(&self) -> Permit {
        let mut reader = self.store.read().await.unwrap();
        let mut tenant = reader.tenant(self.sheet.tenant.id);
        let email = EmailAddress::parse(ADMINISTRATOR).unwrap();
        let user = tenant.user_by_email(&email).await.unwrap().unwrap();
        let filter = CertificateFilter::User(user.id);
        let page = PageRequest::first(1);
        let found = tenant.certificates(filter, &page).await.unwrap();
        let certificate = found.rows.first().map(|certificate| certificate.id);
        self.permit_of(&user, certificate)
    }

    pub(crate) fn permit_of(&self, user: &User, certificate: Option<CertificateId>) -> Permit {
        let now = self.authority.now();
        let tenant = Arc::new(TenantFacts {
            id: self.sheet.tenant.id,
            slug: domain::slug::TenantSlug::parse("sample").unwrap(),
            state: self.sheet.tenant.state,
            suspended_from: Timestamp::MAX,
        });
        let facts = UserFacts {
            id: user.id,
            state: user.state,
            role: user.role,
            login_name: user.login_name.as_str().to_owned(),
            email: user.proved_email.as_ref().map(ToString::to_string),
            groups: Vec::new(),
            display_name: user.display_name.clone(),
        };
        let stand_in = || CertificateId::new(now, &mut *self.authority.rng());
        let record = CertificateFacts {
            id: certificate.unwrap_or_else(stand_in),
            status: Status::Good,
            user: Arc::new(facts),
        };
        let leaf = PresentedLeaf {
            tenant: tenant.id,
            client_auth: true,
            not_before: now,
            not_after: now + domain::time::DAY * 365,
        };
        let facts = Facts {
            presented: &Presented::Leaf(leaf),
            tenant: &tenant,
            site: SiteKind::Application,
            record: Some(&record),
            view_fresh: true,
        };
        decide(&facts, now).unwrap()
    }
}
