//! `/pickup/other`: "it says the password is wrong", the file in the other encryption, for its password.

use super::pickup;
use crate::{
    Failure, Page, PeerAddress, failure::at_form, pickup_site::PickupSite, posted::Posted, redirect,
};
use authority::delivery::{OtherFile, OtherFileRefusal, PickupState, other};
use axum::{
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::{refusal::Refusal, time::Timestamp};
use templates::public::{self, PickupEnd, PickupOtherPage};

pub(crate) async fn form(site: PickupSite, headers: HeaderMap) -> Result<Response, Failure> {
    let cookie = pickup::token(&site, &headers).unwrap_or_default();
    match site.authority.delivery().pickup_state(cookie).await? {
        PickupState::Ready(ready) if ready.other == OtherFile::OnRequest => {
            let page = other_page(&site, ready.until, Vec::new());
            Ok(Page::ok(public::pickup_other(&page, &site.chrome)).into_response())
        }
        PickupState::Ready(_) | PickupState::Preparing => Ok(redirect::see_other(&site.path("/progress"))),
        PickupState::Failed => Ok(pickup::ended(&site, PickupEnd::Failed).into_response()),
        PickupState::Gone => Ok(pickup::ended(&site, PickupEnd::Used).into_response()),
    }
}

pub(crate) async fn send(
    site: PickupSite,
    headers: HeaderMap,
    Posted(peer, fields): Posted<PeerAddress>,
) -> Result<Response, Failure> {
    let cookie = pickup::token(&site, &headers).unwrap_or_default();
    let PickupState::Ready(ready) = site.authority.delivery().pickup_state(cookie).await? else {
        return Ok(pickup::ended(&site, PickupEnd::Used).into_response());
    };
    let password = fields.secret("p12_password");
    let errors = match site.authority.delivery().write_other_file(cookie, &password, peer.0).await {
        Ok(()) => {
            let profile = pickup::profile_name(other(ready.profile));
            return Ok(redirect::see_other(&site.path(&format!("/progress?profile={profile}"))));
        }
        Err(OtherFileRefusal::Gone) => {
            return Ok(pickup::ended(&site, PickupEnd::Used).into_response());
        }
        Err(OtherFileRefusal::NotAllowed) => return Ok(redirect::see_other(&site.path("/progress"))),
        Err(refusal) => at_form(refusal)?,
    };
    let page = other_page(&site, ready.until, errors);
    Ok(Page::refusing(&page.errors, public::pickup_other(&page, &site.chrome)).into_response())
}

fn other_page(site: &PickupSite, repeat_until: Timestamp, errors: Vec<Refusal>) -> PickupOtherPage {
    PickupOtherPage { action: site.path("/other"), back: site.path("/progress"), repeat_until, errors }
}
