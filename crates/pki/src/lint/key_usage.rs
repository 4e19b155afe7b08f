//! RFC 5280 §4.2.1.3: key usage is present and critical; CAs sign certificates and lists, others only sign. A person's
//! RSA key also enciphers keys, which RFC 5480 §3 forbids to EC keys.

use const_oid::db::rfc5912::RSA_ENCRYPTION;
use der::{Decode, Encode};
use spki::SubjectPublicKeyInfoRef;
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};

use super::{Expectation, Inspected, Rule};

pub(super) const RULE: Rule = Rule { name: "key-usage", clause: "RFC 5280 §4.2.1.3", check };

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    let (critical, usage) = inspected.extension::<KeyUsage>()?.ok_or("is absent")?;
    if !critical {
        return Err("is not critical".into());
    }
    let expected = match inspected.expectation {
        Expectation::Root | Expectation::SubordinateCa | Expectation::ServerCa => {
            KeyUsages::KeyCertSign | KeyUsages::CRLSign
        }
        Expectation::EndEntity(_) if has_rsa_key(inspected)? => {
            KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment
        }
        Expectation::EndEntity(_) | Expectation::ContentSigner | Expectation::Server => {
            KeyUsages::DigitalSignature.into()
        }
    };
    if usage.0 != expected {
        return Err(format!("is {:?} but must be {expected:?}", usage.0));
    }
    Ok(())
}

fn has_rsa_key(inspected: &Inspected<'_>) -> Result<bool, String> {
    let der = inspected.tbs.subject_public_key_info.to_der().map_err(|error| error.to_string())?;
    let key = SubjectPublicKeyInfoRef::from_der(&der).map_err(|error| error.to_string())?;
    Ok(key.algorithm.oid == RSA_ENCRYPTION)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with_extension, with_rsa_key, without};
    use super::*;
    use crate::fixture::{end_entity_profile, tenant_issuer_profile};

    #[test]
    fn an_rsa_key_of_a_person_enciphers_keys_and_an_ec_key_does_not() {
        let profile = end_entity_profile();
        let both = KeyUsage(KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment);
        let signature = KeyUsage(KeyUsages::DigitalSignature.into());
        assert_eq!(refusal(&with_rsa_key(&profile, both)), None);
        assert_eq!(refusal(&with_rsa_key(&profile, signature)), Some(RULE.name));
        assert_eq!(refusal(&with_extension(&profile, true, &both)), Some(RULE.name));
    }

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
