//! One's own renewal: the certificate that is still valid opens the pickup in place of a PIN.
//!
//! A PIN is made all the same, which nobody is told: the claim that goes into the browser's cookie is tied to it, and
//! begins the making as after a typed one.

use super::{Delivery, PickupCookie, PickupToken};
use crate::{
    Unavailable,
    renewal::{Asked, Begun, RenewError, begin},
    work::must_apply,
};
use domain::{
    act,
    agreement::Consent,
    application::{Approval, Purpose, Reference},
    form::Form,
    grant::{Grant, RenewOwnCertificate},
    id::{CertificateId, DeviceId},
    permit::Permit,
    pickup_form::{PickupField, StatedFile},
    renewal::Asker,
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
        let tenant = permit.tenant().id;
        if let Some(cookie) = self.begun_by(permit, certificate, &stated).await? {
            return Ok(cookie);
        }
        let (own, purpose, asker) = (Some(permit.user().id), Purpose::Renewal, Asker::Person);
        let asked = &Asked { certificate, own, purpose, asker, device_name: None, consent: Some(consent) };
        let done = self.core.act_in(grant.to(act::RenewCertificate), tenant, |mut work| async move {
            let Begun { application, present, .. } = begin(&mut work, asked).await?;
            let approval = Approval::by_line(&present).ok_or(RenewError::NotFound)?;
            let (approved, now) = (application.approve(approval), work.now);
            must_apply(work.records().approve_application(&approved, now).await?)?;
            let (particulars, record) = (approved.particulars(), work.tenant.clone());
            let pin_hash = self.pins.untold(&mut work, &record, particulars).await?;
            let reference = particulars.reference.clone();
            let detail = format!("reference={reference} purpose={}", purpose.name());
            let made = (particulars.id, reference, present.device, pin_hash, now);
            Ok::<_, RenewError>(work.done(present.id, detail, made))
        });
        let (application, reference, device, pin_hash, now) = done.await?;
        let token = self.renewal_token(&reference, device, stated.attempt.expose())?;
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
        let reference = &newest.application.particulars().reference;
        if certificate.user != permit.user().id {
            return Ok(None);
        }
        let token = self.renewal_token(reference, certificate.device, stated.attempt.expose())?;
        let known = self.known_state(&self.token_hash(token.expose())?).await?;
        Ok(known.map(|_| token.into()))
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
