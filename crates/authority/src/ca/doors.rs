//! The doors of the CA, one for each context that needs a signature: the holder of a door can have nothing
//! else signed.

use super::{Ca, FIRST_GENERATION, NewIssuingAuthority, Prepared, SigningIssuer, TENANT_ISSUER};
use crate::Unavailable;
use domain::{id::IssuerId, issuer::IssuerKind, tenant::Tenant};
use pki::{Certificate, Crl, TbsCrl};
use store::{Constraint, Lane, Recorded};

/// Signs recorded certificates.
#[derive(Clone)]
pub(crate) struct CertificateSigner(Ca);

impl CertificateSigner {
    pub(crate) fn new(ca: &Ca) -> Self {
        Self(ca.clone())
    }

    /// The same signer over the database's connections of another lane.
    pub(crate) fn on(&self, lane: Lane) -> Self {
        Self(Ca { core: self.0.core.on(lane), signer: self.0.signer.clone() })
    }

    pub(crate) async fn sign(&self, recorded: Recorded<Prepared>) -> Result<Certificate, Unavailable> {
        self.0.sign_certificate(recorded).await
    }
}

/// Signs revocation lists.
#[derive(Clone)]
pub(crate) struct CrlSigner(Ca);

impl CrlSigner {
    pub(crate) fn new(ca: &Ca) -> Self {
        Self(ca.clone())
    }

    pub(crate) async fn sign(&self, issuer: IssuerId, list: &TbsCrl) -> Result<Crl, Unavailable> {
        self.0.sign_crl(issuer, list).await
    }
}

/// Makes the issuers of tenants.
#[derive(Clone)]
pub(crate) struct TenantIssuerMaker(Ca);

impl TenantIssuerMaker {
    pub(crate) fn new(ca: &Ca) -> Self {
        Self(ca.clone())
    }

    /// Makes the tenant's issuer if there is none. Of two processes that make it at the same time, the second
    /// does nothing; the reconciler completes an issuer that a crash left half made.
    pub(crate) async fn ensure(&self, tenant: &Tenant) -> Result<(), Unavailable> {
        if !self.0.core.read().await?.tenant(tenant.id).issuers().await?.is_empty() {
            return Ok(());
        }
        let above = self.0.core.read().await?.newest_issuer(IssuerKind::Installation).await?;
        let above = above.ok_or_else(|| Unavailable::because("there is no installation CA"))?;
        let above = SigningIssuer::of(&above)?;
        let (tenant, above, generation) = (Some(tenant), Some(&above), FIRST_GENERATION);
        let new = NewIssuingAuthority { profile: &TENANT_ISSUER, tenant, above, generation };
        match self.0.make_issuer(&new).await {
            Ok(_) => Ok(()),
            Err(error) if error.conflict() == Some(Constraint::IssuerGeneration) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
