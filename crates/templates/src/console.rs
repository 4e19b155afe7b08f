//! The operators' console: tenants, their contract and site, new sheets.

mod mail;

pub use mail::{MailNotice, MailPage, TenantMailLine, mail};

use crate::{
    certificate_profile,
    desk::PickupLine,
    page::pages,
    voice::{Phrase, Voice},
};
use domain::{
    device::DeviceType,
    form::{Field, FieldKind},
    license::LicenseStanding,
    site::IdentityValue,
    tenant::{Tenant, TenantState},
    tenant_form::{TenantField, TenantForm},
    time::Timestamp,
    upstream_form::{UpstreamField, UpstreamForm},
    user::{Progress, Role},
};

/// `/` of the console; filter `q`.
#[derive(Debug, Clone)]
pub struct TenantsPage {
    /// The text of the search.
    pub query: String,
    /// Matching tenants on all pages.
    pub total: u32,
    /// The tenants of this page.
    pub tenants: Vec<TenantLine>,
    /// Address of the first page; `None` on the first page.
    pub first: Option<String>,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
}

/// A tenant in the list.
#[derive(Debug, Clone)]
pub struct TenantLine {
    pub id: String,
    /// Name as people write it.
    pub display_name: String,
    pub slug: String,
    pub state: TenantState,
    /// Certificates in force or being made.
    pub seats_used: u32,
    /// Certificates that the contract allows.
    pub seats: u32,
    /// End of the contract.
    pub valid_until: Timestamp,
    /// In force, in its days of grace, or past them.
    pub contract: LicenseStanding,
}

/// `/tenants/new`; hidden: `invitation`.
#[derive(Debug, Clone, Default)]
pub struct TenantFormPage {
    /// The typed values.
    pub form: TenantForm,
    /// Id that the sheet's invitation will have: sent twice, the form adds one tenant.
    pub invitation: String,
    /// Id of the tenant that already has the short name, for a link.
    pub slug_owner: Option<String>,
}

impl TenantFormPage {
    const LANGUAGES: &[&str] = &["ja", "en"];
    const PIN_DELIVERIES: &[&str] = &["mail", "administrator"];
}

/// `/tenants/{id}/edit`: the settings that no certificate contains.
#[derive(Debug, Clone)]
pub struct TenantEditPage {
    /// The tenant's id.
    pub id: String,
    /// The tenant's name on record.
    pub name_on_record: String,
    /// Identifies the record from which the edit began; hidden: `begun_on`.
    pub begun_on: String,
    /// The typed values, or those on record.
    pub form: TenantForm,
}

/// `/tenants/{id}/certificate-profile`: what stands in certificates, and in which form devices get them.
#[derive(Debug, Clone)]
pub struct TenantProfilePage {
    /// The tenant's id.
    pub id: String,
    /// The tenant's name on record.
    pub name_on_record: String,
    /// The organisational unit on record.
    pub unit: Option<String>,
    /// Identifies the record from which the edit began; hidden: `begun_on`.
    pub begun_on: String,
    /// The typed values, or those on record.
    pub form: TenantForm,
}

impl TenantProfilePage {
    const DEVICES: [DeviceType; DeviceType::ALL.len()] = DeviceType::ALL;

    fn unit_hint(&self, t: &Voice) -> Phrase {
        t.say("profile-unit-hint").with("unit", self.unit.as_deref().unwrap_or("none"))
    }
}

/// One of a tenant's administrators and this person's progress.
#[derive(Debug, Clone)]
pub struct AdministratorLine {
    /// Name as people write it.
    pub display_name: String,
    pub email: String,
    pub progress: Progress,
}

/// An application that waits for an operator, because the company has nobody left who could decide.
#[derive(Debug, Clone)]
pub struct WaitingApplication {
    pub id: String,
    pub display_name: String,
    pub email: String,
    pub role: Role,
    pub device_name: String,
    /// 受付番号.
    pub reference: String,
    pub submitted_at: Timestamp,
}

/// `/tenants/{id}`.
#[derive(Debug, Clone)]
pub struct TenantPage {
    pub waiting: Vec<WaitingApplication>,
    /// The tenant's line in lists.
    pub line: TenantLine,
    /// When the tenant's people are shut out.
    pub suspended_from: Timestamp,
    /// The whole record.
    pub tenant: Tenant,
    /// The administrators of its people.
    pub administrators: Vec<AdministratorLine>,
    /// Open pickups of administrators and auditors.
    pub pickups: Vec<PickupLine>,
    /// How many people it has.
    pub users: u32,
    /// Address of the tenant's site without a slash at its end.
    pub site: String,
    /// Address of the tenant's desk without a slash at its end.
    pub desk: String,
    /// The application; `None` for the portal.
    pub upstream: Option<String>,
    /// The application's extra header fields.
    pub headers: Vec<HeaderShown>,
    /// How many users break the rules for names.
    pub misfits: u32,
    /// Short names of tenants whose people the application could confuse with this tenant's.
    pub shared_in_doubt: Vec<String>,
    /// The notice of the last act, directly after it.
    pub notice: Option<TenantNotice>,
}

impl TenantLine {
    /// The key of the text about the effects of the contract's end; `None` while the contract is in force.
    fn contract_ended_key(&self) -> Option<&'static str> {
        match self.contract {
            LicenseStanding::InForce => None,
            LicenseStanding::InGrace => Some("contract-in-grace"),
            LicenseStanding::Suspended => Some("contract-suspended"),
        }
    }
}

/// `/tenants/{id}/contract`: seats and end.
#[derive(Debug, Clone)]
pub struct ContractPage {
    pub line: TenantLine,
    /// When the tenant's people are shut out.
    pub suspended_from: Timestamp,
    /// Days from the contract's end until the suspension.
    pub grace_days: u32,
    /// Identifies the record from which the edit began; hidden: `begun_on`.
    pub begun_on: String,
    /// The typed values, or those on record.
    pub form: TenantForm,
}

impl ContractPage {
    fn suspended_by_hand(&self) -> bool {
        self.line.state == TenantState::Suspended
    }
}

/// A header field that the application gets under an extra name.
#[derive(Debug, Clone)]
pub struct HeaderShown {
    /// The field's name.
    pub name: String,
    pub value: IdentityValue,
}

impl HeaderShown {
    fn label(&self) -> &'static str {
        match self.value {
            IdentityValue::User => "field-login-name",
            IdentityValue::UserAtTenant => "field-user-at-tenant",
            IdentityValue::Id => "field-permanent-id",
            IdentityValue::Email => "field-email",
            IdentityValue::Tenant => "field-slug",
            IdentityValue::Groups => "field-groups",
            IdentityValue::Assertion => "field-assertion",
            IdentityValue::ClientCert => "field-client-cert",
        }
    }
}

/// `/tenants/{id}/upstream`: the application behind the site.
#[derive(Debug, Clone)]
pub struct UpstreamPage {
    /// Identifies the record from which the edit began; hidden: `begun_on`.
    pub begun_on: String,
    /// The tenant's id.
    pub id: String,
    /// The tenant's name.
    pub display_name: String,
    /// The typed values, or those on record.
    pub form: UpstreamForm,
}

impl TenantPage {
    /// One sentence for each of the tenant's settings: the text `policy-NAME`, or `policy-NAME-VALUE`
    /// for a box or choice.
    fn policy_lines(&self, t: &Voice) -> Vec<Phrase> {
        let form = TenantForm::of_settings(&self.tenant);
        let line = |field: TenantField| {
            let (name, text) = (field.name().replace('_', "-"), form.text(field));
            match field.kind() {
                FieldKind::Tick | FieldKind::Choice(_) => t.say(format!("policy-{name}-{text}")),
                _ => t.say(format!("policy-{name}")).with("number", text.parse::<u32>().unwrap_or_default()),
            }
        };
        TenantField::of_policy().map(line).chain(certificate_profile::lines(&self.tenant, t)).collect()
    }

    fn suspended(&self) -> bool {
        self.line.state == TenantState::Suspended
    }

    fn ended(&self) -> bool {
        self.line.state == TenantState::Ended
    }
}

/// The notice after an act on a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantNotice {
    Suspended,
    Resumed,
    Ended,
    Saved,
    ContractChanged,
    Approved,
}

impl TenantNotice {
    fn takes_away(self) -> bool {
        matches!(self, Self::Suspended | Self::Ended)
    }

    fn key(self) -> &'static str {
        match self {
            Self::Suspended => "tenant-notice-suspended",
            Self::Resumed => "tenant-notice-resumed",
            Self::Ended => "tenant-notice-ended",
            Self::Saved => "tenant-notice-saved",
            Self::ContractChanged => "tenant-notice-contract-changed",
            Self::Approved => "tenant-notice-approved",
        }
    }
}

/// An act on a tenant to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantAct {
    /// Shuts everybody of the tenant out.
    Suspend,
    /// Lets the tenant's people in again.
    Resume,
    /// Ends a suspended tenant for good.
    End,
    /// Makes a new sheet with a new password; the old password ends. The form sends `administrator_email` and
    /// `invitation`.
    Sheet,
}

impl TenantAct {
    pub const ALL: [Self; 4] = [Self::Suspend, Self::Resume, Self::End, Self::Sheet];

    fn name(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::End => "end",
            Self::Sheet => "sheet",
        }
    }
}

/// The page before the act; sent to `/tenants/{id}/{suspend,resume,end,sheet}`.
#[derive(Debug, Clone)]
pub struct TenantConfirmPage {
    pub act: TenantAct,
    /// The tenant's id.
    pub id: String,
    /// The tenant's name.
    pub display_name: String,
    /// The address for a new sheet, as typed or on record.
    pub form: TenantForm,
    /// Whether the address may be corrected; only before the first administrator's first pickup.
    pub address_open: bool,
    /// Id that a new sheet's invitation will have: sent twice, the form makes one sheet.
    pub invitation: String,
}

impl TenantConfirmPage {
    fn key(&self, part: &str) -> String {
        format!("tenant-{}-{part}", self.act.name())
    }

    fn is_sheet(&self) -> bool {
        self.act == TenantAct::Sheet
    }

    fn takes_away(&self) -> bool {
        matches!(self.act, TenantAct::Suspend | TenantAct::End)
    }
}

/// `/tenants/{id}/sheet/{invitation}`, for the minutes in which it may be opened. Its files are
/// `…/sheet.html` and `…/data_entry.txt`.
#[derive(Clone)]
pub struct SheetMadePage {
    /// The tenant's id.
    pub id: String,
    /// The invitation's id.
    pub invitation: String,
    /// After this time the page cannot be opened.
    pub until: Timestamp,
    /// The tenant's name.
    pub display_name: String,
    /// The first administrator's address.
    pub administrator_email: String,
    /// Identification code, in groups of four.
    pub identification_code: String,
    /// パスワード(管理者用), in groups of four.
    pub sheet_password: String,
    /// Text of `data_entry.txt`.
    pub data_entry: String,
}

/// The same address after its time, or for another operator.
#[derive(Debug, Clone)]
pub struct SheetGonePage {
    /// The tenant's id.
    pub id: String,
    /// How long a sheet can be opened.
    pub minutes: u32,
}

pages! {
    tenants(TenantsPage) = "console/tenants.html";
    /// Add one; sent to `/tenants`.
    form tenant_form(TenantFormPage: TenantField) = "console/tenant_form.html";
    tenant(TenantPage) = "console/tenant.html";
    /// The page before an act.
    form tenant_confirm(TenantConfirmPage: TenantField) = "console/tenant_confirm.html";
    /// Name, contact, language, policy.
    form tenant_edit(TenantEditPage: TenantField) = "console/tenant_edit.html";
    /// What stands in certificates.
    form tenant_profile(TenantProfilePage: TenantField) = "console/tenant_profile.html";
    /// Seats and end of the contract.
    form contract(ContractPage: TenantField) = "console/contract.html";
    /// The application behind the site.
    form upstream(UpstreamPage: UpstreamField) = "console/upstream.html";
    /// The delivery of the sheet.
    sheet_made(SheetMadePage) = "console/sheet_made.html";
    /// The next step when the sheet cannot be opened any more.
    sheet_gone(SheetGonePage) = "console/sheet_gone.html";
}
