//! Under `sekisho up`: a certificate authority for localhost names, and a leaf for each name on demand.
//!
//! **Invariant:** the CA is constrained to `localhost` and names below it, so a browser that trusts it trusts
//! it for this machine only.

use crate::data_folder::{Readers, write_private};
use domain::{
    host_name::HostName,
    time::{Clock, DAY, Entropy, Timestamp},
};
use gate::ServerCertificates;
use pki::{
    Certificate, IssuerIdentity, KeyAlgorithm, Name, PrivateKey, Profile, Serial, TbsCertificate, Validity,
};
use rustls::{crypto::aws_lc_rs::sign::any_supported_type, sign::CertifiedKey};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::{
    collections::HashMap,
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use zeroize::Zeroizing;

/// The CA's certificate in the data folder, which browsers must trust.
pub const CERTIFICATE_NAME: &str = "server-ca.crt";
const KEY_NAME: &str = "server-ca.key";
/// Life of the CA, in days.
const CA_DAYS: i32 = 3650;
/// Life of a leaf, in days.
const LEAF_DAYS: i32 = 90;
/// A leaf is made anew when it has fewer days left.
const LEAF_RENEWAL_DAYS: i32 = 30;
/// The most kept leaves; beyond it the collection begins anew.
const LEAVES_MAX: usize = 1024;

/// The CA with its leaves.
pub struct LocalhostCa {
    certificate: Certificate,
    key: PrivateKey,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    leaves: Mutex<HashMap<HostName, Leaf>>,
}

struct Leaf {
    key: Arc<CertifiedKey>,
    made_at: Timestamp,
    renew_from: Timestamp,
}

/// Why the CA cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LocalhostCaError {
    /// The system refused access.
    #[error("{path}: {source}; restore it from a copy of the data folder")]
    File { path: PathBuf, source: io::Error },
    /// The file is damaged.
    #[error("{path}: {reason}; restore it from a copy of the data folder")]
    Damaged { path: PathBuf, reason: String },
    /// Other accounts may read the key.
    #[error("{0}")]
    Open(String),
    /// Making keys or certificates failed.
    #[error("localhost certificates: {0}")]
    Making(String),
}

impl LocalhostCa {
    /// Makes the CA's files in `folder`.
    pub fn create(folder: &Path, clock: &dyn Clock, entropy: &dyn Entropy) -> Result<(), LocalhostCaError> {
        let making = |error: &dyn std::error::Error| LocalhostCaError::Making(error.to_string());
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(|error| making(&error))?;
        let serial = Serial::random(&mut *entropy.rng());
        let mark = &serial.to_hex()[..8];
        let name = Name::builder().common_name(format!("Sekisho localhost CA {mark}")).build();
        let name = name.map_err(|error| making(&error))?;
        let identity = IssuerIdentity::new(name.clone(), key.public_key());
        let profile = Profile::ServerCa { permitted_dns: vec!["localhost".to_owned()] };
        let validity = validity(clock.now(), CA_DAYS);
        let tbs = TbsCertificate::prepare(&profile, serial, &identity, &name, key.public_key(), validity)
            .map_err(|error| making(&error))?;
        let certificate = tbs.assemble(&key.sign(tbs.as_der()).map_err(|error| making(&error))?);
        let pkcs8 = key.to_pkcs8_der().map_err(|error| making(&error))?;
        let file = |name: &str| {
            let path = folder.join(name);
            move |source| LocalhostCaError::File { path, source }
        };
        write_private(&folder.join(KEY_NAME), &pkcs8).map_err(file(KEY_NAME))?;
        let path = folder.join(CERTIFICATE_NAME);
        write_private(&path, certificate.to_pem().as_bytes()).map_err(file(CERTIFICATE_NAME))?;
        // The file is public: other accounts of this machine may trust the CA, too.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).map_err(file(CERTIFICATE_NAME))
    }

    /// Opens the CA in `folder`.
    pub fn open(
        folder: &Path,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, LocalhostCaError> {
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read(&path).map_err(|source| LocalhostCaError::File { path, source })
        };
        let damaged = |name: &str, reason: &dyn std::error::Error| LocalhostCaError::Damaged {
            path: folder.join(name),
            reason: reason.to_string(),
        };
        let pem =
            String::from_utf8(read(CERTIFICATE_NAME)?).map_err(|error| damaged(CERTIFICATE_NAME, &error))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| damaged(CERTIFICATE_NAME, &error))?;
        if let Some(reason) = Readers::Owner.refuse(&folder.join(KEY_NAME)) {
            return Err(LocalhostCaError::Open(reason));
        }
        let pkcs8 = Zeroizing::new(read(KEY_NAME)?);
        let key = PrivateKey::from_pkcs8_der(&pkcs8).map_err(|error| damaged(KEY_NAME, &error))?;
        Ok(Self { certificate, key, clock, entropy, leaves: Mutex::default() })
    }

    fn leaf(&self, host: &HostName) -> Result<CertifiedKey, LocalhostCaError> {
        let making = |error: &dyn std::error::Error| LocalhostCaError::Making(error.to_string());
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(|error| making(&error))?;
        let name = Name::builder().common_name(label(host)).build().map_err(|error| making(&error))?;
        let profile = Profile::Server { dns_names: vec![host.as_str().to_owned()] };
        let serial = Serial::random(&mut *self.entropy.rng());
        let identity = self.certificate.issuer_identity();
        let validity = validity(self.clock.now(), LEAF_DAYS);
        let tbs = TbsCertificate::prepare(&profile, serial, &identity, &name, key.public_key(), validity)
            .map_err(|error| making(&error))?;
        let certificate = tbs.assemble(&self.key.sign(tbs.as_der()).map_err(|error| making(&error))?);
        let pkcs8 = key.to_pkcs8_der().map_err(|error| making(&error))?;
        let pkcs8 = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(pkcs8.to_vec()));
        let signing = any_supported_type(&pkcs8).map_err(|error| making(&error))?;
        Ok(CertifiedKey::new(vec![CertificateDer::from(certificate.as_der().to_vec())], signing))
    }

    fn kept(&self, host: &HostName) -> Option<Arc<CertifiedKey>> {
        let now = self.clock.now();
        // After a panic the map still contains only complete leaves.
        let mut leaves = self.leaves.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(leaf) = leaves.get(host).filter(|leaf| (leaf.made_at..leaf.renew_from).contains(&now)) {
            return Some(Arc::clone(&leaf.key));
        }
        let key = match self.leaf(host) {
            Ok(key) => Arc::new(key),
            Err(error) => {
                tracing::error!(%host, %error, "no server certificate");
                return None;
            }
        };
        if leaves.len() >= LEAVES_MAX {
            leaves.clear();
        }
        let renew_from = now + DAY * (LEAF_DAYS - LEAF_RENEWAL_DAYS);
        leaves.insert(host.clone(), Leaf { key: Arc::clone(&key), made_at: now, renew_from });
        Some(key)
    }
}

/// A common name may have 64 letters (RFC 5280 appendix A.1); the whole name is in the SAN.
fn label(host: &HostName) -> String {
    host.as_str().chars().take(64).collect()
}

/// Begins an hour before now, for clocks that differ.
fn validity(now: Timestamp, days: i32) -> Validity {
    Validity { not_before: now.as_second() - 3600, not_after: (now + DAY * days).as_second() }
}

fn is_local(host: &HostName) -> bool {
    host.as_str() == "localhost" || host.as_str().ends_with(".localhost")
}

impl ServerCertificates for LocalhostCa {
    fn certified_key(&self, host: &HostName) -> Option<Arc<CertifiedKey>> {
        is_local(host).then(|| self.kept(host)).flatten()
    }

    fn default_key(&self) -> Option<Arc<CertifiedKey>> {
        self.kept(&HostName::parse("localhost").ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wiring::clock::{SystemClock, SystemEntropy};

    fn ca() -> (tempfile::TempDir, LocalhostCa) {
        let folder = tempfile::tempdir().expect("folder");
        LocalhostCa::create(folder.path(), &SystemClock, &SystemEntropy).expect("create");
        let ca =
            LocalhostCa::open(folder.path(), Arc::new(SystemClock), Arc::new(SystemEntropy)).expect("open");
        (folder, ca)
    }

    #[test]
    fn a_name_keeps_its_leaf_and_another_name_gets_its_own() {
        let (_folder, ca) = ca();
        let host = |name: &str| HostName::parse(name).expect("name");
        let first = ca.certified_key(&host("sample.localhost")).expect("leaf");
        assert!(Arc::ptr_eq(&first, &ca.certified_key(&host("sample.localhost")).expect("leaf")));
        assert!(!Arc::ptr_eq(&first, &ca.certified_key(&host("other.localhost")).expect("leaf")));
        assert!(first.keys_match().is_ok());
    }

    #[test]
    fn names_of_other_domains_get_none() {
        let (_folder, ca) = ca();
        for name in ["example.jp", "evillocalhost", "localhost.example.jp"] {
            assert!(ca.certified_key(&HostName::parse(name).expect("name")).is_none(), "{name}");
        }
    }

    #[test]
    fn a_client_that_trusts_the_ca_accepts_the_leaf_for_its_name_only() {
        use rustls::client::{WebPkiServerVerifier, danger::ServerCertVerifier};
        use rustls_pki_types::{ServerName, UnixTime};
        let (_folder, ca) = ca();
        let leaf = ca.certified_key(&HostName::parse("sample.desk.localhost").expect("name")).expect("leaf");
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from(ca.certificate.as_der().to_vec())).expect("root");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().expect("verifier");
        let accepted = |name: &'static str| {
            let name = ServerName::try_from(name).expect("name");
            verifier
                .verify_server_cert(leaf.end_entity_cert().expect("leaf"), &[], &name, &[], UnixTime::now())
                .is_ok()
        };
        assert!(accepted("sample.desk.localhost"));
        assert!(!accepted("other.desk.localhost"));
    }
}
