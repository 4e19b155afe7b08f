//! RFC 5280 §4.2.1.2: the subject key identifier is present and not critical: a must for CAs, a should for the rest.

use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::{Inspected, Rule};

pub(super) const RULE: Rule = Rule { name: "subject-key-identifier", clause: "RFC 5280 §4.2.1.2", check };

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    let (critical, identifier) = inspected.extension::<SubjectKeyIdentifier>()?.ok_or("is absent")?;
    if critical {
        return Err("is critical".into());
    }
    if identifier.0.as_bytes().is_empty() {
        return Err("is empty".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with_extension, without};
    use super::*;
    use crate::fixture::tenant_issuer_profile;
    use der::asn1::OctetString;

    #[test]
    fn a_ca_with_its_identifier_is_good_and_without_it_bad() {
        let profile = tenant_issuer_profile();
        let identifier = |octets: &[u8]| SubjectKeyIdentifier(OctetString::new(octets).unwrap());
        assert_eq!(refusal(&with_extension(&profile, false, &identifier(&[7; 20]))), None);
        assert_eq!(refusal(&with_extension(&profile, true, &identifier(&[7; 20]))), Some(RULE.name));
        assert_eq!(refusal(&with_extension(&profile, false, &identifier(&[]))), Some(RULE.name));
        assert_eq!(refusal(&without::<SubjectKeyIdentifier>(&profile)), Some(RULE.name));
    }
}
