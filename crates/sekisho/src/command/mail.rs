//! `sekisho mail …`

use super::{
    CommandError, ListReach, Services,
    lookup::{page, parsed, part, slugs, tenant},
    tenant::email,
};
use crate::output::{Output, Record};
use authority::resend::{ResendError, Resent};
use clap::Subcommand;
use domain::{
    grant::{ManageTenants, ResendMail},
    id::EffectId,
    locale::Locale,
    refusal::Problem,
};
use serde::{Deserialize, Serialize};
use store::mails::MailRow;

/// Acts and lists of mail.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailCommand {
    /// List mails that were not taken, the newest first, with the mail server's words
    List {
        /// Only this customer's
        #[arg(long)]
        tenant: Option<String>,
        /// How far
        #[command(flatten)]
        #[serde(default)]
        reach: ListReach,
    },
    /// Try at once whatever waits for the mail server
    Retry,
    /// Send a mail again; a PIN or one-time password in it is made anew, and the old one opens nothing from then on
    Resend {
        /// The mail's id, from the list
        mail: String,
        /// The customer's slug
        #[arg(long)]
        tenant: String,
    },
    /// Send a test mail, and tell each answer of the mail server
    Test {
        /// To whom
        address: String,
        /// Language of the mail: ja or en
        #[arg(long, default_value = "ja")]
        locale: String,
    },
}

pub(super) async fn execute(services: &Services, command: MailCommand) -> Result<Output, CommandError> {
    let authority = &services.authority;
    match command {
        MailCommand::List { tenant: of, reach } => list(services, of, &reach).await,
        MailCommand::Retry => {
            let mails = authority.mails().retry_mail(&services.grant::<ManageTenants>()).await?;
            Ok(Output::Done(format!(
                "mails due now: {mails}; \"sekisho mail list\" shows what is not taken again"
            )))
        }
        MailCommand::Resend { mail, tenant: slug } => {
            let (tenant, id) = (tenant(services, &slug).await?, parsed("mail", &mail, Problem::BadRequest)?);
            let grant = services.grant::<ResendMail>();
            let resent = match authority.mails().resend_mail(&grant, tenant.id, id).await {
                Err(ResendError::NotFound) => {
                    return Err(CommandError::because(
                        Problem::NotFound,
                        format!(
                            "there is no mail {id} of {slug}; \"sekisho mail list\" shows those that were not taken"
                        ),
                    ));
                }
                resent => resent?,
            };
            Ok(Output::Done(match resent {
                Resent::NewSecret => {
                    "a new secret is on its way; the old one opens nothing any more".to_owned()
                }
                Resent::TriedAgain => "the mail is tried again now".to_owned(),
                Resent::Before => "there is a newer mail that brings the same; nothing was done".to_owned(),
            }))
        }
        MailCommand::Test { address, locale } => test(services, &address, &locale).await,
    }
}

async fn list(services: &Services, of: Option<String>, reach: &ListReach) -> Result<Output, CommandError> {
    let page = page(reach, |id| id.parse::<EffectId>().ok())?;
    let of = match of {
        Some(slug) => Some(tenant(services, &slug).await?),
        None => None,
    };
    let mut reader = services.read().await?;
    let slugs = slugs(&mut reader).await?;
    let found = match of {
        Some(tenant) => reader.tenant(tenant.id).troubled_mails(&page).await?,
        None => reader.troubled_mails(&page).await?,
    };
    Ok(part(&found, |mail| mail.id, |mail| line(mail, slugs.get(&mail.tenant).map_or("", String::as_str))))
}

fn line(mail: &MailRow, slug: &str) -> Record {
    Record::new()
        .with_text("id", mail.id)
        .with("tenant", slug)
        .with_optional("login", mail.login_name.as_deref())
        .with("purpose", mail.purpose.name())
        .with("standing", mail.standing.name())
        .with_optional("trouble", mail.trouble.map(domain::mail::MailTrouble::name))
        .with("attempts", mail.attempts)
        .with_text("written_at", mail.created_at)
        .with_optional("next_attempt_at", mail.next_attempt_at)
        .with_optional("answer", mail.words.as_deref())
}

async fn test(services: &Services, address: &str, locale: &str) -> Result<Output, CommandError> {
    let to = email(address)?;
    let locale = Locale::from_tag(locale).ok_or_else(|| {
        CommandError::because(Problem::LanguageUnknown, format!("language {locale:?}: expected ja or en"))
    })?;
    let grant = services.grant::<ManageTenants>();
    let tested = services.authority.mails().test_mail(&grant, &to, locale).await?;
    let steps = tested.steps.join("\n");
    match tested.refused {
        None if !tested.leaves => Ok(Output::Done(format!(
            "the test mail to {to} is among the captured mails; no mail leaves this machine under \"sekisho up\""
        ))),
        None => Ok(Output::Done(format!(
            "{steps}\nthe mail server has taken the test mail to {to}; look into the mailbox whether it arrives"
        ))),
        Some(answer) => Err(CommandError::failed(format_args!(
            "the mail server has not taken the test mail to {to}\n{steps}\nthen: {answer}"
        ))),
    }
}
