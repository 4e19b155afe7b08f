//! RFC 5280 §4.2.1.10: only the server CA is name-constrained, critically, and by DNS names alone: common verifiers
//! reject every chain that holds e-mail or directory-name constraints.

use x509_cert::ext::pkix::NameConstraints;
use x509_cert::ext::pkix::name::GeneralName;

use super::{Expectation, Inspected, Rule};

pub(super) const RULE: Rule = Rule { name: "name-constraints", clause: "RFC 5280 §4.2.1.10", check };

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    let extension = inspected.extension::<NameConstraints>()?;
    if inspected.expectation != Expectation::ServerCa {
        return extension.map_or(Ok(()), |_| Err("does not belong here".into()));
    }
    let (critical, constraints) = extension.ok_or("is absent from a server CA")?;
    if !critical {
        return Err("is not critical".into());
    }
    let permitted = constraints.permitted_subtrees.unwrap_or_default();
    if permitted.is_empty() {
        return Err("permits nothing in particular".into());
    }
    let excluded = constraints.excluded_subtrees.unwrap_or_default();
    let foreign = |base: &GeneralName| !matches!(base, GeneralName::DnsName(_));
    match permitted.iter().chain(&excluded).find(|subtree| foreign(&subtree.base)) {
        Some(subtree) => Err(format!("constrains something else than a dns name: {:?}", subtree.base)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with_extension, without};
    use super::*;
    use crate::Profile;
    use crate::fixture::tenant_issuer_profile;
    use der::asn1::Ia5String;
    use x509_cert::ext::pkix::constraints::name::GeneralSubtree;

    fn permitted(base: GeneralName) -> NameConstraints {
        let subtree = GeneralSubtree { base, minimum: 0, maximum: None };
        NameConstraints { permitted_subtrees: Some(vec![subtree]), excluded_subtrees: None }
    }

    #[test]
    fn a_server_ca_limited_to_dns_names_is_good_and_other_limits_are_bad() {
        let profile = Profile::ServerCa { permitted_dns: vec!["localhost".into()] };
        let dns = permitted(GeneralName::DnsName(Ia5String::new("localhost").unwrap()));
        let email = permitted(GeneralName::Rfc822Name(Ia5String::new("sample.example").unwrap()));
        let directory = permitted(GeneralName::DirectoryName(x509_cert::name::Name::default()));
        assert_eq!(refusal(&with_extension(&profile, true, &dns)), None);
        assert_eq!(refusal(&with_extension(&profile, false, &dns)), Some(RULE.name));
        assert_eq!(refusal(&with_extension(&profile, true, &email)), Some(RULE.name));
        assert_eq!(refusal(&with_extension(&profile, true, &directory)), Some(RULE.name));
        assert_eq!(refusal(&without::<NameConstraints>(&profile)), Some(RULE.name));
        assert_eq!(refusal(&with_extension(&tenant_issuer_profile(), true, &dns)), Some(RULE.name));
    }
}
