//! What the gate asks of the world. The binary wires these to store, templates and pages.

use crate::{
    body::Body,
    status::{RecordChanges, Snapshot},
};
use async_trait::async_trait;
use domain::{
    certificate::LeafTag,
    denial::Denial,
    host_name::HostName,
    id::CertificateId,
    locale::Locale,
    permit::Permit,
    program::Program,
    refusal::Code,
    slug::TenantSlug,
    status_change::Generation,
    time::{Clock, Timestamp},
};
use ground::Lateness;
use http::{Request, Response};
use rustls::sign::CertifiedKey;
use std::{net::SocketAddr, sync::Arc};

/// Everything outside that a [`crate::Gate`] needs.
#[derive(Clone)]
pub struct Ports {
    /// Refusal and notice pages.
    pub pages: Arc<dyn Pages>,
    /// Portal, desk, console and `/.sekisho/`.
    pub local: Arc<dyn LocalService>,
    /// The public site's names on the same listener.
    pub public: Arc<dyn PublicService>,
    /// The gate's own certificates.
    pub certificates: Arc<dyn ServerCertificates>,
    /// First good request of a certificate.
    pub proofs: Arc<dyn Proofs>,
    /// Under what certificates are found on record.
    pub leaf_tags: Arc<dyn LeafTags>,
    /// What signs `Sekisho-Assertion`.
    pub assertion_keys: Arc<dyn AssertionKeys>,
    /// "Now".
    pub clock: Arc<dyn Clock>,
}

/// Why the status could not be read; for logs only.
#[derive(Debug, thiserror::Error)]
#[error("status source")]
pub struct SourceError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Where status, sites and issuers are on record.
#[async_trait]
pub trait StatusSource: Send + Sync {
    /// All that is on record, with a generation that the records are at least as new as.
    async fn snapshot(&self) -> Result<Snapshot, SourceError>;

    /// The present state of every record that changed after `after`, and how far that reaches. Bounded by the
    /// source; an answer that is not complete ends at a smaller `upto`.
    async fn changes(&self, after: Generation) -> Result<RecordChanges, SourceError>;
}

/// Tags certificates as the store has tagged those that it knows.
pub trait LeafTags: Send + Sync {
    /// The tag of a leaf, DER.
    fn tag(&self, leaf_der: &[u8]) -> LeafTag;
}

/// Makes the pages of which the gate is the author. HTML documents, complete, in the visitor's language. A page depends on
/// nothing but its contents, for it is kept and shown again; its request id is put in afterwards, so that it must stand in
/// the page as it was given.
pub trait Pages: Send + Sync {
    /// Why a visitor is not let in.
    fn denial(&self, page: &DenialContents) -> String;

    /// What is wrong with the request or the way to the application.
    fn notice(&self, page: &NoticeContents) -> String;

    /// What a retry name found out.
    fn retry(&self, page: &RetryContents) -> String;
}

/// Contents of a refusal page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DenialContents {
    /// Why.
    pub denial: Denial,
    /// Since when: revoked, held or suspended, to the minute; the end or the beginning of validity. `None` where
    /// the denial has no such moment, or nobody knows it.
    pub since: Option<Timestamp>,
    /// The name that was asked for.
    pub host: HostName,
    /// Slug of the site's tenant, where there is one.
    pub tenant_slug: Option<TenantSlug>,
    /// Whom the tenant's people may ask.
    pub support_contact: String,
    /// To read out on the phone.
    pub request_id: String,
    /// The language that the reader has chosen, else the one that suits the browser best.
    pub locale: Locale,
    /// An address below the retry suffix that makes a browser ask for its certificate again.
    pub retry_url: Option<String>,
    /// The site's address, to be opened in another program.
    pub site_url: String,
    /// The program that asks, if it cannot use certificates.
    pub program: Option<Program>,
}

/// What a [`NoticeContents`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GateNotice {
    /// The request cannot be understood in one way only (400).
    BadRequest,
    /// The path has an encoded slash, and the application is not known to tell it from a slash (400).
    EncodedSlash,
    /// The request's body came too slowly (408).
    RequestTimeout,
    /// The name is not that of the connection, or of no site here (421).
    UnknownHost,
    /// The application could not be reached or broke off (502).
    UpstreamUnreachable,
    /// The application did not answer in time (504).
    UpstreamTimeout,
    /// As much is under way as there is room for; nothing was done (503, `Retry-After`).
    Busy,
}

impl GateNotice {
    /// All notices.
    pub const ALL: [Self; 7] = [
        Self::BadRequest,
        Self::EncodedSlash,
        Self::RequestTimeout,
        Self::UnknownHost,
        Self::UpstreamUnreachable,
        Self::UpstreamTimeout,
        Self::Busy,
    ];

    /// What a visitor is told whose body did not come through, whatever its reader made of its end; `None`: it is not
    /// the visitor's fault.
    pub(crate) fn blaming(lateness: &Lateness) -> Option<Self> {
        if lateness.is_late() {
            Some(Self::RequestTimeout)
        } else {
            lateness.is_broken().then_some(Self::BadRequest)
        }
    }

    /// Its row in the table of refusals.
    pub fn refusal(self) -> Code {
        match self {
            Self::BadRequest => Code::BadRequest,
            Self::EncodedSlash => Code::EncodedSlash,
            Self::RequestTimeout => Code::RequestTimeout,
            Self::UnknownHost => Code::UnknownHost,
            Self::UpstreamUnreachable => Code::UpstreamUnreachable,
            Self::UpstreamTimeout => Code::UpstreamTimeout,
            Self::Busy => Code::Busy,
        }
    }

    /// The stable code in JSON, on the page and in the access log.
    pub fn code(self) -> &'static str {
        self.refusal().name()
    }

    /// The HTTP status code (RFC 9110 §15.5, §15.6).
    pub fn http_status(self) -> u16 {
        match self {
            Self::BadRequest | Self::EncodedSlash => 400,
            Self::RequestTimeout => 408,
            Self::UnknownHost => 421,
            Self::UpstreamUnreachable => 502,
            Self::UpstreamTimeout => 504,
            Self::Busy => 503,
        }
    }
}

/// Contents of a notice page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NoticeContents {
    /// What it is about.
    pub notice: GateNotice,
    /// The name in the request, if it could be read.
    pub host: Option<HostName>,
    /// Whom the visitor may ask: the tenant's contact, told to visitors whom it lets in only; else empty.
    pub support_contact: String,
    /// To read out on the phone.
    pub request_id: String,
    /// The language that the reader has chosen, else the one that suits the browser best.
    pub locale: Locale,
}

/// What a retry name found out about the browser.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RetryOutcome {
    /// The certificate is good: the browser merely remembers an earlier choice for the site's name.
    Works {
        /// The site that the visitor wants.
        site_url: String,
        /// An image of that site, which the page shows unseen: by fetching it the browser forgets its choice.
        image_url: String,
    },
    /// Not good here either, and why ([`Denial::NoCertificate`]: there is none in this browser).
    Refused(Denial),
}

/// Contents of a retry page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RetryContents {
    /// What was found out.
    pub outcome: RetryOutcome,
    /// The site that the visitor came from, else the tenant's front. It is the page's path, too.
    pub site: HostName,
    /// As [`DenialContents::since`].
    pub since: Option<Timestamp>,
    /// Slug of the tenant, where it is known.
    pub tenant_slug: Option<TenantSlug>,
    /// Whom the tenant's people may ask.
    pub support_contact: String,
    /// To read out on the phone.
    pub request_id: String,
    /// The language that the reader has chosen, else the one that suits the browser best.
    pub locale: Locale,
}

/// The other end of the client's connection; an extension of requests to [`LocalService`] and
/// [`PublicService`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub SocketAddr);

/// The id under which a request stands in the access log; an extension like [`ClientAddress`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Whose of our pages a request is for. The gate alone decides: what it did not forward to an application is answered
/// by these pages and by no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LocalPlace {
    /// `/.sekisho/` in any spelling, on every site, beside whatever application lives there.
    Reserved,
    /// The built-in portal of a site without an application.
    Portal,
    /// The tenant's desk.
    Desk,
    /// The operators' console.
    Console,
}

/// Pages of ours behind the gate.
///
/// Who asks is the permit; no header says so. The request's path is normalised.
#[async_trait]
pub trait LocalService: Send + Sync {
    /// Answers one permitted request.
    async fn call(&self, permit: Permit, place: LocalPlace, request: Request<Body>) -> Response<Body>;
}

/// The public site under its names on the gate's listener; its visitors are never asked for a certificate.
#[async_trait]
pub trait PublicService: Send + Sync {
    /// Answers one request to `host`.
    async fn call(&self, host: &HostName, request: Request<Body>) -> Response<Body>;
}

/// The gate's own certificates, for the names it answers to.
pub trait ServerCertificates: Send + Sync {
    /// The key for `host`, a name of ours or one that a stranger made up. The same `Arc` while nothing changed: the
    /// gate keeps what it builds from it.
    fn certified_key(&self, host: &HostName) -> Option<Arc<CertifiedKey>>;

    /// The key for visitors who name no host of ours and for whose name there is none either; they get a page that says
    /// so. `None`: their handshake is not completed.
    fn default_key(&self) -> Option<Arc<CertifiedKey>>;
}

/// The keys with which the gate vouches for visitors.
pub trait AssertionKeys: Send + Sync {
    /// The key that signs now.
    fn current(&self) -> Arc<dyn AssertionKey>;

    /// The public half of every key under which an assertion may be met, as a JWK Set (RFC 7517 §5), JSON.
    fn jwks(&self) -> String;
}

/// One P-256 key.
pub trait AssertionKey: Send + Sync {
    /// Its JWK thumbprint (RFC 7638 §3, SHA-256, base64url): the `kid`.
    fn id(&self) -> &str;

    /// ECDSA with SHA-256 over `message`; r and s, 32 octets each (RFC 7518 §3.4). Must not wait.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], AssertionSignError>;
}

/// Why nothing was signed; for logs only.
#[derive(Debug, thiserror::Error)]
#[error("assertion key")]
pub struct AssertionSignError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Hears of the first good request of a certificate: the proof that its import worked.
pub trait Proofs: Send + Sync {
    /// Was it taken? Must not block; what was not taken is told again with the next request. May be told twice of the
    /// same certificate.
    fn seen(&self, certificate: CertificateId) -> bool;
}
