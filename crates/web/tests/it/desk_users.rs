//! The desk's users: list, adding, editing, suspending, inviting.

use crate::{browser::Browser, gated::TwoCompanies};
use authority::invitation::HAND_OVER_MINUTES;
use domain::{
    certificate::CertificateState,
    time::SignedDuration,
    user::{Role, UserState},
};

pub(crate) fn form(login: &str) -> Vec<(&'static str, String)> {
    vec![
        ("display_name", "鈴木 一郎".into()),
        ("reading", "すずき いちろう".into()),
        ("family_name", "Suzuki".into()),
        ("given_name", "Ichiro".into()),
        ("login_name", login.into()),
        ("email", format!("{login}@sample.example")),
        ("groups", "sales, tokyo".into()),
        ("note", String::new()),
        ("role", "user".into()),
        ("locale", "en".into()),
        ("invite_by", "mail".into()),
        ("invitation", String::new()),
    ]
}

fn changed(form: Vec<(&'static str, String)>, name: &str, value: &str) -> Vec<(&'static str, String)> {
    crate::installation::with(form, name, value)
}

#[tokio::test]
async fn an_added_user_is_invited_by_mail_and_listed_as_invited() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let added = desk.post("/users", &form("ichiro")).await.expect(303);
    let page = desk.get(added.location()).await.expect(200).text();
    assert!(page.contains("鈴木 一郎") && page.contains("Suzuki Ichiro"), "{page}");
    assert!(page.contains("href=\"/users/new\">Add another user"), "{page}");
    let later = added.location().split('?').next().unwrap();
    assert!(!desk.get(later).await.expect(200).text().contains("Add another user"));
    let list = desk.get("/users?progress=invited").await.expect(200).text();
    assert!(list.contains("ichiro@sample.example"), "{list}");
    let list = desk.get("/users?progress=proved").await.expect(200).text();
    assert!(!list.contains("ichiro@sample.example"), "{list}");
    let mail = here.installation.newest_mail().await;
    assert!(mail.contains("ichiro@sample.example"), "{mail}");
}

#[tokio::test]
async fn a_double_click_on_add_makes_one_user_and_leads_to_the_same_page() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let before = here.user_count(&here.ours).await;
    let invitation = desk.get("/users/new").await.expect(200).value_of("invitation");
    let sent = changed(form("ichiro"), "invitation", &invitation);
    let first = desk.post("/users", &sent).await.expect(303);
    let second = desk.post("/users", &sent).await.expect(303);
    assert_eq!(here.user_count(&here.ours).await, before + 1);
    assert_eq!(first.location(), second.location());
    // Gone back to, and filled in for somebody else.
    let other = changed(changed(sent, "login_name", "jiro"), "email", "jiro@sample.example");
    let asked = desk.post("/users", &other).await.expect(422);
    assert!(asked.text().contains("This form was sent before, with other contents"), "{}", asked.text());
    assert_eq!(asked.switch().as_deref(), Some("/users/new?lang=ja"));
    assert_eq!(here.user_count(&here.ours).await, before + 1);
    desk.post("/users", &changed(other, "invitation", &asked.value_of("invitation"))).await.expect(303);
}

#[tokio::test]
async fn a_name_that_another_person_has_is_told_at_its_field() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    desk.post("/users", &form("ichiro")).await.expect(303);
    let other = changed(form("ichiro"), "display_name", "別の 人");
    let page = desk.post("/users", &other).await.expect(422).text();
    assert!(page.contains("id=\"login_name-error\"") && page.contains("id=\"email-error\""), "{page}");
}

#[tokio::test]
async fn bad_input_is_answered_at_each_field_and_nothing_typed_is_lost() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let bad = changed(changed(form("ichiro"), "family_name", "Müller"), "email", "ichiro at home");
    let before = here.acts(&here.ours).await;
    let page = desk.post("/users", &changed(bad, "display_name", "<b>鈴木")).await.expect(422).text();
    for part in ["family_name-error", "Muller", "email-error", "value=\"ichiro at home\"", "sales, tokyo"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(page.contains("&#60;b&#62;鈴木") && !page.contains("<b>鈴木"), "{page}");
    assert_eq!(here.acts(&here.ours).await, before);
}

/// The longest thing marked as a secret on a slip.
fn secret(page: &str) -> String {
    let marked = page.split("<dd class=\"secret\">").skip(1).filter_map(|rest| rest.split('<').next());
    marked.max_by_key(|secret| secret.len()).unwrap().to_owned()
}

#[tokio::test]
async fn a_printed_slip_is_a_page_that_can_be_read_on_and_has_one_password() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let invitation = desk.get("/users/new").await.expect(200).value_of("invitation");
    let sent = changed(changed(form("ichiro"), "invite_by", "slip"), "invitation", &invitation);
    let done = desk.post("/users", &sent).await.expect(303);
    let slip = desk.get(done.location()).await.expect(200);
    assert_eq!(slip.header("cache-control"), "no-store");
    let password = secret(&slip.text());
    assert_eq!(password.replace('-', "").len(), 20, "{password}");
    let again = desk.post("/users", &sent).await.expect(303);
    assert_eq!(again.location(), done.location(), "a double click");
    let switched = desk.get(&slip.switch().unwrap()).await.expect(303);
    for (path, what) in [(done.location(), "a reload"), (switched.location(), "another language")] {
        assert_eq!(secret(&desk.get(path).await.expect(200).text()), password, "{what}");
    }
    for path in ["/users", "/audit", "/"] {
        assert!(!desk.get(path).await.expect(200).text().contains(&password), "{path}");
    }
}

#[tokio::test]
async fn a_slip_is_shown_for_minutes_to_whoever_made_it_and_then_says_what_to_do() {
    let here = TwoCompanies::new().await;
    let other = here.add(&here.ours, "jiro", Role::Administrator).await;
    let auditor = here.add(&here.ours, "saburo", Role::Auditor).await;
    let mut desk = here.administrator_at_desk();
    let done = desk.post("/users", &changed(form("ichiro"), "invite_by", "slip")).await.expect(303);
    let slip = done.location().to_owned();
    let password = secret(&desk.get(&slip).await.expect(200).text());
    let user = slip.rsplit_once("/slip/").unwrap().0.to_owned();
    let gone = async |browser: &mut Browser, path: &str| {
        let page = browser.get(path).await.expect(410).text();
        assert!(page.contains(&format!("href=\"{user}/invite\"")), "{path}: {page}");
        assert!(!page.contains(&password), "{path}: {page}");
    };
    gone(&mut desk, &format!("{user}/slip/{}", here.an_invitation())).await;
    gone(&mut here.at_desk(&other), &slip).await;
    here.at_desk(&auditor).get(&slip).await.expect(403);
    here.installation.clock.forward(SignedDuration::from_mins(HAND_OVER_MINUTES));
    gone(&mut desk, &slip).await;
}

#[tokio::test]
async fn a_suspended_user_can_be_resumed_and_a_get_changes_nothing() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let mut desk = here.administrator_at_desk();
    let suspend = format!("/users/{}/suspend", user.id);
    let before = here.acts(&here.ours).await;
    desk.get(&suspend).await.expect(200);
    assert_eq!(here.acts(&here.ours).await, before);
    for _ in 0..2 {
        let done = desk.post(&suspend, &[]).await.expect(303);
        assert_eq!(done.location(), format!("/users/{}?done=suspended", user.id));
        assert_eq!(here.on_record(&user).await.state, UserState::Suspended);
    }
    desk.post(&format!("/users/{}/resume", user.id), &[]).await.expect(303);
    assert_eq!(here.on_record(&user).await.state, UserState::Active);
}

#[tokio::test]
async fn the_log_says_from_where_somebody_acted() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let mut desk = here.administrator_at_desk().at_address([192, 0, 2, 77]);
    desk.post(&format!("/users/{}/suspend", user.id), &[]).await.expect(303);
    assert_eq!(here.newest_act(&here.ours).await, ("suspend-user".to_owned(), Some("192.0.2.77".to_owned())));
}

#[tokio::test]
async fn nobody_suspends_the_own_account() {
    let here = TwoCompanies::new().await;
    let path = format!("/users/{}/suspend", here.administrator.id);
    let own = format!("/users/{}", here.administrator.id);
    for told in ["there is no other administrator", "Ask another administrator"] {
        let mut desk = here.administrator_at_desk();
        let page = desk.get(&own).await.expect(200).text();
        assert!(page.contains(told) && !page.contains("/suspend\""), "{page}");
        let asked = desk.get(&path).await.expect(422).text();
        assert!(asked.contains("You cannot do this to yourself") && !asked.contains("<form"), "{asked}");
        desk.post(&path, &[]).await.expect(422);
        if told.starts_with("there") {
            here.add(&here.ours, "jiro", Role::Administrator).await;
        }
    }
    assert_eq!(here.on_record(&here.administrator).await.state, UserState::Active);
}

#[tokio::test]
async fn an_edited_record_is_saved_and_a_bad_one_is_not() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let mut desk = here.administrator_at_desk();
    let page = desk.get(&format!("/users/{}/edit", user.id)).await.expect(200).text();
    assert!(page.contains("value=\"ichiro@sample.example\""), "{page}");
    let path = format!("/users/{}", user.id);
    desk.post(&path, &changed(form("ichiro"), "login_name", "鈴木")).await.expect(422);
    assert_eq!(here.on_record(&user).await.display_name, "ichiro");
    let saved = desk.post(&path, &form("ichiro")).await.expect(303);
    assert_eq!(saved.location(), format!("{path}?done=saved"));
    assert_eq!(here.on_record(&user).await.display_name, "鈴木 一郎");
}

#[tokio::test]
async fn a_new_invitation_goes_by_mail_or_on_paper() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let mut desk = here.administrator_at_desk();
    let path = format!("/users/{}/invite", user.id);
    let asked = desk.get(&path).await.expect(200).text();
    assert!(asked.contains("name=\"invite_by\""), "mail or paper is asked: {asked}");
    let invited = desk.post(&path, &[]).await.expect(303);
    assert_eq!(invited.location(), format!("/users/{}?done=reinvited", user.id));
    let told = desk.get(invited.location()).await.expect(200).text();
    assert!(told.contains("A new invitation is on its way"), "{told}");
    let invitation = desk.get(&path).await.expect(200).value_of("invitation");
    let sent = [("invite_by", "slip".into()), ("invitation", invitation)];
    let mut passwords = Vec::new();
    for _ in 0..2 {
        let slip = desk.post(&path, &sent).await.expect(303);
        passwords.push(secret(&desk.get(slip.location()).await.expect(200).text()));
    }
    assert_eq!(passwords[0], passwords[1], "sent twice");
}

#[tokio::test]
async fn a_suspended_user_is_not_invited_and_the_last_administrator_stays_one() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let mut desk = here.administrator_at_desk();
    desk.post(&format!("/users/{}/suspend", user.id), &[]).await.expect(303);
    let page = desk.post(&format!("/users/{}/invite", user.id), &[]).await.expect(422).text();
    assert!(page.contains("This user is suspended"), "{page}");
    let path = format!("/users/{}", here.administrator.id);
    let demoted = changed(changed(form("hanako"), "email", "hanako@sample.example"), "role", "user");
    let page = desk.post(&path, &demoted).await.expect(422).text();
    assert!(page.contains("No administrator would be left"), "{page}");
}

#[tokio::test]
async fn a_suspended_company_adds_nobody_and_is_told_why() {
    let here = TwoCompanies::new().await;
    let grant = crate::gated::at_the_machine();
    let mut desk = here.administrator_at_desk();
    let file = b"display_name,family_name,given_name,login_name,email\nA,A,A,a,a@sample.example\n";
    let judged = desk.upload("/import", &[], ("file", "users.csv", file)).await.expect(303);
    here.installation.authority.tenants().suspend_tenant(&grant, here.ours.id).await.unwrap();
    let page = desk.post("/users", &form("ichiro")).await.expect(422).text();
    assert!(page.contains("suspended or over") && page.contains("value=\"ichiro\""), "{page}");
    let page = desk.upload("/import", &[], ("file", "users.csv", file)).await.expect(422).text();
    assert!(page.contains("suspended or over"), "{page}");
    let page = desk.post(&format!("{}/run", judged.location()), &[]).await.expect(422).text();
    assert!(page.contains("suspended or over"), "{page}");
}

#[tokio::test]
async fn a_long_list_goes_on_where_it_stopped() {
    let here = TwoCompanies::new().await;
    for number in 0..55 {
        here.add(&here.ours, &format!("user{number:02}"), Role::User).await;
    }
    let mut desk = here.administrator_at_desk();
    for path in ["/users?q=user", "/users?q=user&progress=invited"] {
        let first = desk.get(path).await.expect(200).text();
        assert!(first.contains("user49@") && !first.contains("user50@"), "{first}");
        let next = first.split("href=\"").find(|rest| rest.contains("rel=\"next\"")).unwrap();
        let next = next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let second = desk.get(&next).await.expect(200).text();
        assert!(
            second.contains("user50@") && second.contains("user54@") && !second.contains("user49@"),
            "{second}"
        );
    }
}

fn ticked(users: &[&domain::user::User]) -> Vec<(&'static str, String)> {
    users.iter().map(|user| ("user", user.id.to_string())).collect()
}

/// The address to which the list's form leads with these ticked.
fn address(act: &str, users: &[&domain::user::User]) -> String {
    let fields: Vec<String> = users.iter().map(|user| format!("user={}", user.id)).collect();
    format!("/users/selected/{act}?{}", fields.join("&"))
}

#[tokio::test]
async fn several_users_are_suspended_or_invited_after_one_question_and_told_of_one_by_one() {
    let here = TwoCompanies::new().await;
    let ichiro = here.add(&here.ours, "ichiro", Role::User).await;
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    let mut desk = here.administrator_at_desk();
    let list = desk.get("/users").await.expect(200).text();
    assert!(list.contains("action=\"/users/selected/invite\""), "{list}");
    assert!(list.contains("formaction=\"/users/selected/suspend\"") && list.contains(&jiro.id.to_string()));

    let before = here.acts(&here.ours).await;
    let people = [&ichiro, &jiro, &here.administrator];
    let asked = desk.get(&address("suspend", &people)).await.expect(200).text();
    assert!(asked.contains("suspends 3 people") && asked.contains("jiro@sample.example"), "{asked}");
    assert_eq!(here.acts(&here.ours).await, before, "a GET changes nothing");
    for _ in 0..2 {
        let told = desk.post("/users/selected/suspend", &ticked(&people)).await.expect(200).text();
        assert!(told.contains("Suspended: 2. Not done: 1."), "{told}");
        assert!(told.contains("href=\"/users?lang=ja\""), "{told}");
        assert_eq!((told.matches("chip-good").count(), told.matches("chip-bad").count()), (2, 1), "{told}");
    }
    assert_eq!(here.acts(&here.ours).await, before + 2, "one act a person");
    here.installation.newest_mail().await;
    let mails = here.installation.mailbox.mails();
    let told = |login: &str| {
        let to = format!("{login}@sample.example");
        mails.iter().filter(|mail| mail.to == to && mail.text.contains("suspended you")).count()
    };
    assert_eq!((told("ichiro"), told("jiro"), told("hanako")), (1, 1, 0), "a mail each, once");
    for (user, state) in [(&ichiro, UserState::Suspended), (&here.administrator, UserState::Active)] {
        assert_eq!(here.on_record(user).await.state, state);
    }
    let list = desk.get("/users?progress=suspended").await.expect(200).text();
    assert!(list.contains("jiro@") && !list.contains("hanako@"), "{list}");

    desk.post(&format!("/users/{}/resume", jiro.id), &[]).await.expect(303);
    here.installation.newest_mail().await;
    let asked = desk.get(&address("invite", &[&ichiro, &jiro])).await.expect(200);
    let (jiros_field, jiros_invitation) = (jiro.id.to_string(), asked.value_of(&jiro.id.to_string()));
    let mut form = ticked(&[&ichiro, &jiro]);
    form.push((&jiros_field, jiros_invitation));
    let before = here.acts(&here.ours).await;
    for _ in 0..2 {
        let told = desk.post("/users/selected/invite", &form).await.expect(200).text();
        assert!(
            told.contains("New invitations: 1. Not done: 1.") && told.contains("This user is suspended"),
            "{told}"
        );
    }
    assert_eq!(here.acts(&here.ours).await, before + 1, "sent twice, one invitation");
    assert!(here.installation.newest_mail().await.contains("jiro@sample.example"));
}

#[tokio::test]
async fn everybody_of_a_full_page_is_invited_or_suspended_by_the_form_that_was_shown() {
    let here = TwoCompanies::new().await;
    for number in 0..50 {
        here.add(&here.ours, &format!("user{number:02}"), Role::User).await;
    }
    let mut desk = here.administrator_at_desk();
    let list = desk.get("/users?q=user").await.expect(200).text();
    let ids = list.split("name=\"user\" value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let ticked: Vec<String> = ids.map(|id| format!("user={id}")).collect();
    assert_eq!(ticked.len(), 50, "{list}");
    for (act, told) in [("invite", "New invitations: 50. Not done: 0."), ("suspend", "Suspended: 50.")] {
        let path = format!("/users/selected/{act}");
        let asked = desk.get(&format!("{path}?{}", ticked.join("&"))).await.expect(200);
        let fields = asked.hidden_fields();
        let form: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let page = desk.post(&path, &form).await.expect(200).text();
        assert!(page.contains(told), "{act}: {page}");
    }
}

#[tokio::test]
async fn an_act_on_several_that_stops_half_way_says_who_is_left() {
    let here = TwoCompanies::new().await;
    let ichiro = here.add(&here.ours, "ichiro", Role::User).await;
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    let saburo = here.add(&here.ours, "saburo", Role::User).await;
    let mut desk = here.administrator_at_desk();
    let form = ticked(&[&ichiro, &jiro, &saburo]);
    here.installation.gates.fall_behind();
    // The administrator is shut out while the first one's act waits for the gates.
    let shut_out = async {
        while here.on_record(&ichiro).await.state == UserState::Active {
            tokio::task::yield_now().await;
        }
        let store = &here.installation.store;
        let mut tx = store.begin("shut out").await.unwrap();
        let (id, from, to) = (here.administrator.id, UserState::Active, UserState::Suspended);
        let now = here.installation.authority.now();
        assert!(tx.tenant(here.ours.id).set_user_state(id, from, to, now).await.unwrap());
        tx.commit().await.unwrap();
        here.installation.gates.catch_up();
    };
    let (told, ()) = tokio::join!(desk.post("/users/selected/suspend", &form), shut_out);
    let told = told.expect(200).text();
    assert!(told.contains("Suspended: 1. Not done: 2."), "{told}");
    assert_eq!(told.matches("The work stopped before this one was done").count(), 2, "{told}");
    assert_eq!(here.on_record(&jiro).await.state, UserState::Active);
    desk.post("/users/selected/suspend", &ticked(&[&jiro])).await.expect(403);
}

#[tokio::test]
async fn nobody_ticked_strangers_and_too_many_are_acted_on_by_nobody() {
    let here = TwoCompanies::new().await;
    let theirs = here.add(&here.theirs, "saburo", Role::User).await;
    let auditor = here.add(&here.ours, "auditor", Role::Auditor).await;
    let mut desk = here.administrator_at_desk();
    let asked = desk.get("/users/selected/suspend").await.expect(200).text();
    assert!(asked.contains("Nobody is selected") && !asked.contains("<form"), "{asked}");
    let asked = desk.get(&address("suspend", &[&theirs])).await.expect(200).text();
    assert!(asked.contains("Nobody is selected") && !asked.contains("saburo"), "{asked}");
    desk.post("/users/selected/suspend", &ticked(&[&theirs])).await.expect(303);
    assert_eq!(here.on_record(&theirs).await.state, UserState::Active);
    desk.post("/users/selected/delete", &[]).await.expect(404);
    let authority = &here.installation.authority;
    let many: Vec<_> = (0..501)
        .map(|_| ("user", domain::id::UserId::new(authority.now(), &mut *authority.rng()).to_string()))
        .collect();
    desk.post("/users/selected/suspend", &many).await.expect(400);
    let mut onlooker = here.at_desk(&auditor);
    assert!(!onlooker.get("/users").await.expect(200).text().contains("/users/selected/"));
    onlooker.get("/users/selected/suspend").await.expect(403);
    onlooker.post("/users/selected/suspend", &ticked(&[&auditor])).await.expect(403);
}

#[tokio::test]
async fn from_a_later_page_one_link_leads_to_the_first() {
    let here = TwoCompanies::new().await;
    for number in 0..55 {
        here.add(&here.ours, &format!("user{number:02}"), Role::User).await;
    }
    let mut desk = here.administrator_at_desk();
    assert!(!desk.get("/audit").await.expect(200).text().contains("First page"));
    assert!(desk.get("/audit?after=20").await.expect(200).text().contains("href=\"/audit\">First page"));
    let page = desk.get("/users?q=user&after=2user20").await.expect(200).text();
    assert!(page.contains("href=\"/users?q=user\">First page"), "{page}");
}

#[tokio::test]
async fn an_invitation_for_another_device_has_words_of_its_own_and_takes_nothing_away() {
    let here = TwoCompanies::new().await;
    let ichiro = here.add(&here.ours, "ichiro", Role::User).await;
    let invite = format!("/users/{}/invite", ichiro.id);
    let mut desk = here.administrator_at_desk();
    let asked = desk.get(&invite).await.expect(200).text();
    assert!(asked.contains("Send a new invitation") && !asked.contains("another device"), "{asked}");

    let certificate = here.certificate(&ichiro, "PC").await;
    let asked = desk.get(&invite).await.expect(200);
    let text = asked.text();
    for part in ["<h1>Invite for another device</h1>", "The present device stays good", "was not used yet"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let sent = [("invitation", asked.value_of("invitation"))];
    let done = desk.post(&invite, &sent).await.expect(303);
    assert_eq!(done.location(), format!("/users/{}?done=device-invited", ichiro.id));
    let told = desk.get(done.location()).await.expect(200).text();
    assert!(told.contains("The present device stays good"), "{told}");
    assert_eq!(here.state_of(&certificate).await, CertificateState::Valid);
    assert!(here.installation.newest_mail().await.contains("on another device"));

    let revoke = format!("/certificates/{}/revoke", certificate.id);
    desk.post(&revoke, &[("reason", "superseded".into())]).await.expect(303);
    let asked = desk.get(&invite).await.expect(200).text();
    assert!(!asked.contains("another device"), "{asked}");
}

#[tokio::test]
async fn the_certificates_of_a_suspended_person_are_nowhere_told_to_be_valid() {
    let here = TwoCompanies::new().await;
    let ichiro = here.add(&here.ours, "ichiro", Role::User).await;
    here.certificate(&ichiro, "PC").await;
    let page = format!("/users/{}", ichiro.id);
    let mut desk = here.administrator_at_desk();
    let chip = |word: &str| format!("</span> {word}</span>");
    let (valid, suspended) = (chip("Valid"), chip("Suspended"));
    assert!(desk.get(&page).await.expect(200).text().contains(&valid));
    let devices = here.at_desk(&ichiro).get("/devices").await.expect(200).text();
    assert!(devices.contains(&valid), "{devices}");

    // The permit of a request that came a moment before the suspension still opens the person's own page.
    let mut own = here.at_desk(&ichiro);
    desk.post(&format!("{page}/suspend"), &[]).await.expect(303);
    for page in [desk.get(&page).await, own.get("/devices").await] {
        let text = page.expect(200).text();
        assert!(text.contains(&suspended) && !text.contains(&valid), "{text}");
    }
    let text = desk.get(&page).await.expect(200).text();
    assert!(!text.contains("/invite\""), "a suspended person is invited to nothing: {text}");
    assert!(
        text.contains(">Put on hold<") && text.contains(">Revoke<"),
        "it can still be held and revoked: {text}"
    );
}
