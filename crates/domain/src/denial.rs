//! The gate's refusals: one stable code each, in order of precedence.

use crate::refusal::Code;
use serde::{Serialize, Serializer};

/// Why a visitor is not let in. The order of the variants is the order of precedence: when several hold, the
/// first one is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Denial {
    /// The browser presented no certificate.
    NoCertificate,
    /// The certificate chains to no issuer on record.
    UnknownIssuer,
    /// The certificate belongs to another company.
    OtherTenant,
    /// The certificate is not for signing in (no clientAuth extended key usage).
    WrongUsage,
    /// The gate cannot know the certificate's status right now.
    StatusStale,
    /// The chain verifies, but the store has no such certificate.
    Unregistered,
    /// The company is shut out.
    TenantSuspended,
    /// The person is shut out.
    UserSuspended,
    /// The certificate has been revoked.
    Revoked,
    /// The certificate is on hold.
    OnHold,
    /// The certificate's validity has not begun.
    NotYetValid,
    /// The certificate's validity has ended.
    Expired,
    /// The person may pass, but not to this page.
    RouteDenied,
}

impl Denial {
    /// All, in order of precedence.
    pub const ALL: [Self; 13] = [
        Self::NoCertificate,
        Self::UnknownIssuer,
        Self::OtherTenant,
        Self::WrongUsage,
        Self::StatusStale,
        Self::Unregistered,
        Self::TenantSuspended,
        Self::UserSuspended,
        Self::Revoked,
        Self::OnHold,
        Self::NotYetValid,
        Self::Expired,
        Self::RouteDenied,
    ];

    /// Its row in the table of refusals.
    pub fn refusal(self) -> Code {
        match self {
            Self::NoCertificate => Code::NoCertificate,
            Self::UnknownIssuer => Code::UnknownIssuer,
            Self::OtherTenant => Code::OtherTenant,
            Self::WrongUsage => Code::WrongUsage,
            Self::StatusStale => Code::StatusStale,
            Self::Unregistered => Code::Unregistered,
            Self::TenantSuspended => Code::TenantSuspended,
            Self::UserSuspended => Code::UserSuspended,
            Self::Revoked => Code::Revoked,
            Self::OnHold => Code::OnHold,
            Self::NotYetValid => Code::NotYetValid,
            Self::Expired => Code::Expired,
            Self::RouteDenied => Code::RouteDenied,
        }
    }

    /// The code in `Sekisho-Denial`, in logs and on the page.
    pub fn code(self) -> &'static str {
        self.refusal().name()
    }
}

impl Serialize for Denial {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.refusal().serialize(serializer)
    }
}
