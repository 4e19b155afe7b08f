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
