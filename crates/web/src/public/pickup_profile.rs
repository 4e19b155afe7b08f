//! `/pickup/mobileconfig`: the PKCS#12 file inside a signed configuration profile, which iPhone, iPad and Mac install from
//! their settings; to the same browser and for as long as the file.

use super::{
    pickup,
    pickup_file::{self, FileQuery},
};
use crate::{Failure, attachment, pickup_site::PickupSite};
use authority::delivery::PickupState;
use axum::{
    extract::Query,
    http::{HeaderMap, HeaderValue},
    response::Response,
};
use domain::refusal::Problem;
use templates::public;

/// Safari takes what has this type for a profile, whatever it is called.
const PROFILE_TYPE: &str = "application/x-apple-aspen-config";

pub(crate) async fn profile(
    site: PickupSite,
    Query(query): Query<FileQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let token = pickup::token(&site, &headers).unwrap_or_default();
    let encryption = match pickup_file::encryption(&site, token, query).await? {
        Ok(encryption) => encryption,
        Err(answer) => return Ok(answer),
    };
    let description = public::profile_description(&site.chrome);
    let profile = site.authority.delivery().configuration_profile(token, encryption, &description).await?;
    if let Some(profile) = profile {
        let kind = HeaderValue::from_static(PROFILE_TYPE);
        return attachment::response(profile.name, kind, profile.bytes.to_vec());
    }
    match site.authority.delivery().pickup_state(token).await? {
        PickupState::Ready(ready) if !ready.device_type.installs_profiles() => Err(Problem::NotFound.into()),
        _ => pickup_file::without_file(&site, token).await,
    }
}
