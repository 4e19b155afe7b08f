use super::*;
use http::HeaderMap;
use http_body::Frame;
use http_body_util::BodyExt;

/// Data, then trailers.
struct WithTrailers(Vec<Frame<Bytes>>);

impl HttpBody for WithTrailers {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.0.pop().map(Ok))
    }
}

fn with_trailers() -> WithTrailers {
    let mut trailers = HeaderMap::new();
    trailers.insert("sekisho-user", "forged".parse().unwrap());
    WithTrailers(vec![Frame::trailers(trailers), Frame::data(Bytes::from("abc"))])
}

#[tokio::test]
async fn trailers_are_dropped_from_requests_and_kept_in_answers() {
    for (trailers, kept) in [(Trailers::Drop, false), (Trailers::Keep, true)] {
        let passage = UntilCut::new(CancellationToken::new(), trailers);
        let progress = passage.progress();
        let collected = passage.around(with_trailers()).collect().await.unwrap();
        assert_eq!(collected.trailers().is_some(), kept);
        assert_eq!(collected.to_bytes(), "abc");
        assert!(progress.frames() > 0);
    }
}

#[tokio::test]
async fn a_cut_body_fails_and_does_not_look_complete() {
    let cut = CancellationToken::new();
    let mut body = UntilCut::new(cut.clone(), Trailers::Keep).around(with_trailers());
    assert!(body.frame().await.unwrap().is_ok());
    cut.cancel();
    let error = body.frame().await.unwrap().unwrap_err();
    assert!(error.downcast_ref::<Cut>().is_some());
}
