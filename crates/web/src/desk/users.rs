//! The list of users, and adding one.

use super::{Desk, slip, user_form, visit::Visit};
use crate::{
    failure::Failure,
    form_fields::FormFields,
    listing::{ListQuery, ROWS_PER_PAGE, shown},
    page::Page,
    redirect::see_other,
};
use authority::users::{Delivery, UserError};
use axum::{
    Router,
    extract::{Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    certificate::Standing,
    grant::{ManageUsers, ViewTenant},
    id::UserId,
    import::NewUser,
    login_name::LoginName,
    time::Timestamp,
    user::{Progress, User},
};
use store::{PageRequest, TenantReader, certificates::CertificateFilter, users::UserRow};
use templates::{
    FieldError,
    desk::{self as pages, Notice, UserFormPage, UserLine, UserValues, UsersPage},
};

/// How many users are looked at for one page of those who have come equally far; beyond it the page
/// is shorter than usual and its link leads on.
const USERS_SCANNED_MAX: u32 = 2_000;

/// The most certificates of one user that are looked at for the number in the list.
const CERTIFICATES_COUNTED_MAX: u32 = 100;

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/users", get(list).post(add)).route("/users/new", get(form))
}

async fn list(
    State(desk): State<Desk>,
    visit: Visit,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    visit.grant::<ViewTenant>()?;
    let search = query.search();
    let progress = progress_named(&query.progress);
    let after = query.after(|text| LoginName::parse(text).ok())?;
    let mut reader = desk.read().await?;
    let mut tenant = reader.tenant(visit.tenant_id());
    let total = tenant.user_count(&search).await.map_err(Failure::unavailable)?;
    let found = find(&mut tenant, &search, progress, after, visit.now()).await?;
    let mut users = Vec::with_capacity(found.rows.len());
    for row in &found.rows {
        users.push(line(&mut tenant, &row.user, row.progress, visit.now()).await?);
    }
    let page = UsersPage {
        can_manage: visit.may::<ManageUsers>(),
        query: search,
        progress,
        total: shown(total),
        users,
        previous: None,
        next: found.next.map(|key| query.page_after("/users", key.as_str())),
        notice: Notice::parse(&query.done),
    };
    Ok(Page::ok(pages::users(&page, visit.chrome())))
}

/// A step by its name in the list's filter.
fn progress_named(name: &str) -> Option<Progress> {
    Some(match name {
        "not-invited" => Progress::NotInvited,
        "invited" => Progress::Invited,
        "applied" => Progress::Applied,
        "picked-up" => Progress::PickedUp,
        "proved" => Progress::Proved,
        _ => return None,
    })
}

/// One page of the list and, if it goes on, the key to go on from.
struct Found {
    rows: Vec<UserRow>,
    next: Option<LoginName>,
}

/// The store lists by name and tells with each row how far the person has come, so a list of one
/// step reads on until its page is full.
async fn find(
    tenant: &mut TenantReader<'_>,
    search: &str,
    progress: Option<Progress>,
    after: Option<LoginName>,
    now: Timestamp,
) -> Result<Found, Failure> {
    let mut request = PageRequest { after, rows: ROWS_PER_PAGE };
    let mut found = Found { rows: Vec::new(), next: None };
    for _ in 0..USERS_SCANNED_MAX / ROWS_PER_PAGE {
        let page = tenant.users(search, &request, now).await.map_err(Failure::unavailable)?;
        for row in page.rows {
            if found.rows.len() >= ROWS_PER_PAGE as usize {
                found.next = request.after;
                return Ok(found);
            }
            request.after = Some(row.user.login_name.clone());
            if progress.is_none_or(|progress| row.progress == progress) {
                found.rows.push(row);
            }
        }
        if !page.more {
            return Ok(found);
        }
    }
    found.next = request.after;
    Ok(found)
}

/// A user as lists show one.
pub(super) async fn line(
    tenant: &mut TenantReader<'_>,
    user: &User,
    progress: Progress,
    now: Timestamp,
) -> Result<UserLine, Failure> {
    Ok(UserLine {
        id: user.id.to_string(),
        display_name: user.display_name.clone(),
        reading: user.reading.clone(),
        login_name: user.login_name.to_string(),
        email: user.email.to_string(),
        role: user.role,
        state: user.state,
        progress,
        certificates: certificates_in_force(tenant, user.id, now).await?,
    })
}

async fn certificates_in_force(
    tenant: &mut TenantReader<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<u32, Failure> {
    let first = PageRequest::first(CERTIFICATES_COUNTED_MAX);
    let page = tenant
        .certificates(CertificateFilter::User(user), &first, now)
        .await
        .map_err(Failure::unavailable)?;
    let in_force =
        page.rows.iter().filter(|certificate| certificate.standing(now) == Standing::Valid).count();
    Ok(u32::try_from(in_force).unwrap_or(u32::MAX))
}

async fn form(visit: Visit) -> Result<Page, Failure> {
    visit.grant::<ManageUsers>()?;
    let page = UserFormPage {
        printed_slips_allowed: visit.tenant().policy.printed_slips_allowed,
        values: UserValues { locale: visit.tenant().locale, ..UserValues::default() },
        ..UserFormPage::default()
    };
    Ok(Page::ok(pages::user_form(&page, visit.chrome())))
}

async fn add(State(desk): State<Desk>, visit: Visit, form: FormFields) -> Result<Response, Failure> {
    let grant = visit.grant::<ManageUsers>()?;
    let new = match user_form::cells(&form).judge() {
        Ok(new) => new,
        Err(errors) => return Ok(again(&visit, &form, user_form::field_errors(&errors, &form))),
    };
    let delivery = if form.text("invite_by") == "slip" { Delivery::Slip } else { Delivery::Mail };
    match desk.authority.add_user(&grant, visit.tenant_id(), new.clone(), delivery).await {
        Ok((user, None)) => Ok(see_other(&format!("/users/{}?done={}", user.id, Notice::Invited.name()))),
        Ok((_, Some(slip))) => Ok(slip::page(slip, &visit).into_response()),
        Err(UserError::Taken(errors)) => match already_added(&desk, &visit, &new).await? {
            Some(user) => Ok(see_other(&format!("/users/{user}"))),
            None => Ok(again(&visit, &form, user_form::field_errors(&errors, &form))),
        },
        Err(UserError::Unavailable(cause)) => Err(Failure::unavailable(cause)),
        Err(error) => {
            let problem = user_form::act_error(error).map_err(|_| Failure::Forbidden)?;
            Ok(again(&visit, &form, vec![problem]))
        }
    }
}

/// The form was sent twice (a double click, a reload): the person is there, exactly as sent.
async fn already_added(desk: &Desk, visit: &Visit, new: &NewUser) -> Result<Option<UserId>, Failure> {
    let mut reader = desk.read().await?;
    let user = reader
        .tenant(visit.tenant_id())
        .user_by_login_name(&new.login_name)
        .await
        .map_err(Failure::unavailable)?;
    Ok(user.filter(|user| is_as_sent(user, new)).map(|user| user.id))
}

fn is_as_sent(user: &User, new: &NewUser) -> bool {
    user.email == new.email
        && user.display_name == new.display_name
        && user.roman_name.as_ref() == Some(&new.roman_name)
        && user.role == new.role
}

fn again(visit: &Visit, form: &FormFields, errors: Vec<FieldError>) -> Response {
    let page = UserFormPage {
        id: None,
        values: user_form::typed(form),
        printed_slips_allowed: visit.tenant().policy.printed_slips_allowed,
        errors,
    };
    Page::unprocessable(pages::user_form(&page, visit.chrome())).into_response()
}
