//! The certificates by which the installation signs configuration profiles, with their sealed keys. Only
//! [`crate::Recorded`] creates them.

use crate::{
    Reader, StoreError, Transaction,
    backend::{Row, statements, values},
};
use domain::{
    certificate::CertificateKey,
    id::{IssuerId, ProfileSignerId},
    time::Timestamp,
};

/// A signer whose certificate is not signed yet.
#[derive(Clone, Copy)]
pub struct NewProfileSigner<'a> {
    pub id: ProfileSignerId,
    /// 1 at first, and one more at each renewal.
    pub generation: u32,
    /// Issuer and serial number.
    pub key: &'a CertificateKey,
    /// Its private key, sealed under the key-encryption key.
    pub key_sealed: &'a [u8],
}

/// A signer with its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileSigner {
    pub id: ProfileSignerId,
    /// The authority that signed its certificate.
    pub issuer: IssuerId,
    pub certificate_der: Vec<u8>,
    /// Its private key, sealed under the key-encryption key.
    pub key_sealed: Vec<u8>,
}

statements! {
    INSERT = shared(
        "INSERT INTO profile_signer (id, generation, issuer_id, serial, key_sealed, tbs_der, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    SIGN = shared(
        "UPDATE profile_signer SET certificate_der = $2, tbs_der = NULL
         WHERE id = $1 AND certificate_der IS NULL"
    );
    NEWEST = shared(
        "SELECT id, issuer_id, certificate_der, key_sealed FROM profile_signer
         WHERE certificate_der IS NOT NULL ORDER BY generation DESC LIMIT 1"
    );
    GENERATIONS = shared("SELECT coalesce(MAX(generation), 0) AS count FROM profile_signer");
}

impl Reader {
    /// The newest signer that has its certificate.
    pub async fn newest_profile_signer(&mut self) -> Result<Option<ProfileSigner>, StoreError> {
        let row = self.connection.row(&NEWEST, values![]).await?;
        row.as_ref().map(signer_from).transpose()
    }

    /// The newest generation on record, also of a signer that a crash left without a certificate; 0 without any.
    pub async fn newest_profile_signer_generation(&mut self) -> Result<u32, StoreError> {
        let generation = self.connection.count(&GENERATIONS, values![]).await?;
        Ok(u32::try_from(generation).unwrap_or(u32::MAX))
    }
}

impl Transaction {
    /// The row of a signer that is not signed yet.
    pub(crate) async fn insert_profile_signer(
        &mut self,
        signer: &NewProfileSigner<'_>,
        tbs_der: &[u8],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let NewProfileSigner { id, generation, key, key_sealed } = *signer;
        let values = values![id, generation, key.issuer, key.serial.as_bytes(), key_sealed, tbs_der, at];
        self.connection.execute(&INSERT, values).await?;
        Ok(())
    }

    /// Keeps a signer's signed certificate; `false` if it has one already or is not on record.
    pub async fn keep_signed_profile_signer(
        &mut self,
        id: ProfileSignerId,
        certificate_der: &[u8],
    ) -> Result<bool, StoreError> {
        self.connection.applied(&SIGN, values![id, certificate_der]).await
    }
}

fn signer_from(row: &Row) -> Result<ProfileSigner, StoreError> {
    Ok(ProfileSigner {
        id: row.id("id")?,
        issuer: row.id("issuer_id")?,
        certificate_der: row.bytes("certificate_der")?,
        key_sealed: row.bytes("key_sealed")?,
    })
}
