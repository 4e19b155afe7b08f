//! A mail as it lies, sealed, in the outbox: to whom, and what it says.

use crate::Authority;
use domain::{email::EmailAddress, tenant::Tenant, user::User};
use serde::{Deserialize, Serialize};
use templates::{Letterhead, Mail};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A rendered mail to one person. May hold a PIN or a one-time password: no `Debug`, wiped on drop.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

impl Letter {
    pub(crate) fn new(to: &EmailAddress, mail: Mail) -> Self {
        let Mail { subject, text, html } = mail;
        Self { to: to.as_str().to_owned(), subject, text, html }
    }
}

impl Authority {
    /// Renders a mail for one person of a tenant.
    pub(crate) fn letter(
        &self,
        to: &User,
        tenant: &Tenant,
        write: impl FnOnce(&Letterhead) -> Mail,
    ) -> Letter {
        let head = Letterhead {
            locale: to.locale,
            service_name: self.service().name(to.locale).to_owned(),
            public_url: self.addresses().public_url.clone(),
            time_zone: self.service().time_zone.clone(),
            now: self.now(),
            support_contact: tenant.support_contact.clone(),
        };
        Letter::new(&to.email, write(&head))
    }
}
