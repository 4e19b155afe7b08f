//! One structured event per request, target `access`.
//!
//! **Invariant:** no query strings, no header values of the visitor's, no bodies.

use crate::{
    meters::{self, Asked},
    ports::GateNotice,
};
use domain::{denial::Denial, id::CertificateId, id::UserId, permit::Permit};
use http::{Method, StatusCode};
use std::net::SocketAddr;
use tokio::time::Instant;

/// The outcome of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Verdict {
    /// Passed, to the application or to a page of Sekisho.
    Permitted { user: UserId, certificate: CertificateId },
    /// Passed, but the application failed.
    Failed { user: UserId, certificate: CertificateId, notice: GateNotice },
    /// Refused.
    Denied(Denial),
    /// Not understood, or misdirected.
    Noticed(GateNotice),
    /// A public page.
    Public,
    /// A retry name's page, for a visitor with a good certificate.
    Retried,
    /// The connection ended by the alert `certificate_required`; the status is what a page would have had.
    ChoiceForgotten,
}

impl Verdict {
    pub(crate) fn permitted(permit: &Permit) -> Self {
        Self::Permitted { user: permit.user().id, certificate: permit.certificate() }
    }

    pub(crate) fn failed(permit: &Permit, notice: GateNotice) -> Self {
        Self::Failed { user: permit.user().id, certificate: permit.certificate(), notice }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Permitted { .. } => "permitted",
            Self::Failed { notice, .. } | Self::Noticed(notice) => notice.code(),
            Self::Denied(denial) => denial.code(),
            Self::Public => "public",
            Self::Retried => "retried",
            Self::ChoiceForgotten => "choice-forgotten",
        }
    }

    fn who(self) -> Option<(UserId, CertificateId)> {
        match self {
            Self::Permitted { user, certificate } | Self::Failed { user, certificate, .. } => {
                Some((user, certificate))
            }
            _ => None,
        }
    }
}

/// The facts about a request when it arrives.
pub(crate) struct LogLine {
    pub(crate) request_id: String,
    pub(crate) client: SocketAddr,
    pub(crate) site: String,
    pub(crate) asked: Asked,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) begun: Instant,
}

impl LogLine {
    /// Writes the event when the answer's head is ready; a streamed body may still be under way.
    pub(crate) fn write(&self, verdict: Verdict, status: StatusCode) {
        let (user, certificate) = verdict.who().unzip();
        let duration_us = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::info!(
            target: "access",
            request_id = %self.request_id,
            client = %self.client,
            site = %self.site,
            method = %self.method,
            path = %self.path,
            status = status.as_u16(),
            verdict = verdict.code(),
            user = user.map(tracing::field::display),
            certificate = certificate.map(tracing::field::display),
            duration_us,
        );
        meters::request(self.asked, verdict.code());
    }
}
