//! Refusals as problem documents (RFC 9457) for programs, and as pages for browsers, at every door.

use crate::{browser::Browser, console::console, gated::TwoCompanies};
use domain::user::Role;
use serde_json::Value;

const JSON: (&str, &str) = ("accept", "application/json");
const PAGE: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

/// What a program is told, with what holds of every such document.
async fn document(browser: &Browser, path: &str, form: Option<&[(&str, String)]>) -> (u16, Value) {
    let mut program = browser.clone().sending(JSON.0, JSON.1).sending("accept-language", "en");
    let answer = match form {
        Some(form) => program.post(path, form).await,
        None => program.get(path).await,
    };
    assert_eq!(answer.header("content-type"), "application/problem+json", "{path}: {}", answer.text());
    assert!(answer.header("vary").contains("accept"), "{path}");
    let document: Value = serde_json::from_slice(&answer.body).expect("JSON");
    let code = document["code"].as_str().expect("a code");
    let kind = document["type"].as_str().expect("a type");
    assert!(kind.starts_with("http") && kind.ends_with(&format!("/problems/{code}")), "{document}");
    assert_eq!(document["status"], answer.status.as_u16(), "{document}");
    assert_eq!(document["request_id"], answer.header("sekisho-request-id"), "{document}");
    assert_eq!(document["errors"][0]["code"], code, "{document}");
    (answer.status.as_u16(), document)
}

#[tokio::test]
async fn a_program_gets_a_problem_document_at_every_door_and_a_browser_a_page() {
    let here = TwoCompanies::new().await;
    let permit = here.installation.administrator_permit().await;
    let portal = here.installation.portal().with_permit(&permit);
    let doors = [here.installation.visitor(), here.administrator_at_desk(), console(&here).await, portal];
    for browser in doors {
        let (status, told) = document(&browser, "/nowhere", None).await;
        assert_eq!((status, &told["code"]), (404, &"not-found".into()));
        let page = browser.clone().sending(PAGE.0, PAGE.1).get("/nowhere").await.expect(404);
        assert!(page.text().contains("<h1>") && page.text().contains("404 not-found"), "{}", page.text());
        let plain = browser.clone().get("/nowhere").await.expect(404);
        assert!(plain.header("content-type").starts_with("text/html"), "no preference");
    }
}

#[tokio::test]
async fn a_form_tells_a_program_every_field_by_name_code_and_values() {
    let here = TwoCompanies::new().await;
    let visitor = here.installation.visitor();
    let (status, told) = document(&visitor, "/enrol", Some(&[("device_name", "x".repeat(61))])).await;
    assert_eq!(status, 422);
    let errors = told["errors"].as_array().expect("a list");
    let of = |field: &str| errors.iter().find(|error| error["field"] == field).expect(field);
    assert_eq!(of("email")["code"], "required");
    assert_eq!(
        (&of("device_name")["code"], &of("device_name")["values"]["max"]),
        (&"too-long".into(), &60.into())
    );
    assert_eq!(of("agree")["code"], "agreement-missing");
    assert!(of("email")["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{told}");
    let page = visitor.clone().sending(PAGE.0, PAGE.1).post("/enrol", &[]).await.expect(422);
    assert!(page.header("content-type").starts_with("text/html"));

    let desk = here.administrator_at_desk();
    let suspend = format!("/users/{}/suspend", here.administrator.id);
    let (status, told) = document(&desk, &suspend, Some(&[])).await;
    assert_eq!((status, &told["code"]), (422, &"own-account".into()), "{told}");
    let (status, told) = document(&visitor, "/pickup", Some(&[("pin", "1".into())])).await;
    assert_eq!(status, 422, "{told}");
    let told = told.to_string();
    assert!(!told.contains("\"1\""), "what was typed into a secret field is not told: {told}");
}

#[tokio::test]
async fn a_page_of_administrators_leads_a_user_to_the_own_devices() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let page = here.at_desk(&user).get("/users").await.expect(403).text();
    assert!(
        page.contains("Only administrators can open this") && page.contains("href=\"/devices\""),
        "{page}"
    );
    assert!(page.contains(&user.display_name) && !page.contains("another site"), "{page}");
    let page = here.administrator_at_desk().get("/users/nobody").await.expect(404).text();
    assert!(page.contains("<a class=\"button\" href=\"/\">"), "it leads to the desk's own front: {page}");
}

#[tokio::test]
async fn a_form_that_was_not_taken_leads_back_to_the_form() {
    let here = TwoCompanies::new().await;
    let mut foreign = here.administrator_at_desk().sending("origin", "https://evil.example");
    let page = foreign.post("/users/new", &[]).await.expect(403).text();
    assert!(page.contains("page of another site") && page.contains("href=\"/users/new\""), "{page}");
    let page = here.administrator_at_desk().get("/nowhere").await.expect(404).text();
    assert!(!page.contains("Back to the form"), "{page}");
}

#[tokio::test]
async fn the_type_of_a_document_leads_to_its_explanation() {
    let here = TwoCompanies::new().await;
    let mut visitor = here.installation.visitor();
    let (_, told) = document(&visitor, "/nowhere", None).await;
    let kind = told["type"].as_str().expect("a type");
    let path = &kind[kind.find("/problems/").expect("on the public site")..];
    assert!(visitor.get(path).await.expect(200).text().contains("not-found"));
}
