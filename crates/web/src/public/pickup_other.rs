//! `/pickup/other`: "it says the password is wrong", the file in the other encryption, for its password.

use super::{PublicSite, pickup};
use crate::{Failure, Page, PageReader, PeerAddress, failure::at_form, posted::Posted, redirect};
use authority::delivery::{OtherFile, OtherFileRefusal, PickupState, other};
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use templates::public::{self, PickupEnd, PickupOtherPage};

pub(super) async fn form(
    State(site): State<PublicSite>,
    reader: PageReader,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let cookie = pickup::token(&site, &headers).unwrap_or_default();
    match site.authority.delivery().pickup_state(cookie).await? {
        PickupState::Ready(ready) if ready.other == OtherFile::OnRequest => {
            let page = PickupOtherPage { repeat_until: ready.until, errors: Vec::new() };
            Ok(Page::ok(public::pickup_other(&page, &site.chrome(&reader))).into_response())
        }
        PickupState::Ready(_) | PickupState::Preparing => Ok(redirect::see_other("/pickup/progress")),
        PickupState::Failed => Ok(pickup::ended(&site, &reader, PickupEnd::Failed).into_response()),
        PickupState::Gone => Ok(pickup::ended(&site, &reader, PickupEnd::Used).into_response()),
    }
}

pub(super) async fn send(
    State(site): State<PublicSite>,
    reader: PageReader,
    headers: HeaderMap,
    Posted(peer, fields): Posted<PeerAddress>,
) -> Result<Response, Failure> {
    let cookie = pickup::token(&site, &headers).unwrap_or_default();
    let PickupState::Ready(ready) = site.authority.delivery().pickup_state(cookie).await? else {
        return Ok(pickup::ended(&site, &reader, PickupEnd::Used).into_response());
    };
    let password = fields.secret("p12_password");
    let errors = match site.authority.delivery().write_other_file(cookie, &password, peer.0).await {
        Ok(()) => {
            let profile = pickup::profile_name(other(ready.profile));
            return Ok(redirect::see_other(&format!("/pickup/progress?profile={profile}")));
        }
        Err(OtherFileRefusal::Gone) => {
            return Ok(pickup::ended(&site, &reader, PickupEnd::Used).into_response());
        }
        Err(OtherFileRefusal::NotAllowed) => return Ok(redirect::see_other("/pickup/progress")),
        Err(refusal) => at_form(refusal)?,
    };
    let page = PickupOtherPage { repeat_until: ready.until, errors };
    Ok(Page::refusing(&page.errors, public::pickup_other(&page, &site.chrome(&reader))).into_response())
}
