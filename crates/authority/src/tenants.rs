//! Tenants: added, handed over, suspended, resumed; their contracts changed.

mod adding;
mod changing;
mod sheets;
mod states;
mod upstream;

pub use changing::ContractChange;
pub use sheets::SheetRecipient;

use crate::{
    Unavailable, ca::TenantIssuerMaker, core::Core, invitation::Invitations, runner::ActError, sharing,
    sheet::Sheets, unavailable::unavailable_in,
};
use domain::{
    form::Field,
    host_name::HostName,
    id::TenantId,
    license::LicenseChangeRefusal,
    name_rules::EmailDomains,
    refusal::{Problem, Refusal, Refuses},
    sharing::{SharingRefusal, SharingWarning},
    tenant::{Tenant, TenantKind, TenantState},
    tenant_form::{TenantField, TenantFieldError, TenantForm},
};

/// Adds and changes tenants, and hands their contract sheets over.
#[derive(Clone)]
pub struct Tenants {
    core: Core,
    invitations: Invitations,
    sheets: Sheets,
    issuers: TenantIssuerMaker,
}

impl Tenants {
    pub(crate) fn new(
        core: &Core,
        invitations: &Invitations,
        sheets: &Sheets,
        issuers: &TenantIssuerMaker,
    ) -> Self {
        let (core, invitations, sheets) = (core.clone(), invitations.clone(), sheets.clone());
        Self { core, invitations, sheets, issuers: issuers.clone() }
    }

    /// Every two tenants whose people an application could take for each other: settings of before the rule.
    pub async fn sharing_warnings(&self) -> Result<Vec<SharingWarning>, Unavailable> {
        sharing::warnings(&mut self.core.read().await?).await
    }

    /// The same, of one tenant with others.
    pub async fn sharing_warnings_of(&self, tenant: &Tenant) -> Result<Vec<SharingWarning>, Unavailable> {
        sharing::warnings_of(&mut self.core.read().await?, tenant).await
    }
}

/// Why a tenant was not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum TenantError {
    /// Another tenant has this slug.
    #[error("tenant {0:?} exists already; choose another slug")]
    SlugTaken(String),
    /// The form was sent before: this tenant has the invitation of its id.
    #[error("this was done before; nothing was changed")]
    SentBefore(TenantId),
    /// The form was sent before, with another wish.
    #[error("this form was used for something else; open it anew")]
    FormUsed,
    /// Its site would have the public site's name.
    #[error("{0} is the public site's own name; choose another slug")]
    PublicHost(HostName),
    /// It is not as it was when the edit began.
    #[error("the tenant was changed meanwhile; nothing was saved")]
    Changed,
    /// There is no such tenant.
    #[error("there is no such tenant")]
    NotFound,
    /// The state does not allow it.
    #[error("the tenant is {}; nothing was changed", .0.name())]
    State(TenantState),
    /// The installation's own tenant is set up by the configuration.
    #[error(
        "the operators' own tenant is no customer; to shut out one operator, use \"sekisho user suspend\""
    )]
    OperatorTenant,
    /// The contract cannot be changed like that: all reasons.
    #[error("{}", told(.0))]
    Contract(Vec<LicenseChangeRefusal>),
    /// The first administrator has a certificate, so the address is no typing error.
    #[error(
        "the first administrator has picked up a certificate; change the address at the tenant's desk, or add \
         another administrator there"
    )]
    AdministratorEstablished,
    /// Another user of the tenant has the address.
    #[error("another user of the tenant has this e-mail address; choose another one")]
    EmailTaken,
    /// The first administrator's address is not at the tenant's domains.
    #[error("the tenant's addresses are at {0}")]
    EmailElsewhere(EmailDomains),
    /// Another tenant's application could take their people for each other.
    #[error(transparent)]
    Sharing(SharingRefusal),
    /// Without these rules for names, another tenant's application could do so.
    #[error(transparent)]
    Rules(SharingRefusal),
    /// The settings cannot be like that: all that is wrong.
    #[error("the settings cannot be like that")]
    Settings(Vec<TenantFieldError>),
    /// It has no administrator to hand a sheet to.
    #[error("the tenant has no administrator to hand a sheet to")]
    NoAdministrator,
    /// Store or signer.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for TenantError {
    fn refusals(&self) -> Vec<Refusal> {
        let administrator = TenantField::AdministratorEmail.name();
        vec![match self {
            Self::SlugTaken(_) | Self::PublicHost(_) => {
                Refusal::at(TenantField::Slug.name(), Problem::SiteNameTaken)
            }
            Self::SentBefore(_) | Self::State(TenantState::Active | TenantState::Suspended) => {
                Problem::AlreadyDone.into()
            }
            Self::FormUsed => Problem::FormUsed.into(),
            Self::Changed => Problem::ChangedMeanwhile { on_record: None }.into(),
            Self::NotFound => Problem::NotFound.into(),
            Self::State(TenantState::Ended) => Problem::TenantEnded.into(),
            Self::OperatorTenant => Problem::OperatorsTenant.into(),
            Self::Contract(refusals) => return refusals.iter().map(|refusal| refusal.refusal()).collect(),
            Self::AdministratorEstablished => Problem::AdministratorEstablished.into(),
            Self::EmailTaken => Refusal::at(administrator, Problem::EmailTaken),
            Self::EmailElsewhere(domains) => {
                Refusal::at(administrator, Problem::EmailElsewhere { domains: domains.to_string() })
            }
            Self::Sharing(refusal) => Refusal::at(TenantField::Upstream.name(), refusal.problem()),
            Self::Rules(refusal) => {
                let problem = Problem::RulesShared { other: refusal.other.to_string() };
                Refusal::at(TenantField::LoginSuffix.name(), problem)
            }
            Self::Settings(errors) => {
                return TenantForm::default().refusals(errors);
            }
            Self::NoAdministrator => Problem::NoAdministrator.into(),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(TenantError);

impl ActError for TenantError {
    fn no_such_tenant() -> Self {
        Self::NotFound
    }
}

fn told(refusals: &[LicenseChangeRefusal]) -> String {
    refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Can the tenant be changed? Not the installation's own, which the configuration sets up and which has no contract,
/// and none that has ended.
fn must_be_customer(tenant: &Tenant) -> Result<(), TenantError> {
    match (tenant.kind, tenant.state) {
        (TenantKind::Operator, _) => Err(TenantError::OperatorTenant),
        (_, TenantState::Ended) => Err(TenantError::State(TenantState::Ended)),
        (_, TenantState::Active | TenantState::Suspended) => Ok(()),
    }
}
