//! What the domain finds wrong with a value, in the words of forms.

use domain::{
    certificate_text::{CERTIFICATE_TEXT_LETTERS_MAX, CertificateTextError},
    email::EmailError,
};
use templates::{Problem, spelling};

/// With a text for the certificate.
pub(crate) fn of_certificate_text(error: &CertificateTextError, typed: &str) -> Problem {
    match error {
        CertificateTextError::Empty => Problem::Required,
        CertificateTextError::TooLong => too_long(CERTIFICATE_TEXT_LETTERS_MAX),
        CertificateTextError::Letter(letter) => of_certificate_letter(*letter, typed),
    }
}

/// A letter that a certificate cannot carry.
pub(crate) fn of_certificate_letter(letter: char, typed: &str) -> Problem {
    let suggestion = spelling::plain(typed).filter(|plain| !plain.is_empty());
    Problem::CertificateTextLetter { letter, typed: typed.to_owned(), suggestion }
}

/// With an e-mail address.
pub(crate) fn of_email(error: EmailError) -> Problem {
    match error {
        EmailError::Empty => Problem::Required,
        EmailError::NotAscii => Problem::EmailNotAscii,
        EmailError::Malformed => Problem::EmailMalformed,
    }
}

/// More letters than fit.
pub(crate) fn too_long(max: usize) -> Problem {
    Problem::TooLong { max: number(max) }
}

/// A limit or a line's number, as problems tell it.
pub(crate) fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
