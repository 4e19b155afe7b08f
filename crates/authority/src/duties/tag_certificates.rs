//! Tags certificates that another release has signed without a tag, so that the gate finds them.
//!
//! **Invariant:** the tag of a certificate is written once, from the signed bytes on record.

use super::{By, Duties, Duty, Plan, Run};
use crate::{LeafTagKey, Unavailable, core::Core};
use domain::status_change::StatusChange;
use std::time::Duration;
use store::leaf_tags::UntaggedCertificate;

/// Certificates of one transaction.
const ROUND_MAX: u32 = 1_000;

pub(super) struct TagCertificates {
    pub(super) core: Core,
    pub(super) key: LeafTagKey,
}

#[async_trait::async_trait]
impl Duty for TagCertificates {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "tag-certificates", period, gathers, by: By::OneProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        Ok(Run::of(self.tag_all().await?))
    }
}

impl TagCertificates {
    /// Tags all untagged certificates; returns how many. A status change reaches other processes, if there
    /// can be any.
    async fn tag_all(&self) -> Result<u32, Unavailable> {
        let (mut tagged, mut last) = (0, None);
        loop {
            let untagged = self.core.read().await?.untagged_certificates(last, ROUND_MAX).await?;
            let Some(newest) = untagged.last() else { return Ok(tagged) };
            last = Some(newest.id);
            tagged += self.tag(&untagged).await?;
        }
    }

    async fn tag(&self, untagged: &[UntaggedCertificate]) -> Result<u32, Unavailable> {
        let done = self.core.upkeep("tag_certificates", |mut work| async move {
            let mut tagged = 0;
            for certificate in untagged {
                let tag = self.key.tag(&certificate.certificate_der);
                if work.tenant(certificate.tenant).tag_certificate(certificate.id, tag).await? {
                    tagged += 1;
                    work.changed(StatusChange::Certificate(certificate.id));
                }
            }
            Ok::<_, Unavailable>(work.kept(tagged))
        });
        done.await
    }
}

impl Duties {
    /// Tags all untagged certificates before the gate answers; returns how many.
    pub async fn tag_certificates(&self) -> Result<u32, Unavailable> {
        self.tag_untagged().tag_all().await
    }
}
