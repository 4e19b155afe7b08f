//! One's own renewal: the certificate that is still valid opens the pickup in place of a PIN.
//!
//! The letters that name the form stand in for the PIN: the claim that goes into the browser's cookie is tied to them, and
//! begins the making as after a typed PIN.

use super::{ATTEMPT_LETTERS_MIN, Delivery, PickupCookie, PickupToken};
use crate::{
    Unavailable,
    renewal::{Begun, RenewError, RenewalWish, Withdraws, begin},
    seal::hashes_match,
    work::must_apply,
};
use domain::{
    act,
    agreement::Consent,
    application::{Approval, Purpose, Reference, StoredApplication},
    form::Form,
    grant::{Grant, RenewOwnCertificate},
    id::{CertificateId, DeviceId},
    permit::Permit,
    pickup_form::{PickupField, StatedFile},
    renewal::AskedBy,
};

impl Delivery {
    /// Renews a device of one's own, by a person at the gate with a certificate, and answers with the cookie that begins
    /// the making. A form that is sent twice is one renewal. `consent`: to the agreement that the page has shown.
    pub async fn renew_own(
        &self,
        grant: &Grant<RenewOwnCertificate>,
        permit: &Permit,
        certificate: CertificateId,
        form: &Form<PickupField>,
        consent: Consent,
    ) -> Result<PickupCookie, RenewError> {
        let stated = form.file().map_err(RenewError::Fields)?;
        let (tenant, attempt) = (permit.tenant().id, stated.attempt.expose().as_str());
        if let Some(cookie) = self.begun_by(permit, certificate, &stated).await? {
            return Ok(cookie);
        }
        let (own, purpose, asker) = (Some(permit.user().id), Purpose::Renewal, AskedBy::Person);
        let (consent, withdraws) = (Some(consent), Withdraws::Any);
        let asked = &RenewalWish { certificate, own, purpose, asker, device_name: None, consent, withdraws };
        let done = self.core.act_in(grant.to(act::RenewCertificate), tenant, |mut work| async move {
            let Begun { application, present, .. } = begin(&mut work, asked).await?;
            let approval = Approval::by_line(&present).ok_or(RenewError::NotFound)?;
            let (approved, now) = (application.approve(approval), work.now);
            must_apply(work.records().approve_application(&approved, now).await?)?;
            let particulars = approved.particulars();
            let pin_hash = self.pins.of_form(&mut work, particulars, attempt).await?;
            let reference = particulars.reference.clone();
            let detail = format!("reference={reference} purpose={}", purpose.name());
            let made = (particulars.id, reference, present.device, pin_hash, now);
            Ok::<_, RenewError>(work.done(present.id, detail, made))
        });
        let (application, reference, device, pin_hash, now) = done.await?;
        let token = self.renewal_token(&reference, device, attempt)?;
        Ok(self.with_claim(&token, application, pin_hash, &stated, now)?)
    }

    /// The cookie of a renewal that the same form began a moment ago.
    async fn begun_by(
        &self,
        permit: &Permit,
        certificate: CertificateId,
        stated: &StatedFile,
    ) -> Result<Option<PickupCookie>, Unavailable> {
        let mut reader = self.core.read().await?;
        let mut records = reader.tenant(permit.tenant().id);
        let Some(certificate) = records.certificate(certificate).await? else { return Ok(None) };
        let Some(newest) = records.newest_application_of(certificate.device).await? else { return Ok(None) };
        drop(reader);
        let (particulars, attempt) = (newest.application.particulars(), stated.attempt.expose());
        if certificate.user != permit.user().id || attempt.len() < ATTEMPT_LETTERS_MIN {
            return Ok(None);
        }
        let token = self.renewal_token(&particulars.reference, certificate.device, attempt)?;
        if self.known_state(&self.token_hash(token.expose())?).await?.is_some() {
            return Ok(Some(token.into()));
        }
        let hash = self.pins.hash_of_form(particulars.id, attempt)?;
        let waits = matches!(newest.application, StoredApplication::Approved(_))
            && newest.pin.is_some_and(|pin| hashes_match(&pin.hash, &hash));
        let again = waits.then(|| self.with_claim(&token, particulars.id, hash, stated, self.core.now()));
        again.transpose()
    }

    /// As a pickup's token ([`Delivery::pickup_token`]), with the device in place of the PIN.
    fn renewal_token(
        &self,
        reference: &Reference,
        device: DeviceId,
        attempt: &str,
    ) -> Result<PickupToken, Unavailable> {
        self.token_for(reference, &format!("renewal/{device}"), attempt)
    }
}
