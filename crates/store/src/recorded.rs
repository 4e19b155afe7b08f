//! Record, then sign: the bytes that a CA key signs are on record before the key is used.
//!
//! **Invariant:** a [`Recorded`] exists only after the commit that holds its serial number and its
//! to-be-signed bytes, and signing takes a [`Recorded`]. So the store knows every certificate that exists,
//! and [`unsigned_certificates`](crate::Reader::unsigned_certificates) finds those that a crash leaves
//! unsigned.

use crate::{
    Committed, Outcome, StoreError, Transaction,
    backend::{statements, values},
    issuers::NewIssuer,
    profile_signers::NewProfileSigner,
};
use domain::{certificate::CertificateRecord, time::Timestamp};

/// A value whose to-be-signed bytes (RFC 5280 §4.1.1.1) a CA key will sign.
pub trait ToBeSigned {
    fn tbs_der(&self) -> &[u8];
}

/// A value that is durably on record and may now be signed.
#[derive(Debug)]
pub struct Recorded<T>(T);

impl<T> Recorded<T> {
    pub fn prepared(&self) -> &T {
        &self.0
    }

    /// Gives the value to the signer.
    pub fn into_prepared(self) -> T {
        self.0
    }
}

/// A value that is written down, and that is on record once its transaction is committed.
#[derive(Debug)]
#[must_use = "it can be signed once its transaction is committed"]
pub struct ToRecord<T>(T);

impl<T> Outcome for ToRecord<T> {
    type Kept = Recorded<T>;

    fn kept(self, _: Committed) -> Recorded<T> {
        Recorded(self.0)
    }
}

statements! {
    INSERT_CERTIFICATE_TBS =
        shared("INSERT INTO certificate_document (certificate_id, tbs_der) VALUES ($1, $2)");
}

impl Transaction {
    /// Writes an unsigned certificate down. The row names the certificate's own tenant, to which user and
    /// application must belong.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `CertificateSerial`: draw another serial.
    pub async fn record_certificate<T: ToBeSigned>(
        &mut self,
        certificate: &CertificateRecord,
        prepared: T,
        at: Timestamp,
    ) -> Result<ToRecord<T>, StoreError> {
        self.tenant(certificate.tenant).insert_certificate(certificate, at).await?;
        self.connection.execute(&INSERT_CERTIFICATE_TBS, values![certificate.id, prepared.tbs_der()]).await?;
        self.tenant(certificate.tenant).keep_progress(certificate.user, at).await?;
        Ok(ToRecord(prepared))
    }

    /// Writes an issuer down, with its sealed key and its unsigned certificate. Its first revocation list is
    /// due at once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `IssuerGeneration`.
    pub async fn record_issuer<T: ToBeSigned>(
        &mut self,
        issuer: &NewIssuer<'_>,
        prepared: T,
        at: Timestamp,
    ) -> Result<ToRecord<T>, StoreError> {
        self.insert_issuer(issuer, prepared.tbs_der(), at).await?;
        Ok(ToRecord(prepared))
    }

    /// Writes a signer of configuration profiles down, with its sealed key and its unsigned certificate.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `ProfileSignerGeneration`.
    pub async fn record_profile_signer<T: ToBeSigned>(
        &mut self,
        signer: &NewProfileSigner<'_>,
        prepared: T,
        at: Timestamp,
    ) -> Result<ToRecord<T>, StoreError> {
        self.insert_profile_signer(signer, prepared.tbs_der(), at).await?;
        Ok(ToRecord(prepared))
    }
}
