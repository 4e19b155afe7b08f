//! The refusals of a sign-in and of a choice of password.

use crate::{Unavailable, runner::ActError, unavailable::unavailable_in};
use domain::{
    attempts::TooManyAttempts,
    form::Field,
    mailed_code::TooManyCodes,
    portal_form::PortalField,
    refusal::{Problem, Refusal, Refuses},
};

/// The refusal of a sign-in or of a choice of password.
#[derive(Debug, thiserror::Error)]
pub enum PortalRefusal {
    /// The form is not filled in as it must be.
    #[error("the form is not filled in as it must be")]
    Fields(Vec<Refusal>),
    /// A password is set already; sign in with it.
    #[error("a password is set already")]
    AlreadySet,
    /// A password is chosen by a mailed code now.
    #[error("the password is chosen by a mailed code")]
    CodeNeeded,
    /// The password is wrong.
    #[error("the password is wrong")]
    Wrong,
    /// The present password, typed to choose another one, is wrong.
    #[error("the present password is wrong")]
    PresentWrong,
    /// Not the code that was mailed last; so many tries are left.
    #[error("the code is wrong; {left} tries are left")]
    CodeWrong {
        /// Tries left.
        left: u32,
    },
    /// No code is open: none was mailed to this address, its time is over, or its tries are used up.
    #[error("the code is of no use any more; have a new one mailed")]
    CodeOver,
    /// No code is mailed for now.
    #[error(transparent)]
    TooManyCodes(TooManyCodes),
    /// Too many wrong tries.
    #[error(transparent)]
    TooMany(TooManyAttempts),
    /// Store, or too many sign-ins at the same time.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for PortalRefusal {
    fn refusals(&self) -> Vec<Refusal> {
        let at = |field: PortalField, problem| Refusal::at(field.name(), problem);
        vec![match self {
            Self::Fields(refusals) => return refusals.clone(),
            Self::AlreadySet => Problem::AlreadyDone.into(),
            Self::CodeNeeded => Problem::PasswordCodeNeeded.into(),
            Self::Wrong => at(PortalField::Password, Problem::SignInRefused),
            Self::PresentWrong => at(PortalField::PresentPassword, Problem::SignInRefused),
            Self::CodeWrong { left } => at(PortalField::Code, Problem::EmailCodeWrong { left: *left }),
            Self::CodeOver => Problem::EmailCodeOver.into(),
            Self::TooManyCodes(limit) => Refusal::whole(*limit),
            Self::TooMany(limit) => Refusal::whole(*limit),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(PortalRefusal);

impl ActError for PortalRefusal {
    fn no_such_tenant() -> Self {
        Self::Unavailable(Unavailable::no_such_tenant())
    }
}
