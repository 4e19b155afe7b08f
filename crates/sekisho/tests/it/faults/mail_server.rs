//! A small SMTP server (RFC 5321) that can be away and come back at the same port.

use sekisho::letter::ReadMail;
use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// An open server; it goes away when dropped.
pub(crate) struct MailServer {
    letters: Arc<Mutex<Vec<(String, ReadMail)>>>,
    _open: DropGuard,
}

impl MailServer {
    pub(crate) async fn open(port: u16) -> Self {
        Self::open_slow(port, Duration::ZERO).await
    }

    /// A server that takes this long for each mail.
    pub(crate) async fn open_slow(port: u16, takes: Duration) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port");
        let letters = Arc::new(Mutex::default());
        let closed = CancellationToken::new();
        let accepting = accept(listener, Arc::clone(&letters), takes, closed.clone());
        tokio::spawn(closed.clone().run_until_cancelled_owned(accepting));
        Self { letters, _open: closed.drop_guard() }
    }

    /// Recipient and letter, in the order of arrival.
    pub(crate) fn letters(&self) -> Vec<(String, ReadMail)> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

type Letters = Arc<Mutex<Vec<(String, ReadMail)>>>;

async fn accept(listener: TcpListener, letters: Letters, takes: Duration, closed: CancellationToken) {
    while let Ok((stream, _)) = listener.accept().await {
        let talk = converse(stream, Arc::clone(&letters), takes);
        tokio::spawn(closed.clone().run_until_cancelled_owned(talk));
    }
}

async fn converse(stream: TcpStream, letters: Letters, takes: Duration) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader);
    let mut recipient = String::new();
    writer.write_all(b"220 mail.test ESMTP\r\n").await?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let answer = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "EHLO" => "250-mail.test\r\n250 8BITMIME\r\n",
            "RCPT" => {
                recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 ok\r\n"
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                let mut mail = Vec::new();
                loop {
                    let mut line = Vec::new();
                    if lines.read_until(b'\n', &mut line).await? == 0 || line == b".\r\n" {
                        break;
                    }
                    mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
                }
                tokio::time::sleep(takes).await;
                let letter = (recipient.clone(), ReadMail::read(&mail));
                letters.lock().unwrap_or_else(PoisonError::into_inner).push(letter);
                "250 taken\r\n"
            }
            _ => "250 ok\r\n",
        };
        writer.write_all(answer.as_bytes()).await?;
    }
}
