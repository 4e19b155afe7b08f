//! People who leave on a day, at the desk.

use crate::gated::TwoCompanies;
use domain::user::{Role, UserState};

#[tokio::test]
async fn a_last_day_is_set_shown_changed_and_cancelled() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let auditor = here.add(&here.ours, "mieko", Role::Auditor).await;
    let mut desk = here.administrator_at_desk();
    let path = format!("/users/{}", user.id);
    let on = format!("{path}/suspend-on");
    let page = desk.get(&path).await.expect(200).text();
    assert!(page.contains(&format!("href=\"{on}\"")), "{page}");
    assert!(desk.get(&on).await.expect(200).text().contains("type=\"date\""));
    for (day, problem) in [("", "Fill this in"), ("2020-01-01", "today"), ("31.12.", "today")] {
        let page = desk.post(&on, &[("suspend_on", day.into())]).await.expect(422).text();
        assert!(page.contains("suspend_on-error") && page.contains(problem), "{day}: {page}");
        let typed = format!("value=\"{day}\"");
        assert!(day.is_empty() || page.contains(&typed), "what was typed stays: {page}");
    }
    let done = desk.post(&on, &[("suspend_on", "2099-12-31".into())]).await.expect(303);
    let page = desk.get(done.location()).await.expect(200).text();
    let told = format!("suspended at the end of 31 Dec 2099 (set by {}", here.administrator.display_name);
    assert!(page.contains(&told), "{told}: {page}");
    assert!(desk.get("/users").await.expect(200).text().contains("until 31 Dec 2099"));
    assert!(here.on_record(&user).await.state == UserState::Active);
    let mut looking = here.at_desk(&auditor);
    let page = looking.get(&path).await.expect(200).text();
    assert!(page.contains(&told) && !page.contains("suspend-on"), "{page}");
    looking.get(&on).await.expect(403);
    looking.post(&on, &[("suspend_on", "2099-12-31".into())]).await.expect(403);
    looking.post(&format!("{on}/cancel"), &[]).await.expect(403);
    let page = desk.get(&on).await.expect(200).text();
    assert!(page.contains("value=\"2099-12-31\"") && page.contains("Cancel the plan"), "{page}");
    desk.post(&format!("{on}/cancel"), &[]).await.expect(303);
    assert_eq!(here.on_record(&user).await.suspend_at, None);
    // Nobody leaves by the own hand.
    let own = format!("/users/{}/suspend-on", here.administrator.id);
    desk.get(&own).await.expect(422);
    desk.post(&own, &[("suspend_on", "2099-12-31".into())]).await.expect(422);
}

#[tokio::test]
async fn a_record_is_exported_by_administrators_as_a_file() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let certificate = here.certificate(&user, "PC").await;
    let auditor = here.add(&here.ours, "mieko", Role::Auditor).await;
    let export = format!("/users/{}/export", user.id);
    let mut desk = here.administrator_at_desk();
    let page = desk.get(&format!("/users/{}", user.id)).await.expect(200).text();
    assert!(page.contains(&format!("action=\"{export}\"")), "{page}");
    let file = desk.post(&export, &[]).await.expect(200).text();
    assert!(file.contains(&certificate.key.serial.to_hex()) && file.contains("\"ichiro\""), "{file}");
    here.at_desk(&auditor).post(&export, &[]).await.expect(403);
    assert!(desk.get("/audit").await.expect(200).text().contains("Exported a user"));
}

#[tokio::test]
async fn administrators_change_their_own_settings_and_see_the_operators() {
    let here = TwoCompanies::new().await;
    let auditor = here.add(&here.ours, "mieko", Role::Auditor).await;
    let mut desk = here.administrator_at_desk();
    let page = desk.get("/settings").await.expect(200).text();
    assert!(
        page.contains("name=\"invitation_days\"") && !page.contains("name=\"certificate_days\""),
        "{page}"
    );
    assert!(page.contains("Life of a certificate, in days"), "{page}");
    let begun =
        page.split("name=\"begun_on\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = |days: &str| {
        vec![
            ("begun_on", begun.clone()),
            ("support_contact", "内線 9".to_owned()),
            ("locale", "ja".to_owned()),
            ("approval_required", "yes".to_owned()),
            ("invitation_days", days.to_owned()),
            ("new_file_days", "7".to_owned()),
            ("certificate_days", "1825".to_owned()),
        ]
    };
    let page = desk.post("/settings", &form("0")).await.expect(422).text();
    assert!(page.contains("invitation_days-error"), "{page}");
    desk.post("/settings", &form("14")).await.expect(303);
    let mut reader = here.read().await;
    let ours = reader.tenant(here.ours.id).record().await.unwrap().unwrap();
    assert_eq!((ours.policy.invitation_days, ours.policy.approval_required), (14, true));
    assert_eq!(ours.policy.certificate_days, here.ours.policy.certificate_days);
    // The edit began on what was there before.
    let page = desk.post("/settings", &form("15")).await.expect(422).text();
    assert!(page.contains("role=\"alert\""), "{page}");
    let mut looking = here.at_desk(&auditor);
    let page = looking.get("/settings").await.expect(200).text();
    assert!(page.contains("invited people apply for") && !page.contains("action=\"/settings\""), "{page}");
    looking.post("/settings", &form("15")).await.expect(403);
}
