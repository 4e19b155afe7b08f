//! The list of users, and adding one.

use super::{
    Desk, slip,
    visit::{Allowed, DeskVisit},
};
use crate::{
    failure::Failure,
    failure::at_form,
    form_fields::FormFields,
    listing::{ListQuery, ROWS_PER_PAGE, shown},
    once,
    page::Page,
    posted::Posted,
    redirect::see_other,
};
use authority::users::{InvitationChannel, UserError};
use axum::{
    Router,
    extract::{Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    grant::{ManageUsers, ViewTenant},
    import::{Cells, Column},
    list_key::ListKey,
    mail::MailStanding,
    refusal::Refusal,
    user::{Progress, User, UserSubset},
};
use store::users::{UserFilter, UserRow, UsersAt};
use templates::desk::{self as pages, DoneNotice, FormSubject, UserFormPage, UserLine, UsersPage};

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/users", get(list).post(add)).route("/users/new", get(form))
}

async fn list(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    visit.grant::<ViewTenant>()?;
    let search = query.search();
    let subset = UserSubset::ALL.into_iter().find(|subset| subset.name() == query.progress);
    let (after, before) = (query.after(ListKey::parse)?, query.before(ListKey::parse)?);
    let mut reader = visit.read(&desk).await?;
    let mut tenant = reader.records();
    let filter = UserFilter { search: &search, subset, ..UserFilter::default() };
    let at = match (before, after) {
        (Some(before), _) => UsersAt::Before(before),
        (None, Some(after)) => UsersAt::After(after),
        (None, None) => UsersAt::First,
    };
    let found = tenant.find_users(filter, at, ROWS_PER_PAGE, visit.now()).await?;
    let key = |row: Option<&UserRow>| row.map(|row| row.key.clone());
    let previous = key(found.rows.first().filter(|_| found.before));
    let next = key(found.rows.last().filter(|_| found.behind));
    let users = found
        .rows
        .iter()
        .map(|row| line(&row.user, row.progress, row.valid_certificates, row.mail))
        .collect();
    let page = UsersPage {
        can_manage: visit.may::<ManageUsers>(),
        query: search.clone(),
        subset,
        total: shown(found.total),
        users,
        first: query.first_page("/users"),
        previous: previous.map(|key| query.page_before("/users", key.as_str())),
        next: next.map(|key| query.page_after("/users", key.as_str())),
        notice: DoneNotice::parse(&query.done),
    };
    Ok(Page::ok(pages::users(&page, visit.chrome())))
}

/// A user as lists show one.
pub(super) fn line(
    user: &User,
    progress: Progress,
    valid_certificates: u32,
    mail: Option<MailStanding>,
) -> UserLine {
    UserLine {
        id: user.id.to_string(),
        display_name: user.display_name.clone(),
        reading: user.reading.clone(),
        login_name: user.login_name.to_string(),
        email: user.email.to_string(),
        role: user.role,
        state: user.state,
        progress,
        certificates: valid_certificates,
        mail,
    }
}

async fn form(State(desk): State<Desk>, visit: DeskVisit) -> Result<Page, Failure> {
    visit.grant::<ManageUsers>()?;
    let is_first = !visit.read(&desk).await?.records().has_user_beside(visit.permit().user().id).await?;
    let page = UserFormPage {
        subject: if is_first { FormSubject::First } else { FormSubject::Another },
        invitation: desk.authority.new_invitation_id().to_string(),
        printed_slips_allowed: visit.tenant().policy.printed_slips_allowed,
        form: Cells::default().with(Column::Locale, visit.tenant().locale.tag()),
        ..UserFormPage::default()
    };
    Ok(Page::ok(pages::user_form(&page, visit.chrome())))
}

async fn add(
    State(desk): State<Desk>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<ManageUsers>>,
) -> Result<Response, Failure> {
    let typed = form.form::<Column>();
    let new = match typed.judge() {
        Ok(new) => new,
        Err(errors) => {
            let errors = typed.refusals(&errors);
            return Ok(again(&desk, &visit, &form, errors));
        }
    };
    let delivery =
        if form.text("invite_by") == "slip" { InvitationChannel::Slip } else { InvitationChannel::Mail };
    let invitation = once::invitation(&form, &desk.authority);
    let invited = |user| see_other(&slip::address(user, invitation, delivery, DoneNotice::Invited));
    match desk.authority.people().add_user(&grant, visit.tenant_id(), new, delivery, invitation).await {
        Ok((user, _)) => Ok(invited(user.id)),
        Err(UserError::SentBefore(user)) => Ok(invited(user)),
        Err(error) => Ok(again(&desk, &visit, &form, at_form(error)?)),
    }
}

fn again(desk: &Desk, visit: &DeskVisit, form: &FormFields, errors: Vec<Refusal>) -> Response {
    let page = UserFormPage {
        form: form.form().refused(errors),
        invite_by: form.text("invite_by").to_owned(),
        printed_slips_allowed: visit.tenant().policy.printed_slips_allowed,
        invitation: desk.authority.new_invitation_id().to_string(),
        ..UserFormPage::default()
    };
    Page::refusing(page.form.errors(), pages::user_form(&page, &visit.chrome().at("/users/new")))
        .into_response()
}
