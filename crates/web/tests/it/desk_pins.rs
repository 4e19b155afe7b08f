//! PINs that administrators see and hand over, at the desk and at the console.

use crate::{
    browser::{Answer, Browser},
    gated::{TwoCompanies, at_the_machine},
    pickup::form_with,
};
use authority::invitation::HAND_OVER_MINUTES;
use domain::{
    id::ApplicationId,
    pin::PIN_ATTEMPTS_MAX,
    pin_delivery::PinDelivery,
    site::SiteKind,
    tenant::Tenant,
    tenant_form::{TenantField, TenantForm},
    time::SignedDuration,
    user::{Role, User},
};

async fn hand_over(here: &TwoCompanies, tenant: &Tenant) {
    let form = TenantForm::default().with(TenantField::PinDelivery, PinDelivery::Administrator.name());
    let tenants = here.installation.authority.tenants();
    tenants.edit_tenant(&at_the_machine(), tenant.id, form, |_| true).await.unwrap();
}

/// Every secret of a page of sheets.
fn secrets(page: &str) -> Vec<String> {
    let marked = page.split("<dd class=\"secret\">").skip(1).filter_map(|rest| rest.split('<').next());
    marked.map(str::to_owned).collect()
}

fn reference(page: &str) -> String {
    let (_, after) = page.split_once("/pickup?reference=").expect("an address");
    after.chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// An application that the desk has approved.
async fn approved(here: &TwoCompanies, desk: &mut Browser, user: &User, device: &str) -> ApplicationId {
    let application = here.waiting_application(user, device).await;
    let done = desk.post(&format!("/applications/{application}/approve"), &[]).await.expect(303);
    assert_eq!(done.location(), "/applications?done=approved-shown#pins");
    application
}

/// The form of one pickup, as the page shows it.
fn form_of(page: &Answer, action: &str) -> Vec<(&'static str, String)> {
    let text = page.text();
    let (_, form) = text.split_once(&format!("action=\"{action}\">")).unwrap_or_else(|| panic!("{text}"));
    let value = |name: &str| {
        let (_, rest) = form.split_once(&format!("name=\"{name}\" value=\"")).expect("a field");
        rest.split('"').next().unwrap().to_owned()
    };
    vec![("sheet", value("sheet")), ("former", value("former"))]
}

#[tokio::test]
async fn a_pin_is_shown_on_a_sheet_of_its_own_which_its_maker_reads_on_for_minutes() {
    let here = TwoCompanies::new().await;
    hand_over(&here, &here.ours).await;
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    let other = here.add(&here.ours, "goro", Role::Administrator).await;
    let auditor = here.add(&here.ours, "auditor", Role::Auditor).await;
    let mut desk = here.administrator_at_desk();
    let application = approved(&here, &mut desk, &jiro, "PC").await;
    let action = format!("/applications/{application}/pin");
    let queue = desk.get("/applications?done=approved-shown").await.expect(200);
    assert!(queue.text().contains("Waits for a PIN from an administrator"), "{}", queue.text());
    let home = desk.get("/").await.expect(200).text();
    assert!(home.contains("/applications#pins\">1 person waits for a PIN"), "{home}");
    let person = desk.get(&format!("/users/{}", jiro.id)).await.expect(200);
    assert!(person.text().contains("Waits for a PIN from an administrator"), "{}", person.text());
    let form = form_of(&person, &action);

    let before = here.acts(&here.ours).await;
    let done = desk.post(&action, &form).await.expect(303);
    let page = desk.get(done.location()).await.expect(200);
    assert_eq!(page.header("cache-control"), "no-store");
    let (text, shown) = (page.text(), secrets(&page.text()));
    assert_eq!(shown.len(), 1, "the PIN and nothing else: {text}");
    assert!(shown[0].len() == 14 && text.contains("data-tool=\"print\"") && text.contains("class=\"qr\""));
    assert!(text.contains(&jiro.display_name) && !done.location().contains(&shown[0].replace('-', "")));
    let again = desk.post(&action, &form).await.expect(303);
    assert_eq!(again.location(), done.location(), "a double click");
    let switched = desk.get(&page.switch().unwrap()).await.expect(303);
    for path in [done.location(), switched.location()] {
        assert_eq!(secrets(&desk.get(path).await.expect(200).text()), shown, "read on");
    }
    assert_eq!(here.acts(&here.ours).await, before + 1, "one act");
    here.at_desk(&other).get(done.location()).await.expect(410);
    for nobody in [&auditor, &jiro] {
        here.at_desk(nobody).get(done.location()).await.expect(403);
        here.at_desk(nobody).post(&action, &form).await.expect(403);
    }
    here.installation.clock.forward(SignedDuration::from_mins(HAND_OVER_MINUTES));
    let gone = desk.get(done.location()).await.expect(410).text();
    assert!(secrets(&gone).is_empty() && gone.contains("もう表示できません"), "{gone}");
    let late = desk.post(&action, &form).await.expect(303);
    assert_eq!(late.location(), done.location(), "[back] makes no second PIN");
    let told = desk.get(&format!("/users/{}", jiro.id)).await.expect(200).text();
    assert!(told.contains("に表示しました") && told.contains("新しいPIN番号を表示する"), "{told}");

    let opened = form_with(&reference(&text), &shown[0]);
    here.installation.visitor().post("/pickup", &opened).await.expect(303);
}

#[tokio::test]
async fn ticked_people_get_a_page_each_and_a_refused_one_keeps_nobody_from_it() {
    let here = TwoCompanies::new().await;
    hand_over(&here, &here.ours).await;
    let mut desk = here.administrator_at_desk();
    let mut applications = Vec::new();
    for login in ["jiro", "saburo", "shiro"] {
        let user = here.add(&here.ours, login, Role::User).await;
        applications.push((approved(&here, &mut desk, &user, "PC").await, user));
    }
    let queue = desk.get("/applications").await.expect(200);
    let mut form = Vec::new();
    for (application, _) in &applications {
        form.push(("application", application.to_string()));
        for name in ["sheet", "former"] {
            let name: &'static str = Box::leak(format!("{name}-{application}").into_boxed_str());
            form.push((name, queue.value_of(name)));
        }
    }
    let none = desk.post("/applications/pins", &[]).await.expect(303);
    assert_eq!(none.location(), "/applications#pins");
    let two: Vec<_> = form
        .iter()
        .filter(|(name, value)| *name != "application" || *value != applications[2].0.to_string())
        .cloned()
        .collect();
    let done = desk.post("/applications/pins", &two).await.expect(303);
    let page = desk.get(done.location()).await.expect(200).text();
    assert_eq!((secrets(&page).len(), page.matches("<section class=\"slip\"").count()), (2, 2), "{page}");
    desk.post(&format!("/users/{}/suspend", applications[2].1.id), &[]).await.expect(303);
    let before = here.acts(&here.ours).await;
    let page = desk.post("/applications/pins", &form).await.expect(200).text();
    assert!(page.contains("2 PINs were made, 1 were not") && secrets(&page).is_empty(), "{page}");
    assert_eq!(here.acts(&here.ours).await, before, "two were sent before, one is refused");
}

#[tokio::test]
async fn the_desk_shows_no_pin_that_goes_by_mail_and_the_console_shows_those_of_administrators() {
    let here = TwoCompanies::new().await;
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    let goro = here.add(&here.ours, "goro", Role::Administrator).await;
    let mut desk = here.administrator_at_desk();
    let mut actions = Vec::new();
    for user in [&jiro, &goro] {
        let application = here.waiting_application(user, "PC").await;
        let done = desk.post(&format!("/applications/{application}/approve"), &[]).await.expect(303);
        assert_eq!(done.location(), "/applications?done=approved");
        actions.push(application);
    }
    let before = here.acts(&here.ours).await;
    for (application, user, code) in [
        (&actions[0], &jiro, "cannot be shown here"),
        (&actions[1], &goro, "cannot be shown in Administration"),
    ] {
        let person = desk.get(&format!("/users/{}", user.id)).await.expect(200).text();
        assert!(person.contains("Sent to the person by e-mail") && !person.contains("/pin\""), "{person}");
        let refused = desk.post(&format!("/applications/{application}/pin"), &[]).await;
        assert!(refused.status.is_client_error() && refused.text().contains(code), "{}", refused.text());
    }
    assert!(!desk.get("/applications").await.expect(200).text().contains("id=\"pins\""));
    assert_eq!(here.acts(&here.ours).await, before);

    let (tenant, operator) = here.operator().await;
    let mut console = here.at_console(&tenant, &operator, SiteKind::Console);
    let at = format!("/tenants/{}", here.ours.id);
    let page = console.get(&at).await.expect(200);
    let action = format!("{at}/applications/{}/pin", actions[1]);
    assert!(!page.text().contains(&actions[0].to_string()), "a user's is no business of the console");
    let done = console.post(&action, &form_of(&page, &action)).await.expect(303);
    let sheet = console.get(done.location()).await.expect(200).text();
    assert_eq!(secrets(&sheet).len(), 1, "{sheet}");
    console.post(&format!("{at}/applications/{}/pin", actions[0]), &[]).await.expect(409);
    let (tenant, another) = here.another_operator().await;
    here.at_console(&tenant, &another, SiteKind::Console).get(done.location()).await.expect(410);
    let told = desk.get(&format!("/users/{}", goro.id)).await.expect(200).text();
    assert!(told.contains("Shown to the service provider"), "{told}");
}

#[tokio::test]
async fn what_the_applicant_reads_promises_no_mail_and_five_wrong_tries_name_whom_to_ask() {
    let here = TwoCompanies::new().await;
    hand_over(&here, &here.ours).await;
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    here.installation.authority.outbox().send_due_mail().await.unwrap();
    let password = here.installation.mailbox.newest_to(jiro.email.as_str()).one_time_password();
    let form = [
        ("email", jiro.email.to_string()),
        ("identification_code", here.ours.identification_code.grouped()),
        ("password", password),
        ("device_name", "Note PC".into()),
        ("agreement_version", templates::agreement::VERSION.into()),
        ("agree", "yes".into()),
    ];
    let mut visitor = here.installation.visitor();
    let sent = visitor.post("/enrol", &form).await.expect(303);
    assert_eq!(sent.location(), "/enrol/sent?pin=administrator");
    for mut reader in [visitor, here.installation.visitor()] {
        let page = reader.get(sent.location()).await.expect(200).text();
        assert!(page.contains("It does not come by e-mail") && !page.contains("/enrol/sent\">"), "{page}");
        assert!(!page.contains("on its way"), "{page}");
    }
    let mut desk = here.administrator_at_desk();
    let person = desk.get(&format!("/users/{}", jiro.id)).await.expect(200);
    let action = person
        .text()
        .split("action=\"/applications/")
        .nth(1)
        .expect("a form")
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let action = format!("/applications/{action}");
    let done = desk.post(&action, &form_of(&person, &action)).await.expect(303);
    let sheet = desk.get(done.location()).await.expect(200).text();
    let wrong = form_with(&reference(&sheet), "0000-0000-0000");
    let mut last = None;
    for _ in 0..PIN_ATTEMPTS_MAX {
        last = Some(here.installation.visitor().post("/pickup", &wrong).await);
    }
    let page = last.expect("an answer").expect(410).text();
    assert!(page.contains("Ask your administrator for a new PIN. It does not come by e-mail."), "{page}");
    let mut japanese = here.installation.visitor().sending("accept-language", "ja");
    let page = japanese.post("/pickup", &wrong).await.expect(410).text();
    assert!(page.contains("新しいPIN番号を、運用管理者に依頼してください"), "{page}");
    let queue = desk.get("/applications").await.expect(200).text();
    assert!(queue.contains("Entered wrongly 5 times"), "{queue}");
}
