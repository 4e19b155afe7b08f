//! Tags certificates that another release has signed without a tag, so that the gate finds them.
//!
//! **Invariant:** the tag of a certificate is written once, from the signed bytes on record.

use super::{By, Duty, Plan, Run};
use crate::{Authority, LeafTagKey, Unavailable};
use domain::status_change::StatusChange;
use std::time::Duration;
use store::leaf_tags::UntaggedCertificate;

/// Certificates of one transaction.
const ROUND_MAX: u32 = 1_000;

pub(super) struct TagCertificates;

#[async_trait::async_trait]
impl Duty for TagCertificates {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "tag-certificates", period, gathers, by: By::OneProcess }
    }

    async fn run(&self, authority: &Authority) -> Result<Run, Unavailable> {
        Ok(Run::of(authority.tag_certificates().await?))
    }
}

impl Authority {
    /// Before the gate answers: tags whatever has no tag; how many certificates.
    ///
    /// A status change reaches other processes, where there can be any.
    pub async fn tag_certificates(&self) -> Result<u32, Unavailable> {
        let key = self.leaf_tag_key()?;
        let (mut tagged, mut last) = (0, None);
        loop {
            let untagged = self.store().read().await?.untagged_certificates(last, ROUND_MAX).await?;
            let Some(newest) = untagged.last() else { return Ok(tagged) };
            last = Some(newest.id);
            tagged += self.tag(&key, &untagged).await?;
        }
    }

    async fn tag(&self, key: &LeafTagKey, untagged: &[UntaggedCertificate]) -> Result<u32, Unavailable> {
        self.upkeep("tag_certificates", |mut work| async move {
            let mut tagged = 0;
            for certificate in untagged {
                let tag = key.tag(&certificate.certificate_der);
                if work.tenant(certificate.tenant).tag_certificate(certificate.id, tag).await? {
                    tagged += 1;
                    work.changed(StatusChange::Certificate(certificate.id));
                }
            }
            Ok::<_, Unavailable>(work.kept(tagged))
        })
        .await
    }
}
