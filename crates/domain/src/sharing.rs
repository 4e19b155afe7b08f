//! One application behind the sites of several tenants: whether it could mistake a person of one tenant for a
//! person of another.
//!
//! A tenant's administrator chooses login names and e-mail addresses, so the application must not rely on
//! these alone. The rule reads every value that a header is mapped to, of both tenants, under any header
//! name: no text that identifies a person of one tenant may identify a person of the other.
//!
//! **Invariant:** [`doubt`] returns `None` only if the two sets of texts have nothing in common.

use crate::{
    name_rules::{EmailDomains, Misfits, NameRules},
    refusal::Problem,
    site::{IdentityValue, Upstream},
    slug::TenantSlug,
    upstream_place::UpstreamPlace,
};
use std::fmt;

/// One tenant's connection with an application.
#[derive(Debug, Clone)]
pub struct Sharer {
    /// The tenant.
    pub slug: TenantSlug,
    /// The application behind its site.
    pub upstream: Upstream,
    /// The rules for its names.
    pub rules: NameRules,
    /// How many users from before these rules break them.
    pub misfits: Misfits,
}

/// Why an application could mistake a person of one tenant for a person of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// No header of this tenant's site names a person.
    NobodyNamed(TenantSlug),
    /// This tenant's administrator chooses this value freely.
    Free(TenantSlug, IdentityValue),
    /// This value of one tenant and this value of the other can be the same text.
    Alike([(TenantSlug, IdentityValue); 2]),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NobodyNamed(slug) => {
                write!(f, "no header of {slug}'s site is mapped to what names a person")
            }
            Self::Free(slug, value) => {
                write!(f, "{} of {slug}'s people may be that of another tenant's", value.name())
            }
            Self::Alike([(one, value), (other, of_other)]) => {
                let (value, of_other) = (value.name(), of_other.name());
                write!(f, "{value} of {one} and {of_other} of {other} may be the same")
            }
        }
    }
}

/// A setting with which an application could confuse people of different tenants.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "tenant {other} uses this address, and the application could take their people for each other: {doubt}; map \
     headers to user-at-tenant, id or assertion only"
)]
pub struct SharingRefusal {
    /// The tenant that uses the address already.
    pub other: TenantSlug,
    /// The reason.
    pub doubt: Doubt,
}

impl SharingRefusal {
    /// The refusal of an application that another tenant uses.
    pub fn problem(&self) -> Problem {
        let other = self.other.to_string();
        match &self.doubt {
            Doubt::NobodyNamed(of) => Problem::SharedUnnamed { other, of: of.to_string() },
            Doubt::Free(of, _) | Doubt::Alike([(of, _), _]) => {
                Problem::SharedAlike { other, of: of.to_string() }
            }
        }
    }
}

/// Two tenants whose people an application could confuse, because it was set up before this rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharingWarning {
    /// One of the tenants.
    pub slug: TenantSlug,
    /// The other tenant.
    pub other: TenantSlug,
    /// The application's address, as set for `slug`.
    pub address: String,
    /// The reason.
    pub doubt: Doubt,
}

impl fmt::Display for SharingWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { slug, other, address, doubt } = self;
        write!(
            f,
            "tenants {slug} and {other} share the application at {address}, which could take their people for each \
             other: {doubt}"
        )
    }
}

/// The ending of a text that names a person.
enum Tail {
    /// One of these endings.
    Ends(Vec<String>),
    /// An id (36 letters: hexadecimal digits and `-`).
    Id,
    /// A signed text that names its tenant.
    Signed,
    /// Any ending, chosen by the administrator.
    Free,
}

fn named(value: IdentityValue) -> bool {
    match value {
        IdentityValue::User
        | IdentityValue::UserAtTenant
        | IdentityValue::Id
        | IdentityValue::Email
        | IdentityValue::Assertion
        | IdentityValue::ClientCert => true,
        IdentityValue::Tenant | IdentityValue::Groups => false,
    }
}

impl Sharer {
    fn named(&self) -> impl Iterator<Item = IdentityValue> {
        self.upstream.headers.iter().map(|mapping| mapping.value).filter(|value| named(*value))
    }

    fn tail(&self, value: IdentityValue) -> Tail {
        let at = |domains: &EmailDomains| domains.iter().map(|domain| format!("@{domain}")).collect();
        match value {
            IdentityValue::UserAtTenant => Tail::Ends(vec![format!("@{}", self.slug)]),
            IdentityValue::Id => Tail::Id,
            IdentityValue::Assertion => Tail::Signed,
            IdentityValue::User => match &self.rules.login_suffix {
                Some(suffix) if self.misfits.logins == 0 => Tail::Ends(vec![suffix.to_string()]),
                _ => Tail::Free,
            },
            IdentityValue::Email => {
                let domains = &self.rules.email_domains;
                if domains.is_empty() || self.misfits.emails > 0 {
                    Tail::Free
                } else {
                    Tail::Ends(at(domains))
                }
            }
            // The certificate contains the names and address of the day of issue. The other values name nobody.
            IdentityValue::ClientCert | IdentityValue::Tenant | IdentityValue::Groups => Tail::Free,
        }
    }

    /// The doubt that this tenant's own setting raises, beside any other tenant.
    fn own_doubt(&self) -> Option<Doubt> {
        if self.named().next().is_none() {
            return Some(Doubt::NobodyNamed(self.slug.clone()));
        }
        let free = self.named().find(|value| matches!(self.tail(*value), Tail::Free))?;
        Some(Doubt::Free(self.slug.clone(), free))
    }
}

fn alike(one: &Tail, other: &Tail) -> bool {
    let of_id = |end: &String| end.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    match (one, other) {
        (Tail::Free, _) | (_, Tail::Free) => true,
        (Tail::Signed, _) | (_, Tail::Signed) | (Tail::Id, Tail::Id) => false,
        (Tail::Ends(ends), Tail::Id) | (Tail::Id, Tail::Ends(ends)) => ends.iter().any(of_id),
        (Tail::Ends(ends), Tail::Ends(others)) => {
            ends.iter().any(|end| others.iter().any(|other| end.ends_with(other) || other.ends_with(end)))
        }
    }
}

/// The reason why an application could mistake a person of one tenant for a person of the other; `None` if it
/// could not. Reasons in `one` come first.
pub fn doubt(one: &Sharer, other: &Sharer) -> Option<Doubt> {
    one.own_doubt().or_else(|| other.own_doubt()).or_else(|| {
        let pairs = one.named().flat_map(|value| other.named().map(move |of_other| (value, of_other)));
        let same = |(value, of_other): &(IdentityValue, IdentityValue)| {
            alike(&one.tail(*value), &other.tail(*of_other))
        };
        let (value, of_other) = pairs.into_iter().find(same)?;
        Some(Doubt::Alike([(one.slug.clone(), value), (other.slug.clone(), of_other)]))
    })
}

/// Judges a tenant's new setting beside the settings of all other tenants that have not ended.
///
/// An existing setting continues: an unchanged setting is never refused, and a setting with the same address
/// is not refused for a reason in the other tenant alone. Otherwise two tenants from before this rule could
/// not be corrected one after the other.
///
/// # Errors
/// The first tenant with which it may not share.
pub fn judge(new: &Sharer, former: Option<&Upstream>, others: &[Sharer]) -> Result<(), SharingRefusal> {
    if former.is_some_and(|former| same_setting(former, &new.upstream)) {
        return Ok(());
    }
    let place = UpstreamPlace::of(&new.upstream.address);
    let stays = former.is_some_and(|former| UpstreamPlace::of(&former.address) == place);
    for other in others.iter().filter(|other| is_beside(new, other)) {
        let Some(doubt) = doubt(new, other) else { continue };
        let lies_with_other = new.own_doubt().is_none() && other.own_doubt().is_some();
        if !(stays && lies_with_other) {
            return Err(SharingRefusal { other: other.slug.clone(), doubt });
        }
    }
    Ok(())
}

/// Judges the change of a tenant's name rules to those of `next`; `former` has the rules before. An existing
/// doubt may remain.
///
/// # Errors
/// The first tenant that would newly be in doubt.
pub fn judge_rules(former: &Sharer, next: &Sharer, others: &[Sharer]) -> Result<(), SharingRefusal> {
    for other in others.iter().filter(|other| is_beside(next, other)) {
        if let (None, Some(doubt)) = (doubt(former, other), doubt(next, other)) {
            return Err(SharingRefusal { other: other.slug.clone(), doubt });
        }
    }
    Ok(())
}

/// Every two tenants that share an application and are in doubt, each pair once.
pub fn warnings(sharers: &[Sharer]) -> Vec<SharingWarning> {
    let mut found = Vec::new();
    for (at, one) in sharers.iter().enumerate() {
        for other in sharers[at + 1..].iter().filter(|other| is_beside(one, other)) {
            if let Some(doubt) = doubt(one, other) {
                let (slug, other) = (one.slug.clone(), other.slug.clone());
                found.push(SharingWarning { slug, other, address: one.upstream.address.clone(), doubt });
            }
        }
    }
    found
}

fn is_beside(one: &Sharer, other: &Sharer) -> bool {
    one.slug != other.slug
        && UpstreamPlace::of(&one.upstream.address) == UpstreamPlace::of(&other.upstream.address)
}

fn same_setting(one: &Upstream, other: &Upstream) -> bool {
    let sorted = |upstream: &Upstream| {
        let mut headers: Vec<_> =
            upstream.headers.iter().map(|mapping| (mapping.header.clone(), mapping.value.name())).collect();
        headers.sort();
        headers
    };
    UpstreamPlace::of(&one.address) == UpstreamPlace::of(&other.address) && sorted(one) == sorted(other)
}

/// The application for which a person with another login name looks like a new person; `None` if there is none.
pub fn knows_by_login(upstream: Option<&Upstream>) -> Option<&Upstream> {
    let upstream = upstream?;
    let named: Vec<IdentityValue> =
        upstream.headers.iter().map(|mapping| mapping.value).filter(|value| named(*value)).collect();
    let by_login = |value: &IdentityValue| matches!(value, IdentityValue::User | IdentityValue::UserAtTenant);
    // Where nothing is mapped, the application can only read Sekisho-User.
    (named.is_empty() || named.iter().any(by_login)).then_some(upstream)
}

#[cfg(test)]
mod tests;
