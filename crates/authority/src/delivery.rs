//! From a PIN to the PKCS#12 file.
//!
//! The PIN is used up and the certificate recorded in one transaction; only then is it signed, in the
//! background, while the page says 「申請内容の確認中です・・・」. The finished file, encrypted under the
//! person's password, rests sealed for [`REPEAT_MINUTES`], then is erased.
//!
//! **Invariant:** a user's private key and PKCS#12 password exist in memory only. A crash before the
//! file is ready leaves a recorded, unsigned serial, which the reconciler revokes.

mod form;
mod making;

pub use form::{PickupField, PickupForm, PickupProblem};
pub(crate) use making::{MAKING_SECONDS_MAX, Makings};

use crate::{
    Authority, Unavailable,
    seal::{HashedKind, SealedKind, hashes_match},
    tries::Tried,
    unavailable::unavailable_in,
    work::{By, Work, must_apply},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    application::{Application, Approved, Particulars, Reference, StoredApplication},
    attempts::TooManyAttempts,
    audit::AuditAct,
    device::DeviceType,
    grant::Actor,
    license::LicenseRefusal,
    pin::{Pin, PinRecord, PinVerdict},
    secret::Secret,
    tenant::{Tenant, TenantState},
    time::Timestamp,
    user::{User, UserState},
};
use form::Stated;
use pki::Pkcs12Profile;
use std::net::IpAddr;
use store::{Reader, applications::ApplicationRecord};
use templates::mail::{self, NewPin, NewPinReason};
use zeroize::Zeroizing;

/// How long a finished file may be fetched again, in minutes.
pub const REPEAT_MINUTES: i64 = 10;

/// What the browser shows to fetch its file: goes into a cookie, never into an address.
#[derive(Debug, Clone)]
pub struct PickupToken(Secret<String>);

impl PickupToken {
    /// The cookie's value.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

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
    /// Which encryption this system is given first.
    pub profile: Pkcs12Profile,
    /// May the other encryption be fetched, too?
    pub other_allowed: bool,
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
    /// Uses a PIN up and begins to make the certificate. Answers as soon as it is on record.
    pub async fn pick_up(&self, form: PickupForm, address: IpAddr) -> Result<PickupToken, PickupRefusal> {
        let stated = form.stated().map_err(PickupRefusal::Fields)?;
        let tried = self.tried("pickup", address, "", stated.reference.as_str())?;
        self.admit(&tried).await?.map_err(PickupRefusal::TooMany)?;
        let mut work = self.begin("pick_up").await?;
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
        let opened = self.open(work, &tried, application, &pin, &stated, address).await?;
        let (mut work, opened) = opened;
        if opened.tenant.state != TenantState::Active || opened.user.state != UserState::Active {
            return Err(PickupRefusal::Suspended { support_contact: opened.tenant.support_contact });
        }
        // Its own seat is counted since the approval; only the contract's end can have come since.
        if let Err(why) = opened.tenant.license.admit(0, work.now) {
            let support_contact = Some(opened.tenant.support_contact);
            return Err(PickupRefusal::License { why, support_contact });
        }
        let by = By { actor: Actor::Public, address: Some(address) };
        let subject = &opened.application.particulars().reference;
        work.audit(
            by,
            AuditAct::PickUp,
            Some(opened.tenant.id),
            subject,
            format!("device={}", stated.device_type.name()),
        )
        .await?;
        self.begin_making(work, opened, stated, &token, address).await?;
        Ok(token)
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
            PinVerdict::Exhausted => PickupRefusal::Locked { mailed: false },
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
        let by = By { actor: Actor::Public, address: Some(address) };
        let detail = format!("locked={}", matches!(refusal, PickupRefusal::Locked { .. }));
        work.audit(by, AuditAct::WrongPin, Some(tenant.id), &particulars.reference, detail).await?;
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

    async fn refuse_unknown(&self, mut work: Work, tried: &Tried) -> Result<PickupToken, PickupRefusal> {
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
    ) -> Result<PickupToken, PickupRefusal> {
        drop(work);
        if !attempt.is_empty() && !matches!(self.pickup_state(token.expose()).await?, PickupState::Gone) {
            return Ok(token);
        }
        let mut work = self.begin("refuse_used_pin").await?;
        work.count_wrong_try(tried).await?;
        let by = By { actor: Actor::Public, address: Some(address) };
        work.audit(by, AuditAct::UsedPin, Some(particulars.tenant), &particulars.reference, "").await?;
        work.finish().await?;
        Err(PickupRefusal::Used)
    }

    /// The same reference, PIN and form always give the same token, so that a form sent twice is one
    /// pickup; without the key-encryption key nobody can make it.
    fn pickup_token(
        &self,
        reference: &Reference,
        pin: &Pin,
        attempt: &str,
    ) -> Result<PickupToken, Unavailable> {
        let scope = format!("{}/{attempt}", reference.as_str());
        let token = self.seal().hash(HashedKind::PickupToken, scope.as_bytes(), pin.expose())?;
        let token = URL_SAFE_NO_PAD.encode(token);
        let mark = URL_SAFE_NO_PAD.encode(self.reference_mark(reference, &token)?);
        Ok(PickupToken(Secret::new(format!("{token}.{}.{mark}", reference.as_str()))))
    }

    /// Ties the reference in a token to it, so that nobody asks after the application of somebody else.
    fn reference_mark(&self, reference: &Reference, token: &str) -> Result<[u8; 32], Unavailable> {
        let scope = format!("reference/{}", reference.as_str());
        Ok(self.seal().hash(HashedKind::PickupToken, scope.as_bytes(), token)?)
    }

    /// Which application a token of ours was made for.
    pub fn pickup_reference(&self, token: &str) -> Result<Option<Reference>, Unavailable> {
        let mut parts = token.splitn(3, '.');
        let (Some(token), Some(reference), Some(mark)) = (parts.next(), parts.next(), parts.next()) else {
            return Ok(None);
        };
        let Some(reference) = Reference::parse(reference) else { return Ok(None) };
        let Some(mark) = URL_SAFE_NO_PAD.decode(mark).ok().and_then(|mark| <[u8; 32]>::try_from(mark).ok())
        else {
            return Ok(None);
        };
        Ok(hashes_match(&self.reference_mark(&reference, token)?, &mark).then_some(reference))
    }

    fn token_hash(&self, token: &str) -> Result<[u8; 32], Unavailable> {
        Ok(self.seal().hash(HashedKind::PickupToken, b"", token)?)
    }

    /// How far the pickup of this token is.
    pub async fn pickup_state(&self, token: &str) -> Result<PickupState, Unavailable> {
        let hash = self.token_hash(token)?;
        if let Some(state) = self.makings().state(&hash) {
            return Ok(state);
        }
        let mut reader = self.store().read().await?;
        let Some(pickup) = reader.pickup_by_token(&hash, self.now()).await? else {
            return self.without_file(&mut reader, token).await;
        };
        let mut of_tenant = reader.tenant(pickup.tenant);
        let application = of_tenant.application(pickup.application).await?;
        let certificate = of_tenant.certificate(pickup.certificate).await?;
        let tenant = of_tenant.record().await?;
        let (Some(application), Some(certificate), Some(tenant)) = (application, certificate, tenant) else {
            return Ok(PickupState::Gone);
        };
        let compat = pickup.compat_sealed.is_some();
        let profile = match certificate.device_type.pkcs12_profile() {
            Pkcs12Profile::Compat if compat => Pkcs12Profile::Compat,
            _ => Pkcs12Profile::Modern,
        };
        Ok(PickupState::Ready(Box::new(ReadyPickup {
            reference: application.application.particulars().reference.clone(),
            tenant,
            device_type: certificate.device_type,
            device_name: certificate.device_name,
            profile,
            other_allowed: compat,
            until: pickup.expires_at,
        })))
    }

    /// Why there is no file: only the reconciler opens an application again whose PIN was used.
    async fn without_file(&self, reader: &mut Reader, token: &str) -> Result<PickupState, Unavailable> {
        let Some(reference) = self.pickup_reference(token)? else { return Ok(PickupState::Gone) };
        let record = reader.application_by_reference(&reference).await?;
        let open_again =
            record.is_some_and(|record| matches!(record.application, StoredApplication::Approved(_)));
        Ok(if open_again { PickupState::Failed } else { PickupState::Gone })
    }

    /// The file of this token in one encryption, while it can be fetched.
    pub async fn pickup_file(
        &self,
        token: &str,
        profile: Pkcs12Profile,
    ) -> Result<Option<PickupFile>, Unavailable> {
        let hash = self.token_hash(token)?;
        let mut reader = self.store().read().await?;
        let Some(pickup) = reader.pickup_by_token(&hash, self.now()).await? else { return Ok(None) };
        let sealed = match profile {
            Pkcs12Profile::Modern => Some(pickup.modern_sealed),
            Pkcs12Profile::Compat => pickup.compat_sealed,
        };
        let Some(sealed) = sealed else { return Ok(None) };
        let bytes = self.seal().open(SealedKind::Pkcs12, pickup.certificate.as_bytes(), &sealed)?;
        let tenant = reader.tenant(pickup.tenant).record().await?;
        let slug = tenant.map_or_else(|| "certificate".to_owned(), |tenant| tenant.slug.to_string());
        let suffix = match profile {
            Pkcs12Profile::Modern => "",
            Pkcs12Profile::Compat => "-compat",
        };
        Ok(Some(PickupFile { name: format!("{slug}-certificate{suffix}.p12"), bytes }))
    }
}

/// Does the contract admit one more? The tenant's row is locked: whoever else takes a seat waits.
async fn seat_left(work: &mut Work, tenant: &Tenant) -> Result<Result<(), LicenseRefusal>, Unavailable> {
    let now = work.now;
    Ok(tenant.license.admit(work.tenant(tenant.id).seats_used(now).await?, now))
}
