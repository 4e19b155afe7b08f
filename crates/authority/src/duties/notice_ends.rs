//! Tells people that a certificate of theirs will end ([`domain::end_notice`]), and their administrators in one list.
//!
//! **Invariant:** a person gets each notice once, with any number of processes and whenever one of them dies: the
//! transaction that posts the mail notes the notice under the tenant's lock. The same holds for the list.

use super::{By, Duty, Plan, Run};
use crate::{
    Unavailable, core::Core, end_notice::NoticeBy, pickup_notice::administrators, runner::TenantWork,
    unavailable::FirstFailure,
};
use domain::{
    end_notice::{self, DIGEST_PAUSE, DueSpan},
    id::{CertificateId, TenantId},
    tenant::TenantKind,
    user::UserState,
};
use std::{collections::BTreeMap, time::Duration};
use store::certificate_notices::UnlistedEnd;
use templates::mail::{self, CertificatesEnd, ENDS_LISTED_MAX, EndingCertificate};

/// The most certificates of one look.
const ROUND_MAX: u32 = 1_000;
/// The most mails of one transaction: all certificates of a company may end in one hour.
const BATCH_MAX: usize = 100;
/// The most tenants of one look for lists.
const LISTS_MAX: u32 = 100;

pub(super) struct NoticeEnds(pub(super) Core);

#[async_trait::async_trait]
impl Duty for NoticeEnds {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "notice-ends", period, gathers, by: By::OneProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        let mut failure = FirstFailure::default();
        let mut noticed = 0;
        for span in end_notice::due_spans(self.0.now()) {
            noticed += self.notice_all(span, &mut failure).await?;
        }
        // After the notices, so that a list has all of a company's.
        self.list_all(&mut failure).await?;
        failure.into_result().map(|()| Run::of(noticed))
    }
}

impl NoticeEnds {
    /// Sends the notices of one span; returns how many certificates had theirs.
    async fn notice_all(&self, span: DueSpan, failure: &mut FirstFailure) -> Result<usize, Unavailable> {
        let mut all = 0;
        loop {
            let due = self.0.read().await?.certificates_to_notice(span, ROUND_MAX).await?;
            let mut by_tenant: BTreeMap<TenantId, Vec<CertificateId>> = BTreeMap::new();
            for (tenant, certificate) in due {
                by_tenant.entry(tenant).or_default().push(certificate);
            }
            let mut noticed = 0;
            for (tenant, certificates) in by_tenant {
                for some in certificates.chunks(BATCH_MAX) {
                    noticed += failure.note(tenant, self.notice_some(tenant, some).await).unwrap_or_default();
                }
            }
            if noticed == 0 {
                return Ok(all);
            }
            all += noticed;
        }
    }

    async fn notice_some(
        &self,
        tenant: TenantId,
        certificates: &[CertificateId],
    ) -> Result<usize, Unavailable> {
        let done = self.0.upkeep("notice_ends", |work| async move {
            let mut work = work.in_tenant::<Unavailable>(tenant).await?;
            let mut noticed = 0;
            if may_renew(&work) {
                for certificate in certificates {
                    noticed += usize::from(notice(&mut work, *certificate).await?);
                }
            }
            Ok::<_, Unavailable>(work.kept(noticed))
        });
        done.await
    }

    /// Sends the lists to administrators.
    async fn list_all(&self, failure: &mut FirstFailure) -> Result<(), Unavailable> {
        loop {
            let now = self.0.now();
            let since = now.checked_sub(DIGEST_PAUSE).map_err(Unavailable::because)?;
            let tenants = self.0.read().await?.tenants_with_unlisted_ends(since, now, LISTS_MAX).await?;
            let mut listed = 0;
            for tenant in tenants {
                listed += failure.note(tenant, self.list(tenant).await).unwrap_or_default();
            }
            if listed == 0 {
                return Ok(());
            }
        }
    }

    /// Sends a tenant's list; returns how many notices it covers.
    async fn list(&self, tenant: TenantId) -> Result<u64, Unavailable> {
        let done = self.0.upkeep("list_ends", |work| async move {
            let mut work = work.in_tenant::<Unavailable>(tenant).await?;
            let now = work.now;
            // If another process is at work, it has listed all by the time it releases the lock.
            let ends = work.records().unlisted_ends(ENDS_LISTED_MAX).await?;
            let count = work.records().unlisted_end_count().await?;
            let listed = work.records().list_ends(now).await?;
            if listed > 0 && may_renew(&work) && work.tenant.kind == TenantKind::Customer {
                post_list(&mut work, &ends, u32::try_from(count).unwrap_or(u32::MAX)).await?;
            }
            Ok::<_, Unavailable>(work.kept(listed))
        });
        done.await
    }
}

/// Whether the tenant's people can renew at all: while the company is shut out or its contract has ended, notices rest.
fn may_renew(work: &TenantWork) -> bool {
    let (tenant, now) = (&work.tenant, work.now);
    let shut_out = tenant.shut_out(work.core.service().contract_grace_days, now);
    shut_out.is_none() && now < tenant.license.valid_until
}

/// Sends the notice that is due for a certificate; `false` if its person must not have any now.
async fn notice(work: &mut TenantWork, id: CertificateId) -> Result<bool, Unavailable> {
    let now = work.now;
    let Some(certificate) = work.records().certificate(id).await? else { return Ok(false) };
    let Some(user) = work.records().user(certificate.user).await? else { return Ok(false) };
    let end = certificate.not_after;
    let may_have = certificate.is_to_be_renewed() && user.state == UserState::Active;
    let Some(newest) = end_notice::newest(end, now).filter(|_| may_have) else { return Ok(false) };
    let sent = work.records().notices_sent(id).await?;
    let window_days = work.tenant.policy.renewal_window_days;
    let Some(days) = end_notice::due(end, window_days, &sent, now) else {
        // It was sent while the clock was ahead, or would come before the certificate can be renewed.
        work.records().mark_noticed(id, newest).await?;
        return Ok(true);
    };
    if work.records().note_notice(id, days, end, now).await? {
        work.post_end_notice(&user, &certificate, NoticeBy::Duty).await?;
    }
    Ok(true)
}

async fn post_list(work: &mut TenantWork, ends: &[UnlistedEnd], count: u32) -> Result<(), Unavailable> {
    let tenant = work.tenant.clone();
    let ending = |end: &UnlistedEnd| EndingCertificate {
        user_name: end.user_name.clone(),
        device_name: end.device_name.clone(),
        not_after: end.not_after,
    };
    let list = CertificatesEnd {
        certificates: ends.iter().map(ending).collect(),
        count,
        desk: work.core.addresses().desk(&tenant.slug, ""),
    };
    for administrator in administrators(work, tenant.id).await? {
        // The person's own notice says all that a list of the person's own certificates would.
        if ends.iter().any(|end| end.user != administrator.id) {
            let letter =
                work.core.letter(&administrator, &tenant, |head| mail::certificates_end(&list, head));
            work.post_among_many(tenant.id, &letter).await?;
        }
    }
    Ok(())
}
