//! What stands behind a tenant's site: the application's address and its own header fields.
//!
//! One field of the form for each value of the visitor; it takes several header names, divided by
//! commas. Then how the gate deals with the application ([`Conduct`]).

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
    conduct::{ANSWER_WAIT_SECONDS, Conduct, UNDER_WAY_MAX},
    form::Field,
    refusal::{Problem, Refusal},
    site::{HeaderMapping, IdentityValue, SiteKind, Upstream},
    tenant::Tenant,
    upstream::HEADER_MAPPINGS_MAX,
    upstream_form::{UpstreamField, UpstreamForm},
};
use std::ops::RangeInclusive;
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
    let page = page(&tenant, edition(&on_record), on_record, Vec::new());
    Ok(Page::ok(pages::upstream(&page, &visit.chrome)))
}

async fn save(
    State(console): State<Console>,
    Path(tenant): Path<String>,
    Posted(visit, form): Posted<ConsoleVisit>,
) -> Result<Response, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    let typed = form.form::<UpstreamField>();
    let upstream = match read(&typed) {
        Ok(upstream) => upstream,
        Err(errors) => {
            let page = page(&tenant, form.text("begun_on").to_owned(), typed, errors);
            return Ok(Page::refusing(&page.errors, pages::upstream(&page, &visit.chrome)).into_response());
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
            let page = page(&tenant, edition(&present), typed, errors);
            Ok(Page::refusing(&page.errors, pages::upstream(&page, &visit.chrome)).into_response())
        }
        Err(error) => {
            let page = page(&tenant, form.text("begun_on").to_owned(), typed, at_form(error)?);
            Ok(Page::refusing(&page.errors, pages::upstream(&page, &visit.chrome)).into_response())
        }
    }
}

fn page(tenant: &Tenant, begun_on: String, form: UpstreamForm, errors: Vec<Refusal>) -> UpstreamPage {
    let (id, display_name) = (tenant.id.to_string(), tenant.display_name.clone());
    UpstreamPage { id, display_name, begun_on, form, errors }
}

/// The header names in one field.
fn names(form: &UpstreamForm, field: UpstreamField) -> impl Iterator<Item = &str> {
    let names = form.text(field).split(',').map(str::trim).filter(|name| !name.is_empty());
    names.take(HEADER_MAPPINGS_MAX + 1)
}

/// What was chosen about the gate's conduct; an empty number is none.
fn conduct(form: &UpstreamForm, errors: &mut Vec<Refusal>) -> Conduct {
    let mut number = |field: UpstreamField, range: &RangeInclusive<u32>| {
        let typed = form.text(field);
        let number = typed.parse::<u32>().ok().filter(|number| range.contains(number));
        if number.is_none() && !typed.is_empty() {
            let problem = Problem::NumberOutOfRange { min: *range.start(), max: *range.end() };
            errors.push(Refusal::at(field.name(), problem));
        }
        number
    };
    let ordinary = Conduct::default();
    Conduct {
        answer_wait_seconds: number(UpstreamField::AnswerWaitSeconds, &ANSWER_WAIT_SECONDS)
            .unwrap_or(ordinary.answer_wait_seconds),
        encoded_slashes: form.is_ticked(UpstreamField::EncodedSlashes),
        own_connections: form.is_ticked(UpstreamField::OwnConnections),
        apple_401: form.is_ticked(UpstreamField::Apple401),
        requests_max: number(UpstreamField::RequestsMax, &UNDER_WAY_MAX),
        tunnels_max: number(UpstreamField::WebsocketsMax, &UNDER_WAY_MAX),
    }
}

/// `None` for the portal, or everything that is wrong with the form.
fn read(form: &UpstreamForm) -> Result<Option<Upstream>, Vec<Refusal>> {
    let mut errors = Vec::new();
    let mut headers = Vec::new();
    for value in IdentityValue::ALL {
        for name in names(form, UpstreamField::header(value)) {
            let mapped = HeaderMapping::parse(name, value).and_then(|mapping| {
                headers.push(mapping);
                HeaderMapping::check_all(&headers)
            });
            if let Err(error) = mapped {
                errors.push(Refusal::at(UpstreamField::header(value).name(), error));
                break;
            }
        }
    }
    let conduct = conduct(form, &mut errors);
    let removed: Vec<&str> = names(form, UpstreamField::RemovedHeaders).collect();
    let address = form.text(UpstreamField::Address);
    if address.is_empty() {
        if !headers.is_empty() || !removed.is_empty() {
            errors.push(Refusal::at(UpstreamField::Address.name(), Problem::UpstreamMissing));
        }
        return if errors.is_empty() { Ok(None) } else { Err(errors) };
    }
    let Ok(upstream) = Upstream::new(address, headers) else {
        errors.insert(0, Refusal::at(UpstreamField::Address.name(), Problem::UpstreamMalformed));
        return Err(errors);
    };
    match upstream.without(&removed) {
        Ok(upstream) if errors.is_empty() => Ok(Some(Upstream { conduct, ..upstream })),
        Ok(_) => Err(errors),
        Err(error) => {
            errors.push(Refusal::at(UpstreamField::RemovedHeaders.name(), error));
            Err(errors)
        }
    }
}
