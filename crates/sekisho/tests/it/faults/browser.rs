//! One person's browser: cookies, perhaps a certificate; HTTP/1.1, plain and over TLS, on this machine.

use super::program::PATIENCE;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use p12_keystore::Pkcs12Archive;
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, pem::PemObject};
use std::{collections::BTreeMap, net::Ipv4Addr, path::Path, sync::Arc};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

/// The server certificates that a browser trusts.
#[derive(Debug, Clone)]
pub(crate) struct Roots(Arc<RootCertStore>);

impl Roots {
    pub(crate) fn read(pem: &Path) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(pem).expect("PEM")).expect("a root");
        Self(Arc::new(roots))
    }
}

/// A picked-up certificate with its key.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: Arc<Vec<u8>>,
}

impl Identity {
    /// Opens a PKCS#12 file by a reader that shares no code with its writer.
    pub(crate) fn open(file: &[u8], password: &str) -> Self {
        let archive = Pkcs12Archive::from_pkcs12(file, password).expect("a readable file");
        let key = archive.keys.first().expect("a key");
        let mut bags: Vec<_> = archive.certs.iter().collect();
        bags.sort_by_key(|bag| bag.local_key_id.is_none());
        let chain = bags.iter().map(|bag| CertificateDer::from(bag.cert.as_der().to_vec())).collect();
        Self { chain, key: Arc::new(key.key.as_der().to_vec()) }
    }

    pub(crate) fn serial(&self) -> String {
        let leaf = pki::Certificate::from_der(self.chain.first().expect("a leaf")).expect("DER");
        leaf.serial().to_hex()
    }
}

/// A browser.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    roots: Roots,
    pub(crate) identity: Option<Identity>,
    cookies: BTreeMap<String, String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// The code of a refusal by the gate; empty if it was none.
    pub(crate) fn denial(&self) -> &str {
        self.header("sekisho-denial")
    }

    #[track_caller]
    pub(crate) fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The value of the field with this name.
    pub(crate) fn value_of(&self, name: &str) -> String {
        let text = self.text();
        let tag = text.split('<').find(|tag| tag.contains(&format!("name=\"{name}\""))).expect("the field");
        let (_, value) = tag.split_once("value=\"").expect("a value");
        value.split('"').next().expect("its end").to_owned()
    }
}

/// Why there was no answer: the server went away.
#[derive(Debug)]
pub(crate) struct Cut;

impl<Cause: std::error::Error> From<Cause> for Cut {
    fn from(_: Cause) -> Self {
        Self
    }
}

/// A connection that stays open between requests.
pub(crate) struct OpenConnection {
    sender: http1::SendRequest<Full<Bytes>>,
    authority: String,
}

impl OpenConnection {
    pub(crate) async fn get(&mut self, path: &str) -> Result<Answer, Cut> {
        self.sender.ready().await?;
        let request = Request::get(path).header(header::HOST, &self.authority).body(Full::default())?;
        read(self.sender.send_request(request).await?).await
    }
}

impl Browser {
    pub(crate) fn new(roots: Roots) -> Self {
        Self { roots, identity: None, cookies: BTreeMap::new() }
    }

    pub(crate) fn holding(mut self, identity: &Identity) -> Self {
        self.identity = Some(identity.clone());
        self
    }

    pub(crate) async fn get(&mut self, url: &str) -> Result<Answer, Cut> {
        self.send(Method::GET, url, "", Full::default()).await
    }

    pub(crate) async fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Result<Answer, Cut> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_body(url, "application/x-www-form-urlencoded", body.into()).await
    }

    pub(crate) async fn post_body(&mut self, url: &str, kind: &str, body: Bytes) -> Result<Answer, Cut> {
        self.send(Method::POST, url, kind, Full::from(body)).await
    }

    async fn send(
        &mut self,
        method: Method,
        url: &str,
        kind: &str,
        body: Full<Bytes>,
    ) -> Result<Answer, Cut> {
        let target = Target::of(url);
        let mut request = Request::builder()
            .method(&method)
            .uri(&target.path)
            .header(header::HOST, &target.authority)
            .header(header::CONNECTION, "close")
            .header(header::ACCEPT, "text/html")
            .header(header::ACCEPT_LANGUAGE, "en");
        if method == Method::POST {
            request = request
                .header(header::ORIGIN, format!("{}://{}", target.scheme, target.authority))
                .header(header::CONTENT_TYPE, kind);
        }
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let request = request.body(body)?;
        let asked = async {
            let mut sender = self.connect(&target).await?;
            read(sender.send_request(request).await?).await
        };
        let answer = timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("{url} does not answer"))?;
        for field in answer.headers.get_all(header::SET_COOKIE) {
            let pair = field.to_str().expect("ASCII").split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }

    /// A connection that is kept open.
    pub(crate) async fn stay(&self, url: &str) -> Result<OpenConnection, Cut> {
        let target = Target::of(url);
        Ok(OpenConnection { sender: self.connect(&target).await?, authority: target.authority })
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

    pub(crate) fn tls(&self) -> ClientConfig {
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
