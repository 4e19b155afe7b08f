//! Well-formed answers: every answer of a door passes here on its way out.
//!
//! **Invariant:** the content matches the head: no content for HEAD, 204, 205 and 304 (RFC 9110 §9.3.2,
//! §15.3.5, §15.3.6, §15.4.5), one true `Content-Length` in plain digits or none (§8.6), and an end before it
//! is an error, not an end.

use crate::BodyError;
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Response, StatusCode,
    header::{CONTENT_LENGTH, TRANSFER_ENCODING},
};
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

/// How an answer's body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The body is sent.
    Whole,
    /// The body is sent as an [`ExactBody`] of this many bytes, because only the head knows its length.
    Exactly(u64),
    /// The body is left out.
    None,
}

/// The meaning of a head's length fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// There is no length field.
    Absent,
    /// One number, in any spelling and any number of fields.
    Of(u64),
    /// Several numbers, or an unreadable one.
    Garbled,
}

impl Length {
    /// Reads `Content-Length` (RFC 9110 §8.6): digits; a list of the same number is that number.
    pub fn stated(headers: &HeaderMap) -> Self {
        let mut stated = Self::Absent;
        for field in headers.get_all(CONTENT_LENGTH) {
            for item in field.as_bytes().split(|byte| *byte == b',') {
                let Some(length) = digits(item.trim_ascii()) else { return Self::Garbled };
                match stated {
                    Self::Absent => stated = Self::Of(length),
                    Self::Of(other) if other == length => {}
                    _ => return Self::Garbled,
                }
            }
        }
        stated
    }

    fn number(self) -> Option<u64> {
        match self {
            Self::Of(length) => Some(length),
            Self::Absent | Self::Garbled => None,
        }
    }
}

fn digits(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Makes the head of an answer to `method` match the content that follows, and returns how the content is sent.
pub fn frame<B: HttpBody>(method: &Method, answer: &mut Response<B>) -> Content {
    let (status, exact) = (answer.status(), answer.body().size_hint().exact());
    let headers = answer.headers_mut();
    // The connection itself chooses chunks, frames or an end.
    headers.remove(TRANSFER_ENCODING);
    let stated = Length::stated(headers).number();
    let (length, content) = match status {
        StatusCode::SWITCHING_PROTOCOLS => (None, Content::Whole),
        StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED => {
            (None, Content::None)
        }
        _ if status.is_informational() => (None, Content::None),
        // An empty body does not show the length of the body for GET.
        _ if method == Method::HEAD => (stated.or(exact.filter(|length| *length > 0)), Content::None),
        _ => match (stated, exact) {
            (Some(_), Some(exact)) => (Some(exact), Content::Whole),
            (Some(stated), None) => (Some(stated), Content::Exactly(stated)),
            (None, _) => (None, Content::Whole),
        },
    };
    match length {
        Some(length) => headers.insert(CONTENT_LENGTH, HeaderValue::from(length)),
        None => headers.remove(CONTENT_LENGTH),
    };
    content
}

/// A body that ends with an error if it has fewer or more bytes than its head announced.
pub struct ExactBody<B> {
    inner: B,
    left: u64,
}

/// An answer is not as long as announced.
#[derive(Debug, thiserror::Error)]
#[error("the answer is not as long as its Content-Length")]
struct WrongLength;

impl<B> ExactBody<B> {
    /// The body, of which `length` bytes are announced.
    pub fn new(inner: B, length: u64) -> Self {
        Self { inner, left: length }
    }
}

impl<B> HttpBody for ExactBody<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<BodyError>,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        Poll::Ready(match frame {
            Some(Ok(frame)) => {
                let length = frame.data_ref().map_or(0, |data| u64::try_from(data.len()).unwrap_or(u64::MAX));
                match self.left.checked_sub(length) {
                    Some(left) => {
                        self.left = left;
                        Some(Ok(frame))
                    }
                    None => Some(Err(WrongLength.into())),
                }
            }
            Some(Err(error)) => Some(Err(error.into())),
            None if self.left > 0 => Some(Err(WrongLength.into())),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0 && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::{BodyExt, Full};

    fn answer<B>(status: u16, fields: &[(&'static str, &'static str)], body: B) -> Response<B> {
        let mut answer = Response::new(body);
        *answer.status_mut() = StatusCode::from_u16(status).unwrap();
        for (name, value) in fields {
            answer.headers_mut().append(*name, HeaderValue::from_static(value));
        }
        answer
    }

    fn framed<B: HttpBody>(method: &Method, mut answer: Response<B>) -> (Content, Option<String>) {
        let content = frame(method, &mut answer);
        assert!(!answer.headers().contains_key(TRANSFER_ENCODING));
        let mut lengths = answer.headers().get_all(CONTENT_LENGTH).iter();
        let length = lengths.next().map(|value| value.to_str().unwrap().to_owned());
        assert!(lengths.next().is_none());
        (content, length)
    }

    /// A body of unknown length.
    struct Pieces(Vec<&'static str>);

    impl HttpBody for Pieces {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            Poll::Ready(self.0.pop().map(|piece| Ok(Frame::data(piece.into()))))
        }
    }

    fn whole(text: &'static str) -> Full<Bytes> {
        Full::new(text.into())
    }

    #[test]
    fn an_answer_to_head_has_no_content_but_the_length_that_get_would_have() {
        assert_eq!(framed(&Method::HEAD, answer(403, &[], whole("page"))), (Content::None, Some("4".into())));
        let stated = answer(200, &[("content-length", "82")], whole(""));
        assert_eq!(framed(&Method::HEAD, stated), (Content::None, Some("82".into())));
        assert_eq!(framed(&Method::HEAD, answer(200, &[], whole(""))), (Content::None, None));
        let chunked = answer(200, &[("transfer-encoding", "chunked")], whole(""));
        assert_eq!(framed(&Method::HEAD, chunked), (Content::None, None));
    }

    #[test]
    fn statuses_without_content_get_none() {
        for status in [204, 205, 304, 103] {
            let page = answer(status, &[("content-length", "4")], whole("page"));
            assert_eq!(framed(&Method::GET, page), (Content::None, None), "{status}");
        }
    }

    #[test]
    fn a_length_leaves_in_plain_digits_or_not_at_all() {
        for (stated, left) in [
            (&["00000000000000000000082"][..], Some("82")),
            (&["82", "82"], Some("82")),
            (&["82, 082"], Some("82")),
            (&["82", "83"], None),
            (&["+82"], None),
            (&["82, "], None),
            (&["99999999999999999999"], None),
            (&[], None),
        ] {
            let fields: Vec<_> = stated.iter().map(|value| ("content-length", *value)).collect();
            let (content, length) = framed(&Method::GET, answer(200, &fields, Pieces(vec!["a"])));
            assert_eq!(length.as_deref(), left, "{stated:?}");
            let expected = if left.is_some() { Content::Exactly(82) } else { Content::Whole };
            assert_eq!(content, expected, "{stated:?}");
        }
        let wrong = answer(200, &[("content-length", "82")], whole("page"));
        assert_eq!(framed(&Method::GET, wrong), (Content::Whole, Some("4".into())));
    }

    #[tokio::test]
    async fn a_body_that_is_not_as_long_as_it_said_ends_with_an_error() {
        for (pieces, length, good) in
            [(vec!["b", "a"], 2, true), (vec!["a"], 2, false), (vec!["ab", "c"], 2, false), (vec![], 0, true)]
        {
            let collected = ExactBody::new(Pieces(pieces.clone()), length).collect().await;
            assert_eq!(collected.is_ok(), good, "{pieces:?} {length}");
        }
    }
}
