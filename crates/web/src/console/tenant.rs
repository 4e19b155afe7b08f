//! One tenant: its contract and site, and what is done to it.

use super::{Console, contract, hand_over, tenants::line, upstream, visit::Visit};
use crate::{
    failure::Failure,
    form_fields::FormFields,
    listing::{ListQuery, id},
    once,
    page::Page,
    redirect::see_other,
};
use authority::tenants::TenantError;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    certificate_text::CertificateText,
    email::EmailAddress,
    id::TenantId,
    site::HeaderMapping,
    tenant::{Tenant, TenantKind},
    user::Role,
};
use store::Reader;
use templates::{
    FieldError, Problem,
    console::{self as pages, HeaderShown, TenantAct, TenantConfirmPage, TenantNotice, TenantPage},
};

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/tenants/{id}", get(show)).route("/tenants/{id}/{act}", get(confirm).post(act))
}

fn act_named(name: &str) -> Result<TenantAct, Failure> {
    Ok(match name {
        "suspend" => TenantAct::Suspend,
        "resume" => TenantAct::Resume,
        "sheet" => TenantAct::Sheet,
        _ => return Err(Failure::NotFound),
    })
}

fn notice_named(name: &str) -> Option<TenantNotice> {
    Some(match name {
        "suspended" => TenantNotice::Suspended,
        "resumed" => TenantNotice::Resumed,
        "saved" => TenantNotice::Saved,
        "contract-changed" => TenantNotice::ContractChanged,
        _ => return None,
    })
}

/// A customer; the installation's own tenant is none and cannot be shut out from here.
pub(super) async fn known(reader: &mut Reader, text: &str) -> Result<Tenant, Failure> {
    let tenant = reader.tenant(id::<TenantId>(text)?).record().await.map_err(Failure::unavailable)?;
    tenant.filter(|tenant| tenant.kind == TenantKind::Customer).ok_or(Failure::NotFound)
}

async fn show(
    State(console): State<Console>,
    visit: Visit,
    Path(tenant): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    let mut reader = console.read().await?;
    let tenant = known(&mut reader, &tenant).await?;
    let upstream = upstream::on_record(&mut reader, &tenant).await?;
    let addresses = console.authority.addresses();
    let page = TenantPage {
        line: line(&mut reader, &tenant, visit.now()).await?,
        contract: contract::shown(&console, &tenant, visit.now()),
        organization: tenant.organization.to_string(),
        organizational_unit: tenant.organizational_unit.as_ref().map(CertificateText::to_string),
        contract_number: tenant.contract_number,
        identification_code: tenant.identification_code.grouped(),
        support_contact: tenant.support_contact,
        site: addresses.application(&tenant.slug, ""),
        desk: addresses.desk(&tenant.slug, ""),
        headers: upstream.iter().flat_map(|upstream| &upstream.headers).map(header).collect(),
        upstream: upstream.map(|upstream| upstream.address),
        notice: notice_named(&query.done),
    };
    Ok(Page::ok(pages::tenant(&page, &visit.chrome)))
}

fn header(mapping: &HeaderMapping) -> HeaderShown {
    HeaderShown { name: mapping.header.clone(), value: mapping.value }
}

/// The address to which a new sheet belongs: that of the first administrator.
async fn administrator_email(reader: &mut Reader, tenant: TenantId) -> Result<Option<EmailAddress>, Failure> {
    let administrators = reader.tenant(tenant).users_with_role(Role::Administrator).await;
    let first = administrators.map_err(Failure::unavailable)?.into_iter().min_by_key(|user| user.id);
    Ok(first.map(|user| user.email))
}

async fn confirm(
    State(console): State<Console>,
    visit: Visit,
    Path((tenant, name)): Path<(String, String)>,
) -> Result<Page, Failure> {
    let act = act_named(&name)?;
    let mut reader = console.read().await?;
    let tenant = known(&mut reader, &tenant).await?;
    let page = confirm_page(&console, &mut reader, act, &tenant, Vec::new()).await?;
    Ok(Page::ok(pages::tenant_confirm(&page, &visit.chrome)))
}

async fn confirm_page(
    console: &Console,
    reader: &mut Reader,
    act: TenantAct,
    tenant: &Tenant,
    errors: Vec<FieldError>,
) -> Result<TenantConfirmPage, Failure> {
    let email = administrator_email(reader, tenant.id).await?;
    Ok(TenantConfirmPage {
        act,
        id: tenant.id.to_string(),
        display_name: tenant.display_name.clone(),
        administrator_email: email.map(|email| email.to_string()).unwrap_or_default(),
        invitation: console.authority.new_invitation_id().to_string(),
        errors,
    })
}

async fn act(
    State(console): State<Console>,
    visit: Visit,
    Path((tenant, name)): Path<(String, String)>,
    form: FormFields,
) -> Result<Response, Failure> {
    let act = act_named(&name)?;
    let mut reader = console.read().await?;
    let tenant = known(&mut reader, &tenant).await?;
    if act == TenantAct::Sheet {
        let typed = EmailAddress::parse(form.text("administrator_email")).ok();
        // The password opens an application under the address on record only.
        if typed.is_none() || typed != administrator_email(&mut reader, tenant.id).await? {
            let errors = vec![FieldError::at("administrator_email", Problem::Stale)];
            let page = confirm_page(&console, &mut reader, act, &tenant, errors).await?;
            return Ok(Page::unprocessable(pages::tenant_confirm(&page, &visit.chrome)).into_response());
        }
    }
    // An act waits for its gates; the list's connection is not kept that long.
    drop(reader);
    let done = |what: &str| see_other(&format!("/tenants/{}?done={what}", tenant.id));
    let acted = match act {
        TenantAct::Suspend => {
            console.authority.suspend_tenant(&visit.grant, tenant.id).await.map(|()| done("suspended"))
        }
        TenantAct::Resume => {
            console.authority.resume_tenant(&visit.grant, tenant.id).await.map(|()| done("resumed"))
        }
        TenantAct::Sheet => {
            let sheet = once::invitation(&form, &console.authority);
            let shown = || see_other(&hand_over::address(tenant.id, sheet));
            match console.authority.new_sheet_once(&visit.grant, tenant.id, sheet).await {
                Err(TenantError::SentBefore(_)) => Ok(shown()),
                made => made.map(|_| shown()),
            }
        }
    };
    match acted {
        Ok(response) => Ok(response),
        // Sent twice, or somebody was faster: the page shows where the tenant stands.
        Err(TenantError::State(_)) => Ok(see_other(&format!("/tenants/{}", tenant.id))),
        Err(TenantError::NotFound) => Err(Failure::NotFound),
        Err(TenantError::Unavailable(cause)) => Err(Failure::unavailable(cause)),
        Err(other) => Err(Failure::broken(other)),
    }
}
