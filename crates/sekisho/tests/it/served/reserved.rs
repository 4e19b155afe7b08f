//! Sekisho's own pages beside an application.

use super::{
    service::{Service, Settings},
    story::first_certificate,
};
use crate::faults::mail_server::MailServer;
use http::StatusCode;
use testkit::free_port;

#[tokio::test(flavor = "multi_thread")]
async fn beside_an_application_reserved_paths_in_any_spelling_are_proof_diagnostics_or_lead_to_the_desk() {
    let settings = Settings::sqlite();
    let mail = MailServer::open(settings.smtp_port).await;
    let service = Service::start(&settings).await;
    let mut visitor = service.browser().holding(&first_certificate(&service, &mail).await);
    let nobody = format!("http://127.0.0.1:{}", free_port());
    service
        .act(&["tenant", "upstream", "kanto", &nobody, "--header", "x-token=assertion"])
        .await
        .expect_done();
    for path in ["/.sekisho", "/.SEKISHO/proof", "/.sekisho;x=1/proof", "//.sekisho/none", "/%2Esekisho"] {
        let answer = visitor.get(&service.at("kanto", path)).await.expect("an answer");
        let seen = (answer.status, answer.header("location"));
        assert_eq!(seen, (StatusCode::SEE_OTHER, service.at("kanto.desk", "/").as_str()), "{path}");
    }
    let proof = visitor.get(&service.at("kanto", "/.sekisho/proof")).await.expect("an answer");
    let proof = proof.expect(200).text();
    assert!(!proof.contains("/assets/"), "loads from the application: {proof}");
    // Every other path is the application's; a permitted visitor sees the contact.
    let page = visitor.get(&service.at("kanto", "/")).await.expect("an answer");
    let page = page.expect(502).text();
    assert!(page.contains("help@kanto.example"), "{page}");
    service.kill().await;
}
