//! Mails about an application that waits: one to the applicant, one to each person who can decide.

use super::Registration;
use crate::{Unavailable, runner::TenantWork};
use domain::{
    application::{Application, Submitted},
    pin_delivery::PinRecipient,
    slug::TenantSlug,
    tenant::Tenant,
    user::{Role, User},
};
use templates::mail::{self, ApplicationWaiting};

/// Those who decide.
struct Deciders {
    tenant: Tenant,
    people: Vec<User>,
    /// The page on which they do.
    page: String,
    /// The company that has nobody who could, for its operators.
    helpless: Option<String>,
}

impl Registration {
    /// Tells the applicant, and the company's administrators. Where none of them has a certificate that opens
    /// Administration, the operators decide.
    pub(crate) async fn announce_waiting(
        &self,
        work: &mut TenantWork,
        user: &User,
        application: &Application<Submitted>,
    ) -> Result<(), Unavailable> {
        let tenant = &work.tenant.clone();
        let reference = application.particulars().reference.to_string();
        let pin = PinRecipient::of(&tenant.policy, user.role);
        let letter = self.core.letter(user, tenant, |head| {
            mail::application_received(&user.display_name, &reference, pin, head)
        });
        work.post(tenant.id, &letter).await?;
        let deciders = self.deciders(work).await?;
        let waiting = ApplicationWaiting {
            applicant_name: user.display_name.clone(),
            applicant_email: user.email.to_string(),
            reference,
            purpose: application.particulars().purpose,
            page: deciders.page,
            helpless: deciders.helpless,
        };
        for decider in deciders.people {
            let letter =
                self.core.letter(&decider, &deciders.tenant, |head| mail::application_waits(&waiting, head));
            work.post(deciders.tenant.id, &letter).await?;
        }
        Ok(())
    }

    async fn deciders(&self, work: &mut TenantWork) -> Result<Deciders, Unavailable> {
        let (tenant, now) = (work.tenant.clone(), work.now);
        if work.records().desk_keys(now, 1).await?.is_empty()
            && let Some(operators) = work.tenant_by_slug(&TenantSlug::console()).await?
        {
            let people = work.tenant(operators.id).users_with_role(Role::Operator).await?;
            let page = self.core.addresses().console(&format!("/tenants/{}#applications", tenant.id));
            return Ok(Deciders { tenant: operators, people, page, helpless: Some(tenant.display_name) });
        }
        let people = work.records().users_with_role(Role::Administrator).await?;
        let page = self.core.addresses().desk(&tenant.slug, "/applications");
        Ok(Deciders { tenant, people, page, helpless: None })
    }
}
