//! What stands behind a tenant's site: the application's address and its own header fields.
//!
//! One field of the form for each value of the visitor; it takes several header names, divided by
//! commas. Then how the gate deals with the application ([`Conduct`]).

use super::{
    Console,
    tenant::{failure, known},
    visit::Visit,
};
use crate::{
    edition::{self, begun_on, edition, text_on_record, tick_on_record},
    failure::Failure,
    form_fields::FormFields,
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
    refusal::{Problem, Refusal},
    site::{HeaderMapping, IdentityValue, SiteKind, Upstream},
    tenant::Tenant,
    upstream::HEADER_MAPPINGS_MAX,
};
use std::ops::RangeInclusive;
use store::Reader;
use templates::console::{self as pages, UpstreamPage, UpstreamValues};

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
    visit: Visit,
    Path(tenant): Path<String>,
) -> Result<Page, Failure> {
    let mut reader = visit.read(&console).await?;
    let tenant = known(&mut reader, &tenant).await?;
    let upstream = on_record(&mut reader, &tenant).await?;
    let on_record = values(upstream.as_ref());
    let page = page(&tenant, edition(&on_record), on_record, Vec::new());
    Ok(Page::ok(pages::upstream(&page, &visit.chrome)))
}

async fn save(
    State(console): State<Console>,
    Path(tenant): Path<String>,
    Posted(visit, form): Posted<Visit>,
) -> Result<Response, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    let upstream = match read(&form) {
        Ok(upstream) => upstream,
        Err(errors) => {
            let page = page(&tenant, form.text("begun_on").to_owned(), typed(&form), errors);
            return Ok(Page::unprocessable(pages::upstream(&page, &visit.chrome)).into_response());
        }
    };
    let is_unchanged = |present: Option<&Upstream>| begun_on(&form, &values(present));
    let asked = values(upstream.as_ref());
    match console.authority.set_upstream(&visit.grant, tenant.id, upstream, is_unchanged).await {
        Ok(()) => Ok(see_other(&format!("/tenants/{}?done=saved", tenant.id))),
        Err(TenantError::Sharing(refusal)) => {
            let errors = vec![Refusal::at("upstream", refusal.problem())];
            let page = page(&tenant, form.text("begun_on").to_owned(), typed(&form), errors);
            Ok(Page::unprocessable(pages::upstream(&page, &visit.chrome)).into_response())
        }
        Err(TenantError::Changed) => {
            let present = on_record(&mut visit.read(&console).await?, &tenant).await?;
            let present = values(present.as_ref());
            let page = page(&tenant, edition(&present), typed(&form), differing(&present, &asked));
            Ok(Page::unprocessable(pages::upstream(&page, &visit.chrome)).into_response())
        }
        Err(error) => Err(failure(error)),
    }
}

/// What is on record now, at each field where something else was asked for.
fn differing(present: &UpstreamValues, asked: &UpstreamValues) -> Vec<Refusal> {
    let texts = present.texts().zip(asked.texts()).filter(|((_, present), (_, asked))| present != asked);
    let ticks = present.ticks().into_iter().zip(asked.ticks()).filter(|(present, asked)| present != asked);
    let texts = texts.map(|((name, present), _)| text_on_record(name, present));
    edition::changed(texts.chain(ticks.map(|((name, present), _)| tick_on_record(name, present))))
}

fn page(tenant: &Tenant, begun_on: String, values: UpstreamValues, errors: Vec<Refusal>) -> UpstreamPage {
    let (id, display_name) = (tenant.id.to_string(), tenant.display_name.clone());
    UpstreamPage { id, display_name, begun_on, values, errors }
}

fn values(upstream: Option<&Upstream>) -> UpstreamValues {
    let mappings = upstream.map_or(&[][..], |upstream| &upstream.headers);
    let names = |value| {
        let of_value = mappings.iter().filter(|mapping| mapping.value == value);
        (field(value), of_value.map(|mapping| mapping.header.as_str()).collect::<Vec<_>>().join(", "))
    };
    let conduct = upstream.map(|upstream| upstream.conduct.clone()).unwrap_or_default();
    let chosen = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    UpstreamValues {
        upstream: upstream.map(|upstream| upstream.address.clone()).unwrap_or_default(),
        headers: IdentityValue::ALL.map(names).into(),
        removed_headers: upstream.map(|upstream| upstream.removed.join(", ")).unwrap_or_default(),
        answer_wait_seconds: conduct.answer_wait_seconds.to_string(),
        encoded_slashes: conduct.encoded_slashes,
        own_connections: conduct.own_connections,
        apple_401: conduct.apple_401,
        requests_max: chosen(conduct.requests_max),
        websockets_max: chosen(conduct.tunnels_max),
    }
}

fn typed(form: &FormFields) -> UpstreamValues {
    let names = |value| (field(value), form.text(field(value)).to_owned());
    let text = |name| form.text(name).to_owned();
    UpstreamValues {
        upstream: text("upstream"),
        headers: IdentityValue::ALL.map(names).into(),
        removed_headers: text("removed_headers"),
        answer_wait_seconds: text("answer_wait_seconds"),
        encoded_slashes: form.is_ticked("encoded_slashes"),
        own_connections: form.is_ticked("own_connections"),
        apple_401: form.is_ticked("apple_401"),
        requests_max: text("requests_max"),
        websockets_max: text("websockets_max"),
    }
}

/// The header names in one field.
fn names<'a>(form: &'a FormFields, field: &'static str) -> impl Iterator<Item = &'a str> {
    let names = form.text(field).split(',').map(str::trim).filter(|name| !name.is_empty());
    names.take(HEADER_MAPPINGS_MAX + 1)
}

/// What was chosen about the gate's conduct; an empty number is none.
fn conduct(form: &FormFields, errors: &mut Vec<Refusal>) -> Conduct {
    let mut number = |field: &'static str, range: &RangeInclusive<u32>| {
        let typed = form.text(field).trim();
        let number = typed.parse::<u32>().ok().filter(|number| range.contains(number));
        if number.is_none() && !typed.is_empty() {
            let problem = Problem::NumberOutOfRange { min: *range.start(), max: *range.end() };
            errors.push(Refusal::at(field, problem));
        }
        number
    };
    let ordinary = Conduct::default();
    Conduct {
        answer_wait_seconds: number("answer_wait_seconds", &ANSWER_WAIT_SECONDS)
            .unwrap_or(ordinary.answer_wait_seconds),
        encoded_slashes: form.is_ticked("encoded_slashes"),
        own_connections: form.is_ticked("own_connections"),
        apple_401: form.is_ticked("apple_401"),
        requests_max: number("requests_max", &UNDER_WAY_MAX),
        tunnels_max: number("websockets_max", &UNDER_WAY_MAX),
    }
}

fn field(value: IdentityValue) -> &'static str {
    UpstreamValues::field(value)
}

/// `None` for the portal, or everything that is wrong with the form.
fn read(form: &FormFields) -> Result<Option<Upstream>, Vec<Refusal>> {
    let mut errors = Vec::new();
    let mut headers = Vec::new();
    for value in IdentityValue::ALL {
        for name in names(form, field(value)) {
            let mapped = HeaderMapping::parse(name, value).and_then(|mapping| {
                headers.push(mapping);
                HeaderMapping::check_all(&headers)
            });
            if let Err(error) = mapped {
                errors.push(Refusal::at(field(value), error));
                break;
            }
        }
    }
    let conduct = conduct(form, &mut errors);
    let removed: Vec<&str> = names(form, "removed_headers").collect();
    let address = form.text("upstream").trim();
    if address.is_empty() {
        if !headers.is_empty() || !removed.is_empty() {
            errors.push(Refusal::at("upstream", Problem::UpstreamMissing));
        }
        return if errors.is_empty() { Ok(None) } else { Err(errors) };
    }
    let Ok(upstream) = Upstream::new(address, headers) else {
        errors.insert(0, Refusal::at("upstream", Problem::UpstreamMalformed));
        return Err(errors);
    };
    match upstream.without(&removed) {
        Ok(upstream) if errors.is_empty() => Ok(Some(Upstream { conduct, ..upstream })),
        Ok(_) => Err(errors),
        Err(error) => {
            errors.push(Refusal::at("removed_headers", error));
            Err(errors)
        }
    }
}
