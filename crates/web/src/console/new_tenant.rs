//! Adding a tenant.

use super::{Console, hand_over, visit::ConsoleVisit};
use crate::{
    failure::{Failure, at_form},
    once,
    page::Page,
    posted::Posted,
    redirect::see_other,
};
use authority::tenants::TenantError;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    form::Field,
    refusal::{Problem, Refusal},
    slug::TenantSlug,
    tenant::TenantKind,
    tenant_form::{TenantField, TenantForm},
};
use templates::console::{self as pages, TenantFormPage};

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/tenants/new", get(form)).route("/tenants", get(to_form).post(add))
}

async fn form(State(console): State<Console>, visit: ConsoleVisit) -> Page {
    let invitation = console.authority.new_invitation_id().to_string();
    let page = TenantFormPage { invitation, ..TenantFormPage::default() };
    Page::ok(pages::tenant_form(&page, &visit.chrome))
}

async fn to_form(_visit: ConsoleVisit) -> Response {
    see_other("/tenants/new")
}

async fn add(
    State(console): State<Console>,
    Posted(visit, form): Posted<ConsoleVisit>,
) -> Result<Response, Failure> {
    let today = visit.now().to_zoned(visit.chrome.time_zone.clone()).date();
    let typed = form.form_of(TenantField::of_new());
    let new = match typed.new_tenant(today) {
        Ok(new) => new,
        Err(errors) => {
            let errors = typed.refusals(&errors);
            return Ok(again(&console, &visit, typed.refused(errors)));
        }
    };
    let (slug, sheet) = (new.slug.clone(), once::invitation(&form, &console.authority));
    match console.authority.tenants().add_tenant(&visit.grant, new, sheet).await {
        Ok(made) => Ok(see_other(&hand_over::address(made.tenant.id, sheet))),
        Err(TenantError::SentBefore(tenant)) => Ok(see_other(&hand_over::address(tenant, sheet))),
        Err(TenantError::SlugTaken(_)) => slug_taken(&console, &visit, typed, &slug).await,
        Err(error) => Ok(again(&console, &visit, typed.refused(at_form(error)?))),
    }
}

/// The form again, with a way to the customer who has the name.
async fn slug_taken(
    console: &Console,
    visit: &ConsoleVisit,
    form: TenantForm,
    slug: &TenantSlug,
) -> Result<Response, Failure> {
    let owner = visit.read(console).await?.tenant_by_slug(slug).await?;
    let Some(owner) = owner.filter(|owner| owner.kind == TenantKind::Customer) else {
        let errors = vec![Refusal::at(TenantField::Slug.name(), Problem::SiteNameTaken)];
        return Ok(again(console, visit, form.refused(errors)));
    };
    let problem = Problem::SiteNameInUse { tenant: owner.display_name };
    let form = form.refused(vec![Refusal::at(TenantField::Slug.name(), problem)]);
    let page = TenantFormPage { slug_owner: Some(owner.id.to_string()), ..sent(console, form) };
    Ok(unprocessable(visit, &page))
}

fn again(console: &Console, visit: &ConsoleVisit, form: TenantForm) -> Response {
    unprocessable(visit, &sent(console, form))
}

fn unprocessable(visit: &ConsoleVisit, page: &TenantFormPage) -> Response {
    Page::refusing(page.form.errors(), pages::tenant_form(page, &visit.chrome.at("/tenants/new")))
        .into_response()
}

/// The form as it was sent, with an id of its own.
fn sent(console: &Console, form: TenantForm) -> TenantFormPage {
    let invitation = console.authority.new_invitation_id().to_string();
    TenantFormPage { form, invitation, slug_owner: None }
}
