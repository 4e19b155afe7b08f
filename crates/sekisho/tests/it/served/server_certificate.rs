//! A server certificate in PEM files, and the CA that a browser trusts for it.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::time::{Clock, DAY, Entropy};
use pki::{IssuerIdentity, KeyAlgorithm, Name, PrivateKey, Profile, Serial, TbsCertificate, Validity};
use sekisho::{
    data_folder::write_private,
    wiring::clock::{SystemClock, SystemEntropy},
};
use std::{fs, path::Path};

/// Writes `ca.pem`, `server.pem` and `server.key` for these names into a folder.
pub(crate) fn write(folder: &Path, names: &[String]) {
    let now = SystemClock.now();
    let validity =
        || Validity { not_before: now.as_second() - 3600, not_after: (now + DAY * 30).as_second() };
    let certificate =
        |profile: &Profile, name: &Name, key: &PrivateKey, signer: &PrivateKey, by: &IssuerIdentity| {
            let serial = Serial::random(&mut *SystemEntropy.rng());
            let tbs = TbsCertificate::prepare(profile, serial, by, name, key.public_key(), validity());
            let tbs = tbs.expect("prepares");
            tbs.assemble(&signer.sign(tbs.as_der()).expect("signs"))
        };
    let key = || PrivateKey::generate(KeyAlgorithm::EcdsaP256).expect("a key");
    let named = |name: &str| Name::builder().common_name(name).build().expect("a name");
    let (ca_key, ca_name) = (key(), named("Test CA"));
    let ca_identity = IssuerIdentity::new(ca_name.clone(), ca_key.public_key());
    let ca_profile = Profile::ServerCa { permitted_dns: vec!["example.test".to_owned()] };
    let ca = certificate(&ca_profile, &ca_name, &ca_key, &ca_key, &ca_identity);
    let leaf_key = key();
    let leaf_profile = Profile::Server { dns_names: names.to_vec() };
    let leaf = certificate(&leaf_profile, &named("example.test"), &leaf_key, &ca_key, &ca.issuer_identity());
    let pkcs8 = STANDARD.encode(leaf_key.to_pkcs8_der().expect("DER"));
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{pkcs8}\n-----END PRIVATE KEY-----\n");
    fs::write(folder.join("ca.pem"), ca.to_pem()).expect("writes");
    fs::write(folder.join("server.pem"), leaf.to_pem()).expect("writes");
    write_private(&folder.join("server.key"), pem.as_bytes()).expect("writes");
}
