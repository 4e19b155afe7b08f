//! PKCS#12 files under OpenSSL, GnuTLS, NSS, Java, Python and Node: both profiles, every kind of key.

use pki::{KeyAlgorithm, Pkcs12, Pkcs12Password, Pkcs12Profile, pkcs12::OpenedPkcs12};

use crate::hierarchy::{Hierarchy, full_profile, rng};
use testkit::reader::OutsideReader;

/// Printable characters of every kind that shells and programs like to misread.
const PASSWORD: &str = "correct horse %42~\"'";
const FRIENDLY_NAME: &str = "Taro Yamada 2026";

/// Each file, as first written and as rewritten from the other profile, with a name that identifies it.
fn files(friendly_name: &str) -> Vec<(String, Vec<u8>)> {
    let password = Pkcs12Password::parse(PASSWORD).expect("a password");
    let mut files = Vec::new();
    for algorithm in KeyAlgorithm::ALL {
        let all = Hierarchy::of_person(algorithm, &full_profile());
        let file = Pkcs12 {
            key: &all.person.key,
            certificate: &all.person.certificate,
            chain: std::slice::from_ref(&all.tenant.certificate),
            friendly_name,
        };
        for profile in [Pkcs12Profile::Modern, Pkcs12Profile::Compat] {
            let encoded = file.encode(profile, &password, &mut rng()).expect("a file");
            files.push((format!("{algorithm:?}-{profile:?}.p12"), encoded.to_vec()));
            // What is written anew is the same for every length of a key.
            if !matches!(algorithm, KeyAlgorithm::EcdsaP256 | KeyAlgorithm::Rsa2048) {
                continue;
            }
            let other = match profile {
                Pkcs12Profile::Modern => Pkcs12Profile::Compat,
                Pkcs12Profile::Compat => Pkcs12Profile::Modern,
            };
            let opened = OpenedPkcs12::open(&encoded, &password).expect("opens");
            let written_anew = opened.encode(other, &password, &mut rng()).expect("a file");
            files.push((format!("{algorithm:?}-anew-{other:?}.p12"), written_anew.to_vec()));
        }
    }
    files
}

#[test]
fn openssl_opens_both_profiles_and_shows_the_friendly_name() {
    let Some(openssl) = OutsideReader::find("openssl", &["version"]) else { return };
    let password = format!("pass:{PASSWORD}");
    for (name, content) in files(FRIENDLY_NAME) {
        openssl.file(&name, content);
        let shown = openssl.run(&["pkcs12", "-in", &name, "-nodes", "-info", "-passin", &password]);
        assert_eq!(shown.matches(&format!("friendlyName: {FRIENDLY_NAME}")).count(), 2, "{name}:\n{shown}");
        assert_eq!(shown.matches("localKeyID: ").count(), 2, "{name}:\n{shown}");
        assert_eq!(shown.matches("BEGIN CERTIFICATE").count(), 2, "{name}:\n{shown}");
        assert_eq!(shown.matches("BEGIN PRIVATE KEY").count(), 1, "{name}:\n{shown}");
        assert!(
            shown.contains("Microsoft CSP Name: Microsoft Software Key Storage Provider"),
            "{name}:\n{shown}"
        );
        let scheme = if name.contains("Modern") {
            "PBES2, PBKDF2, AES-256-CBC, Iteration 20000, PRF hmacWithSHA256"
        } else {
            "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2048"
        };
        assert_eq!(shown.matches(scheme).count(), 2, "{name}:\n{shown}");
        let (opened, _) = openssl.try_run(&["pkcs12", "-in", &name, "-nodes", "-passin", "pass:wrong"]);
        assert!(!opened, "{name} opens with a wrong password");
    }
}

#[test]
fn gnutls_opens_both_profiles_and_shows_the_friendly_name() {
    let Some(certtool) = OutsideReader::find("certtool", &["--version"]) else { return };
    for (name, content) in files(FRIENDLY_NAME) {
        certtool.file(&name, content);
        let arguments = ["--p12-info", "--inder", "--infile", &name, "--password", PASSWORD];
        let shown = certtool.run(&arguments);
        assert!(shown.contains(&format!("Friendly name: {FRIENDLY_NAME}")), "{name}:\n{shown}");
        assert!(shown.contains("MAC: ") && !shown.contains("not verified"), "{name}:\n{shown}");
    }
}

#[test]
fn nss_imports_key_and_certificate_under_the_friendly_name() {
    let Some(pk12util) = OutsideReader::find("sh", &["-c", "command -v pk12util"]) else { return };
    let Some(certutil) = OutsideReader::find("sh", &["-c", "command -v certutil"]) else { return };
    for (index, (name, content)) in files(FRIENDLY_NAME).into_iter().enumerate() {
        let store = certutil.path(&format!("store-{index}"));
        std::fs::create_dir(&store).expect("a folder for the store");
        let store = format!("sql:{}", store.display());
        let file = pk12util.file(&name, content).display().to_string();
        let password = pk12util.file("password.txt", PASSWORD).display().to_string();
        let script = "certutil -N --empty-password -d \"$1\" && pk12util -i \"$2\" -d \"$1\" -w \"$3\" -K ''";
        pk12util.run(&["-c", script, "import", &store, &file, &password]);
        let shown = certutil.run(&["-c", "certutil -L -d \"$1\" && certutil -K -d \"$1\"", "list", &store]);
        // Once among the certificates, marked as having its key ("u"), and once among the keys.
        assert_eq!(shown.matches(FRIENDLY_NAME).count(), 2, "{name}:\n{shown}");
        assert!(shown.contains("u,u,u"), "{name}:\n{shown}");
    }
}

#[test]
fn java_reads_key_and_chain_under_the_friendly_name() {
    let Some(keytool) = OutsideReader::find("keytool", &["-help"]) else { return };
    for (name, content) in files(FRIENDLY_NAME) {
        keytool.file(&name, content);
        let arguments = ["-list", "-v", "-storetype", "PKCS12", "-keystore", &name, "-storepass", PASSWORD];
        let shown = keytool.run(&arguments);
        assert!(shown.contains("Entry type: PrivateKeyEntry"), "{name}:\n{shown}");
        assert!(shown.contains("Certificate chain length: 2"), "{name}:\n{shown}");
        // Java folds aliases to lower case.
        let alias = format!("Alias name: {}", FRIENDLY_NAME.to_lowercase());
        assert!(shown.contains(&alias), "{name}:\n{shown}");
    }
}

const PYTHON: &str = r"
import sys
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
file = load_pkcs12(open(sys.argv[1], 'rb').read(), sys.argv[2].encode())
assert file.cert.friendly_name.decode() == sys.argv[3], file.cert.friendly_name
assert file.key.public_key() == file.cert.certificate.public_key()
assert len(file.additional_certs) == 1
assert file.additional_certs[0].friendly_name is None
file.cert.certificate.verify_directly_issued_by(file.additional_certs[0].certificate)
";

#[test]
fn python_reads_key_leaf_and_issuer_even_under_a_japanese_name() {
    let Some(python) = OutsideReader::python("cryptography") else { return };
    for friendly_name in [FRIENDLY_NAME, "山田 太郎 2026"] {
        for (name, content) in files(friendly_name) {
            python.file(&name, content);
            python.run(&["-c", PYTHON, &name, PASSWORD, friendly_name]);
        }
    }
}

const NODE: &str = r"
const [file, password] = process.argv.slice(1);
const { X509Certificate } = require('node:crypto');
const { createSecureContext } = require('node:tls');
const pfx = require('node:fs').readFileSync(file);
const { context } = createSecureContext({ pfx, passphrase: password });
const [leaf, issuer] = [context.getCertificate(), context.getIssuer()].map((der) => new X509Certificate(der));
if (!leaf.verify(issuer.publicKey)) throw new Error('the issuer has not signed the certificate');
console.log(leaf.subject);
";

#[test]
fn node_makes_a_tls_context_of_key_leaf_and_issuer() {
    let Some(node) = OutsideReader::find("node", &["--version"]) else { return };
    for (name, content) in files(FRIENDLY_NAME) {
        node.file(&name, content);
        let shown = node.run(&["-e", NODE, &name, PASSWORD]);
        assert!(shown.contains("CN=Taro Yamada"), "{name}:\n{shown}");
        let (opened, _) = node.try_run(&["-e", NODE, &name, "wrong"]);
        assert!(!opened, "{name} opens with a wrong password");
    }
}
