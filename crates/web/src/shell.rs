//! What every request passes on its way in and out, in one place and one order.
//!
//! in: number → language → room → host → language switch → origin → handler, which reads a body after its grant;
//! out: page or problem document for failures → headers.
//!
//! **Invariant:** a panic in a handler is answered by a page with the request's number, and the
//! process goes on.

use crate::{
    asset,
    body_limit::FORM_BYTES_MAX,
    failure::{self, Failure},
    frame::Frame,
    headers, locale, origin,
    reader::PageReader,
    request_id::RequestId,
    scheme::Scheme,
    under_way::{RequestsUnderWay, hold_to_the_end},
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use domain::{
    host_name::HostName,
    refusal::{Code, Problem},
};
use ground::{HostPort, media_type};
use std::{any::Any, sync::Arc};
use templates::Style;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

/// The name of this machine under `up`.
const LOCALHOST: &str = "localhost";

/// Whose requests a site answers.
#[derive(Debug, Clone)]
pub enum Hosts {
    /// Those for these names; every other gets 421.
    Only(Arc<[HostName]>),
    /// The gate has already matched host and site.
    CheckedByGate,
}

impl Hosts {
    fn answer_to(&self, asked: HostPort<'_>) -> bool {
        match self {
            Self::Only(hosts) => HostName::parse(asked.host()).is_ok_and(|host| hosts.contains(&host)),
            Self::CheckedByGate => true,
        }
    }
}

/// The one host that the request names.
fn asked(request: &Request) -> Option<HostPort<'_>> {
    HostPort::of(request.uri(), request.headers()).ok().flatten()
}

/// One site's way in and out.
#[derive(Debug, Clone)]
pub struct Shell {
    /// For the pages that the shell makes itself.
    pub frame: Frame,
    /// How visitors reach the site.
    pub scheme: Scheme,
    /// Whose requests it answers.
    pub hosts: Hosts,
    under_way: Arc<RequestsUnderWay>,
}

impl Shell {
    /// A shell of its own for a site: requests to other sites take no room here.
    pub fn new(frame: Frame, scheme: Scheme, hosts: Hosts) -> Self {
        Self { frame, scheme, hosts, under_way: Arc::default() }
    }

    /// A shell for sites behind the gate: always HTTPS, host already checked.
    pub fn behind_gate(frame: Frame) -> Self {
        Self::new(frame, Scheme::Https, Hosts::CheckedByGate)
    }

    /// Puts the shell around a site's routes and, where pages link to them, adds the assets.
    pub fn around(self, routes: Router) -> Router {
        let routes = match self.frame.style() {
            Style::Linked => routes.merge(asset::routes()),
            Style::Embedded => routes,
        };
        routes
            .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
            .layer(CatchPanicLayer::custom(after_panic))
            .layer(middleware::from_fn_with_state(self, pass))
    }

    fn greet(&self, request: &Request) -> PageReader {
        let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        let accept = accept.unwrap_or_default();
        let given = request.extensions().get::<RequestId>().cloned();
        PageReader {
            locale: locale::of(request.headers()),
            path: locale::path_without_language(request.uri()),
            sent_a_form: *request.method() == Method::POST,
            area: Arc::default(),
            prefers_json: media_type::prefers_json(accept),
            request_id: given.unwrap_or_else(|| self.frame.request_id()),
        }
    }

    fn admit(&self, request: &Request) -> Result<(), Failure> {
        let asked =
            asked(request).filter(|asked| self.hosts.answer_to(*asked)).ok_or(Problem::UnknownHost)?;
        let own = asked.as_str();
        if !origin::allows(request.method(), request.headers(), self.scheme, own) {
            return Err(Problem::ForeignOrigin.into());
        }
        Ok(())
    }

    /// For people who typed this machine's own address where the configuration says `localhost`.
    fn lead_home(&self, request: &Request) -> Option<Response> {
        let Hosts::Only(hosts) = &self.hosts else { return None };
        let reading = matches!(*request.method(), Method::GET | Method::HEAD);
        let typed = asked(request).and_then(HostPort::address);
        let here = typed.is_some_and(|address| address.is_loopback());
        let local = here && hosts.iter().any(|host| host.as_str() == LOCALHOST);
        let home = self.frame.public_address(&locale::path_without_language(request.uri()));
        let home = HeaderValue::from_str(&home).ok().filter(|_| reading && local)?;
        Some((StatusCode::SEE_OTHER, [(header::LOCATION, home)]).into_response())
    }

    async fn answer(&self, request: Request, next: Next) -> Response {
        if let Err(failure) = self.admit(&request) {
            return self.lead_home(&request).unwrap_or_else(|| failure.into_response());
        }
        let reading = matches!(*request.method(), Method::GET | Method::HEAD);
        if let Some(redirect) = reading.then(|| locale::switch(request.uri(), self.scheme)).flatten() {
            return redirect;
        }
        next.run(request).await
    }

    async fn answer_in_room(&self, request: Request, next: Next) -> Response {
        match self.under_way.enter(&request) {
            Ok(room) => hold_to_the_end(self.answer(request, next).await, room),
            Err(busy) => busy.into_response(),
        }
    }
}

async fn pass(State(shell): State<Shell>, mut request: Request, next: Next) -> Response {
    let reader = shell.greet(&request);
    request.extensions_mut().insert(reader.clone());
    let span = tracing::info_span!("request", id = %reader.request_id);
    let answer = shell.answer_in_room(request, next).instrument(span).await;
    let misdirected =
        answer.extensions().get::<Failure>().is_some_and(|failure| failure.code() == Code::UnknownHost);
    let frame = if misdirected { shell.frame.at_unknown_host() } else { shell.frame };
    // No address of ours leads to an answer under a name that is not ours.
    let reader = if misdirected { PageReader { path: String::new(), ..reader } } else { reader };
    let mut answer = failure::dress(answer, &frame, &reader);
    headers::set(&mut answer, shell.scheme, frame.style(), &reader.request_id);
    answer
}

// The layer hands its cause over by value.
#[allow(clippy::needless_pass_by_value)]
fn after_panic(cause: Box<dyn Any + Send>) -> Response {
    let told = cause.downcast_ref::<String>().map(String::as_str);
    let told = told.or_else(|| cause.downcast_ref::<&str>().copied());
    Failure::broken(format_args!("panic: {}", told.unwrap_or("without a text"))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_port_and_trailing_dot_do_not_matter_and_a_suffix_is_not_enough() {
        let hosts = Hosts::Only([HostName::parse("localhost").unwrap()].into());
        let answers = |authority| hosts.answer_to(HostPort::parse(authority).unwrap());
        assert!(answers("LOCALHOST.:8080"));
        assert!(!answers("evil-localhost"));
        assert!(!answers("localhost.evil.example"));
    }
}
