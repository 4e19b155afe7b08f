//! The header fields of a visitor's request that an application could mistake for the gate's statement about
//! the visitor.
//!
//! **Invariant:** names are compared folded, as the most tolerant application reads them.

use domain::{site::Upstream, upstream::fold};

/// Names that state who a visitor is or where a visitor comes from, for every application; folded.
const NAMES: [&str; 5] =
    ["forwarded", "x-real-ip", "remote-user", "x-remote-user", "x-webobjects-remote-user"];

/// Prefixes of such names, folded.
const PREFIXES: [&str; 6] = ["sekisho-", "client-cert", "x-forwarded-", "x-ssl-", "x-client-", "ssl-client-"];

/// Prefixes of names that belong together: an application that reads one name of a family as identity reads
/// the others as well. CGI and Authelia; Kubernetes; oauth2-proxy; Grafana; SOGo; authentik; Google IAP;
/// Azure; AWS; Cloudflare; Tailscale; Pomerium; Vouch.
const FAMILIES: [&str; 13] = [
    "remote-",
    "x-remote-",
    "x-auth-request-",
    "x-webauth-",
    "x-webobjects-remote-",
    "x-authentik-",
    "x-goog-authenticated-user-",
    "x-ms-client-principal",
    "x-amzn-oidc-",
    "cf-access-",
    "tailscale-",
    "x-pomerium-",
    "x-vouch-",
];

/// Attributes of a person at the end of a name of no known family: `x-portal-user` makes `x-portal-groups` a
/// related name.
const ATTRIBUTES: [&str; 16] = [
    "user", "username", "userid", "uid", "login", "name", "fullname", "email", "mail", "group", "groups",
    "role", "roles", "id", "tenant", "dn",
];

/// The fields that never pass from a visitor to one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ForgedFields {
    names: Vec<String>,
    families: Vec<&'static str>,
    stems: Vec<String>,
}

impl ForgedFields {
    /// The fields forbidden for every application, the fields that this one has mapped or removed, and the
    /// related names.
    pub(crate) fn of(upstream: &Upstream) -> Self {
        let mapped = upstream.headers.iter().map(|mapping| &mapping.header);
        let names: Vec<String> =
            mapped.chain(&upstream.removed).map(|name| fold(name).into_owned()).collect();
        let named = |family: &&str| names.iter().any(|name| name.starts_with(*family));
        let families: Vec<&str> = FAMILIES.into_iter().filter(named).collect();
        let stems = names.iter().filter_map(|name| stem(name).map(str::to_owned)).collect();
        Self { names, families, stems }
    }

    /// Whether a field of this name is forbidden.
    pub(crate) fn has(&self, name: &str) -> bool {
        let name = fold(name);
        let begins = |prefix: &&str| name.starts_with(*prefix);
        NAMES.contains(&&*name)
            || PREFIXES.iter().any(begins)
            || self.names.iter().any(|other| *other == name)
            || self.families.iter().any(begins)
            || stem(&name).is_some_and(|stem| self.stems.iter().any(|other| other == stem))
    }
}

/// The part before the attribute in a folded name such as `x-portal-user`.
fn stem(name: &str) -> Option<&str> {
    let (stem, attribute) = name.rsplit_once('-')?;
    let stem = stem.strip_suffix("-preferred").unwrap_or(stem);
    ATTRIBUTES.contains(&attribute).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::site::{HeaderMapping, IdentityValue};

    fn forged(mapped: &[&str], removed: &[&str]) -> ForgedFields {
        let mapping = |name: &&str| HeaderMapping::parse(name, IdentityValue::User).unwrap();
        let upstream = Upstream::new("http://a:1", mapped.iter().map(mapping).collect()).unwrap();
        ForgedFields::of(&upstream.without(removed).unwrap())
    }

    #[test]
    fn relatives_of_a_mapped_field_are_forged_in_every_spelling() {
        for (mapped, relatives) in [
            ("remote-user", &["Remote-Groups", "REMOTE_NAME", "remote.email", "Remote-User"][..]),
            ("x-auth-request-user", &["X-Auth-Request-Groups", "X_AUTH_REQUEST_PREFERRED_USERNAME"]),
            ("x-webauth-user", &["X-WEBAUTH-ROLE", "x_webauth_email"]),
            ("x-webobjects-remote-user", &["x-webobjects-remote-host", "X_WebObjects_Remote_Ident"]),
            ("x-authentik-username", &["X-authentik-groups"]),
            ("x-portal-user", &["X-Portal-Groups", "x_portal_email", "X-Portal-Preferred-Username"]),
        ] {
            for relative in relatives {
                assert!(forged(&[mapped], &[]).has(relative), "{relative}, mapped");
                assert!(forged(&[], &[mapped]).has(relative), "{relative}, removed");
            }
        }
    }

    #[test]
    fn the_gates_own_words_are_forged_whatever_is_mapped() {
        for name in [
            "Sekisho-User",
            "sekisho_groups",
            "Client-Cert",
            "X-Forwarded-User",
            "X-Forwarded-Email",
            "X_Forwarded_Groups",
            "X-Forwarded-Preferred-Username",
            "X-SSL-Client-DN",
            "SSL_CLIENT_S_DN",
            "X-Client-Id",
            "Forwarded",
            "X-Real-IP",
            "Remote-User",
            "X-Remote-User",
            "x-webobjects-remote-user",
        ] {
            assert!(forged(&[], &[]).has(name), "{name}");
        }
    }

    #[test]
    fn what_is_nobodys_relative_comes_through() {
        let forged = forged(&["remote-user", "x-portal-user"], &["x-token"]);
        for name in
            ["Accept", "Depth", "X-Requested-With", "X-Portal-Theme", "X-Auth-Request-User", "If-None-Match"]
        {
            assert!(!forged.has(name), "{name}");
        }
        assert!(forged.has("X-Token"));
    }
}
