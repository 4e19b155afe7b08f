//! Renewal at My page in one click, and a device replaced by its person or by an administrator.

use crate::{
    browser::Browser,
    gated::TwoCompanies,
    installation::{FILE_PASSWORD, with},
};
use domain::{
    act::Act,
    application::Purpose,
    certificate::CertificateRecord,
    locale::Locale,
    time::{DAY, SignedDuration},
    user::{Role, User},
};
use store::PageRequest;

fn form() -> Vec<(&'static str, String)> {
    vec![
        ("p12_password", FILE_PASSWORD.into()),
        ("p12_password_confirm", FILE_PASSWORD.into()),
        ("password_remembered", "yes".into()),
        ("device_type", "windows".into()),
        ("agreement_version", templates::agreement::VERSION.into()),
        ("agree", "yes".into()),
    ]
}

/// A person with a certificate that ends soon.
async fn with_old_certificate(here: &TwoCompanies) -> (User, CertificateRecord) {
    let ichiro = here.add(&here.ours, "ichiro", Role::User).await;
    let certificate = here.certificate(&ichiro, "営業ノートPC").await;
    here.installation.clock.forward(DAY * 310);
    (ichiro, certificate)
}

async fn times(here: &TwoCompanies, act: Act) -> usize {
    let mut reader = here.read().await;
    let rows = reader.tenant(here.ours.id).audit_rows(&PageRequest::first(500)).await.unwrap().rows;
    rows.into_iter().filter(|row| row.act == act.name()).count()
}

async fn ready(own: &mut Browser) -> String {
    for _ in 0..10_000 {
        let page = own.get("/renewal/progress").await.expect(200).text();
        if page.contains("/renewal/file") {
            return page;
        }
        tokio::task::yield_now().await;
    }
    panic!("the file never came");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_renewed_at_my_page_by_one_form_and_the_file_comes_there() {
    let here = TwoCompanies::new().await;
    let ichiro = here.add(&here.ours, "ichiro", Role::User).await;
    let certificate = here.certificate(&ichiro, "営業ノートPC").await;
    let mut own = here.at_desk(&ichiro);
    let path = format!("/devices/{}/renew", certificate.id);
    let page = own.get("/devices").await.expect(200).text();
    assert!(page.contains("Can be renewed from 21 Sep 2027 on") && !page.contains(&path), "{page}");
    own.get(&path).await.expect(422);
    here.installation.clock.forward(DAY * 310);
    let page = own.get("/devices").await.expect(200).text();
    assert!(page.contains(&format!("href=\"{path}\"")), "{page}");
    let page = own.get(&path).await.expect(200).text();
    assert!(page.contains("value=\"windows\" checked"), "the former system is chosen: {page}");
    assert!(page.contains("7 days after you have opened") && !page.contains("name=\"pin\""), "{page}");
    let mut second_click = own.clone();
    assert_eq!(own.post(&path, &form()).await.expect(303).location(), "/renewal/progress");
    second_click.post(&path, &form()).await.expect(303);
    let page = ready(&mut own).await;
    ready(&mut second_click).await;
    assert!(page.contains("url=/renewal/file?profile=modern"), "{page}");
    assert!(page.contains("href=\"http://localhost:8080/guide/import/windows\""), "{page}");
    assert!(page.contains("Your former certificate ends by itself 7 days after"), "{page}");
    let file = own.get("/renewal/file?profile=modern").await.expect(200);
    assert_eq!((file.header("content-type"), file.body[0]), ("application/x-pkcs12", 0x30));
    let asked = own.post("/renewal/other", &[("p12_password", FILE_PASSWORD.to_owned())]).await.expect(303);
    assert_eq!(asked.location(), "/renewal/progress?profile=compat");
    own.get("/renewal/file?profile=compat").await.expect(200);
    assert_eq!(times(&here, Act::RenewCertificate).await, 1);

    let mut reader = here.read().await;
    let newest = reader.tenant(here.ours.id).newest_application_of(certificate.device).await.unwrap();
    let consent = newest.unwrap().application.particulars().consent.clone();
    assert_eq!(consent.at, here.installation.authority.now());
    assert_eq!(consent, here.installation.authority.registration().consent(Locale::En, consent.address));

    // By the back button, and by a form that was left open.
    assert_eq!(own.get(&path).await.expect(303).location(), "/renewal/progress");
    assert_eq!(own.post(&path, &form()).await.expect(303).location(), "/renewal/progress");
    here.installation.clock.forward(SignedDuration::from_mins(11));
    let page = own.get("/renewal/file?profile=modern").await.expect(410).text();
    assert!(page.contains("can no longer be fetched") && page.contains("href=\"/devices\""), "{page}");
    let page = own.get(&path).await.expect(422).text();
    assert!(page.contains("can be renewed from") && !page.contains("<form"), "{page}");
    assert_eq!(times(&here, Act::RenewCertificate).await, 1);
}

#[tokio::test]
async fn a_renewal_that_this_browser_could_not_fetch_is_not_begun() {
    let here = TwoCompanies::new().await;
    let (ichiro, certificate) = with_old_certificate(&here).await;
    let mut own = here.at_desk(&ichiro);
    let path = format!("/devices/{}/renew", certificate.id);
    own.get(&path).await.expect(200);
    own.forget_cookies();
    let page = own.post(&path, &form()).await.expect(422).text();
    assert!(page.contains("seem to keep cookies") && page.contains("<form"), "{page}");
    own.forget_cookies();
    let page = own.get("/renewal/progress").await.expect(200).text();
    assert!(page.contains("The renewal could not begin") && page.contains("href=\"/devices\""), "{page}");
    own.get("/renewal/file").await.expect(410);
    assert_eq!(times(&here, Act::RenewCertificate).await, 0);
}

#[tokio::test]
async fn what_is_wrong_in_a_renewal_is_told_at_its_field_all_at_once() {
    let here = TwoCompanies::new().await;
    let (ichiro, certificate) = with_old_certificate(&here).await;
    let mut own = here.at_desk(&ichiro);
    let path = format!("/devices/{}/renew", certificate.id);
    own.get(&path).await.expect(200);
    let wrong = with(with(form(), "p12_password_confirm", "another"), "agree", "");
    let page = own.post(&path, &wrong).await.expect(422).text();
    for field in ["p12_password_confirm", "agree"] {
        assert!(page.contains(&format!("href=\"#{field}\"")), "{field}: {page}");
    }
    assert!(!page.contains(FILE_PASSWORD), "no page repeats a password");
    let page = own.post(&path, &with(form(), "agreement_version", "2020-01")).await.expect(422).text();
    assert!(page.contains("href=\"#agree\""), "{page}");
    assert_eq!(times(&here, Act::RenewCertificate).await, 0);
}

#[tokio::test]
async fn a_device_of_ones_own_is_replaced_once_however_often_the_form_is_sent() {
    let here = TwoCompanies::new().await;
    let (ichiro, certificate) = with_old_certificate(&here).await;
    let mut own = here.at_desk(&ichiro);
    let path = format!("/devices/{}/replace", certificate.id);
    assert!(own.get("/devices").await.expect(200).text().contains(&format!("href=\"{path}\"")));
    own.get(&path).await.expect(200);
    let named = |name: &str| vec![("device_name", name.to_owned())];
    assert!(own.post(&path, &named(" ")).await.expect(422).text().contains("device_name-error"));
    for _ in 0..2 {
        let done = own.post(&path, &named("New PC")).await.expect(303);
        assert_eq!(done.location(), "/devices?done=replacement-begun");
    }
    assert_eq!(times(&here, Act::ReplaceDevice).await, 1);
    let other = own.post(&path, &named("Other PC")).await.expect(422).text();
    assert!(other.contains("The replacement by “New PC” waits for its pickup"), "{other}");
    let page = own.get("/devices").await.expect(200).text();
    assert!(page.contains("The replacement by “New PC” waits"), "{page}");
    let mail = here.installation.newest_mail().await;
    let (reference, _) = testkit::mailbox::reference_and_pin(&mail);
    assert!(other.contains(&reference), "{other}");
}

#[tokio::test]
async fn an_administrator_renews_replaces_and_has_a_file_made_anew_one_at_a_time() {
    for (purpose, act) in [
        (Purpose::Renewal, Act::RenewCertificate),
        (Purpose::Replacement, Act::ReplaceDevice),
        (Purpose::NewFile, Act::MakeNewFile),
    ] {
        let here = TwoCompanies::new().await;
        let (ichiro, certificate) = with_old_certificate(&here).await;
        let mut desk = here.administrator_at_desk();
        let of_person = format!("/users/{}", ichiro.id);
        let path = format!("/certificates/{}/further/{}", certificate.id, purpose.name());
        let page = desk.get(&of_person).await.expect(200).text();
        assert!(page.contains(&format!("href=\"{path}\"")), "{page}");
        desk.get(&path).await.expect(200);
        let sent = [("device_name", "New PC".to_owned())];
        for _ in 0..2 {
            let done = desk.post(&path, &sent).await.expect(303).location().to_owned();
            assert_eq!(done, format!("{of_person}?done={}-begun", purpose.name()));
            desk.get(&done).await.expect(200);
        }
        assert_eq!(times(&here, act).await, 1, "{purpose:?}");
        here.installation.clock.forward(SignedDuration::from_mins(6));
        let waits = desk.post(&path, &sent).await.expect(422).text();
        let resend = waits.split("action=\"").nth(1).and_then(|rest| rest.split('"').next());
        let resend = resend.unwrap_or_else(|| panic!("{waits}"));
        here.installation.newest_mail().await;
        assert_eq!(
            desk.post(resend, &[]).await.expect(303).location(),
            format!("{of_person}?done=mail-resent")
        );
        let mail = here.installation.newest_mail().await;
        assert!(waits.contains(&testkit::mailbox::reference_and_pin(&mail).0), "{waits}");
    }
    let here = TwoCompanies::new().await;
    let (_, certificate) = with_old_certificate(&here).await;
    let mut desk = here.administrator_at_desk();
    for purpose in ["new", "nonsense"] {
        desk.get(&format!("/certificates/{}/further/{purpose}", certificate.id)).await.expect(404);
    }
}

#[tokio::test]
async fn what_is_on_hold_is_offered_nothing_and_the_page_says_why() {
    let here = TwoCompanies::new().await;
    let (ichiro, certificate) = with_old_certificate(&here).await;
    let mut desk = here.administrator_at_desk();
    desk.post(&format!("/certificates/{}/hold", certificate.id), &[]).await.expect(303);
    let page = desk.get(&format!("/users/{}", ichiro.id)).await.expect(200).text();
    assert!(!page.contains("/further/"), "{page}");
    let page = here.at_desk(&ichiro).get("/devices").await.expect(200).text();
    assert!(!page.contains("/renew\"") && !page.contains("/replace\""), "{page}");
    let path = format!("/certificates/{}/further/renewal", certificate.id);
    let page = desk.get(&path).await.expect(200).text();
    assert!(page.contains("The device is on hold") && !page.contains("method=\"post\""), "{page}");
    desk.post(&path, &[]).await.expect(422);
}
