//! Just enough of a browser: cookies, forms, the `Origin` of its own pages.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use domain::permit::Permit;
use http_body_util::BodyExt;
use std::{collections::BTreeMap, net::IpAddr};
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
    cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }

    /// Where the page's language switch leads.
    pub(crate) fn switch(&self) -> Option<String> {
        let text = self.text();
        let (_, after) = text.split_once("class=\"switch\" href=\"")?;
        Some(after.split('"').next().unwrap().replace("&#38;", "&"))
    }

    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let text = self.text();
        let (_, after) = text.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        after.split('"').next().unwrap().to_owned()
    }

    /// Every hidden field of the page, as its form sends them.
    pub(crate) fn hidden_fields(&self) -> Vec<(String, String)> {
        let text = self.text();
        let field = |rest: &str| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            (name.to_owned(), rest.split('"').next().unwrap().to_owned())
        };
        text.split("<input type=\"hidden\" name=\"").skip(1).map(field).collect()
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }
}

impl Browser {
    pub(crate) fn new(router: Router, scheme: &'static str, host: &str) -> Self {
        let address = IpAddr::from([192, 0, 2, 1]);
        let fields = vec![("accept-language", "en".to_owned())];
        Self { router, scheme, host: host.into(), address, fields, permit: None, cookies: BTreeMap::new() }
    }

    pub(crate) fn forget_cookies(&mut self) {
        self.cookies.clear();
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
        self.cookies.get(name).map(String::as_str)
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Vec::new()).await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, String)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.post_raw(path, "application/x-www-form-urlencoded", body.into_bytes()).await
    }

    /// Sends a form with one file.
    pub(crate) async fn upload(
        &mut self,
        path: &str,
        form: &[(&str, String)],
        (name, file_name, contents): (&str, &str, &[u8]),
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in form {
            let part = format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let head = format!(
            "--XX\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
             Content-Type: text/plain\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(contents);
        body.extend(b"\r\n--XX--\r\n");
        self.post_raw(path, "multipart/form-data; boundary=XX", body).await
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
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let mut request = request.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(PeerAddress(self.address));
        if let Some(permit) = &self.permit {
            request.extensions_mut().insert(permit.clone());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        self.keep_cookies(&parts.headers);
        Answer { status: parts.status, headers: parts.headers, body }
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for field in headers.get_all(header::SET_COOKIE) {
            let field = field.to_str().unwrap();
            let (name, value) = field.split(';').next().unwrap().split_once('=').unwrap();
            if field.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
