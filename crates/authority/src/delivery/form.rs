//! The pickup form, as typed, and what is wrong with it.

use domain::{
    application::Reference, chosen_password::P12_PASSWORD_LETTERS_MIN, device::DeviceType, pin::Pin,
    secret::Secret,
};
use pki::{Pkcs12Password, Pkcs12PasswordError};

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

/// A field of the pickup form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PickupField {
    /// 受付番号.
    Reference,
    /// PIN番号.
    Pin,
    /// PKCS12ファイルパスワード.
    Password,
    /// The same again.
    PasswordConfirm,
    /// "I will remember this password".
    PasswordRemembered,
    /// The system.
    DeviceType,
    /// Where the key is made.
    KeyOrigin,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PickupProblem {
    /// Nothing was given or chosen.
    Missing,
    /// Cannot be a reference or PIN.
    Malformed,
    /// Fewer than [`P12_PASSWORD_LETTERS_MIN`] letters.
    TooShort,
    /// Not printable ASCII, or too long.
    Password(Pkcs12PasswordError),
    /// The two differ.
    Differ,
    /// Not offered.
    Unknown,
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
    pub(crate) fn stated(&self) -> Result<StatedPickup, Vec<(PickupField, PickupProblem)>> {
        let mut problems = Vec::new();
        let parsed = |text: &str, present: bool| match (text.trim().is_empty(), present) {
            (true, _) => Some(PickupProblem::Missing),
            (false, false) => Some(PickupProblem::Malformed),
            (false, true) => None,
        };
        let reference = Reference::parse(&self.reference);
        let pin = Pin::parse(self.pin.expose());
        let device_type = DeviceType::parse(&self.device_type);
        let mut note =
            |field, problem: Option<PickupProblem>| problems.extend(problem.map(|found| (field, found)));
        note(PickupField::Reference, parsed(&self.reference, reference.is_some()));
        note(PickupField::Pin, parsed(self.pin.expose(), pin.is_some()));
        let password = Pkcs12Password::parse(self.p12_password.expose());
        note(PickupField::Password, self.password_problem(password.as_ref().err()));
        let differ = self.p12_password.expose() != self.p12_password_confirm.expose();
        note(PickupField::PasswordConfirm, differ.then_some(PickupProblem::Differ));
        let forgotten = !self.password_remembered;
        note(PickupField::PasswordRemembered, forgotten.then_some(PickupProblem::Missing));
        note(PickupField::DeviceType, parsed(&self.device_type, device_type.is_some()));
        let elsewhere =
            !matches!(self.key_origin.as_str(), "" | "server") || self.attempt.len() > ATTEMPT_LETTERS_MAX;
        note(PickupField::KeyOrigin, elsewhere.then_some(PickupProblem::Unknown));
        match (reference, pin, password, device_type) {
            (Some(reference), Some(pin), Ok(password), Some(device_type)) if problems.is_empty() => {
                Ok(StatedPickup { reference, pin, password, device_type })
            }
            _ => Err(problems),
        }
    }

    fn password_problem(&self, error: Option<&Pkcs12PasswordError>) -> Option<PickupProblem> {
        let letters = self.p12_password.expose().chars().count();
        match error {
            Some(Pkcs12PasswordError::Empty) => Some(PickupProblem::Missing),
            Some(error) => Some(PickupProblem::Password(*error)),
            None => (letters < P12_PASSWORD_LETTERS_MIN).then_some(PickupProblem::TooShort),
        }
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

    fn problems(change: impl FnOnce(&mut PickupForm)) -> Vec<(PickupField, PickupProblem)> {
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
        assert_eq!(problems(set("")), [(PickupField::Password, PickupProblem::Missing)]);
        assert_eq!(problems(set("short")), [(PickupField::Password, PickupProblem::TooShort)]);
        let not_ascii = problems(set("パスワードです。長い"));
        assert!(
            matches!(not_ascii[..], [(PickupField::Password, PickupProblem::Password(_))]),
            "{not_ascii:?}"
        );
        let differ = problems(|form| form.p12_password_confirm = Secret::new("other horse".to_owned()));
        assert_eq!(differ, [(PickupField::PasswordConfirm, PickupProblem::Differ)]);
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
                (PickupField::Reference, PickupProblem::Missing),
                (PickupField::Pin, PickupProblem::Malformed),
                (PickupField::PasswordRemembered, PickupProblem::Missing),
                (PickupField::DeviceType, PickupProblem::Malformed),
                (PickupField::KeyOrigin, PickupProblem::Unknown),
            ]
        );
    }
}
