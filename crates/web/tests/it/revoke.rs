use crate::{
    browser::Browser,
    gated::at_the_machine,
    installation::{ADMINISTRATOR, Installation, with},
    pickup::pick_up,
};
use authority::revocation_token::REVOCATION_TOKEN_MINUTES;
use domain::{certificate::CertificateState, time::SignedDuration};

const PHRASE: &str = "the first dog was Pochi";

fn form(installation: &Installation, phrase: &str) -> Vec<(&'static str, String)> {
    vec![
        ("identification_code", installation.sheet.tenant.identification_code.grouped()),
        ("email", ADMINISTRATOR.into()),
        ("challenge_phrase", phrase.into()),
    ]
}

async fn state(installation: &Installation) -> CertificateState {
    let id = installation.administrator_permit().await.certificate();
    let mut reader = installation.store.read().await.unwrap();
    reader.tenant(installation.sheet.tenant.id).certificate(id).await.unwrap().unwrap().state
}

/// Proves the phrase; the browser now holds the token.
async fn at_the_choice(installation: &Installation) -> Browser {
    let mut visitor = installation.visitor();
    let proved = visitor.post("/revoke", &form(installation, PHRASE)).await.expect(303);
    assert_eq!(proved.location(), "/revoke/choose");
    visitor
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phrase_finds_the_certificate_and_a_second_form_revokes_it() {
    let installation = Installation::new().await;
    pick_up(&installation).await;
    let mut visitor = at_the_choice(&installation).await;
    let choose = visitor.get("/revoke/choose").await.expect(200);
    assert!(choose.text().contains("Office PC") && !choose.text().contains(PHRASE));
    assert_eq!(choose.header("cache-control"), "no-store");
    assert_eq!(state(&installation).await, CertificateState::Valid, "nothing is revoked by finding it");
    let none = visitor.post("/revoke/choose", &[]).await.expect(422);
    let confirm = [("certificate", none.value_of("certificate"))];
    let mut second_click = visitor.clone();
    let done = visitor.post("/revoke/choose", &confirm).await.expect(303);
    assert_eq!(done.location(), "/revoke/done");
    assert!(done.header("set-cookie").contains("HttpOnly"));
    // A reload of the page that says so sends nothing again.
    for _ in 0..2 {
        let done = visitor.get("/revoke/done").await.expect(200);
        assert!(done.text().contains("Office PC"), "{}", done.text());
        assert_eq!(done.header("cache-control"), "no-store");
    }
    assert_eq!(installation.visitor().get("/revoke/done").await.expect(303).location(), "/revoke");
    assert_eq!(state(&installation).await, CertificateState::Revoked);
    // Sent twice: the same answer, and nothing is done again.
    let again = second_click.post("/revoke/choose", &confirm).await.expect(303);
    assert_eq!(again.header("set-cookie"), done.header("set-cookie"));
    // Gone back to: the right to revoke went with the act.
    assert_eq!(visitor.get("/revoke/choose").await.expect(303).location(), "/revoke");
    assert_eq!(visitor.post("/revoke/choose", &confirm).await.expect(303).location(), "/revoke");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_choice_can_be_reloaded_and_read_in_another_language_and_its_token_is_in_no_page() {
    let installation = Installation::new().await;
    pick_up(&installation).await;
    let mut visitor = installation.visitor();
    let proved = visitor.post("/revoke", &form(&installation, PHRASE)).await.expect(303);
    let cookie = proved.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let first = visitor.get("/revoke/choose").await.expect(200);
    let token = visitor.cookie("sekisho-revocation").unwrap().to_owned();
    assert!(!first.text().contains(&token));
    assert_eq!(visitor.get("/revoke/choose").await.expect(200).text(), first.text());
    let switched = visitor.get(&first.switch().unwrap()).await.expect(303);
    assert_eq!(switched.location(), "/revoke/choose");
    assert!(
        visitor.get("/revoke/choose").await.expect(200).text().contains("失効する電子証明書を選んでください")
    );
    assert_eq!(installation.visitor().get("/revoke/choose").await.expect(303).location(), "/revoke");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_over_and_one_that_was_changed_begin_anew_with_the_same_page() {
    let installation = Installation::new().await;
    pick_up(&installation).await;
    let mut visitor = at_the_choice(&installation).await;
    let confirm = [("certificate", visitor.get("/revoke/choose").await.expect(200).value_of("certificate"))];
    let token = visitor.cookie("sekisho-revocation").unwrap().to_owned();
    let mut forger = installation.visitor().sending("cookie", &format!("sekisho-revocation={token}A"));
    let changed = forger.post("/revoke/choose", &confirm).await.expect(410).text();
    assert!(changed.contains("name=\"challenge_phrase\"") && !changed.contains(&token), "{changed}");
    installation.clock.forward(SignedDuration::from_mins(REVOCATION_TOKEN_MINUTES));
    for form in [&confirm[..], &[]] {
        assert_eq!(visitor.post("/revoke/choose", form).await.expect(410).text(), changed);
    }
    assert_eq!(visitor.get("/revoke/choose").await.expect(410).text(), changed);
    assert_eq!(state(&installation).await, CertificateState::Valid);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_detail_gets_the_same_page() {
    let installation = Installation::new().await;
    pick_up(&installation).await;
    let right = form(&installation, PHRASE);
    let wrong_phrase = form(&installation, "the first cat was Tama");
    let mut visitor = installation.visitor();
    let told = visitor.post("/revoke", &wrong_phrase).await.expect(422).text();
    assert!(!told.contains("Tama"));
    let page =
        visitor.post("/revoke", &with(right.clone(), "email", "x@sample.example")).await.expect(422).text();
    assert_eq!(page.replace("x@sample.example", ADMINISTRATOR), told);
    let page =
        visitor.post("/revoke", &with(right, "identification_code", "bcde-fghj-kmnp")).await.expect(422);
    let code = installation.sheet.tenant.identification_code.grouped();
    assert_eq!(page.text().replace("bcde-fghj-kmnp", &code), told);
    let page = visitor.post("/revoke", &[]).await.expect(422).text();
    assert!(page.contains("id=\"challenge_phrase-error\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_choice_of_a_suspended_person_or_company_shows_no_certificate_as_valid() {
    let installation = Installation::new().await;
    pick_up(&installation).await;
    let mut visitor = at_the_choice(&installation).await;
    let (tenant, chip) = (installation.sheet.tenant.id, |word: &str| format!("</span> {word}</span>"));
    assert!(visitor.get("/revoke/choose").await.expect(200).text().contains(&chip("Valid")));
    installation.authority.tenants().suspend_tenant(&at_the_machine(), tenant).await.unwrap();
    let text = visitor.get("/revoke/choose").await.expect(200).text();
    assert!(text.contains(&chip("Suspended")) && !text.contains(&chip("Valid")), "{text}");
}
