//! The schema's rules that a caller may meet, with one name for both databases.

use std::fmt;

macro_rules! constraints {
    ($($(#[$doc:meta])* $name:ident: $postgres:literal, $sqlite:literal, $text:literal;)+) => {
        /// A rule of the schema that refused a write.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Constraint {
            $($(#[$doc])* $name,)+
            /// A record that the new one refers to does not exist (in this tenant).
            Reference,
            /// Another unique key, such as an id used twice.
            Other,
        }

        impl Constraint {
            /// From PostgreSQL's constraint name, or from SQLite's message, which lists the columns.
            pub(crate) fn from_database(name: &str) -> Self {
                match name.strip_prefix("UNIQUE constraint failed: ").unwrap_or(name) {
                    $($postgres | $sqlite => Self::$name,)+
                    _ => Self::Other,
                }
            }
        }

        impl fmt::Display for Constraint {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$name => $text,)+
                    Self::Reference => "a record that this one refers to does not exist",
                    Self::Other => "a record with this key exists already",
                })
            }
        }
    };
}

constraints! {
    /// A tenant's slug.
    TenantSlug: "tenant_slug_unique", "tenant.slug", "a tenant with this slug exists already";
    /// A tenant's identification code.
    IdentificationCode: "tenant_identification_code_unique", "tenant.identification_code",
        "a tenant with this identification code exists already";
    /// A user's login name within the tenant.
    LoginName: "user_account_login_name_unique", "user_account.tenant_id, user_account.login_name",
        "a user with this login name exists already";
    /// A user's e-mail address within the tenant.
    UserEmail: "user_account_email_unique", "user_account.tenant_id, user_account.email_folded",
        "a user with this e-mail address exists already";
    /// An application's reference.
    ApplicationReference: "application_reference_unique", "application.reference",
        "an application with this reference exists already";
    /// An issuer's serial number.
    CertificateSerial: "certificate_serial_unique", "certificate.issuer_id, certificate.serial",
        "a certificate with this serial exists already";
    /// A site's host name.
    SiteHost: "site_host_unique", "site.host", "a site with this host name exists already";
    /// One root, one issuer of a generation for each tenant.
    IssuerGeneration: "issuer_generation_unique", "index 'issuer_generation_unique'",
        "an issuer of this generation exists already";
    /// One signer of configuration profiles of a generation.
    ProfileSignerGeneration: "profile_signer_generation_unique", "profile_signer.generation",
        "a signer of this generation exists already";
}
