//! `/pickup/file`: the PKCS#12 file, for the browser that picked it up, as often as it asks while
//! the file rests.

use super::{PublicSite, pickup};
use crate::{Failure, Reader, redirect};
use authority::delivery::PickupState;
use axum::{
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use pki::Pkcs12Profile;
use serde::Deserialize;
use templates::public::PickupEnd;

/// As registered in practice; RFC 7292 names none.
const PKCS12_TYPE: &str = "application/x-pkcs12";

#[derive(Debug, Deserialize)]
pub(super) struct FileQuery {
    /// Without it, the one that fits the device.
    profile: Option<String>,
}

pub(super) async fn file(
    State(site): State<PublicSite>,
    Query(query): Query<FileQuery>,
    reader: Reader,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let token = pickup::token(&site, &headers).unwrap_or_default();
    let ended = |end| Ok(pickup::ended(&site, &reader, end, String::new()).into_response());
    let profile = match query.profile {
        Some(name) => profile_named(&name).ok_or(Failure::NotFound)?,
        None => match site.authority.pickup_state(token).await.map_err(Failure::unavailable)? {
            PickupState::Ready(ready) => ready.profile,
            PickupState::Preparing => return Ok(redirect::see_other("/pickup/progress")),
            PickupState::Failed => return ended(PickupEnd::Failed),
            PickupState::Gone => return ended(PickupEnd::Used),
        },
    };
    let file = site.authority.pickup_file(token, profile).await.map_err(Failure::unavailable)?;
    let Some(file) = file else { return ended(PickupEnd::Used) };
    // Already encrypted under the person's password, so these bytes need not be wiped.
    let mut response = Response::new(Body::from(file.bytes.to_vec()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PKCS12_TYPE));
    headers.insert(header::CONTENT_DISPOSITION, attachment(&file.name)?);
    Ok(response)
}

fn profile_named(name: &str) -> Option<Pkcs12Profile> {
    let profiles = [Pkcs12Profile::Modern, Pkcs12Profile::Compat];
    profiles.into_iter().find(|profile| pickup::profile_name(*profile) == name)
}

/// RFC 6266 §4: a plain name for everybody, and the full one for those who read RFC 8187.
fn attachment(name: &str) -> Result<HeaderValue, Failure> {
    let plain: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let field = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", percent_encoded(name));
    HeaderValue::from_str(&field).map_err(Failure::broken)
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_.".contains(letter)
}

fn percent_encoded(name: &str) -> String {
    let letter = |byte: u8| match char::from(byte) {
        plain if is_plain(plain) => plain.to_string(),
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::attachment;

    #[test]
    fn a_file_name_is_told_in_both_spellings_and_cannot_end_the_field() {
        let field = attachment("山田 PC\".p12").unwrap();
        assert_eq!(
            field,
            "attachment; filename=\"___PC_.p12\"; filename*=UTF-8''%E5%B1%B1%E7%94%B0%20PC%22.p12"
        );
    }
}
