//! `sekisho application …`

use super::{
    CommandError, Services,
    lookup::{Rows, none_such, tenant},
};
use crate::output::{Output, Record};
use clap::{Args, Subcommand};
use domain::{
    application::{ApplicationState, Reference},
    grant::{DecideApplication, Grant},
    id::TenantId,
    rejection::RejectionReason,
};
use serde::{Deserialize, Serialize};
use store::applications::ApplicationRecord;

/// Acts and lists of applications.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationCommand {
    /// List a customer's applications by state, the oldest first within each
    List {
        /// The customer's slug
        #[arg(long)]
        tenant: String,
    },
    /// Show one application
    Show(Which),
    /// Approve an application; its PIN is mailed
    Approve(Which),
    /// Open a stopped pickup again (too many wrong PINs, or PINs that ran out); a new PIN is mailed
    Reopen(Which),
    /// Reject an application
    Reject {
        /// Which one
        #[command(flatten)]
        which: Which,
        /// Why, as the applicant will read it
        #[arg(long)]
        reason: String,
    },
}

/// One application of one customer.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct Which {
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
    let grant = Grant::<DecideApplication>::operator_at_the_machine();
    match command {
        ApplicationCommand::List { tenant: slug } => {
            let tenant = tenant(services, &slug).await?;
            let mut records = Vec::new();
            let mut reader = authority.store().read().await?;
            let mut scope = reader.tenant(tenant.id);
            for state in ApplicationState::ALL {
                let mut rows = Rows::by(|record: &ApplicationRecord| record.application.particulars().id);
                while let Some(page) = rows.next_page() {
                    rows.take(scope.applications_in(state, &page).await?);
                }
                records.extend(rows.into_rows().iter().map(line));
            }
            Ok(Output::Records(records))
        }
        ApplicationCommand::Show(which) => {
            let (_, record) = meant(services, &which).await?;
            let particulars = record.application.particulars();
            let record = line(&record)
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
            authority.approve(&grant, tenant, record.application.particulars().id).await?;
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
                return Err(CommandError::because(fact));
            }
            authority.reopen_pickup(&grant, tenant, record.application.particulars().id).await?;
            Ok(Output::Done(format!("pickup {} opened again; a new PIN is on its way", which.reference)))
        }
        ApplicationCommand::Reject { which, reason } => {
            let (tenant, record) = meant(services, &which).await?;
            let reason = RejectionReason::parse(&reason).map_err(CommandError::because)?;
            authority.reject(&grant, tenant, record.application.particulars().id, Some(&reason)).await?;
            Ok(Output::Done(format!("application {} rejected", which.reference)))
        }
    }
}

async fn meant(services: &Services, which: &Which) -> Result<(TenantId, ApplicationRecord), CommandError> {
    let tenant = tenant(services, &which.tenant).await?;
    let list = format!("application list --tenant {}", which.tenant);
    let none = || none_such("application", &which.reference, &list);
    let reference = Reference::parse(&which.reference).ok_or_else(none)?;
    let found = services.authority.store().read().await?.application_by_reference(&reference).await?;
    let record =
        found.filter(|record| record.application.particulars().tenant == tenant.id).ok_or_else(none)?;
    Ok((tenant.id, record))
}

fn line(record: &ApplicationRecord) -> Record {
    let particulars = record.application.particulars();
    Record::new()
        .with_text("reference", &particulars.reference)
        .with("state", record.application.state().name())
        .with("email", particulars.email.as_str())
        .with("device", particulars.device_name.as_str())
        .with_text("submitted_at", particulars.submitted_at)
}
