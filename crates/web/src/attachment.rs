//! Files for saving under a name.

use crate::failure::Failure;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use domain::certificate_label::FileName;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Letters of a file's name that are percent-encoded.
const TOLD_BY_NUMBER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// A file that the browser saves under this name.
pub(crate) fn response(
    name: impl Into<FileName>,
    kind: HeaderValue,
    body: impl Into<Body>,
) -> Result<Response, Failure> {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CONTENT_DISPOSITION, disposition(&name.into())?);
    Ok(response)
}

/// RFC 6266 §4: a plain name for every browser, and the full name for those that read RFC 8187.
fn disposition(name: &FileName) -> Result<HeaderValue, Failure> {
    let plain: String =
        name.ascii.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let full = utf8_percent_encode(&name.full, TOLD_BY_NUMBER);
    let field = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}");
    HeaderValue::from_str(&field).map_err(Failure::broken)
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_.".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::{FileName, disposition};

    #[test]
    fn a_file_name_is_told_in_both_spellings_and_cannot_end_the_field() {
        let field = disposition(&"山田 PC\".p12".into()).unwrap();
        assert_eq!(
            field,
            "attachment; filename=\"___PC_.p12\"; filename*=UTF-8''%E5%B1%B1%E7%94%B0%20PC%22.p12"
        );
        let name = FileName { full: "a-山-2026-12.p12".into(), ascii: "a-windows-2026-12.p12".into() };
        let field = disposition(&name).unwrap();
        assert_eq!(
            field,
            "attachment; filename=\"a-windows-2026-12.p12\"; filename*=UTF-8''a-%E5%B1%B1-2026-12.p12"
        );
    }
}
