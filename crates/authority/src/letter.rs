//! The sealed mail of the outbox: recipient, text, and a file that goes with it.

use crate::{core::Core, mail::address_in};
use domain::{
    email::EmailAddress,
    id::UserId,
    locale::Locale,
    tenant::Tenant,
    user::{Role, User},
};
use serde::{Deserialize, Serialize};
use templates::{
    Letterhead, Mail,
    mail::{Asks, Attachment},
};
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
    /// Mails of older releases have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) enclosure: Option<Enclosure>,
}

/// A file that goes with a letter.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Enclosure {
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) content: String,
}

/// A letter with the person it goes to.
pub(crate) struct Addressed {
    pub(crate) user: UserId,
    pub(crate) letter: Letter,
}

impl Letter {
    pub(crate) fn new(to: &EmailAddress, locale: Locale, contact: &str, mail: Mail) -> Self {
        let Mail { subject, text, html, attachment } = mail;
        let (to, locale) = (to.as_str().to_owned(), locale.tag().to_owned());
        let enclosure = attachment.map(|file| {
            let Attachment { name, media_type, content } = file;
            Enclosure { name, media_type, content }
        });
        Self { to, subject, text, html, reply_to: address_in(contact), locale, enclosure }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_that_an_older_release_has_queued_still_reads() {
        let queued = r#"{"to":"a@a.test","subject":"s","text":"t","html":"h","reply_to":null,"locale":"ja"}"#;
        let letter: Letter = serde_json::from_str(queued).expect("reads");
        assert!(letter.enclosure.is_none() && !letter.is_english());
        assert_eq!(
            serde_json::to_string(&letter).expect("writes"),
            queued,
            "nor does a file-less mail change"
        );
    }
}
