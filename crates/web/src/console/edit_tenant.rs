//! A tenant's name, contact, language and policy: what stands in no certificate.

use super::{
    Console,
    tenant::{failure, known},
    tenant_fields::{checked, typed},
    visit::Visit,
};
use crate::{
    edition::{self, begun_on, choice_on_record, edition, text_on_record, tick_on_record},
    failure::Failure,
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
    locale::Locale,
    refusal::{Problem, Refusal},
    tenant::Tenant,
    tenant_form::{TenantField, TenantForm},
};
use templates::console::{self as pages, TenantEditPage, TenantEditValues};

const TEXTS: [TenantField; 9] = [
    TenantField::DisplayName,
    TenantField::SupportContact,
    TenantField::Locale,
    TenantField::CertificateDays,
    TenantField::PinLifetimeHours,
    TenantField::InvitationDays,
    TenantField::LoginSuffix,
    TenantField::EmailDomains,
    TenantField::VouchedDomains,
];

const CHOICES: [TenantField; 3] =
    [TenantField::ApprovalRequired, TenantField::PrintedSlipsAllowed, TenantField::CompatPkcs12Allowed];

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/tenants/{id}/edit", get(form).post(save))
}

async fn form(
    State(console): State<Console>,
    visit: Visit,
    Path(tenant): Path<String>,
) -> Result<Page, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    let page = page(&tenant, &TenantForm::of_settings(&tenant), Vec::new());
    Ok(Page::ok(pages::tenant_edit(&page, &visit.chrome)))
}

async fn save(
    State(console): State<Console>,
    Path(tenant): Path<String>,
    Posted(visit, form): Posted<Visit>,
) -> Result<Response, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    let entered = CHOICES
        .into_iter()
        .fold(typed(&form, &TEXTS), |entered, choice| entered.with(choice, checked(&form, choice)));
    let is_unchanged = |present: &Tenant| begun_on(&form, &TenantForm::of_settings(present));
    let edited = console.authority.edit_tenant(&visit.grant, tenant.id, entered.clone(), is_unchanged);
    match edited.await {
        Err(TenantError::Changed) => {
            let present = known(&mut visit.read(&console).await?, &tenant.id.to_string()).await?;
            let errors = changed(&TenantForm::of_settings(&present), &entered);
            let page = page(&present, &entered, errors);
            Ok(Page::unprocessable(pages::tenant_edit(&page, &visit.chrome)).into_response())
        }
        Err(TenantError::Settings(errors)) => {
            let page = page(&tenant, &entered, errors.iter().map(|error| error.refusal(&entered)).collect());
            let page = TenantEditPage { begun_on: form.text("begun_on").to_owned(), ..page };
            Ok(Page::unprocessable(pages::tenant_edit(&page, &visit.chrome)).into_response())
        }
        Ok(_) => Ok(see_other(&format!("/tenants/{}?done=saved", tenant.id))),
        Err(TenantError::Sharing(refusal)) => {
            let problem = Problem::RulesShared { other: refusal.other.to_string() };
            let errors = vec![Refusal::at(TenantField::LoginSuffix.name(), problem)];
            let page = page(&tenant, &entered, errors);
            let page = TenantEditPage { begun_on: form.text("begun_on").to_owned(), ..page };
            Ok(Page::unprocessable(pages::tenant_edit(&page, &visit.chrome)).into_response())
        }
        Err(error) => Err(failure(error)),
    }
}

/// What is on record now, at each field where something else was typed.
fn changed(present: &TenantForm, entered: &TenantForm) -> Vec<Refusal> {
    let differing =
        TEXTS.into_iter().chain(CHOICES).filter(|field| present.text(*field) != entered.text(*field));
    edition::changed(differing.map(|field| {
        let (name, value) = (field.name(), present.text(field));
        match field {
            TenantField::Locale => choice_on_record(name, "language", value),
            choice if CHOICES.contains(&choice) => tick_on_record(name, value == "yes"),
            _ => text_on_record(name, value),
        }
    }))
}

fn page(tenant: &Tenant, entered: &TenantForm, errors: Vec<Refusal>) -> TenantEditPage {
    let text = |field| entered.text(field).to_owned();
    let yes = |field| entered.text(field) == "yes";
    TenantEditPage {
        id: tenant.id.to_string(),
        name_on_record: tenant.display_name.clone(),
        begun_on: edition(&TenantForm::of_settings(tenant)),
        values: TenantEditValues {
            display_name: text(TenantField::DisplayName),
            support_contact: text(TenantField::SupportContact),
            locale: Locale::from_tag(entered.text(TenantField::Locale)).unwrap_or_default(),
            approval_required: yes(TenantField::ApprovalRequired),
            printed_slips_allowed: yes(TenantField::PrintedSlipsAllowed),
            compat_pkcs12_allowed: yes(TenantField::CompatPkcs12Allowed),
            certificate_days: text(TenantField::CertificateDays),
            pin_lifetime_hours: text(TenantField::PinLifetimeHours),
            invitation_days: text(TenantField::InvitationDays),
            login_suffix: text(TenantField::LoginSuffix),
            email_domains: text(TenantField::EmailDomains),
            vouched_domains: text(TenantField::VouchedDomains),
        },
        errors,
    }
}
