//! A person who has no password, or has forgotten it, chooses one by a code mailed to the address on record.

use super::{PortalAccess, PortalRefusal, SessionToken, choosing::person};
use crate::{Unavailable, password_hash::Asker, seal::hashes_match, work::must_apply};
use domain::{
    act::{self, Mandate},
    email::EmailAddress,
    form::Form,
    mailed_code::{CodeVerdict, MailedCode},
    permit::Permit,
    pin::Pin,
    portal_form::PortalField,
    portal_password::{KeptPassword, PORTAL_CODE_MINUTES},
    time::{SignedDuration, Timestamp},
    user::User,
};
use std::net::IpAddr;
use templates::mail;

/// Where a person stands with the code.
#[derive(Debug)]
pub struct CodeStanding {
    /// The address on record.
    pub email: EmailAddress,
    /// Whether the mailed code is open.
    pub is_mailed: bool,
    /// Whether the person has a password, and can sign in with it.
    pub has_password: bool,
}

impl PortalAccess {
    /// Where the visitor stands with the code.
    pub async fn code_standing(&self, permit: &Permit) -> Result<CodeStanding, Unavailable> {
        let (tenant, user, now) = (permit.tenant().id, permit.user().id, self.core.now());
        let mut reader = self.core.read().await?;
        let mut tenant = reader.tenant(tenant);
        let person = tenant.user(user).await?;
        let person = person.ok_or_else(|| Unavailable::because("the permit's person is not on record"))?;
        let code = tenant.portal_code(user).await?;
        let kept = tenant.portal_password(user).await?;
        Ok(CodeStanding {
            is_mailed: code.is_some_and(|code| code.is_open(&person, now)),
            has_password: matches!(kept, KeptPassword::Set(_)),
            email: person.email,
        })
    }

    /// Mails a code to the visitor's own address on record; the former code is of no use from then on.
    pub async fn mail_portal_code(&self, permit: &Permit, address: IpAddr) -> Result<(), PortalRefusal> {
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        let mandate = Mandate::of_holder(act::SendPortalCode, permit, address);
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            let (person, now) = (person(&mut work, user).await?, work.now);
            let former = work.records().portal_code(user).await?;
            let code = Pin::random(&mut *self.core.rng());
            let (hash, email) = (self.portal_code_hash(&person, &code)?, person.email.clone());
            let lifetime = SignedDuration::from_mins(i64::from(PORTAL_CODE_MINUTES));
            let fresh = MailedCode::fresh(former.as_ref(), email, hash, lifetime, now);
            let fresh = fresh.map_err(PortalRefusal::TooManyCodes)?;
            must_apply(work.records().put_portal_code(user, &fresh).await?)?;
            let page = mail::PortalCode {
                recipient_name: person.display_name.clone(),
                code: code.grouped(),
                valid_until: fresh.expires_at,
                site: self.core.addresses().application(&work.tenant.slug, ""),
            };
            let letter = self.core.letter(&person, &work.tenant, |head| mail::portal_code(&page, head));
            work.post_code(tenant, &letter, fresh.expires_at).await?;
            Ok(work.done(user, "", ()))
        });
        done.await
    }

    /// Sets a password by the mailed code, and signs in. Ends the person's other sessions, and sends a mail about the
    /// change.
    pub async fn set_portal_password_by_code(
        &self,
        permit: &Permit,
        form: &Form<PortalField>,
        address: IpAddr,
    ) -> Result<SessionToken, PortalRefusal> {
        let stated = form.password_by_code().map_err(PortalRefusal::Fields)?;
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        // Judged before the slow hash, and again by the act: only the right code costs one.
        let judged = {
            let mut reader = self.core.read().await?;
            let mut tenant = reader.tenant(tenant);
            let person = tenant.user(user).await?;
            let code = tenant.portal_code(user).await?;
            let judge = |person: &User| self.judge_code(person, code.as_ref(), &stated.code, self.core.now());
            person.as_ref().map_or(Ok(CodeVerdict::Over), judge)?
        };
        if judged != CodeVerdict::Right {
            return self.refuse_code(permit, &stated.code, address).await;
        }
        let tried = self.tries.tried_by("portal-code", tenant, user)?;
        let reserved = self.tries.reserve_try("reserve_portal_code", &tried, Asker::Person(user)).await?;
        let reserved = reserved.map_err(PortalRefusal::TooMany)?;
        let phc = &reserved.place().hash(&stated.chosen, &mut *self.core.rng()).await?;
        let (tried, counted, session) = (&tried, reserved.hashed(), &self.new_session()?);
        let (typed, mandate) = (&stated.code, Mandate::of_holder(act::SetPortalPassword, permit, address));
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            work.give_back(tried, counted).await?;
            let (person, now) = (person(&mut work, user).await?, work.now);
            let code = work.records().portal_code(user).await?;
            if self.judge_code(&person, code.as_ref(), typed, now)? != CodeVerdict::Right {
                return Err(PortalRefusal::CodeOver);
            }
            must_apply(work.records().use_portal_code_up(user, now).await?)?;
            self.replace_password(&mut work, &person, phc, address).await?;
            session.open(&mut work, user).await?;
            Ok(work.done(user, "by=code", ()))
        });
        done.await?;
        Ok(session.token.clone())
    }

    /// Counts a code that is not right.
    async fn refuse_code<T: Send>(
        &self,
        permit: &Permit,
        typed: &Pin,
        address: IpAddr,
    ) -> Result<T, PortalRefusal> {
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        let mandate = Mandate::of_holder(act::WrongPortalCode, permit, address);
        let noted = self.core.act_in(mandate, tenant, |mut work| async move {
            let (person, now) = (person(&mut work, user).await?, work.now);
            let code = work.records().portal_code(user).await?;
            let refusal = match self.judge_code(&person, code.as_ref(), typed, now)? {
                CodeVerdict::Wrong { left } => PortalRefusal::CodeWrong { left },
                // One that became right meanwhile is typed again.
                CodeVerdict::Over | CodeVerdict::Right => PortalRefusal::CodeOver,
            };
            if code.is_none() {
                return Err(refusal);
            }
            must_apply(work.records().count_wrong_portal_code(user).await?)?;
            let detail = format!("over={}", matches!(refusal, PortalRefusal::CodeOver));
            Ok(work.done(user, detail, refusal))
        });
        noted.await.and_then(Err)
    }

    fn judge_code(
        &self,
        person: &User,
        code: Option<&MailedCode>,
        typed: &Pin,
        now: Timestamp,
    ) -> Result<CodeVerdict, Unavailable> {
        let hash = self.portal_code_hash(person, typed)?;
        let judged = code.map(|code| code.judge(person, hashes_match(&hash, &code.hash), now));
        Ok(judged.unwrap_or(CodeVerdict::Over))
    }

    /// The address is part of what is hashed: a code belongs to the one to which it was mailed.
    fn portal_code_hash(&self, person: &User, code: &Pin) -> Result<[u8; 32], Unavailable> {
        let scope = [person.id.as_bytes().as_slice(), person.email.folded().as_bytes()].concat();
        Ok(self.codes.hash(&scope, code.expose())?)
    }
}
