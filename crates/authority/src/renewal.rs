//! A further certificate for a device that has one: renewed, for another device in its place, or in a new file.
//!
//! **Invariant:** one at a time for each device. What waits for its pickup is withdrawn only by the device's own
//! certificate, which proves more than a PIN.

mod asked;

pub use asked::{AskRefusal, RequestUnderWay};

use crate::{
    Unavailable,
    core::Core,
    one_per_device::device_is_free,
    phrases::Phrases,
    ra::Registration,
    runner::{ActError, TenantWork},
    tries::Tries,
    unavailable::unavailable_in,
};
use domain::{
    act::{self, Mandate},
    agreement::Consent,
    application::{Application, Approval, Particulars, Purpose, Reference, StoredApplication, Submitted},
    certificate::CertificateRecord,
    device::DEVICE_NAME_LETTERS_MAX,
    grant::{DecideApplication, Grant, RenewOwnCertificate},
    id::{ApplicationId, CertificateId, TenantId, UserId},
    license::LicenseRefusal,
    one_line::one_line,
    permit::Permit,
    pin_delivery::PinRecipient,
    refusal::{Problem, Refusal, Refuses},
    renewal::{self, AskedBy, RenewalRefusal},
    tenant::TenantState,
    user::{User, UserState},
};

/// Why no further certificate was begun.
#[derive(Debug, thiserror::Error)]
pub enum RenewError {
    /// There is no such certificate in this tenant (or none of this person's own).
    #[error("there is no such certificate")]
    NotFound,
    /// Fields to be corrected, all at once.
    #[error("the form has fields to be corrected")]
    Fields(Vec<Refusal>),
    /// The device gets no further certificate now.
    #[error(transparent)]
    Refused(RenewalRefusal),
    /// One waits for its decision or its pickup.
    #[error("a certificate for the device is on its way under the reference {0}")]
    UnderWay(Reference),
    /// The contract allows no further certificate.
    #[error(transparent)]
    License(LicenseRefusal),
    /// The person or the company is suspended.
    #[error("the person or the company is suspended")]
    Suspended,
    /// Store or signer.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for RenewError {
    fn refusals(&self) -> Vec<Refusal> {
        vec![match self {
            Self::NotFound => Problem::NotFound.into(),
            Self::Fields(refusals) => return refusals.clone(),
            Self::Refused(refusal) => Refusal::whole(*refusal),
            Self::UnderWay(_) => Problem::RenewalUnderWay.into(),
            Self::License(refusal) => Refusal::whole(*refusal),
            Self::Suspended => Problem::ApplicantSuspended.into(),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(RenewError);

impl ActError for RenewError {
    fn no_such_tenant() -> Self {
        Self::NotFound
    }
}

/// What is asked for.
pub(crate) struct RenewalWish<'a> {
    /// A certificate of the device.
    pub(crate) certificate: CertificateId,
    /// The person that it must be of.
    pub(crate) own: Option<UserId>,
    pub(crate) purpose: Purpose,
    pub(crate) asker: AskedBy,
    /// Of the device that comes in its place; without it, the present one.
    pub(crate) device_name: Option<&'a str>,
    /// Without it, what was agreed to for the present certificate.
    pub(crate) consent: Option<Consent>,
    pub(crate) withdraws: Withdraws,
}

/// Which open application of the device gives way to a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Withdraws {
    /// One whose pickup has stopped or run out.
    Stopped,
    /// Also one that waits for a decision: the new one comes with a better proof.
    Waiting,
    /// Any, for the device's own certificate.
    Any,
}

/// An application of a line that is written and not yet decided.
pub(crate) struct Begun {
    pub(crate) user: User,
    pub(crate) application: Application<Submitted>,
    /// The certificate whose place it takes.
    pub(crate) present: CertificateRecord,
}

/// Renewals, replacements and new files whose PIN goes out like that of a first application.
#[derive(Clone)]
pub struct Renewals {
    core: Core,
    registration: Registration,
    tries: Tries,
    phrases: Phrases,
}

impl Renewals {
    pub(crate) fn new(core: &Core, registration: &Registration, tries: &Tries, phrases: &Phrases) -> Self {
        let (registration, tries, phrases) = (registration.clone(), tries.clone(), phrases.clone());
        Self { core: core.clone(), registration, tries, phrases }
    }

    /// Begins a further certificate for a device of the tenant, by an administrator or operator: its PIN goes out.
    /// Returns the application's reference.
    pub async fn begin(
        &self,
        grant: &Grant<DecideApplication>,
        tenant: TenantId,
        certificate: CertificateId,
        purpose: Purpose,
        device_name: Option<&str>,
    ) -> Result<Reference, RenewError> {
        let mandate = match purpose {
            Purpose::New | Purpose::Renewal => grant.to(act::RenewCertificate),
            Purpose::Replacement => grant.to(act::ReplaceDevice),
            Purpose::NewFile => grant.to(act::MakeNewFile),
        };
        let device_name = device_name.map(checked_name).transpose()?;
        let device_name = device_name.as_deref();
        let asker = AskedBy::Administrator;
        let withdraws = Withdraws::Waiting;
        let asked =
            RenewalWish { certificate, own: None, purpose, asker, device_name, consent: None, withdraws };
        self.begin_with_pin(mandate, tenant, &asked).await
    }

    /// Begins a certificate for another device in place of one's own, by a person at the gate. Its PIN goes out.
    pub async fn replace_own(
        &self,
        grant: &Grant<RenewOwnCertificate>,
        permit: &Permit,
        certificate: CertificateId,
        device_name: &str,
    ) -> Result<Reference, RenewError> {
        let (own, purpose, asker) = (Some(permit.user().id), Purpose::Replacement, AskedBy::Person);
        let name = checked_name(device_name)?;
        let (device_name, withdraws) = (Some(name.as_str()), Withdraws::Waiting);
        let asked = RenewalWish { certificate, own, purpose, asker, device_name, consent: None, withdraws };
        self.begin_with_pin(grant.to(act::ReplaceDevice), permit.tenant().id, &asked).await
    }

    async fn begin_with_pin(
        &self,
        mandate: Mandate,
        tenant: TenantId,
        asked: &RenewalWish<'_>,
    ) -> Result<Reference, RenewError> {
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            let Begun { user, application, present } = begin(&mut work, asked).await?;
            let approval = Approval::by_line(&present).ok_or(RenewError::NotFound)?;
            let reference = application.particulars().reference.clone();
            let opened = application.approve(approval);
            self.registration.open_pickup(&mut work, &user, opened, mandate.actor()).await?;
            let detail = format!("reference={reference} purpose={}", asked.purpose.name());
            Ok(work.done(present.id, detail, reference))
        });
        done.await
    }
}

/// Judges what is asked for, and writes the application, in the tenant's locked transaction.
pub(crate) async fn begin(work: &mut TenantWork, asked: &RenewalWish<'_>) -> Result<Begun, RenewError> {
    let now = work.now;
    let named = work.records().lock_certificate(asked.certificate).await?.ok_or(RenewError::NotFound)?;
    if asked.own.is_some_and(|own| own != named.user) {
        return Err(RenewError::NotFound);
    }
    let user = work.records().lock_user(named.user).await?.ok_or(RenewError::NotFound)?;
    if work.tenant.state != TenantState::Active || user.state != UserState::Active {
        return Err(RenewError::Suspended);
    }
    let line = work.records().lock_line(named.device).await?;
    let present = renewal::successor_of(&line, asked.purpose, asked.asker, &work.tenant.policy, now);
    let present = present.map_err(RenewError::Refused)?.clone();
    let next = PinRecipient::of(&work.tenant.policy, user.role);
    clear_the_way(work, asked, &present, next).await?;
    work.seat_for(present.device).await?.map_err(RenewError::License)?;
    if let Some(name) = asked.device_name
        && !device_is_free(work, user.id, name, Some(present.device)).await?
    {
        return Err(at_device_name(Problem::DeviceHasCertificate));
    }
    let application = application_of(work, asked, &user, &present).await?;
    // The phrase that revokes the present certificate revokes the next one, too.
    let challenge = work.records().challenge_hash_of(present.application).await?;
    let phc = challenge.as_ref().map(|challenge| challenge.phc.as_str());
    work.records().insert_application(&application, phc).await?;
    Ok(Begun { user, application, present })
}

/// Withdraws the open application of the device, or refuses because of it.
async fn clear_the_way(
    work: &mut TenantWork,
    asked: &RenewalWish<'_>,
    present: &CertificateRecord,
    next: PinRecipient,
) -> Result<(), RenewError> {
    let (device, user, now) = (present.device, present.user, work.now);
    let Some(open) = work.records().open_application_of(device).await? else { return Ok(()) };
    let particulars = open.application.particulars();
    let gives_way = match (&open.application, &open.pin, asked.withdraws) {
        (_, _, Withdraws::Any) => true,
        (StoredApplication::Submitted(_), _, withdraws) => withdraws == Withdraws::Waiting,
        (_, Some(pin), _) => pin.is_stopped(next, now) || now >= pin.expires_at,
        // It waits for the PIN that an administrator shows.
        (_, None, _) => next == PinRecipient::Person,
    };
    if !gives_way {
        return Err(RenewError::UnderWay(particulars.reference.clone()));
    }
    let _mails = work.records().close_pin_mails(user, Some(particulars.id), now).await?;
    let _withdrawn = work.records().withdraw_applications_of_device(device, user, now).await?;
    Ok(())
}

async fn application_of(
    work: &mut TenantWork,
    asked: &RenewalWish<'_>,
    user: &User,
    present: &CertificateRecord,
) -> Result<Application<Submitted>, RenewError> {
    let former = work.records().application(present.application).await?.ok_or(RenewError::NotFound)?;
    let former = former.application.particulars().clone();
    let (now, rng) = (work.now, &mut *work.core.rng());
    Ok(Application::submit(Particulars {
        id: ApplicationId::new(now, rng),
        reference: Reference::random(rng),
        tenant: user.tenant,
        user: user.id,
        roman_name: user.roman_name.clone().unwrap_or(former.roman_name),
        email: user.email.clone(),
        device: present.device,
        purpose: asked.purpose,
        device_name: asked.device_name.unwrap_or(&present.device_name).to_owned(),
        consent: asked.consent.clone().unwrap_or(former.consent),
        submitted_at: now,
    }))
}

/// What a person calls the new device.
fn checked_name(typed: &str) -> Result<String, RenewError> {
    let name = one_line(typed);
    let problem = match name.chars().count() {
        0 => Problem::Required,
        1..=DEVICE_NAME_LETTERS_MAX => return Ok(name),
        _ => Problem::TooLong { max: domain::refusal::number(DEVICE_NAME_LETTERS_MAX) },
    };
    Err(at_device_name(problem))
}

fn at_device_name(problem: Problem) -> RenewError {
    RenewError::Fields(vec![Refusal::at("device_name", problem)])
}
