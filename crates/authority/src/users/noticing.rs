//! A person has the notice again that a certificate will end.

use super::{People, UserError, in_service};
use crate::{Unavailable, end_notice::NoticeBy, runner::TenantWork};
use domain::{
    act,
    certificate::CertificateRecord,
    end_notice::{AGAIN_PAUSE, ends_soon},
    grant::{Grant, ManageUsers},
    id::{TenantId, UserId},
    license::LicenseRefusal,
    mail::MailClass,
    user::UserState,
};
use store::{PageRequest, certificates::CertificateFilter};

/// The most certificates, the newest first, among which those that end soon are looked for.
const CERTIFICATES_MAX: u32 = 100;

impl People {
    /// Sends the notice of each of a person's certificates that ends soon.
    ///
    /// # Errors
    /// [`UserError::NothingEndsSoon`]; [`UserError::NoticedBefore`] if it was sent again within [`AGAIN_PAUSE`].
    pub async fn send_end_notice(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
    ) -> Result<(), UserError> {
        self.send_end_notice_as(grant, tenant, user, MailClass::Awaited).await
    }

    /// The same for one of several people in a bulk act. The mails yield to mails that a person waits for.
    pub async fn send_end_notice_among_many(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
    ) -> Result<(), UserError> {
        self.send_end_notice_as(grant, tenant, user, MailClass::Bulk).await
    }

    async fn send_end_notice_as(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
        class: MailClass,
    ) -> Result<(), UserError> {
        let done = self.core.act_in(grant.to(act::SendEndNotice), tenant, |mut work| async move {
            in_service(&work.tenant)?;
            let (now, license) = (work.now, work.tenant.license);
            if now >= license.valid_until {
                return Err(UserError::License(LicenseRefusal::Expired(license.valid_until)));
            }
            let user = work.records().lock_user(user).await?.ok_or(UserError::NotFound)?;
            if user.state != UserState::Active {
                return Err(UserError::Suspended);
            }
            let ending = ending_soon(&mut work, user.id).await?;
            if ending.is_empty() {
                return Err(UserError::NothingEndsSoon(work.tenant.policy.renewal_window_days));
            }
            let since = now.checked_sub(AGAIN_PAUSE).map_err(Unavailable::because)?;
            let mut sent = 0;
            for certificate in &ending {
                if work.records().note_notice_again(certificate.id, now, since).await? {
                    work.post_end_notice(&user, certificate, NoticeBy::Administrator(class)).await?;
                    sent += 1;
                }
            }
            if sent == 0 {
                return Err(UserError::NoticedBefore);
            }
            Ok(work.done(user.id, format!("certificates={sent}"), ()))
        });
        done.await
    }
}

async fn ending_soon(work: &mut TenantWork, user: UserId) -> Result<Vec<CertificateRecord>, Unavailable> {
    let (now, newest) = (work.now, PageRequest::first(CERTIFICATES_MAX));
    let window_days = work.tenant.policy.renewal_window_days;
    let found = work.records().certificates(CertificateFilter::User(user), &newest).await?;
    let ends = |one: &CertificateRecord| one.is_to_be_renewed() && ends_soon(one.not_after, window_days, now);
    Ok(found.rows.into_iter().filter(ends).collect())
}
