//! Asks for a client certificate, and checks that the client holds its key. It checks nothing else.

use crate::{decision::identity, status::TenantIssuers};
use pki::{Certificate, Serial};
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature},
    server::danger::{ClientCertVerified, ClientCertVerifier},
};
use rustls_pki_types::{CertificateDer, UnixTime};
use std::{cell::Cell, sync::Arc};

/// Accepts every certificate whose possession the handshake proves, so that a person with a bad one gets a
/// page instead of a broken connection. Identity and permission are judged afterwards.
#[derive(Debug)]
pub(super) struct PossessionOnly {
    issuers: Arc<TenantIssuers>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl PossessionOnly {
    pub(super) fn new(issuers: Arc<TenantIssuers>, provider: &CryptoProvider) -> Self {
        Self { issuers, algorithms: provider.signature_verification_algorithms }
    }
}

tokio::task_local! {
    /// The serial of a certificate whose key was not proved in this task's handshake. All connections to a
    /// site share one verifier, and an error type of its own would change the alert (RFC 8446 §4.4.3:
    /// `decrypt_error`).
    static FAILED_PROOF: Cell<Option<Serial>>;
}

/// Runs a handshake, and returns the serial of a certificate whose key its client could not prove to hold.
pub(crate) async fn proving<F: Future>(handshake: F) -> (F::Output, Option<Serial>) {
    let watched = async { (handshake.await, FAILED_PROOF.with(Cell::take)) };
    FAILED_PROOF.scope(Cell::default(), watched).await
}

/// A failed check ends the handshake, except for certificates that no issuer on record can have signed:
/// [`identity`] treats their holders as strangers in any case.
fn unless_strange(
    checked: Result<HandshakeSignatureValid, Error>,
    certificate: &CertificateDer<'_>,
) -> Result<HandshakeSignatureValid, Error> {
    checked.or_else(|error| {
        if identity::is_checkable(certificate) {
            let serial = Certificate::from_der(certificate).ok().map(|leaf| leaf.serial());
            // Outside of `proving` no caller reads the value.
            let _ = FAILED_PROOF.try_with(|failed| failed.set(serial));
            Err(error)
        } else {
            Ok(HandshakeSignatureValid::assertion())
        }
    })
}

impl ClientCertVerifier for PossessionOnly {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.issuers.names
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        unless_strange(verify_tls12_signature(message, certificate, signed, &self.algorithms), certificate)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        unless_strange(verify_tls13_signature(message, certificate, signed, &self.algorithms), certificate)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
