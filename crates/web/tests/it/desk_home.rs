//! The desk's front: what wants a look, and the contract's end.

use crate::gated::TwoCompanies;
use authority::tenants::ContractChange;
use domain::{end_month::EndMonth, time::DAY, user::Role};

#[tokio::test]
async fn home_counts_what_wants_a_look_and_leads_to_it() {
    let here = TwoCompanies::new().await;
    let ichiro = here.add(&here.ours, "ichiro", Role::User).await;
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    here.add(&here.ours, "saburo", Role::User).await;
    let held = here.certificate(&ichiro, "PC").await;
    let mut desk = here.administrator_at_desk();
    desk.post(&format!("/certificates/{}/hold", held.id), &[]).await.expect(303);
    desk.post(&format!("/users/{}/suspend", jiro.id), &[]).await.expect(303);
    let home = desk.get("/").await.expect(200).text();
    assert!(home.contains("1 of 4 users have a certificate"), "{home}");
    for (subset, told, who) in [
        ("on-hold", "One user has a device on hold", "ichiro@"),
        ("suspended", "One user is suspended", "jiro@"),
    ] {
        assert!(home.contains(&format!("/users?progress={subset}\">{told}")), "{told}: {home}");
        let list = desk.get(&format!("/users?progress={subset}")).await.expect(200).text();
        assert!(list.contains(who) && list.matches("name=\"user\"").count() == 1, "{list}");
    }
    assert!(!home.contains("/users?progress=ending-soon"), "{home}");
    let invite = "href=\"/users/selected/invite?all=yes&amp;progress=";
    assert_eq!(home.matches(invite).count(), 1, "whom an invitation helps: {home}");
    assert!(home.contains(&format!("{invite}invited\"")), "{home}");
    let auditor = here.add(&here.ours, "auditor", Role::Auditor).await;
    let home_of_auditor = here.at_desk(&auditor).get("/").await.expect(200).text();
    assert!(!home_of_auditor.contains(invite), "{home_of_auditor}");
    desk.get("/users?progress=ending-soon").await.expect(200);
}

#[tokio::test]
async fn home_and_proof_tell_of_a_contract_that_ends_before_the_certificate() {
    let here = TwoCompanies::new().await;
    let mut desk = here.administrator_at_desk();
    let told = "Your contract ends on";
    assert!(!desk.get("/").await.expect(200).text().contains(told));
    let end = here.installation.authority.now() + DAY * 29;
    let zone = here.installation.authority.service().time_zone.clone();
    let today = here.installation.authority.now().to_zoned(zone.clone()).date();
    let last_day = end.to_zoned(zone).date();
    let change = ContractChange { valid_until: Some(last_day), ..ContractChange::default() };
    let grant = crate::gated::at_the_machine();
    here.installation
        .authority
        .tenants()
        .change_contract(&grant, here.ours.id, change, |_| true)
        .await
        .unwrap();
    let home = desk.get("/").await.expect(200).text();
    assert!(home.contains(told) && home.contains("in 29 days"), "{home}");
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let certificate = here.certificate(&user, "PC").await;
    let permit = here.installation.permit_of(&user, Some(certificate.id));
    assert!(permit.not_after() > here.installation.authority.now() + DAY / 2, "the contract ends before");
    let change = ContractChange { valid_until: Some(today), ..ContractChange::default() };
    here.installation
        .authority
        .tenants()
        .change_contract(&grant, here.ours.id, change, |_| true)
        .await
        .unwrap();
    let mut visitor = here.installation.reserved().with_permit(&permit);
    let proof = visitor.get("/.sekisho/proof").await.expect(200).text();
    assert!(proof.contains("(today)"), "{proof}");
}

#[tokio::test]
async fn ends_are_told_by_month_and_lead_to_their_people_and_to_the_notice_once_more() {
    let here = TwoCompanies::new().await;
    let ichiro = here.add(&here.ours, "ichiro", Role::User).await;
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    let mut desk = here.administrator_at_desk();
    here.certificate(&jiro, "PC").await;
    let home = desk.get("/").await.expect(200).text();
    assert!(home.contains("No certificate ends within the next six months."), "{home}");
    let ending = here.certificate_for_days(&ichiro, "PC", 20).await;
    let zone = here.installation.authority.service().time_zone.clone();
    let months: Vec<_> = EndMonth::of(ending.not_after, &zone).onward().take(2).collect();
    let home = desk.get("/").await.expect(200).text();
    let link = format!("/users?progress=ends-{}", months[0]);
    assert!(home.contains(&format!("href=\"{link}\"")) && home.contains("One user</dd>"), "{home}");
    let remind = "href=\"/users/selected/remind?all=yes&amp;progress=ending-soon\"";
    assert!(home.contains(remind), "{home}");
    let list = desk.get(&link).await.expect(200).text();
    assert!(list.contains("ichiro@") && list.matches("name=\"user\"").count() == 1, "{list}");
    assert!(list.contains(&format!("value=\"ends-{}\" selected", months[0])), "what is set is shown: {list}");
    let list = desk.get(&format!("/users?progress=ends-{}", months[1])).await.expect(200).text();
    assert!(!list.contains("ichiro@"), "{list}");

    let asked = desk.get(&format!("/users/selected/remind?all=yes&progress=ends-{}", months[0])).await;
    let form = asked.expect(200).hidden_fields();
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let before = here.acts(&here.ours).await;
    for _ in 0..2 {
        let told = desk.post("/users/selected/remind", &form).await.expect(200).text();
        assert!(told.contains("Notices sent: 1. Not done: 0."), "{told}");
    }
    assert_eq!(here.acts(&here.ours).await, before + 1, "a double click sends one");
    let page = desk.get(&format!("/users/{}", ichiro.id)).await.expect(200).text();
    assert!(page.contains(&format!("/users/{}/remind", ichiro.id)) && page.contains("last sent"), "{page}");
    desk.get(&format!("/users/{}/remind", ichiro.id)).await.expect(200);
    let page = desk.get(&format!("/users/{}", jiro.id)).await.expect(200).text();
    assert!(!page.contains("/remind"), "{page}");
    let refused = desk.post(&format!("/users/{}/remind", jiro.id), &[]).await.expect(422).text();
    assert!(refused.contains("within 60 days"), "{refused}");
    let auditor = here.add(&here.ours, "auditor", Role::Auditor).await;
    let home = here.at_desk(&auditor).get("/").await.expect(200).text();
    assert!(home.contains(&link) && !home.contains(remind), "{home}");
}
