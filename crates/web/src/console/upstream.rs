//! What stands behind a tenant's site: the application's address and its own header fields.

use super::{Console, tenant::known, visit::ConsoleVisit};
use crate::{
    edition::{self, begun_on, edition},
    failure::{Failure, at_form},
    page::Page,
    posted::Posted,
    redirect::see_other,
};
use authority::tenants::TenantError;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    site::{SiteKind, Upstream},
    tenant::Tenant,
    upstream_form::{UpstreamField, UpstreamForm},
};
use store::Reader;
use templates::console::{self as pages, UpstreamPage};

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/tenants/{id}/upstream", get(form).post(save))
}

/// What stands behind the tenant's site now; `None`: the built-in portal.
pub(super) async fn on_record(reader: &mut Reader, tenant: &Tenant) -> Result<Option<Upstream>, Failure> {
    let sites = reader.tenant(tenant.id).sites().await?;
    Ok(sites.into_iter().find(|site| site.kind == SiteKind::Application).and_then(|site| site.upstream))
}

async fn form(
    State(console): State<Console>,
    visit: ConsoleVisit,
    Path(tenant): Path<String>,
) -> Result<Page, Failure> {
    let mut reader = visit.read(&console).await?;
    let tenant = known(&mut reader, &tenant).await?;
    let upstream = on_record(&mut reader, &tenant).await?;
    let on_record = UpstreamForm::of_upstream(upstream.as_ref());
    let page = page(&tenant, edition(&on_record), on_record);
    Ok(Page::ok(pages::upstream(&page, &visit.chrome)))
}

async fn save(
    State(console): State<Console>,
    Path(tenant): Path<String>,
    Posted(visit, form): Posted<ConsoleVisit>,
) -> Result<Response, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    let typed = form.form::<UpstreamField>();
    let upstream = match typed.upstream() {
        Ok(upstream) => upstream,
        Err(errors) => {
            return Ok(again(
                &visit,
                &page(&tenant, form.text("begun_on").to_owned(), typed.refused(errors)),
            ));
        }
    };
    let is_unchanged = |present: Option<&Upstream>| begun_on(&form, &UpstreamForm::of_upstream(present));
    let asked = UpstreamForm::of_upstream(upstream.as_ref());
    match console.authority.tenants().set_upstream(&visit.grant, tenant.id, upstream, is_unchanged).await {
        Ok(()) => Ok(see_other(&format!("/tenants/{}?done=saved", tenant.id))),
        Err(TenantError::Changed) => {
            let present = on_record(&mut visit.read(&console).await?, &tenant).await?;
            let present = UpstreamForm::of_upstream(present.as_ref());
            let errors = edition::differing(&present, &asked);
            Ok(again(&visit, &page(&tenant, edition(&present), typed.refused(errors))))
        }
        Err(error) => {
            let typed = typed.refused(at_form(error)?);
            Ok(again(&visit, &page(&tenant, form.text("begun_on").to_owned(), typed)))
        }
    }
}

fn again(visit: &ConsoleVisit, page: &UpstreamPage) -> Response {
    Page::refusing(page.form.errors(), pages::upstream(page, &visit.chrome)).into_response()
}

fn page(tenant: &Tenant, begun_on: String, form: UpstreamForm) -> UpstreamPage {
    let (id, display_name) = (tenant.id.to_string(), tenant.display_name.clone());
    UpstreamPage { id, display_name, begun_on, form }
}
