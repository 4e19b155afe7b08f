//! Puts an application behind a tenant's site.

use super::{TenantError, Tenants, must_be_customer};
use crate::{sharing, work::must_apply};
use domain::{
    act,
    conduct::Conduct,
    grant::{Grant, ManageTenants},
    id::TenantId,
    site::{SiteKind, Upstream},
    status_change::StatusChange,
};

impl Tenants {
    /// Puts an application behind the tenant's site, or the built-in portal for `None`. `is_unchanged`
    /// receives the present upstream.
    ///
    /// # Errors
    /// [`TenantError::Changed`] if the edit began on another upstream.
    pub async fn set_upstream(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        upstream: Option<Upstream>,
        is_unchanged: impl Fn(Option<&Upstream>) -> bool + Send + Sync,
    ) -> Result<(), TenantError> {
        let (upstream, is_unchanged) = (upstream.as_ref(), &is_unchanged);
        let done = self.core.act_in(grant.to(act::SetUpstream), id, |mut work| async move {
            must_be_customer(&work.tenant)?;
            let sites = work.records().sites().await?;
            let site =
                sites.iter().find(|site| site.kind == SiteKind::Application).ok_or(TenantError::NotFound)?;
            if !is_unchanged(site.upstream.as_ref()) {
                return Err(TenantError::Changed);
            }
            let tenant = work.tenant.clone();
            if let Some(upstream) = upstream {
                work.be_alone().await?;
                let judged = sharing::judge(&mut work, &tenant, site.upstream.as_ref(), upstream).await?;
                judged.map_err(TenantError::Sharing)?;
            }
            must_apply(work.records().set_upstream(site.id, upstream).await?)?;
            work.changed(StatusChange::Site(site.id));
            let detail = upstream.map_or_else(|| "portal".to_owned(), detail_of);
            Ok(work.done(tenant.slug, detail, ()))
        });
        done.await
    }
}

/// The audit detail of an application's record: every difference from an ordinary one, except the headers
/// that are set.
fn detail_of(upstream: &Upstream) -> String {
    let (conduct, ordinary) = (&upstream.conduct, Conduct::default());
    let mut detail = format!("address={}", upstream.address);
    let mut tell = |text: String| {
        detail.push(' ');
        detail.push_str(&text);
    };
    if !upstream.removed.is_empty() {
        tell(format!("removed={}", upstream.removed.join(",")));
    }
    if conduct.answer_wait_seconds != ordinary.answer_wait_seconds {
        tell(format!("answer-wait={}s", conduct.answer_wait_seconds));
    }
    if conduct.encoded_slashes {
        tell("encoded-slashes".to_owned());
    }
    if conduct.own_connections {
        tell("own-connections".to_owned());
    }
    if conduct.apple_401 {
        tell("apple-401".to_owned());
    }
    if let Some(most) = conduct.requests_max {
        tell(format!("requests-max={most}"));
    }
    if let Some(most) = conduct.tunnels_max {
        tell(format!("websockets-max={most}"));
    }
    detail
}
