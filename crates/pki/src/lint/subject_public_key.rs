//! RFC 5280 §4.1.2.7 with RFC 8017 §3.1 and RFC 5480 §2.1.1.1: the key is on the allow-list: a point of P-256 or P-384, or
//! RSA with 2048, 3072 or 4096 bits and the exponent 65537 or a safe larger one.

use der::Encode;

use super::{Inspected, Rule};
use crate::{PublicKey, PublicKeyAlgorithm};

pub(super) const RULE: Rule = Rule { name: "subject-public-key", clause: "RFC 5280 §4.1.2.7", check };

/// The lengths of RSA moduli that readers expect, in bits.
const MODULUS_BITS: [usize; 3] = [2048, 3072, 4096];

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    let der = inspected.tbs.subject_public_key_info.to_der().map_err(|error| error.to_string())?;
    match PublicKey::from_spki_der(&der).map_err(|error| error.to_string())?.algorithm() {
        PublicKeyAlgorithm::EcdsaP256 | PublicKeyAlgorithm::EcdsaP384 => Ok(()),
        PublicKeyAlgorithm::Rsa { modulus_bits } if MODULUS_BITS.contains(&modulus_bits) => Ok(()),
        PublicKeyAlgorithm::Rsa { modulus_bits } => Err(format!("has an rsa modulus of {modulus_bits} bits")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with};
    use super::*;
    use crate::fixture::end_entity_profile;
    use crate::key::rsa_spki;
    use der::Decode;

    #[test]
    fn usual_rsa_lengths_with_a_safe_exponent_are_good_and_others_are_bad() {
        // The rule about usages comes later and would be broken by the RSA key: the first broken rule counts.
        let refused = |octets: usize, exponent: &[u8]| {
            let spki: &'static [u8] = rsa_spki(&vec![0xff; octets], exponent).leak();
            refusal(&with(&end_entity_profile(), |tbs| {
                tbs.subject_public_key_info = Decode::from_der(spki).unwrap();
            }))
        };
        for octets in [256, 384, 512] {
            assert_ne!(refused(octets, &[1, 0, 1]), Some(RULE.name), "{octets}");
        }
        for octets in [128, 255, 257, 320, 513, 1024] {
            assert_eq!(refused(octets, &[1, 0, 1]), Some(RULE.name), "{octets}");
        }
        assert_eq!(refused(256, &[3]), Some(RULE.name));
    }

    #[test]
    fn other_curves_are_bad() {
        let p_521 = b"\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23";
        let point = crate::tlv::bit_string(&[4; 133]);
        let spki: &'static [u8] = crate::tlv::sequence(&[p_521, &point]).leak();
        let fixture = with(&end_entity_profile(), |tbs| {
            tbs.subject_public_key_info = Decode::from_der(spki).unwrap();
        });
        assert_eq!(refusal(&fixture), Some(RULE.name));
    }
}
