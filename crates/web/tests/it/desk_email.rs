//! One's own address at My page, and names that the service provider or an application relies on.

use crate::{browser::Browser, gated::TwoCompanies, installation::with};
use domain::{
    site::{HeaderMapping, IdentityValue, SiteKind, Upstream},
    user::{Role, User},
};

fn form(login: &str, email: &str) -> Vec<(&'static str, String)> {
    vec![
        ("display_name", "鈴木 次郎".into()),
        ("reading", String::new()),
        ("family_name", "Suzuki".into()),
        ("given_name", "Jiro".into()),
        ("login_name", login.into()),
        ("email", email.into()),
        ("groups", String::new()),
        ("note", String::new()),
        ("role", "user".into()),
        ("locale", "en".into()),
    ]
}

/// A user whose first address was proved, as after a pickup.
async fn proved(here: &TwoCompanies, login: &str) -> User {
    let user = here.add(&here.ours, login, Role::User).await;
    let mut tx = here.installation.store.begin("picked_up").await.unwrap();
    assert!(tx.tenant(user.tenant).prove_email(user.id, &user.email).await.unwrap());
    tx.commit().await.unwrap();
    // So that what was mailed until now is older than what follows.
    here.installation.newest_mail().await;
    here.on_record(&user).await
}

/// The code in the newest mail.
async fn code(here: &TwoCompanies) -> String {
    let mail = here.installation.newest_mail().await;
    let is_code =
        |word: &&str| word.len() == 14 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    mail.split_whitespace().find(is_code).unwrap_or_else(|| panic!("{mail}")).to_owned()
}

/// Can be a code, and is none of ours.
const WRONG_CODE: &str = "0000-0000-0000";

#[tokio::test]
async fn a_new_address_is_proved_at_my_page_by_the_code_that_was_mailed_there() {
    let here = TwoCompanies::new().await;
    let jiro = proved(&here, "jiro").await;
    let (mut desk, mut own) = (here.administrator_at_desk(), here.at_desk(&jiro));
    assert!(!own.get("/devices").await.expect(200).text().contains("href=\"/email\""));
    let path = format!("/users/{}", jiro.id);
    desk.post(&path, &form("jiro", "jiro@new.example")).await.expect(303);
    let page = desk.get(&path).await.expect(200).text();
    assert!(page.contains(jiro.email.as_str()) && page.contains("is not confirmed yet"), "{page}");
    let code = code(&here).await;
    assert!(own.get("/devices").await.expect(200).text().contains("href=\"/email\""));
    let page = own.get("/email").await.expect(200).text();
    assert!(page.contains("jiro@new.example") && page.contains("name=\"email_code\""), "{page}");
    for _ in 0..=domain::mailed_code::MAILED_CODE_TRIES_MAX {
        let page = own.post("/email", &[("email_code", "1234".into())]).await.expect(422).text();
        assert!(page.contains("email_code-error") && page.contains("all 12 digits"), "{page}");
    }
    let page = own.post("/email", &[("email_code", WRONG_CODE.into())]).await.expect(422).text();
    assert!(page.contains("email_code-error") && page.contains("4 more tries"), "{page}");
    let page = own.post("/email", &[]).await.expect(422).text();
    assert!(page.contains("email_code-error"), "{page}");
    own.post("/email", &[("email_code", code)]).await.expect(303);
    assert!(here.on_record(&jiro).await.email_is_proved());
    let page = own.get("/email").await.expect(200).text();
    assert!(page.contains("This address is confirmed") && !page.contains("name=\"email_code\""), "{page}");
    assert!(!desk.get(&path).await.expect(200).text().contains("is not confirmed yet"));
}

#[tokio::test]
async fn a_code_is_mailed_anew_on_request_and_nobody_types_it_for_another_person() {
    let here = TwoCompanies::new().await;
    let (jiro, saburo) = (proved(&here, "jiro").await, proved(&here, "saburo").await);
    let mut desk = here.administrator_at_desk();
    let path = format!("/users/{}", jiro.id);
    desk.post(&path, &form("jiro", "jiro@new.example")).await.expect(303);
    let first = code(&here).await;
    here.at_desk(&jiro).post("/email/code", &[]).await.expect(303);
    let second = code(&here).await;
    assert_ne!(first, second);
    let sent = desk.post(&format!("{path}/email-code"), &[]).await.expect(303);
    assert!(desk.get(sent.location()).await.expect(200).text().contains("The code is on its way"));
    let third = code(&here).await;
    here.at_desk(&saburo).post("/email", &[("email_code", third.clone())]).await.expect(303);
    assert!(!here.on_record(&jiro).await.email_is_proved(), "another person's page changes nothing");
    here.at_desk(&jiro).post("/email", &[("email_code", second)]).await.expect(422);
    here.at_desk(&jiro).post("/email", &[("email_code", third)]).await.expect(303);
}

#[tokio::test]
async fn a_code_that_was_tried_too_often_leaves_a_new_one_to_ask_for_and_nothing_to_type() {
    let here = TwoCompanies::new().await;
    let jiro = proved(&here, "jiro").await;
    let mut own = here.at_desk(&jiro);
    let path = format!("/users/{}", jiro.id);
    here.administrator_at_desk().post(&path, &form("jiro", "jiro@new.example")).await.expect(303);
    let mut page = String::new();
    for _ in 0..5 {
        page = own.post("/email", &[("email_code", WRONG_CODE.into())]).await.expect(422).text();
    }
    assert!(page.contains("This code no longer works") && !page.contains("name=\"email_code\""), "{page}");
    let page = own.get("/email").await.expect(200).text();
    assert!(!page.contains("name=\"email_code\"") && page.contains("action=\"/email/code\""), "{page}");
    own.post("/email/code", &[]).await.expect(303);
    assert!(own.get("/email").await.expect(200).text().contains("name=\"email_code\""));
}

#[tokio::test]
async fn an_administrators_word_is_offered_and_taken_only_where_the_operator_allows_it() {
    let here = TwoCompanies::new().await;
    let jiro = proved(&here, "jiro").await;
    let mut desk = here.administrator_at_desk();
    let path = format!("/users/{}", jiro.id);
    desk.post(&path, &form("jiro", "jiro@inside.example")).await.expect(303);
    assert!(!desk.get(&path).await.expect(200).text().contains("/vouch"));
    desk.post(&format!("{path}/vouch"), &[]).await.expect(422);
    assert!(!here.on_record(&jiro).await.email_is_proved());
    let (tenant, operator) = here.operator().await;
    let mut console = here.at_console(&tenant, &operator, SiteKind::Console);
    save_rules(&mut console, &here, &[("vouched_domains", "inside.example")]).await.expect(303);
    assert!(desk.get(&path).await.expect(200).text().contains("/vouch"));
    for act in ["vouch", "email-code"] {
        let page = desk.get(&format!("{path}/{act}")).await.expect(200).text();
        assert!(page.contains("jiro@inside.example"), "{act} names the address: {page}");
    }
    desk.post(&format!("{path}/vouch"), &[]).await.expect(303);
    assert!(here.on_record(&jiro).await.email_is_proved());
}

async fn save_rules(
    console: &mut Browser,
    here: &TwoCompanies,
    rules: &[(&'static str, &str)],
) -> crate::browser::Answer {
    let mut form = vec![
        ("tenant_name", here.ours.display_name.clone()),
        ("support_contact", String::new()),
        ("locale", "ja".into()),
        ("pin_delivery", "mail".into()),
        ("pin_lifetime_hours", "72".into()),
        ("invitation_days", "30".into()),
        ("renewal_window_days", "60".into()),
        ("renewal_grace_days", "7".into()),
        ("new_file_days", "7".into()),
        ("login_suffix", String::new()),
        ("email_domains", String::new()),
        ("vouched_domains", String::new()),
    ];
    for (name, value) in rules {
        form = with(form, name, value);
    }
    console.post(&format!("/tenants/{}/edit", here.ours.id), &form).await
}

#[tokio::test]
async fn names_that_do_not_fit_are_refused_at_their_field_and_shown_at_those_who_have_them() {
    let here = TwoCompanies::new().await;
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    let (tenant, operator) = here.operator().await;
    let mut console = here.at_console(&tenant, &operator, SiteKind::Console);
    let page =
        save_rules(&mut console, &here, &[("login_suffix", "kanto"), ("email_domains", "a b@c")]).await;
    let page = page.expect(422).text();
    assert!(page.contains("login_suffix-error") && page.contains("email_domains-error"), "{page}");
    save_rules(&mut console, &here, &[("login_suffix", "@kanto"), ("email_domains", "kanto.example")])
        .await
        .expect(303);
    let page = console.get(&format!("/tenants/{}", here.ours.id)).await.expect(200).text();
    assert!(page.contains("@kanto") && page.contains("of them do not fit"), "{page}");
    let mut desk = here.administrator_at_desk();
    let page = desk.post("/users", &form("saburo", "saburo@sample.example")).await.expect(422).text();
    assert!(page.contains("login_name-error") && page.contains("email-error"), "{page}");
    desk.post("/users", &form("saburo@kanto", "saburo@kanto.example")).await.expect(303);
    let page = desk.get(&format!("/users/{}", jiro.id)).await.expect(200).text();
    assert!(page.contains("does not end in @kanto") && page.contains("kanto.example"), "{page}");
}

#[tokio::test]
async fn another_login_name_says_beforehand_for_which_application_the_person_looks_new() {
    let here = TwoCompanies::new().await;
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    let mut desk = here.administrator_at_desk();
    let path = format!("/users/{}", jiro.id);
    let behind = async |value| {
        let header = HeaderMapping::parse("remote-user", value).unwrap();
        let upstream = Upstream::new("http://127.0.0.1:5232", vec![header]).unwrap();
        let grant = crate::gated::at_the_machine();
        here.installation
            .authority
            .tenants()
            .set_upstream(&grant, here.ours.id, Some(upstream), |_| true)
            .await
            .unwrap();
    };
    let renamed = form("goro", jiro.email.as_str());
    behind(IdentityValue::User).await;
    let page = desk.post(&path, &renamed).await.expect(422).text();
    assert!(
        page.contains("name=\"rename_known\"") && page.contains("takes this person for a new one"),
        "{page}"
    );
    assert!(
        page.contains(&here.installation.authority.addresses().application(&here.ours.slug, "/")),
        "{page}"
    );
    assert_eq!(here.on_record(&jiro).await.login_name.as_str(), "jiro");
    let known = [renamed.clone(), vec![("rename_known", "yes".into())]].concat();
    desk.post(&path, &known).await.expect(303);
    assert_eq!(here.on_record(&jiro).await.login_name.as_str(), "goro");
    // With the permanent id the person stays the same.
    behind(IdentityValue::Id).await;
    desk.post(&path, &form("jiro", jiro.email.as_str())).await.expect(303);
    assert_eq!(here.on_record(&jiro).await.login_name.as_str(), "jiro");
}
