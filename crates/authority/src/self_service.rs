//! Revoking one's own certificate without it, by the challenge phrase chosen when applying: first the
//! phrase, for a token, then the token, for a certificate.
//!
//! **Invariant:** whatever is wrong (code, e-mail or phrase), the answer is the same after the same slow hashes: all
//! phrases of a person have one salt, and how many texts are hashed depends on the typed phrase alone. The number of
//! tries is limited as for applications, and per person over all addresses ([`PHRASES_PER_PERSON_MAX`](domain::attempts::PHRASES_PER_PERSON_MAX)).

use crate::{
    Unavailable,
    core::Core,
    password_hash::{Asker, same_hash},
    phrases::Phrases,
    revocation::{RevokeError, Revoker},
    revocation_token::{CERTIFICATES_PER_TOKEN_MAX, RevocationRight, RevocationToken},
    runner::{ActError, Done, TenantWork},
    sealer::Sealer,
    tries::Tries,
    unavailable::unavailable_in,
};
use domain::{
    act::{self, Mandate},
    attempts::TooManyAttempts,
    certificate::{Access, CertificateRecord, CertificateState},
    id::{ApplicationId, CertificateId, TenantId, UserId},
    refusal::{Problem, Refusal, Refuses},
    revocation::Request,
    revoke_form::ChallengeForm,
    time::Timestamp,
    user::Role,
};
use pki::RevocationReason;
use std::{cmp::Reverse, net::IpAddr};
use store::applications::ChallengeHash;
use templates::mail::{self, RevokedByUser};

/// Why nothing was found or revoked.
#[derive(Debug, thiserror::Error)]
pub enum ChallengeRefusal {
    /// The credentials; says no more than that.
    #[error("the credentials do not fit together")]
    Uniform,
    /// Too many wrong tries.
    #[error(transparent)]
    TooMany(TooManyAttempts),
    /// The token was changed or made elsewhere, is over, or does not allow this certificate.
    #[error("the choice of a certificate is over")]
    Token,
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for ChallengeRefusal {
    fn refusals(&self) -> Vec<Refusal> {
        vec![match self {
            Self::Uniform => Problem::RevokeRefused.into(),
            Self::TooMany(limit) => Refusal::whole(*limit),
            Self::Token => Problem::RevokeOver.into(),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(ChallengeRefusal);

impl ActError for ChallengeRefusal {
    fn no_such_tenant() -> Self {
        Self::Token
    }
}

/// What a phrase can revoke, and the token that allows it.
#[derive(Debug)]
pub struct Revocable {
    /// The person's certificates that were applied for with this phrase.
    pub certificates: Vec<CertificateRecord>,
    /// Comes back with the chosen one.
    pub token: RevocationToken,
}

/// What a token still allows to revoke.
#[derive(Debug)]
pub struct Choice {
    pub certificates: Vec<CertificateRecord>,
    /// Whether their person may pass.
    pub access: Access,
}

/// A certificate is revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// What the person calls the device that it was on.
    pub device_name: String,
    /// Since when.
    pub at: Timestamp,
}

struct Proved {
    tenant: TenantId,
    user: UserId,
    applications: Vec<ApplicationId>,
}

/// Revocation by a challenge phrase.
#[derive(Clone)]
pub struct SelfService {
    core: Core,
    tries: Tries,
    phrases: Phrases,
    revocation: Revoker,
    /// Seals what a phrase allows.
    rights: Sealer,
}

impl SelfService {
    pub(crate) fn new(
        core: &Core,
        tries: &Tries,
        phrases: &Phrases,
        revocation: &Revoker,
        rights: Sealer,
    ) -> Self {
        let (core, tries, phrases) = (core.clone(), tries.clone(), phrases.clone());
        Self { core, tries, phrases, revocation: revocation.clone(), rights }
    }

    /// The certificates that this phrase can revoke.
    pub async fn certificates_by_challenge(
        &self,
        form: &ChallengeForm,
        address: IpAddr,
    ) -> Result<Revocable, ChallengeRefusal> {
        let Proved { tenant, user, applications } = self.prove_challenge(form, address).await?;
        let mut reader = self.core.read().await?;
        let mut certificates = Vec::new();
        for application in applications {
            certificates.extend(reader.tenant(tenant).certificates_of_application(application).await?);
        }
        certificates.retain(in_force);
        one_a_device(&mut certificates);
        certificates.truncate(CERTIFICATES_PER_TOKEN_MAX);
        let ids = certificates.iter().map(|certificate| certificate.id).collect();
        let right = RevocationRight::from_now(tenant, user, ids, self.core.now())?;
        let token = right.sealed(&self.rights)?;
        Ok(Revocable { certificates, token })
    }

    /// Those that a token still allows to revoke.
    pub async fn certificates_by_token(&self, token: &str) -> Result<Choice, ChallengeRefusal> {
        let right = self.right_of(token)?;
        let mut reader = self.core.read().await?;
        let mut records = reader.tenant(right.tenant);
        let mut certificates = Vec::new();
        for id in right.certificates {
            certificates.extend(records.certificate(id).await?);
        }
        certificates.retain(in_force);
        let (user, tenant) = (records.user(right.user).await?, records.record().await?);
        let (Some(user), Some(tenant)) = (user, tenant) else { return Err(ChallengeRefusal::Token) };
        let shut_out = tenant.shut_out(self.core.service().contract_grace_days, self.core.now());
        Ok(Choice { certificates, access: Access::of(user.state, shut_out) })
    }

    /// Revokes one of them. Returns when every gate of this machine refuses it. One that is revoked
    /// already stays as it is, so that a form sent twice gets the same answer.
    pub async fn revoke_by_token(
        &self,
        token: &str,
        id: CertificateId,
        address: IpAddr,
    ) -> Result<Revoked, ChallengeRefusal> {
        let right = self.right_of(token)?;
        let RevocationRight { tenant, user, certificates, .. } = right;
        if !certificates.contains(&id) {
            return Err(ChallengeRefusal::Token);
        }
        let mandate = Mandate::of_public(act::RevokeByChallenge, address);
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            let certificate = work.records().lock_certificate(id).await?;
            let certificate =
                certificate.filter(|found| found.user == user).ok_or(ChallengeRefusal::Token)?;
            let request = Request::Revoke(RevocationReason::Unspecified);
            let detail = match self.revocation.decide_line(&mut work, &certificate, request).await {
                Ok(detail) => detail,
                Err(RevokeError::Unavailable(cause)) => return Err(ChallengeRefusal::Unavailable(cause)),
                Err(RevokeError::NotFound | RevokeError::Refused(_)) => {
                    // The form was sent twice.
                    let entry = certificate.revocation.ok_or(ChallengeRefusal::Token)?;
                    let revoked = Revoked { device_name: certificate.device_name, at: entry.at };
                    return Ok(Done::nothing(revoked));
                }
            };
            self.tell_administrators(&mut work, &certificate).await?;
            let revoked = Revoked { device_name: certificate.device_name, at: work.now };
            Ok(work.done(id, detail, revoked))
        });
        done.await
    }

    fn right_of(&self, token: &str) -> Result<RevocationRight, ChallengeRefusal> {
        RevocationRight::opened(token, &self.rights, self.core.now()).ok_or(ChallengeRefusal::Token)
    }

    async fn tell_administrators(
        &self,
        work: &mut TenantWork,
        certificate: &CertificateRecord,
    ) -> Result<(), Unavailable> {
        let Some(user) = work.records().user(certificate.user).await? else { return Ok(()) };
        let tenant = work.tenant.clone();
        let notice = RevokedByUser {
            user_name: user.display_name,
            at: work.now,
            device_name: certificate.device_name.clone(),
            desk: self.core.addresses().desk(&tenant.slug, ""),
        };
        for administrator in work.records().users_with_role(Role::Administrator).await? {
            let letter =
                self.core.letter(&administrator, &tenant, |head| mail::revoked_by_user(&notice, head));
            work.post(tenant.id, &letter).await?;
        }
        Ok(())
    }

    async fn prove_challenge(
        &self,
        form: &ChallengeForm,
        address: IpAddr,
    ) -> Result<Proved, ChallengeRefusal> {
        let code = form.identification_code.as_str();
        let tried = self.tries.tried_phrase("revoke", address, form.email.as_str(), code)?;
        let reserved = self.tries.reserve_try("reserve_challenge", &tried, Asker::stranger(address)).await?;
        let reserved = reserved.map_err(ChallengeRefusal::TooMany)?;
        let (tenant, user, hashes) = self.challenge_hashes(form).await?;
        let typed = self.phrases.hashes(user, &form.challenge_phrase, &reserved).await?;
        let fits = |hash: &ChallengeHash| typed.iter().any(|typed| same_hash(typed, &hash.phc));
        let fitting = hashes.into_iter().filter(fits);
        let applications: Vec<ApplicationId> = fitting.map(|hash| hash.application).collect();
        if applications.is_empty() {
            return Err(ChallengeRefusal::Uniform);
        }
        self.tries.give_back("prove_challenge", &tried, reserved).await?;
        Ok(Proved { tenant, user, applications })
    }

    /// Whose phrase it should be, and the hashes on record. Unknown codes and addresses go the same way as
    /// known ones, with stand-ins that have none.
    async fn challenge_hashes(
        &self,
        form: &ChallengeForm,
    ) -> Result<(TenantId, UserId, Vec<ChallengeHash>), Unavailable> {
        let now = self.core.now();
        let rng = &mut *self.core.rng();
        let mut reader = self.core.read().await?;
        let tenant = reader.tenant_by_identification_code(&form.identification_code).await?;
        let tenant = tenant.map_or_else(|| TenantId::new(now, rng), |tenant| tenant.id);
        let user = reader.tenant(tenant).user_by_email(&form.email).await?;
        let user = user.map_or_else(|| UserId::new(now, rng), |user| user.id);
        let hashes = reader.tenant(tenant).challenge_hashes_of(user, now).await?;
        Ok((tenant, user, hashes))
    }
}

fn in_force(certificate: &CertificateRecord) -> bool {
    matches!(certificate.state, CertificateState::Valid | CertificateState::OnHold)
}

/// Keeps the newest certificate of each device, by which the whole device is meant.
fn one_a_device(certificates: &mut Vec<CertificateRecord>) {
    certificates.sort_unstable_by_key(|certificate| (certificate.device, Reverse(certificate.id)));
    certificates.dedup_by_key(|certificate| certificate.device);
    certificates.sort_unstable_by_key(|certificate| Reverse(certificate.id));
}
