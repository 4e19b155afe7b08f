//! Applications that wait: what an administrator compares, and several decided at once.

use crate::gated::{TwoCompanies, at_the_machine};
use domain::{
    application::ApplicationState,
    id::ApplicationId,
    tenant_form::{TenantField, TenantForm},
    user::Role,
};

async fn state_of(here: &TwoCompanies, application: ApplicationId) -> ApplicationState {
    let record = here.read().await.tenant(here.ours.id).application(application).await.unwrap();
    record.unwrap().application.state()
}

/// The row of one application in the queue.
fn section<'a>(page: &'a str, name: &str) -> &'a str {
    let sections = page.split("<section").find(|section| section.contains(&format!(">{name}</h2>")));
    sections.unwrap_or_else(|| panic!("{name}: {page}"))
}

#[tokio::test]
async fn an_application_shows_how_and_from_where_it_came_and_what_is_not_as_on_record() {
    let here = TwoCompanies::new().await;
    let asks = TenantForm::default().with_tick(TenantField::ApprovalRequired, true);
    let tenants = here.installation.authority.tenants();
    tenants.edit_tenant(&at_the_machine(), here.ours.id, asks, |_| true).await.unwrap();
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
    here.installation.visitor().at_address([203, 0, 113, 7]).post("/enrol", &form).await.expect(303);
    let earlier = here.add(&here.ours, "saburo", Role::User).await;
    here.certificate(&earlier, "former PC").await;
    here.waiting_application(&earlier, "phone").await;
    let mut desk = here.administrator_at_desk();
    let renamed = crate::desk_users::form("saburo");
    desk.post(&format!("/users/{}", earlier.id), &renamed).await.expect(303);
    let page = desk.get("/applications").await.expect(200).text();
    let (new, old) = (section(&page, &jiro.display_name), section(&page, "鈴木 一郎"));
    for part in ["By e-mail, ", "203.0.113.7", "Note PC", "are those on record", "the first application"] {
        assert!(new.contains(part), "{part}: {new}");
    }
    assert!(old.contains("former PC") && old.contains("picked up"), "{old}");
    assert!(old.contains("applied with “Yamada Taro”, on record “Suzuki Ichiro”"), "{old}");
}

#[tokio::test]
async fn several_applications_are_decided_after_a_page_that_names_them() {
    let here = TwoCompanies::new().await;
    let mut applications = Vec::new();
    for login in ["jiro", "saburo", "shiro"] {
        let user = here.add(&here.ours, login, Role::User).await;
        applications.push((here.waiting_application(&user, "PC").await, user));
    }
    let auditor = here.add(&here.ours, "auditor", Role::Auditor).await;
    let mut desk = here.administrator_at_desk();
    let page = desk.get("/applications").await.expect(200).text();
    assert!(page.contains("action=\"/applications/selected/approve\""), "{page}");
    assert!(page.contains(&format!("value=\"{}\" form=\"decide\"", applications[0].0)), "{page}");
    let of_auditor = here.at_desk(&auditor).get("/applications").await.expect(200).text();
    assert!(!of_auditor.contains("form=\"decide\""), "{of_auditor}");
    let path = |act: &str, of: &[usize]| {
        let ticked: Vec<_> = of.iter().map(|one| format!("application={}", applications[*one].0)).collect();
        format!("/applications/selected/{act}?{}", ticked.join("&"))
    };
    here.at_desk(&auditor).get(&path("approve", &[0])).await.expect(403);
    let asked = desk.get(&path("approve", &[0, 1])).await.expect(200).text();
    for (one, named) in [(0, true), (1, true), (2, false)] {
        assert_eq!(asked.contains(&applications[one].1.display_name), named, "{asked}");
    }
    let form = |of: &[usize]| -> Vec<(&'static str, String)> {
        of.iter().map(|one| ("application", applications[*one].0.to_string())).collect()
    };
    let done = desk.post("/applications/selected/approve", &form(&[0, 1])).await.expect(303);
    assert!(desk.get(done.location()).await.expect(200).text().contains("All that were ticked are approved"));
    let states = [ApplicationState::Approved, ApplicationState::Approved, ApplicationState::Submitted];
    for (state, (application, _)) in states.iter().zip(&applications) {
        assert_eq!(state_of(&here, *application).await, *state);
    }
    // Without a reason nobody is rejected; those that are decided already are left alone.
    let refused = desk.post("/applications/selected/reject", &form(&[2])).await.expect(422).text();
    assert!(refused.contains("reason_text-error"), "{refused}");
    let told = [form(&[0, 2]), vec![("reason_text", "From the company laptop".to_owned())]].concat();
    desk.post("/applications/selected/reject", &told).await.expect(303);
    assert_eq!(state_of(&here, applications[0].0).await, ApplicationState::Approved);
    assert_eq!(state_of(&here, applications[2].0).await, ApplicationState::Rejected);
    here.installation.newest_mail().await;
    let mails = here.installation.mailbox.mails_to(applications[2].1.email.as_str());
    assert!(mails.iter().any(|mail| mail.text.contains("From the company laptop")));
}

#[tokio::test]
async fn the_navigation_counts_what_waits_for_people_who_see_it() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "jiro", Role::User).await;
    let auditor = here.add(&here.ours, "auditor", Role::Auditor).await;
    let counted = |page: &str| {
        page.split("class=\"waiting\">").nth(1).and_then(|rest| rest.split('<').next()).map(str::to_owned)
    };
    let page = here.administrator_at_desk().get("/audit").await.expect(200).text();
    assert_eq!(counted(&page), None);
    here.waiting_application(&user, "PC").await;
    here.waiting_application(&user, "phone").await;
    for person in [&here.administrator, &auditor] {
        let page = here.at_desk(person).get("/audit").await.expect(200).text();
        assert_eq!(counted(&page).as_deref(), Some("2"), "{page}");
    }
    assert_eq!(counted(&here.at_desk(&user).get("/devices").await.expect(200).text()), None);
    let theirs = here.administrator_of(&here.theirs).await;
    assert_eq!(theirs.tenant, here.theirs.id);
}
