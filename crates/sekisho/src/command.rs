//! The acts and lists of the command line, one file for each noun: its arguments and its acts.
//!
//! A [`Command`] is read from the command line and carried out by [`Services`]: in a running server, which it
//! reaches through the control socket, or in this process under the data folder's lock. Both ways run the
//! same code.
//!
//! **Invariant:** the sender of a command is the operator at the machine
//! ([`domain::grant::Grant::operator_at_the_machine`]): the socket and the data folder are the door.
//! **Invariant:** a shown [`Output`] contains no secret; handed-over secrets go into files.

pub mod application;
pub mod audit;
pub mod certificate;
pub mod crl;
pub mod duty;
pub mod issuer;
mod lookup;
pub mod mail;
pub mod operator;
pub mod site;
pub mod tenant;
mod tenant_profile;
pub mod user;
mod user_import;

use crate::{audit_heads_file::AuditHeadsFile, control::Executor, exit::Exit, output::Output};
use async_trait::async_trait;
use authority::{Authority, Unavailable};
use clap::Args;
use domain::{
    grant::{Grant, Permission},
    refusal::{Code, Problem, Refusal, Refuses},
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
    /// Whether the answer has secrets that must be written to files.
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
    /// The bounds of a long list; `None` for any other command.
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

/// Why a command was not carried out: one sentence for the operator, the refusals, and the exit status. It
/// travels through the control socket unchanged.
#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
#[error("{sentence}")]
pub struct CommandError {
    sentence: String,
    exit: Exit,
    /// The code of the first refusal; `None` for a failure, which has no code.
    #[serde(default)]
    code: Option<String>,
    /// All refusals, each with code, field and values.
    #[serde(default)]
    refusals: Vec<serde_json::Value>,
}

impl CommandError {
    /// An error with these refusals, and a sentence that names the thing, the fact and the way out.
    pub fn refusing(refusals: &[Refusal], sentence: impl fmt::Display) -> Self {
        let code = refusals.first().map_or(Code::Internal, Refusal::code);
        // Codes, names and plain values, which can always be written.
        let refusals = refusals.iter().filter_map(|refusal| serde_json::to_value(refusal).ok()).collect();
        Self {
            sentence: sentence.to_string(),
            exit: code.into(),
            code: Some(code.name().to_owned()),
            refusals,
        }
    }

    /// An error with one refusal and its sentence.
    pub fn because(problem: impl Into<Problem>, sentence: impl fmt::Display) -> Self {
        Self::refusing(&[Refusal::whole(problem)], sentence)
    }

    /// A failure, or a fault that a check has found.
    pub fn failed(sentence: impl fmt::Display) -> Self {
        Self { sentence: sentence.to_string(), exit: Exit::Failed, code: None, refusals: Vec::new() }
    }

    /// The exit status of the process.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// The code of the first refusal.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// All refusals, each with code, field and values.
    pub fn refusals(&self) -> &[serde_json::Value] {
        &self.refusals
    }
}

/// The refusals of any room, with the room's own sentence.
impl<Cause: Refuses + fmt::Display> From<Cause> for CommandError {
    fn from(cause: Cause) -> Self {
        Self::refusing(&cause.refusals(), &cause)
    }
}

/// The services that commands use.
#[derive(Clone)]
pub struct Services {
    pub authority: Authority,
    /// The file of the audit log's heads.
    pub audit_heads: AuditHeadsFile,
}

impl Services {
    /// The permission of the operator at the machine; the one place that makes it for commands.
    #[expect(clippy::disallowed_methods, reason = "who hands over a command is at the machine")]
    #[expect(clippy::unused_self, reason = "services exist where socket or lock have been proven")]
    fn grant<P: Permission>(&self) -> Grant<P> {
        Grant::operator_at_the_machine()
    }

    /// A reader for every tenant's records.
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
