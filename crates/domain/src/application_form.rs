//! The application form (個人用電子証明書 新規申請): what is typed, and what it says.

use crate::{
    certificate_text::{CertificateText, RomanName},
    challenge::ChallengePhrase,
    device::DEVICE_NAME_LETTERS_MAX,
    email::EmailAddress,
    form::{Form, Noted, Reading, fields},
    one_line::one_line,
    password::{ONE_TIME_PASSWORD_LETTERS, OneTimePassword},
    refusal::{Problem, Refusal, number},
    tenant::IdentificationCode,
};

fields! {
    /// A field of the application form.
    pub ApplyField {
        /// The file `data_entry.txt`; what it holds counts for [`Self::DataEntry`].
        DataEntryFile = "data_entry_file",
        /// Contents of `data_entry.txt`; empty if none was given.
        DataEntry = "data_entry",
        /// The paper that the person holds: `sheet`, or an invitation. It chooses what the page asks for, and counts for
        /// nothing else.
        Door = "door",
        /// Whether code and address come from an invitation's link. The page shows them locked.
        Locked = "locked": Tick,
        /// Family name in roman letters, asked for where none is on record.
        FamilyName = "family_name",
        /// Given name in roman letters.
        GivenName = "given_name",
        /// E-mail address.
        Email = "email",
        /// 識別コード.
        IdentificationCode = "identification_code",
        /// One-time password, from the sheet or the invitation.
        Password = "password": Secret,
        /// What the person calls the device.
        DeviceName = "device_name",
        /// Challenge phrase; empty if none is wanted.
        ChallengePhrase = "challenge_phrase": Secret,
        /// Version of the agreement that was shown.
        AgreementVersion = "agreement_version",
        /// `[同意して申請する]`.
        Agreement = "agree": Tick,
    }
}

/// What the form says, as far as that can be judged without the store.
#[derive(Debug)]
pub struct StatedApplication {
    /// Name in roman letters, if one was stated.
    pub roman_name: Option<RomanName>,
    /// E-mail address.
    pub email: EmailAddress,
    /// 識別コード.
    pub identification_code: IdentificationCode,
    /// One-time password.
    pub password: OneTimePassword,
    /// What the person calls the device.
    pub device_name: String,
    /// Challenge phrase, if one is wanted.
    pub challenge: Option<ChallengePhrase>,
    /// Contents of `data_entry.txt`, if it was given.
    pub data_entry: Option<String>,
}

impl Form<ApplyField> {
    /// What the form says, or everything that is wrong with it. `agreement`: the version that is agreed to now.
    pub fn application(&self, agreement: &str) -> Result<StatedApplication, Vec<Refusal>> {
        use ApplyField as F;
        Reading::of(self, |reading| {
            let names = [F::FamilyName, F::GivenName];
            let unnamed = names.iter().all(|field| self.text(*field).is_empty());
            let name = if unnamed { Ok(None) } else { names_of(reading).map(Some) };
            let email = reading.read(F::Email, EmailAddress::parse);
            let identification_code = reading.read(F::IdentificationCode, identification_code);
            let password = reading.read(F::Password, password);
            let device_name = reading.read(F::DeviceName, device_name);
            let challenge = reading.read_if_any(F::ChallengePhrase, ChallengePhrase::chosen);
            self.check_agreement(agreement).map_err(|problem| reading.refuse(F::Agreement, problem))?;
            Ok(StatedApplication {
                roman_name: name?,
                email: email?,
                identification_code: identification_code?,
                password: password?,
                device_name: device_name?,
                challenge: challenge?,
                data_entry: self.data_entry(),
            })
        })
    }

    /// Contents of `data_entry.txt`, if it was given.
    pub fn data_entry(&self) -> Option<String> {
        let contents = self.shown(ApplyField::DataEntry);
        (!contents.trim().is_empty()).then(|| contents.to_owned())
    }

    fn check_agreement(&self, present: &str) -> Result<(), Problem> {
        match self.is_ticked(ApplyField::Agreement) {
            false => Err(Problem::AgreementMissing),
            true if self.text(ApplyField::AgreementVersion) != present => Err(Problem::AgreementChanged),
            true => Ok(()),
        }
    }
}

fn names_of(reading: &mut Reading<'_, ApplyField>) -> Result<RomanName, Noted> {
    let family = reading.read(ApplyField::FamilyName, roman);
    let given = reading.read(ApplyField::GivenName, roman);
    Ok(RomanName { family: family?, given: given? })
}

fn roman(text: &str) -> Result<CertificateText, Problem> {
    CertificateText::parse(text).map_err(|error| error.problem(text))
}

fn password(text: &str) -> Result<OneTimePassword, Problem> {
    let password = OneTimePassword::typed(text);
    if password.can_be_right() {
        Ok(password)
    } else {
        Err(Problem::CodeMistyped { letters: number(ONE_TIME_PASSWORD_LETTERS) })
    }
}

/// A text that can be no identification code is a typing mistake, and no guess.
pub(crate) fn identification_code(text: &str) -> Result<IdentificationCode, Problem> {
    let mistyped = Problem::CodeMistyped { letters: number(IdentificationCode::LETTERS) };
    IdentificationCode::parse(text).ok_or(mistyped)
}

fn device_name(text: &str) -> Result<String, Problem> {
    let name = one_line(text);
    match name.chars().count() {
        0 => Err(Problem::Required),
        1..=DEVICE_NAME_LETTERS_MAX => Ok(name),
        _ => Err(Problem::too_long(DEVICE_NAME_LETTERS_MAX)),
    }
}

#[cfg(test)]
mod tests;
