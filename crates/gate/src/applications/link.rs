//! One connection to an application.

use crate::{
    body::{Body, BodyError},
    meters,
};
use http::{Request, Response};
use hyper::{
    body::Incoming,
    client::conn::{
        TrySendError,
        http1::{Builder, SendRequest},
    },
};
use hyper_util::rt::TokioIo;
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::OwnedSemaphorePermit,
    time::timeout,
};

/// How long connecting to an application may take.
pub(super) const CONNECT_MAX: Duration = Duration::from_secs(5);

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    /// The limit on connections is reached.
    #[error("as many connections to applications as there is room for")]
    Busy,
    /// Connecting failed.
    #[error("application cannot be reached")]
    Unreachable(#[source] BodyError),
}

/// An open connection. It closes when the link is dropped and no answer is under way.
#[derive(Debug)]
pub(crate) struct Link {
    sender: SendRequest<Body>,
}

impl Link {
    /// Connects to `authority` (host and port).
    pub(super) async fn open(authority: &str, room: OwnedSemaphorePermit) -> Result<Self, ConnectError> {
        let stream = match timeout(CONNECT_MAX, TcpStream::connect(authority)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(ConnectError::Unreachable(error.into())),
            Err(late) => return Err(ConnectError::Unreachable(late.into())),
        };
        // A failure costs speed only.
        let _ = stream.set_nodelay(true);
        meters::upstream_connection_opened();
        let io = TokioIo::new(ReadsOn { stream, writes_nowhere: false, _room: room });
        let (sender, connection) =
            client().handshake(io).await.map_err(|error| ConnectError::Unreachable(error.into()))?;
        tokio::spawn(async move {
            if let Err(error) = connection.with_upgrades().await {
                tracing::debug!(%error, "connection to an application ended early");
            }
        });
        Ok(Self { sender })
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Whether the connection can take a request at once.
    pub(crate) fn is_ready(&self) -> bool {
        self.sender.is_ready()
    }

    /// Resolves when the connection can take another request, or is closed.
    pub(crate) async fn ready(&mut self) -> hyper::Result<()> {
        self.sender.ready().await
    }

    pub(crate) async fn send(
        &mut self,
        request: Request<Body>,
    ) -> Result<Response<Incoming>, TrySendError<Request<Body>>> {
        self.sender.try_send_request(request).await
    }
}

/// Tolerates what old programs write: folded lines (RFC 9112 §5.2) become one, blanks before a colon are
/// skipped, and so is a line that is no field.
fn client() -> Builder {
    let mut builder = Builder::new();
    builder
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .ignore_invalid_headers_in_responses(true);
    builder
}

/// A socket whose answer stays readable when writing fails: an application that refuses an upload answers and
/// closes while the upload is under way. Bytes written after that are dropped.
struct ReadsOn {
    stream: TcpStream,
    writes_nowhere: bool,
    /// Held as long as the descriptor is open.
    _room: OwnedSemaphorePermit,
}

impl Drop for ReadsOn {
    fn drop(&mut self) {
        meters::upstream_connection_closed();
    }
}

impl ReadsOn {
    fn written(&mut self, result: Poll<io::Result<usize>>, offered: usize) -> Poll<io::Result<usize>> {
        match result {
            Poll::Ready(Err(error)) => {
                tracing::debug!(%error, "an application takes nothing any more");
                self.writes_nowhere = true;
                Poll::Ready(Ok(offered))
            }
            other => other,
        }
    }
}

impl AsyncRead for ReadsOn {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for ReadsOn {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.writes_nowhere {
            return Poll::Ready(Ok(bytes.len()));
        }
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(result, bytes.len())
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let offered = slices.iter().map(|slice| slice.len()).sum();
        if self.writes_nowhere {
            return Poll::Ready(Ok(offered));
        }
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(result, offered)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
