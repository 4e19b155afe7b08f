//! The forms in which a person chooses the portal's password: at first, in place of the present one, or by a mailed code.

use crate::{
    chosen_password::{PORTAL_PASSWORD_LETTERS_MAX, PORTAL_PASSWORD_LETTERS_MIN},
    form::{Form, Noted, Reading, fields},
    pin::{PIN_DIGITS, Pin},
    refusal::{Problem, Refusal, number},
    secret::Secret,
};

fields! {
    /// A field of these forms.
    pub PortalField {
        /// The present password.
        PresentPassword = "current_password": Secret,
        /// The mailed code.
        Code = "email_code": Secret,
        /// The chosen password.
        Password = "password": Secret,
        /// The same again.
        PasswordConfirm = "password_confirm": Secret,
    }
}

/// A password in place of the present one.
pub struct PasswordChange {
    /// The present password as typed.
    pub present: Secret<String>,
    /// The chosen password.
    pub chosen: Secret<String>,
}

/// A password that is chosen by a mailed code.
pub struct PasswordByCode {
    /// The code as typed.
    pub code: Pin,
    /// The chosen password.
    pub chosen: Secret<String>,
}

impl Form<PortalField> {
    /// The first password, or everything that is wrong with the form.
    pub fn first_password(&self) -> Result<Secret<String>, Vec<Refusal>> {
        Reading::of(self, |reading| chosen(self, reading))
    }

    /// The present and the chosen password, or everything that is wrong with the form.
    pub fn password_change(&self) -> Result<PasswordChange, Vec<Refusal>> {
        Reading::of(self, |reading| {
            let present = reading
                .read(PortalField::PresentPassword, |text| Ok::<_, Problem>(Secret::new(text.to_owned())));
            let chosen = chosen(self, reading);
            Ok(PasswordChange { present: present?, chosen: chosen? })
        })
    }

    /// The code and the chosen password, or everything that is wrong with the form. A text that can be no code is a
    /// typing mistake, and no wrong try.
    pub fn password_by_code(&self) -> Result<PasswordByCode, Vec<Refusal>> {
        let no_code = || Problem::DigitsMistyped { digits: number(PIN_DIGITS) };
        Reading::of(self, |reading| {
            let code = reading.read(PortalField::Code, |text| Pin::parse(text).ok_or_else(no_code));
            let chosen = chosen(self, reading);
            Ok(PasswordByCode { code: code?, chosen: chosen? })
        })
    }
}

fn chosen(form: &Form<PortalField>, reading: &mut Reading<'_, PortalField>) -> Result<Secret<String>, Noted> {
    let password = form.exposed(PortalField::Password);
    let problem = match password.chars().count() {
        0 => Problem::Required,
        letters if letters < PORTAL_PASSWORD_LETTERS_MIN => {
            Problem::PasswordTooShort { min: number(PORTAL_PASSWORD_LETTERS_MIN) }
        }
        letters if letters > PORTAL_PASSWORD_LETTERS_MAX => Problem::too_long(PORTAL_PASSWORD_LETTERS_MAX),
        _ if password != form.exposed(PortalField::PasswordConfirm) => {
            return Err(reading.refuse(PortalField::PasswordConfirm, Problem::PasswordsDiffer));
        }
        _ => return Ok(Secret::new(password.to_owned())),
    };
    Err(reading.refuse(PortalField::Password, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "twelve signs";

    fn form(code: &str, password: &str, confirm: &str) -> Form<PortalField> {
        Form::default()
            .with(PortalField::Code, code)
            .with(PortalField::Password, password)
            .with(PortalField::PasswordConfirm, confirm)
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_its_field_at_once() {
        let errors = |form: Form<PortalField>| form.password_by_code().map(drop).unwrap_err();
        assert_eq!(
            errors(form("1234", "short", "")),
            [
                Refusal::at("email_code", Problem::DigitsMistyped { digits: 12 }),
                Refusal::at("password", Problem::PasswordTooShort { min: 12 }),
            ]
        );
        assert_eq!(
            errors(form("", PASSWORD, "x")),
            [
                Refusal::at("email_code", Problem::Required),
                Refusal::at("password_confirm", Problem::PasswordsDiffer),
            ]
        );
        let long = "x".repeat(201);
        assert_eq!(
            form("", &long, &long).password_change().map(drop).unwrap_err(),
            [
                Refusal::at("current_password", Problem::Required),
                Refusal::at("password", Problem::too_long(200)),
            ]
        );
        assert_eq!(
            form("", "", "").first_password().unwrap_err(),
            [Refusal::at("password", Problem::Required)]
        );
        assert!(form("1234-5678-9012", PASSWORD, PASSWORD).password_by_code().is_ok());
    }
}
