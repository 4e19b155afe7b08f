//! The list of users, and adding one.

use super::{
    Desk,
    people_query::{PeopleQuery, months},
    selected, slip,
    visit::{Allowed, DeskVisit},
};
use crate::{
    failure::Failure,
    failure::at_form,
    form_fields::FormFields,
    listing::{ROWS_PER_PAGE, SELECTED_MAX, shown},
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
    mail::MailStanding,
    refusal::Refusal,
    user::{Progress, User},
};
use store::users::UserRow;
use templates::desk::{self as pages, DoneNotice, FormSubject, Picked, UserFormPage, UserLine, UsersPage};

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/users", get(list).post(add)).route("/users/new", get(form))
}

/// The most groups that the filter offers; others are found by the search.
const GROUPS_OFFERED_MAX: u32 = 200;

async fn list(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Page, Failure> {
    visit.grant::<ViewTenant>()?;
    let query = PeopleQuery::read(&pairs)?;
    let mut reader = visit.read(&desk).await?;
    let mut tenant = reader.records();
    let groups = tenant.user_groups(GROUPS_OFFERED_MAX).await?;
    let (zone, now) = (&desk.authority.service().time_zone, visit.now());
    let filter = query.filter.asked(zone, now);
    let found = tenant.find_users(filter, query.at.clone(), ROWS_PER_PAGE, now).await?;
    let total = shown(found.total);
    let from = query.from(&found, total);
    let page = UsersPage {
        can_manage: visit.may::<ManageUsers>(),
        filters: query.filter.shown(&groups, months(zone, now)),
        fields: query.filter.fields(),
        total,
        from,
        users: found.rows.iter().map(line).collect(),
        acts: selected::offered(&visit),
        most: SELECTED_MAX,
        picked: query.picked,
        pick_page: query.picking(Picked::Page),
        pick_all: query.picking(Picked::All),
        pick_none: query.picking(Picked::Ticked),
        first: query.first(),
        previous: query.previous(&found, from),
        next: query.next(&found, from),
        notice: DoneNotice::parse(&query.done),
    };
    Ok(Page::ok(pages::users(&page, visit.chrome())))
}

fn line(row: &UserRow) -> UserLine {
    line_of(&row.user, row.progress, row.valid_certificates, row.mail)
}

/// A user as lists show one.
pub(super) fn line_of(
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
        groups: user.groups.iter().map(|group| group.as_str().to_owned()).collect(),
        state: user.state,
        suspend_at: user.suspend_at,
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
