//! One application behind the sites of several tenants: can it take a person of one for a person of another?
//!
//! A tenant's administrator chooses login names and e-mail addresses, so what the application is told must not depend
//! on these alone. The rule looks at every value that a header is mapped to, of both tenants, whatever the header is
//! called: no text that one tenant's person can be must be a text that the other's can be.
//!
//! **Invariant:** [`doubt`] answers `None` only if the two sets of texts have nothing in common.

use crate::{
    name_rules::{EmailDomains, Misfits, NameRules},
    refusal::Problem,
    site::{IdentityValue, Upstream},
    slug::TenantSlug,
    upstream_place::UpstreamPlace,
};
use std::fmt;

/// One tenant's way to an application.
#[derive(Debug, Clone)]
pub struct Sharer {
    /// The tenant.
    pub slug: TenantSlug,
    /// What stands behind its site.
    pub upstream: Upstream,
    /// What its names must look like.
    pub rules: NameRules,
    /// How many users of before these rules do not.
    pub misfits: Misfits,
}

/// Why an application could take a person of one tenant for a person of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// No header of this tenant's site names a person.
    NobodyNamed(TenantSlug),
    /// This tenant's administrator chooses this value freely.
    Free(TenantSlug, IdentityValue),
    /// Of one tenant this value, of the other that one can be the same text.
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

/// A setting that would let an application take people of different tenants for each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "tenant {other} uses this address, and the application could take their people for each other: {doubt}; map \
     headers to user-at-tenant, id or assertion only"
)]
pub struct SharingRefusal {
    /// Who uses the address already.
    pub other: TenantSlug,
    /// What is wrong.
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

/// Two tenants whose people an application could take for each other although it was set up before this rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharingWarning {
    /// One of them.
    pub slug: TenantSlug,
    /// The other one.
    pub other: TenantSlug,
    /// Where the application listens, as set for `slug`.
    pub address: String,
    /// What is wrong.
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

/// How a text that names a person ends.
enum Tail {
    /// In one of these.
    Ends(Vec<String>),
    /// It is an id (36 letters: hexadecimal digits and `-`).
    Id,
    /// It is signed, and says its tenant.
    Signed,
    /// However the administrator likes.
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
            // Its names and address are those of the day when it was issued. The others name nobody.
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

/// Could an application take a person of one tenant for a person of the other? What lies with `one` comes first.
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

/// May this become a tenant's setting, beside the settings of all other tenants that have not ended?
///
/// What stands already goes on: a setting that stays as it was is never refused, and one that keeps its address is
/// not refused for what lies with the other tenant alone. Else two tenants of before this rule could not be mended
/// one after the other.
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

/// May a tenant's name rules become what they are in `next`? `former` has the rules of before. What was in doubt
/// already may stay so.
///
/// # Errors
/// The first tenant that would come into doubt.
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

/// For which application a person looks like a new one under another login name; `None`: for none.
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
