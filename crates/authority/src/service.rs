//! The service's own words in pages and mails.

use crate::mail::Sender;
use domain::{bounds::TenantBounds, email::EmailAddress, license, locale::Locale, tenant::Tenant};

/// Names, addresses and bounds of the service, from the configuration.
#[derive(Debug, Clone)]
pub struct ServiceProfile {
    /// Name in Japanese.
    pub name_ja: String,
    /// Name in English.
    pub name_en: String,
    /// Display name of the mails' sender.
    pub sender_name: String,
    /// Display name of the sender of English mails.
    pub sender_name_en: String,
    /// Address of the mails' sender.
    pub sender_address: EmailAddress,
    /// The contact for people of a tenant without a contact of its own.
    pub support_contact: String,
    /// The zone of all shown dates and of contracts' ends.
    pub time_zone: jiff::tz::TimeZone,
    /// Days from a contract's end until its tenant is suspended.
    pub contract_grace_days: u32,
    /// How much one tenant may use of shared resources.
    pub bounds: TenantBounds,
}

impl ServiceProfile {
    /// The service's name in a language.
    pub fn name(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ja => &self.name_ja,
            Locale::En => &self.name_en,
        }
    }

    /// The last day of a tenant's contract, in the service's time zone.
    pub fn last_day(&self, tenant: &Tenant) -> jiff::civil::Date {
        license::last_day(tenant.license.valid_until, &self.time_zone)
    }

    /// The sender of mails, by the language of the recipient.
    pub(crate) fn sender(&self, english: bool) -> Sender {
        let name = if english { &self.sender_name_en } else { &self.sender_name };
        Sender { name: name.clone(), address: self.sender_address.clone() }
    }
}
