//! `sekisho operator …`

use super::{
    CommandError, Services,
    tenant::email,
    user::{judged, slip_again, slip_file},
};
use crate::output::Output;
use authority::users::UserError;
use clap::{Args, Subcommand};
use domain::{
    grant::ManageTenants,
    import::{Cells, Column, NewUser, listed},
    login_name::LoginName,
    slug::TenantSlug,
};
use serde::{Deserialize, Serialize};

/// Acts of operators.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperatorCommand {
    /// Invite a person who may open the console; the invitation is written to a file
    Add(AddOperator),
}

/// An operator to be added.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct AddOperator {
    /// Name as people write it
    #[arg(long)]
    pub name: String,
    /// Family name in roman letters, for the certificate
    #[arg(long)]
    pub family_name: String,
    /// Given name in roman letters, for the certificate
    #[arg(long)]
    pub given_name: String,
    /// E-mail address
    #[arg(long)]
    pub email: String,
    /// Login name, where what stands before the @ is taken
    #[arg(long)]
    pub login: Option<String>,
}

pub(super) async fn execute(services: &Services, command: OperatorCommand) -> Result<Output, CommandError> {
    let OperatorCommand::Add(new) = command;
    let sentence = format!("operator {} added; the slip says how to get the certificate", new.name);
    let user = new_operator(new)?;
    let grant = services.grant::<ManageTenants>();
    match services.authority.people().add_operator(&grant, user).await {
        Ok(slip) => {
            let again = slip_again(&slip, TenantSlug::console().as_str());
            let (folder, files) = ("operators".to_owned(), vec![slip_file(&slip)]);
            Ok(Output::HandOver { folder, files, sentence, again })
        }
        Err(UserError::Taken(errors)) if errors.iter().any(|error| error.column == Column::LoginName) => {
            let sentence = format!("{}; choose another login name with --login", listed(&errors));
            Err(CommandError::refusing(&Cells::default().refusals(&errors), sentence))
        }
        Err(other) => Err(other.into()),
    }
}

/// The record of a person with known name, roman name and address.
pub(crate) fn new_operator(new: AddOperator) -> Result<NewUser, CommandError> {
    let email = email(&new.email)?;
    let login = new.login.unwrap_or_else(|| LoginName::suggested_by(&email).to_string());
    let cells = Cells::default()
        .with(Column::LoginName, login)
        .with(Column::DisplayName, new.name)
        .with(Column::RomanFamilyName, new.family_name)
        .with(Column::RomanGivenName, new.given_name)
        .with(Column::Email, new.email);
    judged(&cells)
}
