//! What relying parties fetch: issuers' certificates and revocation lists, by permanent id.

use crate::Failure;
use authority::Authority;
use axum::{
    Router,
    extract::{FromRef, Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::id::IssuerId;

/// RFC 2585 §4.1.
const CERTIFICATE_TYPE: &str = "application/pkix-cert";
/// RFC 2585 §4.2.
const REVOCATION_LIST_TYPE: &str = "application/pkix-crl";

/// An issuer's certificate never changes.
const CERTIFICATE_CACHE: &str = "public, max-age=86400, immutable";
/// A revocation list is made anew with each revocation; a minute spares the signer, not more.
const REVOCATION_LIST_CACHE: &str = "public, max-age=60";

pub(crate) fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Authority: FromRef<S>,
{
    Router::new().route("/ca/{file}", get(certificate)).route("/crl/{file}", get(revocation_list))
}

async fn certificate(
    State(authority): State<Authority>,
    Path(file): Path<String>,
) -> Result<Response, Failure> {
    let issuer = issuer_of(&file, ".crt")?;
    let issuer = authority.issuer(issuer).await.map_err(Failure::unavailable)?;
    published(issuer.map(|issuer| issuer.certificate_der), CERTIFICATE_TYPE, CERTIFICATE_CACHE)
}

async fn revocation_list(
    State(authority): State<Authority>,
    Path(file): Path<String>,
) -> Result<Response, Failure> {
    let issuer = issuer_of(&file, ".crl")?;
    let list = authority.crl(issuer).await.map_err(Failure::unavailable)?;
    published(list.map(|list| list.der), REVOCATION_LIST_TYPE, REVOCATION_LIST_CACHE)
}

fn issuer_of(file: &str, extension: &str) -> Result<IssuerId, Failure> {
    let id = file.strip_suffix(extension).ok_or(Failure::NotFound)?;
    id.parse().map_err(|_| Failure::NotFound)
}

fn published(der: Option<Vec<u8>>, kind: &'static str, cache: &'static str) -> Result<Response, Failure> {
    let mut response = der.ok_or(Failure::NotFound)?.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    Ok(response)
}
