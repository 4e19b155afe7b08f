//! Hold, release, revoke: by an administrator, by the person, by the installation.

use crate::{
    Unavailable,
    core::Core,
    runner::{ActError, TenantWork},
    unavailable::unavailable_in,
};
use domain::{
    act::{self, Mandate},
    certificate::{CertificateRecord, CertificateState},
    grant::{Actor, Grant, RevokeCertificate, RevokeOwnCertificate},
    id::{CertificateId, TenantId, UserId},
    permit::Permit,
    refusal::{Problem, Refusal, Refuses},
    revocation::{self, Decision, Request, RevocationRefusal},
    status_change::StatusChange,
    user::{User, UserState},
};
use store::pickup_makings::MakingState;
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

impl Refuses for RevokeError {
    fn refusals(&self) -> Vec<Refusal> {
        vec![match self {
            Self::NotFound => Problem::NotFound.into(),
            Self::Refused(RevocationRefusal::LastDeskKey) => {
                Refusal::at("last_key", Problem::LastAdministrationKey)
            }
            Self::Refused(refusal) => Refusal::whole(*refusal),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(RevokeError);

impl RevokeError {
    /// For a request that makes sense in the certificate's state, which was looked at under its lock.
    pub(crate) fn into_unavailable(self) -> Unavailable {
        match self {
            Self::Unavailable(cause) => cause,
            refused => Unavailable::because(refused.to_string()),
        }
    }
}

impl ActError for RevokeError {
    fn no_such_tenant() -> Self {
        Self::NotFound
    }
}

/// Holds, releases and revokes certificates.
#[derive(Clone)]
pub struct Revoker {
    core: Core,
}

impl Revoker {
    pub(crate) fn new(core: &Core) -> Self {
        Self { core: core.clone() }
    }

    /// Would the company's own people, by such a request, shut themselves out of the desk?
    pub async fn is_last_desk_key(&self, tenant: TenantId, id: CertificateId) -> Result<bool, Unavailable> {
        let mut reader = self.core.read().await?;
        let Some(certificate) = reader.tenant(tenant).certificate(id).await? else { return Ok(false) };
        let keys = reader.tenant(tenant).desk_keys(self.core.now(), DESK_KEYS_ASKED).await?;
        Ok(revocation::keep_desk_open(certificate.device, &keys, Request::Hold).is_err())
    }

    /// Holds, releases or revokes a device of the tenant, by one of its certificates: every certificate of its line, and
    /// every pickup under way. Returns when every gate of this machine
    /// refuses (or admits) them; a mail tells its person. An act
    /// done at the desk leaves a certificate that opens the desk, unless it names the last one as such
    /// ([`Request::RevokeLastKey`]); the operator at the machine may end the last one.
    pub async fn decide_certificate(
        &self,
        grant: &Grant<RevokeCertificate>,
        tenant: TenantId,
        id: CertificateId,
        request: Request,
    ) -> Result<(), RevokeError> {
        let mandate = match request {
            Request::Hold => grant.to(act::HoldCertificate),
            Request::Release => grant.to(act::ReleaseCertificate),
            Request::Revoke(_) | Request::RevokeLastKey(_) => grant.to(act::RevokeCertificate),
        };
        self.decide_one(mandate, tenant, id, None, request).await
    }

    /// The same for one's own device, by a person at the gate with one. A hold is released by an administrator
    /// only: the device may be in other hands.
    pub async fn decide_own_certificate(
        &self,
        grant: &Grant<RevokeOwnCertificate>,
        permit: &Permit,
        id: CertificateId,
        request: Request,
    ) -> Result<(), RevokeError> {
        let mandate = match request {
            Request::Hold => grant.to(act::HoldOwnCertificate),
            Request::Release => return Err(RevokeError::NotFound),
            Request::Revoke(_) | Request::RevokeLastKey(_) => grant.to(act::RevokeOwnCertificate),
        };
        self.decide_one(mandate, permit.tenant().id, id, Some(permit.user().id), request).await
    }

    /// Under the tenant's lock: two administrators who shut each other's certificates out would else both be
    /// admitted.
    async fn decide_one(
        &self,
        mandate: Mandate,
        tenant: TenantId,
        id: CertificateId,
        own: Option<UserId>,
        request: Request,
    ) -> Result<(), RevokeError> {
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            let certificate = work.records().lock_certificate(id).await?.ok_or(RevokeError::NotFound)?;
            if own.is_some_and(|user| user != certificate.user) {
                return Err(RevokeError::NotFound);
            }
            // An operator may end the last one, as at the machine.
            if matches!(mandate.actor(), Actor::User { tenant: of, .. } if of == tenant) {
                let now = work.now;
                let keys = work.records().desk_keys(now, DESK_KEYS_ASKED).await?;
                revocation::keep_desk_open(certificate.device, &keys, request)
                    .map_err(RevokeError::Refused)?;
            }
            let detail = self.decide_line(&mut work, &certificate, request).await?;
            Ok(work.done(id, detail, ()))
        });
        done.await
    }

    /// Decides on the device of a locked certificate and writes everything that follows from it; what the audit row says
    /// of it.
    pub(crate) async fn decide_line(
        &self,
        work: &mut TenantWork,
        named: &CertificateRecord,
        request: Request,
    ) -> Result<String, RevokeError> {
        let now = work.now;
        let line = work.records().lock_line(named.device).await?;
        let decided = revocation::decide_line(&line, named.id, request, now).map_err(RevokeError::Refused)?;
        let mut detail = Vec::new();
        for (certificate, decision) in &decided {
            detail.push(write_decision(work, certificate, *decision).await?);
        }
        if !matches!(request, Request::Release) {
            detail.push(withdraw_pickups(work, named).await?);
        }
        let user = work.records().user(named.user).await?;
        let delivered = decided.iter().any(|(certificate, _)| certificate.picked_up_at.is_some());
        if let (Some(user), true) = (user, delivered) {
            self.tell_ended(work, &user, named, request).await?;
        }
        Ok(detail.join(" "))
    }

    /// The same for one locked certificate alone, of which its person is not told: it was never delivered, or a newer
    /// one has taken its place.
    pub(crate) async fn decide_locked(
        &self,
        work: &mut TenantWork,
        certificate: &CertificateRecord,
        request: Request,
    ) -> Result<String, RevokeError> {
        let decision =
            revocation::decide(certificate.state, request, work.now).map_err(RevokeError::Refused)?;
        write_decision(work, certificate, decision).await
    }

    async fn tell_ended(
        &self,
        work: &mut TenantWork,
        user: &User,
        certificate: &CertificateRecord,
        request: Request,
    ) -> Result<(), Unavailable> {
        let ended = match request {
            Request::Hold => EndedAs::OnHold,
            Request::Release => EndedAs::Released,
            Request::Revoke(_) | Request::RevokeLastKey(_) => EndedAs::Revoked,
        };
        let notice = CertificateEnded {
            ended,
            suspended: user.state == UserState::Suspended,
            user_name: user.display_name.clone(),
            at: work.now,
            device_name: certificate.device_name.clone(),
        };
        let letter = self.core.letter(user, &work.tenant, |head| mail::certificate_ended(&notice, head));
        work.post(certificate.tenant, &letter).await
    }
}

/// Writes the next state of a locked certificate; in words for the audit log.
async fn write_decision(
    work: &mut TenantWork,
    certificate: &CertificateRecord,
    (next, entry): Decision,
) -> Result<String, RevokeError> {
    let (id, now) = (certificate.id, work.now);
    if !work.records().set_certificate_state(id, certificate.state, next, entry, now).await? {
        return Err(RevokeError::NotFound);
    }
    if certificate.state == CertificateState::Recorded {
        // A browser that waits for it reads that it failed.
        let _waited_for = work.records().set_pickup_making(id, MakingState::Failed, now).await?;
    }
    work.crl_changed(certificate.key.issuer).await?;
    work.changed(StatusChange::Certificate(id));
    Ok(format!("to={} serial={}", next.name(), certificate.key.serial.to_hex()))
}

/// Withdraws what is applied for, or waits for its pickup, on a certificate's device; in words for the audit log.
async fn withdraw_pickups(work: &mut TenantWork, of: &CertificateRecord) -> Result<String, RevokeError> {
    let (mut withdrawn, now) = (0, work.now);
    while let Some(open) = work.records().open_application_of(of.device).await? {
        let application = open.application.particulars().id;
        let _mails = work.records().close_pin_mails(of.user, Some(application), now).await?;
        withdrawn += work.records().withdraw_applications_of_device(of.device, of.user, now).await?;
    }
    Ok(format!("applications_withdrawn={withdrawn}"))
}
