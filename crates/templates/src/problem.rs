//! The text of a refusal at a form: `problem-CODE` of `translations/{ja,en}/form.ftl`, with its values in the
//! reader's language.

use crate::{
    desk::column_heading,
    form::label,
    refusal::Explained,
    spelling,
    voice::{Phrase, Voice},
};
use domain::refusal::{Code, LastDay, OnRecord, Problem, Refusal, Value};

/// The error and its remedy. A code without a text for forms has the text of its explanation.
pub fn text(problem: &Problem, t: &Voice) -> Phrase {
    let suggestion = match problem {
        Problem::CertificateLetter { typed, .. } => spelling::plain(typed).filter(|plain| !plain.is_empty()),
        _ => None,
    };
    let key = match problem {
        Problem::ChangedMeanwhile { on_record: Some(OnRecord::Text(text)) } if text.is_empty() => {
            "on-record-empty"
        }
        Problem::ChangedMeanwhile { on_record: Some(_) } => "on-record",
        Problem::CertificateLetter { .. } if suggestion.is_some() => "certificate-letter-suggestion",
        _ => problem.code().name(),
    };
    let phrase = t.say(format!("problem-{key}"));
    let phrase = problem.values().into_iter().fold(phrase, |phrase, (name, value)| match value {
        Value::Number(number) => phrase.with(name, number),
        Value::Letter(letter) => phrase.with(name, letter),
        Value::Text(text) => phrase.with(name, text),
        Value::Moment(at) => phrase.with(name, t.moment(at)),
        Value::LastDay(LastDay(end)) => phrase.with(name, t.last_day(end)),
        Value::Column(column) => phrase.with(name, column_heading(column, t)),
        Value::OnRecord(OnRecord::Text(text)) => phrase.with("value", text),
        Value::OnRecord(OnRecord::Choice { choices, value }) => {
            phrase.with("value", t.say(format!("{choices}-{value}")))
        }
    });
    let phrase = match suggestion {
        Some(suggestion) => phrase.with("suggestion", suggestion),
        None => phrase,
    };
    if phrase.exists() { phrase } else { Explained(problem.code()).now(t) }
}

/// The field's label and its error, for lists and files away from the field.
pub fn text_with_label(refusal: &Refusal, t: &Voice) -> Phrase {
    let message = text(&refusal.problem, t);
    match refusal.field {
        Some(field) => t.say("form-error-at").with("field", label(field, t)).with("message", message),
        None => message,
    }
}

/// Whether the text itself names its field.
pub(crate) fn names_its_field(code: Code) -> bool {
    matches!(
        code,
        Code::RememberNotConfirmed
            | Code::AgreementMissing
            | Code::AgreementChanged
            | Code::DeviceTypeMissing
            | Code::LastAdministrationKey
            | Code::ReasonMissing
            | Code::CertificateMissing
            | Code::PickupRefused
            | Code::RenameLooksNew
            | Code::AdministratorsUnconfirmed
    )
}
