//! `sekisho tenant …`

use super::{
    CommandError, Services,
    lookup::{Rows, parsed, tenant},
};
use crate::output::{HandOverFile, Output, Record};
use authority::{
    sheet::HandOver,
    tenants::{ContractChange, NewTenant},
};
use clap::{Args, Subcommand};
use domain::{
    certificate_text::CertificateText,
    email::EmailAddress,
    grant::{Grant, ManageTenants},
    locale::Locale,
    policy::Policy,
    site::{HeaderMapping, IdentityValue, Upstream},
    slug::TenantSlug,
    tenant::{Tenant, TenantState},
};
use serde::{Deserialize, Serialize};

/// Acts and lists of tenants.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantCommand {
    /// Add a customer: issuer, site, desk, contract sheet and data_entry.txt
    Add(Box<AddTenant>),
    /// List all customers
    List {
        /// Only those whose slug or name contains this
        #[arg(long, default_value = "")]
        search: String,
    },
    /// Show one customer
    Show {
        /// The customer's slug
        tenant: String,
    },
    /// Shut a customer out, from the next request on
    Suspend {
        /// The customer's slug
        tenant: String,
    },
    /// Let a suspended customer in again
    Resume {
        /// The customer's slug
        tenant: String,
    },
    /// Make a new contract sheet with a new password; the old one opens nothing from then on
    Sheet {
        /// The customer's slug
        tenant: String,
    },
    /// Change a customer's contract: how many certificates, until when; the file data_entry.txt stays good
    Contract {
        /// The customer's slug
        tenant: String,
        /// How many certificates may be in force at a time, at least those in use
        #[arg(long, required_unless_present = "valid_until")]
        seats: Option<u32>,
        /// Last day of the contract, YYYY-MM-DD, in the service's time zone
        #[arg(long)]
        valid_until: Option<String>,
    },
    /// Put an application behind the customer's site; without an address, the built-in portal
    Upstream {
        /// The customer's slug
        tenant: String,
        /// Where it listens: http://host:port
        address: Option<String>,
        /// A header of its own, such as remote-user=user; values are user, email, tenant, groups
        #[arg(long = "header", value_name = "NAME=VALUE")]
        headers: Vec<String>,
    },
}

/// A customer to be added.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct AddTenant {
    /// First label of its host names: a-z, 0-9 and -
    pub slug: String,
    /// Name as people write it
    #[arg(long)]
    pub name: String,
    /// Organisation as written into certificates (ASCII)
    #[arg(long)]
    pub organization: String,
    /// Unit as written into certificates (ASCII)
    #[arg(long)]
    pub organizational_unit: Option<String>,
    /// Number of the contract (ASCII)
    #[arg(long)]
    pub contract_number: String,
    /// How many certificates may be in force at a time
    #[arg(long)]
    pub seats: u32,
    /// Last day of the contract, YYYY-MM-DD, in the service's time zone
    #[arg(long)]
    pub valid_until: String,
    /// The first administrator's name
    #[arg(long)]
    pub administrator_name: String,
    /// The first administrator's e-mail address
    #[arg(long)]
    pub administrator_email: String,
    /// Language of mails: ja or en
    #[arg(long, default_value = "ja")]
    pub locale: String,
    /// Whom the customer's people may ask; without it, the service's contact
    #[arg(long, default_value = "")]
    pub support_contact: String,
    /// An administrator looks at each application before its PIN is mailed
    #[arg(long)]
    pub approval_required: bool,
    /// Life of a certificate, in days
    #[arg(long, default_value_t = Policy::default().certificate_days)]
    pub certificate_days: u32,
    /// The application behind the site, http://host:port; without it, the built-in portal
    #[arg(long)]
    pub upstream: Option<String>,
}

pub(super) async fn execute(services: &Services, command: TenantCommand) -> Result<Output, CommandError> {
    let authority = &services.authority;
    let grant = Grant::<ManageTenants>::operator_at_the_machine();
    match command {
        TenantCommand::Add(new) => {
            let handed = add(services, *new).await?;
            let sentence = format!("tenant {} added", handed.tenant.slug);
            Ok(handed_over(&handed, sentence))
        }
        TenantCommand::List { search } => {
            let mut reader = authority.store().read().await?;
            let mut tenants = Rows::by(|tenant: &Tenant| tenant.slug.clone());
            while let Some(page) = tenants.next_page() {
                tenants.take(reader.tenants(&search, &page).await?);
            }
            Ok(Output::Records(tenants.into_rows().iter().map(line).collect()))
        }
        TenantCommand::Show { tenant: slug } => {
            Ok(Output::Record(show(services, &tenant(services, &slug).await?).await?))
        }
        TenantCommand::Suspend { tenant: slug } => {
            authority.suspend_tenant(&grant, tenant(services, &slug).await?.id).await?;
            Ok(Output::Done(format!("tenant {slug} suspended")))
        }
        TenantCommand::Resume { tenant: slug } => {
            authority.resume_tenant(&grant, tenant(services, &slug).await?.id).await?;
            Ok(Output::Done(format!("tenant {slug} resumed")))
        }
        TenantCommand::Sheet { tenant: slug } => {
            let handed = authority.new_sheet(&grant, tenant(services, &slug).await?.id).await?;
            Ok(handed_over(&handed, format!("new sheet for tenant {slug}; the old password is spent")))
        }
        TenantCommand::Contract { tenant: slug, seats, valid_until } => {
            let valid_until = valid_until.map(|day| parsed("valid until", &day)).transpose()?;
            let change = ContractChange { seats, valid_until };
            let tenant = authority.change_contract(&grant, tenant(services, &slug).await?.id, change).await?;
            Ok(Output::Done(contract_told(services, &tenant)))
        }
        TenantCommand::Upstream { tenant: slug, address, headers } => {
            let upstream = address.map(|address| upstream(&address, &headers)).transpose()?;
            let behind =
                upstream.as_ref().map_or("the built-in portal", |upstream| upstream.address.as_str());
            let sentence = format!("behind the site of tenant {slug}: {behind}");
            authority.set_upstream(&grant, tenant(services, &slug).await?.id, upstream).await?;
            Ok(Output::Done(sentence))
        }
    }
}

/// Adds a customer; what is handed over is in the answer.
pub(crate) async fn add(services: &Services, new: AddTenant) -> Result<HandOver, CommandError> {
    let grant = Grant::<ManageTenants>::operator_at_the_machine();
    Ok(services.authority.add_tenant(&grant, new_tenant(new)?).await?)
}

fn new_tenant(new: AddTenant) -> Result<NewTenant, CommandError> {
    let text = |what: &str, text: &str| {
        CertificateText::parse(text)
            .map_err(|error| CommandError::because(format!("{what} {text:?}: {error}")))
    };
    Ok(NewTenant {
        slug: TenantSlug::parse(&new.slug).map_err(CommandError::because)?,
        display_name: new.name,
        organization: text("organization", &new.organization)?,
        organizational_unit: new
            .organizational_unit
            .map(|unit| text("organizational unit", &unit))
            .transpose()?,
        contract_number: text("contract number", &new.contract_number)?,
        seats: new.seats,
        valid_until: parsed("valid until", &new.valid_until)?,
        administrator_name: new.administrator_name,
        administrator_email: email(&new.administrator_email)?,
        locale: locale(&new.locale)?,
        support_contact: new.support_contact,
        policy: Policy {
            approval_required: new.approval_required,
            certificate_days: new.certificate_days,
            ..Policy::default()
        },
        upstream: new.upstream.map(|address| upstream(&address, &[])).transpose()?,
    })
}

pub(super) fn email(text: &str) -> Result<EmailAddress, CommandError> {
    EmailAddress::parse(text)
        .map_err(|error| CommandError::because(format!("e-mail address {text:?}: {error}")))
}

pub(super) fn locale(text: &str) -> Result<Locale, CommandError> {
    Locale::from_tag(text)
        .ok_or_else(|| CommandError::because(format!("language {text:?}: expected ja or en")))
}

fn upstream(address: &str, headers: &[String]) -> Result<Upstream, CommandError> {
    let headers: Vec<_> = headers.iter().map(|text| header_mapping(text)).collect::<Result<_, _>>()?;
    HeaderMapping::check_all(&headers).map_err(CommandError::because)?;
    Upstream::new(address, headers).map_err(CommandError::because)
}

fn header_mapping(text: &str) -> Result<HeaderMapping, CommandError> {
    let parts = text.split_once('=').and_then(|(name, value)| Some((name, IdentityValue::parse(value)?)));
    let (name, value) = parts.ok_or_else(|| {
        CommandError::because(format!("header {text:?}: expected NAME=user, email, tenant or groups"))
    })?;
    HeaderMapping::parse(name, value).map_err(CommandError::because)
}

fn handed_over(handed: &HandOver, sentence: String) -> Output {
    Output::HandOver { folder: handed.tenant.slug.to_string(), files: files(handed), sentence }
}

/// The sheet and `data_entry.txt`.
pub(crate) fn files(handed: &HandOver) -> Vec<HandOverFile> {
    let file = |name: &str, contents: &str| HandOverFile { name: name.into(), contents: contents.into() };
    vec![file("sheet.html", handed.sheet_file.expose()), file("data_entry.txt", &handed.data_entry_file)]
}

fn contract_told(services: &Services, tenant: &Tenant) -> String {
    let (slug, seats, day) = (&tenant.slug, tenant.license.seats, services.authority.last_day(tenant));
    let told = format!("contract of tenant {slug}: {seats} seats until {day}");
    if tenant.state == TenantState::Suspended {
        format!("{told}; it is still suspended, \"sekisho tenant resume {slug}\" lets it in again")
    } else {
        told
    }
}

fn line(tenant: &Tenant) -> Record {
    Record::new()
        .with("slug", tenant.slug.as_str())
        .with("name", tenant.display_name.as_str())
        .with("state", tenant.state.name())
        .with("seats", tenant.license.seats)
        .with_text("valid_until", tenant.license.valid_until)
}

async fn show(services: &Services, tenant: &Tenant) -> Result<Record, CommandError> {
    let authority = &services.authority;
    let mut reader = authority.store().read().await?;
    let mut scope = reader.tenant(tenant.id);
    let seats_used = scope.seats_used(authority.now()).await?;
    let users = scope.user_count("").await?;
    let grace_days = authority.service().contract_grace_days;
    Ok(line(tenant)
        .with_text("id", tenant.id)
        .with("contract", tenant.license.standing(grace_days, authority.now()).name())
        .with("seats_used", seats_used)
        .with("users", users)
        .with("organization", tenant.organization.as_str())
        .with_optional(
            "organizational_unit",
            tenant.organizational_unit.as_ref().map(CertificateText::as_str),
        )
        .with("contract_number", tenant.contract_number.as_str())
        .with("identification_code", tenant.identification_code.grouped())
        .with("locale", tenant.locale.tag())
        .with("support_contact", tenant.support_contact.as_str())
        .with("approval_required", tenant.policy.approval_required)
        .with("certificate_days", tenant.policy.certificate_days)
        .with("site", authority.addresses().application(&tenant.slug, "/"))
        .with("desk", authority.addresses().desk(&tenant.slug, "/")))
}
