//! The built-in portal behind a site without an upstream: a login page for people with a certificate.
//!
//! **Invariant:** a session belongs to the user of the presented certificate; with another user's
//! certificate the same cookie opens nothing.
//!
//! **Invariant:** a password is chosen as [`domain::portal_password`] allows, and never by opening the page first.

mod choosing;
mod codes;
mod refusal;

pub use codes::CodeStanding;
pub use refusal::PortalRefusal;

use crate::{
    Unavailable,
    core::Core,
    password_hash::{Asker, Busy, HashingPlace},
    runner::{Done, TenantWork},
    sealer::Keyed,
    tries::Tries,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    act::{self, Mandate},
    chosen_password::PORTAL_PASSWORD_LETTERS_MAX,
    id::UserId,
    permit::Permit,
    portal_password::{KeptPassword, WayIn},
    secret::Secret,
    time::SignedDuration,
    user::Role,
};
use std::net::IpAddr;
use store::{announcements::Announcement, portal_links::PortalLink};

/// How long a session lasts, in hours.
pub const PORTAL_SESSION_HOURS: i64 = 12;

/// What the visitor of the portal sees first.
#[derive(Debug)]
pub enum PortalEntry {
    /// Choose the first password: the certificate was picked up just now.
    SetPassword,
    /// Choose a password by a mailed code.
    Code(CodeStanding),
    /// Sign in.
    SignIn,
    /// Signed in.
    Home(PortalHome),
}

/// What the tenant's home shows.
#[derive(Debug)]
pub struct PortalHome {
    /// Newest first.
    pub announcements: Vec<Announcement>,
    /// In the order in which they were added.
    pub links: Vec<PortalLink>,
    /// The visitor is an administrator who has added nobody yet.
    pub is_first_user_due: bool,
}

/// What the browser keeps while signed in; goes into a cookie.
#[derive(Debug, Clone)]
pub struct SessionToken(Secret<String>);

impl SessionToken {
    /// The cookie's value.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// A session to be opened.
struct NewSession {
    token: SessionToken,
    hash: [u8; 32],
}

impl NewSession {
    async fn open(&self, work: &mut TenantWork, user: UserId) -> Result<(), Unavailable> {
        let now = work.now;
        let expires_at = now.checked_add(SignedDuration::from_hours(PORTAL_SESSION_HOURS));
        let expires_at = expires_at.map_err(Unavailable::because)?;
        Ok(work.records().insert_portal_session(&self.hash, user, now, expires_at).await?)
    }
}

/// Signs visitors of the built-in portal in and out.
#[derive(Clone)]
pub struct PortalAccess {
    core: Core,
    tries: Tries,
    /// Hashes the tokens of sessions.
    sessions: Keyed,
    /// Hashes the codes by which passwords are chosen.
    codes: Keyed,
}

impl PortalAccess {
    pub(crate) fn new(core: &Core, tries: &Tries, sessions: Keyed, codes: Keyed) -> Self {
        Self { core: core.clone(), tries: tries.clone(), sessions, codes }
    }

    /// Where this visitor stands, given the session cookie if there is one.
    pub async fn portal_entry(
        &self,
        permit: &Permit,
        session: Option<&str>,
    ) -> Result<PortalEntry, Unavailable> {
        if self.is_signed_in(permit, session).await? {
            return Ok(PortalEntry::Home(self.home(permit).await?));
        }
        Ok(match self.way_in(permit).await? {
            WayIn::SetUp => PortalEntry::SetPassword,
            WayIn::SignIn => PortalEntry::SignIn,
            WayIn::Code => PortalEntry::Code(self.code_standing(permit).await?),
        })
    }

    /// Whether the session cookie opens the portal to this visitor.
    pub async fn is_signed_in(&self, permit: &Permit, session: Option<&str>) -> Result<bool, Unavailable> {
        let Some(token) = session else { return Ok(false) };
        let hash = self.session_hash(token)?;
        let mut reader = self.core.read().await?;
        let of = reader.tenant(permit.tenant().id).portal_session(&hash, self.core.now()).await?;
        Ok(of == Some(permit.user().id))
    }

    async fn home(&self, permit: &Permit) -> Result<PortalHome, Unavailable> {
        let mut reader = self.core.read().await?;
        let mut tenant = reader.tenant(permit.tenant().id);
        let adds_users = permit.user().role == Role::Administrator;
        Ok(PortalHome {
            announcements: tenant.announcements().await?,
            links: tenant.portal_links().await?,
            is_first_user_due: adds_users && !tenant.has_user_beside(permit.user().id).await?,
        })
    }

    /// How the visitor gets in, by what is kept of the password and by the presented certificate.
    async fn way_in(&self, permit: &Permit) -> Result<WayIn, Unavailable> {
        let mut reader = self.core.read().await?;
        let mut tenant = reader.tenant(permit.tenant().id);
        let kept = tenant.portal_password(permit.user().id).await?;
        let certificate = tenant.certificate(permit.certificate()).await?;
        let picked_up_at = certificate.and_then(|certificate| certificate.picked_up_at);
        Ok(kept.way_in(picked_up_at, self.core.now()))
    }

    /// Signs in. The certificate says who; the person types the password.
    pub async fn sign_in(
        &self,
        permit: &Permit,
        password: &Secret<String>,
        address: IpAddr,
    ) -> Result<SessionToken, PortalRefusal> {
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        let tried = self.tries.tried_by("portal", tenant, user)?;
        let reserved = self.tries.reserve_try("reserve_sign_in", &tried, Asker::Person(user)).await?;
        let reserved = reserved.map_err(PortalRefusal::TooMany)?;
        let kept = &self.core.read().await?.tenant(tenant).portal_password(user).await?;
        if !verified(reserved.place(), kept, password).await? {
            self.note_wrong_password(permit, address).await?;
            return Err(PortalRefusal::Wrong);
        }
        let (tried, counted, session) = (&tried, reserved.hashed(), &self.new_session()?);
        let mandate = Mandate::of_holder(act::SignIn, permit, address);
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            work.give_back(tried, counted).await?;
            // An act that replaced it meanwhile has ended all sessions of the password that was typed.
            if work.records().lock_portal_password(user).await? != *kept {
                return Err(PortalRefusal::Wrong);
            }
            session.open(&mut work, user).await?;
            Ok(work.done(user, "", ()))
        });
        done.await?;
        Ok(session.token.clone())
    }

    async fn note_wrong_password(&self, permit: &Permit, address: IpAddr) -> Result<(), Unavailable> {
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        let mandate = Mandate::of_holder(act::SignInRefused, permit, address);
        // Not what was typed: it might be the password.
        let noted = self.core.act_in(mandate, tenant, |work| async move { Ok(work.done(user, "", ())) });
        noted.await
    }

    fn new_session(&self) -> Result<NewSession, Unavailable> {
        let mut bytes = [0; 32];
        self.core.rng().fill_bytes(&mut bytes);
        let token = URL_SAFE_NO_PAD.encode(bytes);
        let hash = self.session_hash(&token)?;
        Ok(NewSession { token: SessionToken(Secret::new(token)), hash })
    }

    /// Ends the session of this cookie, if it is one.
    pub async fn sign_out(&self, permit: &Permit, token: &str, address: IpAddr) -> Result<(), Unavailable> {
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        let hash = self.session_hash(token)?;
        let mandate = Mandate::of_holder(act::SignOut, permit, address);
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            let ended = work.records().erase_portal_session(&hash).await?;
            Ok(if ended { work.done(user, "", ()) } else { Done::nothing(()) })
        });
        done.await
    }

    fn session_hash(&self, token: &str) -> Result<[u8; 32], Unavailable> {
        Ok(self.sessions.hash(b"", token)?)
    }
}

/// Compares a typed password with the one that is kept. Nothing to compare with, and a text that is too long, cost the
/// same work.
async fn verified(place: &HashingPlace, kept: &KeptPassword, typed: &Secret<String>) -> Result<bool, Busy> {
    let bounded = typed.expose().chars().count() <= PORTAL_PASSWORD_LETTERS_MAX;
    let typed = if bounded { typed.clone() } else { Secret::new(String::new()) };
    place.verify(kept.phc().filter(|_| bounded), &typed).await
}
