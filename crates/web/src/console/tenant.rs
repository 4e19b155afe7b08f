//! One tenant: its contract and site, and what is done to it.

use super::{Console, applications, hand_over, pins, tenants::line, upstream, visit::ConsoleVisit};
use crate::{
    failure::Failure,
    failure::at_form,
    form_fields::FormFields,
    listing::{ListQuery, id, shown},
    once,
    page::Page,
    posted::Posted,
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
    email::EmailAddress,
    form::Field,
    id::TenantId,
    refusal::{Problem, Refusal},
    site::HeaderMapping,
    tenant::{Tenant, TenantKind},
    tenant_form::{TenantField, TenantForm},
    user::{Progress, Role},
};
use store::Reader;
use templates::console::{
    self as pages, AdministratorLine, HeaderShown, TenantAct, TenantConfirmPage, TenantNotice, TenantPage,
};

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/tenants/{id}", get(show)).route("/tenants/{id}/{act}", get(confirm).post(act))
}

fn act_named(name: &str) -> Result<TenantAct, Failure> {
    Ok(match name {
        "suspend" => TenantAct::Suspend,
        "resume" => TenantAct::Resume,
        "end" => TenantAct::End,
        "sheet" => TenantAct::Sheet,
        _ => return Err(Problem::NotFound.into()),
    })
}

fn notice_named(name: &str) -> Option<TenantNotice> {
    Some(match name {
        "suspended" => TenantNotice::Suspended,
        "resumed" => TenantNotice::Resumed,
        "ended" => TenantNotice::Ended,
        "saved" => TenantNotice::Saved,
        "contract-changed" => TenantNotice::ContractChanged,
        "approved" => TenantNotice::Approved,
        _ => return None,
    })
}

/// A customer; the installation's own tenant is none and cannot be shut out from here.
pub(super) async fn known(reader: &mut Reader, text: &str) -> Result<Tenant, Failure> {
    let tenant = reader.tenant(id::<TenantId>(text)?).record().await?;
    tenant.filter(|tenant| tenant.kind == TenantKind::Customer).ok_or(Failure::from(Problem::NotFound))
}

async fn show(
    State(console): State<Console>,
    visit: ConsoleVisit,
    Path(tenant): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    let mut reader = visit.read(&console).await?;
    let tenant = known(&mut reader, &tenant).await?;
    let upstream = upstream::on_record(&mut reader, &tenant).await?;
    let administrators = administrators(&mut reader, &tenant).await?;
    let pickups = pins::lines(&console, &visit, &mut reader, &tenant).await?;
    let users = reader.tenant(tenant.id).user_count("").await?;
    let addresses = console.authority.addresses();
    let misfits = reader.tenant(tenant.id).misfits(&tenant.names).await?;
    let doubts = console.authority.tenants().sharing_warnings_of(&tenant).await?;
    let waiting = applications::waiting(&mut reader, &tenant, visit.now()).await?;
    let page = TenantPage {
        waiting,
        misfits: shown(misfits.users),
        shared_in_doubt: doubts.into_iter().map(|doubt| doubt.other.to_string()).collect(),
        line: line(&console, &mut reader, &tenant, visit.now()).await?,
        suspended_from: tenant.license.suspended_from(console.authority.service().contract_grace_days),
        administrators,
        pickups,
        users: shown(users),
        site: addresses.application(&tenant.slug, ""),
        desk: addresses.desk(&tenant.slug, ""),
        headers: upstream.iter().flat_map(|upstream| &upstream.headers).map(header).collect(),
        upstream: upstream.map(|upstream| upstream.address),
        notice: notice_named(&query.done),
        tenant,
    };
    Ok(Page::ok(pages::tenant(&page, &visit.chrome)))
}

fn header(mapping: &HeaderMapping) -> HeaderShown {
    HeaderShown { name: mapping.header.clone(), value: mapping.value }
}

/// Who looks after the tenant's people, and did they get in?
async fn administrators(reader: &mut Reader, tenant: &Tenant) -> Result<Vec<AdministratorLine>, Failure> {
    let mut of_tenant = reader.tenant(tenant.id);
    let users = of_tenant.users_with_role(Role::Administrator).await?;
    let mut lines = Vec::with_capacity(users.len());
    for user in users {
        let progress = of_tenant.user_progress(user.id).await?;
        lines.push(AdministratorLine {
            display_name: user.display_name,
            email: user.email.to_string(),
            progress: progress.unwrap_or(Progress::NotInvited),
        });
    }
    Ok(lines)
}

async fn confirm(
    State(console): State<Console>,
    visit: ConsoleVisit,
    Path((tenant, name)): Path<(String, String)>,
) -> Result<Page, Failure> {
    let act = act_named(&name)?;
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    let page = confirm_page(&console, act, &tenant, None, Vec::new()).await?;
    Ok(Page::ok(pages::tenant_confirm(&page, &visit.chrome)))
}

async fn confirm_page(
    console: &Console,
    act: TenantAct,
    tenant: &Tenant,
    typed: Option<&str>,
    errors: Vec<Refusal>,
) -> Result<TenantConfirmPage, Failure> {
    let recipient = console.authority.tenants().sheet_recipient(tenant.id).await?;
    let on_record = recipient.as_ref().map(|recipient| recipient.user.email.to_string());
    let address = typed.map(str::to_owned).or(on_record);
    let form = TenantForm::default().with_optional(TenantField::AdministratorEmail, address).refused(errors);
    Ok(TenantConfirmPage {
        act,
        id: tenant.id.to_string(),
        display_name: tenant.display_name.clone(),
        form,
        address_open: recipient.is_some_and(|recipient| !recipient.established),
        invitation: console.authority.new_invitation_id().to_string(),
    })
}

async fn act(
    State(console): State<Console>,
    Path((tenant, name)): Path<(String, String)>,
    Posted(visit, form): Posted<ConsoleVisit>,
) -> Result<Response, Failure> {
    let act = act_named(&name)?;
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    let done = |what: &str| see_other(&format!("/tenants/{}?done={what}", tenant.id));
    let acted = match act {
        TenantAct::Suspend => console
            .authority
            .tenants()
            .suspend_tenant(&visit.grant, tenant.id)
            .await
            .map(|()| done("suspended")),
        TenantAct::Resume => {
            console.authority.tenants().resume_tenant(&visit.grant, tenant.id).await.map(|()| done("resumed"))
        }
        TenantAct::End => {
            console.authority.tenants().end_tenant(&visit.grant, tenant.id).await.map(|()| done("ended"))
        }
        TenantAct::Sheet => return new_sheet(&console, &visit, &tenant, &form).await,
    };
    match acted {
        Ok(done) => Ok(done),
        Err(error) => refused(&console, &visit, act, &tenant, error).await,
    }
}

async fn new_sheet(
    console: &Console,
    visit: &ConsoleVisit,
    tenant: &Tenant,
    form: &FormFields,
) -> Result<Response, Failure> {
    let typed = form.text(TenantField::AdministratorEmail.name());
    let sheet = once::invitation(form, &console.authority);
    let made = match EmailAddress::parse(typed) {
        Ok(address) => {
            console.authority.tenants().new_sheet(&visit.grant, tenant.id, Some(address), sheet).await
        }
        Err(error) => {
            let refusal = Refusal::at(TenantField::AdministratorEmail.name(), error);
            return sheet_again(console, visit, tenant, typed, vec![refusal]).await;
        }
    };
    match made {
        Ok(_) | Err(TenantError::SentBefore(_)) => Ok(see_other(&hand_over::address(tenant.id, sheet))),
        // Picked up meanwhile: the page shows the address that counts.
        Err(error @ TenantError::AdministratorEstablished) => {
            sheet_again(console, visit, tenant, "", at_form(error)?).await
        }
        Err(TenantError::State(_)) => Ok(to_tenant(tenant)),
        Err(error) => sheet_again(console, visit, tenant, typed, at_form(error)?).await,
    }
}

async fn sheet_again(
    console: &Console,
    visit: &ConsoleVisit,
    tenant: &Tenant,
    typed: &str,
    errors: Vec<Refusal>,
) -> Result<Response, Failure> {
    let typed = Some(typed).filter(|typed| !typed.is_empty());
    let page = confirm_page(console, TenantAct::Sheet, tenant, typed, errors).await?;
    Ok(Page::refusing(page.form.errors(), pages::tenant_confirm(&page, &visit.chrome)).into_response())
}

async fn refused(
    console: &Console,
    visit: &ConsoleVisit,
    act: TenantAct,
    tenant: &Tenant,
    error: TenantError,
) -> Result<Response, Failure> {
    // The form was sent twice, or another act came first: the page shows the tenant's present state.
    if let TenantError::State(_) = error {
        return Ok(to_tenant(tenant));
    }
    let page = confirm_page(console, act, tenant, None, at_form(error)?).await?;
    Ok(Page::refusing(page.form.errors(), pages::tenant_confirm(&page, &visit.chrome)).into_response())
}

fn to_tenant(tenant: &Tenant) -> Response {
    see_other(&format!("/tenants/{}", tenant.id))
}
