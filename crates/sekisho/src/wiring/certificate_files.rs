//! The gate's certificates from PEM files, each for the names in it.

use crate::config::TlsFiles;
use domain::host_name::HostName;
use gate::ServerCertificates;
use rustls::{crypto::aws_lc_rs::sign::any_supported_type, sign::CertifiedKey};
use rustls_pki_types::{
    CertificateDer, DnsName, PrivateKeyDer, ServerName,
    pem::{self, PemObject},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// Certificates from files.
pub struct CertificateFiles {
    keys: Vec<Arc<CertifiedKey>>,
}

/// Why a pair of files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateFileError {
    /// The file is not readable as PEM.
    #[error("tls file {path}: {source}; it must hold PEM text")]
    Pem { path: PathBuf, source: pem::Error },
    /// The file has no certificate.
    #[error("tls file {path}: holds no certificate")]
    Empty { path: PathBuf },
    /// The key cannot be used, or belongs to another certificate.
    #[error("tls key {path}: {source}; it must be the key of the certificate beside it")]
    Key { path: PathBuf, source: rustls::Error },
}

impl CertificateFiles {
    /// Reads all pairs.
    pub fn read(files: &[TlsFiles]) -> Result<Self, CertificateFileError> {
        Ok(Self { keys: files.iter().map(pair).collect::<Result<_, _>>()? })
    }
}

fn pair(files: &TlsFiles) -> Result<Arc<CertifiedKey>, CertificateFileError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| CertificateFileError::Pem { path, source }
    };
    let chain = CertificateDer::pem_file_iter(&files.certificate).map_err(unreadable(&files.certificate))?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(unreadable(&files.certificate))?;
    if chain.is_empty() {
        return Err(CertificateFileError::Empty { path: files.certificate.clone() });
    }
    let refused = |source| CertificateFileError::Key { path: files.key.clone(), source };
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(unreadable(&files.key))?;
    let key = any_supported_type(&key).map_err(refused)?;
    let certified = CertifiedKey::new(chain, key);
    certified.keys_match().map_err(refused)?;
    Ok(Arc::new(certified))
}

fn bears(key: &CertifiedKey, host: &HostName) -> bool {
    let Ok(name) = DnsName::try_from(host.as_str().to_owned()) else { return false };
    let Some(certificate) = key.cert.first() else { return false };
    rustls::server::ParsedCertificate::try_from(certificate)
        .and_then(|certificate| rustls::client::verify_server_name(&certificate, &ServerName::DnsName(name)))
        .is_ok()
}

impl ServerCertificates for CertificateFiles {
    fn certified_key(&self, host: &HostName) -> Option<Arc<CertifiedKey>> {
        self.keys.iter().find(|key| bears(key, host)).cloned()
    }

    fn default_key(&self) -> Option<Arc<CertifiedKey>> {
        self.keys.first().cloned()
    }
}
