use super::*;
use crate::fixture::{content_signer_profile, issued, self_signed};
use crate::{KeyAlgorithm, Profile};

const SIGNED_AT: i64 = 1_767_312_000;

#[test]
fn the_signed_attributes_hold_the_digest_of_the_content_and_stand_in_the_assembled_value() {
    let issuer = self_signed(&Profile::Root, "Sample Installation CA");
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Rsa2048] {
        let signer = issued(&content_signer_profile(), &issuer, algorithm);
        let unsigned =
            UnsignedContent::prepare(b"content".to_vec(), signer.certificate.clone(), SIGNED_AT).unwrap();
        let signed = unsigned.as_der().to_vec();
        let signature = signer.key.sign(&signed).unwrap();
        let assembled = unsigned.assemble(&signature, std::slice::from_ref(&issuer.certificate)).unwrap();
        let holds = |part: &[u8]| assembled.windows(part.len()).any(|window| window == part);
        let hash = match algorithm {
            KeyAlgorithm::EcdsaP384 => digest(&SHA384, b"content"),
            _ => digest(&SHA256, b"content"),
        };
        assert!(signed.windows(hash.as_ref().len()).any(|window| window == hash.as_ref()), "{algorithm:?}");
        // Inside, the set of attributes is tagged `[0]` (RFC 5652 §5.4).
        assert!(holds(&[&[0xa0], &signed[1..]].concat()), "{algorithm:?}");
        assert!(holds(signer.certificate.as_der()) && holds(issuer.certificate.as_der()), "{algorithm:?}");
        assert!(holds(b"content") && holds(&signature), "{algorithm:?}");
    }
}

#[test]
fn a_time_outside_the_calendar_is_refused() {
    let signer = self_signed(&Profile::Root, "Sample Root");
    assert!(UnsignedContent::prepare(Vec::new(), signer.certificate, -1).is_err());
}
