//! The certification authority: a profile and a checked key are prepared, recorded, signed.
//!
//! [`profile`] defines, as data, the contents and lives of certificates. [`prepare`] makes to-be-signed bytes
//! from a profile, an issuer and a [`CheckedKey`], and lints them. The store records them; the
//! [`signer`](mod@signer) signs recorded bytes. [`issuers`] does all of it for the installation's own
//! authorities, of any generation.
//!
//! Issuing knows no PIN, no cookie and no PKCS#12; a context that orders a certificate knows no profile.
//!
//! **Invariant:** a context that needs a signature holds one of the [`doors`], which signs one kind of thing.
//!
//! **Invariant:** a person's certificate is prepared from an approved application only.
//!
//! **Invariant:** a certificate names only a [`CheckedKey`], whose private half its subject has.

mod checked_key;
mod doors;
mod issuers;
mod prepare;
mod profile;
mod profile_signers;
mod signer;
#[cfg(test)]
mod tests;

pub use checked_key::CheckedKey;
pub(crate) use doors::{CertificateSigner, CrlSigner, TenantIssuerMaker};
pub(crate) use issuers::NewIssuingAuthority;
pub(crate) use prepare::{PersonalOrder, Prepared, SigningIssuer};
pub(crate) use profile::{INSTALLATION_CA, PROFILE_SIGNER, ROOT, TENANT_ISSUER};
pub(crate) use profile_signers::{NewProfileSignerKey, ProfileSignerMaker};
pub(crate) use signer::Signer;

use crate::core::Core;
use std::sync::Arc;

/// The generation of an issuer without a predecessor.
pub(crate) const FIRST_GENERATION: u32 = 1;

/// Makes the installation's own authorities, and signs as them.
#[derive(Clone)]
pub(crate) struct Ca {
    core: Core,
    signer: Arc<Signer>,
}

impl Ca {
    pub(crate) fn new(core: &Core, signer: &Arc<Signer>) -> Self {
        Self { core: core.clone(), signer: Arc::clone(signer) }
    }
}
