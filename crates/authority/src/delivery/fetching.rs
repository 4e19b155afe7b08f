//! How far a pickup is, and its file.

use super::{
    Delivery, OtherFile, PickupFile, PickupState, ReadyPickup,
    other_file::{self, other},
};
use crate::{Unavailable, work::GATES_WAIT_MAX};
use domain::{
    application::{Reference, StoredApplication},
    certificate::{CertificateRecord, CertificateState},
    certificate_label::{CertificateLabel, FileName},
    secret::Secret,
    tenant::Tenant,
    time::{SignedDuration, Timestamp},
};
use pki::Pkcs12Profile;
use store::pickup_makings::{MakingState, PickupMaking};
use zeroize::Zeroizing;

impl Delivery {
    /// Which application a cookie of ours was made for.
    pub fn pickup_reference(&self, cookie: &str) -> Result<Option<Reference>, Unavailable> {
        Ok(self.read_cookie(cookie)?.map(|cookie| cookie.reference))
    }

    /// Does the cookie wait for its making to begin?
    pub fn is_pickup_claim(&self, cookie: &str) -> Result<bool, Unavailable> {
        Ok(self.read_cookie(cookie)?.is_some_and(|cookie| cookie.has_claim()))
    }

    /// The token in a cookie with its hash; of a cookie that is none of ours, what opens nothing.
    pub(super) fn token_of(&self, cookie: &str) -> Result<([u8; 32], Secret<String>), Unavailable> {
        let token = self.read_cookie(cookie)?.map(|cookie| cookie.token);
        let token = Secret::new(token.map(|token| token.expose().to_owned()).unwrap_or_default());
        Ok((self.token_hash(token.expose())?, token))
    }

    pub(super) fn token_hash(&self, token: &str) -> Result<[u8; 32], Unavailable> {
        Ok(self.seals.tokens.hash(b"", token)?)
    }

    /// How far the pickup of this cookie is.
    pub async fn pickup_state(&self, cookie: &str) -> Result<PickupState, Unavailable> {
        let Some(cookie) = self.read_cookie(cookie)? else { return Ok(PickupState::Gone) };
        match self.known_state(&self.token_hash(cookie.token.expose())?).await? {
            Some(state) => Ok(state),
            None => self.without_file(&cookie.reference).await,
        }
    }

    /// What is known of a token's file here: in the making, or at rest.
    pub(super) async fn known_state(&self, hash: &[u8; 32]) -> Result<Option<PickupState>, Unavailable> {
        let mut reader = self.core.read().await?;
        match reader.pickup_making(hash).await? {
            Some(making) if making.state == MakingState::Failed => return Ok(Some(PickupState::Failed)),
            Some(making) if is_being_prepared(making, self.core.now()) => {
                return Ok(Some(PickupState::Preparing));
            }
            _ => {}
        }
        let Some(pickup) = reader.pickup_by_token(hash, self.core.now()).await? else { return Ok(None) };
        let mut of_tenant = reader.tenant(pickup.tenant);
        let application = of_tenant.application(pickup.application).await?;
        let certificate = of_tenant.certificate(pickup.certificate).await?;
        let tenant = of_tenant.record().await?;
        let (Some(application), Some(certificate), Some(tenant)) = (application, certificate, tenant) else {
            return Ok(None);
        };
        // Held or revoked within the minutes: nobody fetches it any more.
        if certificate.state != CertificateState::Valid {
            return Ok(Some(PickupState::Gone));
        }
        let fitting = tenant.policy.pkcs12_profile(certificate.device_type);
        let is_there = |profile| other_file::sealed(&pickup, profile).is_some();
        let profile = if is_there(fitting) { fitting } else { other(fitting) };
        let other = match other(profile) {
            other if is_there(other) => OtherFile::Made,
            Pkcs12Profile::Compat if !tenant.policy.compat_pkcs12_allowed => OtherFile::NotAllowed,
            Pkcs12Profile::Compat | Pkcs12Profile::Modern => OtherFile::OnRequest,
        };
        Ok(Some(PickupState::Ready(Box::new(ReadyPickup {
            reference: application.application.particulars().reference.clone(),
            tenant,
            device_type: certificate.device_type,
            device_name: certificate.device_name,
            purpose: application.application.particulars().purpose,
            serial: certificate.key.serial,
            profile,
            other,
            until: pickup.expires_at,
        }))))
    }

    /// Why there is no file: only the reconciler opens an application again whose PIN was used.
    async fn without_file(&self, reference: &Reference) -> Result<PickupState, Unavailable> {
        let mut reader = self.core.read().await?;
        let Some(record) = reader.application_by_reference(reference).await? else {
            return Ok(PickupState::Gone);
        };
        match record.application {
            StoredApplication::Approved(_) => Ok(PickupState::Failed),
            StoredApplication::PickedUp(_)
            | StoredApplication::Submitted(_)
            | StoredApplication::Rejected(_) => Ok(PickupState::Gone),
        }
    }

    /// The file of this cookie in one encryption, if it was made and while it can be fetched.
    pub async fn pickup_file(
        &self,
        cookie: &str,
        profile: Pkcs12Profile,
    ) -> Result<Option<PickupFile>, Unavailable> {
        let Some(fetched) = self.fetch(cookie, profile).await? else { return Ok(None) };
        let name = fetched.file_name(&self.label(&fetched.certificate), ".p12", profile);
        Ok(Some(PickupFile { name, bytes: fetched.bytes }))
    }

    pub(super) async fn fetch(
        &self,
        cookie: &str,
        profile: Pkcs12Profile,
    ) -> Result<Option<Fetched>, Unavailable> {
        let (hash, token) = self.token_of(cookie)?;
        let mut reader = self.core.read().await?;
        let Some(pickup) = reader.pickup_by_token(&hash, self.core.now()).await? else { return Ok(None) };
        let Some(bytes) = self.unsealed(&pickup, profile, token.expose())? else { return Ok(None) };
        let mut of_tenant = reader.tenant(pickup.tenant);
        let (tenant, certificate) =
            (of_tenant.record().await?, of_tenant.certificate(pickup.certificate).await?);
        let (Some(tenant), Some(certificate)) = (tenant, certificate) else { return Ok(None) };
        if certificate.state != CertificateState::Valid {
            return Ok(None);
        }
        Ok(Some(Fetched { tenant, certificate, bytes }))
    }

    pub(super) fn label<'a>(&self, certificate: &'a CertificateRecord) -> CertificateLabel<'a> {
        let picked_up_at = certificate.picked_up_at.unwrap_or(certificate.not_before);
        let zone = &self.core.service().time_zone;
        CertificateLabel::new(&certificate.device_name, certificate.device_type, picked_up_at, zone)
    }
}

/// An opened file, with what it is named after.
pub(super) struct Fetched {
    pub(super) tenant: Tenant,
    pub(super) certificate: CertificateRecord,
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

impl Fetched {
    /// The name with this ending; of the encryption that does not fit the device, it names the encryption, too.
    pub(super) fn file_name(
        &self,
        label: &CertificateLabel<'_>,
        ending: &str,
        profile: Pkcs12Profile,
    ) -> FileName {
        let encryption = match profile {
            fitting if fitting == self.tenant.policy.pkcs12_profile(self.certificate.device_type) => "",
            Pkcs12Profile::Modern => "-modern",
            Pkcs12Profile::Compat => "-compat",
        };
        label.file_name(self.tenant.slug.as_str(), &format!("{encryption}{ending}"))
    }
}

/// A file that is kept waits for the gates, as long as the process that made it does.
fn is_being_prepared(making: PickupMaking, now: Timestamp) -> bool {
    match making.state {
        MakingState::Preparing => true,
        MakingState::Kept => {
            let waited = now.duration_since(making.since);
            let wait_max = SignedDuration::try_from(GATES_WAIT_MAX).unwrap_or(SignedDuration::ZERO);
            !waited.is_negative() && waited < wait_max
        }
        MakingState::Failed => false,
    }
}
