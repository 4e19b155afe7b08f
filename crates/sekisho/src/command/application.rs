//! `sekisho application …`

use super::{
    CommandError, ListReach, Services,
    lookup::{none_such, page, tenant},
};
use crate::output::{Output, Record};
use clap::{Args, Subcommand};
use domain::{
    application::{ApplicationState, Reference},
    grant::DecideApplication,
    id::ApplicationId,
    refusal::Problem,
    rejection::RejectionReason,
    tenant::Tenant,
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
    /// Approve an application; its PIN is mailed
    Approve(WhichApplication),
    /// Open a stopped pickup again (too many wrong PINs, or PINs that ran out); a new PIN is mailed
    Reopen(WhichApplication),
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
            let user = services.read().await?.tenant(tenant.id).user(particulars.user).await?;
            let login = user.map(|user| user.login_name.to_string());
            let record = line(&tenant, &record, login.as_deref())
                .with_text("id", particulars.id)
                .with_text("user_id", particulars.user)
                .with_text("state_since", record.state_since)
                .with("pin_mails", record.pin_mails)
                .with("stopped", record.pin.as_ref().is_some_and(|pin| pin.is_stopped(authority.now())))
                .with_optional("pin_expires_at", record.pin.as_ref().map(|pin| pin.expires_at));
            Ok(Output::Record(record))
        }
        ApplicationCommand::Approve(which) => {
            let (tenant, record) = meant(services, &which).await?;
            authority.registration().approve(&grant, tenant.id, record.application.particulars().id).await?;
            Ok(Output::Done(format!("application {} approved; the PIN is on its way", which.reference)))
        }
        ApplicationCommand::Reopen(which) => {
            let (tenant, record) = meant(services, &which).await?;
            let pin = record.pin.as_ref().filter(|pin| pin.is_stopped(authority.now()));
            if pin.is_none() {
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
        .with_text("submitted_at", particulars.submitted_at)
}
