use crate::{browser::Browser, installation::Installation};
use axum::http::Method;
use domain::host_name::HostName;
use std::sync::Arc;
use web::{PlainHttp, SiteNames};

/// Sites on record at the gate.
struct Sites(&'static [&'static str]);

impl SiteNames for Sites {
    fn has(&self, host: &HostName) -> bool {
        self.0.contains(&host.as_str())
    }
}

fn plain_port(installation: &Installation) -> Browser {
    let hosts = [HostName::parse("certificates.example").unwrap()];
    let sites = Arc::new(Sites(&["sample.example", "sample.desk.example", "console.example"]));
    let router = PlainHttp::new(installation.authority.clone(), hosts, sites).router();
    Browser::new(router, "http", "certificates.example")
}

async fn issuer_paths(installation: &Installation) -> (String, String) {
    let mut reader = installation.store.read().await.unwrap();
    let issuers = reader.tenant(installation.sheet.tenant.id).issuers().await.unwrap();
    (format!("/ca/{}.crt", issuers[0].id), format!("/crl/{}.crl", issuers[0].id))
}

#[tokio::test]
async fn certificates_and_lists_are_published_under_permanent_ids() {
    let installation = Installation::new().await;
    installation.authority.crl_issuer().publish_due_crls().await.unwrap();
    let (certificate, list) = issuer_paths(&installation).await;
    let mut visitor = installation.visitor();
    let answer = visitor.get(&certificate).await.expect(200);
    assert_eq!((answer.header("content-type"), answer.body[0]), ("application/pkix-cert", 0x30));
    let answer = visitor.get(&list).await.expect(200);
    assert_eq!((answer.header("content-type"), answer.body[0]), ("application/pkix-crl", 0x30));
    for path in [
        "/ca/sample.crt",
        "/crl/0192f5c0-7d2e-7c3a-9f1e-2b7d4c5a6e01.crl",
        "/ca/x",
        &list.replace(".crl", ""),
    ] {
        visitor.get(path).await.expect(404);
    }
}

#[tokio::test]
async fn the_plain_port_publishes_and_leads_everybody_else_to_the_configured_site() {
    let installation = Installation::new().await;
    let mut visitor = plain_port(&installation);
    let (certificate, _) = issuer_paths(&installation).await;
    visitor.get(&certificate).await.expect(200);
    let answer = visitor.get("/pickup?reference=R1").await.expect(308);
    assert_eq!(answer.location(), "http://localhost:8080/pickup?reference=R1");
    assert_eq!(
        visitor.get("//evil.example/").await.expect(308).location(),
        "http://localhost:8080/evil.example/"
    );
    visitor.post("/enrol", &installation.administrator_form()).await.expect(405);
    visitor.at_host("evil.example").get("/").await.expect(421);
}

#[tokio::test]
async fn the_plain_port_leads_a_sites_visitor_to_the_same_page_over_https() {
    let installation = Installation::new().await;
    let visitor = plain_port(&installation);
    for host in ["sample.example", "sample.desk.example", "console.example", "SAMPLE.example.:80"] {
        let name = host.to_ascii_lowercase();
        let name = name.trim_end_matches(".:80");
        let answer = visitor.clone().at_host(host).get("/mail/?folder=a%2Fb&lang=ja").await.expect(308);
        assert_eq!(answer.location(), format!("https://{name}:8443/mail/?folder=a%2Fb&lang=ja"), "{host}");
        assert!(answer.body.is_empty());
        let answer = visitor.clone().at_host(host).get("//evil.example/").await.expect(308);
        assert_eq!(answer.location(), format!("https://{name}:8443//evil.example/"));
        // 308 and not 301: a form goes on as a form.
        visitor.clone().at_host(host).post("/login", &[("user", "taro".into())]).await.expect(308);
        // A site's own paths are its own.
        visitor.clone().at_host(host).get("/crl/x.crl").await.expect(308);
    }
    let head = visitor
        .clone()
        .at_host("sample.example")
        .send(Method::HEAD, "/a", None, Vec::new())
        .await
        .expect(308);
    assert_eq!((head.location(), head.body.len()), ("https://sample.example:8443/a", 0));
    for host in ["other.example", "sample.example.evil.example", "x.sample.example", "sample.example@evil"] {
        let answer = visitor.clone().at_host(host).get("/").await.expect(421);
        assert_eq!(answer.location(), "", "{host}");
    }
}

#[tokio::test]
async fn a_client_that_has_a_file_already_is_told_so_in_304_and_a_head_gets_no_body() {
    let installation = Installation::new().await;
    installation.authority.crl_issuer().publish_due_crls().await.unwrap();
    let (certificate, list) = issuer_paths(&installation).await;
    for path in [&certificate, &list] {
        let first = installation.visitor().get(path).await.expect(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
        let head = installation.visitor().send(Method::HEAD, path, None, Vec::new()).await.expect(200);
        assert_eq!(head.header("content-length"), first.body.len().to_string());
        assert_eq!((head.header("etag"), head.body.len()), (tag.as_str(), 0));
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let answer = installation.visitor().sending("if-none-match", &known).get(path).await.expect(304);
            assert_eq!((answer.header("etag"), answer.body.len()), (tag.as_str(), 0));
            assert_eq!(answer.header("cache-control"), first.header("cache-control"));
        }
        installation.visitor().sending("if-none-match", "\"other\"").get(path).await.expect(200);
    }
    let made = installation.visitor().get(&list).await.expect(200).header("last-modified").to_owned();
    assert!(made.ends_with(" GMT"), "{made}");
    let ask = |since: &str| installation.visitor().sending("if-modified-since", since);
    ask(&made).get(&list).await.expect(304);
    for older in ["Sun, 06 Nov 1994 08:49:37 GMT", "nonsense"] {
        ask(older).get(&list).await.expect(200);
    }
    // A tag says more than a date.
    ask(&made).sending("if-none-match", "\"other\"").get(&list).await.expect(200);
}

#[tokio::test]
async fn a_new_list_is_served_at_once_where_it_was_made_and_soon_by_another_process() {
    let installation = Installation::new().await;
    installation.authority.crl_issuer().publish_due_crls().await.unwrap();
    let (_, list) = issuer_paths(&installation).await;
    let other = installation.another_process().await;
    let mut here = installation.visitor();
    let mut there = Browser::new(Installation::public_site(&other), "http", "localhost:8080");
    let first = here.get(&list).await.expect(200).header("etag").to_owned();
    assert_eq!(there.get(&list).await.expect(200).header("etag"), first);
    let operator = crate::gated::at_the_machine();
    installation.authority.crl_issuer().publish_crls(&operator, None).await.unwrap();
    let second = here.get(&list).await.expect(200).header("etag").to_owned();
    assert_ne!(second, first);
    installation.clock.forward(domain::time::SignedDuration::from_secs(1));
    assert_eq!(there.get(&list).await.expect(200).header("etag"), second);
}

#[tokio::test]
async fn what_is_known_is_served_while_the_database_is_away() {
    let installation = Installation::new().await;
    installation.authority.crl_issuer().publish_due_crls().await.unwrap();
    let (certificate, list) = issuer_paths(&installation).await;
    let mut visitor = installation.visitor();
    for path in [&certificate, &list] {
        visitor.get(path).await.expect(200);
    }
    installation.store.close().await;
    installation.clock.forward(domain::time::SignedDuration::from_mins(1));
    for path in [&certificate, &list] {
        visitor.get(path).await.expect(200);
    }
}
