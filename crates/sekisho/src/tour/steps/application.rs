//! 1.2 and 1.3: the application form, and who may have what.

use super::super::{
    Mishap,
    enrolment::{self, PICKUP_SUBJECTS, TypedApplication, apply as send},
    held,
    story::{Company, Story},
};
use http::StatusCode;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

fn administrator(company: &Company) -> TypedApplication<'_> {
    TypedApplication {
        data_entry: &company.data_entry,
        family_name: "Yamada",
        given_name: "Taro",
        email: &company.administrator_email,
        identification_code: &company.identification_code,
        password: &company.password,
        device_name: "Office laptop",
        challenge_phrase: "red fox at the gate",
    }
}

/// `[読み込む]` fills the licence in, before and after Notepad.
pub(super) async fn read_data_entry(story: &mut Story) -> Result<(), Mishap> {
    let company = story.acme()?;
    let after_notepad =
        format!("\u{feff}{}\r\n\r\n", company.data_entry.replace("\r\n", "\n").replace('\n', " \r\n"));
    let mut browser = story.new_browser("ja")?;
    for file in [&company.data_entry, &after_notepad] {
        let answer = browser.post(&story.public("/enrol"), &[("data_entry", file), ("read", "yes")]).await?;
        held!(answer.status == StatusCode::OK, "reading answered {}", answer.status);
        held!(answer.text().contains("acme-0001"), "the contract number is not shown");
    }
    Ok(())
}

/// A changed value and an added key.
pub(super) async fn changed_data_entry(story: &mut Story) -> Result<(), Mishap> {
    let company = story.acme()?;
    let mut browser = story.new_browser("en")?;
    let changed = company.data_entry.replacen("seats=10", "seats=99", 1);
    held!(changed != company.data_entry, "the file has no seats");
    let added = format!("{}extra=1\r\n", company.data_entry);
    for file in [&changed, &added] {
        let answer = browser.post(&story.public("/enrol"), &[("data_entry", file), ("read", "yes")]).await?;
        held!(answer.status == REFUSED, "a changed file answered {}", answer.status);
        let applicant = TypedApplication { data_entry: file, ..administrator(&company) };
        let answer = send(story, &mut browser, &applicant).await?;
        held!(answer.status == REFUSED, "applying with a changed file answered {}", answer.status);
    }
    Ok(())
}

/// An accent: the error is at its field, and no typed value is lost.
pub(super) async fn letters(story: &mut Story) -> Result<(), Mishap> {
    let company = story.acme()?;
    let mut browser = story.new_browser("en")?;
    let applicant = TypedApplication { family_name: "Müller", ..administrator(&company) };
    let answer = send(story, &mut browser, &applicant).await?;
    let text = answer.text();
    held!(answer.status == REFUSED, "an accent answered {}", answer.status);
    held!(
        text.contains("value=\"Müller\"") && text.contains("Muller"),
        "no suggestion beside what was typed"
    );
    held!(text.contains("value=\"Office laptop\""), "what was typed is lost");
    held!(!text.contains(&company.password), "the page repeats a password");
    Ok(())
}

/// Any wrong value: the same status and the same bytes, except for the typed values.
pub(super) async fn uniform_refusal(story: &mut Story) -> Result<(), Mishap> {
    let company = story.acme()?;
    let right = TypedApplication { data_entry: "", ..administrator(&company) };
    let wrong = [
        TypedApplication { password: "aaaa-bbbb-cccc-dddd-eeee", ..right.clone() },
        TypedApplication { identification_code: "aaaa-bbbb-cccc", ..right.clone() },
        TypedApplication { email: "nobody@acme.example", ..right.clone() },
    ];
    let mut pages = Vec::new();
    for applicant in &wrong {
        let mut browser = story.new_browser("en")?;
        let answer = send(story, &mut browser, applicant).await?;
        held!(answer.status == REFUSED, "wrong credentials answered {}", answer.status);
        let text =
            answer.text().replace(applicant.identification_code, "CODE").replace(applicant.email, "EMAIL");
        pages.push(text);
    }
    held!(pages.windows(2).all(|pair| pair[0] == pair[1]), "the refusals differ");
    Ok(())
}

/// Accepted: 303, and a mail over SMTP with reference and PIN.
pub(super) async fn apply(story: &mut Story) -> Result<(), Mishap> {
    let company = story.acme()?;
    let mut browser = story.new_browser("ja")?;
    let answer = send(story, &mut browser, &administrator(&company)).await?;
    held!(answer.status == StatusCode::SEE_OTHER, "the application answered {}", answer.status);
    let sent = browser.get(&story.public(answer.header("location"))).await?;
    held!(sent.status == StatusCode::OK, "the page after it answered {}", sent.status);
    let letter = story.post.letter(&company.administrator_email, PICKUP_SUBJECTS).await?;
    held!(!letter.text.is_empty() && !letter.html.is_empty(), "the mail lacks a part");
    held!(letter.subject.starts_with('['), "the subject does not name the service");
    story.invitation_to_pick_up = Some(enrolment::notice(&letter)?);
    Ok(())
}

/// The same password for another device: the same form within a moment would count as the same application.
pub(super) async fn spent(story: &mut Story) -> Result<(), Mishap> {
    let company = story.acme()?;
    let mut browser = story.new_browser("ja")?;
    let again = TypedApplication { device_name: "Second laptop", ..administrator(&company) };
    let answer = send(story, &mut browser, &again).await?;
    held!(answer.status == REFUSED, "a spent password answered {}", answer.status);
    Ok(())
}
