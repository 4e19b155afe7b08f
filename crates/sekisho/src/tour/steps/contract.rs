//! 0. Contract.

use super::super::{
    Mishap, held, page,
    story::{Company, Story},
};
use crate::{
    command::{
        Command,
        tenant::{AddTenant, TenantCommand},
    },
    output::Output,
};

/// The certificates' life, which ends within the longest window for renewals.
const CERTIFICATE_DAYS: u32 = 100;

/// Two companies are added by the command line, beside the running server.
pub(super) async fn hand_over(story: &mut Story) -> Result<(), Mishap> {
    story.acme = Some(add(story, "acme", "ja").await?);
    story.other = Some(add(story, "other", "en").await?);
    Ok(())
}

async fn add(story: &Story, slug: &'static str, locale: &str) -> Result<Company, Mishap> {
    let administrator_email = format!("admin@{slug}.example");
    let new = AddTenant {
        slug: slug.to_owned(),
        name: format!("株式会社{slug}"),
        organization: format!("{slug} Co., Ltd."),
        contract_number: format!("{slug}-0001"),
        seats: 10,
        valid_until: "2099-12-31".to_owned(),
        administrator_name: "山田 太郎".to_owned(),
        administrator_email: administrator_email.clone(),
        locale: locale.to_owned(),
        support_contact: format!("help@{slug}.example"),
        certificate_days: CERTIFICATE_DAYS,
        ..AddTenant::default()
    };
    let output = story.command(Command::Tenant(TenantCommand::Add(Box::new(new)))).await?;
    let Output::HandOver { files, .. } = output else {
        return Err(Mishap::because("nothing was handed over"));
    };
    let file = |name: &str| {
        let found = files.iter().find(|file| file.name == name);
        found.map(|file| file.contents.as_str()).ok_or_else(|| Mishap::because(format_args!("no {name}")))
    };
    let (sheet, data_entry) = (file("sheet.html")?, file("data_entry.txt")?);
    held!(sheet.contains(&administrator_email), "the sheet does not name the administrator's e-mail");
    let told = |id: &str| {
        let text = page::text_of(sheet, id).map(str::to_owned);
        text.ok_or_else(|| Mishap::because(format_args!("the sheet has no {id}")))
    };
    Ok(Company {
        slug,
        administrator_email,
        identification_code: told("identification-code")?,
        password: told("sheet-password")?,
        data_entry: data_entry.to_owned(),
    })
}
