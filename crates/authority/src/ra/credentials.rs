//! Whose credentials a form shows: code, e-mail address, one-time password and, with a contract sheet, its file.

use super::{ApplyRefusal, DataEntryRefusal, Registration};
use crate::{Unavailable, seal::hashes_match};
use domain::{
    application_form::StatedApplication,
    data_entry::DataEntry,
    id::{InvitationId, TenantId, UserId},
    invitation::InvitationKind,
    tenant::TenantState,
};

/// Who an application is from, once the credentials were found right.
pub(super) struct Applicant {
    pub(super) tenant: TenantId,
    pub(super) user: UserId,
    pub(super) invitation: InvitationId,
    pub(super) invited: InvitationKind,
    /// Whether a roman name is on record.
    pub(super) named: bool,
}

impl Registration {
    /// Reads a `data_entry.txt` for the form: what it says, if its contract still allows a certificate.
    pub async fn read_data_entry(
        &self,
        file: &str,
    ) -> Result<Result<DataEntry, DataEntryRefusal>, Unavailable> {
        let entry = match self.data_entries.parse(file).await? {
            Ok(entry) => entry,
            Err(error) => return Ok(Err(DataEntryRefusal::File(error))),
        };
        let mut reader = self.core.read().await?;
        let tenant = reader.tenant_by_identification_code(&entry.identification_code).await?;
        let Some(tenant) = tenant.filter(|tenant| tenant.state != TenantState::Ended) else {
            return Ok(Err(DataEntryRefusal::TenantClosed));
        };
        let seats_used = reader.tenant(tenant.id).seats_used(self.core.now()).await?;
        let admitted = tenant.license.admit(seats_used, self.core.now());
        Ok(admitted.map(|()| entry).map_err(DataEntryRefusal::License))
    }

    /// Was a good `data_entry.txt` of the typed code's tenant shown?
    pub(super) async fn check_data_entry(&self, stated: &StatedApplication) -> Result<bool, ApplyRefusal> {
        let Some(file) = &stated.data_entry else { return Ok(false) };
        let entry = self.read_data_entry(file).await?.map_err(ApplyRefusal::DataEntry)?;
        if stated.identification_code != entry.identification_code {
            return Err(ApplyRefusal::DataEntry(DataEntryRefusal::OtherTenant));
        }
        Ok(true)
    }

    /// The applicant whose credentials these are. Unknown codes and addresses go the same way as known
    /// ones, with stand-ins that nothing can match.
    pub(super) async fn applicant(
        &self,
        stated: &StatedApplication,
        data_entry_shown: bool,
    ) -> Result<Option<Applicant>, Unavailable> {
        let now = self.core.now();
        let rng = &mut *self.core.rng();
        let mut reader = self.core.read().await?;
        let tenant = reader.tenant_by_identification_code(&stated.identification_code).await?;
        let tenant_id = tenant.as_ref().map_or_else(|| TenantId::new(now, rng), |tenant| tenant.id);
        let user = reader.tenant(tenant_id).user_by_email(&stated.email).await?;
        let user_id = user.as_ref().map_or_else(|| UserId::new(now, rng), |user| user.id);
        let invitations = reader.tenant(tenant_id).open_invitations(user_id, now).await?;
        let typed = self.passwords.hash(user_id.as_bytes(), stated.password.expose())?;
        let mut fitting = None;
        for invitation in invitations {
            let matches = hashes_match(&typed, &invitation.secret_hash);
            if invitation.admits(matches, data_entry_shown, now) {
                fitting = Some(invitation);
            }
        }
        Ok(match (tenant, user, fitting) {
            (Some(tenant), Some(user), Some(invitation)) => {
                let (id, invited) = (invitation.id, invitation.kind);
                let named = user.roman_name.is_some();
                Some(Applicant { tenant: tenant.id, user: user.id, invitation: id, invited, named })
            }
            _ => None,
        })
    }
}
