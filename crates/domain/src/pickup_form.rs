//! The pickup form (個人用電子証明書 取得): what is typed, and what it says.

use crate::{
    application::Reference,
    chosen_password::P12_PASSWORD_LETTERS_MIN,
    device::DeviceType,
    file_password::file_password,
    form::{Form, Noted, Reading, fields},
    pin::{PIN_DIGITS, Pin},
    refusal::{Problem, Refusal, number},
    secret::Secret,
};
use pki::Pkcs12Password;

fields! {
    /// A field of the pickup form.
    pub PickupField {
        /// 受付番号.
        Reference = "reference",
        /// PIN番号.
        Pin = "pin": Secret,
        /// PKCS12ファイルパスワード.
        Password = "p12_password": Secret,
        /// The same again.
        PasswordConfirm = "p12_password_confirm": Secret,
        /// "I will remember this password".
        PasswordRemembered = "password_remembered": Tick,
        /// The system, by its stable name.
        DeviceType = "device_type": Choice("device"),
        /// Where the key is made; only `server` (or nothing) for now.
        KeyOrigin = "key_origin",
        /// Random text that names the form that was shown, so that a second click is known as one; may be empty. No
        /// page sends it: it comes with a cookie.
        Attempt = "attempt": Secret,
    }
}

/// The longest random text of a form, in letters.
const ATTEMPT_LETTERS_MAX: usize = 64;

/// What the form says, each field well-formed.
pub struct StatedPickup {
    /// 受付番号.
    pub reference: Reference,
    /// PIN番号.
    pub pin: Pin,
    /// What the file is to be.
    pub file: StatedFile,
}

/// What the form says about the file.
pub struct StatedFile {
    /// PKCS12ファイルパスワード.
    pub password: Pkcs12Password,
    /// The system.
    pub device_type: DeviceType,
    /// Random text that names the form; may be empty.
    pub attempt: Secret<String>,
}

impl Form<PickupField> {
    /// What the form says, or everything that is wrong with it.
    pub fn pickup(&self) -> Result<StatedPickup, Vec<Refusal>> {
        use PickupField as F;
        let no_reference = || Problem::CodeMistyped { letters: number(Reference::LETTERS) };
        let no_pin = || Problem::DigitsMistyped { digits: number(PIN_DIGITS) };
        Reading::of(self, |reading| {
            let reference =
                reading.read(F::Reference, |text| Reference::parse(text).ok_or_else(no_reference));
            let pin = reading.read(F::Pin, |text| Pin::parse(text).ok_or_else(no_pin));
            let file = self.read_file(reading);
            Ok(StatedPickup { reference: reference?, pin: pin?, file: file? })
        })
    }

    /// What the form says where the person is known by another certificate, so that it asks for no PIN.
    pub fn file(&self) -> Result<StatedFile, Vec<Refusal>> {
        Reading::of(self, |reading| self.read_file(reading))
    }

    fn read_file(&self, reading: &mut Reading<'_, PickupField>) -> Result<StatedFile, Noted> {
        use PickupField as F;
        let password = password(self.exposed(F::Password));
        let password = password.map_err(|problem| reading.refuse(F::Password, problem));
        if self.exposed(F::Password) != self.exposed(F::PasswordConfirm) {
            reading.refuse(F::PasswordConfirm, Problem::PasswordsDiffer);
        }
        if !self.is_ticked(F::PasswordRemembered) {
            reading.refuse(F::PasswordRemembered, Problem::RememberNotConfirmed);
        }
        let device_type = DeviceType::parse(self.text(F::DeviceType));
        let device_type =
            device_type.ok_or_else(|| reading.refuse(F::DeviceType, Problem::DeviceTypeMissing));
        let attempt = self.exposed(F::Attempt);
        // No person fills these in.
        if !matches!(self.text(F::KeyOrigin), "" | "server") || attempt.len() > ATTEMPT_LETTERS_MAX {
            reading.refuse_whole(Problem::Stale);
        }
        Ok(StatedFile {
            password: password?,
            device_type: device_type?,
            attempt: Secret::new(attempt.to_owned()),
        })
    }
}

fn password(text: &str) -> Result<Pkcs12Password, Problem> {
    let password = file_password(text)?;
    if text.chars().count() < P12_PASSWORD_LETTERS_MIN {
        return Err(Problem::PasswordTooShort { min: number(P12_PASSWORD_LETTERS_MIN) });
    }
    Ok(password)
}

#[cfg(test)]
mod tests;
