//! The contents of the page after the application form: the mail's address, the name in the certificate, the contact.
//! A sealed cookie carries them, and with it the applicant can have the mail sent again.
//!
//! **Invariant:** the cookie is kept in the applicant's browser only, for [`SENT_MINUTES`]. The PIN goes to the address
//! on record and to no other, at most [`PIN_MAILS_ASKED_MAX`](domain::pin::PIN_MAILS_ASKED_MAX) times, once for each
//! cookie: a double click sends one mail.

use super::{ApplyRefusal, Registration};
use crate::{
    ServiceProfile, Unavailable,
    runner::{Done, TenantWork},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    act::{self, Mandate},
    application::{Particulars, StoredApplication},
    id::{ApplicationId, TenantId},
    pin_delivery::PinRecipient,
    secret::Secret,
    tenant::{Tenant, TenantState},
    time::{SignedDuration, Timestamp},
    user::{Role, User, UserState},
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use store::applications::ApplicationRecord;
use templates::mail::NewPinReason;

/// How long the page can be opened again, in minutes.
pub const SENT_MINUTES: u32 = 60;

/// An application that was taken, as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentApplication {
    tenant: TenantId,
    application: ApplicationId,
    /// PINs mailed so far.
    pin_mails: u32,
    /// Where the mail went.
    pub email: String,
    /// The name that the certificate will carry.
    pub name: String,
    /// Whether the applicant is an administrator, and so asks the provider.
    pub administrator: bool,
    /// Whether an administrator hands the PIN over; cookies of former releases do not say.
    #[serde(default)]
    pub pin_from_administrator: bool,
    /// Whom the applicant asks.
    pub support_contact: String,
}

#[derive(Serialize, Deserialize)]
struct Written {
    sent: SentApplication,
    until: Timestamp,
}

impl SentApplication {
    pub(super) fn of(
        tenant: &Tenant,
        user: &User,
        particulars: &Particulars,
        pin_mails: u32,
        service: &ServiceProfile,
    ) -> Self {
        let next = PinRecipient::of(&tenant.policy, user.role);
        let administrator = user.role == Role::Administrator;
        let contact = if administrator { &service.support_contact } else { &tenant.support_contact };
        Self {
            tenant: tenant.id,
            application: particulars.id,
            pin_mails,
            email: particulars.email.to_string(),
            name: particulars.roman_name.common_name(),
            administrator,
            pin_from_administrator: next == PinRecipient::Administrator,
            support_contact: contact.clone(),
        }
    }
}

impl Registration {
    /// Seals it into the value of a cookie.
    pub fn seal_sent(&self, sent: &SentApplication) -> Result<Secret<String>, Unavailable> {
        let until = self.core.now().checked_add(SignedDuration::from_mins(i64::from(SENT_MINUTES)));
        let written = Written { sent: sent.clone(), until: until.map_err(Unavailable::because)? };
        Ok(Secret::new(URL_SAFE_NO_PAD.encode(self.seals.sent.seal(b"", &serde_json::to_vec(&written)?)?)))
    }

    /// What a cookie says; `None` if it was changed, made elsewhere, or is over.
    pub fn sent_application(&self, cookie: &str) -> Option<SentApplication> {
        let sealed = URL_SAFE_NO_PAD.decode(cookie).ok()?;
        let plain = self.seals.sent.open(b"", &sealed).ok()?;
        let written: Written = serde_json::from_slice(&plain).ok()?;
        (self.core.now() < written.until).then_some(written.sent)
    }

    /// Mails a new PIN, if the pickup is open and another one may be asked for; the answer does not say.
    pub async fn mail_pin_again(
        &self,
        sent: &SentApplication,
        address: IpAddr,
    ) -> Result<SentApplication, Unavailable> {
        let mandate = Mandate::of_public(act::MailPinAgain, address);
        let done = self.core.act_in(mandate, sent.tenant, |mut work| async move {
            let found = work.records().lock_application(sent.application).await?;
            let Some(found) = found else { return Ok::<_, ApplyRefusal>(Done::nothing(sent.clone())) };
            let user = work.records().user(found.application.particulars().user).await?;
            let Some(user) = user else { return Ok(Done::nothing(sent.clone())) };
            if PinRecipient::of(&work.tenant.policy, user.role) == PinRecipient::Administrator {
                // Of a policy that may have changed since.
                return Ok(Done::nothing(SentApplication { pin_from_administrator: true, ..sent.clone() }));
            }
            let Some((particulars, pin_mails)) = askable(&work, &user, found) else {
                return Ok(Done::nothing(sent.clone()));
            };
            if pin_mails != sent.pin_mails {
                return Ok(Done::nothing(SentApplication { pin_mails, ..sent.clone() }));
            }
            let mails = pin_mails + 1;
            self.pins.renew(&mut work, &user, &particulars, mails, NewPinReason::Asked).await?;
            let again = SentApplication { pin_mails: mails, ..sent.clone() };
            Ok(work.done(&particulars.reference, format!("user={}", user.id), again))
        });
        match done.await {
            Ok(again) => Ok(again),
            Err(ApplyRefusal::Unavailable(cause)) => Err(cause),
            Err(_) => Ok(sent.clone()),
        }
    }
}

/// The open pickup whose PIN may be asked for again, and how many PINs were mailed.
fn askable(work: &TenantWork, user: &User, found: ApplicationRecord) -> Option<(Particulars, u32)> {
    let (StoredApplication::Approved(application), Some(pin)) = (found.application, found.pin) else {
        return None;
    };
    let in_force = work.tenant.state == TenantState::Active && user.state == UserState::Active;
    let next = PinRecipient::of(&work.tenant.policy, user.role);
    let may_be = in_force && pin.may_be_asked_for(next, work.now);
    may_be.then(|| (application.particulars().clone(), pin.mails))
}
