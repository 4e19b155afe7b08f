//! Ends an established connection by the fatal alert `certificate_required` (RFC 8446 §6.2), which makes
//! browsers forget the certificate, or the lack of one, that they chose for the connection's name.
//!
//! rustls sends no alert of its caller's after the handshake. So this module takes the connection apart, and
//! the negotiated suite's own record protection seals one more record under the connection's next sequence
//! number.

use super::lingering;
use rustls::{
    AlertDescription, ConnectionTrafficSecrets, ContentType, Error, ProtocolVersion, ServerConnection,
    SupportedCipherSuite,
    crypto::cipher::{AeadKey, Iv, MessageEncrypter, OutboundChunks, OutboundPlainMessage},
};
use std::{io, time::Duration};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_rustls::server::TlsStream;

/// `AlertLevel.fatal` (RFC 8446 §6).
const FATAL: u8 = 2;

/// How long the client may take to read the earlier bytes.
const SENDING_MAX: Duration = Duration::from_secs(5);

/// Sends the alert and lets the client read it. A connection that cannot be taken apart ends without the alert.
pub(super) async fn end(tls: TlsStream<TcpStream>) {
    match tokio::time::timeout(SENDING_MAX, send(tls)).await {
        Ok(Ok(stream)) => lingering::drain(stream).await,
        Ok(Err(error)) => tracing::debug!(%error, "no alert could be sent"),
        Err(_) => tracing::debug!("the client does not take the alert"),
    }
}

async fn send(mut tls: TlsStream<TcpStream>) -> io::Result<TcpStream> {
    // The bytes that rustls has sealed bear the sequence numbers before the alert's.
    tls.flush().await?;
    let (mut stream, session) = tls.into_inner();
    let record = sealed(session).map_err(io::Error::other)?;
    stream.write_all(&record).await?;
    Ok(stream)
}

/// The alert as the connection's next record.
fn sealed(session: ServerConnection) -> Result<Vec<u8>, Error> {
    let suite = session.negotiated_cipher_suite().ok_or(Error::HandshakeNotComplete)?;
    let (sequence, secrets) = session.dangerous_extract_secrets()?.tx;
    let (ConnectionTrafficSecrets::Aes128Gcm { key, iv }
    | ConnectionTrafficSecrets::Aes256Gcm { key, iv }
    | ConnectionTrafficSecrets::Chacha20Poly1305 { key, iv }) = secrets
    else {
        return Err(Error::General("record protection of another kind".into()));
    };
    let alert = OutboundPlainMessage {
        typ: ContentType::Alert,
        version: ProtocolVersion::TLSv1_2,
        payload: OutboundChunks::Single(&[FATAL, AlertDescription::CertificateRequired.into()]),
    };
    Ok(encrypter(suite, key, iv)?.encrypt(alert, sequence)?.encode())
}

fn encrypter(suite: SupportedCipherSuite, key: AeadKey, iv: Iv) -> Result<Box<dyn MessageEncrypter>, Error> {
    match suite {
        SupportedCipherSuite::Tls13(suite) => Ok(suite.aead_alg.encrypter(key, iv)),
        SupportedCipherSuite::Tls12(suite) => {
            // rustls returns as one value what the handshake derived in two parts.
            let shape = suite.aead_alg.key_block_shape();
            let parts = iv.as_ref().split_at_checked(shape.fixed_iv_len);
            let (fixed, explicit) = parts.ok_or_else(|| Error::General("a short nonce".into()))?;
            Ok(suite.aead_alg.encrypter(key, fixed, explicit))
        }
    }
}
