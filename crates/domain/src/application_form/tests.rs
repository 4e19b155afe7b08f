use super::*;

const AGREEMENT: &str = "2026-04";

fn complete() -> Form<ApplyField> {
    Form::default()
        .with(ApplyField::FamilyName, "Yamada")
        .with(ApplyField::GivenName, "Hanako")
        .with(ApplyField::Email, "hanako@sample.example")
        .with(ApplyField::IdentificationCode, "k7mq-9xtd-4wvc")
        .with(ApplyField::Password, "abcd-efgh-jkmn-pqrs-tuvw")
        .with(ApplyField::DeviceName, " Office\u{7}PC ")
        .with(ApplyField::AgreementVersion, AGREEMENT)
        .with_tick(ApplyField::Agreement, true)
}

#[test]
fn a_filled_form_says_all_and_needs_neither_phrase_nor_file() {
    let stated = complete().application(AGREEMENT).unwrap();
    assert_eq!(
        (stated.device_name.as_str(), stated.password.expose()),
        ("Office PC", "abcdefghjkmnpqrstuvw")
    );
    assert!(stated.challenge.is_none() && stated.data_entry.is_none());
}

#[test]
fn a_name_may_be_left_out_and_half_a_name_may_not() {
    let nameless = complete().with(ApplyField::FamilyName, " ").with(ApplyField::GivenName, "");
    assert!(nameless.application(AGREEMENT).unwrap().roman_name.is_none());
    let half = nameless.with(ApplyField::GivenName, "Hanako").application(AGREEMENT).unwrap_err();
    assert_eq!(half, [Refusal::at("family_name", Problem::Required)]);
}

#[test]
fn all_that_is_missing_is_told_at_once() {
    let missing = ["email", "identification_code", "password", "device_name"];
    let mut expected: Vec<_> =
        missing.into_iter().map(|field| Refusal::at(field, Problem::Required)).collect();
    expected.push(Refusal::at("agree", Problem::AgreementMissing));
    assert_eq!(Form::default().application(AGREEMENT).unwrap_err(), expected);
}

#[test]
fn each_wrong_value_is_told_at_its_field() {
    let long = "x".repeat(DEVICE_NAME_LETTERS_MAX + 1);
    for (field, text, problem) in [
        (
            ApplyField::FamilyName,
            "山田",
            Problem::CertificateLetter { letter: '山', typed: "山田".to_owned() },
        ),
        (ApplyField::Email, "hanako", Problem::EmailMalformed),
        (ApplyField::Password, " - ", Problem::CodeMistyped { letters: 20 }),
        (ApplyField::Password, "abcd-efgh-jkmn-pqrs-tuv0", Problem::CodeMistyped { letters: 20 }),
        (ApplyField::IdentificationCode, "k7mq-9xtd-4wv", Problem::CodeMistyped { letters: 12 }),
        (ApplyField::IdentificationCode, "k7mq-9xtd-4wv0", Problem::CodeMistyped { letters: 12 }),
        (ApplyField::DeviceName, &long, Problem::too_long(DEVICE_NAME_LETTERS_MAX)),
        (ApplyField::ChallengePhrase, "short", Problem::PasswordTooShort { min: 8 }),
    ] {
        let refused = complete().with(field, text).application(AGREEMENT).unwrap_err();
        assert_eq!(refused, [Refusal::at(crate::form::Field::name(field), problem)]);
    }
    let refused = complete().application("2027-04").unwrap_err();
    assert_eq!(refused, [Refusal::at("agree", Problem::AgreementChanged)]);
}
