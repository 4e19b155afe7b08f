//! The proof that a changed e-mail address reaches its person, by a mailed code or by an administrator's word.
//!
//! **Invariant:** the address that applications get changes only here and at a pickup, and never without the proof.

use crate::{
    Unavailable,
    core::Core,
    runner::{ActError, TenantWork},
    seal::hashes_match,
    sealer::Keyed,
    unavailable::unavailable_in,
    work::must_apply,
};
use domain::{
    act::{self, Mandate},
    email_proof::EMAIL_CODE_HOURS,
    grant::{Grant, ManageUsers, ProveOwnEmail},
    id::{TenantId, UserId},
    mailed_code::{CodeVerdict, MailedCode, TooManyCodes},
    permit::Permit,
    pin::Pin,
    refusal::{Problem, Refusal, Refuses},
    status_change::StatusChange,
    tenant::TenantState,
    time::SignedDuration,
    user::User,
};
use templates::mail;

/// Why an address was not proved, or no code mailed.
#[derive(Debug, thiserror::Error)]
pub enum EmailProofError {
    /// There is no such user in this tenant.
    #[error("there is no such user")]
    NotFound,
    /// The address on record is proved already.
    #[error("the e-mail address is proved already")]
    Proved,
    /// For now.
    #[error(transparent)]
    TooManyCodes(TooManyCodes),
    /// Not a code, or not the one that was mailed last; so many tries are left.
    #[error("the code is wrong; {left} tries are left")]
    Wrong {
        /// Tries left.
        left: u32,
    },
    /// No code is open: none was mailed to this address, its time is over, or its tries are used up.
    #[error("the code proves nothing any more; have a new one mailed")]
    Over,
    /// The operator has not allowed an administrator's word for the address's domain.
    #[error(
        "an administrator's word does not count for this address; its domain must be among the tenant's \
         vouched e-mail domains"
    )]
    NotVouched,
    /// The tenant is suspended or ended.
    #[error("the tenant is {}", .0.name())]
    TenantClosed(TenantState),
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for EmailProofError {
    fn refusals(&self) -> Vec<Refusal> {
        vec![match self {
            Self::NotFound => Problem::NotFound.into(),
            Self::Proved => Problem::AlreadyDone.into(),
            Self::TooManyCodes(limit) => Refusal::whole(*limit),
            Self::Wrong { left } => Refusal::at("email_code", Problem::EmailCodeWrong { left: *left }),
            Self::Over => Problem::EmailCodeOver.into(),
            Self::NotVouched => Problem::EmailNotVouched.into(),
            Self::TenantClosed(_) => Problem::CompanySuspended.into(),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(EmailProofError);

impl ActError for EmailProofError {
    fn no_such_tenant() -> Self {
        Self::NotFound
    }
}

/// Mails codes to addresses that are to be proved, and takes them.
#[derive(Clone)]
pub struct EmailProofs {
    core: Core,
    /// Hashes the codes.
    codes: Keyed,
}

impl EmailProofs {
    pub(crate) fn new(core: &Core, codes: Keyed) -> Self {
        Self { core: core.clone(), codes }
    }

    /// Mails a code to the visitor's own address on record; the former code proves nothing from then on.
    pub async fn mail_own_email_code(
        &self,
        grant: &Grant<ProveOwnEmail>,
        permit: &Permit,
    ) -> Result<(), EmailProofError> {
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        self.mail_code(grant.to(act::SendEmailCode), tenant, user).await
    }

    /// The same for a user, by an administrator.
    pub async fn mail_email_code(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
    ) -> Result<(), EmailProofError> {
        self.mail_code(grant.to(act::SendEmailCode), tenant, user).await
    }

    async fn mail_code(
        &self,
        mandate: Mandate,
        tenant: TenantId,
        user: UserId,
    ) -> Result<(), EmailProofError> {
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            let user = unproved(&mut work, user).await?;
            let mailed = self.mail_code_within(&mut work, &user).await?;
            mailed.map_err(EmailProofError::TooManyCodes)?;
            Ok(work.done(user.id, "", ()))
        });
        done.await
    }

    /// Mails a code to the address in `user`, which is locked. The inner answer: too many were mailed.
    pub(crate) async fn mail_code_within(
        &self,
        work: &mut TenantWork,
        user: &User,
    ) -> Result<Result<(), TooManyCodes>, Unavailable> {
        let former = work.records().email_proof(user.id).await?;
        let code = Pin::random(&mut *self.core.rng());
        let hash = self.email_code_hash(user, &code)?;
        let lifetime = SignedDuration::from_hours(EMAIL_CODE_HOURS);
        let proof = match MailedCode::fresh(former.as_ref(), user.email.clone(), hash, lifetime, work.now) {
            Ok(proof) => proof,
            Err(too_many) => return Ok(Err(too_many)),
        };
        must_apply(work.records().put_email_proof(user.id, &proof).await?)?;
        let page = mail::EmailCode {
            recipient_name: user.display_name.clone(),
            email: user.email.to_string(),
            code: code.grouped(),
            valid_until: proof.expires_at,
            desk: self.core.addresses().desk(&work.tenant.slug, ""),
        };
        let letter = self.core.letter(user, &work.tenant, |head| mail::email_code(&page, head));
        work.post_code(user.tenant, &letter, proof.expires_at).await?;
        Ok(Ok(()))
    }

    /// The address is part of what is hashed: a code proves the one to which it was mailed.
    fn email_code_hash(&self, user: &User, code: &Pin) -> Result<[u8; 32], Unavailable> {
        let scope = [user.id.as_bytes().as_slice(), user.email.folded().as_bytes()].concat();
        Ok(self.codes.hash(&scope, code.expose())?)
    }

    /// Takes the typed code. Applications get the new address from the next request on.
    pub async fn prove_own_email(
        &self,
        grant: &Grant<ProveOwnEmail>,
        permit: &Permit,
        code: &Pin,
    ) -> Result<(), EmailProofError> {
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        let proved = self.core.act_in(grant.to(act::ProveEmail), tenant, |mut work| async move {
            let user = unproved(&mut work, user).await?;
            let proof = work.records().email_proof(user.id).await?.ok_or(EmailProofError::Over)?;
            let matches = hashes_match(&self.email_code_hash(&user, code)?, &proof.hash);
            let refusal = match proof.judge(&user, matches, work.now) {
                CodeVerdict::Right => {
                    must_apply(work.records().prove_email(user.id, &user.email).await?)?;
                    work.changed(StatusChange::User(user.id));
                    return Ok(work.done(user.id, "", Ok(())));
                }
                CodeVerdict::Wrong { left } => EmailProofError::Wrong { left },
                CodeVerdict::Over => EmailProofError::Over,
            };
            must_apply(work.records().count_wrong_email_code(user.id).await?)?;
            let detail = format!("over={}", matches!(refusal, EmailProofError::Over));
            Ok(work.done_as(grant.to(act::WrongEmailCode), user.id, detail, Err(refusal)))
        });
        proved.await.flatten()
    }

    /// Takes an administrator's word that the address on record reaches its person, where the operator has allowed
    /// that for its domain.
    pub async fn vouch_for_email(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
    ) -> Result<(), EmailProofError> {
        let done = self.core.act_in(grant.to(act::VouchForEmail), tenant, |mut work| async move {
            let user = unproved(&mut work, user).await?;
            if !work.tenant.names.vouch(&user.email) {
                return Err(EmailProofError::NotVouched);
            }
            must_apply(work.records().prove_email(user.id, &user.email).await?)?;
            work.changed(StatusChange::User(user.id));
            Ok(work.done(user.id, "", ()))
        });
        done.await
    }
}

/// A user with an address to be proved, locked as the tenant is: what the operator allows the tenant, and the
/// address, stay so.
async fn unproved(work: &mut TenantWork, user: UserId) -> Result<User, EmailProofError> {
    if work.tenant.state != TenantState::Active {
        return Err(EmailProofError::TenantClosed(work.tenant.state));
    }
    let user = work.records().lock_user(user).await?.ok_or(EmailProofError::NotFound)?;
    if user.email_is_proved() { Err(EmailProofError::Proved) } else { Ok(user) }
}
