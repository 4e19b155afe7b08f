//! Why a contract allows no further certificate, in the words of a form.

use domain::license::LicenseRefusal;
use templates::Problem;

/// The same at every form that asks for a certificate.
pub(crate) fn problem(refusal: LicenseRefusal) -> Problem {
    match refusal {
        LicenseRefusal::Expired(at) => Problem::LicenceExpired { at },
        LicenseRefusal::SeatsUsedUp(seats) => Problem::SeatsUsedUp { seats },
    }
}
