//! Who may do what at the desk, and that another company is not there at all.

use crate::gated::{TwoCompanies, without};
use domain::{
    certificate::CertificateState,
    id::{ApplicationId, CertificateId, ImportId, UserId},
    user::Role,
};

/// Pages with an id in their address, and which kind of record it names.
const PAGES: [(&str, &str, &str); 19] = [
    ("user", "/users/", ""),
    ("user", "/users/", "/edit"),
    ("user", "/users/", "/suspend"),
    ("user", "/users/", "/resume"),
    ("user", "/users/", "/delete"),
    ("user", "/users/", "/invite"),
    ("user", "/users/", "/reset-password"),
    ("certificate", "/certificates/", "/hold"),
    ("certificate", "/certificates/", "/release"),
    ("certificate", "/certificates/", "/revoke"),
    ("certificate", "/certificates/", "/further/renewal"),
    ("certificate", "/certificates/", "/further/replacement"),
    ("certificate", "/certificates/", "/further/new-file"),
    ("certificate", "/devices/", "/renew"),
    ("certificate", "/devices/", "/replace"),
    ("certificate", "/devices/", "/hold"),
    ("certificate", "/devices/", "/revoke"),
    ("application", "/applications/", "/reject"),
    ("import", "/import/", ""),
];

/// Acts with an id in their address.
const ACTS: [(&str, &str, &str); 20] = [
    ("user", "/users/", ""),
    ("user", "/users/", "/suspend"),
    ("user", "/users/", "/resume"),
    ("user", "/users/", "/delete"),
    ("user", "/users/", "/invite"),
    ("user", "/users/", "/reset-password"),
    ("certificate", "/certificates/", "/hold"),
    ("certificate", "/certificates/", "/release"),
    ("certificate", "/certificates/", "/revoke"),
    ("certificate", "/certificates/", "/further/renewal"),
    ("certificate", "/certificates/", "/further/replacement"),
    ("certificate", "/certificates/", "/further/new-file"),
    ("certificate", "/devices/", "/renew"),
    ("certificate", "/devices/", "/replace"),
    ("certificate", "/devices/", "/hold"),
    ("certificate", "/devices/", "/revoke"),
    ("application", "/applications/", "/approve"),
    ("application", "/applications/", "/reopen"),
    ("application", "/applications/", "/reject"),
    ("import", "/import/", "/run"),
];

/// Ids of their records by kind, and ids that never were.
struct Ids([(&'static str, String, String); 4]);

impl Ids {
    async fn of(here: &TwoCompanies) -> Self {
        let user = here.add(&here.theirs, "saburo", Role::User).await;
        let certificate = here.certificate(&user, "PC").await;
        let application = here.waiting_application(&user, "phone").await;
        let grant = crate::gated::at_the_machine();
        let file =
            b"display_name,family_name,given_name,login_name,email\r\nA,A,A,shiro,shiro@another.example\r\n";
        let authority = &here.installation.authority;
        let import = authority
            .imports()
            .judge_import(&grant, here.theirs.id, "their.csv", file.to_vec())
            .await
            .unwrap();
        let (now, rng) = (authority.now(), &mut *authority.rng());
        Self([
            ("user", user.id.to_string(), UserId::new(now, rng).to_string()),
            ("certificate", certificate.id.to_string(), CertificateId::new(now, rng).to_string()),
            ("application", application.to_string(), ApplicationId::new(now, rng).to_string()),
            ("import", import.to_string(), ImportId::new(now, rng).to_string()),
        ])
    }

    /// Theirs, and one that never was.
    fn named(&self, kind: &str) -> (&str, &str) {
        let (_, theirs, never) = self.0.iter().find(|(known, ..)| *known == kind).unwrap();
        (theirs, never)
    }
}

#[tokio::test]
async fn a_record_of_another_company_is_answered_like_one_that_never_was() {
    let here = TwoCompanies::new().await;
    let ids = Ids::of(&here).await;
    let mut desk = here.administrator_at_desk();
    let before = here.acts(&here.theirs).await;
    let form = crate::desk_import::a_person();
    for (kind, folder, act) in
        PAGES.into_iter().chain([("import", "/import/", "/result.csv"), ("import", "/import/", "/rows.csv")])
    {
        let (theirs, never) = ids.named(kind);
        let other = desk.get(&format!("{folder}{theirs}{act}")).await.expect(404);
        let unknown = desk.get(&format!("{folder}{never}{act}")).await.expect(404);
        assert_eq!(without(&other, theirs), without(&unknown, never), "GET {folder}…{act}");
        desk.get(&format!("{folder}nonsense{act}")).await.expect(404);
    }
    for (kind, folder, act) in ACTS {
        let (theirs, never) = ids.named(kind);
        let other = desk.post(&format!("{folder}{theirs}{act}"), &form).await.expect(404);
        let unknown = desk.post(&format!("{folder}{never}{act}"), &form).await.expect(404);
        assert_eq!(without(&other, theirs), without(&unknown, never), "POST {folder}…{act}");
    }
    assert_eq!(here.acts(&here.theirs).await, before, "something of theirs was touched");
}

#[tokio::test]
async fn lists_show_nothing_of_another_company() {
    let here = TwoCompanies::new().await;
    Ids::of(&here).await;
    let mut desk = here.administrator_at_desk();
    for path in ["/", "/users", "/users?q=saburo", "/applications", "/devices", "/audit"] {
        let page = desk.get(path).await.expect(200).text();
        assert!(!page.contains("saburo@") && !page.contains("another"), "{path}: {page}");
    }
}

#[tokio::test]
async fn an_ordinary_user_has_only_the_own_devices() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let mut desk = here.at_desk(&user);
    assert_eq!(desk.get("/").await.expect(303).location(), "/devices");
    desk.get("/devices").await.expect(200);
    for path in ["/users", "/users/new", "/applications", "/audit", "/import", "/import/sample.csv"] {
        desk.get(path).await.expect(403);
    }
    desk.get(&format!("/users/{}", user.id)).await.expect(403);
    desk.post("/users", &crate::desk_import::a_person()).await.expect(403);
    desk.upload("/import", &[], ("file", "users.csv", b"x")).await.expect(403);
}

#[tokio::test]
async fn administrators_and_auditors_see_what_stands_in_certificates_and_others_do_not() {
    let here = TwoCompanies::new().await;
    let auditor = here.add(&here.ours, "auditor", Role::Auditor).await;
    for person in [&here.administrator, &auditor] {
        let page = here.at_desk(person).get("/certificate-profile").await.expect(200).text();
        assert!(page.contains("iPhone / iPad") && page.contains("RSA, 2048 bits"), "{page}");
        assert!(page.contains("Elliptic curve P-256") && page.contains("365 days"), "{page}");
    }
    let jiro = here.add(&here.ours, "jiro", Role::User).await;
    here.at_desk(&jiro).get("/certificate-profile").await.expect(403);
}

#[tokio::test]
async fn an_auditor_sees_everything_and_can_change_nothing() {
    let here = TwoCompanies::new().await;
    let auditor = here.add(&here.ours, "auditor", Role::Auditor).await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let certificate = here.certificate(&user, "PC").await;
    let application = here.waiting_application(&user, "phone").await;
    let mut desk = here.at_desk(&auditor);
    let own_page = format!("/users/{}", user.id);
    for path in ["/", "/users", "/applications", "/audit", &own_page] {
        let page = desk.get(path).await.expect(200).text();
        assert!(!page.contains("method=\"post\""), "{path}: {page}");
        assert!(
            !page.contains("/suspend") && !page.contains("/hold") && !page.contains("/users/new"),
            "{path}"
        );
    }
    let before = here.acts(&here.ours).await;
    for (kind, folder, act) in ACTS.into_iter().filter(|(_, folder, _)| *folder != "/devices/") {
        let id = match kind {
            "user" => user.id.to_string(),
            "certificate" => certificate.id.to_string(),
            "application" => application.to_string(),
            _ => ImportId::new(here.installation.authority.now(), &mut *here.installation.authority.rng())
                .to_string(),
        };
        desk.post(&format!("{folder}{id}{act}"), &crate::desk_import::a_person()).await.expect(403);
    }
    assert_eq!(here.acts(&here.ours).await, before);
    assert_eq!(here.state_of(&certificate).await, CertificateState::Valid);
}

#[tokio::test]
async fn whose_role_changed_while_the_form_was_on_its_way_is_told_so_and_nothing_is_done() {
    let here = TwoCompanies::new().await;
    let second = here.add(&here.ours, "jiro", Role::Administrator).await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let certificate = here.certificate(&user, "PC").await;
    // The desk is handed the permit of an administrator, as the gate gave it when the request began.
    let mut desk = here.at_desk(&second);
    here.demote(&second).await;
    let before = here.acts(&here.ours).await;
    let path = format!("/certificates/{}/hold", certificate.id);
    let page = desk.post(&path, &[]).await.expect(403).text();
    assert!(page.contains("Your role has changed"), "{page}");
    assert_eq!(here.acts(&here.ours).await, before);
    assert_eq!(here.state_of(&certificate).await, CertificateState::Valid);
}

#[tokio::test]
async fn an_act_from_a_foreign_page_is_refused() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let before = here.acts(&here.ours).await;
    for origin in ["https://evil.example", "null", "https://another.desk.localhost:8443"] {
        let mut desk = here.administrator_at_desk().sending("origin", origin);
        desk.post(&format!("/users/{}/suspend", user.id), &[]).await.expect(403);
    }
    assert_eq!(here.acts(&here.ours).await, before);
}

#[tokio::test]
async fn a_request_without_a_permit_gets_no_page_of_the_desk() {
    let here = TwoCompanies::new().await;
    let desk = web::Desk::new(here.installation.authority.clone()).router();
    let mut stranger = crate::browser::Browser::new(desk, "https", "sample.desk.localhost:8443");
    let page = stranger.get("/users").await.expect(500).text();
    assert!(!page.contains("hanako@"), "{page}");
}
