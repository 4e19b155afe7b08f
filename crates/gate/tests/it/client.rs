//! A browser: TLS with or without a certificate, HTTP/1.1 and HTTP/2, one connection at a time.

use crate::cast::Holder;
use bytes::Bytes;
use gate::Body;
use http::{HeaderMap, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{
    ClientConfig, DigitallySignedStruct, Error, ProtocolVersion, SignatureScheme, SupportedCipherSuite,
    SupportedProtocolVersion,
    client::{
        ClientSessionStore, ResolvesClientCert, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::aws_lc_rs,
    sign::CertifiedKey,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// How to connect.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) address: SocketAddr,
    pub(crate) server_name: Option<String>,
    pub(crate) holder: Option<Holder>,
    pub(crate) http: Version,
    pub(crate) tls: &'static SupportedProtocolVersion,
    /// The offered suite; `None` for all.
    pub(crate) suite: Option<SupportedCipherSuite>,
}

/// The server's requests and answers, seen while connecting.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) hints: Mutex<Vec<Vec<u8>>>,
    pub(crate) asked: AtomicUsize,
    pub(crate) sessions: AtomicUsize,
}

impl Browser {
    pub(crate) fn holding(mut self, holder: &Holder) -> Self {
        self.holder = Some(holder.clone());
        self
    }

    pub(crate) fn at(mut self, server_name: &str) -> Self {
        self.server_name = Some(server_name.to_owned());
        self
    }

    pub(crate) fn http2(mut self) -> Self {
        self.http = Version::HTTP_2;
        self
    }

    pub(crate) fn tls12(mut self) -> Self {
        self.tls = &rustls::version::TLS12;
        self
    }

    /// Offers this suite only, in its version of TLS.
    pub(crate) fn with_suite(mut self, suite: SupportedCipherSuite) -> Self {
        let is_new = suite.version().version == ProtocolVersion::TLSv1_3;
        self.tls = if is_new { &rustls::version::TLS13 } else { &rustls::version::TLS12 };
        self.suite = Some(suite);
        self
    }

    pub(crate) async fn tls(&self) -> std::io::Result<(TlsStream<TcpStream>, Arc<Seen>)> {
        let seen = Arc::new(Seen::default());
        let mut provider = aws_lc_rs::default_provider();
        if let Some(suite) = self.suite {
            provider.cipher_suites = vec![suite];
        }
        let provider = Arc::new(provider);
        let resolver = Resolver { key: self.holder.as_ref().map(certified), seen: Arc::clone(&seen) };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[self.tls])
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyServer))
            .with_client_cert_resolver(Arc::new(resolver));
        config.enable_sni = self.server_name.is_some();
        config.resumption = Resumption::store(Arc::clone(&seen) as Arc<dyn ClientSessionStore>);
        let protocol: &[u8] = if self.http == Version::HTTP_2 { b"h2" } else { b"http/1.1" };
        config.alpn_protocols = vec![protocol.to_vec()];
        let name = self.server_name.clone().unwrap_or_else(|| "no-name.test".to_owned());
        let stream = TcpStream::connect(self.address).await?;
        let connector = TlsConnector::from(Arc::new(config));
        Ok((connector.connect(ServerName::try_from(name).unwrap(), stream).await?, seen))
    }

    pub(crate) async fn open(&self) -> Tab {
        let (stream, _) = self.tls().await.unwrap();
        self.tab(stream).await
    }

    pub(crate) async fn tab(&self, stream: TlsStream<TcpStream>) -> Tab {
        let expected = if self.tls == &rustls::version::TLS12 {
            ProtocolVersion::TLSv1_2
        } else {
            ProtocolVersion::TLSv1_3
        };
        assert_eq!(stream.get_ref().1.protocol_version(), Some(expected));
        if self.http == Version::HTTP_2 {
            let (sender, driver) =
                hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                    .await
                    .unwrap();
            tokio::spawn(driver);
            Tab::Http2(sender)
        } else {
            let (sender, driver) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
            tokio::spawn(driver.with_upgrades());
            Tab::Http1(sender)
        }
    }

    /// One request to `path` of the name that the connection is opened for.
    pub(crate) async fn visit(&self, path: &str) -> Reply {
        let host = self.server_name.clone().unwrap();
        self.open().await.ask(&host, path).await
    }
}

/// One open connection.
pub(crate) enum Tab {
    Http1(hyper::client::conn::http1::SendRequest<Body>),
    Http2(hyper::client::conn::http2::SendRequest<Body>),
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn denial(&self) -> Option<&str> {
        self.headers.get("sekisho-denial").map(|value| value.to_str().unwrap())
    }
}

pub(crate) fn body(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

impl Tab {
    pub(crate) fn request(&self, host: &str, path: &str) -> http::request::Builder {
        match self {
            Self::Http1(_) => Request::builder().uri(path).header("host", host),
            Self::Http2(_) => Request::builder().uri(format!("https://{host}{path}")),
        }
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> hyper::Result<Response<Incoming>> {
        match self {
            Self::Http1(sender) => {
                sender.ready().await?;
                sender.send_request(request).await
            }
            Self::Http2(sender) => {
                sender.ready().await?;
                sender.send_request(request).await
            }
        }
    }

    pub(crate) async fn ask(&mut self, host: &str, path: &str) -> Reply {
        let request = self.request(host, path).body(body("")).unwrap();
        read(self.send(request).await.unwrap()).await
    }

    /// Resolves when the connection takes no further request.
    pub(crate) async fn closed(&mut self) {
        match self {
            Self::Http1(sender) => {
                while sender.ready().await.is_ok() {
                    tokio::task::yield_now().await;
                }
            }
            Self::Http2(sender) => {
                while sender.ready().await.is_ok() {
                    tokio::task::yield_now().await;
                }
            }
        }
    }
}

pub(crate) async fn read(response: Response<Incoming>) -> Reply {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Reply { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

fn certified(holder: &Holder) -> Arc<CertifiedKey> {
    let key = PrivateKeyDer::try_from(holder.key_pkcs8.clone()).unwrap();
    let key = aws_lc_rs::sign::any_supported_type(&key).unwrap();
    Arc::new(CertifiedKey::new(holder.chain.clone(), key))
}

/// Presents its certificate to every server.
#[derive(Debug)]
struct Resolver {
    key: Option<Arc<CertifiedKey>>,
    seen: Arc<Seen>,
}

impl ResolvesClientCert for Resolver {
    fn resolve(&self, hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.seen.asked.fetch_add(1, Ordering::Relaxed);
        *self.seen.hints.lock().unwrap() = hints.iter().map(|hint| hint.to_vec()).collect();
        self.key.clone()
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// Counts the sessions that could be resumed later.
impl ClientSessionStore for Seen {
    fn set_kx_hint(&self, _: ServerName<'static>, _: rustls::NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<rustls::NamedGroup> {
        None
    }

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {
        self.sessions.fetch_add(1, Ordering::Relaxed);
    }

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: Tls13ClientSessionValue) {
        self.sessions.fetch_add(1, Ordering::Relaxed);
    }

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }
}

/// These tests are about the client's certificate, not the server's.
#[derive(Debug)]
struct AnyServer;

impl ServerCertVerifier for AnyServer {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
    }
}
