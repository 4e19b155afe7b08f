//! The registration authority: applications come in, are judged, approved or turned down.
//!
//! **Invariant:** whatever is wrong with the credentials, the answer is [`ApplyRefusal::Uniform`] after
//! the same look-ups and the same hash. Which of code, e-mail, password or file was wrong is told
//! nobody.

mod sent_again;

use crate::{
    Authority, Unavailable,
    password_hash::Asker,
    seal::{HashedKind, hashes_match},
    unavailable::unavailable_in,
    work::{By, Work, must_apply},
};
use domain::{
    act::Act,
    agreement::Consent,
    application::{Application, Approval, Approved, Particulars, Reference, StoredApplication, Submitted},
    attempts::TooManyAttempts,
    certificate_text::{CertificateText, CertificateTextError, RomanName},
    challenge::{ChallengeError, ChallengePhrase},
    data_entry::{DataEntry, DataEntryError},
    device::DEVICE_NAME_LETTERS_MAX,
    email::{EmailAddress, EmailError},
    grant::{Actor, DecideApplication, Grant},
    id::{ApplicationId, TenantId, UserId},
    invitation::Invitation,
    license::LicenseRefusal,
    locale::Locale,
    one_line::one_line,
    password::OneTimePassword,
    pin::{Pin, PinRecord},
    rejection::RejectionReason,
    secret::Secret,
    status_change::StatusChange,
    tenant::{IdentificationCode, Tenant, TenantState},
    user::{Role, User, UserState},
};
use std::net::IpAddr;
use templates::{agreement, mail};

/// The application form, as typed.
#[derive(Debug)]
pub struct ApplicationForm {
    /// Contents of `data_entry.txt`; empty if none was given.
    pub data_entry: String,
    /// Family name in roman letters.
    pub family_name: String,
    /// Given name in roman letters.
    pub given_name: String,
    /// E-mail address.
    pub email: String,
    /// 識別コード.
    pub identification_code: String,
    /// One-time password, from the sheet or the invitation.
    pub password: OneTimePassword,
    /// What the person calls the device.
    pub device_name: String,
    /// Challenge phrase; empty if none is wanted.
    pub challenge_phrase: Secret<String>,
    /// Version of the agreement that was shown.
    pub agreement_version: String,
    /// `[同意して申請する]`.
    pub agreed: bool,
    /// Language of the page, and so of the agreement that was shown.
    pub locale: Locale,
}

/// A field of the application form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ApplyField {
    /// Family name.
    FamilyName,
    /// Given name.
    GivenName,
    /// E-mail address.
    Email,
    /// 識別コード.
    IdentificationCode,
    /// One-time password.
    Password,
    /// Device name.
    DeviceName,
    /// Challenge phrase.
    ChallengePhrase,
    /// `[同意して申請する]`.
    Agreement,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplyProblem {
    /// Nothing was given.
    Missing,
    /// Cannot stand in a certificate.
    CertificateText(CertificateTextError),
    /// No e-mail address.
    Email(EmailError),
    /// More letters than fit.
    TooLong,
    /// Too short or too long a phrase.
    Challenge(ChallengeError),
    /// The agreement has changed since the form was shown, or was not agreed to.
    NotAgreed,
}

/// Why a `data_entry.txt` does not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataEntryRefusal {
    /// Changed, incomplete, or of another installation.
    File(DataEntryError),
    /// It belongs to another contract than the identification code that was typed.
    OtherTenant,
    /// The contract has ended, or all its seats are taken.
    License(LicenseRefusal),
    /// Its tenant is no longer served.
    TenantClosed,
}

/// Why an application was not taken.
#[derive(Debug)]
pub enum ApplyRefusal {
    /// Fields to be corrected, all at once.
    Fields(Vec<(ApplyField, ApplyProblem)>),
    /// The file.
    DataEntry(DataEntryRefusal),
    /// The credentials; says no more than that.
    Uniform,
    /// The credentials were used a moment ago by a form that said something else, which counts.
    AppliedBefore,
    /// Too many wrong tries.
    TooMany(TooManyAttempts),
    /// The credentials are right, but the contract allows no further certificate.
    License(LicenseRefusal),
    /// The credentials are right, but the person or the company is suspended.
    Suspended,
    /// Store or signer.
    Unavailable(Unavailable),
}

unavailable_in!(ApplyRefusal);

/// An application was taken.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// 受付番号.
    pub reference: Reference,
    /// Is the PIN on its way, or does an administrator look first?
    pub approved: bool,
}

/// Why an application was not decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is no such application in this tenant.
    #[error("there is no such application")]
    NotFound,
    /// It has been decided already.
    #[error("the application has been decided already")]
    Decided,
    /// The contract allows no further certificate.
    #[error(transparent)]
    License(LicenseRefusal),
    /// Store or signer.
    #[error(transparent)]
    Unavailable(Unavailable),
}

unavailable_in!(DecideError);

/// What of a form can be judged without the store.
struct Stated {
    roman_name: RomanName,
    email: EmailAddress,
    device_name: String,
    challenge: Option<ChallengePhrase>,
}

impl ApplicationForm {
    fn stated(&self) -> Result<Stated, Vec<(ApplyField, ApplyProblem)>> {
        let mut problems = Vec::new();
        let roman = |text: &str| {
            CertificateText::parse(text).map_err(|error| match error {
                CertificateTextError::Empty => ApplyProblem::Missing,
                other => ApplyProblem::CertificateText(other),
            })
        };
        let mut keep = |field, problem| problems.push((field, problem));
        let family = roman(&self.family_name).map_err(|problem| keep(ApplyField::FamilyName, problem)).ok();
        let given = roman(&self.given_name).map_err(|problem| keep(ApplyField::GivenName, problem)).ok();
        let email = EmailAddress::parse(&self.email).map_err(|error| match error {
            EmailError::Empty => keep(ApplyField::Email, ApplyProblem::Missing),
            other => keep(ApplyField::Email, ApplyProblem::Email(other)),
        });
        let device_name = one_line(&self.device_name);
        if self.identification_code.trim().is_empty() {
            keep(ApplyField::IdentificationCode, ApplyProblem::Missing);
        }
        if self.password.expose().is_empty() {
            keep(ApplyField::Password, ApplyProblem::Missing);
        }
        match device_name.chars().count() {
            0 => keep(ApplyField::DeviceName, ApplyProblem::Missing),
            1..=DEVICE_NAME_LETTERS_MAX => {}
            _ => keep(ApplyField::DeviceName, ApplyProblem::TooLong),
        }
        let challenge = ChallengePhrase::parse_optional(self.challenge_phrase.expose());
        let challenge =
            challenge.map_err(|error| keep(ApplyField::ChallengePhrase, ApplyProblem::Challenge(error)));
        if !self.agreed || self.agreement_version != agreement::VERSION {
            keep(ApplyField::Agreement, ApplyProblem::NotAgreed);
        }
        match (family, given, email, challenge) {
            (Some(family), Some(given), Ok(email), Ok(challenge)) if problems.is_empty() => {
                Ok(Stated { roman_name: RomanName { family, given }, email, device_name, challenge })
            }
            _ => Err(problems),
        }
    }
}

/// Who an application is from, once the credentials were found right.
struct Applicant {
    tenant: Tenant,
    user: User,
    invitation: Invitation,
}

impl Authority {
    /// The keyed hash of a one-time password of this user.
    pub(crate) fn one_time_password_hash(
        &self,
        user: UserId,
        password: &OneTimePassword,
    ) -> Result<[u8; 32], Unavailable> {
        Ok(self.seal().hash(HashedKind::OneTimePassword, user.as_bytes(), password.expose())?)
    }

    /// Reads a `data_entry.txt` for the form: what it says, if its contract still allows a certificate.
    pub async fn read_data_entry(
        &self,
        file: &str,
    ) -> Result<Result<DataEntry, DataEntryRefusal>, Unavailable> {
        let entry = match self.parse_data_entry(file).await? {
            Ok(entry) => entry,
            Err(error) => return Ok(Err(DataEntryRefusal::File(error))),
        };
        let mut reader = self.store().read().await?;
        let tenant = reader.tenant_by_identification_code(&entry.identification_code).await?;
        let Some(tenant) = tenant.filter(|tenant| tenant.state != TenantState::Ended) else {
            return Ok(Err(DataEntryRefusal::TenantClosed));
        };
        let seats_used = reader.tenant(tenant.id).seats_used(self.now()).await?;
        let admitted = tenant.license.admit(seats_used, self.now());
        Ok(admitted.map(|()| entry).map_err(DataEntryRefusal::License))
    }

    /// Takes an application, or refuses it. On success a mail with the PIN, or a notice to the
    /// administrators, is on its way.
    pub async fn apply(&self, form: ApplicationForm, address: IpAddr) -> Result<Receipt, ApplyRefusal> {
        let stated = form.stated().map_err(ApplyRefusal::Fields)?;
        let code = domain::password::folded_letters(&form.identification_code);
        let tried = self.tried("enrol", address, stated.email.as_str(), &code)?;
        self.admit(&tried).await?.map_err(ApplyRefusal::TooMany)?;
        let data_entry_shown = self.check_data_entry(&form).await?;
        let Some(applicant) = self.applicant(&form, &stated, data_entry_shown).await? else {
            return self.sent_or_refused(&form, &stated, data_entry_shown, &tried).await;
        };
        // Slow: before the transaction, and for nobody whose credentials are wrong.
        let challenge_phc = match &stated.challenge {
            Some(phrase) => {
                let asker = Asker::Person(applicant.user.id);
                let reserved = self.reserve_try("reserve_phrase", &tried, asker).await?;
                let reserved = reserved.map_err(ApplyRefusal::TooMany)?;
                let phc = self.challenge_hash(applicant.user.id, phrase, &reserved).await?;
                self.give_back("set_phrase", &tried, reserved).await?;
                Some(phc)
            }
            None => None,
        };
        let mut work = self.begin("apply").await?;
        work.admit(&tried).await?.map_err(ApplyRefusal::TooMany)?;
        let Some(applicant) = spend(&mut work, applicant).await? else {
            // The connection goes back before another one is taken: many forms with one password at the same moment
            // would else hold all connections and wait for one.
            drop(work);
            return self.sent_or_refused(&form, &stated, data_entry_shown, &tried).await;
        };
        let Applicant { tenant, user, .. } = &applicant;
        if tenant.state != TenantState::Active || user.state != UserState::Active {
            return Err(ApplyRefusal::Suspended);
        }
        let now = work.now;
        let seats_used = work.tenant(tenant.id).seats_used(now).await?;
        tenant.license.admit(seats_used, now).map_err(ApplyRefusal::License)?;
        self.submit(work, applicant, stated, challenge_phc.as_deref(), &form, address).await
    }

    /// Was a good `data_entry.txt` of the typed code's tenant shown?
    async fn check_data_entry(&self, form: &ApplicationForm) -> Result<bool, ApplyRefusal> {
        if form.data_entry.trim().is_empty() {
            return Ok(false);
        }
        let entry = self.read_data_entry(&form.data_entry).await?.map_err(ApplyRefusal::DataEntry)?;
        match IdentificationCode::parse(&form.identification_code) {
            Some(code) if code != entry.identification_code => {
                Err(ApplyRefusal::DataEntry(DataEntryRefusal::OtherTenant))
            }
            _ => Ok(true),
        }
    }

    /// The applicant whose credentials these are. Unknown codes and addresses go the same way as known
    /// ones, with stand-ins that nothing can match.
    async fn applicant(
        &self,
        form: &ApplicationForm,
        stated: &Stated,
        data_entry_shown: bool,
    ) -> Result<Option<Applicant>, Unavailable> {
        let now = self.now();
        let rng = &mut *self.rng();
        let code = IdentificationCode::parse(&form.identification_code);
        let code_or_stand_in = code.clone().unwrap_or_else(|| IdentificationCode::random(rng));
        let mut reader = self.store().read().await?;
        let tenant = reader.tenant_by_identification_code(&code_or_stand_in).await?;
        let tenant_id = tenant.as_ref().map_or_else(|| TenantId::new(now, rng), |tenant| tenant.id);
        let user = reader.tenant(tenant_id).user_by_email(&stated.email).await?;
        let user_id = user.as_ref().map_or_else(|| UserId::new(now, rng), |user| user.id);
        let invitations = reader.tenant(tenant_id).open_invitations(user_id, now).await?;
        let typed = self.one_time_password_hash(user_id, &form.password)?;
        let mut fitting = None;
        for invitation in invitations {
            let matches = hashes_match(&typed, &invitation.secret_hash);
            if invitation.admits(matches, data_entry_shown, now) {
                fitting = Some(invitation);
            }
        }
        Ok(match (tenant, user, fitting) {
            (Some(tenant), Some(user), Some(invitation)) => Some(Applicant { tenant, user, invitation }),
            _ => None,
        })
    }

    async fn submit(
        &self,
        mut work: Work,
        applicant: Applicant,
        stated: Stated,
        challenge_phc: Option<&str>,
        form: &ApplicationForm,
        address: IpAddr,
    ) -> Result<Receipt, ApplyRefusal> {
        let Applicant { tenant, mut user, invitation } = applicant;
        let now = work.now;
        let rng = &mut *self.rng();
        // An invited user's name comes from the record; the first administrator states it here.
        let roman_name = user.roman_name.clone().unwrap_or(stated.roman_name);
        if user.roman_name.is_none() {
            user.roman_name = Some(roman_name.clone());
            must_apply(work.tenant(tenant.id).update_user(&user).await?)?;
            work.changed(StatusChange::User(user.id));
        }
        let consent = Consent {
            version: form.agreement_version.clone(),
            text_sha256: sha256(agreement::text(form.locale)),
            at: now,
            address,
        };
        let application = Application::submit(Particulars {
            id: ApplicationId::new(now, rng),
            reference: Reference::random(rng),
            tenant: tenant.id,
            user: user.id,
            roman_name,
            email: user.email.clone(),
            device_name: stated.device_name,
            consent,
            submitted_at: now,
        });
        let reference = application.particulars().reference.clone();
        work.tenant(tenant.id).insert_application(&application, challenge_phc).await?;
        let by = By { actor: Actor::Public, address: Some(address) };
        work.audit(by, Act::Apply, Some(tenant.id), &reference, format!("user={}", user.id)).await?;
        let approval = Approval::by_policy(&tenant.policy, invitation.kind);
        let approved = approval.is_some();
        if let Some(approval) = approval {
            self.open_pickup(&mut work, &tenant, &user, application.approve(approval)).await?;
        } else {
            self.announce_waiting(&mut work, &tenant, &user, &application).await?;
        }
        work.finish().await?;
        Ok(Receipt { reference, approved })
    }

    /// Approves, makes the PIN and mails it.
    async fn open_pickup(
        &self,
        work: &mut Work,
        tenant: &Tenant,
        user: &User,
        application: Application<Approved>,
    ) -> Result<(), Unavailable> {
        let now = work.now;
        must_apply(work.tenant(tenant.id).approve_application(&application, now).await?)?;
        let particulars = application.particulars();
        let pickup = self.fresh_pin(work, tenant, user, particulars, 1).await?;
        let letter = self.letter(user, tenant, |head| mail::pickup_ready(&pickup, head));
        work.post_pin(tenant.id, &letter, particulars.id, pickup.pin_until).await
    }

    /// A new PIN for an open pickup, the `mails`-th; the former one opens nothing from then on.
    pub(crate) async fn fresh_pin(
        &self,
        work: &mut Work,
        tenant: &Tenant,
        user: &User,
        particulars: &Particulars,
        mails: u32,
    ) -> Result<mail::PickupReady, Unavailable> {
        let pin = Pin::random(&mut *self.rng());
        let hash = self.pin_hash(particulars.id, &pin)?;
        let record = PinRecord::fresh(hash, work.now, tenant.policy.pin_lifetime_hours, mails);
        must_apply(work.tenant(tenant.id).set_pin(particulars.id, &record).await?)?;
        Ok(mail::PickupReady {
            recipient_name: user.display_name.clone(),
            reference: particulars.reference.to_string(),
            pin: pin.expose().to_owned(),
            pin_until: record.expires_at,
            device_name: particulars.device_name.clone(),
            site: self.addresses().application(&tenant.slug, ""),
        })
    }

    pub(crate) fn pin_hash(&self, application: ApplicationId, pin: &Pin) -> Result<[u8; 32], Unavailable> {
        Ok(self.seal().hash(HashedKind::Pin, application.as_bytes(), pin.expose())?)
    }

    async fn announce_waiting(
        &self,
        work: &mut Work,
        tenant: &Tenant,
        user: &User,
        application: &Application<Submitted>,
    ) -> Result<(), Unavailable> {
        let reference = application.particulars().reference.to_string();
        let letter = self
            .letter(user, tenant, |head| mail::application_received(&user.display_name, &reference, head));
        work.post(tenant.id, &letter).await?;
        let waiting = mail::ApplicationWaiting {
            applicant_name: user.display_name.clone(),
            applicant_email: user.email.to_string(),
            reference,
            desk: self.addresses().desk(&tenant.slug, ""),
        };
        for administrator in work.tenant(tenant.id).users_with_role(Role::Administrator).await? {
            let letter = self.letter(&administrator, tenant, |head| mail::application_waits(&waiting, head));
            work.post(tenant.id, &letter).await?;
        }
        Ok(())
    }

    /// Approves a waiting application: the PIN is mailed.
    pub async fn approve(
        &self,
        grant: &Grant<DecideApplication>,
        tenant: TenantId,
        id: ApplicationId,
    ) -> Result<(), DecideError> {
        let approval = Approval::by_administrator(grant, tenant).ok_or(DecideError::NotFound)?;
        let mut work = self.begin("approve").await?;
        let now = work.now;
        let (tenant, user, application) = submitted(&mut work, tenant, id).await?;
        // A waiting application holds no seat, and the contract may have ended meanwhile.
        let seats_used = work.tenant(tenant.id).seats_used(now).await?;
        tenant.license.admit(seats_used, now).map_err(DecideError::License)?;
        let reference = application.particulars().reference.clone();
        self.open_pickup(&mut work, &tenant, &user, application.approve(approval)).await?;
        work.audit(grant, Act::Approve, Some(tenant.id), reference, "").await?;
        Ok(work.finish().await?)
    }

    /// Turns a waiting application down; the applicant is told, with the reason if one is given.
    pub async fn reject(
        &self,
        grant: &Grant<DecideApplication>,
        tenant: TenantId,
        id: ApplicationId,
        reason: Option<&RejectionReason>,
    ) -> Result<(), DecideError> {
        if !grant.reaches(tenant) {
            return Err(DecideError::NotFound);
        }
        let mut work = self.begin("reject").await?;
        let now = work.now;
        let (tenant, user, application) = submitted(&mut work, tenant, id).await?;
        let reference = &application.particulars().reference;
        if !work.tenant(tenant.id).reject_application(id, now).await? {
            return Err(DecideError::Decided);
        }
        let detail = reason.map(|reason| format!("reason={}", reason.as_str())).unwrap_or_default();
        let rejected = mail::ApplicationRejected {
            recipient_name: user.display_name.clone(),
            reference: reference.to_string(),
            reason: reason.map(|reason| reason.as_str().to_owned()),
        };
        let letter = self.letter(&user, &tenant, |head| mail::application_rejected(&rejected, head));
        work.post(tenant.id, &letter).await?;
        work.audit(grant, Act::Reject, Some(tenant.id), reference, detail).await?;
        Ok(work.finish().await?)
    }
}

/// Uses the invitation up. Of all who show one password, or take seats of one tenant, each waits here for
/// the one before; tenant and user are then what that one has left. `None`: it is spent already.
async fn spend(work: &mut Work, applicant: Applicant) -> Result<Option<Applicant>, Unavailable> {
    let (now, Applicant { tenant, user, invitation }) = (work.now, applicant);
    let mut of_tenant = work.tenant(tenant.id);
    let (tenant, user) = (of_tenant.lock().await?, of_tenant.lock_user(user.id).await?);
    let spent = of_tenant.spend_invitation(invitation.id, now).await?;
    Ok(match (tenant, user) {
        (Some(tenant), Some(user)) if spent => Some(Applicant { tenant, user, invitation }),
        _ => None,
    })
}

/// A waiting application with its tenant, both locked, and its user.
async fn submitted(
    work: &mut Work,
    tenant: TenantId,
    id: ApplicationId,
) -> Result<(Tenant, User, Application<Submitted>), DecideError> {
    let record = work.tenant(tenant).lock().await?.ok_or(DecideError::NotFound)?;
    let found = work.tenant(tenant).lock_application(id).await?.ok_or(DecideError::NotFound)?;
    let StoredApplication::Submitted(application) = found.application else {
        return Err(DecideError::Decided);
    };
    let user = work.tenant(tenant).user(application.particulars().user).await?;
    Ok((record, user.ok_or(DecideError::NotFound)?, application))
}

pub(crate) fn sha256(text: &str) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}
