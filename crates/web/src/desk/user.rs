//! One user: the record with its certificates, shown and edited. Read next: `user_act`, what is done to it.

use super::{
    Desk,
    audit::PeopleNamed,
    ending,
    further::waiting,
    pins,
    users::line_of,
    visit::{Allowed, DeskVisit},
};
use crate::{
    edition::{self, begun_on, edition},
    failure::Failure,
    failure::at_form,
    form_fields::FormFields,
    listing::{ListQuery, id},
    mail_line::mail_lines,
    page::Page,
    pin_line::seen,
    posted::Posted,
    redirect::see_other,
};
use authority::users::UserError;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    application::Purpose,
    certificate::{Access, CertificateRecord, Line, Standing},
    end_notice::ends_soon,
    grant::{ManageUsers, ViewTenant},
    id::UserId,
    import::Cells,
    name_rules::NameRules,
    pin_delivery::PinRecipient,
    refusal::{Problem, Refusal},
    renewal::{self, AskedBy, RenewalRefusal},
    sharing,
    time::Timestamp,
    user::{GroupKey, Role, User, UserState},
};
use store::{PageRequest, TenantReader, certificates::CertificateFilter};
use templates::desk::{
    self as pages, CertificateLine, DeviceLine, DoneNotice, EmailStanding, EndedBy, Ending, FormSubject,
    Further, KeptActive, Renewal, UserFormPage, UserPage,
};

/// The most mails shown of one user, the newest first.
const MAILS_SHOWN_MAX: u32 = 20;
/// The most certificates shown of one user, the newest first.
pub(super) const CERTIFICATES_SHOWN_MAX: u32 = 100;

/// The most open pickups shown of one user.
const PICKUPS_SHOWN_MAX: u32 = 20;

/// The checkbox that says that the consequences of another login name are known.
const RENAME_KNOWN: &str = "rename_known";

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/users/{id}", get(show).post(save)).route("/users/{id}/edit", get(edit))
}

/// A user of the visitor's company; any other id names nobody.
pub(super) async fn known(tenant: &mut TenantReader<'_>, text: &str) -> Result<User, Failure> {
    let user = tenant.user(id(text)?).await?;
    user.ok_or(Failure::from(Problem::NotFound))
}

async fn show(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(user): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    visit.grant::<ViewTenant>()?;
    let now = visit.now();
    let mut reader = visit.read(&desk).await?;
    let mut tenant = reader.records();
    let user = known(&mut tenant, &user).await?;
    let certificates = certificates(&mut tenant, user.id).await?;
    let progress = tenant.user_progress(user.id).await?;
    let progress = progress.ok_or(Problem::NotFound)?;
    let access = access(&desk, &visit, &user);
    let valid = certificates.iter().filter(|one| one.standing(access, now) == Standing::Valid);
    let valid = u32::try_from(valid.count()).unwrap_or(u32::MAX);
    let names = &visit.tenant().names;
    let fits = (names.fit_login(&user.login_name), names.fit_email(&user.email));
    let mails = tenant.mails_of(user.id, MAILS_SHOWN_MAX).await?;
    let standing = tenant.mail_standing(user.id).await?;
    let open = tenant.open_pickups_of(user.id, PICKUPS_SHOWN_MAX).await?;
    let pickups = pins::lines(&desk, &visit, &mut tenant, &open).await?;
    let mut devices = devices_of(&mut tenant, &certificates, access, &visit).await?;
    note_pins_seen(&mut tenant, &certificates, user.id, &mut devices).await?;
    let pin_from_administrator =
        PinRecipient::of(&visit.tenant().policy, user.role) == PinRecipient::Administrator;
    let kept_active = kept_active(&mut tenant, &visit, user.id).await?;
    let window_days = visit.tenant().policy.renewal_window_days;
    let ends_soon =
        |one: &CertificateRecord| one.is_to_be_renewed() && ends_soon(one.not_after, window_days, now);
    let names_of = &mut PeopleNamed::default();
    ending::tell(&mut tenant, names_of, &certificates, &mut devices).await?;
    let page = UserPage {
        email: email_standing(&user, names),
        login_suffix_missing: names.login_suffix.as_ref().filter(|_| !fits.0).map(ToString::to_string),
        email_elsewhere: (!fits.1).then(|| names.email_domains.to_string()),
        line: line_of(&user, progress, valid, standing),
        roman_name: user.roman_name.as_ref().map(domain::certificate_text::RomanName::common_name),
        groups: user.groups.iter().map(GroupKey::as_str).map(str::to_owned).collect(),
        note: user.note.clone(),
        locale: user.locale,
        devices,
        pickups,
        pin_from_administrator,
        mails: mail_lines(&mails, pin_from_administrator),
        can_manage: visit.may::<ManageUsers>(),
        suspended: ending::of_person(&mut tenant, names_of, &user).await?,
        planned: ending::planned(&mut tenant, names_of, &user).await?,
        kept_active,
        ends_soon: certificates.iter().any(ends_soon),
        noticed_at: tenant.newest_notice_to(user.id).await?,
        notice: DoneNotice::parse(&query.done),
    };
    Ok(Page::ok(pages::user(&page, visit.chrome())))
}

/// Why the visitor cannot suspend the user. Whoever else may be suspended leaves the visitor as an administrator.
async fn kept_active(
    tenant: &mut TenantReader<'_>,
    visit: &DeskVisit,
    user: UserId,
) -> Result<Option<KeptActive>, Failure> {
    if !visit.is(user) {
        return Ok(None);
    }
    let administrators = tenant.users_with_role(Role::Administrator).await?;
    let is_another = |other: &User| other.id != user && other.state == UserState::Active;
    let is_oneself = administrators.iter().any(is_another);
    Ok(Some(if is_oneself { KeptActive::Oneself } else { KeptActive::OnlyAdministrator }))
}

/// Whether the address was proved, and the address that applications get.
pub(super) fn email_standing(user: &User, names: &NameRules) -> EmailStanding {
    EmailStanding {
        proved: user.email_is_proved(),
        told: user.proved_email.as_ref().map(ToString::to_string),
        vouchable: names.vouch(&user.email),
    }
}

/// The address of the site whose application knows the tenant's people by their login names.
async fn site_that_knows_by_login(desk: &Desk, visit: &DeskVisit) -> Result<Option<String>, Failure> {
    let sites = visit.read(desk).await?.records().sites().await?;
    let known = sites.iter().any(|site| sharing::knows_by_login(site.upstream.as_ref()).is_some());
    Ok(known.then(|| desk.authority.addresses().application(&visit.tenant().slug, "/")))
}

/// A user's newest certificates.
pub(super) async fn certificates(
    tenant: &mut TenantReader<'_>,
    user: UserId,
) -> Result<Vec<CertificateRecord>, Failure> {
    let first = PageRequest::first(CERTIFICATES_SHOWN_MAX);
    let page = tenant.certificates(CertificateFilter::User(user), &first).await?;
    Ok(page.rows)
}

/// Whether a person of the visitor's company may pass at all.
pub(super) fn access(desk: &Desk, visit: &DeskVisit, user: &User) -> Access {
    let grace_days = desk.authority.service().contract_grace_days;
    Access::of(user.state, visit.tenant().shut_out(grace_days, visit.now()))
}

/// Certificates, newest first, as lists show them by their devices.
pub(super) fn device_lines(
    certificates: &[CertificateRecord],
    access: Access,
    visit: &DeskVisit,
) -> Vec<DeviceLine> {
    let line = |one: &CertificateRecord| certificate_line(one, access, visit.now());
    let device = |device: Line<'_>| DeviceLine {
        further: match access {
            Access::Admitted => further(&device, visit),
            Access::ShutOut => Further::default(),
        },
        first: line(device.first),
        others: device.others.into_iter().map(line).collect(),
    };
    Line::of(certificates, visit.now()).into_iter().map(device).collect()
}

/// What a device can have besides its certificate.
fn further(device: &Line<'_>, visit: &DeskVisit) -> Further {
    let line = device.all().cloned().collect::<Vec<_>>();
    let judge = |purpose| {
        let policy = &visit.tenant().policy;
        renewal::successor_of(&line, purpose, AskedBy::Administrator, policy, visit.now()).map(drop)
    };
    let renewal = match judge(Purpose::Renewal) {
        Ok(()) => Renewal::Now,
        Err(RenewalRefusal::TooEarly(from)) => Renewal::From(from),
        Err(_) => Renewal::Never,
    };
    Further { renewal, replaceable: judge(Purpose::Replacement).is_ok(), waiting: None }
}

/// The devices of a person, with what waits for them.
async fn devices_of(
    tenant: &mut TenantReader<'_>,
    certificates: &[CertificateRecord],
    access: Access,
    visit: &DeskVisit,
) -> Result<Vec<DeviceLine>, Failure> {
    let mut devices = device_lines(certificates, access, visit);
    for (device, line) in devices.iter_mut().zip(Line::of(certificates, visit.now())) {
        let open = if device.further.replaceable {
            tenant.open_application_of(line.first.device).await?
        } else {
            None
        };
        device.further.waiting = open.map(|open| waiting(open.application.particulars()));
    }
    Ok(devices)
}

/// A certificate as lists show one.
pub(super) fn certificate_line(
    certificate: &CertificateRecord,
    access: Access,
    now: Timestamp,
) -> CertificateLine {
    CertificateLine {
        id: certificate.id.to_string(),
        device_name: certificate.device_name.clone(),
        device: certificate.device_type,
        standing: certificate.standing(access, now),
        serial: certificate.key.serial.to_hex(),
        not_after: certificate.not_after,
        ends_at: certificate.ends_at,
        picked_up_at: certificate.picked_up_at,
        proved_at: certificate.proved_at,
        ending: certificate.revocation.map(|revocation| Ending::of(revocation, EndedBy::Untold)),
        pin_seen: None,
    }
}

/// Notes at certificates who saw their PINs.
async fn note_pins_seen(
    tenant: &mut TenantReader<'_>,
    certificates: &[CertificateRecord],
    user: UserId,
    devices: &mut [DeviceLine],
) -> Result<(), Failure> {
    for record in tenant.pins_shown_of(user, CERTIFICATES_SHOWN_MAX).await? {
        let application = record.application.particulars().id;
        let Some(made) = certificates.iter().find(|one| one.application == application) else { continue };
        let (id, pin_seen) = (made.id.to_string(), seen(tenant, &record).await?);
        let lines = devices.iter_mut().flat_map(|device| device.others.iter_mut().chain([&mut device.first]));
        for line in lines.filter(|line| line.id == id) {
            line.pin_seen.clone_from(&pin_seen);
        }
    }
    Ok(())
}

async fn edit(State(desk): State<Desk>, visit: DeskVisit, Path(user): Path<String>) -> Result<Page, Failure> {
    visit.grant::<ManageUsers>()?;
    let user = known(&mut visit.read(&desk).await?.records(), &user).await?;
    let page = UserFormPage {
        subject: FormSubject::Known(user.id.to_string()),
        begun_on: edition(&Cells::of_user(&user)),
        form: Cells::of_user(&user),
        known_by_login: site_that_knows_by_login(&desk, &visit).await?.is_some(),
        ..UserFormPage::default()
    };
    Ok(Page::ok(pages::user_form(&page, visit.chrome())))
}

async fn save(
    State(desk): State<Desk>,
    Path(user): Path<String>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<ManageUsers>>,
) -> Result<Response, Failure> {
    let user = known(&mut visit.read(&desk).await?.records(), &user).await?;
    let typed: Cells = form.form();
    let new = match typed.judge() {
        Ok(new) => new,
        Err(errors) => {
            return Ok(edit_again(&visit, &user, &form, typed.refusals(&errors)));
        }
    };
    if new.login_name != user.login_name
        && !form.is_ticked(RENAME_KNOWN)
        && let Some(site) = site_that_knows_by_login(&desk, &visit).await?
    {
        let problem = Refusal::at(RENAME_KNOWN, Problem::RenameLooksNew { site });
        return Ok(edit_again(&visit, &user, &form, vec![problem]));
    }
    let is_unchanged = |present: &User| begun_on(&form, &Cells::of_user(present));
    match desk.authority.people().update_user(&grant, visit.tenant_id(), user.id, new, is_unchanged).await {
        Ok(_) => Ok(see_other(&done(user.id, DoneNotice::Saved))),
        Err(UserError::Changed(present)) => {
            let errors = edition::differing(&Cells::of_user(&present), &typed);
            Ok(edit_again(&visit, &present, &form, errors))
        }
        Err(error) => Ok(edit_again(&visit, &user, &form, at_form(error)?)),
    }
}

/// The form once more. After the refusal as outdated it is based on the present record.
fn edit_again(visit: &DeskVisit, present: &User, form: &FormFields, errors: Vec<Refusal>) -> Response {
    let user = present.id;
    let told = errors.iter().any(|error| error.problem == Problem::ChangedMeanwhile { on_record: None });
    let page = UserFormPage {
        begun_on: if told { edition(&Cells::of_user(present)) } else { form.text("begun_on").to_owned() },
        subject: FormSubject::Known(user.to_string()),
        asks_rename: form.is_ticked(RENAME_KNOWN)
            || errors.iter().any(|error| error.field == Some(RENAME_KNOWN)),
        form: form.form().refused(errors),
        ..UserFormPage::default()
    };
    let chrome = visit.chrome().at(format!("/users/{user}/edit"));
    Page::refusing(page.form.errors(), pages::user_form(&page, &chrome)).into_response()
}

pub(super) fn done(user: UserId, notice: DoneNotice) -> String {
    format!("/users/{user}?done={}", notice.name())
}
