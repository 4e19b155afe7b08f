//! The application form, as typed, and what is wrong with it.

use domain::{
    certificate_text::{CertificateText, RomanName},
    challenge::ChallengePhrase,
    device::DEVICE_NAME_LETTERS_MAX,
    email::EmailAddress,
    locale::Locale,
    one_line::one_line,
    password::OneTimePassword,
    refusal::{Problem, Refusal},
    secret::Secret,
};
use templates::agreement;

/// The application form, as typed.
#[derive(Debug)]
pub struct ApplicationForm {
    /// Contents of `data_entry.txt`; empty if none was given.
    pub data_entry: String,
    /// Family name in roman letters.
    pub family_name: String,
    /// Given name in roman letters.
    pub given_name: String,
    /// E-mail address.
    pub email: String,
    /// 識別コード.
    pub identification_code: String,
    /// One-time password, from the sheet or the invitation.
    pub password: OneTimePassword,
    /// What the person calls the device.
    pub device_name: String,
    /// Challenge phrase; empty if none is wanted.
    pub challenge_phrase: Secret<String>,
    /// Version of the agreement that was shown.
    pub agreement_version: String,
    /// `[同意して申請する]`.
    pub agreed: bool,
    /// Language of the page, and so of the agreement that was shown.
    pub locale: Locale,
}

/// What of a form can be judged without the store.
pub(super) struct StatedApplication {
    pub(super) roman_name: RomanName,
    pub(super) email: EmailAddress,
    pub(super) device_name: String,
    pub(super) challenge: Option<ChallengePhrase>,
}

impl ApplicationForm {
    pub(super) fn stated(&self) -> Result<StatedApplication, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut keep = |field, problem| refusals.push(Refusal::at(field, problem));
        let roman = |text: &str| CertificateText::parse(text).map_err(|error| error.problem(text));
        let family = roman(&self.family_name).map_err(|problem| keep("family_name", problem)).ok();
        let given = roman(&self.given_name).map_err(|problem| keep("given_name", problem)).ok();
        let email = EmailAddress::parse(&self.email).map_err(|error| keep("email", error.into()));
        let device_name = one_line(&self.device_name);
        if self.identification_code.trim().is_empty() {
            keep("identification_code", Problem::Required);
        }
        if self.password.expose().is_empty() {
            keep("password", Problem::Required);
        }
        match device_name.chars().count() {
            0 => keep("device_name", Problem::Required),
            1..=DEVICE_NAME_LETTERS_MAX => {}
            _ => keep("device_name", Problem::too_long(DEVICE_NAME_LETTERS_MAX)),
        }
        let challenge = ChallengePhrase::parse_optional(self.challenge_phrase.expose());
        let challenge = challenge.map_err(|error| keep("challenge_phrase", error.into()));
        match (self.agreed, self.agreement_version == agreement::VERSION) {
            (false, _) => keep("agree", Problem::AgreementMissing),
            (true, false) => keep("agree", Problem::AgreementChanged),
            (true, true) => {}
        }
        match (family, given, email, challenge) {
            (Some(family), Some(given), Ok(email), Ok(challenge)) if refusals.is_empty() => {
                Ok(StatedApplication {
                    roman_name: RomanName { family, given },
                    email,
                    device_name,
                    challenge,
                })
            }
            _ => Err(refusals),
        }
    }
}
