//! The `Content-Security-Policy` of the gate's own pages.

use http::{HeaderValue, header::InvalidHeaderValue};

/// Pages load nothing but their inline style sheet; one page also loads an image.
#[derive(Debug, Clone)]
pub struct PagePolicy {
    style_source: String,
    plain: HeaderValue,
}

impl PagePolicy {
    /// The policy for pages whose style sheet has this source expression (CSP3 §2.3.1), such as `'sha256-…'`.
    pub fn new(style_source: &str) -> Result<Self, InvalidHeaderValue> {
        let plain = HeaderValue::try_from(policy(style_source, ""))?;
        Ok(Self { style_source: style_source.to_owned(), plain })
    }

    /// The policy for a page that also shows `image`, an absolute address.
    pub(crate) fn showing(&self, image: Option<&str>) -> HeaderValue {
        let showing = image.and_then(|image| HeaderValue::try_from(policy(&self.style_source, image)).ok());
        showing.unwrap_or_else(|| self.plain.clone())
    }
}

fn policy(style_source: &str, image: &str) -> String {
    format!(
        "default-src 'none'; style-src {style_source}; img-src data: {image}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
    .replace(" ;", ";")
}
