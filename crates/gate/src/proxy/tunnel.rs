//! WebSocket connections (RFC 6455 over HTTP/1.1): after the handshake, bytes both ways until one side ends, or
//! the visitor is shut out.

use super::{
    exchange::Lease,
    header_fields,
    onward::{ForwardError, Onward},
};
use crate::{
    body::{Body, empty},
    connection::Connection,
};
use ground::Drain;
use http::{
    HeaderValue, Request, Response, StatusCode, Version,
    header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE},
};
use hyper::{
    body::Incoming,
    upgrade::{OnUpgrade, on},
};
use hyper_util::rt::TokioIo;
use std::sync::Arc;

const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");
const UPGRADE_OPTION: HeaderValue = HeaderValue::from_static("upgrade");

/// Whether the request asks for a WebSocket. Other protocols are not offered; their `Upgrade` is ignored (RFC
/// 9110 §7.8). With a body it could be read as two requests.
pub(super) fn wanted<B>(request: &Request<B>) -> Result<bool, ForwardError> {
    let headers = request.headers();
    let asked = request.version() == Version::HTTP_11
        && headers.get_all(UPGRADE).iter().any(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
        && headers
            .get_all(CONNECTION)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|option| option.trim().eq_ignore_ascii_case("upgrade"));
    let has_body = headers.contains_key(TRANSFER_ENCODING)
        || headers.get(CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0");
    if asked && has_body { Err(ForwardError::Ambiguous) } else { Ok(asked) }
}

/// The cleaned request, with the `Upgrade` fields for the upstream.
pub(super) fn asking(mut request: Request<Body>) -> Request<Body> {
    request.headers_mut().insert(UPGRADE, WEBSOCKET);
    request.headers_mut().insert(CONNECTION, UPGRADE_OPTION);
    request
}

/// Joins both sides once both have switched. The tunnel holds the connection, so that a cut finds it, and its
/// place among what is under way.
pub(super) fn open(
    mut answer: Response<Incoming>,
    lease: Lease,
    from_client: OnUpgrade,
    connection: &Arc<Connection>,
    onward: &Onward<'_>,
    drain: &Drain,
) -> Response<Body> {
    let from_upstream = on(&mut answer);
    let (connection, cut) = (Arc::clone(connection), onward.hold.cut.clone());
    let stop = drain.stop.clone();
    drain.tasks.spawn(async move {
        let joined = async {
            let (client, upstream) = tokio::try_join!(from_client, from_upstream)?;
            let copied =
                tokio::io::copy_bidirectional(&mut TokioIo::new(client), &mut TokioIo::new(upstream)).await;
            // Both sides are closed now in any case.
            Ok::<_, hyper::Error>(copied.is_ok())
        };
        tokio::select! {
            biased;
            () = cut.cancelled() => {}
            () = stop.cancelled() => {}
            _ = joined => {}
        }
        drop((connection, lease));
    });
    let mut headers = std::mem::take(answer.headers_mut());
    header_fields::clean_response(&mut headers, &onward.site.host);
    headers.insert(UPGRADE, WEBSOCKET);
    headers.insert(CONNECTION, UPGRADE_OPTION);
    let mut response = Response::new(empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    *response.headers_mut() = headers;
    response
}
