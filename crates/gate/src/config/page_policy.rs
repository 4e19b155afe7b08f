//! The `Content-Security-Policy` of the gate's own pages.

use http::{HeaderValue, header::InvalidHeaderValue};

/// Pages load nothing but the style sheet that they carry; one of them an image beside.
#[derive(Debug, Clone)]
pub struct PagePolicy {
    style_source: String,
    plain: HeaderValue,
}

impl PagePolicy {
    /// For pages that carry the style sheet with this source expression (CSP3 §2.3.1), such as `'sha256-…'`.
    pub fn new(style_source: &str) -> Result<Self, InvalidHeaderValue> {
        let plain = HeaderValue::try_from(policy(style_source, ""))?;
        Ok(Self { style_source: style_source.to_owned(), plain })
    }

    /// For a page that shows the image at `image` as well, an absolute address.
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
