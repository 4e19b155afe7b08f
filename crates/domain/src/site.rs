//! A host name at the gate: its tenant, and what is behind it.

use crate::{
    conduct::Conduct,
    host_name::HostName,
    id::{SiteId, TenantId},
};

/// What is behind a host name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SiteKind {
    /// The protected application, or the built-in portal when there is no upstream.
    Application,
    /// Sekisho's pages for the tenant (管理画面, マイページ).
    Desk,
    /// The operators' pages.
    Console,
}

impl SiteKind {
    /// All kinds, for reading stored values.
    pub const ALL: [Self; 3] = [Self::Application, Self::Desk, Self::Console];

    /// The stable name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Desk => "desk",
            Self::Console => "console",
        }
    }
}

/// One value of a permitted visitor that an upstream can receive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityValue {
    /// Login name: unique within its tenant only.
    User,
    /// `login@slug`: unique in the installation. A slug has no `@`, so the last `@` separates the two.
    UserAtTenant,
    /// The permanent id: unique in the installation, and the same after a change of login name.
    Id,
    /// E-mail address.
    Email,
    /// Tenant slug.
    Tenant,
    /// Group keys, comma-separated.
    Groups,
    /// All of these and more, signed: the JWT of `Sekisho-Assertion`.
    Assertion,
    /// The certificate, as in `Client-Cert` (RFC 9440 §2.1).
    ClientCert,
}

impl IdentityValue {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::User,
        Self::UserAtTenant,
        Self::Id,
        Self::Email,
        Self::Tenant,
        Self::Groups,
        Self::Assertion,
        Self::ClientCert,
    ];

    /// The stable name in the store, in forms and at the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::UserAtTenant => "user-at-tenant",
            Self::Id => "id",
            Self::Email => "email",
            Self::Tenant => "tenant",
            Self::Groups => "groups",
            Self::Assertion => "assertion",
            Self::ClientCert => "client-cert",
        }
    }

    /// The value with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.name() == name)
    }
}

/// An extra header for an upstream that expects its own name, such as `Remote-User` for Radicale or
/// `x-webobjects-remote-user` for SOGo. [`crate::upstream`] defines the permitted names.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HeaderMapping {
    /// Header name as sent, lower case.
    pub header: String,
    /// The value in it.
    pub value: IdentityValue,
}

/// The application behind a site.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Upstream {
    /// Where the application listens: `http://host:port`, no path (see [`crate::upstream::parse_address`]).
    pub address: String,
    /// Its extra headers.
    pub headers: Vec<HeaderMapping>,
    /// Header fields that are removed together with related names and never set, lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// How the gate treats it.
    #[serde(default, skip_serializing_if = "Conduct::is_ordinary")]
    pub conduct: Conduct,
}

/// A site's record.
#[derive(Debug, Clone)]
pub struct Site {
    /// Identity.
    pub id: SiteId,
    /// Its tenant.
    pub tenant: TenantId,
    /// Its only host name.
    pub host: HostName,
    /// The kind of page behind it.
    pub kind: SiteKind,
    /// The application; `None` for the built-in portal (always `None` for desk and console).
    pub upstream: Option<Upstream>,
}
