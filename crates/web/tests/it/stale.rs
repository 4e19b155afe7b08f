//! Tabs that were opened before something else happened: told, never a fault, and nothing that was typed is lost.

use crate::{browser::Browser, gated::TwoCompanies, installation::with};
use domain::{
    id::{ApplicationId, CertificateId, ImportId, TenantId, UserId},
    site::SiteKind,
    tenant::TenantState,
    user::Role,
};

async fn console(here: &TwoCompanies) -> Browser {
    let (tenant, operator) = here.operator().await;
    here.at_console(&tenant, &operator, SiteKind::Console)
}

async fn end(here: &TwoCompanies, tenant: TenantId) {
    let authority = &here.installation.authority;
    authority.tenants().suspend_tenant(&crate::gated::at_the_machine(), tenant).await.unwrap();
    authority.tenants().end_tenant(&crate::gated::at_the_machine(), tenant).await.unwrap();
}

fn fields(pairs: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn settings() -> Vec<(&'static str, String)> {
    fields(&[
        ("tenant_name", "Changed K.K."),
        ("support_contact", "help@sample.example"),
        ("locale", "en"),
        ("pin_delivery", "mail"),
        ("pin_lifetime_hours", "72"),
        ("invitation_days", "14"),
        ("renewal_window_days", "60"),
        ("renewal_grace_days", "7"),
        ("new_file_days", "7"),
    ])
}

#[tokio::test]
async fn every_act_on_a_company_that_ended_in_another_tab_is_told_so() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let ours = here.theirs.id;
    let acts: [(&str, Vec<(&'static str, String)>); 8] = [
        ("edit", settings()),
        ("certificate-profile", fields(&[("certificate_days", "90")])),
        ("upstream", fields(&[("upstream", "http://127.0.0.1:5232"), ("answer_wait_seconds", "60")])),
        ("contract", fields(&[("seats", "20"), ("valid_until", "2027-12-31")])),
        ("sheet", fields(&[("administrator_email", "other@another.example")])),
        ("suspend", Vec::new()),
        ("resume", Vec::new()),
        ("end", Vec::new()),
    ];
    end(&here, ours).await;
    for (act, form) in &acts {
        let answer = console.post(&format!("/tenants/{ours}/{act}"), form).await;
        let status = answer.status.as_u16();
        // Acts lead to the company's page, which says where it stands; forms say it in place.
        assert!(matches!(status, 303 | 409 | 422), "{act}: {status}: {}", answer.text());
        if status == 409 {
            assert!(answer.text().contains("This company has ended"), "{act}");
        }
        let unknown = format!(
            "/tenants/{}/{act}",
            TenantId::new(here.installation.authority.now(), &mut *here.installation.authority.rng())
        );
        console.post(&unknown, form).await.expect(404);
    }
    let mut reader = here.read().await;
    let record = reader.tenant(ours).record().await.unwrap().unwrap();
    assert_eq!((record.state, record.display_name), (TenantState::Ended, here.theirs.display_name.clone()));
}

#[tokio::test]
async fn no_form_of_a_company_that_has_ended_or_about_what_is_gone_is_a_fault_at_the_desk() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let certificate = here.certificate(&user, "PC").await;
    let own = here.certificate(&here.administrator, "desk PC").await;
    let waiting = here.waiting_application(&user, "phone").await;
    let authority = here.installation.authority.clone();
    let (now, rng) = (authority.now(), &mut *authority.rng());
    let gone = [
        UserId::new(now, rng).to_string(),
        CertificateId::new(now, rng).to_string(),
        ApplicationId::new(now, rng).to_string(),
        ImportId::new(now, rng).to_string(),
    ];
    let mut desk = here.administrator_at_desk();
    end(&here, here.ours.id).await;
    let mut forms: Vec<(String, Vec<(&'static str, String)>)> = vec![
        ("/users".into(), crate::desk_users::form("fresh")),
        ("/portal/announcements".into(), fields(&[("announcement_title", "a"), ("announcement_text", "b")])),
        ("/portal/announcements/1/remove".into(), Vec::new()),
        ("/portal/links".into(), fields(&[("link_title", "a"), ("link_address", "https://a.example")])),
        ("/portal/links/1/remove".into(), Vec::new()),
        ("/users/selected/invite".into(), vec![("user", user.id.to_string())]),
        ("/users/selected/suspend".into(), vec![("user", user.id.to_string())]),
    ];
    for id in [user.id.to_string(), gone[0].clone()] {
        forms.push((format!("/users/{id}"), crate::desk_users::form("ichiro")));
        for act in ["suspend", "resume", "invite", "reset-password"] {
            forms.push((format!("/users/{id}/{act}"), Vec::new()));
        }
    }
    for id in [certificate.id.to_string(), gone[1].clone()] {
        for act in ["hold", "release", "revoke"] {
            forms.push((format!("/certificates/{id}/{act}"), fields(&[("reason", "superseded")])));
        }
    }
    for id in [own.id.to_string(), gone[1].clone()] {
        for act in ["hold", "revoke"] {
            forms.push((format!("/devices/{id}/{act}"), Vec::new()));
        }
    }
    for id in [waiting.to_string(), gone[2].clone()] {
        for act in ["approve", "reopen", "reject"] {
            forms.push((format!("/applications/{id}/{act}"), fields(&[("reason_untold", "yes")])));
        }
    }
    forms.push((format!("/import/{}/run", gone[3]), Vec::new()));
    let before = here.acts(&here.ours).await;
    for (path, form) in &forms {
        let answer = desk.post(path, form).await;
        assert!(answer.status.as_u16() < 500, "{path}: {}: {}", answer.status, answer.text());
    }
    assert_eq!(here.acts(&here.ours).await, before, "nothing of an ended company is changed");
}

#[tokio::test]
async fn of_two_edits_of_a_user_the_second_is_told_what_was_saved_and_loses_nothing() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let mut desk = here.administrator_at_desk();
    let path = format!("/users/{}", user.id);
    let tab = desk.get(&format!("{path}/edit")).await.expect(200).value_of("begun_on");
    let form = |note: &str, begun_on: &str| {
        let mut form = with(crate::desk_users::form("ichiro"), "note", note);
        form.push(("begun_on", begun_on.to_owned()));
        form
    };
    desk.post(&path, &form("from the first tab", &tab)).await.expect(303);
    let told = desk.post(&path, &form("from the second tab", &tab)).await.expect(422);
    let page = told.text();
    assert!(page.contains("somebody else saved a change"), "{page}");
    assert!(
        page.contains("from the second tab") && page.contains("On record now: from the first tab<"),
        "{page}"
    );
    assert_eq!(here.on_record(&user).await.note, "from the first tab");
    let bad = with(form("from the second tab", &tab), "login_name", "鈴木");
    assert_eq!(
        desk.post(&path, &bad).await.expect(422).value_of("begun_on"),
        tab,
        "an error is no look at the record"
    );
    desk.post(&path, &form("from the second tab", &told.value_of("begun_on"))).await.expect(303);
    assert_eq!(here.on_record(&user).await.note, "from the second tab");
    desk.post(&path, &crate::desk_users::form("ichiro")).await.expect(303);
}

#[tokio::test]
async fn of_two_edits_of_a_company_the_second_is_told_what_was_saved() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let path = format!("/tenants/{}/edit", here.theirs.id);
    let tab = console.get(&path).await.expect(200).value_of("begun_on");
    let form = |name: &str, begun_on: &str| {
        let mut form = with(settings(), "tenant_name", name);
        form.push(("begun_on", begun_on.to_owned()));
        form
    };
    let mut first = with(form("First K.K.", &tab), "locale", "ja");
    first.push(("approval_required", "yes".to_owned()));
    console.post(&path, &first).await.expect(303);
    let told = console.post(&path, &form("Second K.K.", &tab)).await.expect(422);
    let page = told.text();
    assert!(page.contains("value=\"Second K.K.\""), "{page}");
    for on_record in ["First K.K.", "日本語 (Japanese)", "ticked"] {
        assert!(page.contains(&format!("On record now: {on_record}<")), "{on_record}: {page}");
    }
    console.post(&path, &form("Second K.K.", &told.value_of("begun_on"))).await.expect(303);

    let path = format!("/tenants/{}/upstream", here.theirs.id);
    let tab = console.get(&path).await.expect(200).value_of("begun_on");
    let form = |address: &str, begun_on: &str| {
        let mut form = fields(&[("upstream", address), ("answer_wait_seconds", "60")]);
        form.push(("begun_on", begun_on.to_owned()));
        form
    };
    let mut first = with(form("http://127.0.0.1:5001", &tab), "answer_wait_seconds", "90");
    first.extend(fields(&[
        ("header_user", "X-First, X-Other"),
        ("removed_headers", "x-token"),
        ("requests_max", "7"),
        ("websockets_max", "8"),
        ("apple_401", "yes"),
    ]));
    console.post(&path, &first).await.expect(303);
    let mut second = form("http://127.0.0.1:5002", &tab);
    second.extend(fields(&[("removed_headers", "X-Token"), ("encoded_slashes", "yes")]));
    let told = console.post(&path, &second).await.expect(422);
    let page = told.text();
    assert!(page.contains("value=\"http://127.0.0.1:5002\""), "{page}");
    for on_record in ["http://127.0.0.1:5001", "x-first, x-other", "90", "7", "8", "ticked", "not ticked"] {
        assert!(page.contains(&format!("On record now: {on_record}<")), "{on_record}: {page}");
    }
    assert!(!page.contains("On record now: x-token"), "what does not differ is not shown");
    console.post(&path, &form("http://127.0.0.1:5002", &told.value_of("begun_on"))).await.expect(303);
}

#[tokio::test]
async fn of_two_changes_of_a_contract_the_second_is_told_what_was_saved() {
    let here = TwoCompanies::new().await;
    let mut console = console(&here).await;
    let path = format!("/tenants/{}/contract", here.theirs.id);
    let tab = console.get(&path).await.expect(200).value_of("begun_on");
    let form = |seats: &str, begun_on: &str| {
        fields(&[("seats", seats), ("valid_until", "2027-12-31"), ("begun_on", begun_on)])
    };
    console.post(&path, &form("40", &tab)).await.expect(303);
    let told = console.post(&path, &form("30", &tab)).await.expect(422);
    let page = told.text();
    assert!(page.contains("value=\"30\"") && page.contains("On record now: 40"), "{page}");
    let told = told.value_of("begun_on");
    let wrong = console.post(&path, &form("0", &told)).await.expect(422);
    assert_eq!(wrong.value_of("begun_on"), told, "an error is no look at the record");
    console.post(&path, &form("30", &told)).await.expect(303);
    // A program's form carries no state and takes the record as it is.
    console.post(&path, &fields(&[("seats", "35"), ("valid_until", "2027-12-31")])).await.expect(303);
    let mut reader = here.read().await;
    let record = reader.tenant(here.theirs.id).record().await.unwrap().unwrap();
    assert_eq!(record.license.seats, 35);
}
