//! Tags certificates that another release has signed without one, so that the gate finds them.
//!
//! **Invariant:** the tag of a certificate is written once, from the signed bytes on record.

use crate::{Authority, LeafTagKey, Unavailable};
use aws_lc_rs::hmac;
use domain::status_change::StatusChange;

/// Certificates of one transaction.
const ROUND_MAX: u32 = 1_000;

impl Authority {
    /// What the gate tags certificates under.
    pub fn leaf_tag_key(&self) -> Result<LeafTagKey, Unavailable> {
        Ok(self.seal().leaf_tag_key()?)
    }

    /// What vouches for a retry page's request to forget a choice; the same for all processes of the installation.
    pub fn choice_key(&self) -> Result<hmac::Key, Unavailable> {
        Ok(self.seal().choice_key()?)
    }

    /// Before the gate answers: tags whatever has no tag; how many certificates.
    ///
    /// Other processes are told where there can be any.
    pub async fn tag_certificates(&self) -> Result<u32, Unavailable> {
        let key = self.leaf_tag_key()?;
        let (mut tagged, mut last) = (0, None);
        loop {
            let untagged = self.store().read().await?.untagged_certificates(last, ROUND_MAX).await?;
            let Some(newest) = untagged.last() else { return Ok(tagged) };
            last = Some(newest.id);
            let mut work = self.begin("tag_certificates").await?;
            for certificate in &untagged {
                let tag = key.tag(&certificate.certificate_der);
                if work.tenant(certificate.tenant).tag_certificate(certificate.id, tag).await? {
                    tagged += 1;
                    work.changed(StatusChange::Certificate(certificate.id));
                }
            }
            work.finish_unlogged().await?;
        }
    }
}
