//! How much a request may carry.
//!
//! A body that is refused by its size is read to its end (bounded in bytes and time, nothing kept) before the refusal,
//! because a browser that is still sending does not read the answer and shows a broken connection. Nothing is read for a
//! visitor without permission.

use crate::failure::Failure;
use axum::{body::Body, extract::Request, http::header};
use domain::{import::IMPORT_BYTES_MAX, refusal::Problem};
use http_body_util::BodyExt;
use std::time::Duration;

/// What a form without a file may carry.
pub const FORM_BYTES_MAX: usize = 64 * 1024;

/// What the form may carry that uploads a file of users: the file and its wrapping.
pub const UPLOAD_FORM_BYTES_MAX: usize = IMPORT_BYTES_MAX + FORM_BYTES_MAX;

/// What is read of an over-long body before the connection is given up.
const DRAINED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How long an over-long body is read.
const DRAIN_MAX: Duration = Duration::from_secs(30);

/// The request back, or the refusal after its body was drained.
pub(crate) async fn check(request: Request, bytes_max: usize) -> Result<Request, Failure> {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let announced = length.and_then(|length| length.parse::<usize>().ok()).unwrap_or(0);
    if announced <= bytes_max {
        return Ok(request);
    }
    Err(refuse(request, Failure::from(Problem::TooLarge)).await)
}

/// The refusal, once its visitor's browser can read it.
pub(crate) async fn refuse(request: Request, failure: Failure) -> Failure {
    drain(request.into_body(), DRAIN_MAX).await;
    failure
}

async fn drain(mut body: Body, time_max: Duration) {
    let reading = async {
        let mut read = 0;
        while let Some(Ok(frame)) = body.frame().await {
            read += frame.data_ref().map_or(0, bytes::Bytes::len);
            if read > DRAINED_BYTES_MAX {
                return;
            }
        }
    };
    // However it ended, the refusal follows, and the connection's end.
    let _ = tokio::time::timeout(time_max, reading).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Bytes, http::HeaderMap};
    use http_body_util::Empty;
    use std::{convert::Infallible, future::pending};

    #[tokio::test]
    async fn a_refused_body_that_stops_is_not_waited_for() {
        let endless = Empty::<Bytes>::new().with_trailers(pending::<Option<Result<HeaderMap, Infallible>>>());
        let drained = drain(Body::new(endless), Duration::from_millis(10));
        assert!(tokio::time::timeout(DRAIN_MAX, drained).await.is_ok());
    }
}
