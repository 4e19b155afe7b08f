//! Ends connections so that the client reads our last words.
//!
//! Closing a socket while bytes of the client lie unread makes the kernel send a reset, and the reset destroys
//! what the client has not read yet. So we say that we are done, then read and throw away, for a bounded while.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::TcpStream,
    time::Sleep,
};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

/// How long a client may take to notice.
const LINGER_MAX: Duration = Duration::from_secs(2);

/// How much is read and thrown away meanwhile.
const LINGER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// After a failed handshake: half-closes, so that the alert arrives.
pub(crate) async fn drain(mut stream: TcpStream) {
    let drained = async {
        stream.shutdown().await?;
        let mut thrown_away = 0;
        let mut buffer = vec![0; 4096];
        while thrown_away < LINGER_BYTES_MAX {
            match stream.read(&mut buffer).await? {
                0 => break,
                read => thrown_away += read,
            }
        }
        Ok::<_, io::Error>(())
    };
    // Whatever went wrong, the connection is over.
    let _ = tokio::time::timeout(LINGER_MAX, drained).await;
}

/// A TLS stream whose shutdown lingers once `finish` is cancelled. Before that (a tunnel that half-closes), the
/// other direction is still being read by somebody and nothing is thrown away.
pub(crate) struct Lingering {
    /// On the heap, for it is moved into more than one place that lives as long as the connection.
    stream: Box<TlsStream<TcpStream>>,
    finish: CancellationToken,
    closed: bool,
    thrown_away: usize,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Lingering {
    pub(crate) fn new(stream: Box<TlsStream<TcpStream>>, finish: CancellationToken) -> Self {
        Self { stream, finish, closed: false, thrown_away: 0, deadline: None }
    }

    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(LINGER_MAX)));
        if deadline.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        let mut buffer = [0; 4096];
        while self.thrown_away < LINGER_BYTES_MAX {
            let mut read = ReadBuf::new(&mut buffer);
            let (socket, _) = self.stream.get_mut();
            match ready!(Pin::new(socket).poll_read(context, &mut read)) {
                Ok(()) if !read.filled().is_empty() => self.thrown_away += read.filled().len(),
                _ => return Poll::Ready(()),
            }
        }
        Poll::Ready(())
    }
}

impl AsyncRead for Lingering {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Lingering {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.closed {
            ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
            self.closed = true;
        }
        if self.finish.is_cancelled() {
            ready!(self.poll_linger(context));
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
