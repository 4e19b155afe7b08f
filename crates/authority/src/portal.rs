//! The built-in portal behind a site without an upstream: a login page for whoever has the certificate.
//!
//! **Invariant:** a session belongs to the user of the presented certificate; with another user's
//! certificate the same cookie opens nothing.

use crate::{
    Unavailable,
    core::Core,
    password_hash::Asker,
    runner::{ActError, Done, TenantWork},
    sealer::Keyed,
    tries::Tries,
    unavailable::unavailable_in,
    users::UserError,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    act::{self, Mandate},
    attempts::TooManyAttempts,
    chosen_password::{PORTAL_PASSWORD_LETTERS_MAX, PORTAL_PASSWORD_LETTERS_MIN},
    grant::{Grant, ManageUsers},
    id::{TenantId, UserId},
    login_name::LoginName,
    permit::Permit,
    refusal::{Problem, Refusal, Refuses, number},
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
    /// First visit: choose a password.
    SetPassword,
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

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum PortalRefusal {
    /// No password was typed.
    #[error("no password was typed")]
    Missing,
    /// Fewer than [`PORTAL_PASSWORD_LETTERS_MIN`] letters.
    #[error("the password is too short")]
    TooShort,
    /// More than [`PORTAL_PASSWORD_LETTERS_MAX`] letters.
    #[error("the password is too long")]
    TooLong,
    /// The two passwords differ.
    #[error("the two passwords differ")]
    Differ,
    /// A password is set already; sign in with it.
    #[error("a password is set already")]
    AlreadySet,
    /// Login name or password is wrong, or the login name is another person's.
    #[error("login name or password is wrong")]
    Wrong,
    /// Too many wrong tries.
    #[error(transparent)]
    TooMany(TooManyAttempts),
    /// Store, or too many sign-ins at the same time.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for PortalRefusal {
    fn refusals(&self) -> Vec<Refusal> {
        let problem = match self {
            Self::Missing => Problem::Required,
            Self::TooShort => Problem::PasswordTooShort { min: number(PORTAL_PASSWORD_LETTERS_MIN) },
            Self::TooLong => Problem::too_long(PORTAL_PASSWORD_LETTERS_MAX),
            Self::Differ => return vec![Refusal::at("password_confirm", Problem::PasswordsDiffer)],
            Self::AlreadySet => return vec![Problem::AlreadyDone.into()],
            Self::Wrong => return vec![Problem::SignInRefused.into()],
            Self::TooMany(limit) => return vec![Refusal::whole(*limit)],
            Self::Unavailable(cause) => return cause.refusals(),
        };
        vec![Refusal::at("password", problem)]
    }
}

unavailable_in!(PortalRefusal);

impl ActError for PortalRefusal {
    fn no_such_tenant() -> Self {
        Self::Unavailable(Unavailable::no_such_tenant())
    }
}

/// Signs visitors of the built-in portal in and out.
#[derive(Clone)]
pub struct PortalAccess {
    core: Core,
    tries: Tries,
    /// Hashes the tokens of sessions.
    sessions: Keyed,
}

impl PortalAccess {
    pub(crate) fn new(core: &Core, tries: &Tries, sessions: Keyed) -> Self {
        Self { core: core.clone(), tries: tries.clone(), sessions }
    }

    /// Where this visitor stands, given the session cookie if there is one.
    pub async fn portal_entry(
        &self,
        permit: &Permit,
        session: Option<&str>,
    ) -> Result<PortalEntry, Unavailable> {
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        let mut reader = self.core.read().await?;
        if let Some(token) = session {
            let hash = self.session_hash(token)?;
            let of = reader.tenant(tenant).portal_session(&hash, self.core.now()).await?;
            if of == Some(user) {
                let mut tenant = reader.tenant(tenant);
                let adds_users = permit.user().role == Role::Administrator;
                return Ok(PortalEntry::Home(PortalHome {
                    announcements: tenant.announcements().await?,
                    links: tenant.portal_links().await?,
                    is_first_user_due: adds_users && !tenant.has_user_beside(user).await?,
                }));
            }
        }
        let password = reader.tenant(tenant).portal_password(user).await?;
        Ok(if password.is_some() { PortalEntry::SignIn } else { PortalEntry::SetPassword })
    }

    /// Sets the password at the first visit, and signs in.
    pub async fn set_portal_password(
        &self,
        permit: &Permit,
        password: &Secret<String>,
        confirm: &Secret<String>,
        address: IpAddr,
    ) -> Result<SessionToken, PortalRefusal> {
        let letters = password.expose().chars().count();
        if letters == 0 {
            return Err(PortalRefusal::Missing);
        }
        if letters < PORTAL_PASSWORD_LETTERS_MIN {
            return Err(PortalRefusal::TooShort);
        }
        if letters > PORTAL_PASSWORD_LETTERS_MAX {
            return Err(PortalRefusal::TooLong);
        }
        if password.expose() != confirm.expose() {
            return Err(PortalRefusal::Differ);
        }
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        // Asked before the slow hash, and again by the guarded write.
        if self.core.read().await?.tenant(tenant).portal_password(user).await?.is_some() {
            return Err(PortalRefusal::AlreadySet);
        }
        let tried = self.tries.tried_by("portal", tenant, user)?;
        let reserved = self.tries.reserve_try("reserve_portal_password", &tried, Asker::Person(user)).await?;
        let reserved = reserved.map_err(PortalRefusal::TooMany)?;
        let phc = &reserved.place().hash(password, &mut *self.core.rng()).await?;
        let (tried, counted, session) = (&tried, reserved.hashed(), &self.new_session()?);
        let mandate = Mandate::of_holder(act::SetPortalPassword, permit, address);
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            work.give_back(tried, counted).await?;
            let now = work.now;
            if !work.records().insert_portal_password(user, phc, now).await? {
                return Err(PortalRefusal::AlreadySet);
            }
            session.open(&mut work, user).await?;
            Ok(work.done(user, "", ()))
        });
        done.await?;
        Ok(session.token.clone())
    }

    /// Signs in. The login name must be that of the certificate's own user.
    pub async fn sign_in(
        &self,
        permit: &Permit,
        login_name: &str,
        password: &Secret<String>,
        address: IpAddr,
    ) -> Result<SessionToken, PortalRefusal> {
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        let tried = self.tries.tried_by("portal", tenant, user)?;
        let reserved = self.tries.reserve_try("reserve_sign_in", &tried, Asker::Person(user)).await?;
        let reserved = reserved.map_err(PortalRefusal::TooMany)?;
        let own = LoginName::parse(login_name).is_ok_and(|name| name.as_str() == permit.user().login_name);
        let stored = self.core.read().await?.tenant(tenant).portal_password(user).await?;
        let bounded = password.expose().chars().count() <= PORTAL_PASSWORD_LETTERS_MAX;
        let stored = stored.filter(|_| own && bounded);
        let typed = if bounded { password.clone() } else { Secret::new(String::new()) };
        if !reserved.place().verify(stored.clone(), &typed).await? {
            return self.refuse_sign_in(permit, address).await;
        }
        let (tried, counted, session) = (&tried, reserved.hashed(), &self.new_session()?);
        let stored = &stored;
        let mandate = Mandate::of_holder(act::SignIn, permit, address);
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            work.give_back(tried, counted).await?;
            // Whoever resets it meanwhile ends all sessions of the password that was typed.
            if work.records().lock_portal_password(user).await? != *stored {
                return Err(PortalRefusal::Wrong);
            }
            session.open(&mut work, user).await?;
            Ok(work.done(user, "", ()))
        });
        done.await?;
        Ok(session.token.clone())
    }

    async fn refuse_sign_in<T>(&self, permit: &Permit, address: IpAddr) -> Result<T, PortalRefusal> {
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        let mandate = Mandate::of_holder(act::SignInRefused, permit, address);
        // Not what was typed: it might be the password.
        let noted = self.core.act_in(mandate, tenant, |work| async move { Ok(work.done(user, "", ())) });
        noted.await.and_then(|()| Err(PortalRefusal::Wrong))
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

    /// Forgets a person's password and sessions; the next visit with the certificate sets a new one.
    pub async fn reset_portal_password(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
    ) -> Result<bool, UserError> {
        let done = self.core.act_in(grant.to(act::ResetPortalPassword), tenant, |mut work| async move {
            let _user = work.records().lock_user(user).await?.ok_or(UserError::NotFound)?;
            let had_one = work.records().erase_portal_password(user).await?;
            work.records().erase_portal_sessions_of(user).await?;
            Ok(work.done(user, "", had_one))
        });
        done.await
    }

    fn session_hash(&self, token: &str) -> Result<[u8; 32], Unavailable> {
        Ok(self.sessions.hash(b"", token)?)
    }
}
