//! A small SMTP server (RFC 5321) on loopback that keeps every mail: the mailboxes of everybody in the story.

use super::Mishap;
use crate::letter::ReadMail;
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf},
    sync::Notify,
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The largest accepted mail, in bytes.
const MAIL_BYTES_MAX: usize = 1024 * 1024;
/// How long the tour waits for a letter.
const LETTER_WAIT: Duration = Duration::from_secs(20);

/// The post office; it closes when dropped.
pub(super) struct PostOffice {
    port: u16,
    boxes: Arc<Boxes>,
    _open: tokio_util::sync::DropGuard,
}

#[derive(Default)]
struct Boxes {
    waiting: Mutex<Vec<(String, ReadMail)>>,
    arrived: Notify,
}

impl PostOffice {
    /// Opens on a free port.
    pub(super) async fn open() -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let port = listener.local_addr()?.port();
        let boxes = Arc::new(Boxes::default());
        let closed = CancellationToken::new();
        tokio::spawn(accept(listener, Arc::clone(&boxes), closed.clone()));
        Ok(Self { port, boxes, _open: closed.drop_guard() })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The next letter to this address whose subject contains one of these words; the letter is removed.
    pub(super) async fn letter(&self, to: &str, subjects: &[&str]) -> Result<ReadMail, Mishap> {
        let waiting = async {
            loop {
                // Subscribes before looking, so that a letter that arrives in between is noticed.
                let arrived = self.boxes.arrived.notified();
                if let Some(letter) = self.take(to, subjects) {
                    return letter;
                }
                arrived.await;
            }
        };
        let none = |_| {
            Mishap::because(format_args!(
                "no mail to {to} about {subjects:?}; there is {:?}",
                self.waiting_letters()
            ))
        };
        timeout(LETTER_WAIT, waiting).await.map_err(none)
    }

    fn take(&self, to: &str, subjects: &[&str]) -> Option<ReadMail> {
        let mut waiting = self.boxes.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let meant = |(recipient, letter): &(String, ReadMail)| {
            recipient == to && subjects.iter().any(|subject| letter.subject.contains(subject))
        };
        let at = waiting.iter().position(meant)?;
        Some(waiting.remove(at).1)
    }

    /// Recipient and subject of waiting letters, never contents.
    fn waiting_letters(&self) -> Vec<String> {
        let waiting = self.boxes.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.iter().map(|(to, letter)| format!("{to}: {}", letter.subject)).collect()
    }
}

async fn accept(listener: TcpListener, boxes: Arc<Boxes>, closed: CancellationToken) {
    let conversations = TaskTracker::new();
    loop {
        tokio::select! {
            () = closed.cancelled() => return,
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let boxes = Arc::clone(&boxes);
                let talk = closed.clone().run_until_cancelled_owned(async move {
                    if let Err(error) = converse(stream, &boxes).await {
                        tracing::debug!(%error, "smtp conversation");
                    }
                });
                conversations.spawn(talk);
            }
        }
    }
}

async fn converse(stream: TcpStream, boxes: &Boxes) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let mut recipients: Vec<String> = Vec::new();
    writer.write_all(b"220 post.tour ESMTP\r\n").await?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => format!("250-post.tour\r\n250-8BITMIME\r\n250 SIZE {MAIL_BYTES_MAX}\r\n"),
            "HELO" | "NOOP" => "250 ok\r\n".to_owned(),
            "MAIL" | "RSET" => {
                recipients.clear();
                "250 ok\r\n".to_owned()
            }
            "RCPT" => {
                recipients.extend(line.split(['<', '>']).nth(1).map(str::to_owned));
                "250 ok\r\n".to_owned()
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                let letter = ReadMail::read(&data(&mut reader).await?);
                let mut waiting = boxes.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                waiting.extend(recipients.drain(..).map(|recipient| (recipient, letter.clone())));
                drop(waiting);
                boxes.arrived.notify_waiters();
                "250 taken\r\n".to_owned()
            }
            "QUIT" => {
                writer.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "502 not here\r\n".to_owned(),
        };
        writer.write_all(answer.as_bytes()).await?;
    }
}

/// Reads up to the line with one dot; SMTP doubles leading dots (RFC 5321 §4.5.2).
async fn data(reader: &mut BufReader<OwnedReadHalf>) -> io::Result<Vec<u8>> {
    let mut mail = Vec::new();
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(mail);
        }
        mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        if mail.len() > MAIL_BYTES_MAX {
            return Err(io::Error::other("mail too large"));
        }
    }
}
