//! The company's settings: an administrator's own in a form, the operator's with their values.

use crate::{page::pages, voice::Voice};
use domain::{
    form::{Field, FieldKind, Form},
    tenant_form::TenantField,
};

/// `/settings`.
#[derive(Debug, Clone)]
pub struct SettingsPage {
    /// The typed values, or those on record.
    pub form: Form<TenantField>,
    /// Identifies the record from which an edit began; hidden: `begun_on`.
    pub begun_on: String,
    /// What is on record.
    pub present: Form<TenantField>,
    /// Whether the visitor may change the settings.
    pub can_change: bool,
    /// Whom to ask for what is the operator's.
    pub provider_contact: String,
    /// Whether they were saved just now.
    pub saved: bool,
}

impl SettingsPage {
    const LANGUAGES: &[&str] = &["ja", "en"];

    /// What an operator has set, in the order of the page.
    const OF_OPERATOR: [TenantField; 11] = [
        TenantField::DisplayName,
        TenantField::Seats,
        TenantField::ValidUntil,
        TenantField::CertificateDays,
        TenantField::PinLifetimeHours,
        TenantField::RenewalWindowDays,
        TenantField::RenewalGraceDays,
        TenantField::CompatPkcs12Allowed,
        TenantField::LoginSuffix,
        TenantField::EmailDomains,
        TenantField::VouchedDomains,
    ];

    /// Names of fields with their values on record.
    fn shown(&self, t: &Voice, fields: &[TenantField]) -> Vec<(String, String)> {
        let line = |field: &TenantField| {
            let value = self.present.text(*field);
            let value = match field.kind() {
                _ if value.is_empty() => t.say("settings-none").to_string(),
                FieldKind::Tick => t.say(format!("settings-{value}")).to_string(),
                FieldKind::Choice(prefix) => t.say(format!("{prefix}-{value}")).to_string(),
                FieldKind::Text | FieldKind::Secret => value.to_owned(),
            };
            (t.say(format!("field-{}", field.name().replace('_', "-"))).to_string(), value)
        };
        fields.iter().map(line).collect()
    }

    fn of_operator(&self, t: &Voice) -> Vec<(String, String)> {
        self.shown(t, &Self::OF_OPERATOR)
    }

    fn of_administrator(&self, t: &Voice) -> Vec<(String, String)> {
        self.shown(t, &TenantField::OF_ADMINISTRATOR)
    }
}

pages! {
    form settings(SettingsPage: TenantField) = "desk/settings.html";
}
