//! `sekisho application …`

use super::{
    CommandError, ListReach, Services,
    lookup::{none_such, page, tenant},
};
use crate::output::{Output, Record};
use authority::pin_sheet::{SheetOrder, Shown};
use clap::{Args, Subcommand};
use domain::{
    application::{ApplicationState, Reference},
    grant::DecideApplication,
    id::{ApplicationId, UserId},
    pin_delivery::PinRecipient,
    refusal::Problem,
    rejection::RejectionReason,
    tenant::Tenant,
    time::Timestamp,
    user::User,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use store::{PAGE_ROWS_MAX, PageRequest, applications::ApplicationRecord};

/// Acts and lists of applications.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationCommand {
    /// List a customer's applications by state, the oldest first within each
    List {
        /// The customer's slug
        #[arg(long)]
        tenant: String,
        /// How far
        #[command(flatten)]
        reach: ListReach,
    },
    /// Show one application
    Show(WhichApplication),
    /// Approve an application; its PIN is mailed, or waits to be shown
    Approve(WhichApplication),
    /// Open a stopped pickup again (too many wrong PINs, or PINs that ran out); a new PIN is mailed
    Reopen(WhichApplication),
    /// Make a new PIN and print it, once; the PIN before stops working, and the person gets a mail that says so
    ShowPin(WhichApplication),
    /// Reject an application
    Reject {
        /// Which one
        #[command(flatten)]
        which: WhichApplication,
        /// Why, as the applicant will read it
        #[arg(long)]
        reason: String,
    },
}

/// One application of one customer.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct WhichApplication {
    /// The application's reference (受付番号)
    pub reference: String,
    /// The customer's slug
    #[arg(long)]
    pub tenant: String,
}

pub(super) async fn execute(
    services: &Services,
    command: ApplicationCommand,
) -> Result<Output, CommandError> {
    let authority = &services.authority;
    let grant = services.grant::<DecideApplication>();
    match command {
        ApplicationCommand::List { tenant: slug, reach } => list(services, &slug, &reach).await,
        ApplicationCommand::Show(which) => {
            let (tenant, record) = meant(services, &which).await?;
            let particulars = record.application.particulars();
            let user = person(services, &tenant, &record).await?;
            let next = recipient(&tenant, user.as_ref());
            let login = user.map(|user| user.login_name.to_string());
            let shown = record.pin_shown;
            let shown_to = match shown {
                Some(shown) => Some(seen_by(services, &tenant, shown.to).await?),
                None => None,
            };
            let record = line(&tenant, &record, login.as_deref())
                .with_text("id", particulars.id)
                .with_text("user_id", particulars.user)
                .with_text("device_id", particulars.device)
                .with_text("state_since", record.state_since)
                .with("pin_mails", record.pin_mails)
                .with("next_pin", if next == PinRecipient::Person { "mailed" } else { "shown" })
                .with("stopped", is_stopped(&record, next, authority.now()))
                .with_optional("pin_shown_at", shown.map(|shown| shown.at))
                .with_optional("pin_shown_to", shown_to)
                .with_optional("pin_expires_at", record.pin.as_ref().map(|pin| pin.expires_at));
            Ok(Output::Record(record))
        }
        ApplicationCommand::Approve(which) => {
            let (tenant, record) = meant(services, &which).await?;
            authority.registration().approve(&grant, tenant.id, record.application.particulars().id).await?;
            let then = match recipient(&tenant, person(services, &tenant, &record).await?.as_ref()) {
                PinRecipient::Person => "the PIN is on its way",
                PinRecipient::Administrator => "an administrator shows the PIN",
            };
            Ok(Output::Done(format!("application {} approved; {then}", which.reference)))
        }
        ApplicationCommand::Reopen(which) => {
            let (tenant, record) = meant(services, &which).await?;
            let next = recipient(&tenant, person(services, &tenant, &record).await?.as_ref());
            // Of a pickup whose PINs are shown the act itself says so.
            if next == PinRecipient::Person && !is_stopped(&record, next, authority.now()) {
                let fact = format!(
                    "the pickup of application {} is not stopped; its state is {}",
                    which.reference,
                    record.application.state().name()
                );
                return Err(CommandError::because(Problem::AlreadyDone, fact));
            }
            authority
                .delivery()
                .reopen_pickup(&grant, tenant.id, record.application.particulars().id)
                .await?;
            Ok(Output::Done(format!("pickup {} opened again; a new PIN is on its way", which.reference)))
        }
        ApplicationCommand::ShowPin(which) => show_pin(services, &which).await,
        ApplicationCommand::Reject { which, reason } => {
            let (tenant, record) = meant(services, &which).await?;
            let reason = RejectionReason::parse(&reason)?;
            authority
                .registration()
                .reject(&grant, tenant.id, record.application.particulars().id, Some(&reason))
                .await?;
            Ok(Output::Done(format!("application {} rejected", which.reference)))
        }
    }
}

/// Whether only an administrator's act lets an approved application go on.
fn is_stopped(record: &ApplicationRecord, next: PinRecipient, now: Timestamp) -> bool {
    let approved = record.application.state() == ApplicationState::Approved;
    approved && record.pin.as_ref().is_none_or(|pin| pin.is_stopped(next, now))
}

async fn person(
    services: &Services,
    tenant: &Tenant,
    record: &ApplicationRecord,
) -> Result<Option<User>, CommandError> {
    let user = record.application.particulars().user;
    Ok(services.read().await?.tenant(tenant.id).user(user).await?)
}

fn recipient(tenant: &Tenant, user: Option<&User>) -> PinRecipient {
    user.map_or(PinRecipient::Person, |user| PinRecipient::of(&tenant.policy, user.role))
}

/// The login name of the person who saw a PIN, or `operator`.
async fn seen_by(services: &Services, tenant: &Tenant, id: Option<UserId>) -> Result<String, CommandError> {
    let Some(id) = id else { return Ok("operator".to_owned()) };
    let user = services.read().await?.tenant(tenant.id).user(id).await?;
    Ok(user.map_or_else(|| "operator".to_owned(), |user| user.login_name.to_string()))
}

async fn show_pin(services: &Services, which: &WhichApplication) -> Result<Output, CommandError> {
    let (tenant, record) = meant(services, which).await?;
    let sheets = services.authority.pin_sheets();
    let former = record.pin_shown.map(|shown| shown.sheet);
    let order = SheetOrder { sheet: sheets.new_sheet_id(), former };
    let id = record.application.particulars().id;
    let Shown::Now(sheet) = sheets.show_pin(&services.grant(), tenant.id, id, order).await? else {
        let fact = format!("the PIN of application {} was shown already", which.reference);
        return Err(CommandError::because(Problem::AlreadyDone, fact));
    };
    Ok(Output::Record(
        Record::new()
            .with("reference", sheet.reference.as_str())
            .with("pin", sheet.pin.expose().as_str())
            .with_text("pin_expires_at", sheet.pin_until)
            .with("login", sheet.user.login_name.as_str())
            .with("device", sheet.device_name.as_str())
            .with("pickup", sheet.pickup_url.as_str())
            .with("told", sheet.user.email.as_str()),
    ))
}

/// The first applications after the shown ones, of the first state that has any.
async fn list(services: &Services, slug: &str, reach: &ListReach) -> Result<Output, CommandError> {
    let tenant = tenant(services, slug).await?;
    let mut reader = services.read().await?;
    let mut scope = reader.tenant(tenant.id);
    let begun = page(reach, Place::read)?.after.unwrap_or(Place { state: 0, after: None });
    let mut after = begun.after;
    for (state, name) in ApplicationState::ALL.iter().enumerate().skip(begun.state) {
        let request = PageRequest { after: after.take(), rows: PAGE_ROWS_MAX };
        let page = scope.named_applications_in(*name, &request).await?;
        if let Some(last) = page.rows.last() {
            let after = page.more.then(|| last.record.application.particulars().id);
            let next = Place { state: if after.is_some() { state } else { state + 1 }, after };
            let records = page.rows.iter().map(|row| line(&tenant, &row.record, Some(&row.login_name)));
            let next = (next.state < ApplicationState::ALL.len()).then(|| next.to_string());
            return Ok(Output::Page { records: records.collect(), next });
        }
    }
    Ok(Output::Page { records: Vec::new(), next: None })
}

/// The start of a part of the list: the state, and the application before it.
struct Place {
    /// The state's index in [`ApplicationState::ALL`].
    state: usize,
    after: Option<ApplicationId>,
}

impl Place {
    fn read(text: &str) -> Option<Self> {
        let (state, after) = text.split_once('/')?;
        let after = if after.is_empty() { None } else { Some(after.parse().ok()?) };
        Some(Self { state: state.parse().ok()?, after })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = self.after.map(|id| id.to_string()).unwrap_or_default();
        write!(f, "{}/{after}", self.state)
    }
}

async fn meant(
    services: &Services,
    which: &WhichApplication,
) -> Result<(Tenant, ApplicationRecord), CommandError> {
    let tenant = tenant(services, &which.tenant).await?;
    let list = format!("application list --tenant {}", which.tenant);
    let none = || none_such("application", &which.reference, &list);
    let reference = Reference::parse(&which.reference).ok_or_else(none)?;
    let found = services.read().await?.application_by_reference(&reference).await?;
    let record =
        found.filter(|record| record.application.particulars().tenant == tenant.id).ok_or_else(none)?;
    Ok((tenant, record))
}

fn line(tenant: &Tenant, record: &ApplicationRecord, login: Option<&str>) -> Record {
    let particulars = record.application.particulars();
    Record::new()
        .with_text("reference", &particulars.reference)
        .with("state", record.application.state().name())
        .with("tenant", tenant.slug.as_str())
        .with("login", login)
        .with("email", particulars.email.as_str())
        .with("device", particulars.device_name.as_str())
        .with("purpose", particulars.purpose.name())
        .with_text("submitted_at", particulars.submitted_at)
}
