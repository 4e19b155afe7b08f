//! RFC 5280 §4.2.1.3: key usage is present and critical; CAs sign certificates and lists, others only sign.

use x509_cert::ext::pkix::{KeyUsage, KeyUsages};

use super::{Inspected, Rule};

pub(super) const RULE: Rule = Rule { name: "key-usage", clause: "RFC 5280 §4.2.1.3", check };

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    let (critical, usage) = inspected.extension::<KeyUsage>()?.ok_or("is absent")?;
    if !critical {
        return Err("is not critical".into());
    }
    let expected = if inspected.expectation.is_ca() {
        KeyUsages::KeyCertSign | KeyUsages::CRLSign
    } else {
        KeyUsages::DigitalSignature.into()
    };
    if usage.0 != expected {
        return Err(format!("is {:?} but must be {expected:?}", usage.0));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with_extension, without};
    use super::*;
    use crate::fixture::{end_entity_profile, tenant_issuer_profile};

    #[test]
    fn critical_digital_signature_is_good_for_a_person_and_anything_else_is_bad() {
        let profile = end_entity_profile();
        let signature = KeyUsage(KeyUsages::DigitalSignature.into());
        assert_eq!(refusal(&with_extension(&profile, true, &signature)), None);
        assert_eq!(refusal(&with_extension(&profile, false, &signature)), Some(RULE.name));
        let signs_certificates = KeyUsage(KeyUsages::DigitalSignature | KeyUsages::KeyCertSign);
        assert_eq!(refusal(&with_extension(&profile, true, &signs_certificates)), Some(RULE.name));
        assert_eq!(refusal(&without::<KeyUsage>(&profile)), Some(RULE.name));
    }

    #[test]
    fn a_ca_that_cannot_sign_lists_is_bad() {
        let usage = KeyUsage(KeyUsages::KeyCertSign.into());
        assert_eq!(refusal(&with_extension(&tenant_issuer_profile(), true, &usage)), Some(RULE.name));
    }
}
