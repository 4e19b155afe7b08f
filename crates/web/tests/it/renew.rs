use crate::{
    installation::{ADMINISTRATOR, Installation},
    pickup::pick_up,
};

const PHRASE: &str = "the first dog was Pochi";

fn form(installation: &Installation, email: &str, phrase: &str) -> Vec<(&'static str, String)> {
    vec![
        ("identification_code", installation.sheet.tenant.identification_code.grouped()),
        ("email", email.into()),
        ("challenge_phrase", phrase.into()),
    ]
}

#[tokio::test]
async fn every_renewal_form_that_can_be_read_is_answered_alike_and_others_at_their_fields() {
    let installation = Installation::new().await;
    pick_up(&installation).await;
    let mut answers = Vec::new();
    for (email, phrase) in [
        (ADMINISTRATOR, PHRASE),
        (ADMINISTRATOR, "another phrase altogether"),
        (ADMINISTRATOR, ""),
        ("nobody@sample.example", ""),
    ] {
        let answer =
            installation.visitor().post("/renew", &form(&installation, email, phrase)).await.expect(303);
        answers.push(format!("{} {}", answer.location(), answer.header("set-cookie")));
    }
    assert!(answers.iter().all(|answer| answer == "/renew/sent "), "{answers:?}");
    let mut visitor = installation.visitor();
    visitor.get("/renew/sent").await.expect(200);
    let refused = visitor.post("/renew", &form(&installation, "hanako", "short")).await.expect(422).text();
    for field in ["email", "challenge_phrase"] {
        assert!(refused.contains(&format!("id=\"{field}-error\"")), "{field}: {refused}");
    }
    assert!(!refused.contains("short\""), "a phrase is never shown again");
    let mut foreign = installation.visitor().sending("origin", "https://evil.example");
    foreign.post("/renew", &form(&installation, ADMINISTRATOR, PHRASE)).await.expect(403);
}

#[tokio::test]
async fn a_new_file_is_asked_for_by_its_reference_and_the_answer_tells_nothing() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    let page = visitor.get("/pickup/new-file?reference=R2345678abc").await.expect(200).text();
    assert!(page.contains("value=\"R2345678abc\""), "{page}");
    let sent = visitor.post("/pickup/new-file", &[("reference", "R2345678abc".to_owned())]).await.expect(303);
    assert_eq!(sent.location(), "/pickup/new-file/sent");
    visitor.get("/pickup/new-file/sent").await.expect(200);
    let refused =
        visitor.post("/pickup/new-file", &[("reference", "R12".to_owned())]).await.expect(422).text();
    assert!(refused.contains("id=\"reference-error\""), "{refused}");
}
