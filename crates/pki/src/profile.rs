//! The kinds of certificates that an installation issues. There are no others.
//!
//! | profile | signed by | basicConstraints | keyUsage (critical) | extKeyUsage |
//! |---|---|---|---|---|
//! | [`Profile::Root`] | itself | CA | keyCertSign, cRLSign | |
//! | [`Profile::InstallationCa`] | root | CA, path length 1 | keyCertSign, cRLSign | |
//! | [`Profile::TenantIssuer`] | installation CA | CA, path length 0 | keyCertSign, cRLSign | |
//! | [`Profile::EndEntity`] | tenant issuer | absent | digitalSignature; with RSA also keyEncipherment | clientAuth, and [`PersonalPurposes`] |
//! | [`Profile::ContentSigner`] | installation CA | absent | digitalSignature | emailProtection |
//! | [`Profile::ServerCa`] | itself | CA, path length 0 | keyCertSign, cRLSign | |
//! | [`Profile::Server`] | server CA | absent | digitalSignature | serverAuth |
//!
//! All carry subject and authority key identifiers. A person's RSA key gets keyEncipherment because Windows' logon and
//! mail programs ask for it; client authentication itself only ever signs. E-mail and directory-name constraints appear
//! nowhere, because common verifiers reject every chain that holds one.

/// The kind of a certificate, with the values that differ between certificates. Addresses are `http` (RFC
/// 5280 §4.2.1.13, §4.2.2.1: fetching them must not require the check of another certificate).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profile {
    /// The installation's trust anchor.
    Root,
    /// The CA between the root, which may be offline, and the tenants' issuers.
    InstallationCa {
        /// Address of the root's revocation list.
        crl_url: String,
        /// Address of the root's certificate.
        issuer_certificate_url: String,
    },
    /// Issues to the people of one tenant.
    TenantIssuer {
        /// Address of the installation CA's revocation list.
        crl_url: String,
        /// Address of the installation CA's certificate.
        issuer_certificate_url: String,
    },
    /// A person's certificate, for TLS client authentication.
    EndEntity {
        /// The `rfc822Name` in the subject alternative name.
        email: Option<String>,
        /// Microsoft's user principal name in the subject alternative name, such as `taro@corp.example`.
        principal_name: Option<String>,
        /// The purposes beside client authentication.
        purposes: PersonalPurposes,
        /// Address of the tenant issuer's revocation list.
        crl_url: String,
        /// Address of the tenant issuer's certificate.
        issuer_certificate_url: String,
    },
    /// Signs content of the installation's own, such as Apple's configuration profiles. Verifiers of signed content take
    /// emailProtection for granted (RFC 5750 §4.4.4).
    ContentSigner {
        /// Address of the installation CA's revocation list.
        crl_url: String,
        /// Address of the installation CA's certificate.
        issuer_certificate_url: String,
    },
    /// Issues server certificates for local names; a browser that trusts it trusts it for these names only.
    ServerCa {
        /// `dNSName` subtrees, such as `localhost`, which covers every name below it (RFC 5280 §4.2.1.10).
        permitted_dns: Vec<String>,
    },
    /// A TLS server's certificate.
    Server {
        /// Every name that the server answers to.
        dns_names: Vec<String>,
    },
}

/// The uses of a person's key beside TLS client authentication, which is always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PersonalPurposes {
    /// `id-kp-emailProtection`: signed and encrypted mail; needs an e-mail address in the certificate.
    pub email_protection: bool,
    /// Microsoft's smart card logon, 1.3.6.1.4.1.311.20.2.2; needs a user principal name.
    pub smart_card_logon: bool,
}

impl Profile {
    /// Whether certificates of this profile sign others.
    pub fn is_ca(&self) -> bool {
        match self {
            Self::Root | Self::InstallationCa { .. } | Self::TenantIssuer { .. } | Self::ServerCa { .. } => {
                true
            }
            Self::EndEntity { .. } | Self::ContentSigner { .. } | Self::Server { .. } => false,
        }
    }
}
