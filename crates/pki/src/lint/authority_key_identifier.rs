//! RFC 5280 §4.2.1.1: the authority key identifier is present, not critical, and holds a key identifier.

use x509_cert::ext::pkix::AuthorityKeyIdentifier;

use super::{Inspected, Rule};

pub(super) const RULE: Rule = Rule { name: "authority-key-identifier", clause: "RFC 5280 §4.2.1.1", check };

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    let (critical, identifier) = inspected.extension::<AuthorityKeyIdentifier>()?.ok_or("is absent")?;
    if critical {
        return Err("is critical".into());
    }
    if identifier.key_identifier.is_none_or(|octets| octets.as_bytes().is_empty()) {
        return Err("holds no key identifier".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with_extension, without};
    use super::*;
    use crate::fixture::end_entity_profile;
    use der::asn1::OctetString;

    #[test]
    fn a_key_identifier_is_good_and_none_or_a_critical_one_is_bad() {
        let profile = end_entity_profile();
        let identifier = AuthorityKeyIdentifier {
            key_identifier: Some(OctetString::new([7; 20]).unwrap()),
            ..AuthorityKeyIdentifier::default()
        };
        assert_eq!(refusal(&with_extension(&profile, false, &identifier)), None);
        assert_eq!(refusal(&with_extension(&profile, true, &identifier)), Some(RULE.name));
        let empty = AuthorityKeyIdentifier::default();
        assert_eq!(refusal(&with_extension(&profile, false, &empty)), Some(RULE.name));
        assert_eq!(refusal(&without::<AuthorityKeyIdentifier>(&profile)), Some(RULE.name));
    }
}
