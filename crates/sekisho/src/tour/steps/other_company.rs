//! Another company's certificate, good in itself.

use super::super::{
    Mishap,
    enrolment::{self, FILE_PASSWORD, PICKUP_SUBJECTS, TypedApplication},
    held,
    identity::BrowserIdentity,
    story::Story,
};
use http::StatusCode;
use std::sync::Arc;

/// Welcome at home, refused here: on the site, at the desk, at the console.
pub(super) async fn refused(story: &mut Story) -> Result<(), Mishap> {
    let company = story.other.clone().ok_or_else(|| Mishap::because("there is no other company"))?;
    let mut browser = story.new_browser("en")?;
    let applicant = TypedApplication {
        data_entry: &company.data_entry,
        family_name: "O'Brien",
        given_name: "Jean-Luc",
        email: &company.administrator_email,
        identification_code: &company.identification_code,
        password: &company.password,
        device_name: "Laptop",
        challenge_phrase: "",
    };
    let answer = enrolment::apply(story, &mut browser, &applicant).await?;
    held!(answer.status == StatusCode::SEE_OTHER, "the application answered {}", answer.status);
    let letter = story.post.letter(&company.administrator_email, PICKUP_SUBJECTS).await?;
    let file = enrolment::pick_up(story, &mut browser, &enrolment::notice(&letter)?, "firefox").await?;
    browser.import(Arc::new(BrowserIdentity::open(&file, FILE_PASSWORD)?));
    let home = browser.get(&story.at_gate(company.slug, "/")).await?;
    held!(home.status == StatusCode::OK, "its own site answered {} {}", home.status, home.denial());
    for name in ["acme", "acme.desk", "console"] {
        let answer = browser.get(&story.at_gate(name, "/")).await?;
        let seen = (answer.status, answer.denial());
        held!(seen == (StatusCode::FORBIDDEN, "other-tenant"), "{name} answered {seen:?}");
    }
    Ok(())
}
