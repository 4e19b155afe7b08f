//! Revoking one's own certificate without it, by the challenge phrase chosen when applying.
//!
//! **Invariant:** whatever is wrong (code, e-mail or phrase), the answer is the same after the same
//! number of slow hashes; the number of tries is limited as for applications.

use crate::{Authority, Unavailable, unavailable::unavailable_in, work::By};
use domain::{
    audit::AuditAct,
    attempts::TooManyAttempts,
    certificate::{Certificate, CertificateState},
    challenge::ChallengePhrase,
    email::EmailAddress,
    grant::Actor,
    id::{ApplicationId, CertificateId, TenantId, UserId},
    revocation::Request,
    secret::Secret,
    tenant::{IdentificationCode, Tenant},
    user::{Role, User},
};
use pki::RevocationReason;
use std::net::IpAddr;
use store::applications::CHALLENGES_PER_USER_MAX;
use templates::mail::{self, RevokedByUser};

/// The form's credentials, as typed.
#[derive(Debug)]
pub struct ChallengeForm {
    /// 識別コード.
    pub identification_code: String,
    /// E-mail address.
    pub email: String,
    /// Challenge phrase.
    pub challenge_phrase: ChallengePhrase,
}

/// Why nothing was found or revoked.
#[derive(Debug)]
pub enum ChallengeRefusal {
    /// The credentials; says no more than that.
    Uniform,
    /// Too many wrong tries.
    TooMany(TooManyAttempts),
    /// None of the person's certificates that this phrase opens is the one named.
    NotFound,
    /// Store.
    Unavailable(Unavailable),
}

unavailable_in!(ChallengeRefusal);

struct Proved {
    tenant: Tenant,
    user: User,
    applications: Vec<ApplicationId>,
}

impl Authority {
    /// The certificates that this phrase can revoke.
    pub async fn certificates_by_challenge(
        &self,
        form: &ChallengeForm,
        address: IpAddr,
    ) -> Result<Vec<Certificate>, ChallengeRefusal> {
        let proved = self.prove_challenge(form, address).await?;
        Ok(self.revocable(&proved).await?)
    }

    /// Revokes one of them. Returns when every gate of this machine refuses it.
    pub async fn revoke_by_challenge(
        &self,
        form: &ChallengeForm,
        id: CertificateId,
        address: IpAddr,
    ) -> Result<Certificate, ChallengeRefusal> {
        let proved = self.prove_challenge(form, address).await?;
        let found = self.revocable(&proved).await?.into_iter().find(|certificate| certificate.id == id);
        let found = found.ok_or(ChallengeRefusal::NotFound)?;
        let Proved { tenant, user, .. } = proved;
        let mut work = self.begin("revoke_by_challenge").await?;
        let certificate = work.tenant(tenant.id).lock_certificate(found.id).await?;
        let certificate = certificate.ok_or(ChallengeRefusal::NotFound)?;
        let by = By { actor: Actor::Public, address: Some(address) };
        let request = Request::Revoke(RevocationReason::Unspecified);
        let decided =
            self.decide_locked(&mut work, by, AuditAct::RevokeByChallenge, &certificate, request).await;
        decided.map_err(|_| ChallengeRefusal::NotFound)?;
        let notice = RevokedByUser {
            user_name: user.display_name.clone(),
            at: work.now,
            device_name: certificate.device_name.clone(),
            desk: self.addresses().desk(&tenant.slug, ""),
        };
        for administrator in work.tenant(tenant.id).users_with_role(Role::Administrator).await? {
            let letter = self.letter(&administrator, &tenant, |head| mail::revoked_by_user(&notice, head));
            work.post(tenant.id, &letter).await?;
        }
        work.finish().await?;
        Ok(certificate)
    }

    async fn revocable(&self, proved: &Proved) -> Result<Vec<Certificate>, Unavailable> {
        let mut reader = self.store().read().await?;
        let mut found = Vec::new();
        for application in &proved.applications {
            found.extend(reader.tenant(proved.tenant.id).certificates_of_application(*application).await?);
        }
        found.retain(|certificate| {
            matches!(certificate.state, CertificateState::Valid | CertificateState::OnHold)
        });
        Ok(found)
    }

    async fn prove_challenge(
        &self,
        form: &ChallengeForm,
        address: IpAddr,
    ) -> Result<Proved, ChallengeRefusal> {
        let code = domain::password::folded_letters(&form.identification_code);
        let tried = self.tried("revoke", address, &form.email, &code)?;
        let mut work = self.begin("try_challenge").await?;
        work.admit(&tried).await?.map_err(ChallengeRefusal::TooMany)?;
        drop(work);

        let (tenant, user, hashes) = self.challenge_hashes(form).await?;
        let phrase = Secret::new(form.challenge_phrase.expose().to_owned());
        let mut applications = Vec::new();
        // As many slow hashes for nobody as for whoever has the most, so that time tells nothing.
        let stored = hashes.into_iter().map(|hash| (Some(hash.application), Some(hash.phc)));
        let padded = stored.chain(std::iter::repeat((None, None)));
        for (application, phc) in padded.take(CHALLENGES_PER_USER_MAX as usize) {
            let fits = self.hasher().verify(phc, &phrase).await?;
            applications.extend(application.filter(|_| fits));
        }
        let proved = !applications.is_empty();
        self.settle_try("settle_challenge", &tried, proved).await?.map_err(ChallengeRefusal::TooMany)?;
        match (tenant, user) {
            (Some(tenant), Some(user)) if proved => Ok(Proved { tenant, user, applications }),
            _ => Err(ChallengeRefusal::Uniform),
        }
    }

    async fn challenge_hashes(
        &self,
        form: &ChallengeForm,
    ) -> Result<(Option<Tenant>, Option<User>, Vec<store::applications::ChallengeHash>), Unavailable> {
        let now = self.now();
        let rng = &mut *self.rng();
        let code = IdentificationCode::parse(&form.identification_code);
        let code = code.unwrap_or_else(|| IdentificationCode::random(rng));
        let mut reader = self.store().read().await?;
        let tenant = reader.tenant_by_identification_code(&code).await?;
        let tenant_id = tenant.as_ref().map_or_else(|| TenantId::new(now, rng), |tenant| tenant.id);
        let user = match EmailAddress::parse(&form.email) {
            Ok(email) => reader.tenant(tenant_id).user_by_email(&email).await?,
            Err(_) => None,
        };
        let user_id = user.as_ref().map_or_else(|| UserId::new(now, rng), |user| user.id);
        let hashes = reader.tenant(tenant_id).challenge_hashes_of(user_id, now).await?;
        Ok((tenant, user, hashes))
    }
}
