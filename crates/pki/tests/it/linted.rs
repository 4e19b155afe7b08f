//! Every profile, key algorithm and shape of list under pkilint; the authority's own tests check the
//! certificates that it issues.

use pki::{KeyAlgorithm, PersonalPurposes, Profile, RevocationReason, Serial};

use crate::hierarchy::{Hierarchy, crl, full_profile, issue, key, personal_profile, plain_profile};
use testkit::pkilint::Pkilint;

const ALGORITHMS: [KeyAlgorithm; 3] =
    [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Rsa2048];
const NOTHING: [&str; 0] = [];

/// `der` with the only occurrence of `old` changed.
fn changed(der: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut places = der.windows(old.len()).enumerate().filter(|(_, window)| *window == old);
    let (start, _) = places.next().expect("what is to be changed");
    assert!(places.next().is_none(), "{old:02x?} stands there twice");
    [&der[..start], new, &der[start + old.len()..]].concat()
}

#[test]
fn pkilint_finds_nothing_in_the_certificates_of_a_hierarchy() {
    let Some(mut pkilint) = Pkilint::find() else { return };
    for algorithm in ALGORITHMS {
        let all = Hierarchy::new(algorithm);
        let profile = Profile::EndEntity {
            email: None,
            principal_name: None,
            purposes: PersonalPurposes::default(),
            crl_url: "http://pki.sample.example/crl/1.crl".to_owned(),
            issuer_certificate_url: "http://pki.sample.example/ca/1.crt".to_owned(),
        };
        let signer = Profile::ContentSigner {
            crl_url: "http://pki.sample.example/crl/1.crl".to_owned(),
            issuer_certificate_url: "http://pki.sample.example/ca/1.crt".to_owned(),
        };
        let signer = issue(&signer, "Profiles", key(algorithm), Some(&all.installation));
        let without_email = issue(&profile, "Taro Yamada", key(algorithm), Some(&all.tenant));
        let name = |name: &str| format!("{algorithm:?}-{name}");
        let [root, installation, tenant] = ["root", "installation", "tenant"].map(name);
        pkilint.issued(&root, &root, all.root.certificate.as_der());
        pkilint.issued(&root, &installation, all.installation.certificate.as_der());
        pkilint.issued(&installation, &tenant, all.tenant.certificate.as_der());
        pkilint.issued(&installation, &name("content-signer"), signer.certificate.as_der());
        pkilint.issued(&tenant, &name("person"), all.person.certificate.as_der());
        pkilint.issued(&tenant, &name("without-email"), without_email.certificate.as_der());
    }
    assert_eq!(pkilint.findings(), NOTHING);
}

#[test]
fn pkilint_finds_nothing_in_a_persons_certificate_of_any_key_and_profile() {
    let Some(mut pkilint) = Pkilint::find() else { return };
    let principal = || Some("taro@corp.example".to_owned());
    let (mail, logon) = (
        PersonalPurposes { email_protection: true, smart_card_logon: false },
        PersonalPurposes { email_protection: false, smart_card_logon: true },
    );
    let profiles = [
        ("plain", plain_profile()),
        ("named", personal_profile(principal(), PersonalPurposes::default())),
        ("mail", personal_profile(None, mail)),
        ("logon", personal_profile(principal(), logon)),
        ("full", full_profile()),
    ];
    for algorithm in KeyAlgorithm::ALL {
        for (name, profile) in &profiles {
            let all = Hierarchy::of_person(algorithm, profile);
            let (issuer, person) = (format!("{algorithm:?}-{name}-issuer"), format!("{algorithm:?}-{name}"));
            pkilint.certificate(&issuer, all.tenant.certificate.as_der());
            pkilint.issued(&issuer, &person, all.person.certificate.as_der());
        }
    }
    assert_eq!(pkilint.findings(), NOTHING);
}

#[test]
fn pkilint_finds_nothing_in_lists_without_entries_and_with_every_reason() {
    let Some(mut pkilint) = Pkilint::find() else { return };
    let entries: Vec<_> = (0..=10)
        .map(|code| (Serial::from_bytes(&[0xb0, code]).expect("a serial"), RevocationReason::from_code(code)))
        .collect();
    for algorithm in ALGORITHMS {
        let all = Hierarchy::new(algorithm);
        pkilint.crl(&format!("{algorithm:?}-root"), crl(&all.root, &[]).as_der());
        pkilint.crl(&format!("{algorithm:?}-empty"), all.tenant_crl(&[]).as_der());
        pkilint.crl(&format!("{algorithm:?}-full"), all.tenant_crl(&entries).as_der());
    }
    assert_eq!(pkilint.findings(), NOTHING);
}

#[test]
fn pkilint_finds_nothing_in_server_certificates_but_that_localhost_has_no_dot() {
    let Some(mut pkilint) = Pkilint::find() else { return };
    let profile = Profile::ServerCa { permitted_dns: vec!["localhost".to_owned()] };
    let ca = issue(&profile, "Local CA", key(KeyAlgorithm::EcdsaP256), None);
    pkilint.issued("ca", "ca", ca.certificate.as_der());
    for (name, dns_name) in [("desk", "sample.desk.localhost"), ("machine", "localhost")] {
        let profile = Profile::Server { dns_names: vec![dns_name.to_owned()] };
        let server = issue(&profile, dns_name, key(KeyAlgorithm::EcdsaP256), Some(&ca));
        pkilint.issued("ca", name, server.certificate.as_der());
    }
    // pkilint accepts no name of one label. RFC 1034 §3.5 does, and RFC 6761 §6.3 gives "localhost" and the
    // names below it to the machine itself: `sekisho up` needs a CA bound to exactly that name.
    let one_label = "ERROR pkix.invalid_domain_name_syntax: Invalid domain name syntax: \"localhost\"";
    let expected = ["ca", "machine"].map(|name| format!("certificate {name}.crt: {one_label}"));
    assert_eq!(pkilint.findings(), expected);
}

#[test]
fn pkilint_finds_what_is_broken_on_purpose() {
    let Some(mut pkilint) = Pkilint::find() else { return };
    let all = Hierarchy::new(KeyAlgorithm::EcdsaP256);
    let tenant = all.tenant.certificate.as_der();
    pkilint.certificate("root", all.root.certificate.as_der());
    pkilint.issued("root", "installation", all.installation.certificate.as_der());
    pkilint.issued("root", "orphan", tenant);
    // Of keyCertSign and cRLSign only cRLSign remains.
    let unable = changed(tenant, b"\x03\x02\x01\x06", b"\x03\x02\x01\x02");
    pkilint.issued("installation", "unable", &unable);
    // The cRLNumber becomes an unknown extension.
    let list = all.tenant_crl(&[]);
    pkilint.crl("numberless", &changed(list.as_der(), b"\x06\x03\x55\x1d\x14", b"\x06\x03\x55\x1d\x7f"));
    let expected = [
        "chain root.crt orphan.crt: ERROR pkix.issuer_and_subject_key_identifier_not_equal",
        "chain root.crt orphan.crt: ERROR pkix.signature_verification_failed",
        "certificate unable.crt: ERROR pkix.ca_certificate_keycertsign_keyusage_not_set",
        "chain installation.crt unable.crt: ERROR pkix.signature_verification_failed",
        "crl numberless.crl: ERROR pkix.crl_number_missing",
    ];
    assert_eq!(pkilint.findings(), expected);
}
