//! From a claim to a making: the cookie that comes back uses its PIN up.

use super::{Delivery, Opened, PickupRefusal, PickupToken, claim::Claim, judging::may_be_made};
use crate::{Unavailable, runner::TenantWork, seal::hashes_match};
use domain::application::{Reference, StoredApplication};
use std::net::IpAddr;
use store::applications::ApplicationRecord;
use zeroize::Zeroizing;

impl Delivery {
    /// Uses the PIN of a claim up and begins to make the certificate. Answers as soon as it is on record; a cookie
    /// that is brought twice is one pickup.
    pub async fn begin_pickup(&self, cookie: &str, address: IpAddr) -> Result<PickupToken, PickupRefusal> {
        let (delivery, cookie) = (self.clone(), Zeroizing::new(cookie.to_owned()));
        // A task of its own: a browser that is closed now, or a second click that breaks this request off, must not
        // end what is on record and not yet signed.
        let begun = tokio::spawn(async move { delivery.begin_claimed(&cookie, address).await });
        begun.await.map_err(|broken| PickupRefusal::Unavailable(Unavailable::because(broken)))?
    }

    async fn begin_claimed(&self, cookie: &str, address: IpAddr) -> Result<PickupToken, PickupRefusal> {
        let Some(cookie) = self.read_cookie(cookie)? else { return Err(PickupRefusal::ClaimOver) };
        if self.known_state(&self.token_hash(cookie.token.expose())?).await?.is_some() {
            return Ok(cookie.token);
        }
        let claim = self.claim_in(&cookie, self.core.now())?;
        let known = self.core.read().await?.application_by_reference(&cookie.reference).await?;
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
    pub(super) async fn claimed(
        &self,
        work: &mut TenantWork,
        reference: &Reference,
        claim: &Claim,
    ) -> Result<Opened, PickupRefusal> {
        let found = work.lock_application_by_reference(reference).await?;
        let found = found.filter(|found| found.application.particulars().id == claim.application);
        let Some(ApplicationRecord { application, pin, pin_shown, .. }) = found else {
            return Err(PickupRefusal::ClaimOver);
        };
        let application = match application {
            StoredApplication::Approved(application) => application,
            StoredApplication::PickedUp(_) => return Err(PickupRefusal::Used),
            StoredApplication::Submitted(_) | StoredApplication::Rejected(_) => {
                return Err(PickupRefusal::ClaimOver);
            }
        };
        let pin_mailed = pin_shown.is_none() && pin.as_ref().is_some_and(|pin| pin.mails > 0);
        let still_opens =
            pin.is_some_and(|pin| hashes_match(&claim.pin_hash, &pin.hash) && pin.is_open(work.now));
        let user = work.records().user(application.particulars().user).await?;
        let (true, Some(user)) = (still_opens, user) else { return Err(PickupRefusal::ClaimOver) };
        let opened = Opened { tenant: work.tenant.clone(), user, application, pin_mailed, pin_shown };
        may_be_made(&opened, work.now)?;
        Ok(opened)
    }
}
