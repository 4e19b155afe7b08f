//! The pickup form, as typed, and what is wrong with it.

use domain::{
    application::Reference,
    chosen_password::P12_PASSWORD_LETTERS_MIN,
    device::DeviceType,
    pin::{PIN_ATTEMPTS_MAX, Pin},
    refusal::{Problem, Refusal, number},
    secret::Secret,
};
use pki::{Pkcs12Password, Pkcs12PasswordError, pkcs12::PKCS12_PASSWORD_CHARACTERS_MAX};

/// The pickup form, as typed.
#[derive(Debug)]
pub struct PickupForm {
    /// 受付番号.
    pub reference: String,
    /// PIN番号.
    pub pin: Secret<String>,
    /// PKCS12ファイルパスワード.
    pub p12_password: Secret<String>,
    /// The same again.
    pub p12_password_confirm: Secret<String>,
    /// "I will remember this password".
    pub password_remembered: bool,
    /// The system, by its stable name.
    pub device_type: String,
    /// Where the key is made; only `server` (or nothing) for now.
    pub key_origin: String,
    /// Random text of the form that was shown, so that a second click is known as one; may be empty.
    pub attempt: String,
}

/// The longest random text of a form, in letters.
const ATTEMPT_LETTERS_MAX: usize = 64;

/// A form in which each field is well-formed.
pub(crate) struct StatedPickup {
    pub(crate) reference: Reference,
    pub(crate) pin: Pin,
    pub(crate) password: Pkcs12Password,
    pub(crate) device_type: DeviceType,
}

impl PickupForm {
    pub(crate) fn stated(&self) -> Result<StatedPickup, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut note =
            |field, problem: Option<Problem>| refusals.extend(problem.map(|found| Refusal::at(field, found)));
        let parsed = |text: &str, present: bool| match (text.trim().is_empty(), present) {
            (true, _) => Some(Problem::Required),
            (false, false) => Some(Problem::PickupRefused { tries: PIN_ATTEMPTS_MAX }),
            (false, true) => None,
        };
        let reference = Reference::parse(&self.reference);
        let pin = Pin::parse(self.pin.expose());
        let device_type = DeviceType::parse(&self.device_type);
        note("reference", parsed(&self.reference, reference.is_some()));
        note("pin", parsed(self.pin.expose(), pin.is_some()));
        let password = Pkcs12Password::parse(self.p12_password.expose());
        note("p12_password", self.password_problem(password.as_ref().err()));
        let differ = self.p12_password.expose() != self.p12_password_confirm.expose();
        note("p12_password_confirm", differ.then_some(Problem::PasswordsDiffer));
        note("password_remembered", (!self.password_remembered).then_some(Problem::RememberNotConfirmed));
        note("device_type", device_type.is_none().then_some(Problem::DeviceTypeMissing));
        let elsewhere =
            !matches!(self.key_origin.as_str(), "" | "server") || self.attempt.len() > ATTEMPT_LETTERS_MAX;
        if elsewhere {
            // No person fills these in.
            refusals.push(Refusal::whole(Problem::Stale));
        }
        match (reference, pin, password, device_type) {
            (Some(reference), Some(pin), Ok(password), Some(device_type)) if refusals.is_empty() => {
                Ok(StatedPickup { reference, pin, password, device_type })
            }
            _ => Err(refusals),
        }
    }

    fn password_problem(&self, error: Option<&Pkcs12PasswordError>) -> Option<Problem> {
        let letters = self.p12_password.expose().chars().count();
        match error {
            Some(error) => Some(password_problem(*error)),
            None => (letters < P12_PASSWORD_LETTERS_MIN)
                .then_some(Problem::PasswordTooShort { min: number(P12_PASSWORD_LETTERS_MIN) }),
        }
    }
}

/// What cannot be the password of a file.
pub(super) fn password_problem(error: Pkcs12PasswordError) -> Problem {
    match error {
        Pkcs12PasswordError::Empty => Problem::Required,
        Pkcs12PasswordError::NotAscii => Problem::PasswordNotAscii,
        Pkcs12PasswordError::TooLong => Problem::too_long(PKCS12_PASSWORD_CHARACTERS_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> PickupForm {
        let secret = |text: &str| Secret::new(text.to_owned());
        PickupForm {
            reference: "Rabcdefghjk".into(),
            pin: secret("1234 5678 9012"),
            p12_password: secret("correct horse"),
            p12_password_confirm: secret("correct horse"),
            password_remembered: true,
            device_type: "windows".into(),
            key_origin: "server".into(),
            attempt: String::new(),
        }
    }

    fn problems(change: impl FnOnce(&mut PickupForm)) -> Vec<Refusal> {
        let mut form = form();
        change(&mut form);
        form.stated().err().unwrap_or_default()
    }

    #[test]
    fn a_well_filled_form_has_no_problem() {
        assert_eq!(problems(|_| {}), []);
    }

    #[test]
    fn each_bad_password_is_told_by_its_own_name() {
        let set = |text: &'static str| {
            move |form: &mut PickupForm| {
                form.p12_password = Secret::new(text.to_owned());
                form.p12_password_confirm = Secret::new(text.to_owned());
            }
        };
        assert_eq!(problems(set("")), [Refusal::at("p12_password", Problem::Required)]);
        assert_eq!(
            problems(set("short")),
            [Refusal::at("p12_password", Problem::PasswordTooShort { min: 8 })]
        );
        let not_ascii = problems(set("パスワードです。長い"));
        assert_eq!(not_ascii, [Refusal::at("p12_password", Problem::PasswordNotAscii)]);
        let differ = problems(|form| form.p12_password_confirm = Secret::new("other horse".to_owned()));
        assert_eq!(differ, [Refusal::at("p12_password_confirm", Problem::PasswordsDiffer)]);
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let found = problems(|form| {
            form.reference = String::new();
            form.pin = Secret::new("12".to_owned());
            form.password_remembered = false;
            form.device_type = "toaster".into();
            form.key_origin = "browser".into();
        });
        assert_eq!(
            found,
            [
                Refusal::at("reference", Problem::Required),
                Refusal::at("pin", Problem::PickupRefused { tries: PIN_ATTEMPTS_MAX }),
                Refusal::at("password_remembered", Problem::RememberNotConfirmed),
                Refusal::at("device_type", Problem::DeviceTypeMissing),
                Refusal::whole(Problem::Stale),
            ]
        );
    }
}
