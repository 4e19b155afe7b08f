//! The proof that an import worked: the gate has seen the certificate.

use crate::{Authority, Unavailable};
use domain::id::{CertificateId, TenantId};

impl Authority {
    /// Notes that the gate has seen this certificate for the first time. Noting it again does nothing.
    pub async fn note_proof(&self, tenant: TenantId, certificate: CertificateId) -> Result<(), Unavailable> {
        self.upkeep("prove_certificate", |mut work| async move {
            let now = work.now;
            work.tenant(tenant).prove_certificate(certificate, now).await?;
            Ok(work.kept(()))
        })
        .await
    }
}
