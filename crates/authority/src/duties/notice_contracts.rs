//! Tells administrators that their company's contract ends or has ended ([`domain::contract_notice`]), and the operators
//! in one list.
//!
//! **Invariant:** each notice is sent once, with any number of processes and whenever one of them dies: the transaction
//! that posts the mails notes the notice under the tenant's lock. The same holds for the list.

use super::{By, Duty, Plan, Run};
use crate::{
    Unavailable, core::Core, pickup_notice::administrators, runner::TenantWork, unavailable::FirstFailure,
};
use domain::{
    contract_notice,
    end_notice::DIGEST_PAUSE,
    id::TenantId,
    slug::TenantSlug,
    tenant::TenantState,
    user::{Role, UserState},
};
use std::time::Duration;
use store::contract_notices::UnlistedContract;
use templates::mail::{self, ContractEnds, ContractsEnd, ENDS_LISTED_MAX, EndingContract};

pub(super) struct NoticeContracts(pub(super) Core);

#[async_trait::async_trait]
impl Duty for NoticeContracts {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "notice-contracts", period, gathers, by: By::OneProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        let (now, grace_days) = (self.0.now(), self.0.service().contract_grace_days);
        let (from, until) = contract_notice::announced_ends(grace_days, now);
        let contracts = self.0.read().await?.contracts_ending(from, until).await?;
        let mut failure = FirstFailure::default();
        let mut noticed = 0_u64;
        for contract in contracts {
            if contract_notice::due(&contract.license, grace_days, &contract.sent, now).is_some() {
                let tenant = contract.tenant;
                noticed += failure.note(tenant, self.notice(tenant).await).map_or(0, u64::from);
            }
        }
        failure.note("the operators' list", self.list().await);
        failure.into_result().map(|()| Run::of(noticed))
    }
}

impl NoticeContracts {
    /// Tells a tenant's administrators what is due, as its contract is by now; `false` if nothing is.
    async fn notice(&self, tenant: TenantId) -> Result<bool, Unavailable> {
        let done = self.0.upkeep("notice_contracts", |work| async move {
            let mut work = work.in_tenant::<Unavailable>(tenant).await?;
            let (now, license, grace_days) =
                (work.now, work.tenant.license, work.core.service().contract_grace_days);
            let sent = work.records().contract_notices_sent(license.valid_until).await?;
            let due = contract_notice::due(&license, grace_days, &sent, now);
            let Some(notice) = due.filter(|_| work.tenant.state == TenantState::Active) else {
                return Ok(work.kept(false));
            };
            if !work.records().note_contract_notice(license.valid_until, notice, now).await? {
                return Ok(work.kept(false));
            }
            let tenant = work.tenant.clone();
            let ends = ContractEnds {
                notice,
                tenant_name: tenant.display_name.clone(),
                contract_number: tenant.contract_number.clone(),
                valid_until: license.valid_until,
                shut_out_from: license.suspended_from(grace_days),
                desk: work.core.addresses().desk(&tenant.slug, ""),
            };
            for administrator in administrators(&mut work, tenant.id).await? {
                let letter =
                    work.core.letter(&administrator, &tenant, |head| mail::contract_ends(&ends, head));
                work.post_among_many(tenant.id, &letter).await?;
            }
            Ok::<_, Unavailable>(work.kept(true))
        });
        done.await
    }

    /// Sends the operators' list, unless there was one within [`DIGEST_PAUSE`].
    async fn list(&self) -> Result<(), Unavailable> {
        let mut reader = self.0.read().await?;
        let Some(operators) = reader.tenant_by_slug(&TenantSlug::console()).await? else { return Ok(()) };
        if reader.unlisted_contract_count().await? == 0 {
            return Ok(());
        }
        drop(reader);
        let done = self.0.upkeep("list_contracts", |work| async move {
            let mut work = work.in_tenant::<Unavailable>(operators.id).await?;
            let now = work.now;
            let since = now.checked_sub(DIGEST_PAUSE).map_err(Unavailable::because)?;
            if work.contracts_listed(since, now).await? > 0 {
                return Ok(work.kept(()));
            }
            let contracts = work.unlisted_contracts(ENDS_LISTED_MAX).await?;
            let count = work.unlisted_contract_count().await?;
            if work.list_contracts(now).await? > 0 {
                post_list(&mut work, &contracts, u32::try_from(count).unwrap_or(u32::MAX)).await?;
            }
            Ok::<_, Unavailable>(work.kept(()))
        });
        done.await
    }
}

async fn post_list(
    work: &mut TenantWork,
    contracts: &[UnlistedContract],
    count: u32,
) -> Result<(), Unavailable> {
    let ending = |one: &UnlistedContract| EndingContract {
        notice: one.notice,
        tenant_name: one.display_name.clone(),
        slug: one.slug.to_string(),
        contract_number: one.contract_number.clone(),
        valid_until: one.valid_until,
    };
    let list = ContractsEnd {
        contracts: contracts.iter().map(ending).collect(),
        count,
        console: work.core.addresses().console(""),
    };
    let tenant = work.tenant.clone();
    for operator in work.records().users_with_role(Role::Operator).await? {
        if operator.state == UserState::Active {
            let letter = work.core.letter(&operator, &tenant, |head| mail::contracts_end(&list, head));
            work.post_among_many(tenant.id, &letter).await?;
        }
    }
    Ok(())
}
