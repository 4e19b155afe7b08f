//! A second check of a to-be-signed certificate, before a CA's key is used.
//!
//! The rules read the bytes that will be signed, not the values they were made from, and do not depend on
//! [`crate::TbsCertificate::prepare`]. Each rule has its own file, with the clause that it enforces.
//!
//! **Invariant:** a certificate that breaks a rule is not signed; there are no warnings.

use const_oid::AssociatedOid;
use der::Decode;

use crate::certificate::structure::TbsStructure;
use crate::{PersonalPurposes, Profile};

mod authority_key_identifier;
mod basic_constraints;
mod crl_distribution_point;
mod extended_key_usage;
mod key_usage;
mod name_constraints;
mod serial;
mod signature_algorithm;
mod subject;
mod subject_alternative_name;
mod subject_key_identifier;
mod subject_public_key;
#[cfg(test)]
mod tests;
mod validity;

/// The intended kind of the certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// A self-signed trust anchor of the installation.
    Root,
    /// A CA below the root.
    SubordinateCa,
    /// A person's certificate, with its purposes beside client authentication.
    EndEntity(PersonalPurposes),
    /// The certificate that signs content of the installation's own.
    ContentSigner,
    /// The self-signed CA for local server names.
    ServerCa,
    /// A TLS server's certificate.
    Server,
}

/// A rule that the certificate breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("certificate refused by rule {rule} ({clause}): {fact}")]
pub struct LintRefusal {
    /// Stable name of the rule.
    pub rule: &'static str,
    /// The source of the rule.
    pub clause: &'static str,
    /// What is wrong with this certificate.
    pub fact: String,
}

/// One rule: its name, its source, and a check that returns the fault.
struct Rule {
    name: &'static str,
    clause: &'static str,
    check: fn(&Inspected<'_>) -> Result<(), String>,
}

const RULES: [&Rule; 13] = [
    &serial::RULE,
    &signature_algorithm::RULE,
    &validity::RULE,
    &subject::RULE,
    &subject_public_key::RULE,
    &basic_constraints::RULE,
    &key_usage::RULE,
    &extended_key_usage::RULE,
    &authority_key_identifier::RULE,
    &subject_key_identifier::RULE,
    &subject_alternative_name::RULE,
    &name_constraints::RULE,
    &crl_distribution_point::RULE,
];

/// Checks the bytes of a TBS certificate with every rule; returns the first broken one.
///
/// # Errors
/// [`LintRefusal`].
pub fn check_certificate(tbs_der: impl AsRef<[u8]>, expectation: Expectation) -> Result<(), LintRefusal> {
    let tbs = TbsStructure::from_der(tbs_der.as_ref()).map_err(|error| LintRefusal {
        rule: "readable",
        clause: "RFC 5280 §4.1",
        fact: error.to_string(),
    })?;
    let inspected = Inspected { tbs, expectation };
    for Rule { name, clause, check } in RULES {
        check(&inspected).map_err(|fact| LintRefusal { rule: name, clause, fact })?;
    }
    Ok(())
}

impl From<&Profile> for Expectation {
    fn from(profile: &Profile) -> Self {
        match profile {
            Profile::Root => Self::Root,
            Profile::InstallationCa { .. } | Profile::TenantIssuer { .. } => Self::SubordinateCa,
            Profile::EndEntity { purposes, .. } => Self::EndEntity(*purposes),
            Profile::ContentSigner { .. } => Self::ContentSigner,
            Profile::ServerCa { .. } => Self::ServerCa,
            Profile::Server { .. } => Self::Server,
        }
    }
}

impl Expectation {
    fn is_ca(self) -> bool {
        match self {
            Self::Root | Self::SubordinateCa | Self::ServerCa => true,
            Self::EndEntity(_) | Self::ContentSigner | Self::Server => false,
        }
    }
}

/// The certificate that the rules read.
struct Inspected<'a> {
    tbs: TbsStructure<'a>,
    expectation: Expectation,
}

impl Inspected<'_> {
    /// The extension `T` and whether it is critical; `None` if it is absent.
    fn extension<T>(&self) -> Result<Option<(bool, T)>, String>
    where
        T: AssociatedOid + for<'b> Decode<'b, Error = der::Error>,
    {
        let extensions = self.tbs.extensions.as_deref().unwrap_or_default();
        let mut found = extensions.iter().filter(|extension| extension.extn_id == T::OID);
        let Some(extension) = found.next() else {
            return Ok(None);
        };
        if found.next().is_some() {
            return Err(format!("extension {} appears twice", T::OID));
        }
        let value = T::from_der(extension.extn_value.as_bytes()).map_err(|error| error.to_string())?;
        Ok(Some((extension.critical, value)))
    }
}
