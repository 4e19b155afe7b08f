//! One request to an application and its answer, over the right connection.
//!
//! **Invariant:** a request is sent twice only if the first attempt cannot have had an effect: the request
//! was never written, or it is safe (RFC 9110 §9.2.1), has no body, and an idle connection turned out to be
//! closed.

use super::onward::ForwardError;
use crate::{
    applications::{ErrandPlace, LineTurn, Link, OwnLine, Pool, SiteApplication, is_asked, is_proved},
    body::{Body, empty},
};
use ground::{Passage, PassedBody, PolledFrame, poll_inner};
use http::{Method, Request, Response, request};
use http_body::Body as HttpBody;
use hyper::{body::Incoming, client::conn::TrySendError};
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

/// How long a connection may take to become idle after its answer's end: the time for the rest of an upload
/// that no reader waits for.
const SETTLING_MAX: Duration = Duration::from_secs(1);

/// The connection of an answer that is under way, and the pool or line it returns to.
pub(super) struct Lease {
    link: Link,
    home: Home,
    place: Arc<ErrandPlace>,
}

enum Home {
    Pool(Arc<SiteApplication>),
    Visitor(LineTurn),
    Nowhere,
}

/// The visitors that a request's connection may serve.
pub(super) struct Exchange<'a> {
    pub(super) pool: &'a Pool,
    pub(super) application: &'a Arc<SiteApplication>,
    pub(super) own_line: &'a OwnLine,
    /// Whether the operator has marked the application as authenticating connections.
    pub(super) always_own: bool,
    pub(super) place: Arc<ErrandPlace>,
}

impl Exchange<'_> {
    /// The answer's head, and the connection that its body comes over.
    pub(super) async fn ask(
        self,
        request: Request<Body>,
    ) -> Result<(Response<Incoming>, Lease), ForwardError> {
        let own = self.always_own || self.own_line.has_begun() || is_proved(request.headers());
        if own {
            let mut turn = self.own_line.turn().await;
            let kept = turn.take();
            let (answer, link) = self.send(request, kept, || None).await?;
            return Ok((answer, Lease { link, home: Home::Visitor(turn), place: self.place }));
        }
        let (answer, link) = self.send(request, self.application.take(), || self.application.take()).await?;
        let home = if is_asked(answer.headers()) {
            self.own_line.begin().map_or(Home::Nowhere, Home::Visitor)
        } else {
            Home::Pool(Arc::clone(self.application))
        };
        Ok((answer, Lease { link, home, place: self.place }))
    }

    /// Sends over `idle`, or over the next idle connection while they turn out to be closed, else over a new one.
    async fn send(
        &self,
        mut request: Request<Body>,
        mut idle: Option<Link>,
        next: impl Fn() -> Option<Link>,
    ) -> Result<(Response<Incoming>, Link), ForwardError> {
        while let Some(mut link) = idle {
            let again = copy(&request);
            match link.send(request).await {
                Ok(answer) => return Ok((answer, link)),
                Err(error) => {
                    tracing::debug!(error = %error.error(), "an idle connection to an application was closed");
                    let (error, unsent) = apart(error);
                    if let Some(unsent) = unsent {
                        request = unsent;
                        idle = next();
                    } else {
                        request = again.filter(|_| is_closed(&error)).ok_or_else(|| broken(error))?;
                        idle = None;
                    }
                }
            }
        }
        let mut link = self.pool.connect(self.application).await?;
        match link.send(request).await {
            Ok(answer) => Ok((answer, link)),
            Err(error) => Err(broken(apart(error).0)),
        }
    }
}

/// A copy of the request, if a second sending does no harm.
fn copy(request: &Request<Body>) -> Option<Request<Body>> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe || !request.body().is_end_stream() {
        return None;
    }
    let (mut parts, ()) = Request::new(()).into_parts();
    let request::Parts { method, uri, version, headers, .. } = &mut parts;
    method.clone_from(request.method());
    uri.clone_from(request.uri());
    *version = request.version();
    headers.clone_from(request.headers());
    Some(Request::from_parts(parts, empty()))
}

/// Returns the request if no byte of it was written.
fn apart(mut error: TrySendError<Request<Body>>) -> (hyper::Error, Option<Request<Body>>) {
    let unsent = error.take_message();
    (error.into_error(), unsent)
}

/// Whether the connection ended before an answer began.
fn is_closed(error: &hyper::Error) -> bool {
    error.is_incomplete_message() || error.is_canceled() || error.is_closed() || is_input_or_output(error)
}

fn is_input_or_output(error: &hyper::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.is::<std::io::Error>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn broken(error: hyper::Error) -> ForwardError {
    if error.is_parse() {
        ForwardError::Garbled(error.into())
    } else {
        ForwardError::Unreachable(error.into())
    }
}

impl Lease {
    /// Called when the answer has ended.
    fn end(mut self) {
        if self.link.is_ready() {
            self.return_link();
        } else if let (Ok(runtime), true) = (tokio::runtime::Handle::try_current(), self.link.is_open()) {
            runtime.spawn(async move {
                let settled = tokio::time::timeout(SETTLING_MAX, self.link.ready()).await;
                if matches!(settled, Ok(Ok(()))) {
                    self.return_link();
                }
            });
        }
    }

    fn return_link(self) {
        match self.home {
            Home::Pool(application) => application.keep(self.link),
            Home::Visitor(mut turn) => turn.keep(self.link, self.place),
            Home::Nowhere => {}
        }
    }
}

/// An answer's body, which gives its connection back at the end.
pub(super) type AnswerBody = PassedBody<Incoming, Returning>;

/// Gives an answer's connection back once the answer has come to its end.
pub(super) struct Returning(Option<Lease>);

impl Returning {
    pub(super) fn body(inner: Incoming, lease: Lease) -> AnswerBody {
        let mut returning = Self(Some(lease));
        if inner.is_end_stream() {
            returning.end();
        }
        returning.around(inner)
    }

    fn end(&mut self) {
        if let Some(lease) = self.0.take() {
            lease.end();
        }
    }
}

impl Passage<Incoming> for Returning {
    fn poll_frame(&mut self, mut inner: Pin<&mut Incoming>, context: &mut Context<'_>) -> PolledFrame {
        let frame = ready!(poll_inner(inner.as_mut(), context));
        match &frame {
            Some(Err(_)) => drop(self.0.take()),
            Some(Ok(_)) if !inner.is_end_stream() => {}
            Some(Ok(_)) | None => self.end(),
        }
        Poll::Ready(frame)
    }
}
