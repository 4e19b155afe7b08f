//! A PIN is judged: a right one is answered with a claim, a wrong one is counted.

use super::{ATTEMPT_LETTERS_MIN, Delivery, NextPin, Opened, PickupCookie, PickupRefusal, PickupToken};
use crate::{
    Unavailable,
    runner::{Done, TenantWork},
    seal::hashes_match,
    tries::Tried,
    work::must_apply,
};
use domain::{
    act::{self, Mandate},
    application::{Particulars, StoredApplication},
    form::Form,
    id::{ApplicationId, DeviceId, TenantId},
    pickup_form::{PickupField, StatedPickup},
    pin::{PinRecord, PinVerdict},
    pin_delivery::PinRecipient,
    tenant::TenantState,
    time::Timestamp,
    user::{User, UserState},
};
use std::net::IpAddr;
use templates::mail::NewPinReason;

/// What a typed PIN is.
enum Judged {
    /// It opens the pickup.
    Right { application: ApplicationId, pin_hash: [u8; 32], at: Timestamp },
    /// There is no open pickup of this reference.
    Unknown,
    /// The pickup was begun before.
    Used(Box<Particulars>),
    /// It was counted as a wrong one.
    Wrong(PickupRefusal),
}

impl Delivery {
    /// Judges a PIN, and answers a right one with the cookie that begins the making. Wrong ones are counted, a right
    /// one is not used up.
    pub async fn claim_pickup(
        &self,
        form: &Form<PickupField>,
        address: IpAddr,
    ) -> Result<PickupCookie, PickupRefusal> {
        let stated = form.pickup().map_err(PickupRefusal::Fields)?;
        let tried = self.tries.tried("pickup", address, "", stated.reference.as_str())?;
        self.tries.admit(&tried).await?.map_err(PickupRefusal::TooMany)?;
        let token = self.pickup_token(&stated.reference, &stated.pin, stated.file.attempt.expose())?;
        let known = self.core.read().await?.application_by_reference(&stated.reference).await?;
        let judged = match known {
            Some(known) => {
                let tenant = known.application.particulars().tenant;
                self.judge_pin(tenant, &tried, &stated, address).await?
            }
            None => Judged::Unknown,
        };
        match judged {
            Judged::Right { application, pin_hash, at } => {
                Ok(self.with_claim(&token, application, pin_hash, &stated.file, at)?)
            }
            Judged::Used(particulars) => {
                self.repeat_or_refuse(&tried, &particulars, token, stated.file.attempt.expose(), address)
                    .await
            }
            Judged::Wrong(refusal) => Err(refusal),
            Judged::Unknown => {
                let counted = self.tries.settle_wrong_try("refuse_pickup", &tried).await?;
                counted.map_err(PickupRefusal::TooMany)?;
                Err(PickupRefusal::NotFound)
            }
        }
    }

    async fn judge_pin(
        &self,
        tenant: TenantId,
        tried: &Tried,
        stated: &StatedPickup,
        address: IpAddr,
    ) -> Result<Judged, PickupRefusal> {
        let done =
            self.core.act_in(Mandate::of_public(act::PickUp, address), tenant, |mut work| async move {
                work.admit(tried).await?.map_err(PickupRefusal::TooMany)?;
                let found = work.lock_application_by_reference(&stated.reference).await?;
                let pin_shown = found.as_ref().and_then(|found| found.pin_shown);
                let (application, pin) = match found.map(|found| (found.application, found.pin)) {
                    Some((StoredApplication::Approved(application), Some(pin))) => (application, pin),
                    Some((StoredApplication::PickedUp(particulars), _)) => {
                        return Ok(Done::nothing(Judged::Used(Box::new(particulars))));
                    }
                    Some((
                        StoredApplication::Approved(_)
                        | StoredApplication::Submitted(_)
                        | StoredApplication::Rejected(_),
                        _,
                    ))
                    | None => return Ok(Done::nothing(Judged::Unknown)),
                };
                let particulars = application.particulars().clone();
                let user = work.records().user(particulars.user).await?.ok_or(PickupRefusal::NotFound)?;
                let matches = hashes_match(&self.pins.hash(particulars.id, &stated.pin)?, &pin.hash);
                let next = PinRecipient::of(&work.tenant.policy, user.role);
                let verdict = pin.judge(matches, next, work.now);
                let refusal = refusal_of(&mut work, particulars.device, verdict, next, matches).await?;
                let Some(refusal) = refusal else {
                    let (at, tenant) = (work.now, work.tenant.clone());
                    let pin_mailed = pin_shown.is_none() && pin.mails > 0;
                    let opened = Opened { tenant, user, application, pin_mailed, pin_shown };
                    may_be_made(&opened, at)?;
                    // The browser comes back in a moment.
                    let profile = &opened.tenant.policy.profile;
                    self.packing.keys().want(profile.key_algorithm(stated.file.device_type));
                    let (application, pin_hash) = (particulars.id, pin.hash);
                    return Ok(Done::nothing(Judged::Right { application, pin_hash, at }));
                };
                work.count_wrong_try(tried).await?;
                self.note_wrong_pin(&mut work, &user, &particulars, &pin, &refusal).await?;
                if verdict == PinVerdict::EndsNow {
                    self.tell_stopped(&mut work, &user, &particulars).await?;
                }
                let detail = format!("locked={}", matches!(refusal, PickupRefusal::Locked { .. }));
                let wrong = Mandate::of_public(act::WrongPin, address);
                Ok(work.done_as(wrong, &particulars.reference, detail, Judged::Wrong(refusal)))
            });
        done.await
    }

    /// Counts a wrong PIN at its application, and mails a new one in place of one that is over.
    async fn note_wrong_pin(
        &self,
        work: &mut TenantWork,
        user: &User,
        particulars: &Particulars,
        pin: &PinRecord,
        refusal: &PickupRefusal,
    ) -> Result<(), Unavailable> {
        // Without a seat the PIN is not used up: the person comes back once there is one.
        if !matches!(refusal, PickupRefusal::License { .. }) {
            must_apply(work.records().count_wrong_pin(particulars.id).await?)?;
        }
        let reason = match refusal {
            PickupRefusal::Locked { next: NextPin::Mailed } => NewPinReason::WrongTries,
            PickupRefusal::Expired { next: NextPin::Mailed } => NewPinReason::Expired,
            _ => return Ok(()),
        };
        self.pins.renew(work, user, particulars, pin.mails + 1, reason).await
    }

    /// A second click on `[送信]` is the same pickup; anything else comes too late.
    async fn repeat_or_refuse(
        &self,
        tried: &Tried,
        particulars: &Particulars,
        token: PickupToken,
        attempt: &str,
        address: IpAddr,
    ) -> Result<PickupCookie, PickupRefusal> {
        let hash = self.token_hash(token.expose())?;
        if attempt.len() >= ATTEMPT_LETTERS_MIN && self.known_state(&hash).await?.is_some() {
            return Ok(token.into());
        }
        let mandate = Mandate::of_public(act::UsedPin, address);
        let done = self.core.act_in(mandate, particulars.tenant, |mut work| async move {
            work.count_wrong_try(tried).await?;
            Ok::<_, PickupRefusal>(work.done(&particulars.reference, "", ()))
        });
        done.await?;
        Err(PickupRefusal::Used)
    }
}

/// Why a PIN does not open the pickup; `None`: it does.
async fn refusal_of(
    work: &mut TenantWork,
    device: DeviceId,
    verdict: PinVerdict,
    next: PinRecipient,
    matches: bool,
) -> Result<Option<PickupRefusal>, Unavailable> {
    Ok(Some(match verdict {
        PinVerdict::Opens => return Ok(None),
        PinVerdict::Wrong { left } => PickupRefusal::WrongPin { left },
        PinVerdict::LocksNow => PickupRefusal::Locked { next: NextPin::Mailed },
        PinVerdict::EndsNow | PinVerdict::Exhausted => match next {
            PinRecipient::Person => PickupRefusal::Locked { next: NextPin::AfterReopening },
            PinRecipient::Administrator => PickupRefusal::Locked { next: NextPin::FromAdministrator },
        },
        PinVerdict::Expired if next == PinRecipient::Administrator => {
            PickupRefusal::Expired { next: NextPin::FromAdministrator }
        }
        // Its seat has been free to others since.
        PinVerdict::Expired => match work.seat_for(device).await? {
            Ok(()) => PickupRefusal::Expired { next: NextPin::Mailed },
            Err(why) => {
                let support_contact = matches.then(|| work.tenant.support_contact.clone());
                PickupRefusal::License { why, support_contact }
            }
        },
    }))
}

/// Is there still leave for what the application was approved for?
pub(super) fn may_be_made(opened: &Opened, now: Timestamp) -> Result<(), PickupRefusal> {
    let Opened { tenant, user, .. } = opened;
    let support_contact = || tenant.support_contact.clone();
    if tenant.state != TenantState::Active || user.state != UserState::Active {
        return Err(PickupRefusal::Suspended { support_contact: support_contact() });
    }
    // Its own seat is counted since the approval; only the contract's end can have come since.
    let admitted = tenant.license.admit(0, now);
    admitted.map_err(|why| PickupRefusal::License { why, support_contact: Some(support_contact()) })
}
