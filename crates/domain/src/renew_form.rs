//! The public forms for what a device needs in its second year: a renewal after the end, and a new file.

use crate::{
    application::Reference,
    application_form::identification_code,
    challenge::ChallengePhrase,
    email::EmailAddress,
    form::{Form, Reading, fields},
    refusal::{Problem, Refusal, number},
    tenant::IdentificationCode,
};

fields! {
    /// A field of the renewal form.
    pub RenewField {
        /// 識別コード.
        IdentificationCode = "identification_code",
        /// E-mail address.
        Email = "email",
        /// Challenge phrase; may be empty.
        ChallengePhrase = "challenge_phrase": Secret,
    }
}

fields! {
    /// A field of the form for a new file.
    pub NewFileField {
        /// 受付番号 of the pickup whose file does not open.
        Reference = "reference",
    }
}

/// The parsed renewal form.
#[derive(Debug)]
pub struct RenewForm {
    /// 識別コード.
    pub identification_code: IdentificationCode,
    /// E-mail address.
    pub email: EmailAddress,
    /// Challenge phrase.
    pub challenge_phrase: Option<ChallengePhrase>,
}

impl Form<RenewField> {
    /// The parsed form, or all errors. A text that cannot be a code, address or phrase is a typing mistake,
    /// and no guess.
    pub fn renewal(&self) -> Result<RenewForm, Vec<Refusal>> {
        Reading::of(self, |reading| {
            let identification_code = reading.read(RenewField::IdentificationCode, identification_code);
            let email = reading.read(RenewField::Email, EmailAddress::parse);
            let phrase = reading.read_if_any(RenewField::ChallengePhrase, ChallengePhrase::recalled);
            Ok(RenewForm {
                identification_code: identification_code?,
                email: email?,
                challenge_phrase: phrase?,
            })
        })
    }
}

impl Form<NewFileField> {
    /// The reference, or its error.
    pub fn new_file(&self) -> Result<Reference, Vec<Refusal>> {
        let mistyped = || Problem::CodeMistyped { letters: number(Reference::LETTERS) };
        Reading::of(self, |reading| {
            reading.read(NewFileField::Reference, |text| Reference::parse(text).ok_or_else(mistyped))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phrase_may_be_left_out_and_what_can_be_none_is_told_at_its_field() {
        let form = Form::default()
            .with(RenewField::IdentificationCode, "k7mq-9xtd-3fhw")
            .with(RenewField::Email, "hanako@sample.example");
        assert!(form.renewal().unwrap().challenge_phrase.is_none());
        let form = form.with(RenewField::ChallengePhrase, "short");
        let refusal = Refusal::at("challenge_phrase", Problem::PasswordTooShort { min: 8 });
        assert_eq!(form.renewal().unwrap_err(), [refusal]);
        let form: Form<NewFileField> = Form::default().with(NewFileField::Reference, "R12");
        let refusal = Refusal::at("reference", Problem::CodeMistyped { letters: 11 });
        assert_eq!(form.new_file().unwrap_err(), [refusal]);
    }
}
