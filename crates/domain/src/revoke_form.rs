//! The form for revoking one's own certificate by the challenge phrase: what is typed, and what it says.

use crate::{
    challenge::ChallengePhrase,
    form::{Form, Reading, fields},
    refusal::Refusal,
};

/// The longest code and address that are looked at, in letters.
const TYPED_LETTERS_MAX: usize = 256;

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

/// Who says that a certificate is theirs. Anything is taken here, for a wrong word must cost the same work.
#[derive(Debug)]
pub struct ChallengeForm {
    /// 識別コード.
    pub identification_code: String,
    /// E-mail address.
    pub email: String,
    /// Challenge phrase.
    pub challenge_phrase: ChallengePhrase,
}

impl Form<RevokeField> {
    /// Who asks, or everything that is missing.
    pub fn challenge(&self) -> Result<ChallengeForm, Vec<Refusal>> {
        Reading::of(self, |reading| {
            let identification_code = reading.take(RevokeField::IdentificationCode, cut);
            let email = reading.take(RevokeField::Email, cut);
            let challenge_phrase = reading.take(RevokeField::ChallengePhrase, ChallengePhrase::typed);
            Ok(ChallengeForm {
                identification_code: identification_code?,
                email: email?,
                challenge_phrase: challenge_phrase?,
            })
        })
    }
}

fn cut(text: &str) -> String {
    text.chars().take(TYPED_LETTERS_MAX).collect()
}
