//! The application form, as typed, and what is wrong with it.

use domain::{
    certificate_text::{CertificateText, CertificateTextError, RomanName},
    challenge::{ChallengeError, ChallengePhrase},
    device::DEVICE_NAME_LETTERS_MAX,
    email::{EmailAddress, EmailError},
    locale::Locale,
    one_line::one_line,
    password::OneTimePassword,
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

/// A field of the application form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ApplyField {
    /// Family name.
    FamilyName,
    /// Given name.
    GivenName,
    /// E-mail address.
    Email,
    /// 識別コード.
    IdentificationCode,
    /// One-time password.
    Password,
    /// Device name.
    DeviceName,
    /// Challenge phrase.
    ChallengePhrase,
    /// `[同意して申請する]`.
    Agreement,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplyProblem {
    /// Nothing was given.
    Missing,
    /// Cannot stand in a certificate.
    CertificateText(CertificateTextError),
    /// No e-mail address.
    Email(EmailError),
    /// More letters than fit.
    TooLong,
    /// Too short or too long a phrase.
    Challenge(ChallengeError),
    /// The agreement has changed since the form was shown, or was not agreed to.
    NotAgreed,
}

/// What of a form can be judged without the store.
pub(super) struct StatedApplication {
    pub(super) roman_name: RomanName,
    pub(super) email: EmailAddress,
    pub(super) device_name: String,
    pub(super) challenge: Option<ChallengePhrase>,
}

impl ApplicationForm {
    pub(super) fn stated(&self) -> Result<StatedApplication, Vec<(ApplyField, ApplyProblem)>> {
        let mut problems = Vec::new();
        let roman = |text: &str| {
            CertificateText::parse(text).map_err(|error| match error {
                CertificateTextError::Empty => ApplyProblem::Missing,
                other => ApplyProblem::CertificateText(other),
            })
        };
        let mut keep = |field, problem| problems.push((field, problem));
        let family = roman(&self.family_name).map_err(|problem| keep(ApplyField::FamilyName, problem)).ok();
        let given = roman(&self.given_name).map_err(|problem| keep(ApplyField::GivenName, problem)).ok();
        let email = EmailAddress::parse(&self.email).map_err(|error| match error {
            EmailError::Empty => keep(ApplyField::Email, ApplyProblem::Missing),
            other => keep(ApplyField::Email, ApplyProblem::Email(other)),
        });
        let device_name = one_line(&self.device_name);
        if self.identification_code.trim().is_empty() {
            keep(ApplyField::IdentificationCode, ApplyProblem::Missing);
        }
        if self.password.expose().is_empty() {
            keep(ApplyField::Password, ApplyProblem::Missing);
        }
        match device_name.chars().count() {
            0 => keep(ApplyField::DeviceName, ApplyProblem::Missing),
            1..=DEVICE_NAME_LETTERS_MAX => {}
            _ => keep(ApplyField::DeviceName, ApplyProblem::TooLong),
        }
        let challenge = ChallengePhrase::parse_optional(self.challenge_phrase.expose());
        let challenge =
            challenge.map_err(|error| keep(ApplyField::ChallengePhrase, ApplyProblem::Challenge(error)));
        if !self.agreed || self.agreement_version != agreement::VERSION {
            keep(ApplyField::Agreement, ApplyProblem::NotAgreed);
        }
        match (family, given, email, challenge) {
            (Some(family), Some(given), Ok(email), Ok(challenge)) if problems.is_empty() => {
                Ok(StatedApplication {
                    roman_name: RomanName { family, given },
                    email,
                    device_name,
                    challenge,
                })
            }
            _ => Err(problems),
        }
    }
}
