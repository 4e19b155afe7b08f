//! `sekisho tenant …`

use super::{
    CommandError, ListReach, Services,
    lookup::{page, parsed, part, tenant},
    tenant_profile::{ProfileEdit, with_profile},
};
use crate::output::{HandOverFile, Output, Record};
use authority::{
    Authority,
    sheet::HandOver,
    tenants::{ContractChange, TenantError},
};
use clap::{Args, Subcommand};
use domain::{
    certificate_text::CertificateText,
    conduct::Conduct,
    email::EmailAddress,
    form::Field,
    grant::ManageTenants,
    name_rules::LoginSuffix,
    policy::Policy,
    refusal::Problem,
    site::{HeaderMapping, IdentityValue, Upstream},
    slug::TenantSlug,
    tenant::{Tenant, TenantState},
    tenant_form::{NewTenant, TenantField, TenantFieldError, TenantForm},
};
use serde::{Deserialize, Serialize};

/// Acts and lists of tenants.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantCommand {
    /// Add a customer: issuer, addresses, contract sheet and data_entry.txt
    Add(Box<AddTenant>),
    /// List all customers
    List {
        /// Only those whose slug or name contains this
        #[arg(long, default_value = "")]
        search: String,
        /// How far
        #[command(flatten)]
        reach: ListReach,
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
    /// End a suspended customer for good; certificates are listed as revoked, records stay
    End {
        /// The customer's slug
        tenant: String,
    },
    /// Change a customer's name, contact, language or settings; what is left out stays
    Edit {
        /// The customer's slug
        tenant: String,
        /// What becomes of it
        #[command(flatten)]
        edit: Box<TenantEdit>,
    },
    /// Change what stands in a customer's certificates, and in which form devices get them; what is left out stays.
    /// Their life and the older encryption are changed by "tenant edit"
    Profile {
        /// The customer's slug
        tenant: String,
        /// What becomes of it
        #[command(flatten)]
        edit: Box<ProfileEdit>,
    },
    /// Make a new contract sheet with a new password; the old one opens nothing from then on
    Sheet {
        /// The customer's slug
        tenant: String,
        /// Correct the first administrator's e-mail address, before their first pickup
        #[arg(long)]
        administrator_email: Option<String>,
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
    /// Put an application behind the customer's site; without an address, the standard portal. What is not given is as
    /// for a new application, whatever it was before
    Upstream {
        /// The customer's slug
        tenant: String,
        /// Where it listens: http://host:port
        address: Option<String>,
        #[command(flatten)]
        choices: UpstreamChoices,
    },
}

/// What an application needs, beside its address.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
pub struct UpstreamChoices {
    /// A header of its own, such as remote-user=user; values are user, user-at-tenant, id, email, tenant,
    /// groups, assertion, client-cert
    #[arg(long = "header", value_name = "NAME=VALUE")]
    pub headers: Vec<String>,
    /// A header that is removed from what visitors send, with its relatives, and not set
    #[arg(long = "remove-header", value_name = "NAME")]
    pub removed: Vec<String>,
    /// How long to wait for an answer, 1 to 7200 seconds; 60 if not given
    #[arg(long, value_name = "SECONDS")]
    pub answer_wait_seconds: Option<u32>,
    /// Let %2F in paths through as it stands
    #[arg(long)]
    pub encoded_slashes: bool,
    /// No connection to the application serves two connections of visitors
    #[arg(long)]
    pub own_connections: bool,
    /// A page that the application answers with 403 reaches Apple's browsers as a 401
    #[arg(long = "apple-401")]
    pub apple_401: bool,
    /// Requests under way at a time, instead of gate.requests_per_site_max
    #[arg(long, value_name = "NUMBER")]
    pub requests_max: Option<u32>,
    /// WebSockets open at a time, instead of gate.websockets_per_site_max
    #[arg(long, value_name = "NUMBER")]
    pub websockets_max: Option<u32>,
}

/// A customer to be added.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
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
    /// An administrator looks at each application before a PIN is made
    #[arg(long)]
    pub approval_required: bool,
    /// Who gets the PINs of users: mail (the person, by mail; so it is without this) or administrator (who sees and
    /// hands them over)
    #[arg(long)]
    pub pin_delivery: Option<String>,
    /// Life of a certificate, in days
    #[arg(long, default_value_t = Policy::default().certificate_days)]
    pub certificate_days: u32,
    /// The application behind the site, http://host:port; without it, the standard portal
    #[arg(long)]
    pub upstream: Option<String>,
    /// What each login name ends in, such as @kanto
    #[arg(long)]
    pub login_suffix: Option<String>,
    /// Domains of e-mail addresses, divided by commas
    #[arg(long)]
    pub email_domains: Option<String>,
}

/// What is changed about a customer.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
#[group(required = true, multiple = true)]
pub struct TenantEdit {
    /// Name as people write it
    #[arg(long)]
    pub name: Option<String>,
    /// Whom the customer's people may ask; if empty, the service's contact
    #[arg(long)]
    pub support_contact: Option<String>,
    /// Language of mails: ja or en
    #[arg(long)]
    pub locale: Option<String>,
    /// Does an administrator look at each application before a PIN is made? yes or no
    #[arg(long)]
    pub approval_required: Option<String>,
    /// Who gets the PINs of users: mail (the person, by mail) or administrator (who sees and hands them over)
    #[arg(long)]
    pub pin_delivery: Option<String>,
    /// May one-time passwords be handed out on paper? yes or no
    #[arg(long)]
    pub printed_slips_allowed: Option<String>,
    /// May older systems get the older PKCS#12 encryption? yes or no
    #[arg(long)]
    pub compat_pkcs12_allowed: Option<String>,
    /// Life of a certificate made from now on, in days
    #[arg(long)]
    pub certificate_days: Option<u32>,
    /// Life of a PIN, in hours
    #[arg(long)]
    pub pin_lifetime_hours: Option<u32>,
    /// Life of an invitation, in days
    #[arg(long)]
    pub invitation_days: Option<u32>,
    /// How many days before its end a certificate can be renewed
    #[arg(long)]
    pub renewal_window_days: Option<u32>,
    /// How many days a superseded certificate lasts once the newer one was used
    #[arg(long)]
    pub renewal_grace_days: Option<u32>,
    /// How many days after a pickup its person may have a new file; 0: only from an administrator
    #[arg(long)]
    pub new_file_days: Option<u32>,
    /// What each login name ends in, such as @kanto; empty: anything
    #[arg(long)]
    pub login_suffix: Option<String>,
    /// Domains of e-mail addresses, divided by commas; empty: anywhere
    #[arg(long)]
    pub email_domains: Option<String>,
    /// Domains for which an administrator's word proves an address, divided by commas
    #[arg(long)]
    pub vouched_domains: Option<String>,
}

pub(super) async fn execute(services: &Services, command: TenantCommand) -> Result<Output, CommandError> {
    let authority = &services.authority;
    let grant = services.grant::<ManageTenants>();
    match command {
        TenantCommand::Add(new) => {
            let handed = add(services, *new).await?;
            let sentence = format!("tenant {} added", handed.tenant.slug);
            Ok(handed_over(authority, &handed, &sentence))
        }
        TenantCommand::List { search, reach } => {
            let page = page(&reach, |slug| TenantSlug::parse_any(slug).ok())?;
            let page = services.read().await?.tenants(&search, &page).await?;
            Ok(part(&page, |tenant| tenant.slug.clone(), |tenant| line(services, tenant)))
        }
        TenantCommand::Show { tenant: slug } => {
            Ok(Output::Record(show(services, &tenant(services, &slug).await?).await?))
        }
        TenantCommand::Suspend { tenant: slug } => {
            authority.tenants().suspend_tenant(&grant, tenant(services, &slug).await?.id).await?;
            Ok(Output::Done(format!("tenant {slug} suspended")))
        }
        TenantCommand::Resume { tenant: slug } => {
            authority.tenants().resume_tenant(&grant, tenant(services, &slug).await?.id).await?;
            Ok(Output::Done(format!("tenant {slug} resumed")))
        }
        TenantCommand::End { tenant: slug } => {
            authority.tenants().end_tenant(&grant, tenant(services, &slug).await?.id).await?;
            Ok(Output::Done(format!("tenant {slug} ended")))
        }
        TenantCommand::Edit { tenant: slug, edit } => edited_as(services, &slug, edited(*edit)).await,
        TenantCommand::Profile { tenant: slug, edit } => edited_as(services, &slug, edit.form()?).await,
        TenantCommand::Sheet { tenant: slug, administrator_email } => {
            let address = administrator_email.map(|text| email(&text)).transpose()?;
            let (id, sheet) = (tenant(services, &slug).await?.id, authority.new_invitation_id());
            let handed = authority.tenants().new_sheet(&grant, id, address, sheet).await?;
            let sentence = format!("new sheet for tenant {slug}; the old password is spent");
            Ok(handed_over(authority, &handed, &sentence))
        }
        TenantCommand::Contract { tenant: slug, seats, valid_until } => {
            let valid_until =
                valid_until.map(|day| parsed("valid until", &day, Problem::DateMalformed)).transpose()?;
            let change = ContractChange { seats, valid_until };
            let id = tenant(services, &slug).await?.id;
            let tenant = authority.tenants().change_contract(&grant, id, change, |_| true).await?;
            Ok(Output::Done(contract_told(services, &tenant)))
        }
        TenantCommand::Upstream { tenant: slug, address, choices } => {
            let upstream = address.map(|address| upstream(&address, &choices)).transpose()?;
            let behind =
                upstream.as_ref().map_or("the standard portal", |upstream| upstream.address.as_str());
            let sentence = format!("behind the site of tenant {slug}: {behind}");
            let id = tenant(services, &slug).await?.id;
            authority.tenants().set_upstream(&grant, id, upstream, |_| true).await?;
            Ok(Output::Done(sentence))
        }
    }
}

/// Changes what was entered of a customer's settings.
async fn edited_as(services: &Services, slug: &str, entered: TenantForm) -> Result<Output, CommandError> {
    let (grant, id) = (services.grant::<ManageTenants>(), tenant(services, slug).await?.id);
    match services.authority.tenants().edit_tenant(&grant, id, entered.clone(), |_| true).await {
        Ok(tenant) => Ok(Output::Done(format!("tenant {} changed", tenant.slug))),
        Err(TenantError::Settings(errors)) => Err(refused(&errors, &entered)),
        Err(other) => Err(other.into()),
    }
}

/// Adds a customer; the handed-over files are in the answer.
pub(crate) async fn add(services: &Services, new: AddTenant) -> Result<HandOver, CommandError> {
    let authority = &services.authority;
    let (grant, sheet) = (services.grant::<ManageTenants>(), authority.new_invitation_id());
    Ok(authority.tenants().add_tenant(&grant, new_tenant(authority, new)?, sheet).await?)
}

fn new_tenant(authority: &Authority, new: AddTenant) -> Result<NewTenant, CommandError> {
    let today = authority.now().to_zoned(authority.service().time_zone.clone()).date();
    let form = TenantForm::default()
        .with(TenantField::Slug, new.slug)
        .with(TenantField::DisplayName, new.name)
        .with(TenantField::Organization, new.organization)
        .with_optional(TenantField::OrganizationalUnit, new.organizational_unit)
        .with(TenantField::ContractNumber, new.contract_number)
        .with(TenantField::Seats, new.seats.to_string())
        .with(TenantField::ValidUntil, new.valid_until)
        .with(TenantField::AdministratorName, new.administrator_name)
        .with(TenantField::AdministratorEmail, new.administrator_email)
        .with(TenantField::Locale, new.locale)
        .with(TenantField::SupportContact, new.support_contact)
        .with(TenantField::ApprovalRequired, if new.approval_required { "yes" } else { "no" })
        .with_optional(TenantField::PinDelivery, new.pin_delivery)
        .with(TenantField::CertificateDays, new.certificate_days.to_string())
        .with_optional(TenantField::Upstream, new.upstream)
        .with_optional(TenantField::LoginSuffix, new.login_suffix)
        .with_optional(TenantField::EmailDomains, new.email_domains);
    form.new_tenant(today).map_err(|errors| refused(&errors, &form))
}

fn edited(edit: TenantEdit) -> TenantForm {
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    TenantForm::default()
        .with_optional(TenantField::DisplayName, edit.name)
        .with_optional(TenantField::SupportContact, edit.support_contact)
        .with_optional(TenantField::Locale, edit.locale)
        .with_optional(TenantField::ApprovalRequired, edit.approval_required)
        .with_optional(TenantField::PinDelivery, edit.pin_delivery)
        .with_optional(TenantField::PrintedSlipsAllowed, edit.printed_slips_allowed)
        .with_optional(TenantField::CompatPkcs12Allowed, edit.compat_pkcs12_allowed)
        .with_optional(TenantField::CertificateDays, number(edit.certificate_days))
        .with_optional(TenantField::PinLifetimeHours, number(edit.pin_lifetime_hours))
        .with_optional(TenantField::InvitationDays, number(edit.invitation_days))
        .with_optional(TenantField::RenewalWindowDays, number(edit.renewal_window_days))
        .with_optional(TenantField::RenewalGraceDays, number(edit.renewal_grace_days))
        .with_optional(TenantField::NewFileDays, number(edit.new_file_days))
        .with_optional(TenantField::LoginSuffix, edit.login_suffix)
        .with_optional(TenantField::EmailDomains, edit.email_domains)
        .with_optional(TenantField::VouchedDomains, edit.vouched_domains)
}

fn refused(errors: &[TenantFieldError], typed: &TenantForm) -> CommandError {
    let told = |error: &TenantFieldError| match typed.text(error.field) {
        "" => format!("{}: {}", error.field.name(), error.problem),
        text => format!("{} {text:?}: {}", error.field.name(), error.problem),
    };
    let sentence = errors.iter().map(told).collect::<Vec<_>>().join("; ");
    CommandError::refusing(&typed.refusals(errors), sentence)
}

pub(super) fn email(text: &str) -> Result<EmailAddress, CommandError> {
    EmailAddress::parse(text)
        .map_err(|error| CommandError::because(error, format!("e-mail address {text:?}: {error}")))
}

fn upstream(address: &str, choices: &UpstreamChoices) -> Result<Upstream, CommandError> {
    let headers = choices.headers.iter().map(|text| header_mapping(text));
    let headers: Vec<_> = headers.collect::<Result<_, _>>()?;
    HeaderMapping::check_all(&headers)?;
    let upstream = Upstream::new(address, headers)?;
    let removed: Vec<&str> = choices.removed.iter().map(String::as_str).collect();
    let upstream = upstream.without(&removed)?;
    let conduct = Conduct {
        answer_wait_seconds: choices
            .answer_wait_seconds
            .unwrap_or_else(|| Conduct::default().answer_wait_seconds),
        encoded_slashes: choices.encoded_slashes,
        own_connections: choices.own_connections,
        apple_401: choices.apple_401,
        requests_max: choices.requests_max,
        tunnels_max: choices.websockets_max,
    };
    conduct.check()?;
    Ok(Upstream { conduct, ..upstream })
}

fn header_mapping(text: &str) -> Result<HeaderMapping, CommandError> {
    let parts = text.split_once('=').and_then(|(name, value)| Some((name, IdentityValue::parse(value)?)));
    let (name, value) = parts.ok_or_else(|| {
        let values = IdentityValue::ALL.map(IdentityValue::name).join(", ");
        let problem = Problem::HeaderMalformed { name: text.to_owned() };
        CommandError::because(problem, format!("header {text:?}: expected NAME=VALUE, VALUE one of {values}"))
    })?;
    Ok(HeaderMapping::parse(name, value)?)
}

fn handed_over(authority: &Authority, handed: &HandOver, done: &str) -> Output {
    let slug = &handed.tenant.slug;
    let (addresses, zone) = (authority.addresses(), &authority.service().time_zone);
    let (site, desk) = (addresses.application(slug, "/"), addresses.desk(slug, "/"));
    let until = handed.password_until.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %Z");
    let sentence = format!(
        "{done}\nsite: {site}\ndesk: {desk}\nhand sheet.html and data_entry.txt to {} separately; the \
         sheet's password works once, until {until}",
        handed.administrator_email
    );
    let again = format!("tenant sheet {slug}");
    Output::HandOver { folder: slug.to_string(), files: files(handed), sentence, again }
}

/// The sheet and `data_entry.txt`.
pub(crate) fn files(handed: &HandOver) -> Vec<HandOverFile> {
    let file = |name: &str, contents: &str| HandOverFile { name: name.into(), contents: contents.into() };
    vec![file("sheet.html", handed.sheet_file.expose()), file("data_entry.txt", &handed.data_entry_file)]
}

fn contract_told(services: &Services, tenant: &Tenant) -> String {
    let (slug, seats, day) =
        (&tenant.slug, tenant.license.seats, services.authority.service().last_day(tenant));
    let told = format!("contract of tenant {slug}: {seats} seats until {day}");
    if tenant.state == TenantState::Suspended {
        format!("{told}; it is still suspended, \"sekisho tenant resume {slug}\" lets it in again")
    } else {
        told
    }
}

fn line(services: &Services, tenant: &Tenant) -> Record {
    Record::new()
        .with("slug", tenant.slug.as_str())
        .with("name", tenant.display_name.as_str())
        .with("state", tenant.state.name())
        .with("seats", tenant.license.seats)
        .with_text("valid_until", services.authority.service().last_day(tenant))
}

async fn show(services: &Services, tenant: &Tenant) -> Result<Record, CommandError> {
    let authority = &services.authority;
    let mut reader = services.read().await?;
    let mut scope = reader.tenant(tenant.id);
    let seats_used = scope.seats_used(authority.now()).await?;
    let users = scope.user_count("").await?;
    let misfits = scope.misfits(&tenant.names).await?;
    let warnings = authority.tenants().sharing_warnings_of(tenant).await?;
    let grace_days = authority.service().contract_grace_days;
    let names = &tenant.names;
    let policy = &tenant.policy;
    let record = line(services, tenant)
        .with_text("id", tenant.id)
        .with_text("ends_at", tenant.license.valid_until)
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
        .with("approval_required", policy.approval_required)
        .with("pin_delivery", policy.pin_delivery.name())
        .with("printed_slips_allowed", policy.printed_slips_allowed)
        .with("compat_pkcs12_allowed", policy.compat_pkcs12_allowed)
        .with("certificate_days", policy.certificate_days)
        .with("pin_lifetime_hours", policy.pin_lifetime_hours)
        .with("invitation_days", policy.invitation_days)
        .with("renewal_window_days", policy.renewal_window_days)
        .with("renewal_grace_days", policy.renewal_grace_days)
        .with("new_file_days", policy.new_file_days)
        .with_optional("login_suffix", names.login_suffix.as_ref().map(LoginSuffix::as_str))
        .with_text("email_domains", &names.email_domains)
        .with_text("vouched_domains", &names.vouched_domains)
        .with("users_that_do_not_fit", misfits.users)
        .with("warnings", warnings.iter().map(ToString::to_string).collect::<Vec<_>>())
        .with("site", authority.addresses().application(&tenant.slug, "/"))
        .with("desk", authority.addresses().desk(&tenant.slug, "/"));
    Ok(with_profile(record, &policy.profile))
}
