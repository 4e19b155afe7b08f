//! One person's browser: cookies, perhaps a certificate; HTTP/1.1, plain and over TLS, on this machine.

use crate::http::{Answer, Cookies, FormBody};
use bytes::Bytes;
use http::{Method, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use p12_keystore::Pkcs12Archive;
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, pem::PemObject};
use std::{net::Ipv4Addr, path::Path, sync::Arc, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

/// How long an answer may take; only a failure takes as long.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server certificates that a browser trusts.
#[derive(Debug, Clone)]
pub struct Roots(Arc<RootCertStore>);

impl Roots {
    pub fn read(pem: &Path) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(pem).expect("PEM")).expect("a root");
        Self(Arc::new(roots))
    }
}

/// A picked-up certificate with its key.
#[derive(Debug, Clone)]
pub struct ClientIdentity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: Arc<Vec<u8>>,
}

impl ClientIdentity {
    /// Opens a PKCS#12 file by a reader that shares no code with its writer.
    pub fn open(file: &[u8], password: &str) -> Self {
        let archive = Pkcs12Archive::from_pkcs12(file, password).expect("a readable file");
        let key = archive.keys.first().expect("a key");
        let mut bags: Vec<_> = archive.certs.iter().collect();
        bags.sort_by_key(|bag| bag.local_key_id.is_none());
        let chain = bags.iter().map(|bag| CertificateDer::from(bag.cert.as_der().to_vec())).collect();
        Self { chain, key: Arc::new(key.key.as_der().to_vec()) }
    }

    pub fn serial(&self) -> String {
        let leaf = pki::Certificate::from_der(self.chain.first().expect("a leaf")).expect("DER");
        leaf.serial().to_hex()
    }
}

/// A browser.
#[derive(Debug, Clone)]
pub struct TestBrowser {
    roots: Roots,
    pub identity: Option<ClientIdentity>,
    cookies: Cookies,
}

/// Why there was no answer: the server went away.
#[derive(Debug)]
pub struct Cut;

impl<Cause: std::error::Error> From<Cause> for Cut {
    fn from(_: Cause) -> Self {
        Self
    }
}

/// A connection that stays open between requests.
pub struct StayingConnection {
    sender: http1::SendRequest<Full<Bytes>>,
    authority: String,
}

impl StayingConnection {
    pub async fn get(&mut self, path: &str) -> Result<Answer, Cut> {
        self.sender.ready().await?;
        let request = Request::get(path).header(header::HOST, &self.authority).body(Full::default())?;
        read(self.sender.send_request(request).await?).await
    }
}

impl TestBrowser {
    pub fn new(roots: Roots) -> Self {
        Self { roots, identity: None, cookies: Cookies::default() }
    }

    #[must_use]
    pub fn holding(mut self, identity: &ClientIdentity) -> Self {
        self.identity = Some(identity.clone());
        self
    }

    pub async fn get(&mut self, url: &str) -> Result<Answer, Cut> {
        self.send(Method::GET, url, None).await
    }

    pub async fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Result<Answer, Cut> {
        self.send(Method::POST, url, Some(FormBody::of(fields))).await
    }

    pub async fn post_form(&mut self, url: &str, form: FormBody) -> Result<Answer, Cut> {
        self.send(Method::POST, url, Some(form)).await
    }

    async fn send(&mut self, method: Method, url: &str, form: Option<FormBody>) -> Result<Answer, Cut> {
        let target = Target::of(url);
        let mut request = Request::builder()
            .method(&method)
            .uri(&target.path)
            .header(header::HOST, &target.authority)
            .header(header::CONNECTION, "close")
            .header(header::ACCEPT, "text/html")
            .header(header::ACCEPT_LANGUAGE, "en");
        if let Some(form) = &form {
            request = request
                .header(header::ORIGIN, format!("{}://{}", target.scheme, target.authority))
                .header(header::CONTENT_TYPE, &form.kind);
        }
        if let Some(cookies) = self.cookies.field() {
            request = request.header(header::COOKIE, cookies);
        }
        let request = request.body(Full::from(form.map(|form| form.body).unwrap_or_default()))?;
        let asked = async {
            let mut sender = self.connect(&target).await?;
            read(sender.send_request(request).await?).await
        };
        let answer = timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("{url} does not answer"))?;
        self.cookies.keep(&answer.headers);
        Ok(answer)
    }

    /// A connection that is kept open.
    pub async fn stay(&self, url: &str) -> Result<StayingConnection, Cut> {
        let target = Target::of(url);
        Ok(StayingConnection { sender: self.connect(&target).await?, authority: target.authority })
    }

    async fn connect(&self, target: &Target) -> Result<http1::SendRequest<Full<Bytes>>, Cut> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, target.port)).await?;
        if target.scheme == "http" {
            let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            return Ok(sender);
        }
        let name = ServerName::try_from(target.host.clone())?;
        let stream = TlsConnector::from(Arc::new(self.tls())).connect(name, stream).await?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }

    pub fn tls(&self) -> ClientConfig {
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(Arc::clone(&self.roots.0));
        let Some(identity) = &self.identity else { return builder.with_no_client_auth() };
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(identity.key.to_vec()));
        builder.with_client_auth_cert(identity.chain.clone(), key).expect("a pair")
    }
}

async fn read(response: Response<Incoming>) -> Result<Answer, Cut> {
    let (parts, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    Ok(Answer { status: parts.status, headers: parts.headers, body })
}

/// Where a request goes.
struct Target {
    scheme: String,
    host: String,
    port: u16,
    authority: String,
    path: String,
}

impl Target {
    fn of(url: &str) -> Self {
        let uri: Uri = url.parse().expect("an address");
        let authority = uri.authority().expect("a host");
        Self {
            scheme: uri.scheme_str().expect("a scheme").to_owned(),
            host: authority.host().to_owned(),
            port: authority.port_u16().expect("a port"),
            authority: authority.to_string(),
            path: uri.path_and_query().expect("a path").to_string(),
        }
    }
}
