//! An installation whose clock, randomness, mail and gates are in the test's hands.

use authority::{
    Addresses, Authority, Parts, Seal, ServiceProfile, mail::MailTransport, sheet::HandOver,
    tenants::TenantError,
};
use domain::{
    audit::AuditRow,
    bounds::TenantBounds,
    certificate::CertificateRecord,
    certificate_text::{CertificateText, RomanName},
    email::EmailAddress,
    grant::{Grant, Permission},
    host_name::HostName,
    id::TenantId,
    import::NewUser,
    issuer::Issuer,
    login_name::LoginName,
    tenant_form::{NewTenant, TenantField, TenantForm},
    time::{Clock, SignedDuration, Timestamp},
    user::Role,
};
use std::{net::IpAddr, sync::Arc};
use store::{Store, StoreUrl};
use testkit::mailbox::{Mailbox, ReceivedMail};
use testkit::{back_door::BackDoor, databases::on_each_database};
use testkit::{
    clock::{TestClock, TestEntropy},
    gates::TestGates,
};

const KEY_ENCRYPTION_KEY: [u8; 32] = [7; 32];

/// From where people act, unless a test says otherwise.
pub(crate) fn office() -> IpAddr {
    "192.0.2.10".parse().expect("an address")
}

/// From somewhere else.
pub(crate) fn elsewhere() -> IpAddr {
    "198.51.100.20".parse().expect("an address")
}

pub(crate) fn text(text: &str) -> CertificateText {
    CertificateText::parse(text).expect("certificate text")
}

pub(crate) fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an e-mail address")
}

/// The permission of whoever runs the installation.
#[expect(clippy::disallowed_methods, reason = "the machine of the tests")]
pub(crate) fn operator<A: Permission>() -> Grant<A> {
    Grant::operator_at_the_machine()
}

/// An installation on one database.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) authority: Authority,
    /// What the authority works on, to look at.
    pub(crate) store: Store,
    pub(crate) clock: TestClock,
    pub(crate) entropy: TestEntropy,
    pub(crate) mailbox: Mailbox,
    pub(crate) gates: TestGates,
    pub(crate) url: StoreUrl,
}

/// Runs a test on a complete installation without customers, on each database.
pub(crate) async fn on_each_scene<Test: AsyncFn(Scene)>(test: Test) {
    on_each_database(async |url| {
        let scene = Scene::bare(url).await;
        scene.authority.installation().ensure_installed().await.expect("installs");
        test(scene).await;
    })
    .await;
}

impl Scene {
    /// An empty database with its schema; nothing is installed.
    pub(crate) async fn bare(url: StoreUrl) -> Self {
        let (clock, entropy) = (TestClock::default(), TestEntropy::default());
        let (mailbox, gates) = (Mailbox::default(), TestGates::default());
        let store = Store::open(&url).await.expect("opens");
        store.migrate(clock.now()).await.expect("migrates");
        let authority = assemble(store.clone(), &clock, &entropy, &gates, Arc::new(mailbox.clone()));
        Self { authority, store, clock, entropy, mailbox, gates, url }
    }

    /// Another process over the same database: what only memory held is gone.
    pub(crate) async fn another_process(&self) -> Authority {
        self.with_transport(Arc::new(self.mailbox.clone())).await
    }

    /// As [`Scene::another_process`], whose mail leaves by another way.
    pub(crate) async fn with_transport(&self, mail: Arc<dyn MailTransport>) -> Authority {
        let store = Store::open(&self.url).await.expect("opens");
        assemble(store, &self.clock, &self.entropy, &self.gates, mail)
    }

    /// Another process over the same database, with other bounds for each tenant.
    pub(crate) async fn with_bounds(&self, bounds: TenantBounds) -> Authority {
        let store = Store::open(&self.url).await.expect("opens");
        let mail = Arc::new(self.mailbox.clone());
        assemble_bounded(store, &self.clock, &self.entropy, &self.gates, mail, bounds)
    }

    /// The process ends and is started again.
    pub(crate) async fn restart(&mut self) {
        self.store.close().await;
        self.store = Store::open(&self.url).await.expect("opens");
        let mail = Arc::new(self.mailbox.clone());
        self.authority = assemble(self.store.clone(), &self.clock, &self.entropy, &self.gates, mail);
    }

    pub(crate) async fn back_door(&self) -> BackDoor {
        BackDoor::open(&self.url).await
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn forward(&self, by: SignedDuration) {
        self.clock.forward(by);
    }

    /// Sends what lies in the outbox.
    pub(crate) async fn post(&self) {
        self.authority.outbox().send_due_mail().await.expect("sends");
    }

    /// Sends what lies in the outbox; the newest mail to one address.
    pub(crate) async fn newest_mail_to(&self, address: &str) -> ReceivedMail {
        self.post().await;
        self.mailbox.newest_to(address)
    }

    /// A customer with ten seats until 2027-11-30, and the hand-overs.
    pub(crate) async fn customer(&self, slug: &str) -> HandOver {
        self.customer_with(slug, |_| {}).await
    }

    /// The same, a little different.
    pub(crate) async fn customer_with(&self, slug: &str, change: impl FnOnce(&mut NewTenant)) -> HandOver {
        let mut new = new_tenant(slug);
        change(&mut new);
        self.add_tenant(new).await.expect("the tenant is added")
    }

    /// By a form of its own, as [`Scene::new_sheet`].
    pub(crate) async fn add_tenant(&self, new: NewTenant) -> Result<HandOver, TenantError> {
        self.authority.tenants().add_tenant(&operator(), new, self.authority.new_invitation_id()).await
    }

    pub(crate) async fn new_sheet(
        &self,
        tenant: TenantId,
        address: Option<EmailAddress>,
    ) -> Result<HandOver, TenantError> {
        let sheet = self.authority.new_invitation_id();
        self.authority.tenants().new_sheet(&operator(), tenant, address, sheet).await
    }

    /// The whole audit log.
    pub(crate) async fn audit_log(&self) -> Vec<AuditRow> {
        let mut reader = self.store.read().await.expect("reads");
        reader.audit_rows_from(1, 10_000).await.expect("rows")
    }

    /// How often an act stands in the audit log.
    pub(crate) async fn times_audited(&self, act: &str) -> usize {
        self.audit_log().await.iter().filter(|row| row.act == act).count()
    }

    /// The issuer of a tenant's people.
    pub(crate) async fn issuer_of(&self, tenant: TenantId) -> Issuer {
        let mut reader = self.store.read().await.expect("reads");
        let mut issuers = reader.tenant(tenant).issuers().await.expect("issuers");
        issuers.pop().expect("an issuer")
    }
}

fn assemble(
    store: Store,
    clock: &TestClock,
    entropy: &TestEntropy,
    gates: &TestGates,
    mail: Arc<dyn MailTransport>,
) -> Authority {
    assemble_bounded(store, clock, entropy, gates, mail, TenantBounds::default())
}

fn assemble_bounded(
    store: Store,
    clock: &TestClock,
    entropy: &TestEntropy,
    gates: &TestGates,
    mail: Arc<dyn MailTransport>,
    bounds: TenantBounds,
) -> Authority {
    Authority::new(Parts {
        store,
        seal: Seal::new(&KEY_ENCRYPTION_KEY),
        clock: Arc::new(clock.clone()),
        entropy: Arc::new(entropy.clone()),
        addresses: Addresses {
            public_url: "https://certificates.gate.example".into(),
            publication_url: "http://certificates.gate.example".into(),
            site_suffix: HostName::parse("gate.example").expect("a host name"),
            gate_port: 443,
        },
        service: ServiceProfile {
            name_ja: "関所サービス".into(),
            name_en: "Sekisho Service".into(),
            sender_name: "関所 事務局".into(),
            sender_name_en: "Sekisho Office".into(),
            sender_address: email("sekisho@service.example"),
            support_contact: "support@service.example".into(),
            time_zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(9)),
            contract_grace_days: 30,
            bounds,
        },
        mail,
        gates: Arc::new(gates.clone()),
    })
    .expect("the authority is put together")
}

/// A customer that could be added; its first administrator is `hanako@SLUG.example`.
pub(crate) fn new_tenant(slug: &str) -> NewTenant {
    let form = TenantForm::default()
        .with(TenantField::Slug, slug)
        .with(TenantField::DisplayName, format!("{slug}株式会社"))
        .with(TenantField::Organization, "Sample Co., Ltd.")
        .with(TenantField::OrganizationalUnit, "Sales")
        .with(TenantField::ContractNumber, "C-0001")
        .with(TenantField::Seats, "10")
        .with(TenantField::ValidUntil, "2027-11-30")
        .with(TenantField::AdministratorName, "山田 花子")
        .with(TenantField::AdministratorEmail, format!("hanako@{slug}.example"))
        .with(TenantField::Locale, "ja")
        .with(TenantField::SupportContact, format!("help@{slug}.example"));
    form.new_tenant(jiff::civil::date(2026, 11, 22)).expect("a tenant")
}

/// A colleague who could be added: `LOGIN@sample.example`, "Suzuki Login".
pub(crate) fn new_user(login: &str) -> NewUser {
    let mut given = login.to_owned();
    given[..1].make_ascii_uppercase();
    NewUser {
        display_name: format!("鈴木 {login}"),
        reading: "すずき".into(),
        roman_name: RomanName { family: text("Suzuki"), given: text(&given) },
        login_name: LoginName::parse(login).expect("a login name"),
        email: email(&format!("{login}@sample.example")),
        groups: Vec::new(),
        note: String::new(),
        role: Some(Role::User),
        locale: None,
    }
}

/// A file under the key of the installation alone, as release 0.1.0 sealed it.
pub(crate) fn sealed_as_by_the_first_release(of: &CertificateRecord, file: &[u8]) -> Vec<u8> {
    let key = Seal::new(&KEY_ENCRYPTION_KEY);
    key.seal(authority::SealedKind::Pkcs12, of.id.as_bytes(), file).expect("seals")
}
