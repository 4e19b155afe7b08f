//! Ends connections so that the client reads the last bytes.
//!
//! Closing a socket while bytes of the client are unread makes the kernel send a reset, and the reset
//! destroys the bytes that the client has not read yet. So the gate half-closes, then reads and drops bytes
//! for a bounded time.

use crate::connection::Connection;
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::TcpStream,
    sync::oneshot,
    time::Sleep,
};
use tokio_rustls::server::TlsStream;

/// How long a client may take to notice the end.
const LINGER_MAX: Duration = Duration::from_secs(2);

/// The most bytes read and dropped meanwhile.
const LINGER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// After a failed handshake: half-closes, so that the alert arrives.
pub(super) async fn drain(mut stream: TcpStream) {
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
    // The connection is over in any case.
    let _ = tokio::time::timeout(LINGER_MAX, drained).await;
}

/// Resolves to a lent stream when its borrower has dropped it.
pub(super) type Returned = oneshot::Receiver<Box<TlsStream<TcpStream>>>;

/// A TLS stream with two ways to close. When it is dropped, the lender gets the stream back for the last
/// bytes.
///
/// Its shutdown lingers once its connection must finish. Before that (a tunnel that half-closes), another
/// reader still reads the other direction, and no byte is dropped.
///
/// A client may announce that it sends nothing more (`close_notify`, RFC 8446 §6.1) and wait for the answer
/// to its request. HTTP would treat that end as a lost client and drop what is under way. So this stream
/// hides the end from HTTP until the socket itself is closed or reset: then the client is gone.
pub(super) struct Lingering {
    /// On the heap, because it moves into several places that live as long as the connection. `None` only
    /// during the drop.
    stream: Option<Box<TlsStream<TcpStream>>>,
    back: Option<oneshot::Sender<Box<TlsStream<TcpStream>>>>,
    connection: Arc<Connection>,
    client: ClientSide,
    closed: bool,
    thrown_away: usize,
    deadline: Option<Pin<Box<Sleep>>>,
}

/// The state of the client's side of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClientSide {
    Open,
    /// The client sends nothing more.
    Ended,
    /// The client sends nothing more and waits for answers.
    Waiting,
}

impl Lingering {
    pub(super) fn new(stream: Box<TlsStream<TcpStream>>, connection: Arc<Connection>) -> (Self, Returned) {
        let (back, returned) = oneshot::channel();
        let (stream, back, client) = (Some(stream), Some(back), ClientSide::Open);
        (Self { stream, back, connection, client, closed: false, thrown_away: 0, deadline: None }, returned)
    }

    fn tls(&mut self) -> io::Result<Pin<&mut TlsStream<TcpStream>>> {
        let stream = self.stream.as_deref_mut().ok_or(io::ErrorKind::NotConnected)?;
        Ok(Pin::new(stream))
    }

    /// Ready when the client counts as gone.
    fn poll_gone(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.client == ClientSide::Ended {
            if !self.connection.movement.is_answering() {
                return Poll::Ready(());
            }
            self.client = ClientSide::Waiting;
            self.connection.half_closed.cancel();
            // No further request can come.
            self.connection.finish.cancel();
        }
        let mut byte = [0];
        let Some(stream) = self.stream.as_deref_mut() else { return Poll::Ready(()) };
        let (socket, _) = stream.get_mut();
        // Bytes after the end are no TLS: their sender does not wait for an answer.
        Pin::new(socket).poll_read(context, &mut ReadBuf::new(&mut byte)).map(|_| ())
    }

    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(LINGER_MAX)));
        if deadline.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        let mut buffer = [0; 4096];
        while self.thrown_away < LINGER_BYTES_MAX {
            let mut read = ReadBuf::new(&mut buffer);
            let Some(stream) = self.stream.as_deref_mut() else { return Poll::Ready(()) };
            let (socket, _) = stream.get_mut();
            match ready!(Pin::new(socket).poll_read(context, &mut read)) {
                Ok(()) if !read.filled().is_empty() => self.thrown_away += read.filled().len(),
                _ => return Poll::Ready(()),
            }
        }
        Poll::Ready(())
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        if let (Some(stream), Some(back)) = (self.stream.take(), self.back.take()) {
            // Most streams have no waiting lender and end here.
            let _ = back.send(stream);
        }
    }
}

impl AsyncRead for Lingering {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.client != ClientSide::Open {
            return self.poll_gone(context).map(Ok);
        }
        let before = buffer.filled().len();
        ready!(self.tls()?.poll_read(context, buffer))?;
        if buffer.filled().len() == before {
            self.client = ClientSide::Ended;
            // HTTP/2 hands over the requests that came with the end before it reads again.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Lingering {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.tls()?.poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.tls()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.closed {
            ready!(self.tls()?.poll_shutdown(context))?;
            self.closed = true;
        }
        if self.connection.finish.is_cancelled() {
            ready!(self.poll_linger(context));
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.tls()?.poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }
}
