//! Adding a tenant: the form, read whole, with all that is wrong at once.

use super::{Console, hand_over, visit::Visit};
use crate::{failure::Failure, form_fields::FormFields, once, page::Page, redirect::see_other};
use authority::tenants::{NewTenant, TenantError};
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    certificate_text::{CERTIFICATE_TEXT_LETTERS_MAX, CertificateText, CertificateTextError},
    email::{EmailAddress, EmailError},
    license::SEATS_MAX,
    locale::Locale,
    policy::Policy,
    site::Upstream,
    slug::{SlugError, TenantSlug},
    tenant::TenantKind,
};
use jiff::civil::Date;
use templates::{
    FieldError, Problem,
    console::{self as pages, TenantFormPage, TenantValues},
    spelling,
};

/// The longest name or contact, in letters.
const TEXT_LETTERS_MAX: u32 = 200;

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/tenants/new", get(form)).route("/tenants", get(to_form).post(add))
}

async fn form(State(console): State<Console>, visit: Visit) -> Page {
    let invitation = console.authority.new_invitation_id().to_string();
    let page = TenantFormPage { invitation, ..TenantFormPage::default() };
    Page::ok(pages::tenant_form(&page, &visit.chrome))
}

async fn to_form(_visit: Visit) -> Response {
    see_other("/tenants/new")
}

async fn add(State(console): State<Console>, visit: Visit, form: FormFields) -> Result<Response, Failure> {
    let today = visit.now().to_zoned(visit.chrome.time_zone.clone()).date();
    let new = match read(&form, today) {
        Ok(new) => new,
        Err(errors) => return Ok(again(&console, &visit, &form, errors)),
    };
    let (slug, sheet) = (new.slug.clone(), once::invitation(&form, &console.authority));
    match console.authority.add_tenant_once(&visit.grant, new, sheet).await {
        Ok(made) => Ok(see_other(&hand_over::address(made.tenant.id, sheet))),
        Err(TenantError::SentBefore(tenant)) => Ok(see_other(&hand_over::address(tenant, sheet))),
        Err(TenantError::FormUsed) => {
            Ok(again(&console, &visit, &form, vec![FieldError::whole(Problem::FormUsed)]))
        }
        Err(TenantError::SlugTaken(_)) => slug_taken(&console, &visit, &form, &slug).await,
        Err(TenantError::PublicHost(_)) => {
            Ok(again(&console, &visit, &form, vec![FieldError::at("slug", Problem::SlugTaken)]))
        }
        Err(TenantError::Unavailable(cause)) => Err(Failure::unavailable(cause)),
        Err(other) => Err(Failure::broken(other)),
    }
}

/// The form again, with a way to the customer who has the name.
async fn slug_taken(
    console: &Console,
    visit: &Visit,
    form: &FormFields,
    slug: &TenantSlug,
) -> Result<Response, Failure> {
    let owner = console.read().await?.tenant_by_slug(slug).await.map_err(Failure::unavailable)?;
    let Some(owner) = owner.filter(|owner| owner.kind == TenantKind::Customer) else {
        return Ok(again(console, visit, form, vec![FieldError::at("slug", Problem::SlugTaken)]));
    };
    let errors = vec![FieldError::at("slug", Problem::SlugInUse { tenant: owner.display_name })];
    let page = TenantFormPage { slug_owner: Some(owner.id.to_string()), ..typed(console, form, errors) };
    Ok(unprocessable(visit, &page))
}

fn again(console: &Console, visit: &Visit, form: &FormFields, errors: Vec<FieldError>) -> Response {
    unprocessable(visit, &typed(console, form, errors))
}

fn unprocessable(visit: &Visit, page: &TenantFormPage) -> Response {
    Page::unprocessable(pages::tenant_form(page, &visit.chrome.at("/tenants/new"))).into_response()
}

/// The form as it was sent, with an id of its own.
fn typed(console: &Console, form: &FormFields, errors: Vec<FieldError>) -> TenantFormPage {
    let text = |name| form.text(name).to_owned();
    let values = TenantValues {
        display_name: text("display_name"),
        slug: text("slug"),
        organization: text("organization"),
        organizational_unit: text("organizational_unit"),
        contract_number: text("contract_number"),
        seats: text("seats"),
        valid_until: text("valid_until"),
        administrator_name: text("administrator_name"),
        administrator_email: text("administrator_email"),
        support_contact: text("support_contact"),
        locale: Locale::from_tag(form.text("locale")).unwrap_or_default(),
        upstream: text("upstream"),
    };
    let invitation = console.authority.new_invitation_id().to_string();
    TenantFormPage { values, invitation, slug_owner: None, errors }
}

/// Reads the whole form and collects what is wrong on the way.
struct FormReader<'a> {
    form: &'a FormFields,
    errors: Vec<FieldError>,
}

/// A new tenant, or everything that is wrong with the form. `today`: in the service's time zone.
fn read(form: &FormFields, today: Date) -> Result<NewTenant, Vec<FieldError>> {
    let mut reader = FormReader { form, errors: Vec::new() };
    let display_name = reader.text("display_name");
    let slug = reader.slug();
    let organization = reader.certificate_text("organization");
    let organizational_unit = match form.text("organizational_unit").trim() {
        "" => None,
        _ => reader.certificate_text("organizational_unit"),
    };
    let contract_number = reader.certificate_text("contract_number");
    let seats = reader.seats();
    let valid_until = reader.future_day(today);
    let administrator_name = reader.text("administrator_name");
    let administrator_email = reader.email();
    let support_contact = reader.text("support_contact");
    let upstream = reader.upstream();
    let FormReader { errors, .. } = reader;
    match (
        display_name,
        slug,
        organization,
        contract_number,
        seats,
        valid_until,
        administrator_name,
        administrator_email,
        support_contact,
    ) {
        (
            Some(display_name),
            Some(slug),
            Some(organization),
            Some(contract_number),
            Some(seats),
            Some(valid_until),
            Some(administrator_name),
            Some(administrator_email),
            Some(support_contact),
        ) if errors.is_empty() => Ok(NewTenant {
            slug,
            display_name,
            organization,
            organizational_unit,
            contract_number,
            seats,
            valid_until,
            administrator_name,
            administrator_email,
            locale: Locale::from_tag(form.text("locale")).unwrap_or_default(),
            support_contact,
            policy: Policy::default(),
            upstream,
        }),
        _ => Err(errors),
    }
}

impl FormReader<'_> {
    fn fail<T>(&mut self, field: &'static str, problem: Problem) -> Option<T> {
        self.errors.push(FieldError::at(field, problem));
        None
    }

    fn text(&mut self, field: &'static str) -> Option<String> {
        let text = self.form.text(field).trim();
        match u32::try_from(text.chars().count()).unwrap_or(u32::MAX) {
            0 => self.fail(field, Problem::Required),
            1..=TEXT_LETTERS_MAX => Some(text.to_owned()),
            _ => self.fail(field, Problem::TooLong { max: TEXT_LETTERS_MAX }),
        }
    }

    fn slug(&mut self) -> Option<TenantSlug> {
        match TenantSlug::parse(self.form.text("slug").trim()) {
            Ok(slug) => Some(slug),
            Err(_) if self.form.text("slug").trim().is_empty() => self.fail("slug", Problem::Required),
            Err(SlugError::Malformed(_)) => self.fail("slug", Problem::SlugMalformed),
            Err(SlugError::Reserved(_)) => self.fail("slug", Problem::SlugTaken),
        }
    }

    fn certificate_text(&mut self, field: &'static str) -> Option<CertificateText> {
        let typed = self.form.text(field);
        let problem = match CertificateText::parse(typed) {
            Ok(text) => return Some(text),
            Err(CertificateTextError::Empty) => Problem::Required,
            Err(CertificateTextError::TooLong) => {
                Problem::TooLong { max: u32::try_from(CERTIFICATE_TEXT_LETTERS_MAX).unwrap_or(u32::MAX) }
            }
            Err(CertificateTextError::Letter(letter)) => Problem::CertificateTextLetter {
                letter,
                typed: typed.to_owned(),
                suggestion: spelling::plain(typed),
            },
        };
        self.fail(field, problem)
    }

    fn seats(&mut self) -> Option<u32> {
        let seats = self.form.text("seats").trim().parse().ok();
        match seats.filter(|seats| (1..=SEATS_MAX).contains(seats)) {
            Some(seats) => Some(seats),
            None => self.fail("seats", Problem::NumberOutOfRange { min: 1, max: SEATS_MAX }),
        }
    }

    fn future_day(&mut self, today: Date) -> Option<Date> {
        let day = self.form.text("valid_until").trim().parse::<Date>().ok();
        match day.filter(|day| *day > today) {
            Some(day) => Some(day),
            None => self.fail("valid_until", Problem::DateMalformed),
        }
    }

    fn email(&mut self) -> Option<EmailAddress> {
        let problem = match EmailAddress::parse(self.form.text("administrator_email")) {
            Ok(email) => return Some(email),
            Err(EmailError::Empty) => Problem::Required,
            Err(EmailError::NotAscii) => Problem::EmailNotAscii,
            Err(EmailError::Malformed) => Problem::EmailMalformed,
        };
        self.fail("administrator_email", problem)
    }

    /// `None` for the portal; an error if it is not `http://host:port`.
    fn upstream(&mut self) -> Option<Upstream> {
        let address = self.form.text("upstream").trim();
        if address.is_empty() {
            return None;
        }
        match Upstream::new(address, Vec::new()) {
            Ok(upstream) => Some(upstream),
            Err(_) => self.fail("upstream", Problem::UpstreamMalformed),
        }
    }
}
