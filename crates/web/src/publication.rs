//! What relying parties fetch: issuers' certificates and revocation lists, by permanent id, from memory
//! (`authority::publication`).

use crate::Failure;
use authority::{Authority, publication::PublishedList};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{FromRef, Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{id::IssuerId, refusal::Problem, time::Timestamp};
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};

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
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let issuer = issuer_of(&file, ".crt")?;
    let der = authority.publication().published_certificate(issuer).await?;
    let der = der.ok_or(Problem::NotFound)?;
    let kept = Kept { etag: format!("\"{issuer}\""), modified: None, cache: CERTIFICATE_CACHE };
    kept.answer(&headers, der, CERTIFICATE_TYPE)
}

async fn revocation_list(
    State(authority): State<Authority>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let issuer = issuer_of(&file, ".crl")?;
    let list = authority.publication().published_list(issuer).await?;
    let PublishedList { number, der, this_update } = list.ok_or(Problem::NotFound)?;
    let etag = format!("\"{issuer}-{number}\"");
    let kept = Kept { etag, modified: Some(this_update), cache: REVOCATION_LIST_CACHE };
    kept.answer(&headers, der, REVOCATION_LIST_TYPE)
}

fn issuer_of(file: &str, extension: &str) -> Result<IssuerId, Failure> {
    let id = file.strip_suffix(extension).ok_or(Problem::NotFound)?;
    id.parse().map_err(|_| Failure::from(Problem::NotFound))
}

/// What tells a client whether it has this file already (RFC 9110 §8.8).
struct Kept {
    etag: String,
    modified: Option<Timestamp>,
    cache: &'static str,
}

impl Kept {
    /// The file, or 304 for a client that has it.
    fn answer(&self, request: &HeaderMap, der: Bytes, kind: &'static str) -> Result<Response, Failure> {
        let mut response = if self.is_had(request) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = Response::new(Body::from(der));
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            response
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache));
        headers.insert(header::ETAG, HeaderValue::from_str(&self.etag).map_err(Failure::broken)?);
        if let Some(modified) = &self.modified {
            let date =
                DateTimePrinter::new().timestamp_to_rfc9110_string(modified).map_err(Failure::broken)?;
            headers.insert(header::LAST_MODIFIED, HeaderValue::from_str(&date).map_err(Failure::broken)?);
        }
        Ok(response)
    }

    /// Compared weakly (RFC 9110 §13.1.2); a date counts only where no tag is given (§13.1.3).
    fn is_had(&self, request: &HeaderMap) -> bool {
        let mut tags = request.get_all(header::IF_NONE_MATCH).into_iter().peekable();
        if tags.peek().is_some() {
            let mut tags = tags.filter_map(|tags| tags.to_str().ok()).flat_map(|tags| tags.split(','));
            return tags
                .any(|tag| matches!(tag.trim(), "*") || tag.trim().trim_start_matches("W/") == self.etag);
        }
        let since = request.get(header::IF_MODIFIED_SINCE).and_then(|since| since.to_str().ok());
        let since = since.and_then(|since| DateTimeParser::new().parse_timestamp(since).ok());
        matches!((since, self.modified), (Some(since), Some(modified)) if modified.as_second() <= since.as_second())
    }
}
