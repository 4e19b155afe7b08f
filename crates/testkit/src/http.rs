//! What a browser sends and keeps, and what it reads on a page of ours.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use std::{borrow::Borrow, collections::BTreeMap};

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The code of a refusal by the gate; empty if it was none.
    pub fn denial(&self) -> &str {
        self.header("sekisho-denial")
    }

    /// Where the page's language switch leads.
    pub fn switch(&self) -> Option<String> {
        let text = self.text();
        let (_, after) = text.split_once("class=\"switch\" href=\"")?;
        Some(after.split('"').next()?.replace("&#38;", "&"))
    }

    /// The value of the field with this name.
    #[track_caller]
    pub fn value_of(&self, name: &str) -> String {
        let text = self.text();
        let tag = text.split('<').find(|tag| tag.contains(&format!("name=\"{name}\""))).expect("the field");
        let (_, value) = tag.split_once("value=\"").expect("a value");
        value.split('"').next().expect("its end").to_owned()
    }

    /// Every hidden field of the page, as its form sends them.
    pub fn hidden_fields(&self) -> Vec<(String, String)> {
        let text = self.text();
        let field = |rest: &str| {
            let (name, rest) = rest.split_once("\" value=\"")?;
            Some((name.to_owned(), rest.split('"').next()?.to_owned()))
        };
        text.split("<input type=\"hidden\" name=\"").skip(1).filter_map(field).collect()
    }

    #[track_caller]
    #[allow(clippy::return_self_not_must_use, reason = "an assertion")]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }
}

/// The cookies of one site.
#[derive(Debug, Clone, Default)]
pub struct Cookies(BTreeMap<String, String>);

impl Cookies {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub fn forget(&mut self) {
        self.0.clear();
    }

    /// The request's field; `None`: there are no cookies.
    pub fn field(&self) -> Option<String> {
        let cookies: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!cookies.is_empty()).then(|| cookies.join("; "))
    }

    /// Keeps what an answer sets, and drops what it takes back.
    pub fn keep(&mut self, headers: &HeaderMap) {
        for field in headers.get_all(header::SET_COOKIE) {
            let field = field.to_str().expect("ASCII");
            let pair = field.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            if field.contains("Max-Age=0") {
                self.0.remove(name);
            } else {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// A body, and what it is.
#[derive(Debug, Clone)]
pub struct FormBody {
    pub kind: String,
    pub body: Bytes,
}

impl FormBody {
    /// Fields as a page sends them.
    pub fn of<Name: AsRef<str>, Value: AsRef<str>>(
        fields: impl IntoIterator<Item = impl Borrow<(Name, Value)>>,
    ) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Self { kind: "application/x-www-form-urlencoded".into(), body: body.into() }
    }

    /// Fields, and one file.
    pub fn with_file<Value: AsRef<str>>(
        fields: &[(&str, Value)],
        (name, file_name, contents): (&str, &str, &[u8]),
    ) -> Self {
        let mut body = Vec::new();
        for (name, value) in fields {
            let value = value.as_ref();
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
        Self { kind: "multipart/form-data; boundary=XX".into(), body: body.into() }
    }
}
