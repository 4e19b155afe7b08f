//! Just enough of a browser: cookies, forms, the `Origin` of its own pages.

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use domain::permit::Permit;
use http_body_util::BodyExt;
use std::net::IpAddr;
pub(crate) use testkit::http::Answer;
use testkit::http::{Cookies, FormBody};
use tower::ServiceExt;
use web::PeerAddress;

#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    scheme: &'static str,
    host: String,
    address: IpAddr,
    fields: Vec<(&'static str, String)>,
    permit: Option<Permit>,
    cookies: Cookies,
}

impl Browser {
    pub(crate) fn new(router: Router, scheme: &'static str, host: &str) -> Self {
        let address = IpAddr::from([192, 0, 2, 1]);
        let fields = vec![("accept-language", "en".to_owned())];
        Self { router, scheme, host: host.into(), address, fields, permit: None, cookies: Cookies::default() }
    }

    pub(crate) fn forget_cookies(&mut self) {
        self.cookies.forget();
    }

    pub(crate) fn at_address(mut self, address: [u8; 4]) -> Self {
        self.address = IpAddr::from(address);
        self
    }

    pub(crate) fn at_host(mut self, host: &str) -> Self {
        self.host = host.into();
        self
    }

    pub(crate) fn sending(mut self, name: &'static str, value: &str) -> Self {
        self.fields.retain(|(known, _)| *known != name);
        self.fields.push((name, value.into()));
        self
    }

    pub(crate) fn with_permit(mut self, permit: &Permit) -> Self {
        self.permit = Some(permit.clone());
        self
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name)
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Vec::new()).await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, String)]) -> Answer {
        self.post_form(path, FormBody::of(form)).await
    }

    /// Sends a form with one file.
    pub(crate) async fn upload(
        &mut self,
        path: &str,
        form: &[(&str, String)],
        file: (&str, &str, &[u8]),
    ) -> Answer {
        self.post_form(path, FormBody::with_file(form, file)).await
    }

    async fn post_form(&mut self, path: &str, form: FormBody) -> Answer {
        self.post_raw(path, &form.kind, form.body.into()).await
    }

    pub(crate) async fn post_raw(&mut self, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let answer = self.send(Method::POST, path, Some(kind), body).await;
        self.clone().expect_page_in_another_language(&answer).await;
        answer
    }

    /// Whatever a form is answered with: if the page offers another language, its address can be opened.
    async fn expect_page_in_another_language(mut self, answer: &Answer) {
        let Some(mut path) = answer.switch() else { return };
        loop {
            let page = self.get(&path).await;
            if page.status != StatusCode::SEE_OTHER {
                assert_ne!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{path}: {}", answer.text());
                return;
            }
            page.location().clone_into(&mut path);
        }
    }

    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        kind: Option<&str>,
        body: Vec<u8>,
    ) -> Answer {
        let mut request = Request::builder().method(&method).uri(path).header(header::HOST, &self.host);
        if method == Method::POST && !self.fields.iter().any(|(name, _)| *name == "origin") {
            request = request.header(header::ORIGIN, format!("{}://{}", self.scheme, self.host));
        }
        for (name, value) in &self.fields {
            request = request.header(*name, value);
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind).header(header::CONTENT_LENGTH, body.len());
        }
        if let Some(cookies) = self.cookies.field() {
            request = request.header(header::COOKIE, cookies);
        }
        let mut request = request.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(PeerAddress(self.address));
        if let Some(permit) = &self.permit {
            request.extensions_mut().insert(permit.clone());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        self.cookies.keep(&parts.headers);
        Answer { status: parts.status, headers: parts.headers, body }
    }
}
