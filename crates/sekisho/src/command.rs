//! The acts and lists of the command line, one noun a file: its arguments, and what it does.
//!
//! A [`Command`] is read from the command line and carried out by [`Services`]: in a running server,
//! which it reaches through the control socket, or in this process under the data folder's lock. Both
//! ways run the same code.
//!
//! **Invariant:** whoever can hand over a command is the operator at the machine
//! ([`domain::grant::Grant::operator_at_the_machine`]): the socket and the data folder are the door.
//! **Invariant:** no secret is in an [`Output`] that is shown; what is handed over goes into files.

pub mod application;
pub mod audit;
pub mod certificate;
pub mod crl;
pub mod duty;
pub mod issuer;
mod lookup;
pub mod mail;
pub mod operator;
mod problems;
pub mod site;
pub mod tenant;
pub mod user;
mod user_import;

use crate::{
    audit_heads_file::{AuditHeadsFile, AuditHeadsFileError},
    control::Executor,
    exit::Exit,
    output::Output,
};
use async_trait::async_trait;
use authority::{
    Authority, Unavailable, crl_issuer::PublishCrlsError, email_proof::EmailProofError, import::ImportError,
    ra::DecideError, resend::ResendError, revocation::RevokeError, tenants::TenantError, users::UserError,
};
use clap::Args;
use domain::{
    grant::{Grant, Permission},
    refusal::Code,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most rows that one list shows without `--all`.
pub const LIST_ROWS_MAX: usize = 100_000;

/// How far a long list goes.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
pub struct ListReach {
    /// Show all rows, also beyond 100,000
    #[arg(long)]
    pub all: bool,
    /// Behind what the next part of the list begins.
    #[arg(skip)]
    #[serde(default)]
    pub after: Option<String>,
}

/// One act or list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Of tenants.
    Tenant(tenant::TenantCommand),
    /// Of users.
    User(user::UserCommand),
    /// Of applications.
    Application(application::ApplicationCommand),
    /// Of certificates.
    Certificate(certificate::CertificateCommand),
    /// Of certificate authorities.
    Issuer(issuer::IssuerCommand),
    /// Of revocation lists.
    Crl(crl::CrlCommand),
    /// Of host names.
    Site(site::SiteCommand),
    /// Of duties.
    Duty(duty::DutyCommand),
    /// Of the audit log.
    Audit(audit::AuditCommand),
    /// Of mail.
    Mail(mail::MailCommand),
    /// Of operators.
    Operator(operator::OperatorCommand),
}

impl Command {
    /// Does its answer hold secrets that must be written somewhere?
    pub fn hands_over(&self) -> bool {
        match self {
            Self::Tenant(command) => {
                matches!(command, tenant::TenantCommand::Add(_) | tenant::TenantCommand::Sheet { .. })
            }
            Self::User(command) => command.hands_over(),
            Self::Operator(operator::OperatorCommand::Add(_)) => true,
            _ => false,
        }
    }
}

impl Command {
    /// How far it goes, if it is a long list.
    pub fn reach(&mut self) -> Option<&mut ListReach> {
        match self {
            Self::Tenant(tenant::TenantCommand::List { reach, .. })
            | Self::User(user::UserCommand::List { reach, .. })
            | Self::Application(application::ApplicationCommand::List { reach, .. })
            | Self::Certificate(certificate::CertificateCommand::List { reach, .. })
            | Self::Audit(audit::AuditCommand::List { reach, .. }) => Some(reach),
            _ => None,
        }
    }
}

/// Why a command was not carried out: one sentence for the person who gave it, and how its process ends.
#[derive(Debug, thiserror::Error)]
#[error("{sentence}")]
pub struct CommandError {
    sentence: String,
    exit: Exit,
}

impl CommandError {
    /// A refusal, with a sentence that names the thing, the fact and the way out.
    pub fn because(reason: impl fmt::Display) -> Self {
        Self::ending(Exit::Refused, reason)
    }

    /// A sentence for a process that ends in this way.
    pub fn ending(exit: Exit, reason: impl fmt::Display) -> Self {
        Self { sentence: reason.to_string(), exit }
    }

    /// A sentence about a refusal of the table.
    fn coded(code: Code, reason: impl fmt::Display) -> Self {
        Self::ending(code.into(), reason)
    }

    /// How the process ends.
    pub fn exit(&self) -> Exit {
        self.exit
    }
}

/// What a room's error says; how it ends follows from the codes of those variants that are named. Every other variant is
/// a refusal.
macro_rules! reasons {
    ($($cause:ty { $($variant:pat => $code:ident),* $(,)? })*) => {$(
        impl From<$cause> for CommandError {
            fn from(cause: $cause) -> Self {
                #[allow(unreachable_patterns, reason = "some errors are of one kind")]
                match &cause {
                    $($variant => Self::coded(Code::$code, &cause),)*
                    _ => Self::because(&cause),
                }
            }
        }
    )*};
}

reasons! {
    store::StoreError { _ => Unavailable }
    authority::Unavailable { _ => Unavailable }
    PublishCrlsError { PublishCrlsError::NotFound => NotFound, PublishCrlsError::Unavailable(_) => Unavailable }
    DecideError { DecideError::NotFound => NotFound, DecideError::Unavailable(_) => Unavailable }
    EmailProofError { EmailProofError::NotFound => NotFound, EmailProofError::Unavailable(_) => Unavailable }
    ImportError {
        ImportError::NotFound | ImportError::Tenant(UserError::NotFound) => NotFound,
        ImportError::Unavailable(_) | ImportError::Tenant(UserError::Unavailable(_)) => Unavailable,
    }
    ResendError {
        ResendError::NotFound | ResendError::User(UserError::NotFound) => NotFound,
        ResendError::Unavailable(_) | ResendError::User(UserError::Unavailable(_)) => Unavailable,
    }
    RevokeError { RevokeError::NotFound => NotFound, RevokeError::Unavailable(_) => Unavailable }
    TenantError { TenantError::NotFound => NotFound, TenantError::Unavailable(_) => Unavailable }
    UserError { UserError::NotFound => NotFound, UserError::Unavailable(_) => Unavailable }
    AuditHeadsFileError { _ => Internal }
}

/// What commands work on.
#[derive(Clone)]
pub struct Services {
    /// The acts.
    pub authority: Authority,
    /// Where the audit log's heads are kept.
    pub audit_heads: AuditHeadsFile,
}

impl Services {
    /// Permission of whoever is at the machine; the one place where it is made for commands.
    #[expect(clippy::disallowed_methods, reason = "who hands over a command is at the machine")]
    #[expect(clippy::unused_self, reason = "services exist where socket or lock have been proven")]
    fn grant<P: Permission>(&self) -> Grant<P> {
        Grant::operator_at_the_machine()
    }

    /// Every tenant's records.
    async fn read(&self) -> Result<store::Reader, Unavailable> {
        self.authority.reading().every_record(&self.grant()).await
    }
}

#[async_trait]
impl Executor for Services {
    async fn execute(&self, command: Command) -> Result<Output, CommandError> {
        match command {
            Command::Tenant(command) => tenant::execute(self, command).await,
            Command::User(command) => user::execute(self, command).await,
            Command::Application(command) => application::execute(self, command).await,
            Command::Certificate(command) => certificate::execute(self, command).await,
            Command::Issuer(command) => issuer::execute(self, command).await,
            Command::Crl(command) => crl::execute(self, command).await,
            Command::Site(command) => site::execute(self, command).await,
            Command::Duty(command) => duty::execute(self, command).await,
            Command::Audit(command) => audit::execute(self, command).await,
            Command::Mail(command) => mail::execute(self, command).await,
            Command::Operator(command) => operator::execute(self, command).await,
        }
    }
}
