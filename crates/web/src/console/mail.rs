//! Mail that was not taken: of all tenants, with the mail server's words.

use super::{Console, visit::ConsoleVisit};
use crate::{
    failure::Failure,
    listing::{ListQuery, ROWS_PER_PAGE, id, shown},
    mail_line::mail_line,
    page::Page,
    redirect::see_other,
};
use authority::resend::{ResendError, Resent};
use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use domain::id::{EffectId, TenantId};
use std::collections::HashMap;
use store::{PageRequest, Reader, mails::MailRow};
use templates::console::{self as pages, MailNotice, MailPage, TenantMailLine};

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route("/mail", get(list))
        .route("/mail/retry", post(retry).get(to_list))
        .route("/mail/{tenant}/{mail}/resend", post(resend).get(to_list))
}

/// Where the act's address leads when it is opened anew, or in another language.
async fn to_list(_visit: ConsoleVisit) -> Response {
    see_other("/mail")
}

async fn list(
    State(console): State<Console>,
    visit: ConsoleVisit,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    let after = query.after(|text| text.parse::<EffectId>().ok())?;
    let mut reader = visit.read(&console).await?;
    let counts = reader.outbox_counts().await?;
    let sum = |number: fn(&store::mails::OutboxCounts) -> u64| {
        shown(counts.iter().map(|(_, counts)| number(counts)).sum())
    };
    let request = PageRequest { after, rows: ROWS_PER_PAGE };
    let found = reader.troubled_mails(&request).await?;
    let last = found.rows.last().filter(|_| found.more);
    let next = last.map(|mail| query.page_after("/mail", &mail.id.to_string()));
    let mut names = HashMap::new();
    let mut mails = Vec::with_capacity(found.rows.len());
    for mail in &found.rows {
        mails.push(line(&mut reader, &mut names, mail).await?);
    }
    let page = MailPage {
        waiting: sum(|counts| counts.waiting),
        delayed: sum(|counts| counts.delayed),
        refused: sum(|counts| counts.refused),
        given_up: sum(|counts| counts.given_up),
        mails,
        next,
        notice: MailNotice::parse(&query.done),
    };
    Ok(Page::ok(pages::mail(&page, &visit.chrome)))
}

async fn line(
    reader: &mut Reader,
    names: &mut HashMap<TenantId, String>,
    mail: &MailRow,
) -> Result<TenantMailLine, Failure> {
    let tenant_name = if let Some(name) = names.get(&mail.tenant) {
        name.clone()
    } else {
        let tenant = reader.tenant(mail.tenant).record().await?;
        let name = tenant.map(|tenant| tenant.display_name).unwrap_or_default();
        names.insert(mail.tenant, name.clone());
        name
    };
    Ok(TenantMailLine {
        tenant: mail.tenant.to_string(),
        tenant_name,
        user_name: mail.user_name.clone().unwrap_or_default(),
        login_name: mail.login_name.clone().unwrap_or_default(),
        mail: mail_line(mail, true),
    })
}

async fn retry(State(console): State<Console>, visit: ConsoleVisit) -> Result<Response, Failure> {
    let _mails = console.authority.mails().retry_mail(&visit.grant).await?;
    Ok(done(MailNotice::Tried))
}

async fn resend(
    State(console): State<Console>,
    visit: ConsoleVisit,
    Path((tenant, mail)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (tenant, mail) = (id(&tenant)?, id(&mail)?);
    match console.authority.mails().resend_mail(&visit.resend, tenant, mail).await {
        Ok(Resent::NewSecret) => Ok(done(MailNotice::Resent)),
        Ok(Resent::Before) => Ok(done(MailNotice::Before)),
        Ok(Resent::TriedAgain) => Ok(done(MailNotice::Tried)),
        Err(error @ (ResendError::NotFound | ResendError::Unavailable(_))) => Err(error.into()),
        Err(
            ResendError::Erased
            | ResendError::ApplicationClosed
            | ResendError::PinIsShown
            | ResendError::User(_),
        ) => Ok(done(MailNotice::NotResent)),
    }
}

fn done(notice: MailNotice) -> Response {
    see_other(&format!("/mail?done={}", notice.name()))
}
