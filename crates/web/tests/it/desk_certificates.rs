//! Hold, release, revoke at the desk; one's own devices; applications that wait.

use crate::gated::TwoCompanies;
use domain::{application::ApplicationState, certificate::CertificateState, site::SiteKind, user::Role};
use pki::crl::RevocationReason;
use store::PageRequest;

#[tokio::test]
async fn a_lost_device_is_held_released_and_revoked_each_after_a_confirmation() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let certificate = here.certificate(&user, "営業ノートPC").await;
    let mut desk = here.administrator_at_desk();
    let steps = [
        ("hold", "held", CertificateState::OnHold),
        ("release", "released", CertificateState::Valid),
        ("revoke", "revoked", CertificateState::Revoked),
    ];
    for (act, notice, state) in steps {
        let path = format!("/certificates/{}/{act}", certificate.id);
        let before = here.state_of(&certificate).await;
        let asked = desk.get(&path).await.expect(200).text();
        assert!(asked.contains("営業ノートPC"), "{asked}");
        assert_eq!(here.state_of(&certificate).await, before, "a GET changed something");
        // The second time it was so already, and nothing more happens.
        for notice in [notice, "was-so"] {
            let done = desk.post(&path, &[("reason", "key-compromise".into())]).await.expect(303);
            assert_eq!(done.location(), format!("/users/{}?done={notice}", user.id));
            assert_eq!(here.state_of(&certificate).await, state);
        }
        desk.get(&format!("/users/{}?done={notice}", user.id)).await.expect(200);
    }
    let log = desk.get("/audit").await.expect(200).text();
    for told in ["Put a certificate on hold", "Released the hold on a certificate", "Revoked a certificate"] {
        assert_eq!(log.matches(&format!(">{told}<")).count(), 1, "{told}: {log}");
    }
    let found = here.read().await.tenant(here.ours.id).certificate(certificate.id).await.unwrap().unwrap();
    assert_eq!(found.revocation.unwrap().reason, RevocationReason::KeyCompromise);
}

#[tokio::test]
async fn a_device_is_one_row_with_its_earlier_certificates_and_is_held_whole() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let old = here.certificate(&user, "営業ノートPC").await;
    let new = here.renewed(&user, &old).await;
    let page = format!("/users/{}", user.id);
    let (mut administrator, mut own) = (here.administrator_at_desk(), here.at_desk(&user));
    let act = |id, door: &str| format!("href=\"/{door}/{id}/hold\"");
    for (list, door) in [
        (administrator.get(&page).await.expect(200).text(), "certificates"),
        (own.get("/devices").await.expect(200).text(), "devices"),
    ] {
        assert!(list.contains(&act(new.id, door)) && !list.contains(&act(old.id, door)), "{list}");
        assert!(
            list.contains("One earlier certificate of this device") && list.contains("ends on"),
            "{list}"
        );
        assert!(list.contains("<span class=\"count\">1</span>"), "{list}");
    }
    administrator.post(&format!("/certificates/{}/hold", new.id), &[]).await.expect(303);
    for one in [&old, &new] {
        assert_eq!(here.state_of(one).await, CertificateState::OnHold);
    }
    // Both say who did it, though the log names the newer one alone.
    let shown = administrator.get(&page).await.expect(200).text();
    let by = format!("put on hold by {}", here.administrator.display_name);
    assert_eq!(shown.matches(&by).count(), 2, "{by}: {shown}");
    assert!(own.get("/devices").await.expect(200).text().contains("On hold since"));
    let reason = [("reason", "affiliation-changed".to_owned())];
    administrator.post(&format!("/certificates/{}/revoke", old.id), &reason).await.expect(303);
    let shown = administrator.get(&page).await.expect(200).text();
    assert_eq!(shown.matches("Reason: The person").count(), 2, "{shown}");
}

#[tokio::test]
async fn a_hold_of_a_suspended_person_is_not_said_to_work_again_once_released() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let certificate = here.certificate(&user, "Phone").await;
    let mut desk = here.administrator_at_desk();
    desk.post(&format!("/certificates/{}/hold", certificate.id), &[]).await.expect(303);
    let release = format!("/certificates/{}/release", certificate.id);
    assert!(desk.get(&release).await.expect(200).text().contains("works again"));
    desk.post(&format!("/users/{}/suspend", user.id), &[]).await.expect(303);
    let asked = desk.get(&release).await.expect(200).text();
    assert!(!asked.contains("works again") && asked.contains("only once they are let in again"), "{asked}");
}

#[tokio::test]
async fn what_is_revoked_cannot_be_held_or_released() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let certificate = here.certificate(&user, "PC").await;
    let mut desk = here.administrator_at_desk();
    let reason = [("reason", "superseded".to_owned())];
    desk.post(&format!("/certificates/{}/revoke", certificate.id), &reason).await.expect(303);
    for act in ["hold", "release"] {
        desk.post(&format!("/certificates/{}/{act}", certificate.id), &[]).await.expect(422);
    }
    assert_eq!(here.state_of(&certificate).await, CertificateState::Revoked);
}

#[tokio::test]
async fn everybody_holds_and_revokes_the_own_devices_and_nobody_elses() {
    let here = TwoCompanies::new().await;
    let ichiro = here.add(&here.ours, "ichiro", Role::User).await;
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    let own = here.certificate(&ichiro, "Ichiro's PC").await;
    let colleagues = here.certificate(&jiro, "Jiro's PC").await;
    let mut desk = here.at_desk(&ichiro);
    let list = desk.get("/devices").await.expect(200).text();
    assert!(list.contains("Ichiro") && !list.contains("Jiro"), "{list}");
    for act in ["hold", "revoke"] {
        desk.get(&format!("/devices/{}/{act}", colleagues.id)).await.expect(404);
        desk.post(&format!("/devices/{}/{act}", colleagues.id), &[]).await.expect(404);
        desk.post(&format!("/certificates/{}/{act}", own.id), &[]).await.expect(403);
    }
    assert_eq!(here.state_of(&colleagues).await, CertificateState::Valid);
    desk.get(&format!("/devices/{}/hold", own.id)).await.expect(200);
    assert_eq!(here.state_of(&own).await, CertificateState::Valid);
    desk.post(&format!("/devices/{}/hold", own.id), &[]).await.expect(303);
    assert_eq!(here.state_of(&own).await, CertificateState::OnHold);
    desk.post(&format!("/devices/{}/release", own.id), &[]).await.expect(404);
    desk.post(&format!("/devices/{}/revoke", own.id), &[]).await.expect(303);
    assert_eq!(here.state_of(&own).await, CertificateState::Revoked);
}

#[tokio::test]
async fn a_waiting_application_is_approved_or_rejected_once() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let good = here.waiting_application(&user, "PC").await;
    let bad = here.waiting_application(&user, "Unknown phone").await;
    let mut desk = here.administrator_at_desk();
    let queue = desk.get("/applications").await.expect(200).text();
    assert!(queue.contains("Unknown phone") && queue.contains(&good.to_string()), "{queue}");
    // Mails of one round have no order among them; what was mailed until now leaves before.
    here.installation.newest_mail().await;
    let approved = desk.post(&format!("/applications/{good}/approve"), &[]).await.expect(303);
    assert_eq!(approved.location(), "/applications?done=approved");
    assert!(here.installation.newest_mail().await.contains("was approved"));
    let reject = format!("/applications/{bad}/reject");
    let asked = desk.get(&reject).await.expect(200).text();
    assert!(asked.contains("Unknown phone") && asked.contains("name=\"reason_untold\""), "{asked}");
    for reason in [String::new(), "x".repeat(201)] {
        let page = desk.post(&reject, &[("reason_text", reason.clone())]).await.expect(422).text();
        assert!(page.contains("reason_text-error") && page.contains(&reason), "{page}");
    }
    let reason = [("reason_text", "誰の端末か分かりません".to_owned())];
    let rejected = desk.post(&reject, &reason).await.expect(303);
    assert_eq!(rejected.location(), format!("/users/{}?done=rejected", user.id));
    let next = desk.get(rejected.location()).await.expect(200).text();
    assert!(next.contains(&format!("button-primary\" href=\"/users/{}/invite\"", user.id)), "{next}");
    for answer in [desk.get(&reject).await, desk.post(&reject, &reason).await] {
        assert_eq!(answer.expect(303).location(), "/applications");
    }
    let mail = here.installation.newest_mail().await;
    assert!(mail.contains("誰の端末か分かりません"), "{mail}");
    let again = desk.post(&format!("/applications/{bad}/approve"), &[]).await.expect(303);
    assert_eq!(again.location(), "/applications");
    let mut reader = here.read().await;
    let mut ours = reader.tenant(here.ours.id);
    for state in [ApplicationState::Approved, ApplicationState::Rejected] {
        assert_eq!(
            ours.applications_in(state, &PageRequest::first(9)).await.unwrap().rows.len(),
            1,
            "{state:?}"
        );
    }
}

#[tokio::test]
async fn an_approval_without_a_seat_is_told_on_the_same_page() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    for device in 0..here.ours.license.seats {
        here.certificate(&user, &format!("PC {device}")).await;
    }
    let waiting = here.waiting_application(&user, "One too many").await;
    let mut desk = here.administrator_at_desk();
    let page = desk.post(&format!("/applications/{waiting}/approve"), &[]).await.expect(422).text();
    assert!(page.contains("All 10 certificates of the contract are in use"), "{page}");
    assert!(page.contains("One too many"), "{page}");
}

#[tokio::test]
async fn a_person_entered_by_mistake_is_deleted_after_a_confirmation() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let mut desk = here.administrator_at_desk();
    let address = format!("/users/{}/delete", user.id);
    assert!(desk.get(&format!("/users/{}", user.id)).await.expect(200).text().contains(&address));
    let asked = desk.get(&address).await.expect(200).text();
    assert!(asked.contains("cannot be undone") && asked.contains(&user.display_name), "{asked}");
    assert_eq!(desk.post(&address, &[]).await.expect(303).location(), "/users?done=deleted");
    let list = desk.get("/users?done=deleted").await.expect(200).text();
    assert!(list.contains("The user is deleted") && !list.contains("ichiro"), "{list}");
    desk.get(&format!("/users/{}", user.id)).await.expect(404);
    let log = desk.get("/audit").await.expect(200).text();
    assert!(log.contains("Deleted a user") && log.contains("ichiro"), "{log}");

    let colleague = here.add(&here.ours, "saburo", Role::User).await;
    here.certificate(&colleague, "Phone").await;
    let page = desk.get(&format!("/users/{}", colleague.id)).await.expect(200).text();
    assert!(!page.contains("/delete"), "{page}");
    let refused = desk.post(&format!("/users/{}/delete", colleague.id), &[]).await.expect(422).text();
    assert!(refused.contains("has had a certificate"), "{refused}");
}

#[tokio::test]
async fn the_log_names_who_did_what() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let mut desk = here.administrator_at_desk();
    desk.post(&format!("/users/{}/suspend", user.id), &[]).await.expect(303);
    let log = desk.get("/audit").await.expect(200).text();
    assert!(log.contains("Suspended a user") && log.contains(&here.administrator.display_name), "{log}");
    assert!(log.contains("ichiro"), "{log}");
    assert!(log.contains("Service provider (at the server)"), "{log}");
    desk.get("/audit?after=nonsense").await.expect(404);

    let (operators, operator) = here.operator().await;
    let mut console = here.at_console(&operators, &operator, SiteKind::Console);
    for act in ["suspend", "resume"] {
        console.post(&format!("/tenants/{}/{act}", here.ours.id), &[]).await.expect(303);
    }
    let log = desk.get("/audit").await.expect(200).text();
    assert_eq!(log.matches("Service provider (at the console)").count(), 2, "{log}");
    assert!(
        !log.contains(&format!(">{}<", operator.display_name)),
        "a provider's people are nobody's business"
    );
}

#[tokio::test]
async fn the_log_shows_persons_and_devices_and_leads_to_them() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let certificate = here.certificate(&user, "営業ノートPC").await;
    let waiting = here.waiting_application(&user, "Phone").await;
    let mut desk = here.administrator_at_desk();
    desk.post(&format!("/certificates/{}/hold", certificate.id), &[]).await.expect(303);
    let untold = [("reason_untold", "yes".to_owned())];
    desk.post(&format!("/applications/{waiting}/reject"), &untold).await.expect(303);
    let log = desk.get("/audit").await.expect(200).text();
    let (name, link) = (&user.display_name, format!("<a href=\"/users/{}\">", user.id));
    assert!(log.contains(&format!("{link}{name} / 営業ノートPC</a>")), "{log}");
    assert!(log.contains(&format!("{link}{name} / R")), "{log}");
    assert!(!log.contains(&format!(">{}<", certificate.id)), "{log}");
}

#[tokio::test]
async fn the_last_certificate_that_opens_the_desk_is_never_held_and_revoked_by_a_tick_only() {
    let here = TwoCompanies::new().await;
    let last = here.certificate(&here.administrator, "PC").await;
    let mut desk = here.administrator_at_desk();
    for way in ["certificates", "devices"] {
        let hold = format!("/{way}/{}/hold", last.id);
        let asked = desk.get(&hold).await.expect(200).text();
        assert!(asked.contains("nobody could release it") && !asked.contains("button-danger"), "{asked}");
        desk.post(&hold, &[]).await.expect(422);
        let revoke = format!("/{way}/{}/revoke", last.id);
        let asked = desk.get(&revoke).await.expect(200).text();
        assert!(asked.contains("nobody at your company can open Administration"), "{asked}");
        let reason = [("reason", "superseded".to_owned())];
        let refused = desk.post(&revoke, &reason).await.expect(422).text();
        assert!(refused.contains("tick the box"), "{refused}");
        assert_eq!(here.state_of(&last).await, CertificateState::Valid);
    }
    let other = here.add(&here.ours, "jiro", Role::Administrator).await;
    let others = here.certificate(&other, "Jiro's PC").await;
    desk.post(&format!("/certificates/{}/hold", others.id), &[]).await.expect(303);
    desk.post(&format!("/certificates/{}/hold", last.id), &[]).await.expect(422);
    desk.post(&format!("/certificates/{}/release", others.id), &[]).await.expect(303);
    desk.post(&format!("/certificates/{}/hold", last.id), &[]).await.expect(303);
    let knowing = [("reason", "superseded".to_owned()), ("last_key", "yes".to_owned())];
    desk.post(&format!("/certificates/{}/revoke", others.id), &knowing).await.expect(303);
    assert_eq!(here.state_of(&others).await, CertificateState::Revoked);
}

#[tokio::test]
async fn nothing_is_revoked_before_a_reason_is_chosen() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let certificate = here.certificate(&user, "PC").await;
    let mut desk = here.administrator_at_desk();
    let path = format!("/certificates/{}/revoke", certificate.id);
    let asked = desk.get(&path).await.expect(200).text();
    assert!(asked.contains("value=\"key-compromise\"") && !asked.contains(" checked"), "{asked}");
    for reason in ["", "nonsense"] {
        let again = desk.post(&path, &[("reason", reason.into())]).await.expect(422).text();
        assert!(again.contains("Choose a reason"), "{again}");
    }
    assert_eq!(here.state_of(&certificate).await, CertificateState::Valid);
}

#[tokio::test]
async fn a_pickup_that_wrong_pins_have_stopped_is_opened_again_in_one_click() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let application = here.waiting_application(&user, "PC").await;
    let mut desk = here.administrator_at_desk();
    here.installation.newest_mail().await;
    desk.post(&format!("/applications/{application}/approve"), &[]).await.expect(303);
    let (reference, _) = testkit::mailbox::reference_and_pin(&here.installation.newest_mail().await);
    assert!(!desk.get("/applications").await.expect(200).text().contains("/reopen\""));
    let form = crate::pickup::form_with(&reference, "0000-0000-0000");
    for number in 0..domain::pin::PIN_ATTEMPTS_MAX * domain::pin::PIN_MAILS_MAX {
        let address = [198, 51, 100, u8::try_from(number).unwrap()];
        here.installation.visitor().at_address(address).post("/pickup", &form).await;
    }
    let queue = desk.get("/applications").await.expect(200).text();
    let reopen = format!("/applications/{application}/reopen");
    assert!(queue.contains(&format!("action=\"{reopen}\"")) && queue.contains("Stopped pickups"), "{queue}");
    let home = desk.get("/").await.expect(200).text();
    assert!(home.contains("/applications#stopped\">1 pickup has stopped"), "{home}");
    // So that what was mailed until now is older than what follows.
    here.installation.newest_mail().await;
    assert_eq!(desk.post(&reopen, &[]).await.expect(303).location(), "/applications?done=reopened");
    let mail = here.installation.newest_mail().await;
    assert!(mail.contains("opened your pickup again"), "{mail}");
    let twice = desk.post(&reopen, &[]).await.expect(303);
    assert_eq!(twice.location(), "/applications", "the second click mails no second PIN");
    assert!(!desk.get("/applications").await.expect(200).text().contains("/reopen\""));
}
