//! `sekisho user …`

use super::{
    CommandError, ListReach, Services,
    lookup::{none_such, page, part, tenant},
    user_import::{self, How, ImportFile},
};
use crate::output::{HandOverFile, Output, Record};
use authority::{
    import::Agreed,
    users::{InvitationChannel, Slip, UserError},
};
use clap::{Args, Subcommand, ValueEnum, builder::PossibleValuesParser};
use domain::{
    certificate_text::RomanName,
    email::EmailAddress,
    grant::{Grant, ManageUsers},
    import::{Cells, Column, NewUser, listed},
    license::last_day,
    list_key::ListKey,
    login_name::LoginName,
    refusal::Problem,
    tenant::Tenant,
    user::{GroupKey, Progress, Role, User, UserSubset},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::users::{UserFilter, UserRow};

/// Acts and lists of users.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserCommand {
    /// Add a person and send the invitation
    Add(Box<AddUser>),
    /// List a customer's people
    List {
        /// The customer's slug
        #[arg(long)]
        tenant: String,
        /// Only those with each of these words in a name, login name, address or group, in any spelling
        #[arg(long, default_value = "")]
        search: String,
        /// Only those of one group, role or progress
        #[command(flatten)]
        #[serde(default)]
        whom: Whom,
        /// How far
        #[command(flatten)]
        reach: ListReach,
    },
    /// Show one person
    Show(WhichUser),
    /// Shut a person out, from the next request on or at the end of a day
    Suspend {
        /// Whom
        #[command(flatten)]
        which: WhichUser,
        /// The last day of use, YYYY-MM-DD in the service's time zone; another day takes the place of the former one
        #[arg(long, value_name = "DAY")]
        on: Option<Date>,
        /// Call off what was planned
        #[arg(long, conflicts_with = "on")]
        cancel: bool,
    },
    /// Export all that is on record about a person, as JSON
    Export(WhichUser),
    /// Let a suspended person in again
    Resume(WhichUser),
    /// Delete a person who was entered by mistake and never had a certificate
    Delete(WhichUser),
    /// Send a new invitation; the old one opens nothing from then on
    Invite {
        /// Whom
        #[command(flatten)]
        which: WhichUser,
        /// How the one-time password reaches the person
        #[arg(long, value_enum, default_value_t = ChannelArg::Mail)]
        by: ChannelArg,
    },
    /// Send a person the notice again that a certificate will end
    RemindRenewal(WhichUser),
    /// Mail a code to a person's new e-mail address, to be typed at My page
    EmailCode(WhichUser),
    /// Give the word for a person's e-mail address, where its domain is among the customer's vouched ones
    VouchEmail(WhichUser),
    /// Add people from a CSV file and send the invitations
    Import {
        /// The file: UTF-8 or Shift_JIS, with a header row
        #[arg(value_parser = ImportFile::read)]
        file: ImportFile,
        /// The customer's slug
        #[arg(long)]
        tenant: String,
        /// Only judge the rows
        #[arg(long)]
        dry_run: bool,
        /// Import the good rows although others cannot be
        #[arg(long)]
        skip_refused: bool,
        /// Change the records of people who are there already, where the file says something else
        #[arg(long)]
        apply_changes: bool,
        /// The people who become administrators or auditors by the file are meant to; --dry-run names them
        #[arg(long)]
        confirm_administrators: bool,
    },
}

impl UserCommand {
    pub(super) fn hands_over(&self) -> bool {
        match self {
            Self::Add(new) => matches!(new.by, ChannelArg::Slip),
            Self::Invite { by, .. } => matches!(by, ChannelArg::Slip),
            _ => false,
        }
    }
}

/// Some of a customer's people.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
pub struct Whom {
    /// Only those in this group
    #[arg(long, value_name = "KEY")]
    pub group: Option<String>,
    /// Only those with this role
    #[arg(long, value_parser = PossibleValuesParser::new(Role::ALL.map(Role::name)))]
    pub role: Option<String>,
    /// Only those who have come this far, or with a certificate that ends soon, or with mail not delivered
    #[arg(long, value_parser = PossibleValuesParser::new(UserSubset::ALL.map(UserSubset::name)))]
    pub progress: Option<String>,
}

/// One person of one customer.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct WhichUser {
    /// The person's login name
    pub login: String,
    /// The customer's slug
    #[arg(long)]
    pub tenant: String,
}

/// A person to be added.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct AddUser {
    /// Login name (ASCII)
    pub login: String,
    /// The customer's slug
    #[arg(long)]
    pub tenant: String,
    /// Name as people write it
    #[arg(long)]
    pub name: String,
    /// Its reading (よみ)
    #[arg(long, default_value = "")]
    pub reading: String,
    /// Family name in roman letters, for the certificate
    #[arg(long)]
    pub family_name: String,
    /// Given name in roman letters, for the certificate
    #[arg(long)]
    pub given_name: String,
    /// E-mail address
    #[arg(long)]
    pub email: String,
    /// Group keys, comma-separated
    #[arg(long, default_value = "")]
    pub groups: String,
    /// Note
    #[arg(long, default_value = "")]
    pub note: String,
    /// user, administrator or auditor
    #[arg(long, default_value = "user")]
    pub role: String,
    /// Language of mails: ja or en; without it, the customer's
    #[arg(long, default_value = "")]
    pub locale: String,
    /// How the one-time password reaches the person
    #[arg(long, value_enum, default_value_t = ChannelArg::Mail)]
    pub by: ChannelArg,
}

/// How a one-time password reaches a person.
#[derive(Debug, Clone, Copy, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelArg {
    /// By mail
    Mail,
    /// Printed, from a file that is written once
    Slip,
}

impl From<ChannelArg> for InvitationChannel {
    fn from(way: ChannelArg) -> Self {
        match way {
            ChannelArg::Mail => Self::Mail,
            ChannelArg::Slip => Self::Slip,
        }
    }
}

pub(super) async fn execute(services: &Services, command: UserCommand) -> Result<Output, CommandError> {
    let authority = &services.authority;
    let grant = services.grant::<ManageUsers>();
    match command {
        UserCommand::Add(new) => add(services, &grant, *new).await,
        UserCommand::List { tenant: slug, search, whom, reach } => {
            let tenant = tenant(services, &slug).await?;
            let page = page(&reach, ListKey::parse)?;
            let group = whom.group.as_deref().map(group).transpose()?;
            let filter = UserFilter {
                search: &search,
                subset: UserSubset::ALL.into_iter().find(|it| Some(it.name()) == whom.progress.as_deref()),
                role: Role::ALL.into_iter().find(|it| Some(it.name()) == whom.role.as_deref()),
                group: group.as_ref(),
            };
            let mut reader = services.read().await?;
            let page = reader.tenant(tenant.id).users(filter, &page, authority.now()).await?;
            Ok(part(&page, |row| row.key.clone(), |row| row_line(&tenant, row)))
        }
        UserCommand::Show(which) => show(services, &which).await,
        UserCommand::Suspend { which, on: Some(day), .. } => {
            let (tenant, user) = meant(services, &which).await?;
            authority.people().plan_suspension(&grant, tenant.id, user.id, day).await?;
            Ok(Output::Done(format!("user {} will be suspended at the end of {day}", which.login)))
        }
        UserCommand::Suspend { which, cancel: true, .. } => {
            let (tenant, user) = meant(services, &which).await?;
            authority.people().cancel_suspension(&grant, tenant.id, user.id).await?;
            Ok(Output::Done(format!("user {}: no suspension is planned", which.login)))
        }
        UserCommand::Suspend { which, .. } => {
            let (tenant, user) = meant(services, &which).await?;
            let done = match authority.people().suspend_user(&grant, tenant.id, user.id).await {
                Err(UserError::State(_)) => "suspended already",
                done => done.map(|()| "suspended; the gate refuses them from now on, a mail tells them")?,
            };
            Ok(Output::Done(format!("user {} {done}", which.login)))
        }
        UserCommand::Export(which) => export(services, &grant, &which).await,
        UserCommand::Resume(which) => {
            let (tenant, user) = meant(services, &which).await?;
            let done = match authority.people().resume_user(&grant, tenant.id, user.id).await {
                Err(UserError::State(_)) => "not suspended; nothing was changed",
                done => done.map(|()| "resumed; a mail tells them")?,
            };
            Ok(Output::Done(format!("user {} {done}", which.login)))
        }
        UserCommand::Delete(which) => {
            let (tenant, user) = meant(services, &which).await?;
            authority.people().delete_user(&grant, tenant.id, user.id).await?;
            Ok(Output::Done(format!("user {} deleted; the login name and the address are free", which.login)))
        }
        UserCommand::Invite { which, by } => {
            let (tenant, user) = meant(services, &which).await?;
            let has_device =
                services.read().await?.tenant(tenant.id).has_device(user.id, authority.now()).await?;
            let slip = authority
                .people()
                .invite(&grant, tenant.id, user.id, by.into(), authority.new_invitation_id())
                .await?;
            let anew = if has_device { "for another device; the present one stays good" } else { "anew" };
            let sentence = format!("user {} invited {anew}; a former password is spent", which.login);
            Ok(invited(&tenant, sentence, slip))
        }
        UserCommand::RemindRenewal(which) => {
            let (tenant, user) = meant(services, &which).await?;
            authority.people().send_end_notice(&grant, tenant.id, user.id).await?;
            Ok(Output::Done(format!("the notice to {} is on its way to {}", which.login, user.email)))
        }
        UserCommand::EmailCode(which) => {
            let (tenant, user) = meant(services, &which).await?;
            authority.email_proofs().mail_email_code(&grant, tenant.id, user.id).await?;
            Ok(Output::Done(format!("a code for {} is on its way to {}", which.login, user.email)))
        }
        UserCommand::VouchEmail(which) => {
            let (tenant, user) = meant(services, &which).await?;
            authority.email_proofs().vouch_for_email(&grant, tenant.id, user.id).await?;
            Ok(Output::Done(format!("applications are told {} of user {}", user.email, which.login)))
        }
        UserCommand::Import {
            file,
            tenant: slug,
            dry_run,
            skip_refused,
            apply_changes,
            confirm_administrators,
        } => {
            let tenant = tenant(services, &slug).await?;
            let agreed = Agreed { changes: apply_changes, administrators: confirm_administrators };
            let how = How { dry_run, skip_refused, agreed };
            user_import::import(services, &grant, &tenant, file, how).await
        }
    }
}

async fn show(services: &Services, which: &WhichUser) -> Result<Output, CommandError> {
    let (tenant, user) = meant(services, which).await?;
    let mut reader = services.read().await?;
    let progress = reader.tenant(tenant.id).user_progress(user.id).await?;
    let noticed_at = reader.tenant(tenant.id).newest_notice_to(user.id).await?;
    let record = line(&tenant, &user)
        .with_text("id", user.id)
        .with_optional("progress", progress.map(Progress::name))
        .with_optional("email_told", user.proved_email.as_ref().map(EmailAddress::as_str))
        .with("login_fits", tenant.names.fit_login(&user.login_name))
        .with("email_fits", tenant.names.fit_email(&user.email))
        .with("reading", user.reading)
        .with_optional("roman_name", user.roman_name.map(|name| name.common_name()))
        .with("groups", user.groups.iter().map(GroupKey::as_str).collect::<Vec<_>>())
        .with("note", user.note)
        .with_optional("renewal_noticed_at", noticed_at)
        .with_optional(
            "last_day",
            user.suspend_at.map(|at| last_day(at, &services.authority.service().time_zone)),
        )
        .with("locale", user.locale.tag());
    Ok(Output::Record(record))
}

async fn export(
    services: &Services,
    grant: &Grant<ManageUsers>,
    which: &WhichUser,
) -> Result<Output, CommandError> {
    let (tenant, user) = meant(services, which).await?;
    let record = services.authority.people().export_user(grant, tenant.id, user.id).await?;
    let fields = record.as_object().cloned().unwrap_or_default();
    Ok(Output::Record(fields.into_iter().fold(Record::new(), |all, (name, value)| all.with(&name, value))))
}

fn group(key: &str) -> Result<GroupKey, CommandError> {
    let none = || CommandError::because(Problem::NotFound, format!("{key:?} is no key of a group"));
    GroupKey::parse(key).ok_or_else(none)
}

async fn meant(services: &Services, which: &WhichUser) -> Result<(Tenant, User), CommandError> {
    let tenant = tenant(services, &which.tenant).await?;
    let list = format!("user list --tenant {}", which.tenant);
    let none = || none_such("user", &which.login, &list);
    let login = LoginName::parse(&which.login).map_err(|_| none())?;
    let found = services.read().await?.tenant(tenant.id).user_by_login_name(&login).await?;
    Ok((tenant, found.ok_or_else(none)?))
}

async fn add(services: &Services, grant: &Grant<ManageUsers>, new: AddUser) -> Result<Output, CommandError> {
    let tenant = tenant(services, &new.tenant).await?;
    let by = new.by;
    let sentence = format!("user {} added", new.login);
    let user = judged(&cells(new))?;
    let invitation = services.authority.new_invitation_id();
    let (_, slip) =
        services.authority.people().add_user(grant, tenant.id, user, by.into(), invitation).await?;
    Ok(invited(&tenant, sentence, slip))
}

fn cells(new: AddUser) -> Cells {
    Cells::default()
        .with(Column::DisplayName, new.name)
        .with(Column::Reading, new.reading)
        .with(Column::RomanFamilyName, new.family_name)
        .with(Column::RomanGivenName, new.given_name)
        .with(Column::LoginName, new.login)
        .with(Column::Email, new.email)
        .with(Column::Groups, new.groups)
        .with(Column::Note, new.note)
        .with(Column::Role, new.role)
        .with(Column::Locale, new.locale)
}

/// The record of these cells, or all errors.
pub(super) fn judged(cells: &Cells) -> Result<NewUser, CommandError> {
    cells.judge().map_err(|errors| CommandError::refusing(&cells.refusals(&errors), listed(&errors)))
}

fn invited(tenant: &Tenant, sentence: String, slip: Option<Slip>) -> Output {
    let Some(slip) = slip else { return Output::Done(format!("{sentence}; the invitation is on its way")) };
    let again = slip_again(&slip, tenant.slug.as_str());
    Output::HandOver { folder: tenant.slug.to_string(), files: vec![slip_file(&slip)], sentence, again }
}

/// The words of the command that makes a new slip.
pub(super) fn slip_again(slip: &Slip, tenant: &str) -> String {
    format!("user invite {} --tenant {tenant} --by slip", slip.user.login_name)
}

/// A slip to be printed or handed on.
pub(super) fn slip_file(slip: &Slip) -> HandOverFile {
    let in_certificate = slip.user.roman_name.as_ref().map(RomanName::common_name);
    let contents = format!(
        "name: {}\nname in the certificate: {}\nlogin: {}\nemail: {}\nidentification code: {}\none-time password: {}\naddress: {}\nuntil: {}\n",
        slip.user.display_name,
        in_certificate.as_deref().unwrap_or("to be entered when applying"),
        slip.user.login_name,
        slip.user.email,
        slip.identification_code,
        slip.one_time_password.expose(),
        slip.enrol_url,
        slip.valid_until,
    );
    HandOverFile { name: format!("slip-{}.txt", slip.user.login_name), contents }
}

fn line(tenant: &Tenant, user: &User) -> Record {
    Record::new()
        .with("tenant", tenant.slug.as_str())
        .with("login", user.login_name.as_str())
        .with("name", user.display_name.as_str())
        .with("email", user.email.as_str())
        .with("role", user.role.name())
        .with("state", user.state.name())
}

fn row_line(tenant: &Tenant, row: &UserRow) -> Record {
    line(tenant, &row.user)
        .with("progress", row.progress.name())
        .with_optional("mail", row.mail.map(domain::mail::MailStanding::name))
}
