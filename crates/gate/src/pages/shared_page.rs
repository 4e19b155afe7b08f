//! The gate's own pages as shared bytes. A page is rendered once for each reason, place and language.
//! Requests differ only in their request id and a name made from it, for which the rendered page has holes.
//!
//! **Invariant:** a page's text is in memory once, for any number of visitors. **Invariant:** bounded; a page
//! without recent requests is rendered anew.

use crate::{
    body::BodyError,
    ports::{DenialContents, NoticeContents, Pages, RetryContents},
};
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use quick_cache::{Weighter, sync::Cache};
use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// Marks the place of the request id in a page. Pages show the mark unchanged: letters and digits need no escape.
pub(crate) const REQUEST_ID_PLACE: &str = "0THIS0REQUEST0ID0";

/// The result of [`nonce`] for [`REQUEST_ID_PLACE`].
const NONCE_PLACE: &str = "0this0request0id0";

/// Marks the place of the image's token in a retry page ([`crate::pages::choice`]); as long as the other marks.
pub(crate) const TOKEN_PLACE: &str = "0THE0IMAGE0TOKEN0";

/// Most bytes of kept pages; a page is about 30 KiB.
const KEPT_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// About how many pages that is.
const KEPT_PAGES: usize = 256;

/// A request id as a part of a host name; no two are equal.
pub(crate) fn nonce(request_id: &str) -> String {
    let letters = request_id.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// A page by all facts that it depends on; its request id is [`REQUEST_ID_PLACE`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum SharedPage {
    Denial(DenialContents),
    Notice(NoticeContents),
    Retry(RetryContents),
}

/// A piece of a rendered page.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(Bytes),
    RequestId,
    Nonce,
    Token,
}

type Pieces = Arc<[Piece]>;

#[derive(Debug, Clone, Copy)]
struct ByBytes;

impl Weighter<SharedPage, Pieces> for ByBytes {
    fn weight(&self, _: &SharedPage, pieces: &Pieces) -> u64 {
        let bytes = |piece: &Piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::RequestId | Piece::Nonce | Piece::Token => 0,
        };
        // The page's key is kept beside it.
        pieces.iter().map(bytes).sum::<usize>() as u64 + 1024
    }
}

/// Renders pages and keeps them.
pub(crate) struct SharedPages {
    port: Arc<dyn Pages>,
    kept: Cache<SharedPage, Pieces, ByBytes>,
}

impl SharedPages {
    pub(crate) fn new(port: Arc<dyn Pages>) -> Self {
        Self { port, kept: Cache::with_weighter(KEPT_PAGES, KEPT_BYTES_MAX, ByBytes) }
    }

    /// The page for one request; `token` is empty except on a retry page.
    pub(crate) fn get(&self, page: &SharedPage, request_id: &str, token: &str) -> PageBody {
        let render = || {
            let text = match page {
                SharedPage::Denial(page) => self.port.denial(page),
                SharedPage::Notice(page) => self.port.notice(page),
                SharedPage::Retry(page) => self.port.retry(page),
            };
            Ok::<_, Infallible>(cut(&Bytes::from(text)))
        };
        let Ok(pieces) = self.kept.get_or_insert_with(page, render);
        PageBody::new(pieces, request_id, token)
    }
}

/// Cuts a rendered page at its holes.
fn cut(text: &Bytes) -> Pieces {
    let mut pieces = Vec::new();
    let mut rest = text.clone();
    while let Some((start, place)) = first_hole(&rest) {
        pieces.push(Piece::Text(rest.split_to(start)));
        pieces.push(place);
        let _hole = rest.split_to(REQUEST_ID_PLACE.len());
    }
    pieces.push(Piece::Text(rest));
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    pieces.into()
}

fn first_hole(text: &[u8]) -> Option<(usize, Piece)> {
    let mut windows = text.windows(REQUEST_ID_PLACE.len()).enumerate();
    windows.find_map(|(start, window)| match window {
        id if id == REQUEST_ID_PLACE.as_bytes() => Some((start, Piece::RequestId)),
        nonce if nonce == NONCE_PLACE.as_bytes() => Some((start, Piece::Nonce)),
        token if token == TOKEN_PLACE.as_bytes() => Some((start, Piece::Token)),
        _ => None,
    })
}

/// A page with its holes filled, piece by piece.
pub(crate) struct PageBody {
    pieces: Pieces,
    next: usize,
    request_id: Bytes,
    nonce: Bytes,
    token: Bytes,
}

impl PageBody {
    fn new(pieces: Pieces, request_id: &str, token: &str) -> Self {
        let nonce = if pieces.contains(&Piece::Nonce) { nonce(request_id) } else { String::new() };
        Self {
            pieces,
            next: 0,
            request_id: Bytes::copy_from_slice(request_id.as_bytes()),
            nonce: nonce.into(),
            token: Bytes::copy_from_slice(token.as_bytes()),
        }
    }

    fn bytes(&self, piece: &Piece) -> Bytes {
        match piece {
            Piece::Text(text) => text.clone(),
            Piece::RequestId => self.request_id.clone(),
            Piece::Nonce => self.nonce.clone(),
            Piece::Token => self.token.clone(),
        }
    }
}

impl HttpBody for PageBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Some(piece) = self.pieces.get(self.next) else { return Poll::Ready(None) };
        let bytes = self.bytes(piece);
        self.next += 1;
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.next >= self.pieces.len()
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.pieces.iter().skip(self.next).map(|piece| self.bytes(piece).len()).sum::<usize>();
        SizeHint::with_exact(left as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{GateNotice, RetryContents};
    use domain::locale::Locale;
    use http_body_util::BodyExt;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Shows its contents, and counts the calls.
    #[derive(Default)]
    struct Telling(AtomicUsize);

    impl Pages for Telling {
        fn denial(&self, _: &DenialContents) -> String {
            String::new()
        }

        fn notice(&self, page: &NoticeContents) -> String {
            self.0.fetch_add(1, Ordering::Relaxed);
            let id = &page.request_id;
            format!("{id} {:?} https://a-{}.retry.test/ {id}", page.locale, nonce(id))
        }

        fn retry(&self, _: &RetryContents) -> String {
            String::new()
        }
    }

    fn page(locale: Locale, contact: &str) -> SharedPage {
        let request_id = REQUEST_ID_PLACE.to_owned();
        let support_contact = contact.to_owned();
        SharedPage::Notice(NoticeContents {
            notice: GateNotice::BadRequest,
            host: None,
            support_contact,
            request_id,
            locale,
        })
    }

    async fn text(body: PageBody) -> String {
        let length = body.size_hint().exact().unwrap();
        let bytes = body.collect().await.unwrap().to_bytes();
        assert_eq!(bytes.len() as u64, length);
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_page_is_rendered_once_and_has_each_requests_own_id() {
        let telling = Arc::new(Telling::default());
        let pages = SharedPages::new(Arc::clone(&telling) as _);
        for (id, nonce) in [("Ab-1", "ab1"), ("Ab-2", "ab2")] {
            let said = text(pages.get(&page(Locale::Ja, ""), id, "")).await;
            assert_eq!(said, format!("{id} Ja https://a-{nonce}.retry.test/ {id}"));
        }
        assert_eq!(telling.0.load(Ordering::Relaxed), 1);
        assert!(text(pages.get(&page(Locale::En, ""), "Ab-3", "")).await.contains(" En "));
        assert_eq!(telling.0.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_rendered_page_is_in_memory_once() {
        let pages = SharedPages::new(Arc::new(Telling::default()));
        let kept = page(Locale::Ja, "");
        let (first, second) = (pages.get(&kept, "1", ""), pages.get(&kept, "2", ""));
        assert!(Arc::ptr_eq(&first.pieces, &second.pieces));
    }

    #[test]
    fn what_is_kept_stays_bounded() {
        let pages = SharedPages::new(Arc::new(Telling::default()));
        for number in 0..20_000 {
            let _ = pages.get(&page(Locale::Ja, &number.to_string()), "1", "");
        }
        assert!(pages.kept.weight() <= KEPT_BYTES_MAX);
    }
}
