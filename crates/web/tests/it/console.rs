//! The operators' console.

use crate::{browser::Browser, gated::TwoCompanies, installation::with};
use authority::invitation::HAND_OVER_MINUTES;
use domain::{
    conduct::Conduct,
    license::License,
    site::{IdentityValue, SiteKind},
    tenant::{Tenant, TenantState},
    time::{DAY, SignedDuration},
    user::Role,
};

pub(crate) async fn console(here: &TwoCompanies) -> Browser {
    let (tenant, operator) = here.operator().await;
    here.at_console(&tenant, &operator, SiteKind::Console)
}

fn form() -> Vec<(&'static str, String)> {
    let fields = [
        ("tenant_name", "新しい会社"),
        ("slug", "fresh"),
        ("organization", "Fresh K.K."),
        ("organizational_unit", ""),
        ("contract_number", "C-0003"),
        ("seats", "20"),
        ("valid_until", "2027-12-31"),
        ("administrator_name", "新井 咲"),
        ("administrator_email", "saki@fresh.example"),
        ("support_contact", "内線 100"),
        ("locale", "ja"),
        ("upstream", "http://127.0.0.1:5232"),
        ("invitation", ""),
    ];
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

/// The longest thing marked as a secret on a page.
fn secret(page: &str) -> String {
    let marked = page.split("class=\"secret\"").skip(1).filter_map(|rest| rest.split(['<', '>']).nth(1));
    marked.max_by_key(|secret| secret.len()).unwrap().to_owned()
}

#[tokio::test]
async fn only_operators_get_an_answer() {
    let here = TwoCompanies::new().await;
    let mut console = here.at_console(&here.ours, &here.administrator, SiteKind::Desk);
    let tenant = here.theirs.id;
    for path in ["/".to_owned(), "/tenants/new".to_owned(), format!("/tenants/{tenant}")] {
        console.get(&path).await.expect(403);
    }
    console.post("/tenants", &form()).await.expect(403);
    console.get("/tenants").await.expect(403);
    for file in ["", "/sheet.html", "/data_entry.txt"] {
        console.get(&format!("/tenants/{tenant}/sheet/{}{file}", here.an_invitation())).await.expect(403);
    }
    for act in ["suspend", "resume", "end", "sheet", "contract", "edit", "upstream"] {
        console.get(&format!("/tenants/{tenant}/{act}")).await.expect(403);
        console.post(&format!("/tenants/{tenant}/{act}"), &[]).await.expect(403);
    }
    let record = here.read().await.tenant(tenant).record().await.unwrap().unwrap();
    assert_eq!(record.state, TenantState::Active);
}

/// The form for a new tenant, as it was shown: with the id that makes it act once.
async fn shown_form(console: &mut Browser) -> Vec<(&'static str, String)> {
    let invitation = console.get("/tenants/new").await.expect(200).value_of("invitation");
    with(form(), "invitation", &invitation)
}

#[tokio::test]
async fn a_new_tenants_sheet_is_a_page_that_can_be_read_on_and_its_data_entry_reads_back() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let sent = shown_form(&mut console).await;
    let done = console.post("/tenants", &sent).await.expect(303);
    let made = console.get(done.location()).await.expect(200);
    assert_eq!(made.header("cache-control"), "no-store");
    let page = made.text();
    let password = secret(&page);
    assert_eq!(password.replace('-', "").len(), 20, "{password}");
    assert_eq!(secret(&console.get(done.location()).await.expect(200).text()), password, "a reload");
    let switched = console.get(&made.switch().unwrap()).await.expect(303);
    assert_eq!(switched.location(), done.location());
    let japanese = console.get(switched.location()).await.expect(200).text();
    assert!(japanese.contains("lang=\"ja\"") && secret(&japanese) == password, "{japanese}");
    let id = done.location().split('/').nth(2).unwrap();
    let tenant = console.get(&format!("/tenants/{id}")).await.expect(200).text();
    assert!(tenant.contains("Fresh K.K.") && tenant.contains("http://127.0.0.1:5232"), "{tenant}");
    assert!(!tenant.contains(&password), "{tenant}");
    let entry = page.split("name=\"data_entry\"").nth(1).unwrap();
    let entry = entry.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
    let read = here.installation.authority.registration().read_data_entry(entry.trim_start()).await;
    assert_eq!(read.unwrap().unwrap().organization.as_str(), "Fresh K.K.");
    let mut reader = here.read().await;
    let mut fresh = reader.tenant(id.parse().unwrap());
    let administrators = fresh.users_with_role(domain::user::Role::Administrator).await.unwrap();
    assert_eq!(administrators[0].display_name, "新井 咲");
}

#[tokio::test]
async fn the_form_for_a_tenant_sent_twice_leads_to_the_same_sheet() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let sent = shown_form(&mut console).await;
    let first = console.post("/tenants", &sent).await.expect(303);
    let password = secret(&console.get(first.location()).await.expect(200).text());
    let again = console.post("/tenants", &sent).await.expect(303);
    assert_eq!(again.location(), first.location());
    assert_eq!(secret(&console.get(again.location()).await.expect(200).text()), password);
    // Gone back to, and filled in for somebody else: asked about, not done in silence.
    let other = with(sent.clone(), "slug", "other");
    let asked = console.post("/tenants", &other).await.expect(422);
    assert!(asked.text().contains("This form was sent before, with other contents"), "{}", asked.text());
    let other = with(other, "invitation", &asked.value_of("invitation"));
    let other = with(other, "upstream", "http://127.0.0.1:5233");
    let made = console.post("/tenants", &other).await.expect(303);
    assert_ne!(secret(&console.get(made.location()).await.expect(200).text()), password);
}

#[tokio::test]
async fn a_sheet_is_shown_for_minutes_to_whoever_made_it_and_then_says_what_to_do() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let done = console.post("/tenants", &form()).await.expect(303);
    let sheet = done.location().to_owned();
    let password = secret(&console.get(&sheet).await.expect(200).text());
    let tenant = sheet.rsplit_once("/sheet/").unwrap().0.to_owned();
    let gone = async |browser: &mut Browser, path: &str| {
        let page = browser.get(path).await.expect(410).text();
        assert!(page.contains(&format!("href=\"{tenant}/sheet\"")), "{path}: {page}");
        assert!(!page.contains(&password), "{path}: {page}");
    };
    gone(&mut console, &format!("{tenant}/sheet/{}", here.an_invitation())).await;
    let (operators, another) = here.another_operator().await;
    gone(&mut here.at_console(&operators, &another, SiteKind::Console), &sheet).await;
    here.installation.clock.forward(SignedDuration::from_mins(HAND_OVER_MINUTES));
    for file in ["", "/sheet.html", "/data_entry.txt"] {
        gone(&mut console, &format!("{sheet}{file}")).await;
    }
    console.get(&format!("{tenant}/sheet/no-id")).await.expect(404);
}

#[tokio::test]
async fn sheet_and_data_entry_are_downloads_beside_the_page_that_shows_them() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let done = console.post("/tenants", &form()).await.expect(303);
    let page = console.get(done.location()).await.expect(200).text();
    for (name, part) in [("sheet.html", secret(&page)), ("data_entry.txt", "seats=20\n".to_owned())] {
        let path = format!("{}/{name}", done.location());
        assert!(page.contains(&format!("href=\"{path}\"")), "{page}");
        let file = console.get(&path).await.expect(200);
        assert!(file.header("content-disposition").starts_with(&format!("attachment; filename=\"{name}\"")));
        assert_eq!(file.header("cache-control"), "no-store");
        assert!(file.text().contains(&part) && !file.text().contains('\r'), "{name}: {}", file.text());
        if name == "data_entry.txt" {
            let read = here.installation.authority.registration().read_data_entry(&file.text()).await;
            assert_eq!(read.unwrap().unwrap().organization.as_str(), "Fresh K.K.");
        }
    }
    console.get(&format!("{}/other.html", done.location())).await.expect(404);
}

async fn upstream_of(here: &TwoCompanies) -> Option<domain::site::Upstream> {
    let sites = here.read().await.tenant(here.theirs.id).sites().await.unwrap();
    sites.into_iter().find(|site| site.kind == SiteKind::Application).unwrap().upstream
}

#[tokio::test]
async fn an_upstream_with_headers_is_set_shown_and_taken_away_again() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let path = format!("/tenants/{}/upstream", here.theirs.id);
    console.get(&path).await.expect(200);
    let fields = [
        ("upstream", " http://Groupware.internal:8080/ ".to_owned()),
        ("header_user", "Remote-User, x-webobjects-remote-user".to_owned()),
        ("header_email", "x-email".to_owned()),
        ("header_assertion", "X-Token".to_owned()),
        ("header_client_cert", "x-certificate".to_owned()),
        ("removed_headers", "X-Portal-Admin, x_debug".to_owned()),
        ("answer_wait_seconds", "3600".to_owned()),
        ("encoded_slashes", "yes".to_owned()),
        ("apple_401", "yes".to_owned()),
        ("requests_max", "5000".to_owned()),
    ];
    let saved = console.post(&path, &fields).await.expect(303);
    assert_eq!(saved.location(), format!("/tenants/{}?done=saved", here.theirs.id));
    let upstream = upstream_of(&here).await.unwrap();
    assert_eq!(upstream.address, "http://groupware.internal:8080");
    let names: Vec<&str> = upstream.headers.iter().map(|mapping| mapping.header.as_str()).collect();
    assert_eq!(names, ["remote-user", "x-webobjects-remote-user", "x-email", "x-token", "x-certificate"]);
    assert_eq!(upstream.headers[3].value, IdentityValue::Assertion);
    assert_eq!(upstream.headers[4].value, IdentityValue::ClientCert);
    assert_eq!(upstream.removed, ["x-portal-admin", "x_debug"]);
    let conduct = Conduct {
        answer_wait_seconds: 3_600,
        encoded_slashes: true,
        apple_401: true,
        requests_max: Some(5_000),
        ..Conduct::default()
    };
    assert_eq!(upstream.conduct, conduct);
    let page = console.get(saved.location()).await.expect(200).text();
    assert!(page.contains("x-webobjects-remote-user") && page.contains("Saved."), "{page}");
    let page = console.get(&path).await.expect(200).text();
    assert!(page.contains("value=\"remote-user, x-webobjects-remote-user\""), "{page}");
    assert!(page.contains("value=\"x-portal-admin, x_debug\"") && page.contains("value=\"3600\""), "{page}");
    assert!(page.contains("value=\"x-token\"") && page.contains("value=\"x-certificate\""), "{page}");
    console.post(&path, &[]).await.expect(303);
    assert_eq!(upstream_of(&here).await, None);
}

#[tokio::test]
async fn a_bad_upstream_or_header_is_told_at_its_field_and_changes_nothing() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let path = format!("/tenants/{}/upstream", here.theirs.id);
    let good = ("upstream", "http://127.0.0.1:5232".to_owned());
    let cases = [
        (("upstream", "https://a.example:1"), "upstream"),
        (("upstream", ""), "upstream"),
        (("header_email", "Host"), "header_email"),
        (("header_email", "sekisho_user"), "header_email"),
        (("header_email", "a b"), "header_email"),
        (("header_groups", "Remote_User"), "header_groups"),
        (("removed_headers", "Remote_User"), "removed_headers"),
        (("removed_headers", "Cookie"), "removed_headers"),
        (("answer_wait_seconds", "0"), "answer_wait_seconds"),
        (("answer_wait_seconds", "7201"), "answer_wait_seconds"),
        (("requests_max", "many"), "requests_max"),
        (("websockets_max", "0"), "websockets_max"),
    ];
    for ((name, value), field) in cases {
        let form = vec![good.clone(), ("header_user", "remote-user".to_owned()), (name, value.to_owned())];
        let form = if name == "upstream" { with(form[..2].to_vec(), name, value) } else { form };
        let page = console.post(&path, &form).await.expect(422).text();
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{value}: {page}");
        assert!(page.contains("value=\"remote-user\""), "{value}: what was typed is lost");
    }
    assert_eq!(upstream_of(&here).await, None);
}

async fn license_of(here: &TwoCompanies, tenant: &Tenant) -> License {
    here.read().await.tenant(tenant.id).record().await.unwrap().unwrap().license
}

fn contract(seats: &str, valid_until: &str) -> [(&'static str, String); 2] {
    [("seats", seats.to_owned()), ("valid_until", valid_until.to_owned())]
}

#[tokio::test]
async fn a_contract_is_extended_with_what_is_on_record_filled_in() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let path = format!("/tenants/{}/contract", here.theirs.id);
    let before = here.acts(&here.theirs).await;
    let page = console.get(&path).await.expect(200).text();
    assert!(page.contains("value=\"10\"") && page.contains("value=\"2027-11-30\""), "{page}");
    assert_eq!(here.acts(&here.theirs).await, before);
    let done = console.post(&path, &contract(" 25 ", "2028-11-30")).await.expect(303);
    assert_eq!(done.location(), format!("/tenants/{}?done=contract-changed", here.theirs.id));
    let license = license_of(&here, &here.theirs).await;
    let end = "2028-11-30T15:00:00Z".parse().unwrap();
    assert_eq!(license, License { seats: 25, valid_until: end });
    assert_eq!(here.acts(&here.theirs).await, before + 1);
    let page = console.get(done.location()).await.expect(200).text();
    assert!(page.contains("The contract is changed.") && page.contains("30 Nov 2028"), "{page}");
    // Sent twice: the same answer, and nothing is done again.
    console.post(&path, &contract("25", "2028-11-30")).await.expect(303);
    assert_eq!(here.acts(&here.theirs).await, before + 1);
}

#[tokio::test]
async fn a_contract_that_cannot_be_is_told_at_its_fields_and_changes_nothing() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.theirs, "taro", Role::User).await;
    for device in ["PC", "phone", "tablet"] {
        here.certificate(&user, device).await;
    }
    let mut console = console(&here).await;
    let path = format!("/tenants/{}/contract", here.theirs.id);
    let before = license_of(&here, &here.theirs).await;
    for (seats, valid_until, fields) in [
        ("2", "2028-11-30", &["seats"][..]),
        ("0", "2028-11-30", &["seats"]),
        ("many", "30.11.2028", &["seats", "valid_until"]),
        ("1000001", "2028-11-30", &["seats"]),
        ("20", "2020-01-01", &["valid_until"]),
        ("2", "2020-01-01", &["seats", "valid_until"]),
        ("", "", &["seats", "valid_until"]),
    ] {
        let page = console.post(&path, &contract(seats, valid_until)).await.expect(422).text();
        for field in ["seats", "valid_until"] {
            let told = page.contains(&format!("id=\"{field}-error\""));
            assert_eq!(told, fields.contains(&field), "{seats} {valid_until} {field}: {page}");
        }
        for typed in [seats, valid_until].into_iter().filter(|typed| !typed.is_empty()) {
            assert!(page.contains(&format!("value=\"{typed}\"")), "{typed} is lost: {page}");
        }
    }
    let page = console.post(&path, &contract("2", "2028-11-30")).await.expect(422).text();
    assert!(page.contains("3 certificates are in use. Enter 3 or more"), "{page}");
    assert_eq!(license_of(&here, &here.theirs).await, before);
}

#[tokio::test]
async fn a_contract_past_its_end_says_so_until_it_is_extended() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let tenant = format!("/tenants/{}", here.theirs.id);
    let form = format!("{tenant}/contract");
    for (days, told) in [(0, None), (380, Some("Nobody gets in from")), (30, Some("nobody has got in"))] {
        here.installation.clock.forward(DAY * days);
        for path in [&tenant, &form] {
            let page = console.get(path).await.expect(200).text();
            assert_eq!(page.contains("The contract has ended"), told.is_some(), "{days} {path}: {page}");
            assert!(told.is_none_or(|told| page.contains(told)), "{days} {path}: {page}");
        }
    }
    console.post(&form, &contract("10", "2028-11-30")).await.expect(303);
    let page = console.get(&tenant).await.expect(200).text();
    assert!(!page.contains("The contract has ended"), "{page}");
}

#[tokio::test]
async fn a_name_that_is_taken_or_reserved_is_told_at_the_field() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    for slug in ["sample", "console", "xn--a", "UPPER", ""] {
        let answer = console.post("/tenants", &with(form(), "slug", slug)).await.expect(422);
        assert_eq!(answer.switch().as_deref(), Some("/tenants/new?lang=ja"), "{slug}");
        let page = answer.text();
        assert!(page.contains("id=\"slug-error\"") && page.contains("Fresh K.K."), "{slug}: {page}");
        let owner = page.contains(&format!("href=\"/tenants/{}\"", here.ours.id));
        assert_eq!(owner && page.contains("has this site name"), slug == "sample", "{slug}: {page}");
    }
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once_and_nothing_typed_is_lost() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let long = "内線".repeat(101);
    let wrong = [
        ("tenant_name", ""),
        ("organization", "新しい会社"),
        ("contract_number", ""),
        ("seats", "many"),
        ("valid_until", "2020-01-01"),
        ("administrator_name", ""),
        ("administrator_email", "saki"),
        ("support_contact", long.as_str()),
        ("upstream", "https://example.jp/path"),
    ];
    let bad = wrong.iter().fold(form(), |form, (name, value)| with(form, name, value));
    let page = console.post("/tenants", &bad).await.expect(422).text();
    for (name, value) in wrong {
        assert!(page.contains(&format!("id=\"{name}-error\"")), "{name}: {page}");
        assert!(value.is_empty() || page.contains(&format!("value=\"{value}\"")), "{name}: {page}");
    }
}

#[tokio::test]
async fn a_tenant_is_suspended_resumed_and_ended_after_a_confirmation() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let id = here.theirs.id;
    for (act, notice, state) in [
        ("suspend", "suspended", TenantState::Suspended),
        ("resume", "resumed", TenantState::Active),
        ("suspend", "suspended", TenantState::Suspended),
        ("end", "ended", TenantState::Ended),
    ] {
        let path = format!("/tenants/{id}/{act}");
        let before = here.acts(&here.theirs).await;
        console.get(&path).await.expect(200);
        assert_eq!(here.acts(&here.theirs).await, before);
        let done = console.post(&path, &[]).await.expect(303);
        assert_eq!(done.location(), format!("/tenants/{id}?done={notice}"));
        assert_eq!(here.read().await.tenant(id).record().await.unwrap().unwrap().state, state);
        assert!(here.newest_act(&here.theirs).await.1.is_some(), "from where, too");
        // Sent twice: the page tells where it stands.
        console.post(&path, &[]).await.expect(303);
        console.get(done.location()).await.expect(200);
    }
}

#[tokio::test]
async fn a_new_sheet_of_a_known_administrator_has_a_new_password_and_goes_to_the_address_on_record_only() {
    let here = TwoCompanies::new().await;
    here.certificate(&here.administrator, "Note PC").await;
    let mut console = console(&here).await;
    let path = format!("/tenants/{}/sheet", here.ours.id);
    let asked = console.get(&path).await.expect(200);
    assert!(asked.text().contains("value=\"hanako@sample.example\""), "{}", asked.text());
    let invitation = asked.value_of("invitation");
    let email =
        |email: &str| vec![("administrator_email", email.to_owned()), ("invitation", invitation.clone())];
    let before = here.acts(&here.ours).await;
    for wrong in ["", "somebody@else.example"] {
        console.post(&path, &email(wrong)).await.expect(422);
    }
    assert_eq!(here.acts(&here.ours).await, before);
    let mut passwords = Vec::new();
    for _ in 0..2 {
        let made = console.post(&path, &email("Hanako@sample.example")).await.expect(303);
        passwords.push(secret(&console.get(made.location()).await.expect(200).text()));
    }
    assert_ne!(passwords[0], *here.installation.sheet.password.grouped().expose());
    assert_eq!(passwords[0], passwords[1], "sent twice");
    assert_eq!(here.acts(&here.ours).await, before + 1);
}

#[tokio::test]
async fn a_mistyped_administrators_address_is_corrected_with_a_new_sheet() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let path = format!("/tenants/{}/sheet", here.theirs.id);
    let asked = console.get(&path).await.expect(200).text();
    assert!(asked.contains("value=\"jiro@another.example\""), "{asked}");
    let email = |email: &str| vec![("administrator_email", email.to_owned())];
    for wrong in ["", "boss", "じろう@another.example"] {
        console.post(&path, &email(wrong)).await.expect(422);
    }
    let made = console.post(&path, &email("boss@another.example")).await.expect(303);
    let made = console.get(made.location()).await.expect(200).text();
    assert!(made.contains("boss@another.example"), "{made}");
    let tenant = console.get(&format!("/tenants/{}", here.theirs.id)).await.expect(200).text();
    assert!(tenant.contains("boss@another.example") && !tenant.contains("jiro@another.example"), "{tenant}");
}

#[tokio::test]
async fn name_contact_and_policy_are_changed_or_all_that_is_wrong_is_told() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let path = format!("/tenants/{}/edit", here.theirs.id);
    let asked = console.get(&path).await.expect(200).text();
    assert!(asked.contains("よその会社") && asked.contains("value=\"72\""), "{asked}");
    let form = |name: &str, hours: &str| {
        [
            ("tenant_name", name),
            ("support_contact", "内線 200"),
            ("locale", "en"),
            ("approval_required", "yes"),
            ("pin_delivery", "administrator"),
            ("pin_lifetime_hours", hours),
            ("invitation_days", "7"),
            ("renewal_window_days", "30"),
            ("renewal_grace_days", "14"),
            ("new_file_days", "0"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec()
    };
    let refused = console.post(&path, &form("", "0")).await.expect(422).text();
    for field in ["tenant_name", "pin_lifetime_hours"] {
        assert!(refused.contains(&format!("id=\"{field}-error\"")), "{field}: {refused}");
    }
    let saved = console.post(&path, &form("もっとよその会社", "24")).await.expect(303);
    console.get(saved.location()).await.expect(200);
    let record = here.read().await.tenant(here.theirs.id).record().await.unwrap().unwrap();
    assert_eq!(record.display_name, "もっとよその会社");
    assert_eq!((record.locale, record.support_contact.as_str()), (domain::locale::Locale::En, "内線 200"));
    // A checkbox that was not sent is a no; the certificate profile has a page of its own.
    let policy = domain::policy::Policy {
        approval_required: true,
        pin_delivery: domain::pin_delivery::PinDelivery::Administrator,
        pin_lifetime_hours: 24,
        invitation_days: 7,
        renewal_window_days: 30,
        renewal_grace_days: 14,
        new_file_days: 0,
        printed_slips_allowed: false,
        ..domain::policy::Policy::default()
    };
    assert_eq!(record.policy, policy);

    // A script of before the newer settings sends what it knows.
    let known = [
        ("tenant_name", "もっとよその会社"),
        ("locale", "en"),
        ("certificate_days", "90"),
        ("pin_lifetime_hours", "48"),
        ("invitation_days", "7"),
    ];
    let known = known.map(|(name, value)| (name, value.to_owned()));
    console.post(&path, &known).await.expect(303);
    let record = here.read().await.tenant(here.theirs.id).record().await.unwrap().unwrap();
    let newer = &record.policy;
    assert_eq!((newer.renewal_window_days, newer.pin_delivery), (30, policy.pin_delivery));
    assert_eq!((newer.certificate_days, newer.pin_lifetime_hours, newer.approval_required), (90, 48, false));
}

#[tokio::test]
async fn the_certificate_profile_is_changed_or_told_at_each_field_what_does_not_go_together() {
    use domain::{certificate_profile::PrincipalName, device::DeviceType};
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let path = format!("/tenants/{}/certificate-profile", here.theirs.id);
    let asked = console.get(&path).await.expect(200).text();
    assert!(asked.contains("よその会社") && asked.contains("value=\"365\""), "{asked}");
    let form = |principal_name: &str, extra: &[(&'static str, &str)]| {
        let begun = [("certificate_days", "90"), ("principal_name", principal_name), ("key_ios", "rsa-4096")];
        begun.iter().chain(extra).map(|(name, value)| (*name, (*value).to_owned())).collect::<Vec<_>>()
    };
    let contrary = form("none", &[("smart_card_logon", "yes"), ("pkcs12_ios", "compat")]);
    let refused = console.post(&path, &contrary).await.expect(422).text();
    for field in ["smart_card_logon", "pkcs12_ios"] {
        assert!(refused.contains(&format!("id=\"{field}-error\"")), "{field}: {refused}");
    }
    assert!(refused.contains("<option value=\"rsa-4096\" selected>"), "{refused}");
    let homeless = console.post(&path, &form("login-name", &[])).await.expect(422).text();
    assert!(homeless.contains("id=\"principal_domain-error\""), "{homeless}");
    let good = form(
        "login-name",
        &[
            ("principal_domain", "corp.example"),
            ("smart_card_logon", "yes"),
            ("compat_pkcs12_allowed", "yes"),
            ("pkcs12_linux", "compat"),
        ],
    );
    let saved = console.post(&path, &good).await.expect(303);
    let shown = console.get(saved.location()).await.expect(200).text();
    assert!(shown.contains("“login name@corp.example”"), "{shown}");
    let record = here.read().await.tenant(here.theirs.id).record().await.unwrap().unwrap();
    let (policy, profile) = (&record.policy, &record.policy.profile);
    assert_eq!((policy.certificate_days, profile.principal_name), (90, PrincipalName::LoginName));
    assert_eq!(profile.key_algorithm(DeviceType::Ios), pki::KeyAlgorithm::Rsa4096);
    assert_eq!(policy.pkcs12_profile(DeviceType::Linux), pki::Pkcs12Profile::Compat);
    assert!(profile.smart_card_logon && !profile.unit_in_subject && !profile.email_protection);
    // The other settings stayed.
    assert_eq!((record.display_name.as_str(), policy.pin_lifetime_hours), ("よその会社", 72));
}

#[tokio::test]
async fn the_installations_own_tenant_is_no_customer() {
    let here = TwoCompanies::new().await;
    let (tenant, operator) = here.operator().await;
    let mut console = here.at_console(&tenant, &operator, SiteKind::Console);
    console.get(&format!("/tenants/{}", tenant.id)).await.expect(404);
    console.post(&format!("/tenants/{}/suspend", tenant.id), &[]).await.expect(404);
    let list = console.get("/").await.expect(200).text();
    assert!(!list.contains(&tenant.id.to_string()) && list.contains("よその会社"), "{list}");
    let found = console.get("/?q=%E3%82%88%E3%81%9D").await.expect(200).text();
    assert!(found.contains("よその会社") && !found.contains("サンプル"), "{found}");
}

#[tokio::test]
async fn an_address_that_another_tenant_uses_is_refused_at_its_field_unless_names_carry_the_tenant() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let path = |tenant: &domain::tenant::Tenant| format!("/tenants/{}/upstream", tenant.id);
    let form = |address: &str, field: &'static str| {
        vec![("upstream", address.to_owned()), (field, "remote-user".to_owned())]
    };
    console.post(&path(&here.ours), &form("http://127.0.0.1:5232", "header_id")).await.expect(303);
    let theirs = path(&here.theirs);
    let page = console.post(&theirs, &form("http://localhost:5232", "header_user")).await.expect(422).text();
    assert!(page.contains("upstream-error") && page.contains(here.ours.slug.as_str()), "{page}");
    let page = console.post(&theirs, &[("upstream", "http://[::1]:5232".into())]).await.expect(422).text();
    assert!(page.contains("upstream-error"), "{page}");
    assert_eq!(upstream_of(&here).await, None);
    let carrying = form("http://localhost:5232", "header_user_at_tenant");
    console.post(&theirs, &carrying).await.expect(303);
    assert!(
        !console
            .get(&format!("/tenants/{}", here.ours.id))
            .await
            .expect(200)
            .text()
            .contains("class=\"warning\"")
    );
}
