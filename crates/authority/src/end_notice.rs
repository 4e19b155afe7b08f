//! The notice of a certificate's end as a letter to its person.

use crate::{Unavailable, letter::Addressed, runner::TenantWork};
use domain::{certificate::CertificateRecord, mail::MailClass, tenant::TenantKind, user::User};
use templates::mail::{self, CertificateEnds};

/// Who wanted the notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoticeBy {
    /// The calendar.
    Duty,
    /// An administrator, for one person or for many.
    Administrator(MailClass),
}

impl TenantWork {
    /// Puts the notice into the outbox.
    pub(crate) async fn post_end_notice(
        &mut self,
        user: &User,
        certificate: &CertificateRecord,
        by: NoticeBy,
    ) -> Result<(), Unavailable> {
        let letter = self.end_notice(user, certificate, by);
        match by {
            NoticeBy::Administrator(MailClass::Awaited) => self.post(certificate.tenant, &letter).await,
            NoticeBy::Administrator(MailClass::Bulk) | NoticeBy::Duty => {
                self.post_among_many(certificate.tenant, &letter).await
            }
        }
    }

    fn end_notice(&self, user: &User, certificate: &CertificateRecord, by: NoticeBy) -> Addressed {
        let tenant = &self.tenant;
        let is_customer = tenant.kind == TenantKind::Customer;
        let ends = CertificateEnds {
            user_name: user.display_name.clone(),
            device_name: certificate.device_name.clone(),
            not_after: certificate.not_after,
            certificate: certificate.id.to_string(),
            asked_for: by != NoticeBy::Duty,
            desk: is_customer.then(|| self.core.addresses().desk(&tenant.slug, "")),
        };
        self.core.letter(user, tenant, |head| mail::certificate_ends(&ends, head))
    }
}
