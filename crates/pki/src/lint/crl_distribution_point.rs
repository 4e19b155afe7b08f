//! RFC 5280 §4.2.1.13: below a root there is a distribution point, reachable by plain http, because fetching
//! a list must not require the check of another certificate.

use x509_cert::ext::pkix::CrlDistributionPoints;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};

use super::{Expectation, Inspected, Rule};

pub(super) const RULE: Rule = Rule { name: "crl-distribution-point", clause: "RFC 5280 §4.2.1.13", check };

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    let points = inspected.extension::<CrlDistributionPoints>()?.map(|(_, points)| points.0);
    let points = match inspected.expectation {
        Expectation::SubordinateCa | Expectation::EndEntity(_) | Expectation::ContentSigner => {
            points.ok_or("is absent")?
        }
        Expectation::Root | Expectation::ServerCa | Expectation::Server => points.unwrap_or_default(),
    };
    match points.iter().find(|point| !is_http(point)) {
        Some(point) => Err(format!("is no http address: {point:?}")),
        None => Ok(()),
    }
}

/// Whether there are one or more full names, each an http address with a host; no reasons, no other issuer of
/// the list.
fn is_http(point: &DistributionPoint) -> bool {
    let Some(DistributionPointName::FullName(names)) = &point.distribution_point else {
        return false;
    };
    let http = |name: &GeneralName| match name {
        GeneralName::UniformResourceIdentifier(address) => {
            address.as_str().strip_prefix("http://").is_some_and(|rest| {
                !rest.is_empty()
                    && !rest.starts_with('/')
                    && rest.bytes().all(|octet| octet.is_ascii_graphic())
            })
        }
        _ => false,
    };
    point.reasons.is_none() && point.crl_issuer.is_none() && !names.is_empty() && names.iter().all(http)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with_extension, without};
    use super::*;
    use crate::fixture::end_entity_profile;
    use der::asn1::Ia5String;

    fn points(address: &str) -> CrlDistributionPoints {
        let name = GeneralName::UniformResourceIdentifier(Ia5String::new(address).unwrap());
        CrlDistributionPoints(vec![DistributionPoint {
            distribution_point: Some(DistributionPointName::FullName(vec![name])),
            reasons: None,
            crl_issuer: None,
        }])
    }

    #[test]
    fn an_http_address_is_good_and_https_ldap_or_none_is_bad() {
        let profile = end_entity_profile();
        let refused = |address| refusal(&with_extension(&profile, false, &points(address)));
        assert_eq!(refused("http://localhost:8080/crl/x.crl"), None);
        for bad in ["https://localhost/x.crl", "ldap://localhost/cn=x", "http://", "http:///x", "http://a b/"]
        {
            assert_eq!(refused(bad), Some(RULE.name), "{bad}");
        }
        assert_eq!(refusal(&without::<CrlDistributionPoints>(&profile)), Some(RULE.name));
    }
}
