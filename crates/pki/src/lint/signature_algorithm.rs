//! RFC 5280 §4.1.1.2, §4.1.2.3: the algorithm named inside is the one that signs, with the parameters that
//! its RFC requires, and it is on the allow-list.

use der::Encode;

use super::{Inspected, Rule};
use crate::SignatureAlgorithm;

pub(super) const RULE: Rule = Rule { name: "signature-algorithm", clause: "RFC 5280 §4.1.2.3", check };

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    let der = inspected.tbs.signature.to_der().map_err(|error| error.to_string())?;
    SignatureAlgorithm::from_der(&der).map(drop).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with};
    use super::*;
    use crate::fixture::end_entity_profile;
    use der::Decode;

    #[test]
    fn ecdsa_without_parameters_is_good_and_ecdsa_with_null_or_sha_1_are_bad() {
        let refused = |algorithm: &[u8]| {
            refusal(&with(&end_entity_profile(), |tbs| {
                tbs.signature = Decode::from_der(algorithm).unwrap();
            }))
        };
        assert_eq!(refused(SignatureAlgorithm::EcdsaSha256.as_der()), None);
        let with_null = b"\x30\x0c\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02\x05\x00";
        assert_eq!(refused(with_null), Some(RULE.name));
        let sha_1_with_rsa = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05\x05\x00";
        assert_eq!(refused(sha_1_with_rsa), Some(RULE.name));
    }
}
