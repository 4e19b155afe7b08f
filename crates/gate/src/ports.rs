//! The gate's interfaces to the rest of Sekisho. The binary connects them to store, templates and pages.

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

/// Every interface that a [`crate::Gate`] needs.
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
    /// Receives the first good request of a certificate.
    pub proofs: Arc<dyn Proofs>,
    /// Computes the tags by which certificates are found on record.
    pub leaf_tags: Arc<dyn LeafTags>,
    /// The keys that sign `Sekisho-Assertion`.
    pub assertion_keys: Arc<dyn AssertionKeys>,
    /// "Now".
    pub clock: Arc<dyn Clock>,
}

/// Why the status could not be read; for logs only.
#[derive(Debug, thiserror::Error)]
#[error("status source")]
pub struct SourceError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// The source of status, sites and issuers.
#[async_trait]
pub trait StatusSource: Send + Sync {
    /// All records, with a generation; the records are at least as new as this generation.
    async fn snapshot(&self) -> Result<Snapshot, SourceError>;

    /// The present state of every record that changed after `after`, and the generation that the answer
    /// reaches. The source bounds the answer; an incomplete answer ends at a smaller `upto`.
    async fn changes(&self, after: Generation) -> Result<RecordChanges, SourceError>;
}

/// Tags certificates in the same way as the store does.
pub trait LeafTags: Send + Sync {
    /// The tag of a leaf, DER.
    fn tag(&self, leaf_der: &[u8]) -> LeafTag;
}

/// Makes the gate's own pages: complete HTML documents in the visitor's language. A page depends only on its
/// contents, because it is kept and shown again. Its request id is replaced afterwards, so it must appear in
/// the page unchanged.
pub trait Pages: Send + Sync {
    /// The page that explains why a visitor is not let in.
    fn denial(&self, page: &DenialContents) -> String;

    /// The page about a fault in the request or on the way to the application.
    fn notice(&self, page: &NoticeContents) -> String;

    /// The page with the result of a retry name.
    fn retry(&self, page: &RetryContents) -> String;
}

/// Contents of a refusal page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DenialContents {
    /// The reason.
    pub denial: Denial,
    /// Since when: revoked, held or suspended, to the minute; the end or the beginning of validity. `None` if
    /// the denial has no such moment, or the moment is unknown.
    pub since: Option<Timestamp>,
    /// The requested name.
    pub host: HostName,
    /// Slug of the site's tenant, where there is one.
    pub tenant_slug: Option<TenantSlug>,
    /// The contact for the tenant's people.
    pub support_contact: String,
    /// The id that a person can read out on the phone.
    pub request_id: String,
    /// The reader's chosen language, else the one that suits the browser best.
    pub locale: Locale,
    /// An address below the retry suffix at which a browser asks for its certificate again.
    pub retry_url: Option<String>,
    /// The site's address, to be opened in another program.
    pub site_url: String,
    /// The asking program, if it cannot use certificates.
    pub program: Option<Program>,
}

/// The subject of a [`NoticeContents`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GateNotice {
    /// The request has more than one meaning, or none (400).
    BadRequest,
    /// The path has an encoded slash, and the application is not known to distinguish it from a slash (400).
    EncodedSlash,
    /// The request's body came too slowly (408).
    RequestTimeout,
    /// The name is not the connection's, or belongs to no site (421).
    UnknownHost,
    /// The application could not be reached or broke off (502).
    UpstreamUnreachable,
    /// The application did not answer in time (504).
    UpstreamTimeout,
    /// There is no room for more requests; nothing was done (503, `Retry-After`).
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

    /// The notice for a visitor whose body did not arrive, independent of how its reader treated the end;
    /// `None` if the visitor did not cause it.
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
    /// The tenant's contact, only for visitors whom the tenant lets in; else empty.
    pub support_contact: String,
    /// The id that a person can read out on the phone.
    pub request_id: String,
    /// The reader's chosen language, else the one that suits the browser best.
    pub locale: Locale,
}

/// What a retry name has learnt about the browser.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RetryOutcome {
    /// The certificate is good: the browser only remembers an earlier choice for the site's name.
    Works {
        /// The site that the visitor wants.
        site_url: String,
        /// An invisible image of that site; when the browser fetches it, the browser forgets its choice.
        image_url: String,
    },
    /// The reason for the refusal, which holds here as well ([`Denial::NoCertificate`]: there is none in this
    /// browser).
    Refused(Denial),
}

/// Contents of a retry page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RetryContents {
    /// The result of the retry.
    pub outcome: RetryOutcome,
    /// The site that the visitor came from, else the tenant's front. The page's path names it, too.
    pub site: HostName,
    /// As [`DenialContents::since`].
    pub since: Option<Timestamp>,
    /// Slug of the tenant, where it is known.
    pub tenant_slug: Option<TenantSlug>,
    /// The contact for the tenant's people.
    pub support_contact: String,
    /// The id that a person can read out on the phone.
    pub request_id: String,
    /// The reader's chosen language, else the one that suits the browser best.
    pub locale: Locale,
}

/// The other end of the client's connection; an extension of requests to [`LocalService`] and
/// [`PublicService`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub SocketAddr);

/// The request's id in the access log; an extension like [`ClientAddress`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// The page that a request is for. The gate alone decides: a request that is not forwarded to an application
/// is answered by these pages and by no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LocalPlace {
    /// `/.sekisho/` in any spelling, on every site, beside the site's application.
    Reserved,
    /// The built-in portal of a site without an application.
    Portal,
    /// The tenant's desk.
    Desk,
    /// The operators' console.
    Console,
}

/// Pages of Sekisho behind the gate.
///
/// The permit names the person; no header does. The request's path is normalised.
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
    /// The key for `host`, a name of the installation or an unknown one. It is the same `Arc` while nothing
    /// changed: the gate keeps the configuration that it builds from the key.
    fn certified_key(&self, host: &HostName) -> Option<Arc<CertifiedKey>>;

    /// The key for visitors who ask for an unknown name that has no key of its own; they get a page that
    /// explains this. `None`: their handshake does not complete.
    fn default_key(&self) -> Option<Arc<CertifiedKey>>;
}

/// The keys that sign assertions about visitors.
pub trait AssertionKeys: Send + Sync {
    /// The key that signs now.
    fn current(&self) -> Arc<dyn AssertionKey>;

    /// The public half of every key that may have signed a valid assertion, as a JWK Set (RFC 7517 §5), JSON.
    fn jwks(&self) -> String;
}

/// One P-256 key.
pub trait AssertionKey: Send + Sync {
    /// Its JWK thumbprint (RFC 7638 §3, SHA-256, base64url): the `kid`.
    fn id(&self) -> &str;

    /// ECDSA with SHA-256 over `message`; r and s, 32 octets each (RFC 7518 §3.4). Must not block.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], AssertionSignError>;
}

/// Why nothing was signed; for logs only.
#[derive(Debug, thiserror::Error)]
#[error("assertion key")]
pub struct AssertionSignError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Receives the first good request of a certificate: the proof that its import worked.
pub trait Proofs: Send + Sync {
    /// Returns whether the report was accepted. Must not block; a report that was not accepted is repeated
    /// with the next request. The same certificate may be reported twice.
    fn seen(&self, certificate: CertificateId) -> bool;
}
