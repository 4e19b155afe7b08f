//! Makes a tenant's contract sheet anew.

use super::{TenantError, Tenants, must_be_customer};
use crate::{
    Unavailable,
    invitation::{Issued, NewInvitation, Readable, RestingInvitation, hand_over_time},
    runner::TenantWork,
    sheet::{HandOver, sheet_lifetime},
    users::forget_former_address,
    work::must_apply,
};
use domain::{
    act,
    email::EmailAddress,
    grant::{Actor, Grant, ManageTenants},
    id::{InvitationId, TenantId, UserId},
    invitation::InvitationKind,
    status_change::StatusChange,
    user::{Role, User},
};
use store::{Constraint, PAGE_ROWS_MAX, PageRequest, TenantReader, certificates::CertificateFilter};

/// The recipient of a tenant's contract sheet: its first administrator.
#[derive(Debug)]
pub struct SheetRecipient {
    /// The administrator.
    pub user: User,
    /// Whether the administrator has picked up a certificate. Only then the address is known to be read.
    pub established: bool,
}

impl Tenants {
    /// The recipient of a new sheet; `None` if the tenant has no administrator.
    pub async fn sheet_recipient(&self, id: TenantId) -> Result<Option<SheetRecipient>, Unavailable> {
        sheet_recipient(&mut self.core.read().await?.tenant(id)).await
    }

    /// A contract sheet, for the minutes in which its maker may open it again; `None` for everybody else,
    /// after that time, and for ids of no invitation.
    pub async fn made_sheet(
        &self,
        grant: &Grant<ManageTenants>,
        tenant: TenantId,
        id: InvitationId,
    ) -> Result<Option<Readable<HandOver>>, Unavailable> {
        let Some(found) = self.invitations.found(grant, tenant, id).await? else {
            return Ok(None);
        };
        let RestingInvitation { password, tenant, user, until, .. } = found;
        let made_at = until.checked_sub(hand_over_time()).map_err(Unavailable::because)?;
        let made = self.sheets.hand_over(tenant, user.email, password, made_at).await?;
        Ok(Some(Readable { made, until }))
    }

    /// Makes a new sheet with a new password; the old password opens nothing from then on. `sheet` is the id
    /// of its invitation, from the form.
    ///
    /// `address` corrects a mistyped address of the first administrator, until the first pickup with it.
    ///
    /// # Errors
    /// [`TenantError::SentBefore`] for a form that was sent before.
    pub async fn new_sheet(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        address: Option<EmailAddress>,
        sheet: InvitationId,
    ) -> Result<HandOver, TenantError> {
        let address = address.as_ref();
        let made = self.core.act_in(grant.to(act::NewSheet), id, |mut work| async move {
            must_be_customer(&work.tenant)?;
            let recipient = sheet_recipient(&mut work.records()).await?;
            let recipient = recipient.ok_or(TenantError::NoAdministrator)?;
            let corrected = address.filter(|address| **address != recipient.user.email);
            let (administrator, detail) = match corrected {
                Some(address) => readdress(&mut work, recipient, address).await?,
                None => (recipient.user, String::new()),
            };
            let invitation = sheet_invitation(sheet, administrator.id, grant.actor());
            let password = match self.invitations.issue(&mut work, id, invitation).await? {
                Issued::Now(_, password) => password,
                Issued::Before if corrected.is_none() => return Err(TenantError::SentBefore(id)),
                // An address other than the existing sheet's is a different request, too.
                Issued::Before | Issued::OtherWish => return Err(TenantError::FormUsed),
            };
            let (tenant, now) = (work.tenant.clone(), work.now);
            let slug = tenant.slug.clone();
            Ok(work.done(slug, detail, (tenant, administrator.email, password, now)))
        });
        let (tenant, email, password, made_at) = made.await?;
        Ok(self.sheets.hand_over(tenant, email, password, made_at).await?)
    }
}

pub(super) fn sheet_invitation(id: InvitationId, user: UserId, maker: Actor) -> NewInvitation {
    let (kind, lifetime) = (InvitationKind::Sheet, sheet_lifetime());
    NewInvitation { id, user, kind, lifetime, shown_to: Some(maker) }
}

/// The tenant's first administrator.
async fn sheet_recipient(tenant: &mut TenantReader<'_>) -> Result<Option<SheetRecipient>, Unavailable> {
    let administrators = tenant.users_with_role(Role::Administrator).await?;
    let Some(user) = administrators.into_iter().min_by_key(|user| user.id) else { return Ok(None) };
    let first = PageRequest::first(PAGE_ROWS_MAX);
    let certificates = tenant.certificates(CertificateFilter::User(user.id), &first).await?;
    // A certificate that a crash left unsigned has reached nobody.
    let established = certificates.rows.iter().any(|certificate| certificate.picked_up_at.is_some());
    Ok(Some(SheetRecipient { user, established }))
}

/// Writes the first administrator's corrected address; returns the record, and words for the audit log.
async fn readdress(
    work: &mut TenantWork,
    recipient: SheetRecipient,
    address: &EmailAddress,
) -> Result<(User, String), TenantError> {
    if recipient.established {
        return Err(TenantError::AdministratorEstablished);
    }
    if !work.tenant.names.fit_email(address) {
        return Err(TenantError::EmailElsewhere(work.tenant.names.email_domains.clone()));
    }
    let administrator = User { email: address.clone(), ..recipient.user };
    let detail = forget_former_address(work, &administrator).await?;
    let updated = work.records().update_user(&administrator).await;
    must_apply(updated.map_err(|error| match error.conflict() {
        Some(Constraint::UserEmail) => TenantError::EmailTaken,
        _ => error.into(),
    })?)?;
    work.changed(StatusChange::User(administrator.id));
    Ok((administrator, detail))
}
