//! The limits of one connection, chosen at the end of its handshake.

use hyper_util::{
    rt::{TokioExecutor, TokioTimer},
    server::conn::auto,
};
use std::time::Duration;

/// How long a client may take for a request's head, and how long an HTTP/1.1 connection may idle before it.
const HEADER_READ_MAX: Duration = Duration::from_secs(30);

/// Most header fields of an HTTP/1.1 request.
const CLIENT_HEADERS_MAX: usize = 100;

/// A silent HTTP/2 client is asked after this long whether it is still there, and has the same time to answer.
const HTTP2_KEEP_ALIVE: Duration = Duration::from_secs(20);

/// The kind of client that opened a connection, for its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowance {
    /// A client that may pass when the connection begins.
    Visitor,
    /// Any other client: without a certificate, with a refused one, or at the public site.
    Stranger,
}

impl Allowance {
    /// Most streams of one HTTP/2 connection at a time.
    const fn streams_max(self) -> u32 {
        match self {
            Self::Visitor => 32,
            Self::Stranger => 8,
        }
    }

    /// Most bytes of a request's head. A stranger's browser sends the application's cookies, too.
    const fn head_bytes_max(self) -> u32 {
        match self {
            Self::Visitor => 64 * 1024,
            Self::Stranger => 32 * 1024,
        }
    }

    /// The most unread upload bytes that an HTTP/2 client may have under way.
    const fn upload_window_bytes(self) -> u32 {
        match self {
            Self::Visitor => 512 * 1024,
            Self::Stranger => 64 * 1024,
        }
    }

    /// The most bytes of one HTTP/2 answer prepared before the client's window or socket takes them.
    const fn send_buffer_bytes(self) -> usize {
        match self {
            Self::Visitor => 64 * 1024,
            Self::Stranger => 16 * 1024,
        }
    }

    /// The most encrypted bytes that wait for the client's socket.
    pub(crate) const fn tls_buffer_bytes(self) -> usize {
        match self {
            Self::Visitor => 32 * 1024,
            Self::Stranger => 16 * 1024,
        }
    }

    /// The HTTP server for such a connection.
    pub(crate) fn http(self) -> auto::Builder<TokioExecutor> {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_READ_MAX)
            .max_buf_size(self.head_bytes_max() as usize)
            .max_headers(CLIENT_HEADERS_MAX);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(self.head_bytes_max())
            .max_concurrent_streams(self.streams_max())
            .initial_connection_window_size(self.upload_window_bytes())
            .initial_stream_window_size(self.upload_window_bytes())
            .max_send_buf_size(self.send_buffer_bytes())
            .keep_alive_interval(HTTP2_KEEP_ALIVE)
            .keep_alive_timeout(HTTP2_KEEP_ALIVE);
        builder
    }
}
