//! The form for revoking one's own certificate by the challenge phrase.

use crate::{
    application_form::identification_code,
    challenge::ChallengePhrase,
    email::EmailAddress,
    form::{Form, Reading, fields},
    refusal::Refusal,
    tenant::IdentificationCode,
};

fields! {
    /// A field of the form.
    pub RevokeField {
        /// 識別コード.
        IdentificationCode = "identification_code",
        /// E-mail address.
        Email = "email",
        /// Challenge phrase.
        ChallengePhrase = "challenge_phrase": Secret,
    }
}

/// The parsed form.
#[derive(Debug)]
pub struct ChallengeForm {
    /// 識別コード.
    pub identification_code: IdentificationCode,
    /// E-mail address.
    pub email: EmailAddress,
    /// Challenge phrase.
    pub challenge_phrase: ChallengePhrase,
}

impl Form<RevokeField> {
    /// The parsed form, or all errors. A text that cannot be a code, address or phrase is a typing mistake,
    /// and no guess.
    pub fn challenge(&self) -> Result<ChallengeForm, Vec<Refusal>> {
        Reading::of(self, |reading| {
            let identification_code = reading.read(RevokeField::IdentificationCode, identification_code);
            let email = reading.read(RevokeField::Email, EmailAddress::parse);
            let challenge_phrase = reading.read(RevokeField::ChallengePhrase, ChallengePhrase::recalled);
            Ok(ChallengeForm {
                identification_code: identification_code?,
                email: email?,
                challenge_phrase: challenge_phrase?,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Problem;

    #[test]
    fn what_can_be_no_code_address_or_phrase_is_told_at_its_field() {
        let form = Form::default()
            .with(RevokeField::IdentificationCode, "k7mq-9xtd")
            .with(RevokeField::Email, "hanako")
            .with(RevokeField::ChallengePhrase, "short");
        assert_eq!(
            form.challenge().unwrap_err(),
            [
                Refusal::at("identification_code", Problem::CodeMistyped { letters: 12 }),
                Refusal::at("email", Problem::EmailMalformed),
                Refusal::at("challenge_phrase", Problem::PasswordTooShort { min: 8 }),
            ]
        );
    }
}
