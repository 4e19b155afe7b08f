//! From the gate to the record: the first good request of a certificate proves that its import worked.

use authority::proof::CertificateProofs;
use domain::id::CertificateId;
use gate::Proofs;

/// Hands the gate's reports to the duty that notes them.
pub(super) struct SeenCertificates(pub(super) CertificateProofs);

impl Proofs for SeenCertificates {
    fn seen(&self, certificate: CertificateId) -> bool {
        self.0.certificate_seen(certificate)
    }
}
