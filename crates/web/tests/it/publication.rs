use crate::{browser::Browser, installation::Installation};
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
    let mut reader = installation.authority.store().read().await.unwrap();
    let issuers = reader.tenant(installation.sheet.tenant.id).issuers().await.unwrap();
    (format!("/ca/{}.crt", issuers[0].id), format!("/crl/{}.crl", issuers[0].id))
}

#[tokio::test]
async fn certificates_and_lists_are_published_under_permanent_ids() {
    let installation = Installation::new().await;
    installation.authority.publish_due_crls().await.unwrap();
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
    for host in ["other.example", "sample.example.evil.example", "x.sample.example", "sample.example@evil"] {
        let answer = visitor.clone().at_host(host).get("/").await.expect(421);
        assert_eq!(answer.location(), "", "{host}");
    }
}
