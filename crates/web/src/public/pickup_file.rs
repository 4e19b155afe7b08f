//! `/pickup/file`: the PKCS#12 file, for the browser that picked it up, as often as it asks while
//! the file rests.

use super::pickup;
use crate::{Failure, attachment, pickup_site::PickupSite, redirect};
use authority::delivery::{OtherFile, PickupState};
use axum::{
    extract::Query,
    http::{HeaderMap, HeaderValue},
    response::{IntoResponse, Response},
};
use domain::refusal::Problem;
use pki::Pkcs12Profile;
use serde::Deserialize;
use templates::public::PickupEnd;

/// As registered in practice; RFC 7292 names none.
const PKCS12_TYPE: &str = "application/x-pkcs12";

#[derive(Debug, Deserialize)]
pub(crate) struct FileQuery {
    /// Without it, the one that fits the device.
    profile: Option<String>,
}

pub(crate) async fn file(
    site: PickupSite,
    Query(query): Query<FileQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let token = pickup::token(&site, &headers).unwrap_or_default();
    let ended = |end| Ok(pickup::ended(&site, end).into_response());
    let profile = match query.profile {
        Some(name) => profile_named(&name).ok_or(Problem::NotFound)?,
        None => match site.authority.delivery().pickup_state(token).await? {
            PickupState::Ready(ready) => ready.profile,
            PickupState::Preparing => return Ok(redirect::see_other(&site.path("/progress"))),
            PickupState::Failed => return ended(PickupEnd::Failed),
            PickupState::Gone => return ended(PickupEnd::Used),
        },
    };
    let file = site.authority.delivery().pickup_file(token, profile).await?;
    let Some(file) = file else {
        return match site.authority.delivery().pickup_state(token).await? {
            PickupState::Ready(ready) if ready.other == OtherFile::OnRequest => {
                Ok(redirect::see_other(&site.path("/other")))
            }
            PickupState::Ready(_) | PickupState::Preparing => {
                Ok(redirect::see_other(&site.path("/progress")))
            }
            PickupState::Failed => ended(PickupEnd::Failed),
            PickupState::Gone => ended(PickupEnd::Used),
        };
    };
    // Already encrypted under the person's password, so these bytes need not be wiped.
    attachment::response(file.name, HeaderValue::from_static(PKCS12_TYPE), file.bytes.to_vec())
}

fn profile_named(name: &str) -> Option<Pkcs12Profile> {
    let profiles = [Pkcs12Profile::Modern, Pkcs12Profile::Compat];
    profiles.into_iter().find(|profile| pickup::profile_name(*profile) == name)
}
