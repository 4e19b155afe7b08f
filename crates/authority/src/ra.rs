//! The registration authority: applications come in, are judged, approved or turned down.
//!
//! **Invariant:** whatever is wrong with the credentials, the answer is [`ApplyRefusal::Uniform`] after
//! the same look-ups and the same hash. No answer says which of code, e-mail, password or file was wrong.

mod announcing;
mod credentials;
mod deciding;
mod held;
mod opening;
mod sent;
mod sent_again;
mod submitting;

pub use deciding::DecideError;
pub use sent::{SENT_MINUTES, SentApplication};

use crate::{
    Unavailable,
    core::Core,
    phrases::Phrases,
    pins::Pins,
    runner::ActError,
    sealer::{Keyed, Sealer},
    sheet::DataEntryReader,
    tries::Tries,
    unavailable::unavailable_in,
};
use domain::{
    application::Reference,
    application_form::ApplyField,
    attempts::TooManyAttempts,
    data_entry::DataEntryError,
    form::Field,
    license::LicenseRefusal,
    refusal::{Problem, Refusal, Refuses},
};

/// Why a `data_entry.txt` does not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataEntryRefusal {
    /// Changed, incomplete, or of another installation.
    #[error(transparent)]
    File(DataEntryError),
    /// It belongs to another contract than the identification code that was typed.
    #[error("data_entry.txt belongs to another contract than the identification code")]
    OtherTenant,
    /// The contract has ended, or all its seats are taken.
    #[error(transparent)]
    License(LicenseRefusal),
    /// Its tenant is no longer served.
    #[error("the tenant of data_entry.txt is not in service")]
    TenantClosed,
}

impl From<DataEntryRefusal> for Problem {
    fn from(refusal: DataEntryRefusal) -> Self {
        match refusal {
            DataEntryRefusal::File(error) => error.into(),
            DataEntryRefusal::OtherTenant => Self::DataEntryOtherTenant,
            DataEntryRefusal::License(refusal) => refusal.into(),
            DataEntryRefusal::TenantClosed => Self::TenantClosed,
        }
    }
}

/// Why an application was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ApplyRefusal {
    /// Fields to be corrected, all at once.
    #[error("the form has fields to be corrected")]
    Fields(Vec<Refusal>),
    /// The file.
    #[error(transparent)]
    DataEntry(DataEntryRefusal),
    /// The credentials; says no more than that.
    #[error("the credentials do not fit together")]
    Uniform,
    /// The credentials are right, but no roman name is on record or was stated.
    #[error("no name in roman letters is on record, and the form states none")]
    NameMissing,
    /// The credentials were used a moment ago by a form that said something else, which counts.
    #[error("the credentials were used a moment ago")]
    AppliedBefore,
    /// Too many wrong tries.
    #[error(transparent)]
    TooMany(TooManyAttempts),
    /// The credentials are right, but the contract allows no further certificate.
    #[error(transparent)]
    License(LicenseRefusal),
    /// The credentials are right, but the person or the company is suspended.
    #[error("the person or the company is suspended")]
    Suspended,
    /// The credentials are right, but the person has a certificate for a device of this name, and the tenant's profile
    /// allows one.
    #[error("the device has a certificate, or an application under way")]
    DeviceHasCertificate,
    /// Store or signer.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for ApplyRefusal {
    fn refusals(&self) -> Vec<Refusal> {
        vec![match self {
            Self::Fields(refusals) => return refusals.clone(),
            Self::DataEntry(refusal) => Refusal::at("data_entry", refusal.clone()),
            Self::Uniform => Problem::EnrolRefused.into(),
            Self::NameMissing => {
                return [ApplyField::FamilyName, ApplyField::GivenName]
                    .map(|field| Refusal::at(field.name(), Problem::Required))
                    .into();
            }
            Self::AppliedBefore => Problem::AppliedBefore.into(),
            Self::TooMany(limit) => Refusal::whole(*limit),
            Self::License(refusal) => Refusal::whole(*refusal),
            Self::Suspended => Problem::ApplicantSuspended.into(),
            Self::DeviceHasCertificate => {
                Refusal::at(ApplyField::DeviceName.name(), Problem::DeviceHasCertificate)
            }
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(ApplyRefusal);

impl ActError for ApplyRefusal {
    fn no_such_tenant() -> Self {
        Self::Uniform
    }
}

/// An application was taken.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// 受付番号.
    pub reference: Reference,
    /// Is the PIN on its way, or does an administrator look first?
    pub approved: bool,
    /// What the page after the form says to the applicant.
    pub sent: SentApplication,
}

/// Takes applications in and decides on them.
#[derive(Clone)]
pub struct Registration {
    core: Core,
    tries: Tries,
    pins: Pins,
    phrases: Phrases,
    /// Hashes one-time passwords.
    passwords: Keyed,
    data_entries: DataEntryReader,
    seals: ApplicationSeals,
}

/// Seals what rests in the applicant's browser.
#[derive(Clone)]
pub(crate) struct ApplicationSeals {
    /// Forms whose person is asked for a name.
    pub(crate) held: Sealer,
    /// What was sent.
    pub(crate) sent: Sealer,
}

impl Registration {
    pub(crate) fn new(
        core: &Core,
        tries: &Tries,
        pins: &Pins,
        phrases: &Phrases,
        passwords: Keyed,
        data_entries: DataEntryReader,
        seals: ApplicationSeals,
    ) -> Self {
        let (core, tries) = (core.clone(), tries.clone());
        Self { core, tries, pins: pins.clone(), phrases: phrases.clone(), passwords, data_entries, seals }
    }
}
