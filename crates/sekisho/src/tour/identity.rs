//! A picked-up PKCS#12 file, read by a reader that shares no code with its writer.

use super::Mishap;
use p12_keystore::Pkcs12Archive;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// A browser's state after the import.
pub(super) struct BrowserIdentity {
    /// The person's certificate, then its issuer.
    chain: Vec<CertificateDer<'static>>,
    key_pkcs8: Vec<u8>,
    /// The name that systems show.
    pub(super) friendly_name: String,
    /// Certificates in the file.
    pub(super) certificates: usize,
}

impl BrowserIdentity {
    /// Opens the file with the person's password.
    pub(super) fn open(file: &[u8], password: &str) -> Result<Self, Mishap> {
        let archive = Pkcs12Archive::from_pkcs12(file, password).map_err(Mishap::because)?;
        let [key] = archive.keys.as_slice() else {
            return Err(Mishap::because(format_args!("the file holds {} keys", archive.keys.len())));
        };
        let id = key.local_key_id.as_ref().map(|id| id.0.clone());
        let (own, others): (Vec<_>, Vec<_>) = archive.certs.iter().partition(|bag| bag.local_key_id == id);
        let [leaf] = own.as_slice() else {
            return Err(Mishap::because(format_args!("{} certificates belong to the key", own.len())));
        };
        let chain = std::iter::once(leaf).chain(&others);
        Ok(Self {
            chain: chain.map(|bag| CertificateDer::from(bag.cert.as_der().to_vec())).collect(),
            key_pkcs8: key.key.as_der().to_vec(),
            friendly_name: leaf.friendly_name.clone().unwrap_or_default(),
            certificates: archive.certs.len(),
        })
    }

    /// The person's certificate.
    pub(super) fn certificate(&self) -> Result<pki::Certificate, Mishap> {
        let leaf = self.chain.first().ok_or_else(|| Mishap::because("an empty chain"))?;
        pki::Certificate::from_der(leaf).map_err(Mishap::because)
    }

    /// Chain and key for a TLS handshake.
    pub(super) fn chain_and_key(&self) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        (self.chain.clone(), PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key_pkcs8.clone())))
    }
}
