//! The control socket: commands of the machine's operator to a running server.
//!
//! One connection carries one command and its answer, each as a four-byte length (big-endian) and that many
//! bytes of JSON. The file system decides who may connect (mode 0600), and the server checks the peer's
//! credentials again.
//!
//! **Invariant:** every frame is bounded before it is read, every connection is bounded in time, and their
//! number is bounded; a client that hangs delays no other client.

mod client;
mod server;
#[cfg(test)]
mod tests;

pub use client::{AskError, ask, is_served};
pub use server::{BindError, ControlSocket, Executor};

use crate::command::CommandError;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{io, time::Duration};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The socket's name in the data folder.
pub const SOCKET_NAME: &str = "sekisho.sock";
/// The largest command or answer, in bytes: an import file at its limit, as JSON text.
const FRAME_BYTES_MAX: usize = 96 * 1024 * 1024;
/// How long a client may take to send its command.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a command may take to be carried out and answered.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(5);
/// Connections served at once; further connections wait in the socket's queue.
const CONNECTIONS_MAX: usize = 16;

/// A server's answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    /// The command was carried out.
    Output(crate::output::Output),
    /// The command was refused or failed.
    Refused(CommandError),
}

async fn send(stream: &mut (impl AsyncWrite + Unpin), value: &impl Serialize) -> io::Result<()> {
    let bytes = serde_json::to_vec(value)?;
    let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= FRAME_BYTES_MAX);
    let length = length.ok_or_else(|| io::Error::other("too large for the control socket"))?;
    stream.write_all(&length.to_be_bytes()).await?;
    stream.write_all(&bytes).await?;
    stream.flush().await
}

async fn receive<T: DeserializeOwned>(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<T> {
    let length = stream.read_u32().await? as usize;
    if length > FRAME_BYTES_MAX {
        return Err(io::Error::other("too large for the control socket"));
    }
    // The buffer grows with the bytes that arrive: the announced length alone reserves nothing.
    let mut bytes = Vec::new();
    stream.take(length as u64).read_to_end(&mut bytes).await?;
    if bytes.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_slice(&bytes)?)
}
