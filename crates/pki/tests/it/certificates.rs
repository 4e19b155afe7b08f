//! Certificates, requests and revocation lists under OpenSSL, GnuTLS and NSS.

use pki::{KeyAlgorithm, Profile, RevocationReason, Serial};

use crate::hierarchy::{Hierarchy, Identity, crl, full_profile, issue, key};
use testkit::reader::OutsideReader;

fn openssl() -> Option<OutsideReader> {
    OutsideReader::find("openssl", &["version"])
}

fn pem(identities: &[&Identity]) -> String {
    identities.iter().map(|identity| identity.certificate.to_pem()).collect()
}

#[test]
fn openssl_verifies_the_whole_chain_for_tls_clients() {
    let Some(openssl) = openssl() else { return };
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Rsa2048] {
        let all = Hierarchy::new(algorithm);
        openssl.file("root.pem", pem(&[&all.root]));
        openssl.file("chain.pem", pem(&[&all.installation, &all.tenant]));
        openssl.file("person.pem", pem(&[&all.person]));
        let chain = ["verify", "-x509_strict", "-CAfile", "root.pem", "-untrusted", "chain.pem"];
        openssl.run(&[&chain[..], &["-purpose", "sslclient", "person.pem"]].concat());
        let (as_server, _) =
            openssl.try_run(&[&chain[..], &["-purpose", "sslserver", "person.pem"]].concat());
        assert!(!as_server, "a person's certificate passes for a server");
    }
}

#[test]
fn openssl_shows_what_a_persons_certificate_says() {
    let Some(openssl) = openssl() else { return };
    let all = Hierarchy::new(KeyAlgorithm::EcdsaP256);
    openssl.file("person.pem", pem(&[&all.person]));
    let shown = openssl.run(&["x509", "-in", "person.pem", "-noout", "-text"]);
    for expected in [
        "Version: 3 (0x2)",
        "Subject: C = JP, O = Sample Inc., CN = Taro Yamada",
        "X509v3 Key Usage: critical\n                Digital Signature\n",
        "X509v3 Extended Key Usage: \n                TLS Web Client Authentication\n",
        "email:taro@sample.example",
        "URI:http://pki.sample.example/crl/1.crl",
        "CA Issuers - URI:http://pki.sample.example/ca/1.crt",
        "X509v3 Subject Key Identifier",
        "X509v3 Authority Key Identifier",
    ] {
        assert!(shown.contains(expected), "{expected:?} is not in\n{shown}");
    }
    assert!(!shown.contains("X509v3 Basic Constraints"), "{shown}");
}

#[test]
fn openssl_verifies_and_shows_every_kind_of_key_with_all_purposes_and_names() {
    let Some(openssl) = openssl() else { return };
    for algorithm in KeyAlgorithm::ALL {
        let all = Hierarchy::of_person(algorithm, &full_profile());
        openssl.file("root.pem", pem(&[&all.root]));
        openssl.file("chain.pem", pem(&[&all.installation, &all.tenant]));
        openssl.file("person.pem", pem(&[&all.person]));
        for purpose in ["sslclient", "smimesign"] {
            let chain = ["verify", "-x509_strict", "-CAfile", "root.pem", "-untrusted", "chain.pem"];
            openssl.run(&[&chain[..], &["-purpose", purpose, "person.pem"]].concat());
        }
        let shown = openssl.run(&["x509", "-in", "person.pem", "-noout", "-text"]);
        let (usage, bits) = match algorithm {
            KeyAlgorithm::EcdsaP256 => ("Digital Signature\n", "(256 bit)"),
            KeyAlgorithm::EcdsaP384 => ("Digital Signature\n", "(384 bit)"),
            KeyAlgorithm::Rsa2048 => ("Digital Signature, Key Encipherment\n", "(2048 bit)"),
            KeyAlgorithm::Rsa3072 => ("Digital Signature, Key Encipherment\n", "(3072 bit)"),
            KeyAlgorithm::Rsa4096 => ("Digital Signature, Key Encipherment\n", "(4096 bit)"),
        };
        for expected in [
            &format!("X509v3 Key Usage: critical\n                {usage}"),
            bits,
            "TLS Web Client Authentication, E-mail Protection, Microsoft Smartcard Login\n",
            "email:taro@sample.example, othername: UPN::taro@corp.example\n",
        ] {
            assert!(shown.contains(expected), "{algorithm:?}: {expected:?} is not in\n{shown}");
        }
    }
}

#[test]
fn openssl_refuses_a_revoked_certificate_by_our_list() {
    let Some(openssl) = openssl() else { return };
    let all = Hierarchy::new(KeyAlgorithm::EcdsaP256);
    openssl.file("root.pem", pem(&[&all.root]));
    openssl.file("chain.pem", pem(&[&all.installation, &all.tenant]));
    openssl.file("person.pem", pem(&[&all.person]));
    let upper = [("root.crl", crl(&all.root, &[])), ("installation.crl", crl(&all.installation, &[]))];
    let verify = |list: &pki::Crl| {
        let mut lists = String::new();
        for (file, list) in upper.iter().map(|(file, list)| (*file, list)).chain([("tenant.crl", list)]) {
            openssl.file(file, list.as_der());
            lists += &openssl.run(&["crl", "-inform", "DER", "-in", file]);
        }
        openssl.file("lists.pem", lists);
        let check = ["verify", "-crl_check_all", "-CRLfile", "lists.pem", "-CAfile", "root.pem"];
        openssl.try_run(&[&check[..], &["-untrusted", "chain.pem", "person.pem"]].concat())
    };
    let (good, said) = verify(&all.tenant_crl(&[]));
    assert!(good, "{said}");
    let hold = Some(RevocationReason::CertificateHold);
    let (good, said) = verify(&all.tenant_crl(&[(all.person.certificate.serial(), hold)]));
    assert!(!good && said.contains("certificate revoked"), "{said}");
}

#[test]
fn openssl_reads_numbers_reasons_and_high_serials_of_a_list() {
    let Some(openssl) = openssl() else { return };
    let all = Hierarchy::new(KeyAlgorithm::Rsa2048);
    let high = Serial::from_hex("ff00ff00ff00ff00ff00ff00ff00ff01").expect("a serial");
    let low = Serial::from_hex("05").expect("a serial");
    let list = all.tenant_crl(&[(high, Some(RevocationReason::KeyCompromise)), (low, None)]);
    openssl.file("tenant.crl", list.as_der());
    openssl.file("tenant.pem", pem(&[&all.tenant]));
    let arguments =
        ["crl", "-inform", "DER", "-in", "tenant.crl", "-noout", "-text", "-CAfile", "tenant.pem"];
    let shown = openssl.run(&arguments);
    for expected in [
        "verify OK",
        "Version 2 (0x1)",
        "Serial Number: FF00FF00FF00FF00FF00FF00FF00FF01",
        "Key Compromise",
        "Serial Number: 05",
        "X509v3 CRL Number: \n                7\n",
        "X509v3 Authority Key Identifier",
    ] {
        assert!(shown.contains(expected), "{expected:?} is not in\n{shown}");
    }
}

#[test]
fn gnutls_reads_certificates_and_lists() {
    let Some(certtool) = OutsideReader::find("certtool", &["--version"]) else { return };
    let all = Hierarchy::new(KeyAlgorithm::EcdsaP256);
    certtool.file("person.der", all.person.certificate.as_der());
    let shown = certtool.run(&["--certificate-info", "--inder", "--infile", "person.der"]);
    assert!(shown.contains("RFC822Name: taro@sample.example"), "{shown}");
    assert!(shown.contains("TLS WWW Client."), "{shown}");
    let reason = Some(RevocationReason::Superseded);
    let list = all.tenant_crl(&[(all.person.certificate.serial(), reason)]);
    certtool.file("tenant.crl", list.as_der());
    let shown = certtool.run(&["--crl-info", "--inder", "--infile", "tenant.crl"]);
    assert!(shown.contains(&all.person.certificate.serial().to_hex()), "{shown}");
}

#[test]
fn gnutls_verifies_the_whole_chain() {
    let Some(certtool) = OutsideReader::find("certtool", &["--version"]) else { return };
    let all = Hierarchy::new(KeyAlgorithm::EcdsaP256);
    certtool.file("root.pem", pem(&[&all.root]));
    certtool.file("chain.pem", pem(&[&all.person, &all.tenant, &all.installation]));
    let arguments = ["--verify", "--load-ca-certificate", "root.pem", "--infile", "chain.pem"];
    let shown = certtool.run(&arguments);
    assert!(shown.contains("The certificate is trusted."), "{shown}");
}

#[test]
fn a_server_ca_for_localhost_cannot_speak_for_another_name() {
    let Some(openssl) = openssl() else { return };
    let permitted_dns = vec!["localhost".to_owned()];
    let ca = issue(&Profile::ServerCa { permitted_dns }, "Local CA", key(KeyAlgorithm::EcdsaP256), None);
    openssl.file("ca.pem", pem(&[&ca]));
    let verify = |dns_name: &str| {
        let profile = Profile::Server { dns_names: vec![dns_name.to_owned()] };
        let server = issue(&profile, "Local server", key(KeyAlgorithm::EcdsaP256), Some(&ca));
        openssl.file("server.pem", pem(&[&server]));
        openssl.try_run(&[
            "verify",
            "-x509_strict",
            "-purpose",
            "sslserver",
            "-CAfile",
            "ca.pem",
            "server.pem",
        ])
    };
    for good in ["localhost", "sample.localhost", "*.desk.localhost"] {
        let (accepted, said) = verify(good);
        assert!(accepted, "{good}: {said}");
    }
    let (accepted, said) = verify("bank.example");
    assert!(!accepted && said.contains("permitted subtree violation"), "{said}");
}
