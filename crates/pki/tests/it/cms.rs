//! OpenSSL checks signed content.

use pki::{KeyAlgorithm, Profile, UnsignedContent};

use crate::hierarchy::{Hierarchy, issue, key, now};
use testkit::reader::OutsideReader;

const CONTENT: &[u8] = b"<plist/>";

fn content_signer() -> Profile {
    Profile::ContentSigner {
        crl_url: "http://pki.sample.example/crl/1.crl".to_owned(),
        issuer_certificate_url: "http://pki.sample.example/ca/1.crt".to_owned(),
    }
}

#[test]
fn openssl_finds_content_and_chain_of_every_key_good_and_a_changed_letter_bad() {
    let Some(openssl) = OutsideReader::find("openssl", &["version"]) else { return };
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Rsa2048] {
        let all = Hierarchy::new(algorithm);
        let signer = issue(&content_signer(), "Profiles", key(algorithm), Some(&all.installation));
        let unsigned = UnsignedContent::prepare(CONTENT.to_vec(), signer.certificate.clone(), now());
        let unsigned = unsigned.expect("prepared");
        let signature = signer.key.sign(unsigned.as_der()).expect("signs");
        let signed = unsigned.assemble(&signature, &[all.installation.certificate]).expect("assembles");
        openssl.file("root.pem", all.root.certificate.to_pem());
        openssl.file("signed.der", &signed);
        let verify = ["cms", "-verify", "-inform", "DER", "-in", "signed.der", "-CAfile", "root.pem", "-out"];
        openssl.run(&[&verify[..], &["content"]].concat());
        assert_eq!(std::fs::read(openssl.path("content")).expect("written"), CONTENT, "{algorithm:?}");
        let place = signed.windows(CONTENT.len()).position(|window| window == CONTENT).expect("the content");
        let mut changed = signed;
        changed[place] ^= 1;
        openssl.file("signed.der", &changed);
        let (good, said) = openssl.try_run(&[&verify[..], &["content"]].concat());
        assert!(!good && said.contains("verification failure"), "{algorithm:?}: {said}");
    }
}
