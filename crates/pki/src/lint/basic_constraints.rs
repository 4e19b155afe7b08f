//! RFC 5280 §4.2.1.9: a CA has this critical extension with `cA`; other certificates do not. CAs below the
//! root are limited in depth.

use x509_cert::ext::pkix::BasicConstraints;

use super::{Expectation, Inspected, Rule};

pub(super) const RULE: Rule = Rule { name: "basic-constraints", clause: "RFC 5280 §4.2.1.9", check };

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    let extension = inspected.extension::<BasicConstraints>()?;
    if !inspected.expectation.is_ca() {
        return match extension {
            Some((_, constraints)) if constraints.ca => Err("says CA but must not".into()),
            Some((_, constraints)) if constraints.path_len_constraint.is_some() => {
                Err("has a path length but is no CA".into())
            }
            _ => Ok(()),
        };
    }
    let (critical, constraints) = extension.ok_or("is absent from a CA")?;
    if !constraints.ca {
        return Err("does not say CA".into());
    }
    if !critical {
        return Err("is not critical".into());
    }
    if inspected.expectation != Expectation::Root && constraints.path_len_constraint.is_none() {
        return Err("has no path length".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with_extension, without};
    use super::*;
    use crate::Profile;
    use crate::fixture::{end_entity_profile, tenant_issuer_profile};

    fn refused(profile: &Profile, critical: bool, ca: bool, path_length: Option<u8>) -> Option<&'static str> {
        let constraints = BasicConstraints { ca, path_len_constraint: path_length };
        refusal(&with_extension(profile, critical, &constraints))
    }

    #[test]
    fn a_critical_limited_ca_is_good_and_anything_less_is_bad() {
        let issuer = tenant_issuer_profile();
        assert_eq!(refused(&issuer, true, true, Some(0)), None);
        assert_eq!(refused(&issuer, false, true, Some(0)), Some(RULE.name));
        assert_eq!(refused(&issuer, true, false, None), Some(RULE.name));
        assert_eq!(refused(&issuer, true, true, None), Some(RULE.name));
        assert_eq!(refusal(&without::<BasicConstraints>(&issuer)), Some(RULE.name));
    }

    #[test]
    fn a_person_that_says_ca_is_bad() {
        assert_eq!(refused(&end_entity_profile(), true, true, None), Some(RULE.name));
        assert_eq!(refused(&end_entity_profile(), true, false, Some(1)), Some(RULE.name));
        assert_eq!(refused(&end_entity_profile(), true, false, None), None);
    }
}
