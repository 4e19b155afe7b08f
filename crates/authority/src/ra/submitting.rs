//! An application comes in.

use super::{ApplyRefusal, Receipt, Registration, SentApplication, credentials::Applicant};
use crate::{
    consent,
    one_per_device::device_is_free,
    password_hash::Asker,
    runner::{Done, TenantWork},
    tries::Tried,
    work::must_apply,
};
use domain::{
    act::{self, Mandate},
    agreement::Consent,
    application::{Application, Approval, Particulars, Purpose, Reference, Submitted},
    application_form::{ApplyField, StatedApplication},
    certificate_text::RomanName,
    form::Form,
    id::{ApplicationId, DeviceId},
    locale::Locale,
    status_change::StatusChange,
    tenant::TenantState,
    user::{User, UserState},
};
use std::net::IpAddr;
use templates::agreement;

/// What was shown and stated, with what was computed of it before the transaction.
struct Submission<'a> {
    applicant: &'a Applicant,
    stated: &'a StatedApplication,
    challenge_phc: Option<&'a str>,
    /// Language of the page, and so of the agreement that was shown.
    locale: Locale,
    address: IpAddr,
}

impl Registration {
    /// Takes an application, or refuses it. On success a mail with the PIN, or a notice to the
    /// administrators, is on its way. `locale`: of the page, and so of the agreement that was shown.
    pub async fn apply(
        &self,
        form: &Form<ApplyField>,
        locale: Locale,
        address: IpAddr,
    ) -> Result<Receipt, ApplyRefusal> {
        let stated = form.application(agreement::VERSION).map_err(ApplyRefusal::Fields)?;
        let code = stated.identification_code.as_str();
        let tried = self.tries.tried("enrol", address, stated.email.as_str(), code)?;
        self.tries.admit(&tried).await?.map_err(ApplyRefusal::TooMany)?;
        let data_entry_shown = self.check_data_entry(&stated).await?;
        let Some(applicant) = self.applicant(&stated, data_entry_shown).await? else {
            return self.sent_or_refused(&stated, data_entry_shown, &tried).await;
        };
        if !applicant.named && stated.roman_name.is_none() {
            return Err(ApplyRefusal::NameMissing);
        }
        let challenge_phc = self.challenge_of(&applicant, &stated, &tried).await?;
        let (applicant, challenge_phc) = (&applicant, challenge_phc.as_deref());
        let submission = Submission { applicant, stated: &stated, challenge_phc, locale, address };
        match self.submit(&submission, &tried).await? {
            Some(receipt) => Ok(receipt),
            None => self.sent_or_refused(&stated, data_entry_shown, &tried).await,
        }
    }

    /// The hash of the challenge phrase, if there is one. Slow: computed before the transaction, and only for right
    /// credentials.
    async fn challenge_of(
        &self,
        applicant: &Applicant,
        stated: &StatedApplication,
        tried: &Tried,
    ) -> Result<Option<String>, ApplyRefusal> {
        let Some(phrase) = &stated.challenge else { return Ok(None) };
        let reserved = self.tries.reserve_try("reserve_phrase", tried, Asker::Person(applicant.user)).await?;
        let reserved = reserved.map_err(ApplyRefusal::TooMany)?;
        let phc = self.phrases.hash(applicant.user, phrase, &reserved).await?;
        self.tries.give_back("set_phrase", tried, reserved).await?;
        Ok(Some(phc))
    }

    /// Uses the invitation up and writes the application. `None`: the invitation is spent already. Of all who show
    /// one password, or take seats of one tenant, each waits at the tenant's row for the one before.
    async fn submit(
        &self,
        submission: &Submission<'_>,
        tried: &Tried,
    ) -> Result<Option<Receipt>, ApplyRefusal> {
        let Submission { applicant, address, .. } = *submission;
        let mandate = Mandate::of_public(act::Apply, address);
        let done = self.core.act_in(mandate, applicant.tenant, |mut work| async move {
            work.admit(tried).await?.map_err(ApplyRefusal::TooMany)?;
            let now = work.now;
            let user = work.records().lock_user(applicant.user).await?;
            let spent = work.records().spend_invitation(applicant.invitation, now).await?;
            let Some(user) = user.filter(|_| spent) else { return Ok(Done::nothing(None)) };
            if work.tenant.state != TenantState::Active || user.state != UserState::Active {
                return Err(ApplyRefusal::Suspended);
            }
            let seats_used = work.records().seats_used(now).await?;
            work.tenant.license.admit(seats_used, now).map_err(ApplyRefusal::License)?;
            if !device_is_free(&mut work, user.id, &submission.stated.device_name, None).await? {
                return Err(ApplyRefusal::DeviceHasCertificate);
            }
            let (user, name) = named(&mut work, user, submission.stated).await?;
            let application = self.application_of(&work, &user, name, submission);
            let sent =
                SentApplication::of(&work.tenant, &user, application.particulars(), 1, self.core.service());
            let reference = application.particulars().reference.clone();
            work.records().insert_application(&application, submission.challenge_phc).await?;
            let approval = Approval::by_policy(&work.tenant.policy, applicant.invited);
            let approved = approval.is_some();
            if let Some(approval) = approval {
                let opened = application.approve(approval);
                self.open_pickup(&mut work, &user, opened, mandate.actor()).await?;
            } else {
                self.announce_waiting(&mut work, &user, &application).await?;
            }
            let detail = format!("user={}", user.id);
            Ok(work.done(&reference, detail, Some(Receipt { reference: reference.clone(), approved, sent })))
        });
        done.await
    }

    fn application_of(
        &self,
        work: &TenantWork,
        user: &User,
        roman_name: RomanName,
        submission: &Submission<'_>,
    ) -> Application<Submitted> {
        let Submission { stated, locale, address, .. } = *submission;
        let (now, rng) = (work.now, &mut *self.core.rng());
        let consent = consent::given(locale, now, address);
        Application::submit(Particulars {
            id: ApplicationId::new(now, rng),
            reference: Reference::random(rng),
            tenant: work.tenant.id,
            user: user.id,
            roman_name,
            email: user.email.clone(),
            device: DeviceId::new(now, rng),
            purpose: Purpose::New,
            device_name: stated.device_name.clone(),
            consent,
            submitted_at: now,
        })
    }

    /// The consent of somebody who has just pressed the button below the agreement, which was shown in this language.
    pub fn consent(&self, locale: Locale, address: IpAddr) -> Consent {
        consent::given(locale, self.core.now(), address)
    }
}

/// An invited user's name comes from the record; the first administrator states it here.
async fn named(
    work: &mut TenantWork,
    user: User,
    stated: &StatedApplication,
) -> Result<(User, RomanName), ApplyRefusal> {
    if let Some(name) = user.roman_name.clone() {
        return Ok((user, name));
    }
    let name = stated.roman_name.clone().ok_or(ApplyRefusal::NameMissing)?;
    let user = User { roman_name: Some(name.clone()), ..user };
    must_apply(work.records().update_user(&user).await?)?;
    work.changed(StatusChange::User(user.id));
    Ok((user, name))
}
