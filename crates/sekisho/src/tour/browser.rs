//! One person's browser: a language, cookies, perhaps a certificate. HTTP/1.1 and HTTP/2, plain and TLS.

use super::{Mishap, identity::BrowserIdentity};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Incoming,
    client::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, ServerName};
use std::{collections::BTreeMap, net::Ipv4Addr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

/// How long one answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// A browser.
pub(super) struct Browser {
    language: &'static str,
    /// By host and name.
    cookies: BTreeMap<(String, String), String>,
    tls: Tls,
}

struct Tls {
    roots: Arc<RootCertStore>,
    identity: Option<Arc<BrowserIdentity>>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct PageAnswer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl PageAnswer {
    /// The body as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value; empty if there is none.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The code of a refusal by the gate; empty if there is none.
    pub(super) fn denial(&self) -> &str {
        self.header("sekisho-denial")
    }
}

/// A connection that stays open between requests.
pub(super) struct OpenConnection {
    sender: http1::SendRequest<Full<Bytes>>,
    authority: String,
}

impl OpenConnection {
    /// One more request on the same connection.
    pub(super) async fn get(&mut self, path: &str) -> Result<PageAnswer, Mishap> {
        let request =
            Request::get(path).header(header::HOST, &self.authority).header(header::ACCEPT, "text/html");
        let request = request.body(Full::default()).map_err(Mishap::because)?;
        self.sender.ready().await.map_err(Mishap::because)?;
        read(self.sender.send_request(request).await.map_err(Mishap::because)?).await
    }
}

impl Browser {
    /// A new browser that trusts the installation's server CA.
    pub(super) fn new(language: &'static str, server_ca: &pki::Certificate) -> Result<Self, Mishap> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(server_ca.as_der().to_vec())).map_err(Mishap::because)?;
        Ok(Self { language, cookies: BTreeMap::new(), tls: Tls { roots: Arc::new(roots), identity: None } })
    }

    /// Imports a certificate.
    pub(super) fn import(&mut self, identity: Arc<BrowserIdentity>) {
        self.tls.identity = Some(identity);
    }

    /// Opens a page.
    pub(super) async fn get(&mut self, url: &str) -> Result<PageAnswer, Mishap> {
        self.send(Method::GET, url, None).await
    }

    /// Sends a form.
    pub(super) async fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Result<PageAnswer, Mishap> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = ("application/x-www-form-urlencoded".to_owned(), body.into_bytes());
        self.send(Method::POST, url, Some(form)).await
    }

    /// Sends a form with one file.
    pub(super) async fn upload(
        &mut self,
        url: &str,
        field: &str,
        file_name: &str,
        contents: &[u8],
    ) -> Result<PageAnswer, Mishap> {
        const BOUNDARY: &str = "tour-part";
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file_name}\"\r\n\
             Content-Type: text/csv\r\n\r\n"
        );
        let body = [head.as_bytes(), contents, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
        let form = (format!("multipart/form-data; boundary={BOUNDARY}"), body);
        self.send(Method::POST, url, Some(form)).await
    }

    async fn send(
        &mut self,
        method: Method,
        url: &str,
        form: Option<(String, Vec<u8>)>,
    ) -> Result<PageAnswer, Mishap> {
        let target = Target::of(url)?;
        let mut request = Request::builder()
            .method(method)
            .uri(&target.path)
            .header(header::HOST, &target.authority)
            .header(header::CONNECTION, "close")
            .header(header::ACCEPT, "text/html")
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64) sekisho-tour");
        let cookies = self.cookies_for(&target.host);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        let body = match form {
            Some((content_type, body)) => {
                let origin = format!("{}://{}", target.scheme(), target.authority);
                request = request.header(header::CONTENT_TYPE, content_type).header(header::ORIGIN, origin);
                Full::from(body)
            }
            None => Full::default(),
        };
        let request = request.body(body).map_err(Mishap::because)?;
        let asked = async {
            let mut sender = self.tls.connect(&target).await?;
            read(sender.send_request(request).await.map_err(Mishap::because)?).await
        };
        let answer = timeout(ANSWER_TIMEOUT, asked).await;
        let answer = answer.map_err(|_| Mishap::because(format_args!("{url} did not answer")))??;
        self.keep_cookies(&target.host, &answer.headers);
        Ok(answer)
    }

    /// A connection that is kept open.
    pub(super) async fn stay(&self, url: &str) -> Result<OpenConnection, Mishap> {
        let target = Target::of(url)?;
        Ok(OpenConnection { sender: self.tls.connect(&target).await?, authority: target.authority })
    }

    /// Opens a page over HTTP/2, without cookies.
    pub(super) async fn get_over_http2(&self, url: &str) -> Result<PageAnswer, Mishap> {
        let target = Target::of(url)?;
        let stream = self.tls.handshake(&target, &[b"h2"]).await?;
        let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(Mishap::because)?;
        tokio::spawn(connection);
        let request = Request::get(url).header(header::ACCEPT, "text/html").body(Full::<Bytes>::default());
        let response =
            sender.send_request(request.map_err(Mishap::because)?).await.map_err(Mishap::because)?;
        read(response).await
    }

    fn cookies_for(&self, host: &str) -> String {
        let own = self.cookies.iter().filter(|((of, _), _)| of == host);
        own.map(|((_, name), value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&mut self, host: &str, headers: &HeaderMap) {
        for field in headers.get_all(header::SET_COOKIE) {
            let pair = field.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert((host.to_owned(), name.to_owned()), value.to_owned());
            }
        }
    }
}

impl Tls {
    async fn connect(&self, target: &Target) -> Result<http1::SendRequest<Full<Bytes>>, Mishap> {
        if target.secure {
            speak(self.handshake(target, &[b"http/1.1"]).await?).await
        } else {
            speak(tcp(target).await?).await
        }
    }

    async fn handshake(
        &self,
        target: &Target,
        protocols: &[&[u8]],
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Mishap> {
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(Mishap::because)?
            .with_root_certificates(Arc::clone(&self.roots));
        let mut config = match &self.identity {
            Some(identity) => {
                let (chain, key) = identity.chain_and_key();
                builder.with_client_auth_cert(chain, key).map_err(Mishap::because)?
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        let name = ServerName::try_from(target.host.clone()).map_err(Mishap::because)?;
        let stream = TlsConnector::from(Arc::new(config)).connect(name, tcp(target).await?).await;
        stream.map_err(|error| Mishap::because(format_args!("TLS with {}: {error}", target.host)))
    }
}

async fn tcp(target: &Target) -> Result<TcpStream, Mishap> {
    TcpStream::connect((Ipv4Addr::LOCALHOST, target.port)).await.map_err(Mishap::because)
}

async fn speak<S>(stream: S) -> Result<http1::SendRequest<Full<Bytes>>, Mishap>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(Mishap::because)?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn read(response: Response<Incoming>) -> Result<PageAnswer, Mishap> {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(Mishap::because)?.to_bytes();
    Ok(PageAnswer { status: parts.status, headers: parts.headers, body })
}

/// The target of a request.
struct Target {
    secure: bool,
    host: String,
    port: u16,
    authority: String,
    path: String,
}

impl Target {
    fn of(url: &str) -> Result<Self, Mishap> {
        let uri: Uri = url.parse().map_err(|error| Mishap::because(format_args!("{url}: {error}")))?;
        let secure = uri.scheme_str() == Some("https");
        let authority = uri.authority().ok_or_else(|| Mishap::because(format_args!("{url}: no host")))?;
        Ok(Self {
            secure,
            host: authority.host().to_owned(),
            port: authority.port_u16().unwrap_or(if secure { 443 } else { 80 }),
            authority: authority.to_string(),
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        })
    }

    fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }
}
