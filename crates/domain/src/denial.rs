//! The gate's "no": one stable code each, in order of precedence.

use serde::Serialize;

/// Why a visitor is not let in. The order of the variants is the order of precedence: when several
/// hold, the first one is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Denial {
    /// The browser presented none.
    NoCertificate,
    /// It chains to no issuer of ours.
    UnknownIssuer,
    /// It belongs to another company.
    OtherTenant,
    /// It is not for signing in (no clientAuth extended key usage).
    WrongUsage,
    /// The gate cannot know its status right now.
    StatusStale,
    /// The chain verifies, but our store never issued it.
    Unregistered,
    /// The company is shut out.
    TenantSuspended,
    /// The person is shut out.
    UserSuspended,
    /// It has been revoked.
    Revoked,
    /// It is on hold.
    OnHold,
    /// Its validity has not begun.
    NotYetValid,
    /// Its validity has ended.
    Expired,
    /// The person may pass, but not here.
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

    /// The code in `Sekisho-Denial`, in logs and on the page.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoCertificate => "no-certificate",
            Self::UnknownIssuer => "unknown-issuer",
            Self::OtherTenant => "other-tenant",
            Self::WrongUsage => "wrong-usage",
            Self::StatusStale => "status-stale",
            Self::Unregistered => "unregistered",
            Self::TenantSuspended => "tenant-suspended",
            Self::UserSuspended => "user-suspended",
            Self::Revoked => "revoked",
            Self::OnHold => "on-hold",
            Self::NotYetValid => "not-yet-valid",
            Self::Expired => "expired",
            Self::RouteDenied => "route-denied",
        }
    }
}
