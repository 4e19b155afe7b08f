//! Desk and console with the people who use them: two companies, so that one can be shown to see
//! nothing of the other.

use crate::{
    browser::{Answer, Browser},
    installation::{ADMINISTRATOR, Installation, TODAY, tenant_form},
};
use authority::users::InvitationChannel;
use domain::{
    agreement::Consent,
    application::{Application, Approval, Particulars, Purpose, Reference, Submitted},
    certificate::{CertificateKey, CertificateRecord, CertificateState, LeafTag, Status},
    certificate_text::{CertificateText, RomanName},
    device::DeviceType,
    email::EmailAddress,
    grant::{Grant, Permission},
    id::{ApplicationId, CertificateId, DeviceId, InvitationId},
    import::{Cells, Column, NewUser},
    invitation::InvitationKind,
    permit::{CertificateFacts, Facts, Permit, Presented, PresentedLeaf, TenantFacts, UserFacts, decide},
    policy::Policy,
    site::SiteKind,
    tenant::Tenant,
    time::{DAY, Timestamp},
    user::{Role, User},
};
use pki::serial::Serial;
use rand_chacha::rand_core::CryptoRng;
use std::{net::Ipv4Addr, sync::Arc};
use store::{PageRequest, Reader, ToBeSigned};
use web::{Console, Desk, ReservedPages};

/// An installation with our company and another one, theirs.
/// The days of a certificate.
const YEAR: i32 = 365;

pub(crate) struct TwoCompanies {
    pub(crate) installation: Installation,
    pub(crate) ours: Tenant,
    pub(crate) theirs: Tenant,
    pub(crate) administrator: User,
}

/// As a command has it.
#[expect(clippy::disallowed_methods, reason = "the machine of the tests")]
pub(crate) fn at_the_machine<P: Permission>() -> Grant<P> {
    Grant::operator_at_the_machine()
}

impl TwoCompanies {
    pub(crate) async fn new() -> Self {
        let installation = Installation::new().await;
        let ours = installation.sheet.tenant.clone();
        let grant = at_the_machine();
        let theirs = installation
            .authority
            .tenants()
            .add_tenant(
                &grant,
                tenant_form("another").new_tenant(TODAY).unwrap(),
                installation.authority.new_invitation_id(),
            )
            .await
            .unwrap()
            .tenant;
        let mut reader = installation.store.read().await.unwrap();
        let administrator =
            reader.tenant(ours.id).user_by_email(&address(ADMINISTRATOR)).await.unwrap().unwrap();
        drop(reader);
        Self { installation, ours, theirs, administrator }
    }

    pub(crate) async fn read(&self) -> Reader {
        self.installation.store.read().await.unwrap()
    }

    fn now(&self) -> Timestamp {
        self.installation.authority.now()
    }

    /// Adds a person to a company.
    pub(crate) async fn add(&self, tenant: &Tenant, login: &str, role: Role) -> User {
        let new = NewUser { role: Some(role), ..person(login) };
        let grant = at_the_machine();
        self.installation
            .authority
            .people()
            .add_user(
                &grant,
                tenant.id,
                new,
                InvitationChannel::Mail,
                self.installation.authority.new_invitation_id(),
            )
            .await
            .unwrap()
            .0
    }

    /// An application of the user that waits for an administrator.
    pub(crate) async fn waiting_application(&self, user: &User, device: &str) -> ApplicationId {
        let authority = &self.installation.authority;
        let submitted = application(user, device, self.now(), &mut *authority.rng());
        let mut tx = self.installation.store.begin("apply").await.unwrap();
        tx.tenant(user.tenant).insert_application(&submitted, None).await.unwrap();
        tx.commit().await.unwrap();
        submitted.particulars().id
    }

    /// The same as [`TwoCompanies::certificate`], which ends after so many days.
    pub(crate) async fn certificate_for_days(
        &self,
        user: &User,
        device: &str,
        days: i32,
    ) -> CertificateRecord {
        self.certificate_on(user, device, None, days).await
    }

    /// A valid certificate of the user, as the store keeps it after a pickup.
    pub(crate) async fn certificate(&self, user: &User, device: &str) -> CertificateRecord {
        self.certificate_on(user, device, None, YEAR).await
    }

    /// A newer certificate of the same device.
    pub(crate) async fn renewed(&self, user: &User, of: &CertificateRecord) -> CertificateRecord {
        let newer = self.certificate_on(user, &of.device_name, Some(of.device), YEAR).await;
        let mut tx = self.installation.store.begin("supersede").await.unwrap();
        tx.tenant(user.tenant).supersede_by(newer.id, self.now()).await.unwrap();
        tx.commit().await.unwrap();
        newer
    }

    async fn certificate_on(
        &self,
        user: &User,
        device: &str,
        line: Option<DeviceId>,
        days: i32,
    ) -> CertificateRecord {
        let (store, now) = (&self.installation.store, self.now());
        let submitted = application(user, device, now, &mut *self.installation.authority.rng());
        let issuer = self.read().await.tenant(user.tenant).issuers().await.unwrap()[0].id;
        let certificate = CertificateRecord {
            id: CertificateId::new(now, &mut *self.installation.authority.rng()),
            key: CertificateKey { issuer, serial: Serial::random(&mut *self.installation.authority.rng()) },
            tenant: user.tenant,
            user: user.id,
            application: submitted.particulars().id,
            device: line.unwrap_or(submitted.particulars().device),
            device_type: DeviceType::Windows,
            device_name: device.to_owned(),
            not_before: now,
            not_after: now + DAY * days,
            state: CertificateState::Valid,
            revocation: None,
            picked_up_at: Some(now),
            proved_at: None,
            ends_at: None,
        };
        let mut tx = store.begin("apply").await.unwrap();
        tx.tenant(user.tenant).insert_application(&submitted, None).await.unwrap();
        let approved =
            submitted.approve(Approval::by_policy(&Policy::default(), InvitationKind::Personal).unwrap());
        assert!(tx.tenant(user.tenant).approve_application(&approved, now).await.unwrap());
        assert!(tx.tenant(user.tenant).pick_up_application(&approved, now).await.unwrap());
        let _to_sign = tx.record_certificate(&certificate, Prepared, now).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin("keep").await.unwrap();
        assert!(
            tx.tenant(user.tenant)
                .keep_signed_certificate(certificate.id, b"leaf", LeafTag::from_bytes([7; 16]), now)
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        certificate
    }

    pub(crate) async fn state_of(&self, certificate: &CertificateRecord) -> CertificateState {
        let found = self.read().await.tenant(certificate.tenant).certificate(certificate.id).await.unwrap();
        found.unwrap().state
    }

    pub(crate) async fn on_record(&self, user: &User) -> User {
        self.read().await.tenant(user.tenant).user(user.id).await.unwrap().unwrap()
    }

    /// An administrator becomes an ordinary user.
    pub(crate) async fn demote(&self, user: &User) {
        let entered =
            NewUser { email: user.email.clone(), role: Some(Role::User), ..person(user.login_name.as_str()) };
        let authority = &self.installation.authority;
        let demoted =
            authority.people().update_user(&at_the_machine(), user.tenant, user.id, entered, |_| true).await;
        assert_eq!(demoted.unwrap().role, Role::User);
    }

    pub(crate) async fn user_count(&self, tenant: &Tenant) -> u64 {
        self.read().await.tenant(tenant.id).user_count("").await.unwrap()
    }

    /// How many acts the company's log holds; more with every change.
    pub(crate) async fn acts(&self, tenant: &Tenant) -> usize {
        let page = self.read().await.tenant(tenant.id).audit_rows(&PageRequest::first(500)).await;
        page.unwrap().rows.len()
    }

    /// What the newest row of a company's log says of the act, and from where it was done.
    pub(crate) async fn newest_act(&self, tenant: &Tenant) -> (String, Option<String>) {
        let page = self.read().await.tenant(tenant.id).audit_rows(&PageRequest::first(1)).await;
        let row = page.unwrap().rows.remove(0);
        (row.act, row.address)
    }

    /// The first administrator of a company.
    pub(crate) async fn administrator_of(&self, tenant: &Tenant) -> User {
        let mut reader = self.read().await;
        let mut administrators = reader.tenant(tenant.id).users_with_role(Role::Administrator).await.unwrap();
        administrators.remove(0)
    }

    /// At our desk, as our first administrator.
    pub(crate) fn administrator_at_desk(&self) -> Browser {
        self.at_desk(&self.administrator)
    }

    /// At our desk, as this person of our company.
    pub(crate) fn at_desk(&self, user: &User) -> Browser {
        let desk = Desk::new(self.installation.authority.clone()).router();
        let permit = self.permit(&self.ours, user, SiteKind::Desk);
        Browser::new(desk, "https", "sample.desk.localhost:8443").with_permit(&permit)
    }

    /// At our portal, as this person with this certificate.
    pub(crate) fn at_portal(&self, user: &User, own: CertificateId) -> Browser {
        let permit = self.permit_by(&self.ours, user, SiteKind::Application, own);
        self.installation.portal().with_permit(&permit)
    }

    /// At the console, with the permit of whoever this is.
    pub(crate) fn at_console(&self, tenant: &Tenant, user: &User, site: SiteKind) -> Browser {
        let console = Console::new(self.installation.authority.clone()).router();
        Browser::new(console, "https", "console.localhost:8443").with_permit(&self.permit(tenant, user, site))
    }

    /// At the reserved pages of the console, as this operator with this certificate.
    pub(crate) fn at_reserved_of_console(
        &self,
        tenant: &Tenant,
        user: &User,
        own: &CertificateRecord,
    ) -> Browser {
        let reserved = ReservedPages::new(self.installation.authority.clone()).router();
        let permit = self.permit_by(tenant, user, SiteKind::Console, own.id);
        Browser::new(reserved, "https", "console.localhost:8443").with_permit(&permit)
    }

    /// An id that no invitation has.
    pub(crate) fn an_invitation(&self) -> InvitationId {
        self.installation.authority.new_invitation_id()
    }

    /// The installation's own tenant, with an operator.
    pub(crate) async fn operator(&self) -> (Tenant, User) {
        self.operator_named("operator").await
    }

    /// The same with another operator.
    pub(crate) async fn another_operator(&self) -> (Tenant, User) {
        self.operator_named("another").await
    }

    async fn operator_named(&self, login: &str) -> (Tenant, User) {
        let grant = at_the_machine();
        let operator =
            self.installation.authority.people().add_operator(&grant, person(login)).await.unwrap().user;
        let tenant = self.read().await.tenant(operator.tenant).record().await.unwrap().unwrap();
        (tenant, operator)
    }

    /// The permit of this person at a site, with a certificate of its own.
    pub(crate) fn permit(&self, tenant: &Tenant, user: &User, site: SiteKind) -> Permit {
        let stand_in = CertificateId::new(self.now(), &mut *self.installation.authority.rng());
        self.permit_by(tenant, user, site, stand_in)
    }

    pub(crate) fn permit_by(
        &self,
        tenant: &Tenant,
        user: &User,
        site: SiteKind,
        certificate: CertificateId,
    ) -> Permit {
        let now = self.now();
        let facts = UserFacts {
            id: user.id,
            state: user.state,
            role: user.role,
            login_name: user.login_name.to_string(),
            email: user.proved_email.as_ref().map(ToString::to_string),
            groups: Vec::new(),
            display_name: user.display_name.clone(),
        };
        let record = CertificateFacts { id: certificate, status: Status::Good, user: Arc::new(facts) };
        let tenant = Arc::new(TenantFacts {
            id: tenant.id,
            slug: tenant.slug.clone(),
            state: tenant.state,
            suspended_from: Timestamp::MAX,
        });
        let leaf = PresentedLeaf { tenant: tenant.id, client_auth: true, not_before: now, not_after: now };
        let presented = Presented::Leaf(leaf);
        let facts =
            Facts { presented: &presented, tenant: &tenant, site, record: Some(&record), view_fresh: true };
        decide(&facts, now).unwrap()
    }
}

/// To-be-signed bytes, as good as any.
struct Prepared;

impl ToBeSigned for Prepared {
    fn tbs_der(&self) -> &[u8] {
        b"to be signed"
    }
}

/// A page without the number of its request and without the id that was asked for.
pub(crate) fn without(answer: &Answer, id: &str) -> String {
    answer.text().replace(answer.header("sekisho-request-id"), "").replace(id, "")
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

/// A person by this login name.
fn person(login: &str) -> NewUser {
    let mut cells = Cells::default();
    for (column, text) in [
        (Column::DisplayName, login.to_owned()),
        (Column::RomanFamilyName, "Yamada".to_owned()),
        (Column::RomanGivenName, "Taro".to_owned()),
        (Column::LoginName, login.to_owned()),
        (Column::Email, format!("{login}@sample.example")),
    ] {
        cells.set(column, text);
    }
    cells.judge().unwrap()
}

fn application(user: &User, device: &str, now: Timestamp, rng: &mut dyn CryptoRng) -> Application<Submitted> {
    let text = |text| CertificateText::parse(text).unwrap();
    Application::submit(Particulars {
        id: ApplicationId::new(now, rng),
        reference: Reference::random(rng),
        tenant: user.tenant,
        user: user.id,
        roman_name: RomanName { family: text("Yamada"), given: text("Taro") },
        email: user.email.clone(),
        device: DeviceId::new(now, rng),
        purpose: Purpose::New,
        device_name: device.to_owned(),
        consent: Consent {
            version: "2026-11".into(),
            text_sha256: [7; 32],
            at: now,
            address: Ipv4Addr::LOCALHOST.into(),
        },
        submitted_at: now,
    })
}
