//! From a PIN to the PKCS#12 file.
//!
//! A right PIN gives the browser a cookie ([`claim`]); the request that brings it back uses the PIN up and records
//! the certificate, in one transaction. Only then is it signed, in the background, while the page says
//! 「申請内容の確認中です・・・」. The finished file, encrypted under the person's password, rests sealed for
//! [`REPEAT_MINUTES`], then is erased.
//!
//! **Invariant:** a user's private key exists in memory only, the PKCS#12 password there and, for the moment between
//! form and making, sealed in the person's own cookie. A crash before the file is ready leaves a recorded, unsigned
//! serial, which the reconciler revokes.
//!
//! **Invariant:** what rests opens with the key-encryption key and the cookie's token together; of the token we keep
//! a keyed hash.

mod claim;
mod form;
mod making;
mod other_file;
mod reopening;

pub use claim::{ATTEMPT_LETTERS_MIN, CLAIM_MINUTES, PickupCookie, PickupToken};
pub use form::{PickupField, PickupForm, PickupProblem};
pub(crate) use making::{MAKING_SECONDS_MAX, Makings};
pub use other_file::{OTHER_FILE_PASSWORDS_MAX, OtherFile, OtherFileRefusal, other};

use crate::{
    Authority, Unavailable,
    runner::{ActError, TenantWork},
    seal::{HashedKind, hashes_match},
    tries::Tried,
    unavailable::unavailable_in,
    work::{By, Work, must_apply},
};
use claim::Claim;
use domain::{
    act::Act,
    application::{Application, Approved, Particulars, Reference, StoredApplication},
    attempts::TooManyAttempts,
    certificate::CertificateState,
    device::DeviceType,
    grant::Actor,
    license::LicenseRefusal,
    pin::{PinRecord, PinVerdict},
    secret::Secret,
    tenant::{Tenant, TenantState},
    time::Timestamp,
    user::{User, UserState},
};
use form::Stated;
use pki::Pkcs12Profile;
use std::net::IpAddr;
use store::applications::ApplicationRecord;
use templates::mail::{self, NewPin, NewPinReason};
use zeroize::Zeroizing;

/// How long a finished file may be fetched again, in minutes.
pub const REPEAT_MINUTES: i64 = 10;

/// Why a pickup was not begun.
#[derive(Debug)]
pub enum PickupRefusal {
    /// Fields to be corrected, all at once.
    Fields(Vec<(PickupField, PickupProblem)>),
    /// No open pickup has this reference and PIN.
    NotFound,
    /// The PIN is wrong; so many tries are left.
    WrongPin {
        /// Tries left before it locks.
        left: u32,
    },
    /// The PIN opens nothing any more.
    Locked {
        /// Is a new one on its way, or must the administrator invite anew?
        mailed: bool,
    },
    /// The PIN's time has run out.
    Expired {
        /// Is a new one on its way?
        mailed: bool,
    },
    /// The PIN was used already.
    Used,
    /// The form was sent too long ago, or another PIN counts by now; nothing was used up.
    ClaimOver,
    /// The contract has ended, or the PIN's time has run out and its seat was taken since.
    License {
        /// Which of the two.
        why: LicenseRefusal,
        /// Whom to ask, for whoever knows the PIN.
        support_contact: Option<String>,
    },
    /// The person or the company is suspended. Told to whoever knows the PIN only.
    Suspended {
        /// Whom to ask.
        support_contact: String,
    },
    /// Too many wrong tries from this address.
    TooMany(TooManyAttempts),
    /// Store or signer.
    Unavailable(Unavailable),
}

unavailable_in!(PickupRefusal);

impl ActError for PickupRefusal {
    fn no_such_tenant() -> Self {
        Self::ClaimOver
    }
}

/// How far a pickup is.
#[derive(Debug, Clone)]
pub enum PickupState {
    /// 「申請内容の確認中です・・・」
    Preparing,
    /// The file can be fetched.
    Ready(Box<ReadyPickup>),
    /// It broke off on our side; a new PIN is on its way.
    Failed,
    /// There is none such, or its time is over.
    Gone,
}

/// A finished pickup.
#[derive(Debug, Clone)]
pub struct ReadyPickup {
    /// 受付番号.
    pub reference: Reference,
    /// The tenant.
    pub tenant: Tenant,
    /// Which system it was picked up for.
    pub device_type: DeviceType,
    /// What the person calls the device.
    pub device_name: String,
    /// Which encryption this system was given.
    pub profile: Pkcs12Profile,
    /// The other encryption.
    pub other: OtherFile,
    /// Until when the file can be fetched.
    pub until: Timestamp,
}

/// A file to be downloaded.
pub struct PickupFile {
    /// File name, ASCII.
    pub name: String,
    /// The PKCS#12, encrypted under the person's password.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// An approved application whose PIN was right.
struct Opened {
    tenant: Tenant,
    user: User,
    application: Application<Approved>,
}

impl Authority {
    /// Both steps at once, for a caller that keeps the cookie itself.
    pub async fn pick_up(&self, form: PickupForm, address: IpAddr) -> Result<PickupToken, PickupRefusal> {
        let cookie = self.claim_pickup(form, address).await?;
        self.begin_pickup(cookie.expose(), address).await
    }

    /// Judges a PIN, and answers a right one with the cookie that begins the making. Wrong ones are counted, a right
    /// one is not used up.
    pub async fn claim_pickup(
        &self,
        form: PickupForm,
        address: IpAddr,
    ) -> Result<PickupCookie, PickupRefusal> {
        let stated = form.stated().map_err(PickupRefusal::Fields)?;
        let tried = self.tried("pickup", address, "", stated.reference.as_str())?;
        self.admit(&tried).await?.map_err(PickupRefusal::TooMany)?;
        let mut work = self.begin("claim_pickup").await?;
        work.admit(&tried).await?.map_err(PickupRefusal::TooMany)?;
        let token = self.pickup_token(&stated.reference, &stated.pin, &form.attempt)?;
        // The tenant's row before the application's, as everybody takes them.
        if let Some(known) = work.application_by_reference(&stated.reference).await? {
            let _tenant = work.tenant(known.application.particulars().tenant).lock().await?;
        }
        let found = work.lock_application_by_reference(&stated.reference).await?;
        let Some(found) = found else { return self.refuse_unknown(work, &tried).await };
        let ApplicationRecord { application, pin, .. } = found;
        let application = match application {
            StoredApplication::Approved(application) => application,
            StoredApplication::PickedUp(particulars) => {
                return self
                    .repeat_or_refuse(work, &tried, &particulars, token, &form.attempt, address)
                    .await;
            }
            StoredApplication::Submitted(_) | StoredApplication::Rejected(_) => {
                return self.refuse_unknown(work, &tried).await;
            }
        };
        let Some(pin) = pin else { return self.refuse_unknown(work, &tried).await };
        let (work, opened) = self.open(work, &tried, application, &pin, &stated, address).await?;
        let now = work.now;
        may_be_made(&opened, now)?;
        let application = opened.application.particulars().id;
        Ok(self.with_claim(&token, application, pin.hash, &stated, now)?)
    }

    /// Uses the PIN of a claim up and begins to make the certificate. Answers as soon as it is on record; a cookie
    /// that is brought twice is one pickup.
    pub async fn begin_pickup(&self, cookie: &str, address: IpAddr) -> Result<PickupToken, PickupRefusal> {
        let (authority, cookie) = (self.clone(), Zeroizing::new(cookie.to_owned()));
        // A task of its own: a browser that is closed now, or a second click that breaks this request off, must not
        // end what is on record and not yet signed.
        let begun = tokio::spawn(async move { authority.begin_claimed(&cookie, address).await });
        begun.await.map_err(|broken| PickupRefusal::Unavailable(Unavailable::because(broken)))?
    }

    async fn begin_claimed(&self, cookie: &str, address: IpAddr) -> Result<PickupToken, PickupRefusal> {
        let Some(cookie) = self.read_cookie(cookie)? else { return Err(PickupRefusal::ClaimOver) };
        if self.known_state(&self.token_hash(cookie.token.expose())?).await?.is_some() {
            return Ok(cookie.token);
        }
        let claim = self.claim_in(&cookie, self.now())?;
        let known = self.store().read().await?.application_by_reference(&cookie.reference).await?;
        let Some(known) = known else { return Err(PickupRefusal::ClaimOver) };
        let tenant = known.application.particulars().tenant;
        match self.begin_making(tenant, &cookie, claim, address).await {
            // Begun a moment ago by the same cookie, or by another one.
            Err(PickupRefusal::Used) => {
                let begun = self.known_state(&self.token_hash(cookie.token.expose())?).await?;
                begun.map(|_| cookie.token).ok_or(PickupRefusal::Used)
            }
            begun => begun.map(|()| cookie.token),
        }
    }

    /// The application of a claim, which still opens it.
    async fn claimed(
        &self,
        work: &mut TenantWork,
        reference: &Reference,
        claim: &Claim,
    ) -> Result<Opened, PickupRefusal> {
        let found = work.lock_application_by_reference(reference).await?;
        let found = found.filter(|found| found.application.particulars().id == claim.application);
        let Some(ApplicationRecord { application, pin, .. }) = found else {
            return Err(PickupRefusal::ClaimOver);
        };
        let application = match application {
            StoredApplication::Approved(application) => application,
            StoredApplication::PickedUp(_) => return Err(PickupRefusal::Used),
            StoredApplication::Submitted(_) | StoredApplication::Rejected(_) => {
                return Err(PickupRefusal::ClaimOver);
            }
        };
        let still_opens = pin.is_some_and(|pin| {
            let matches = hashes_match(&claim.pin_hash, &pin.hash);
            pin.judge(matches, work.now) == PinVerdict::Opens
        });
        let user = work.records().user(application.particulars().user).await?;
        let (true, Some(user)) = (still_opens, user) else { return Err(PickupRefusal::ClaimOver) };
        let opened = Opened { tenant: work.tenant.clone(), user, application };
        may_be_made(&opened, work.now)?;
        Ok(opened)
    }

    /// Judges the PIN. A wrong one is counted, and may be the last one.
    async fn open(
        &self,
        mut work: Work,
        tried: &Tried,
        application: Application<Approved>,
        pin: &PinRecord,
        stated: &Stated,
        address: IpAddr,
    ) -> Result<(Work, Opened), PickupRefusal> {
        let particulars = application.particulars();
        let matches = hashes_match(&self.pin_hash(particulars.id, &stated.pin)?, &pin.hash);
        let verdict = pin.judge(matches, work.now);
        let tenant = work.tenant(particulars.tenant).record().await?;
        let user = work.tenant(particulars.tenant).user(particulars.user).await?;
        let (Some(tenant), Some(user)) = (tenant, user) else { return Err(PickupRefusal::NotFound) };
        let refusal = match verdict {
            PinVerdict::Opens => return Ok((work, Opened { tenant, user, application })),
            PinVerdict::Wrong { left } => PickupRefusal::WrongPin { left },
            PinVerdict::LocksNow => PickupRefusal::Locked { mailed: true },
            PinVerdict::EndsNow | PinVerdict::Exhausted => PickupRefusal::Locked { mailed: false },
            // Its seat has been free to others since.
            PinVerdict::Expired => match seat_left(&mut work, &tenant).await? {
                Ok(()) => PickupRefusal::Expired { mailed: true },
                Err(why) => {
                    let support_contact = matches.then(|| tenant.support_contact.clone());
                    PickupRefusal::License { why, support_contact }
                }
            },
        };
        // Without a seat the PIN is not used up: the person comes back once there is one.
        if !matches!(refusal, PickupRefusal::License { .. }) {
            must_apply(work.tenant(tenant.id).count_wrong_pin(particulars.id).await?)?;
        }
        work.count_wrong_try(tried).await?;
        let reason = match refusal {
            PickupRefusal::Locked { mailed: true } => Some(NewPinReason::WrongTries),
            PickupRefusal::Expired { .. } => Some(NewPinReason::Expired),
            _ => None,
        };
        if let Some(reason) = reason {
            self.mail_new_pin(&mut work, &tenant, &user, particulars, pin.mails + 1, reason).await?;
        }
        if verdict == PinVerdict::EndsNow {
            self.tell_stopped(&mut work, &tenant, &user, particulars).await?;
        }
        let by = By { actor: Actor::Public, address: Some(address) };
        let detail = format!("locked={}", matches!(refusal, PickupRefusal::Locked { .. }));
        work.audit(by, Act::WrongPin, Some(tenant.id), &particulars.reference, detail).await?;
        work.finish().await?;
        Err(refusal)
    }

    pub(crate) async fn mail_new_pin(
        &self,
        work: &mut Work,
        tenant: &Tenant,
        user: &User,
        particulars: &Particulars,
        mails: u32,
        reason: NewPinReason,
    ) -> Result<(), Unavailable> {
        let pickup = self.fresh_pin(work, tenant, user, particulars, mails).await?;
        let pin_until = pickup.pin_until;
        let letter = self.letter(user, tenant, |head| mail::new_pin(&NewPin { reason, pickup }, head));
        work.post_pin(tenant.id, &letter, particulars.id, pin_until).await
    }

    async fn refuse_unknown(&self, mut work: Work, tried: &Tried) -> Result<PickupCookie, PickupRefusal> {
        work.count_wrong_try(tried).await?;
        work.finish_unlogged().await?;
        Err(PickupRefusal::NotFound)
    }

    /// A second click on `[送信]` is the same pickup; anything else comes too late.
    async fn repeat_or_refuse(
        &self,
        work: Work,
        tried: &Tried,
        particulars: &Particulars,
        token: PickupToken,
        attempt: &str,
        address: IpAddr,
    ) -> Result<PickupCookie, PickupRefusal> {
        drop(work);
        let hash = self.token_hash(token.expose())?;
        if attempt.len() >= ATTEMPT_LETTERS_MIN && self.known_state(&hash).await?.is_some() {
            return Ok(token.into());
        }
        let mut work = self.begin("refuse_used_pin").await?;
        work.count_wrong_try(tried).await?;
        let by = By { actor: Actor::Public, address: Some(address) };
        work.audit(by, Act::UsedPin, Some(particulars.tenant), &particulars.reference, "").await?;
        work.finish().await?;
        Err(PickupRefusal::Used)
    }

    /// Which application a cookie of ours was made for.
    pub fn pickup_reference(&self, cookie: &str) -> Result<Option<Reference>, Unavailable> {
        Ok(self.read_cookie(cookie)?.map(|cookie| cookie.reference))
    }

    /// Does the cookie wait for its making to begin?
    pub fn is_pickup_claim(&self, cookie: &str) -> Result<bool, Unavailable> {
        Ok(self.read_cookie(cookie)?.is_some_and(|cookie| cookie.has_claim()))
    }

    /// The token in a cookie with its hash; of a cookie that is none of ours, what opens nothing.
    fn token_of(&self, cookie: &str) -> Result<([u8; 32], Secret<String>), Unavailable> {
        let token = self.read_cookie(cookie)?.map(|cookie| cookie.token);
        let token = Secret::new(token.map(|token| token.expose().to_owned()).unwrap_or_default());
        Ok((self.token_hash(token.expose())?, token))
    }

    fn token_hash(&self, token: &str) -> Result<[u8; 32], Unavailable> {
        Ok(self.seal().hash(HashedKind::PickupToken, b"", token)?)
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
    async fn known_state(&self, hash: &[u8; 32]) -> Result<Option<PickupState>, Unavailable> {
        if let Some(state) = self.makings().state(hash) {
            return Ok(Some(state));
        }
        let mut reader = self.store().read().await?;
        let Some(pickup) = reader.pickup_by_token(hash, self.now()).await? else { return Ok(None) };
        let mut of_tenant = reader.tenant(pickup.tenant);
        let application = of_tenant.application(pickup.application).await?;
        let certificate = of_tenant.certificate(pickup.certificate).await?;
        let tenant = of_tenant.record().await?;
        let (Some(application), Some(certificate), Some(tenant)) = (application, certificate, tenant) else {
            return Ok(None);
        };
        let fitting = certificate.device_type.pkcs12_profile();
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
            profile,
            other,
            until: pickup.expires_at,
        }))))
    }

    /// Why there is no file: only the reconciler opens an application again whose PIN was used.
    ///
    /// While it is recorded and unsigned, another process is making it.
    async fn without_file(&self, reference: &Reference) -> Result<PickupState, Unavailable> {
        let mut reader = self.store().read().await?;
        let Some(record) = reader.application_by_reference(reference).await? else {
            return Ok(PickupState::Gone);
        };
        match record.application {
            StoredApplication::Approved(_) => Ok(PickupState::Failed),
            StoredApplication::PickedUp(stated) => {
                let made = reader.tenant(stated.tenant).certificates_of_application(stated.id).await?;
                let in_the_making = made.iter().any(|made| made.state == CertificateState::Recorded);
                Ok(if in_the_making { PickupState::Preparing } else { PickupState::Gone })
            }
            StoredApplication::Submitted(_) | StoredApplication::Rejected(_) => Ok(PickupState::Gone),
        }
    }

    /// The file of this cookie in one encryption, if it was made and while it can be fetched.
    pub async fn pickup_file(
        &self,
        cookie: &str,
        profile: Pkcs12Profile,
    ) -> Result<Option<PickupFile>, Unavailable> {
        let (hash, token) = self.token_of(cookie)?;
        let mut reader = self.store().read().await?;
        let Some(pickup) = reader.pickup_by_token(&hash, self.now()).await? else { return Ok(None) };
        let Some(bytes) = self.unsealed(&pickup, profile, token.expose())? else { return Ok(None) };
        let tenant = reader.tenant(pickup.tenant).record().await?;
        let slug = tenant.map_or_else(|| "certificate".to_owned(), |tenant| tenant.slug.to_string());
        let suffix = match profile {
            Pkcs12Profile::Modern => "",
            Pkcs12Profile::Compat => "-compat",
        };
        Ok(Some(PickupFile { name: format!("{slug}-certificate{suffix}.p12"), bytes }))
    }
}

/// Is there still leave for what the application was approved for?
fn may_be_made(opened: &Opened, now: Timestamp) -> Result<(), PickupRefusal> {
    let Opened { tenant, user, .. } = opened;
    let support_contact = || tenant.support_contact.clone();
    if tenant.state != TenantState::Active || user.state != UserState::Active {
        return Err(PickupRefusal::Suspended { support_contact: support_contact() });
    }
    // Its own seat is counted since the approval; only the contract's end can have come since.
    let admitted = tenant.license.admit(0, now);
    admitted.map_err(|why| PickupRefusal::License { why, support_contact: Some(support_contact()) })
}

/// Does the contract admit one more? The tenant's row is locked: whoever else takes a seat waits.
async fn seat_left(work: &mut Work, tenant: &Tenant) -> Result<Result<(), LicenseRefusal>, Unavailable> {
    let now = work.now;
    Ok(tenant.license.admit(work.tenant(tenant.id).seats_used(now).await?, now))
}
