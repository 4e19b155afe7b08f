//! Hold, release, revoke: by an administrator, by the person, by the installation.

use crate::{
    Authority, Unavailable,
    unavailable::unavailable_in,
    work::{By, Work},
};
use domain::{
    audit::AuditAct,
    certificate::Certificate,
    grant::{Actor, Grant, RevokeCertificate, RevokeOwnCertificate},
    id::{CertificateId, TenantId, UserId},
    permit::Permit,
    revocation::{self, Request, RevocationRefusal},
    status_change::StatusChange,
    tenant::Tenant,
    user::User,
};
use templates::mail::{self, CertificateEnded, EndedAs};

/// Enough keys of the desk to tell whether one of them is the last.
const DESK_KEYS_ASKED: u32 = 2;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// There is no such certificate in this tenant (or none of this person's own).
    #[error("there is no such certificate")]
    NotFound,
    /// The request makes no sense in the certificate's state.
    #[error(transparent)]
    Refused(RevocationRefusal),
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

unavailable_in!(RevokeError);

impl Authority {
    /// Would the company's own people, by such a request, shut themselves out of the desk?
    pub async fn is_last_desk_key(&self, tenant: TenantId, id: CertificateId) -> Result<bool, Unavailable> {
        let mut reader = self.store().read().await?;
        let keys = reader.tenant(tenant).desk_keys(self.now(), DESK_KEYS_ASKED).await?;
        Ok(revocation::keep_desk_open(id, &keys, Request::Hold).is_err())
    }

    /// Holds, releases or revokes a certificate of the tenant. Returns when every gate of this machine
    /// refuses (or admits) it; its person is told by mail. People at the desk keep one that opens it;
    /// whoever is at the machine can help, and may end the last one.
    pub async fn decide_certificate(
        &self,
        grant: &Grant<RevokeCertificate>,
        tenant: TenantId,
        id: CertificateId,
        request: Request,
    ) -> Result<(), RevokeError> {
        if !grant.reaches(tenant) {
            return Err(RevokeError::NotFound);
        }
        let act = match request {
            Request::Hold => AuditAct::HoldCertificate,
            Request::Release => AuditAct::ReleaseCertificate,
            Request::Revoke(_) | Request::RevokeLastKey(_) => AuditAct::RevokeCertificate,
        };
        self.decide_one(grant.into(), act, tenant, id, None, request).await
    }

    /// The same for one's own certificate, by whoever is at the gate with one.
    pub async fn decide_own_certificate(
        &self,
        grant: &Grant<RevokeOwnCertificate>,
        permit: &Permit,
        id: CertificateId,
        request: Request,
    ) -> Result<(), RevokeError> {
        let tenant = permit.tenant().id;
        if !grant.reaches(tenant) {
            return Err(RevokeError::NotFound);
        }
        let own = Some(permit.user().id);
        let act = match request {
            Request::Hold => AuditAct::HoldOwnCertificate,
            Request::Release => AuditAct::ReleaseCertificate,
            Request::Revoke(_) | Request::RevokeLastKey(_) => AuditAct::RevokeOwnCertificate,
        };
        self.decide_one(grant.into(), act, tenant, id, own, request).await
    }

    async fn decide_one(
        &self,
        by: By,
        act: AuditAct,
        tenant: TenantId,
        id: CertificateId,
        own: Option<UserId>,
        request: Request,
    ) -> Result<(), RevokeError> {
        let mut work = self.begin(act.name()).await?;
        // Two administrators who shut each other's certificates out would else both be told yes.
        let _tenant = work.tenant(tenant).lock().await?.ok_or(RevokeError::NotFound)?;
        let certificate = work.tenant(tenant).lock_certificate(id).await?.ok_or(RevokeError::NotFound)?;
        if own.is_some_and(|user| user != certificate.user) {
            return Err(RevokeError::NotFound);
        }
        if matches!(by.actor, Actor::User { .. }) {
            let now = work.now;
            let keys = work.tenant(tenant).desk_keys(now, DESK_KEYS_ASKED).await?;
            revocation::keep_desk_open(id, &keys, request).map_err(RevokeError::Refused)?;
        }
        self.decide_locked(&mut work, by, act, &certificate, request).await?;
        Ok(work.finish().await?)
    }

    /// Decides on a locked certificate and notes everything that follows from it.
    pub(crate) async fn decide_locked(
        &self,
        work: &mut Work,
        by: By,
        act: AuditAct,
        certificate: &Certificate,
        request: Request,
    ) -> Result<(), RevokeError> {
        let (id, tenant) = (certificate.id, certificate.tenant);
        let decided =
            revocation::decide(certificate.state, request, work.now).map_err(RevokeError::Refused)?;
        let (next, entry) = decided;
        if !work.tenant(tenant).set_certificate_state(id, certificate.state, next, entry).await? {
            return Err(RevokeError::NotFound);
        }
        work.crl_changed(certificate.key.issuer).await?;
        work.changed(StatusChange::Certificate(id));
        let detail = format!("to={} serial={}", next.name(), certificate.key.serial.to_hex());
        work.audit(by, act, Some(tenant), id, detail).await?;
        let record = work.tenant(tenant).record().await?;
        let user = work.tenant(tenant).user(certificate.user).await?;
        if let (Some(tenant), Some(user), Some(_)) = (record, user, certificate.picked_up_at) {
            self.tell_ended(work, &tenant, &user, certificate, request).await?;
        }
        Ok(())
    }

    async fn tell_ended(
        &self,
        work: &mut Work,
        tenant: &Tenant,
        user: &User,
        certificate: &Certificate,
        request: Request,
    ) -> Result<(), Unavailable> {
        let ended = match request {
            Request::Hold => EndedAs::OnHold,
            Request::Release => EndedAs::Released,
            Request::Revoke(_) | Request::RevokeLastKey(_) => EndedAs::Revoked,
        };
        let notice = CertificateEnded {
            ended,
            user_name: user.display_name.clone(),
            at: work.now,
            device_name: certificate.device_name.clone(),
        };
        let letter = self.letter(user, tenant, |head| mail::certificate_ended(&notice, head));
        work.post(tenant.id, &letter).await
    }
}
