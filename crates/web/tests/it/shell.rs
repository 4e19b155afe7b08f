use crate::{browser::Browser, gated::TwoCompanies, installation::Installation};
use axum::{Router, http::Method, routing::get};
use domain::refusal::Code;
use std::sync::Arc;
use web::{
    Frame,
    captured_mail::{CapturedHead, CapturedMail, CapturedMailError, CapturedText},
    shell::Shell,
};

const PAGES: [&str; 16] = [
    "/",
    "/guide/apply",
    "/guide/pickup",
    "/guide/import",
    "/guide/import/ios",
    "/enrol",
    "/pickup",
    "/pickup/new-file?reference=R2345678abc",
    "/pickup/new-file/sent",
    "/renew",
    "/renew/sent",
    "/revoke",
    "/problems",
    "/problems/revoked",
    "/manual/",
    "/manual/user",
];

#[tokio::test]
async fn every_page_speaks_the_readers_language_and_the_switch_sticks() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor().sending("accept-language", "ja");
    for page in PAGES {
        let answer = visitor.get(page).await.expect(200);
        assert!(answer.text().contains("<html lang=\"ja\""), "{page}");
    }
    let answer = visitor.get("/pickup?reference=R1&lang=en").await.expect(303);
    assert_eq!(answer.location(), "/pickup?reference=R1");
    for page in PAGES {
        assert!(visitor.get(page).await.expect(200).text().contains("<html lang=\"en\""), "{page}");
    }
    assert!(visitor.get("/nowhere").await.expect(404).text().contains("<html lang=\"en\""));
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    for path in ["/", "/nowhere", "/assets/style.css", "/healthz", "/enrol?lang=en"] {
        let answer = visitor.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "plain HTTP under up");
        assert!(!answer.header("sekisho-request-id").is_empty());
    }
    assert_eq!(visitor.get("/enrol").await.header("cache-control"), "no-store");
    assert!(visitor.get("/assets/style.css").await.header("cache-control").contains("immutable"));
    let permit = installation.administrator_permit().await;
    let answer = installation.portal().with_permit(&permit).get("/").await;
    assert!(answer.header("strict-transport-security").starts_with("max-age="));
}

#[tokio::test]
async fn the_manual_is_served_and_each_page_leads_to_its_place() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor().sending("accept-language", "en");
    assert_eq!(visitor.get("/manual").await.expect(303).location(), "/manual/");
    let page = visitor.get("/manual/user").await.expect(200).text();
    assert!(page.contains("src=\"/manual/pictures/en/company/colleague-proof.png\""), "{page}");
    let picture = visitor.get("/manual/pictures/en/company/colleague-proof.png").await.expect(200);
    assert_eq!(picture.header("content-type"), "image/png");
    let page = visitor.get("/manual/years").await.expect(200).text();
    let drawing = "/manual/pictures/en/drawings/years.svg";
    assert!(page.contains(&format!("src=\"{drawing}\"")), "{page}");
    assert_eq!(visitor.get(drawing).await.expect(200).header("content-type"), "image/svg+xml");
    for nothing in
        ["/manual/nothing", "/manual/pictures/en/company/none.png", "/manual/pictures/fr/company/proof.png"]
    {
        visitor.get(nothing).await.expect(404);
    }
    let links_to = |page: &str, place: &str| page.contains(&format!("class=\"help\" href=\"{place}\""));
    assert!(links_to(&visitor.get("/revoke").await.text(), "/manual/user#lost"));
    let desk = TwoCompanies::new().await.administrator_at_desk().get("/import").await.expect(200).text();
    assert!(links_to(&desk, "http://localhost:8080/manual/administrator#csv"), "of the public site: {desk}");
}

#[tokio::test]
async fn a_form_from_a_foreign_page_is_refused_wherever_it_goes() {
    let installation = Installation::new().await;
    let permit = installation.administrator_permit().await;
    let sites = [
        (installation.visitor(), vec!["/enrol", "/pickup", "/revoke"]),
        (
            installation.portal().with_permit(&permit),
            vec!["/set-password", "/sign-in", "/sign-out", "/password", "/code", "/code/mail"],
        ),
    ];
    for (browser, paths) in sites {
        for path in paths {
            for origin in ["https://evil.example", "null"] {
                let answer = browser.clone().sending("origin", origin).post(path, &[]).await.expect(403);
                assert!(answer.text().contains("<h1>"), "{path}");
            }
            let mut cross = browser.clone().sending("sec-fetch-site", "cross-site");
            cross.post(path, &installation.administrator_form()).await.expect(403);
        }
    }
    assert_eq!(installation.newest_mail().await, "", "nothing was applied for");
}

#[tokio::test]
async fn an_unknown_host_gets_421_and_no_address_of_its_own() {
    let installation = Installation::new().await;
    let page = installation.visitor().at_host("evil.example").get("/").await.expect(421);
    assert_eq!(page.switch(), None, "no address there is ours");
    let page = page.text();
    assert!(!page.contains("evil.example"), "{page}");
    assert!(page.contains("<style>") && !page.contains("/assets/"), "nothing is fetched from there: {page}");
    installation.visitor().at_host("localhost.evil.example:8080").get("/").await.expect(421);
    installation.visitor().at_host("LOCALHOST:8080").get("/").await.expect(200);
}

#[tokio::test]
async fn the_machines_own_address_leads_to_the_configured_one() {
    let installation = Installation::new().await;
    for host in ["127.0.0.1:8080", "[::1]:8080"] {
        let answer = installation.visitor().at_host(host).get("/pickup?reference=R1").await.expect(303);
        assert_eq!(answer.header("location"), "http://localhost:8080/pickup?reference=R1", "{host}");
        installation.visitor().at_host(host).post("/enrol", &[]).await.expect(421);
    }
    installation.visitor().at_host("192.0.2.1:8080").get("/").await.expect(421);
}

#[tokio::test]
async fn every_code_is_explained_at_its_address_and_no_other() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor().sending("accept-language", "en");
    let all = visitor.get("/problems").await.expect(200).text();
    for code in Code::ALL.iter().map(|code| code.name()) {
        let page = visitor.get(&format!("/problems/{code}")).await.expect(200).text();
        assert!(page.contains(&format!("<dd class=\"code whole\">{code}</dd>")), "{code}");
        assert!(all.contains(&format!("href=\"/problems/{code}\"")), "{code}");
    }
    for unknown in ["/problems/no-such-code", "/problems/Revoked", "/problems/revoked/"] {
        visitor.get(unknown).await.expect(404);
    }
}

#[tokio::test]
async fn the_guides_have_a_common_address() {
    let installation = Installation::new().await;
    let answer = installation.visitor().get("/guide").await.expect(303);
    assert_eq!(answer.header("location"), "/guide/apply");
}

#[tokio::test]
async fn oversize_and_garbage_bodies_are_answered_by_pages_and_never_by_500() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    let urlencoded = "application/x-www-form-urlencoded";
    let multipart = "multipart/form-data; boundary=XX";
    let many = "a=1&".repeat(2000);
    let cases: Vec<(&str, Vec<u8>, &[u16])> = vec![
        (urlencoded, vec![b'a'; 200_000], &[413]),
        (multipart, vec![b'a'; 200_000], &[413]),
        (urlencoded, b"\xff\xfe=%zz&&&=%00".to_vec(), &[400]),
        (urlencoded, b"email=%00".to_vec(), &[400]),
        (urlencoded, many.into_bytes(), &[400]),
        (multipart, b"--YY\r\nnonsense".to_vec(), &[400]),
        (
            multipart,
            b"--XX\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\n\xff\r\n--XX--".to_vec(),
            &[400],
        ),
        ("multipart/form-data", b"no boundary".to_vec(), &[400]),
        ("application/json", b"{}".to_vec(), &[415]),
        (urlencoded, Vec::new(), &[422]),
        (urlencoded, b"email=a&email=b".to_vec(), &[422]),
    ];
    for path in ["/enrol", "/pickup", "/pickup/new-file", "/renew", "/revoke"] {
        for (kind, body, statuses) in &cases {
            let answer = visitor.post_raw(path, kind, body.clone()).await;
            let status = answer.status.as_u16();
            assert!(statuses.contains(&status), "{path} {kind}: {status}, expected {statuses:?}");
            assert!(answer.text().contains("<h1>"), "{path} {kind}");
        }
    }
    visitor.send(Method::DELETE, "/enrol", None, Vec::new()).await.expect(405);
    visitor.get("/pickup?reference=%ff%00&x=%").await;
}

#[tokio::test]
async fn a_stopped_store_is_told_as_503_with_a_number_to_read_out() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    visitor.get("/readyz").await.expect(200);
    installation.store.close().await;
    visitor.get("/healthz").await.expect(200);
    visitor.get("/readyz").await.expect(503);
    let answer = visitor.post("/enrol", &installation.administrator_form()).await.expect(503);
    assert!(answer.text().contains(answer.header("sekisho-request-id")), "{}", answer.text());
}

async fn broken() -> &'static str {
    panic!("the inner text")
}

#[tokio::test]
async fn a_panic_is_answered_by_a_page_with_a_number_and_without_its_text() {
    let installation = Installation::new().await;
    let shell = Shell::behind_gate(Frame::of_gated_site(&installation.authority));
    let router = shell.around(Router::new().route("/", get(broken)));
    let answer = Browser::new(router, "https", "sample.localhost").get("/").await.expect(500);
    assert!(answer.text().contains(answer.header("sekisho-request-id")), "{}", answer.text());
    assert!(!answer.text().contains("the inner text"));
}

struct OneMail;

#[async_trait::async_trait]
impl CapturedMail for OneMail {
    async fn newest(&self, _count_max: u32) -> Result<Vec<CapturedHead>, CapturedMailError> {
        Ok(self.read(1).await?.into_iter().map(|mail| mail.head).collect())
    }

    async fn read(&self, number: u32) -> Result<Option<CapturedText>, CapturedMailError> {
        let head = CapturedHead {
            number,
            to: "hanako@sample.example".into(),
            subject: "<script>取得のご案内".into(),
            at: domain::time::Timestamp::UNIX_EPOCH,
        };
        let text = "開く: http://localhost:8080/pickup?reference=R1".into();
        Ok((number == 1).then_some(CapturedText { head, from: "関所".into(), text }))
    }
}

#[tokio::test]
async fn captured_mail_is_readable_only_where_it_is_wired() {
    let installation = Installation::new().await;
    installation.visitor().get("/outbox").await.expect(404);
    assert!(!installation.visitor().get("/").await.text().contains("/outbox"));
    let mut visitor = installation.visitor_with_mail(Some(Arc::new(OneMail)));
    let list = visitor.get("/outbox").await.expect(200).text();
    assert!(list.contains("href=\"/outbox/1\"") && !list.contains("<script>取得"), "{list}");
    let mail = visitor.get("/outbox/1").await.expect(200).text();
    assert!(mail.contains("href=\"http://localhost:8080/pickup?reference=R1\""), "{mail}");
    visitor.get("/outbox/2").await.expect(404);
    visitor.get("/outbox/x").await.expect(404);
}
