//! Files for saving under a name.

use crate::failure::Failure;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Letters of a file's name that are percent-encoded.
const TOLD_BY_NUMBER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// A file that the browser saves under this name.
pub(crate) fn response(name: &str, kind: HeaderValue, body: impl Into<Body>) -> Result<Response, Failure> {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CONTENT_DISPOSITION, disposition(name)?);
    Ok(response)
}

/// RFC 6266 §4: a plain name for every browser, and the full name for those that read RFC 8187.
fn disposition(name: &str) -> Result<HeaderValue, Failure> {
    let plain: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let full = utf8_percent_encode(name, TOLD_BY_NUMBER);
    let field = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}");
    HeaderValue::from_str(&field).map_err(Failure::broken)
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_.".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_file_name_is_told_in_both_spellings_and_cannot_end_the_field() {
        let field = disposition("山田 PC\".p12").unwrap();
        assert_eq!(
            field,
            "attachment; filename=\"___PC_.p12\"; filename*=UTF-8''%E5%B1%B1%E7%94%B0%20PC%22.p12"
        );
    }
}
