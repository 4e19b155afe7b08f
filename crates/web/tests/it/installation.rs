//! A whole installation in a temporary folder: SQLite, a root, one tenant and its first administrator.

use crate::browser::Browser;
use authority::{Addresses, Authority, Parts, Seal, ServiceProfile, sheet::HandOver};
use domain::{
    email::EmailAddress,
    grant::ManageTenants,
    host_name::HostName,
    policy::Policy,
    tenant_form::{NewTenant, TenantField, TenantForm},
};
use std::sync::Arc;
use store::{Store, StoreUrl};
use tempfile::TempDir;
use testkit::{
    clock::{TestClock, TestEntropy},
    gates::TestGates,
    mailbox::Mailbox,
};
use web::{Portal, PublicSite, ReservedPages, captured_mail::CapturedMail};

pub(crate) const ADMINISTRATOR: &str = "hanako@sample.example";
pub(crate) const FILE_PASSWORD: &str = "correct horse battery";

pub(crate) struct Installation {
    pub(crate) authority: Authority,
    /// What the authority works on, to look at.
    pub(crate) store: Store,
    pub(crate) clock: TestClock,
    pub(crate) mailbox: Mailbox,
    pub(crate) gates: TestGates,
    pub(crate) sheet: HandOver,
    folder: TempDir,
}

impl Installation {
    pub(crate) async fn new() -> Self {
        Self::with_policy(Policy::default()).await
    }

    pub(crate) async fn with_policy(policy: Policy) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = StoreUrl::Sqlite(folder.path().join("sekisho.db"));
        let store = Store::open(&url).await.unwrap();
        let clock = TestClock::default();
        store.migrate(domain::time::Clock::now(&clock)).await.unwrap();
        let (mailbox, gates) = (Mailbox::default(), TestGates::default());
        let authority = assemble(store.clone(), &clock, &mailbox, &gates);
        authority.installation().ensure_installed().await.unwrap();
        let operator = crate::gated::at_the_machine::<ManageTenants>();
        let sheet = authority
            .tenants()
            .add_tenant(&operator, sample(policy), authority.new_invitation_id())
            .await
            .unwrap();
        Self { authority, store, clock, mailbox, gates, sheet, folder }
    }

    /// Another process over the same database.
    pub(crate) async fn another_process(&self) -> Authority {
        let store = Store::open(&StoreUrl::Sqlite(self.folder.path().join("sekisho.db"))).await.unwrap();
        assemble(store, &self.clock, &self.mailbox, &self.gates)
    }

    /// A browser at the public site.
    pub(crate) fn visitor(&self) -> Browser {
        self.visitor_with_mail(None)
    }

    pub(crate) fn visitor_with_mail(&self, mail: Option<Arc<dyn CapturedMail>>) -> Browser {
        let hosts = [HostName::parse("localhost").unwrap()];
        let site = PublicSite::new(self.authority.clone(), hosts, mail);
        Browser::new(site.router(), "http", "localhost:8080")
    }

    /// The public site's routes.
    pub(crate) fn public_site(authority: &Authority) -> axum::Router {
        PublicSite::new(authority.clone(), [HostName::parse("localhost").unwrap()], None).router()
    }

    /// A browser at the tenant's portal.
    pub(crate) fn portal(&self) -> Browser {
        Browser::new(Portal::new(self.authority.clone()).router(), "https", "sample.localhost:8443")
    }

    /// A browser at the tenant's reserved pages.
    pub(crate) fn reserved(&self) -> Browser {
        Browser::new(ReservedPages::new(self.authority.clone()).router(), "https", "sample.localhost:8443")
    }

    /// Sends what lies in the outbox and returns the newest mail's text.
    pub(crate) async fn newest_mail(&self) -> String {
        self.authority.outbox().send_due_mail().await.unwrap();
        self.mailbox.mails().pop().map(|mail| mail.text).unwrap_or_default()
    }

    /// What the first administrator fills in.
    pub(crate) fn administrator_form(&self) -> Vec<(&'static str, String)> {
        vec![
            ("data_entry", self.sheet.data_entry_file.clone()),
            ("family_name", "Yamada".into()),
            ("given_name", "Hanako".into()),
            ("email", ADMINISTRATOR.into()),
            ("identification_code", self.sheet.tenant.identification_code.grouped()),
            ("password", self.sheet.password.grouped().expose().clone()),
            ("device_name", "Office PC".into()),
            ("challenge_phrase", "the first dog was Pochi".into()),
            ("agreement_version", templates::agreement::VERSION.into()),
            ("agree", "yes".into()),
        ]
    }
}

fn assemble(store: Store, clock: &TestClock, mailbox: &Mailbox, gates: &TestGates) -> Authority {
    let parts = Parts {
        store,
        seal: Seal::new(&[7; 32]),
        clock: Arc::new(clock.clone()),
        entropy: Arc::new(TestEntropy::default()),
        addresses: addresses(),
        service: service(),
        mail: Arc::new(mailbox.clone()),
        gates: Arc::new(gates.clone()),
    };
    Authority::new(parts).unwrap()
}

/// The form with one field changed.
pub(crate) fn with(
    mut form: Vec<(&'static str, String)>,
    name: &str,
    value: &str,
) -> Vec<(&'static str, String)> {
    for field in &mut form {
        if field.0 == name {
            value.clone_into(&mut field.1);
        }
    }
    form
}

fn addresses() -> Addresses {
    Addresses {
        public_url: "http://localhost:8080".into(),
        publication_url: "http://localhost:8080".into(),
        site_suffix: HostName::parse("localhost").unwrap(),
        gate_port: 8443,
    }
}

fn service() -> ServiceProfile {
    ServiceProfile {
        name_ja: "関所".into(),
        name_en: "Sekisho".into(),
        sender_name: "関所".into(),
        sender_name_en: "Sekisho".into(),
        sender_address: EmailAddress::parse("sekisho@service.example").unwrap(),
        support_contact: "support@service.example".into(),
        time_zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(9)),
        bounds: domain::bounds::TenantBounds::default(),
        contract_grace_days: 30,
    }
}

fn sample(policy: Policy) -> NewTenant {
    let form = tenant_form("sample")
        .with(TenantField::AdministratorEmail, ADMINISTRATOR)
        .with(TenantField::AdministratorName, "山田 花子")
        .with(TenantField::DisplayName, "サンプル株式会社")
        .with(TenantField::Locale, "en");
    let mut new = form.new_tenant(TODAY).unwrap();
    new.settings.policy = policy;
    new
}

pub(crate) const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

/// A company that can be added, in Japanese, with ten seats until 2027-11-30.
pub(crate) fn tenant_form(slug: &str) -> TenantForm {
    TenantForm::default()
        .with(TenantField::Slug, slug)
        .with(TenantField::DisplayName, "よその会社")
        .with(TenantField::Organization, "Sample Co., Ltd.")
        .with(TenantField::ContractNumber, "C-0001")
        .with(TenantField::Seats, "10")
        .with(TenantField::ValidUntil, "2027-11-30")
        .with(TenantField::AdministratorName, "隣 次郎")
        .with(TenantField::AdministratorEmail, format!("jiro@{slug}.example"))
        .with(TenantField::Locale, "ja")
        .with(TenantField::SupportContact, format!("help@{slug}.example"))
}
