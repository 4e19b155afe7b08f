use crate::{gated::TwoCompanies, installation::Installation, pickup::pick_up};

#[tokio::test(flavor = "multi_thread")]
async fn the_proof_page_is_green_and_leads_the_administrator_to_step_two() {
    let installation = Installation::new().await;
    pick_up(&installation).await;
    let permit = installation.administrator_permit().await;
    let mut visitor = installation.reserved().with_permit(&permit);
    let answer = visitor.get("/.sekisho/proof").await.expect(200);
    let page = answer.text();
    assert!(page.contains("Office PC"), "{page}");
    assert!(page.contains("https://sample.desk.localhost:8443/users/new"));
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(page.contains("<style>") && !page.contains("/assets/"), "an upstream may own every other path");
    let page = visitor.get("/.sekisho/diagnostics").await.expect(200).text();
    assert!(page.contains(&permit.certificate().to_string()));
}

#[tokio::test]
async fn everything_else_leads_to_the_desk_and_takes_no_form() {
    let installation = Installation::new().await;
    let permit = installation.administrator_permit().await;
    let mut visitor = installation.reserved().with_permit(&permit);
    for path in ["/.sekisho/", "/.sekisho/users/1", "/.sekisho", "/.SEKISHO/proof", "/.sekisho;x=1/proof"] {
        let answer = visitor.get(path).await.expect(303);
        assert_eq!(answer.location(), "https://sample.desk.localhost:8443/");
    }
    visitor.post("/.sekisho/proof", &[]).await.expect(405);
}

#[tokio::test]
async fn an_operator_is_led_to_the_console_and_to_no_desk() {
    let here = TwoCompanies::new().await;
    let (operators, operator) = here.operator().await;
    let own = here.certificate(&operator, "Provider's PC").await;
    let mut visitor = here.at_reserved_of_console(&operators, &operator, &own);
    for path in ["/.sekisho/", "/.sekisho/devices"] {
        assert_eq!(visitor.get(path).await.expect(303).location(), "https://console.localhost:8443/");
    }
    let page = visitor.get("/.sekisho/proof").await.expect(200).text();
    assert!(page.contains("href=\"https://console.localhost:8443/\">Open the console"), "{page}");
    assert!(!page.contains(".desk."), "{page}");
    visitor.get("/.sekisho/diagnostics").await.expect(200);
}
