//! What a visitor of the public site asks for: a renewal after the end, and a new file in place of one that does not open.
//!
//! **Invariant:** whatever is on record, the visitor gets the same answer after the same look-ups and slow hashes. What
//! follows is done behind the answer, and told by mail to the person's own address or to who decides.

use super::{Begun, RenewError, RenewalWish, Renewals, Withdraws, begin};
use crate::{
    Unavailable, consent,
    password_hash::{Asker, same_hash},
    runner::ActError,
    tries::{ReservedTry, Tried},
    unavailable::unavailable_in,
};
use domain::{
    act::{self, Mandate},
    agreement::Consent,
    application::{Approval, Purpose, Reference},
    attempts::TooManyAttempts,
    certificate::CertificateRecord,
    id::{CertificateId, TenantId, UserId},
    locale::Locale,
    refusal::{Refusal, Refuses},
    renew_form::RenewForm,
    renewal::{AskedBy, RENEWAL_LATE_DAYS, renewable},
    time::{DAY, Timestamp},
};
use std::net::IpAddr;
use store::{Lane, PageRequest, certificates::CertificateFilter};
use tokio::task::JoinHandle;

/// The most devices for which one form asks.
const DEVICES_MAX: usize = 10;
/// The most certificates of a person among which they are looked for, the newest first.
const CERTIFICATES_ASKED_MAX: u32 = 500;

/// Why nothing was asked for.
#[derive(Debug, thiserror::Error)]
pub enum AskRefusal {
    /// Too many tries.
    #[error(transparent)]
    TooMany(TooManyAttempts),
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for AskRefusal {
    fn refusals(&self) -> Vec<Refusal> {
        vec![match self {
            Self::TooMany(limit) => Refusal::whole(*limit),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(AskRefusal);

/// What is done behind the answer. Dropping it stops nothing.
#[derive(Debug)]
pub struct RequestUnderWay(JoinHandle<()>);

impl RequestUnderWay {
    /// Resolves when all is done.
    pub async fn done(self) {
        if let Err(broken) = self.0.await {
            tracing::error!(%broken, "what a visitor asked for broke off");
        }
    }
}

/// The person on record whom a form names.
struct Named {
    tenant: TenantId,
    user: UserId,
    /// One certificate for each device that may be renewed.
    certificates: Vec<CertificateId>,
}

impl Renewals {
    /// Asks for a renewal of whatever devices of this person have ended, or end soon. Where the phrase is right, PINs go
    /// out; else an administrator decides, or the operator where no administrator is left who could. `locale`: of the
    /// page, and so of the agreement that was shown.
    pub async fn ask(
        &self,
        form: &RenewForm,
        locale: Locale,
        address: IpAddr,
    ) -> Result<RequestUnderWay, AskRefusal> {
        let code = form.identification_code.as_str();
        let tried = self.tries.tried_phrase("renew", address, form.email.as_str(), code)?;
        let reserved = self.tries.reserve_try("reserve_renewal", &tried, Asker::stranger(address)).await?;
        let reserved = reserved.map_err(AskRefusal::TooMany)?;
        let (named, hashes) = self.named(form).await?;
        let proved = self.is_proved(form, named.user, &hashes, &tried, reserved).await?;
        let renewals = self.on_the_lane_of_duties();
        let consent = consent::given(locale, self.core.now(), address);
        Ok(RequestUnderWay(tokio::spawn(async move {
            for certificate in &named.certificates {
                let asked = renewals.ask_for(&named, *certificate, proved, consent.clone(), address).await;
                log_unless_refused(asked);
            }
        })))
    }

    /// Asks for a new file for what was picked up under this reference: its PIN goes to the person's own address. The
    /// policy says for how long after the pickup.
    pub async fn ask_for_new_file(
        &self,
        reference: &Reference,
        address: IpAddr,
    ) -> Result<RequestUnderWay, AskRefusal> {
        let tried = self.tries.tried("new-file", address, "", reference.as_str())?;
        self.tries.settle_wrong_try("ask_for_new_file", &tried).await?.map_err(AskRefusal::TooMany)?;
        let known = self.core.read().await?.application_by_reference(reference).await?;
        let (renewals, reference) = (self.on_the_lane_of_duties(), reference.clone());
        Ok(RequestUnderWay(tokio::spawn(async move {
            let Some(known) = known else { return };
            let particulars = known.application.particulars();
            let (tenant, user) = (particulars.tenant, particulars.user);
            log_unless_refused(renewals.new_file(&reference, tenant, user, address).await);
        })))
    }

    fn on_the_lane_of_duties(&self) -> Self {
        let core = self.core.on(Lane::Duties);
        Self { core, ..self.clone() }
    }

    /// Whom the form names, and the phrases on record. Unknown codes and addresses go the same way as known ones, with
    /// stand-ins that have nothing.
    async fn named(&self, form: &RenewForm) -> Result<(Named, Vec<String>), Unavailable> {
        let now = self.core.now();
        let rng = &mut *self.core.rng();
        let mut reader = self.core.read().await?;
        let tenant = reader.tenant_by_identification_code(&form.identification_code).await?;
        let policy = tenant.as_ref().map(|tenant| tenant.policy.clone()).unwrap_or_default();
        let tenant = tenant.map_or_else(|| TenantId::new(now, rng), |tenant| tenant.id);
        let mut records = reader.tenant(tenant);
        let user = records.user_by_email(&form.email).await?;
        let user = user.map_or_else(|| UserId::new(now, rng), |user| user.id);
        let since = now.checked_sub(DAY * RENEWAL_LATE_DAYS.cast_signed()).unwrap_or(Timestamp::MIN);
        let hashes = records.challenge_hashes_of(user, since).await?;
        let page = PageRequest::first(CERTIFICATES_ASKED_MAX);
        let all = records.certificates(CertificateFilter::User(user), &page).await?.rows;
        let found = renewable(&all, &policy, now);
        let certificates = found.into_iter().take(DEVICES_MAX).map(|one| one.id).collect();
        Ok((Named { tenant, user, certificates }, hashes.into_iter().map(|hash| hash.phc).collect()))
    }

    /// Whether a phrase was typed that is one of this person's. How much work that is depends on what was typed alone.
    async fn is_proved(
        &self,
        form: &RenewForm,
        user: UserId,
        hashes: &[String],
        tried: &Tried,
        reserved: ReservedTry,
    ) -> Result<bool, Unavailable> {
        let Some(phrase) = &form.challenge_phrase else {
            let _counted = reserved.hashed();
            return Ok(false);
        };
        let typed = self.phrases.hashes(user, phrase, &reserved).await?;
        let fits = |kept: &String| typed.iter().any(|typed| same_hash(typed, kept));
        // All are compared, whichever fits.
        let proved = hashes.iter().filter(|kept| fits(kept)).count() > 0;
        if proved {
            self.tries.give_back("prove_renewal", tried, reserved).await?;
        }
        Ok(proved)
    }

    async fn ask_for(
        &self,
        named: &Named,
        certificate: CertificateId,
        proved: bool,
        consent: Consent,
        address: IpAddr,
    ) -> Result<(), RenewError> {
        let withdraws = if proved { Withdraws::Waiting } else { Withdraws::Stopped };
        let asked = &RenewalWish {
            certificate,
            own: Some(named.user),
            purpose: Purpose::Renewal,
            asker: AskedBy::Person,
            device_name: None,
            consent: Some(consent),
            withdraws,
        };
        let mandate = Mandate::of_public(act::RenewCertificate, address);
        let done = self.core.act_in(mandate, named.tenant, |mut work| async move {
            let Begun { user, application, present } = begin(&mut work, asked).await?;
            let reference = application.particulars().reference.clone();
            match Approval::by_line(&present).filter(|_| proved) {
                Some(approval) => {
                    let approved = application.approve(approval);
                    self.registration.open_pickup(&mut work, &user, approved, mandate.actor()).await?;
                }
                None => self.registration.announce_waiting(&mut work, &user, &application).await?,
            }
            let detail = format!("reference={reference} purpose=renewal by_phrase={proved}");
            Ok::<_, RenewError>(work.done(present.id, detail, ()))
        });
        done.await
    }

    async fn new_file(
        &self,
        reference: &Reference,
        tenant: TenantId,
        user: UserId,
        address: IpAddr,
    ) -> Result<(), RenewError> {
        let mandate = Mandate::of_public(act::MakeNewFile, address);
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            let known = work.application_by_reference(reference).await?.ok_or(RenewError::NotFound)?;
            let made = known.application.particulars().id;
            let made: Vec<CertificateRecord> = work.records().certificates_of_application(made).await?;
            let made = made.iter().find(|one| one.picked_up_at.is_some()).ok_or(RenewError::NotFound)?;
            let asked = &RenewalWish {
                certificate: made.id,
                own: Some(user),
                purpose: Purpose::NewFile,
                asker: AskedBy::Person,
                device_name: None,
                consent: None,
                withdraws: Withdraws::Stopped,
            };
            let Begun { user, application, present } = begin(&mut work, asked).await?;
            let approval = Approval::by_line(&present).ok_or(RenewError::NotFound)?;
            let opened = application.particulars().reference.clone();
            let approved = application.approve(approval);
            self.registration.open_pickup(&mut work, &user, approved, mandate.actor()).await?;
            let detail = format!("reference={opened} purpose=new-file of={reference}");
            Ok::<_, RenewError>(work.done(present.id, detail, ()))
        });
        done.await
    }
}

impl ActError for AskRefusal {
    fn no_such_tenant() -> Self {
        Self::Unavailable(Unavailable::because("there is no such tenant"))
    }
}

/// A refusal is nobody's business: the visitor may be anybody.
fn log_unless_refused(asked: Result<(), RenewError>) {
    match asked {
        Err(RenewError::Unavailable(error)) => {
            tracing::error!(%error, "what a visitor asked for could not be done");
        }
        Err(refused) => tracing::info!(%refused, "what a visitor asked for was not done"),
        Ok(()) => {}
    }
}
