//! Invitations on paper for several people at once.

use crate::{
    browser::Browser,
    gated::{TwoCompanies, at_the_machine},
};
use authority::invitation::HAND_OVER_MINUTES;
use domain::{
    tenant_form::{TenantField, TenantForm},
    time::SignedDuration,
    user::{Role, User},
};

/// Every secret of a page of slips.
fn secrets(page: &str) -> Vec<String> {
    let marked = page.split("<dd class=\"secret\">").skip(1).filter_map(|rest| rest.split('<').next());
    marked.filter(|secret| secret.replace('-', "").len() == 20).map(str::to_owned).collect()
}

/// The form that asks back about these people, as its page shows it.
async fn asked(desk: &mut Browser, users: &[&User]) -> Vec<(&'static str, String)> {
    let query: Vec<String> = users.iter().map(|user| format!("user={}", user.id)).collect();
    let page = desk.get(&format!("/users/selected/slips?{}", query.join("&"))).await.expect(200);
    let mut form = Vec::new();
    for user in users {
        assert!(page.text().contains(&user.display_name), "{}", page.text());
        let id: &'static str = Box::leak(user.id.to_string().into_boxed_str());
        form.push(("user", user.id.to_string()));
        form.push((id, page.value_of(id)));
    }
    form
}

#[tokio::test]
async fn ticked_people_are_invited_on_a_page_each_which_its_maker_reads_on_for_minutes() {
    let here = TwoCompanies::new().await;
    let (jiro, saburo) =
        (here.add(&here.ours, "jiro", Role::User).await, here.add(&here.ours, "saburo", Role::User).await);
    let other = here.add(&here.ours, "goro", Role::Administrator).await;
    let auditor = here.add(&here.ours, "auditor", Role::Auditor).await;
    let mut desk = here.administrator_at_desk();
    assert!(desk.get("/users").await.expect(200).text().contains("/users/selected/slips"));
    // What others have caused, a slip of a single person among it, is on no page of these.
    let before =
        desk.post(&format!("/users/{}/invite", other.id), &[("invite_by", "slip".into())]).await.expect(303);
    let alone = secrets(&desk.get(before.location()).await.expect(200).text());
    let form = asked(&mut desk, &[&jiro, &saburo]).await;
    let mails = here.installation.newest_mail().await;
    let done = desk.post("/users/selected/slips", &form).await.expect(303);
    let page = desk.get(done.location()).await.expect(200);
    assert_eq!(page.header("cache-control"), "no-store");
    let (text, shown) = (page.text(), secrets(&page.text()));
    assert_eq!(shown.len(), 2, "{text}");
    assert!(shown.iter().all(|secret| secret.len() == 24 && !alone.contains(secret)), "grouped by four");
    assert_eq!(text.matches("<section class=\"slip\"").count(), 2);
    assert_eq!(text.matches("class=\"qr\"").count(), 2, "a QR code each");
    for part in [&jiro.display_name, &saburo.display_name, "サンプル株式会社", "data-tool=\"print\""]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(here.installation.newest_mail().await, mails, "nothing is mailed");
    let again = desk.post("/users/selected/slips", &form).await.expect(303);
    assert_eq!(again.location(), done.location(), "a double click");
    let switched = desk.get(&page.switch().unwrap()).await.expect(303);
    for path in [done.location(), switched.location()] {
        assert_eq!(secrets(&desk.get(path).await.expect(200).text()), shown, "read on");
    }
    here.at_desk(&other).get(done.location()).await.expect(410);
    here.at_desk(&auditor).get(done.location()).await.expect(403);
    here.at_desk(&jiro).get(done.location()).await.expect(403);
    // A newer invitation takes its slip off the page.
    desk.post(&format!("/users/{}/invite", jiro.id), &[]).await.expect(303);
    assert_eq!(secrets(&desk.get(done.location()).await.expect(200).text()).len(), 1);
    here.installation.clock.forward(SignedDuration::from_mins(HAND_OVER_MINUTES));
    let gone = desk.get(done.location()).await.expect(410).text();
    assert!(secrets(&gone).is_empty() && gone.contains("href=\"/users?progress=invited\""), "{gone}");
}

#[tokio::test]
async fn each_person_is_an_act_and_a_refused_one_keeps_nobody_from_it() {
    let here = TwoCompanies::new().await;
    let (jiro, saburo) =
        (here.add(&here.ours, "jiro", Role::User).await, here.add(&here.ours, "saburo", Role::User).await);
    let mut desk = here.administrator_at_desk();
    let form = asked(&mut desk, &[&jiro, &saburo]).await;
    desk.post(&format!("/users/{}/suspend", jiro.id), &[]).await.expect(303);
    let before = here.acts(&here.ours).await;
    let page = desk.post("/users/selected/slips", &form).await.expect(200).text();
    assert_eq!(here.acts(&here.ours).await, before + 1);
    assert!(page.contains("1 invited on paper, 1 not") && secrets(&page).is_empty(), "{page}");
    let slips = page.split("href=\"/slips/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
    let slips = desk.get(&format!("/slips/{slips}")).await.expect(200).text();
    assert!(slips.contains(&saburo.display_name) && !slips.contains(&format!("{} 様", jiro.display_name)));
    assert_eq!(secrets(&slips).len(), 1);
}

#[tokio::test]
async fn where_slips_are_not_allowed_none_is_offered_nor_made() {
    let here = TwoCompanies::new().await;
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    let mut desk = here.administrator_at_desk();
    let form = asked(&mut desk, &[&jiro]).await;
    let none = TenantForm::default().with_tick(TenantField::PrintedSlipsAllowed, false);
    let tenants = here.installation.authority.tenants();
    tenants.edit_tenant(&at_the_machine(), here.ours.id, none, |_| true).await.unwrap();
    assert!(!desk.get("/users").await.expect(200).text().contains("/users/selected/slips"));
    let before = here.acts(&here.ours).await;
    for refused in [
        desk.get(&format!("/users/selected/slips?user={}", jiro.id)).await,
        desk.post("/users/selected/slips", &form).await,
    ] {
        assert!(refused.status.is_client_error(), "{}", refused.status);
        assert!(refused.text().contains("slips-not-allowed"), "{}", refused.text());
    }
    assert_eq!(here.acts(&here.ours).await, before);
}

#[tokio::test]
async fn the_people_of_an_import_are_invited_on_paper_from_its_result() {
    let here = TwoCompanies::new().await;
    let here_before = here.add(&here.ours, "jiro", Role::User).await;
    let csv = "name,family_name,given_name,login,email\n\
               鈴木 四郎,Suzuki,Shiro,shiro,shiro@sample.example\n\
               鈴木 五郎,Suzuki,Goro,goro,goro@sample.example\n";
    let imports = here.installation.authority.imports();
    let grant = at_the_machine();
    let import = imports.judge_import(&grant, here.ours.id, "users.csv", csv.into()).await.unwrap();
    imports.start_import(&grant, here.ours.id, import, authority::import::Agreed::default()).await.unwrap();
    imports.run_imports().await.unwrap();
    let mut desk = here.administrator_at_desk();
    let result = desk.get(&format!("/import/{import}")).await.expect(200).text();
    let path = format!("/users/selected/slips?import={import}");
    assert!(result.contains(&format!("href=\"{path}\"")), "{result}");
    let page = desk.get(&path).await.expect(200).text();
    assert!(page.contains("鈴木 四郎") && page.contains("鈴木 五郎"), "{page}");
    assert!(!page.contains(&here_before.display_name), "{page}");
    here.at_desk(&here_before).get(&path).await.expect(403);
}
