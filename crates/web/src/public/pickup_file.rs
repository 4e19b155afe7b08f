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
    let encryption = match encryption(&site, token, query).await? {
        Ok(encryption) => encryption,
        Err(answer) => return Ok(answer),
    };
    match site.authority.delivery().pickup_file(token, encryption).await? {
        // Already encrypted under the person's password, so these bytes need not be wiped.
        Some(file) => {
            attachment::response(file.name, HeaderValue::from_static(PKCS12_TYPE), file.bytes.to_vec())
        }
        None => without_file(&site, token).await,
    }
}

/// The encryption that is asked for, or that fits the device; else the answer of a pickup without a file.
pub(super) async fn encryption(
    site: &PickupSite,
    token: &str,
    query: FileQuery,
) -> Result<Result<Pkcs12Profile, Response>, Failure> {
    if let Some(name) = query.profile {
        return Ok(Ok(profile_named(&name).ok_or(Problem::NotFound)?));
    }
    match site.authority.delivery().pickup_state(token).await? {
        PickupState::Ready(ready) => Ok(Ok(ready.profile)),
        _ => without_file(site, token).await.map(Err),
    }
}

/// The answer where this browser has no such file.
pub(super) async fn without_file(site: &PickupSite, token: &str) -> Result<Response, Failure> {
    match site.authority.delivery().pickup_state(token).await? {
        PickupState::Ready(ready) if ready.other == OtherFile::OnRequest => {
            Ok(redirect::see_other(&site.path("/other")))
        }
        PickupState::Ready(_) | PickupState::Preparing => Ok(redirect::see_other(&site.path("/progress"))),
        PickupState::Failed => Ok(pickup::ended(site, PickupEnd::Failed).into_response()),
        PickupState::Gone => Ok(pickup::ended(site, PickupEnd::Used).into_response()),
    }
}

fn profile_named(name: &str) -> Option<Pkcs12Profile> {
    let profiles = [Pkcs12Profile::Modern, Pkcs12Profile::Compat];
    profiles.into_iter().find(|profile| pickup::profile_name(*profile) == name)
}
