//! The command line: the words that can be typed. [`crate::command`], [`crate::up`], [`crate::serve`] and
//! [`crate::tour`] carry them out.

use crate::{
    command::{
        application::ApplicationCommand, audit::AuditCommand, certificate::CertificateCommand,
        crl::CrlCommand, duty::DutyCommand, issuer::IssuerCommand, mail::MailCommand,
        operator::OperatorCommand, site::SiteCommand, tenant::TenantCommand, user::UserCommand,
    },
    data_folder::DATA_FOLDER_DEFAULT,
    up::PortNumbers,
};
use clap::{
    Arg, Args, CommandFactory, Parser, Subcommand,
    error::{ContextKind, ContextValue, ErrorKind},
};
use std::{ffi::OsString, path::PathBuf};

/// Issues personal certificates, guards a web application's login page with them, and looks after both.
#[derive(Debug, Parser)]
#[command(name = "sekisho", version, about, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub noun: Noun,
}

impl Cli {
    /// Reads the typed words; an error explains the mistake and the right form.
    pub fn read(words: &[OsString]) -> Result<Self, clap::Error> {
        Self::try_parse_from(words).map_err(|wrong| hinted(wrong, words))
    }
}

/// A customer is a noun of its own ("tenant show SLUG"), and an option of the other nouns ("user list
/// --tenant SLUG"): the error explains a mix-up of the two.
fn hinted(mut wrong: clap::Error, words: &[OsString]) -> clap::Error {
    let typed = match wrong.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(typed)) if wrong.kind() == ErrorKind::UnknownArgument => typed.clone(),
        _ => return wrong,
    };
    let command = Cli::command();
    let named = |place: usize| words.get(place).and_then(|word| word.to_str()).unwrap_or_default();
    let Some(verb) = command.find_subcommand(named(1)).and_then(|noun| noun.find_subcommand(named(2))) else {
        return wrong;
    };
    let has = |test: fn(&Arg) -> bool| verb.get_arguments().any(test);
    let hint = if !typed.starts_with('-') && has(|arg| arg.get_long() == Some("tenant")) {
        format!("a customer is named with \"--tenant {typed}\"")
    } else if typed == "--tenant" && has(|arg| arg.is_positional() && arg.get_id() == "tenant") {
        format!("the customer is named without it: \"sekisho {} {} SLUG\"", named(1), named(2))
    } else {
        return wrong;
    };
    wrong.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![hint.into()]));
    wrong
}

/// The nouns of the command line.
#[derive(Debug, Subcommand)]
pub enum Noun {
    /// Run everything on this machine, loopback only, without any configuration
    Up(UpArgs),
    /// Walk the whole story on a temporary installation and tell each step
    Tour,
    /// Run the service of a configuration file
    Serve(ConfigArgs),
    /// Tell all mistakes of a configuration file
    CheckConfig {
        /// The file
        #[arg(default_value = "sekisho.toml")]
        file: PathBuf,
    },
    /// Bring the database of a configuration file up to this version
    Migrate(ConfigArgs),
    /// Write or check the generated pages of the manual
    Generate(GenerateArgs),
    /// Customers: add, list, suspend, new contract sheet, application behind the site
    Tenant(ActCommand<TenantCommand>),
    /// People of a tenant: add, import, invite, suspend
    User(ActCommand<UserCommand>),
    /// Certificate applications: list, approve, reject
    Application(ActCommand<ApplicationCommand>),
    /// Certificates: list, hold, release, revoke
    Certificate(ActCommand<CertificateCommand>),
    /// Certificate authorities
    Issuer(ActCommand<IssuerCommand>),
    /// Revocation lists
    Crl(ActCommand<CrlCommand>),
    /// Host names at the gate
    Site(ActCommand<SiteCommand>),
    /// What the installation does on its own account
    Duty(ActCommand<DutyCommand>),
    /// The log of all acts
    Audit(ActCommand<AuditCommand>),
    /// Mail: what was not taken, once more, a test
    Mail(ActCommand<MailCommand>),
    /// People who run this installation
    Operator(ActCommand<OperatorCommand>),
}

/// An act or a list, and where it goes to.
#[derive(Debug, Args)]
pub struct ActCommand<Verb: Subcommand> {
    /// What to do
    #[command(subcommand)]
    pub verb: Verb,
    /// Where, and how to answer
    #[command(flatten)]
    pub at: ActArgs,
}

/// Options of `sekisho up`.
#[derive(Debug, Clone, Args)]
pub struct UpArgs {
    /// Folder for everything; made at the first start
    #[arg(long, value_name = "DIR", default_value = DATA_FOLDER_DEFAULT)]
    pub data: PathBuf,
    /// Port of the public site (HTTP)
    #[arg(long, default_value_t = 8080)]
    pub public_port: u16,
    /// Port of the gate (TLS)
    #[arg(long, default_value_t = 8443)]
    pub gate_port: u16,
    /// Port of metrics and health (HTTP)
    #[arg(long, default_value_t = 9090)]
    pub metrics_port: u16,
}

impl UpArgs {
    /// The chosen ports.
    pub fn ports(&self) -> PortNumbers {
        PortNumbers { public: self.public_port, gate: self.gate_port, metrics: self.metrics_port }
    }
}

/// Which service.
#[derive(Debug, Clone, Args)]
pub struct ConfigArgs {
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "sekisho.toml")]
    pub config: PathBuf,
}

/// What to do with the generated pages.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
pub struct GenerateArgs {
    /// Fail if a page is not as it would be written
    #[arg(long)]
    pub check: bool,
    /// Write the pages
    #[arg(long)]
    pub write: bool,
}

/// Where acts and lists go to, and how they answer; behind every noun.
#[derive(Debug, Clone, Args)]
pub struct ActArgs {
    /// Data folder of `sekisho up`
    #[arg(long, global = true, value_name = "DIR", default_value = DATA_FOLDER_DEFAULT, conflicts_with = "config")]
    pub data: PathBuf,
    /// Configuration file of `sekisho serve`
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Folder for contract sheets and slips, which are written once; under `sekisho up` DIR/sheets/TENANT
    #[arg(long, global = true, value_name = "DIR")]
    pub sheet_dir: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn where_and_how_may_stand_behind_any_act() {
        let cli = parsed("sekisho certificate list --tenant sample --json --data /x").expect("list");
        let Noun::Certificate(act) = cli.noun else { panic!("another noun") };
        assert!(act.at.json);
        assert_eq!(act.at.data, PathBuf::from("/x"));
        assert!(matches!(act.verb, CertificateCommand::List { tenant, .. } if tenant == "sample"));
    }

    #[test]
    fn every_list_and_show_answers_in_json() {
        for line in [
            "tenant list",
            "tenant show a",
            "user list --tenant a",
            "user show x --tenant a",
            "application list --tenant a",
            "application show R1 --tenant a",
            "certificate list --tenant a",
            "certificate show 1",
            "issuer list",
            "issuer show 1",
            "crl show",
            "site list",
            "site show a.localhost",
            "mail list",
            "duty list",
            "audit list",
            "audit list --all",
            "tenant list --all",
            "user list --tenant a --all",
            "application list --tenant a --all",
            "certificate list --tenant a --all",
            "audit verify",
        ] {
            assert!(parsed(&format!("sekisho {line} --json")).is_ok(), "{line}");
        }
    }

    #[test]
    fn bad_usage_is_told_apart_from_failure() {
        for line in [
            "sekisho",
            "sekisho tenant",
            "sekisho tenant add",
            "sekisho generate",
            "sekisho up --gate-port x",
        ] {
            assert_eq!(parsed(line).expect_err(line).exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn a_customer_in_the_wrong_place_is_told_the_right_one() {
        for (line, hint) in [
            ("sekisho user list sample", "--tenant sample"),
            ("sekisho certificate list sample --json", "--tenant sample"),
            ("sekisho user show taro sample", "--tenant sample"),
            ("sekisho tenant show --tenant sample", "sekisho tenant show SLUG"),
        ] {
            let words: Vec<_> = line.split(' ').map(OsString::from).collect();
            let wrong = Cli::read(&words).expect_err(line);
            assert_eq!(wrong.exit_code(), 2, "{line}");
            let told = wrong.to_string();
            assert!(told.contains("tip: ") && told.contains(hint), "{told}");
        }
        let unknown = Cli::read(&["sekisho", "up", "sample"].map(OsString::from));
        assert!(!unknown.expect_err("no such argument").to_string().contains("--tenant"));
    }

    #[test]
    fn a_data_folder_and_a_configuration_exclude_each_other() {
        assert!(parsed("sekisho tenant list --data /x --config y.toml").is_err());
        assert!(parsed("sekisho tenant list --config y.toml").is_ok());
    }
}
