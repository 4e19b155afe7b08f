//! An application made of bytes: sends exactly what a test wrote, and records the requests of each connection.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

/// A request: head and body as received.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Number of the connection, from 0.
    pub(crate) connection: usize,
    /// Number of the request on the connection, from 0.
    pub(crate) turn: usize,
    pub(crate) text: String,
}

/// The answer, and what happens afterwards.
pub(crate) enum Said {
    Then(Vec<u8>, Next),
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Next {
    /// The next request is read.
    Keep,
    /// The connection is closed.
    Close,
    /// No further bytes are sent.
    Hang,
}

pub(crate) fn keep(text: impl Into<Vec<u8>>) -> Said {
    Said::Then(text.into(), Next::Keep)
}

pub(crate) fn close(text: impl Into<Vec<u8>>) -> Said {
    Said::Then(text.into(), Next::Close)
}

pub(crate) fn hang(text: impl Into<Vec<u8>>) -> Said {
    Said::Then(text.into(), Next::Hang)
}

/// A good answer.
pub(crate) fn ok(text: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}", text.len()).into_bytes()
}

pub(crate) struct Raw {
    pub(crate) address: SocketAddr,
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
    /// A permit for each connection that has ended.
    ended: Arc<Semaphore>,
}

impl Raw {
    /// Answers as soon as it has read a request's head (with `whole`, its body as well).
    pub(crate) async fn start(whole: bool, answer: impl Fn(&Asked) -> Said + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let (seen, answer) = (Arc::clone(&asked), Arc::new(answer));
        let ended = Arc::new(Semaphore::new(0));
        let ending = Arc::clone(&ended);
        tokio::spawn(async move {
            let mut connection = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, answer, ending) = (Arc::clone(&seen), Arc::clone(&answer), Arc::clone(&ending));
                tokio::spawn(async move {
                    let _ = serve(stream, connection, whole, &seen, &*answer).await;
                    ending.add_permits(1);
                });
                connection += 1;
            }
        });
        Self { address, asked, ended }
    }

    /// Resolves when one more connection has ended.
    pub(crate) async fn one_ends(&self) {
        self.ended.acquire().await.unwrap().forget();
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    whole: bool,
    seen: &Mutex<Vec<Asked>>,
    answer: &(dyn Fn(&Asked) -> Said + Send + Sync),
) -> std::io::Result<()> {
    let mut buffered = Vec::new();
    for turn in 0.. {
        let Some(text) = request(&mut stream, &mut buffered, whole).await? else { return Ok(()) };
        let asked = Asked { connection, turn, text };
        seen.lock().unwrap().push(asked.clone());
        let Said::Then(bytes, next) = answer(&asked);
        stream.write_all(&bytes).await?;
        match next {
            Next::Keep => {}
            Next::Close => return Ok(()),
            Next::Hang => std::future::pending().await,
        }
    }
    Ok(())
}

/// One request, framed by `Content-Length` or chunks.
async fn request(
    stream: &mut TcpStream,
    buffered: &mut Vec<u8>,
    whole: bool,
) -> std::io::Result<Option<String>> {
    loop {
        let text = String::from_utf8_lossy(buffered).into_owned();
        if let Some(head) = text.find("\r\n\r\n") {
            let lower = text[..head].to_ascii_lowercase();
            let length = lower.split("\r\n").find_map(|line| line.strip_prefix("content-length: "));
            let body = &text[head + 4..];
            let end = if !whole {
                Some(0)
            } else if lower.contains("transfer-encoding: chunked") {
                body.find("0\r\n\r\n").map(|at| at + 5)
            } else {
                let length = length.map_or(0, |length| length.parse().unwrap());
                (body.len() >= length).then_some(length)
            };
            if let Some(end) = end {
                let rest = buffered.split_off(head + 4 + end);
                let request = std::mem::replace(buffered, rest);
                return Ok(Some(String::from_utf8_lossy(&request).into_owned()));
            }
        }
        if stream.read_buf(buffered).await? == 0 {
            return Ok(None);
        }
    }
}
