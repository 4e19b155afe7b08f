//! The sealed mail of the outbox: recipient and text.

use crate::{core::Core, mail::address_in};
use domain::{
    email::EmailAddress,
    id::UserId,
    locale::Locale,
    tenant::Tenant,
    user::{Role, User},
};
use serde::{Deserialize, Serialize};
use templates::{Letterhead, Mail, mail::Asks};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A rendered mail to one person. May hold a PIN or a one-time password: no `Debug`, wiped on drop.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    /// Where answers go to; mails of older releases do not say.
    #[serde(default)]
    pub(crate) reply_to: Option<String>,
    /// The language's tag, by which the sender is named; mails of older releases do not say.
    #[serde(default)]
    pub(crate) locale: String,
}

/// A letter with the person it goes to.
pub(crate) struct Addressed {
    pub(crate) user: UserId,
    pub(crate) letter: Letter,
}

impl Letter {
    pub(crate) fn new(to: &EmailAddress, locale: Locale, contact: &str, mail: Mail) -> Self {
        let Mail { subject, text, html } = mail;
        let (to, locale) = (to.as_str().to_owned(), locale.tag().to_owned());
        Self { to, subject, text, html, reply_to: address_in(contact), locale }
    }

    pub(crate) fn is_english(&self) -> bool {
        self.locale == Locale::En.tag()
    }
}

impl Core {
    /// Renders a mail for one person of a tenant.
    pub(crate) fn letter(
        &self,
        to: &User,
        tenant: &Tenant,
        write: impl FnOnce(&Letterhead) -> Mail,
    ) -> Addressed {
        let asks = if to.role == Role::Administrator { Asks::Provider } else { Asks::Administrator };
        let contact = match asks {
            Asks::Provider => &self.service().support_contact,
            Asks::Administrator => &tenant.support_contact,
        };
        let head = self.letterhead(to.locale, contact, asks);
        Addressed { user: to.id, letter: Letter::new(&to.email, to.locale, contact, write(&head)) }
    }

    /// What stands above and below every mail.
    pub(crate) fn letterhead(&self, locale: Locale, support_contact: &str, asks: Asks) -> Letterhead {
        Letterhead {
            locale,
            service_name: self.service().name(locale).to_owned(),
            public_url: self.addresses().public_url.clone(),
            time_zone: self.service().time_zone.clone(),
            now: self.now(),
            support_contact: support_contact.to_owned(),
            asks,
        }
    }
}
