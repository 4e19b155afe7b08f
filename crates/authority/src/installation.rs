//! What an installation is made of: its own keys, root, installation CA, and the operators' own tenant.
//!
//! Each piece is made only if it is missing, so that an installation half made when the power went is
//! completed at the next start.

use crate::{
    Authority, Unavailable,
    reconciler::UNSIGNED_AGE_MIN_MINUTES,
    signer::{Draft, Prepared},
    unavailable::FirstFailure,
    work::{Work, must_apply},
};
use domain::{
    act::{self, Act, Mandate},
    certificate_text::CertificateText,
    grant::Actor,
    id::{IssuerId, SiteId, TenantId},
    issuer::{Issuer, IssuerKind},
    license::{License, WITHOUT_END},
    locale::Locale,
    name_rules::NameRules,
    policy::Policy,
    site::{Site, SiteKind},
    slug::TenantSlug,
    status_change::StatusChange,
    tenant::{IdentificationCode, Tenant, TenantKind, TenantState},
    time::{DAY, SignedDuration, Timestamp},
};
use pki::{Certificate, IssuerIdentity, Name, Profile, PublicKey, Serial, Validity};
use store::{Constraint, issuers::NewIssuer};

/// Life of the root, in days.
const ROOT_DAYS: i32 = 30 * 365;
/// Life of the installation CA, in days.
const INSTALLATION_CA_DAYS: i32 = 20 * 365;
/// Life of a tenant's issuer, in days.
const TENANT_ISSUER_DAYS: i32 = 10 * 365;
/// How far before "now" a person's certificate begins: browsers hide one that has not begun by their computer's clock.
pub(crate) const BACKDATED: SignedDuration = SignedDuration::from_hours(1);
/// How far before "now" an authority's certificate begins, so that every certificate below it begins later.
const AUTHORITY_BACKDATED: SignedDuration = SignedDuration::from_hours(25);
/// Seats of the operators' tenant.
const OPERATOR_SEATS: u32 = 1000;

/// An issuer with its parsed certificate.
pub(crate) struct Signing {
    pub(crate) id: IssuerId,
    pub(crate) certificate: Certificate,
}

impl Signing {
    fn of(issuer: &Issuer) -> Result<Self, Unavailable> {
        Ok(Self { id: issuer.id, certificate: Certificate::from_der(&issuer.certificate_der)? })
    }

    /// The one of the youngest generation.
    pub(crate) fn newest(issuers: &[Issuer]) -> Result<Self, Unavailable> {
        let newest = issuers.iter().max_by_key(|issuer| issuer.generation);
        Self::of(newest.ok_or_else(|| Unavailable::because("the tenant has no issuer yet"))?)
    }

    pub(crate) fn identity(&self) -> IssuerIdentity {
        self.certificate.issuer_identity()
    }
}

/// A person's certificate's validity from a little before `now`, for so many days, never beyond its issuer's.
pub(crate) fn validity(now: Timestamp, days: i32, issuer: &Certificate) -> Validity {
    within(issuer, begun_before(now, BACKDATED, days))
}

/// An authority's, below another one or of its own.
fn authority_validity(now: Timestamp, days: i32, above: Option<&Certificate>) -> Validity {
    let wished = begun_before(now, AUTHORITY_BACKDATED, days);
    above.map_or(wished, |above| within(above, wished))
}

fn begun_before(now: Timestamp, backdated: SignedDuration, days: i32) -> Validity {
    Validity {
        not_before: now.as_second() - backdated.as_secs(),
        not_after: now.as_second() + (DAY * days).as_secs(),
    }
}

/// Readers of chains differ in whether a certificate may begin before its issuer's.
fn within(issuer: &Certificate, wished: Validity) -> Validity {
    let outer = issuer.validity();
    Validity {
        not_before: wished.not_before.max(outer.not_before),
        not_after: wished.not_after.min(outer.not_after),
    }
}

impl Authority {
    /// Makes whatever the installation still lacks. Run at every start, before anything is served.
    pub async fn ensure_installed(&self) -> Result<(), Unavailable> {
        // First, because nothing may be touched under a key of another installation.
        self.ensure_installation_keys().await?;
        self.erase_unsigned_issuers(self.left_at_start_before()).await?;
        let others_work = self.store().read().await?.unsigned_issuers(Timestamp::MAX).await?;
        if others_work.iter().any(|(_, tenant)| tenant.is_none()) {
            return Err(Unavailable::because(format!(
                "another process is just making this installation's CA; start again in {UNSIGNED_AGE_MIN_MINUTES} minutes"
            )));
        }
        let root = self.ensure_root().await?;
        self.ensure_installation_ca(&root).await?;
        self.ensure_operator_tenant().await?;
        self.make_missing_issuers(Timestamp::MAX).await
    }

    /// Makes issuers of tenants that have been without any since before a moment: a crash, or a request that was
    /// given up, left them so.
    pub(crate) async fn make_missing_issuers(&self, since_before: Timestamp) -> Result<(), Unavailable> {
        let mut failure = FirstFailure::default();
        for tenant in self.store().read().await?.tenants_without_issuer(since_before).await? {
            failure.note(&tenant.slug, self.ensure_tenant_issuer(&tenant).await);
        }
        failure.into_result()
    }

    /// An issuer that a crash left without its certificate has issued nothing: it is forgotten, so that it can
    /// be made anew.
    pub(crate) async fn erase_unsigned_issuers(&self, recorded_before: Timestamp) -> Result<(), Unavailable> {
        for (id, tenant) in self.store().read().await?.unsigned_issuers(recorded_before).await? {
            let mut work = self.begin("erase_unsigned_issuer").await?;
            if work.erase_unsigned_issuer(id).await? {
                work.audit(Actor::System, Act::EraseUnsignedIssuer, tenant, id, "").await?;
                work.finish().await?;
            }
        }
        Ok(())
    }

    async fn ensure_root(&self) -> Result<Signing, Unavailable> {
        if let Some(root) = self.store().read().await?.newest_issuer(IssuerKind::Root).await? {
            return Signing::of(&root);
        }
        let draft = |id: IssuerId, public: &PublicKey| {
            let name = Name::builder()
                .organization(self.service().name_en.as_str())
                .common_name(format!("Sekisho Root CA {}", short(id.as_bytes())))
                .build()?;
            Ok((
                Profile::Root,
                id,
                IssuerIdentity::new(name.clone(), public),
                name,
                authority_validity(self.now(), ROOT_DAYS, None),
            ))
        };
        self.new_issuer(IssuerKind::Root, None, None, draft).await
    }

    async fn ensure_installation_ca(&self, root: &Signing) -> Result<Signing, Unavailable> {
        if let Some(issuer) = self.store().read().await?.newest_issuer(IssuerKind::Installation).await? {
            return Signing::of(&issuer);
        }
        let draft = |id: IssuerId, _: &PublicKey| {
            let name = Name::builder()
                .organization(self.service().name_en.as_str())
                .common_name(format!("Sekisho Installation CA {} G1", short(id.as_bytes())))
                .build()?;
            let profile = Profile::InstallationCa {
                crl_url: self.addresses().crl(root.id),
                issuer_certificate_url: self.addresses().issuer_certificate(root.id),
            };
            let validity = authority_validity(self.now(), INSTALLATION_CA_DAYS, Some(&root.certificate));
            Ok((profile, root.id, root.identity(), name, validity))
        };
        self.new_issuer(IssuerKind::Installation, None, Some(root.id), draft).await
    }

    /// Makes the tenant's issuer if there is none. Of two who are at it at once, one makes it, and the other
    /// leaves it to that one; what that one may leave half done is for the reconciler.
    pub(crate) async fn ensure_tenant_issuer(&self, tenant: &Tenant) -> Result<(), Unavailable> {
        if !self.store().read().await?.tenant(tenant.id).issuers().await?.is_empty() {
            return Ok(());
        }
        let above = self.store().read().await?.newest_issuer(IssuerKind::Installation).await?;
        let above = above.ok_or_else(|| Unavailable::because("there is no installation CA"))?;
        let above = Signing::of(&above)?;
        let draft = |_: IssuerId, _: &PublicKey| {
            let name = Name::builder()
                .organization(tenant.organization.as_str())
                .common_name(format!("Personal CA {} G1", short(tenant.id.as_bytes())))
                .build()?;
            let profile = Profile::TenantIssuer {
                crl_url: self.addresses().crl(above.id),
                issuer_certificate_url: self.addresses().issuer_certificate(above.id),
            };
            let validity = authority_validity(self.now(), TENANT_ISSUER_DAYS, Some(&above.certificate));
            Ok((profile, above.id, above.identity(), name, validity))
        };
        match self.new_issuer(IssuerKind::Tenant, Some(tenant.id), Some(above.id), draft).await {
            Ok(_) => Ok(()),
            Err(error) if error.conflict() == Some(Constraint::IssuerGeneration) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Key, record, signature, certificate: in this order.
    async fn new_issuer(
        &self,
        kind: IssuerKind,
        tenant: Option<TenantId>,
        parent: Option<IssuerId>,
        draft: impl Fn(IssuerId, &PublicKey) -> Result<IssuerDraft, Unavailable>,
    ) -> Result<Signing, Unavailable> {
        let id = IssuerId::new(self.now(), &mut *self.rng());
        let key = self.new_issuer_key(id)?;
        let (profile, signed_by, issuer_identity, subject, validity) = draft(id, &key.public)?;
        let serial = Serial::random(&mut *self.rng());
        let prepared = Prepared::new(&Draft {
            profile: &profile,
            serial,
            issuer: signed_by,
            issuer_identity: &issuer_identity,
            subject: &subject,
            public_key: &key.public,
            validity,
        })?;
        let issuer = NewIssuer { id, kind, tenant, parent, generation: 1, key_sealed: &key.sealed };
        let (issuer, prepared) = (&issuer, &prepared);
        let mandate = Mandate::of_system(act::RecordIssuer);
        let recorded = self.act(mandate, |mut work| async move {
            lock_owner(&mut work, tenant).await?;
            let now = work.now;
            let to_record = work.transaction.record_issuer(issuer, prepared.clone(), now).await?;
            Ok::<_, Unavailable>(work.done_recording(
                to_record,
                tenant,
                id,
                format!("kind={}", kind.name()),
                (),
            ))
        });
        let (recorded, ()) = recorded.await?;
        let certificate = self.sign_certificate(recorded).await?;
        let der = certificate.as_der();
        let kept = self.upkeep("keep_issuer", |mut work| async move {
            lock_owner(&mut work, tenant).await?;
            must_apply(work.keep_signed_issuer(id, der).await?)?;
            work.changed(StatusChange::Issuer(id));
            Ok::<_, Unavailable>(work.kept(()))
        });
        kept.await?;
        Ok(Signing { id, certificate })
    }

    async fn ensure_operator_tenant(&self) -> Result<(), Unavailable> {
        let slug = TenantSlug::console();
        if self.store().read().await?.tenant_by_slug(&slug).await?.is_some() {
            return Ok(());
        }
        let mut work = self.begin("add_operator_tenant").await?;
        let now = work.now;
        let rng = &mut *self.rng();
        let organization = CertificateText::parse(&self.service().name_en)
            .map_err(|error| Unavailable::because(format!("english service name: {error}")))?;
        let tenant = Tenant {
            id: TenantId::new(now, rng),
            kind: TenantKind::Operator,
            slug,
            display_name: self.service().name_ja.clone(),
            organization,
            organizational_unit: None,
            identification_code: IdentificationCode::random(rng),
            contract_number: String::new(),
            license: License { seats: OPERATOR_SEATS, valid_until: WITHOUT_END },
            names: NameRules::default(),
            policy: Policy::default(),
            support_contact: self.service().support_contact.clone(),
            locale: Locale::Ja,
            state: TenantState::Active,
        };
        let host = self.addresses().console_host()?;
        let site = Site {
            id: SiteId::new(now, rng),
            tenant: tenant.id,
            host,
            kind: SiteKind::Console,
            upstream: None,
        };
        work.insert_tenant(&tenant, now).await?;
        work.tenant(tenant.id).insert_site(&site).await?;
        work.changed(StatusChange::Tenant(tenant.id));
        work.changed(StatusChange::Site(site.id));
        work.audit(Actor::System, Act::AddOperatorTenant, Some(tenant.id), &tenant.slug, "").await?;
        work.finish().await
    }
}

/// Whoever makes an issuer of the same tenant waits here, and not for its row once this act numbers something
/// (`store::commit_order`).
async fn lock_owner(work: &mut Work, tenant: Option<TenantId>) -> Result<(), Unavailable> {
    if let Some(tenant) = tenant {
        work.tenant(tenant).lock().await?;
    }
    Ok(())
}

type IssuerDraft = (Profile, IssuerId, IssuerIdentity, Name, Validity);

/// The random tail of an id, to tell names apart.
fn short(id: &[u8; 16]) -> String {
    let [.., a, b, c, d] = id;
    format!("{:08X}", u32::from_be_bytes([*a, *b, *c, *d]))
}
