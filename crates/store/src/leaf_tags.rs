//! Tags of certificates that were signed before tags existed: release 0.1.0 wrote none.

use crate::{
    Reader, StoreError, TenantTransaction,
    backend::{Row, row::corrupt, statements, values},
};
use domain::{
    certificate::LeafTag,
    id::{CertificateId, TenantId},
};

/// A signed certificate without a tag.
#[derive(Debug, Clone)]
pub struct UntaggedCertificate {
    pub id: CertificateId,
    pub tenant: TenantId,
    pub certificate_der: Vec<u8>,
}

statements! {
    UNTAGGED = shared(
        "SELECT c.id, c.tenant_id, d.certificate_der
         FROM certificate c JOIN certificate_document d ON d.certificate_id = c.id
         WHERE c.leaf_tag IS NULL AND c.id > $1 AND d.certificate_der IS NOT NULL ORDER BY c.id LIMIT $2"
    );
    TAG = shared("UPDATE certificate SET leaf_tag = $3 WHERE tenant_id = $1 AND id = $2 AND leaf_tag IS NULL");
}

fn untagged_from(row: &Row) -> Result<UntaggedCertificate, StoreError> {
    let certificate_der = row.optional_bytes("certificate_der")?;
    Ok(UntaggedCertificate {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        certificate_der: certificate_der.ok_or_else(|| corrupt("certificate_der", "it is NULL"))?,
    })
}

impl Reader {
    /// Signed certificates without a tag in the order of their ids, after the id `after`, at most `rows_max`.
    pub async fn untagged_certificates(
        &mut self,
        after: Option<CertificateId>,
        rows_max: u32,
    ) -> Result<Vec<UntaggedCertificate>, StoreError> {
        let after = after.as_ref().map_or(&[][..], |id| id.as_bytes().as_slice());
        let rows = self.connection.rows(&UNTAGGED, values![after, rows_max]).await?;
        rows.iter().map(untagged_from).collect()
    }
}

impl TenantTransaction<'_> {
    /// Keeps the tag of a certificate; `false` if the certificate has one by now.
    pub async fn tag_certificate(&mut self, id: CertificateId, tag: LeafTag) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, tag];
        self.connection.applied(&TAG, values).await
    }
}
