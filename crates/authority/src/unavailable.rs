//! The one way in which any act can fail through no fault of its caller.

use domain::refusal::{Problem, Refusal, Refuses};
use std::fmt;
use store::{Constraint, StoreError};

/// Before the act was committed, its person was shut out or got another role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the person who acts was shut out or got another role meanwhile")]
pub(crate) struct ActorChanged;

/// The store, the signer or the mail composer failed, or the actor has lost the permission. Nothing of the act
/// remains.
///
/// The text is for the log. A client learns only that the service is unavailable, or that its person's role has
/// changed ([`Unavailable::is_actor_changed`]).
#[derive(Debug)]
pub struct Unavailable(Box<dyn std::error::Error + Send + Sync>);

impl Unavailable {
    /// For a cause that no caller tells apart.
    pub fn because(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(reason.into())
    }

    /// The rule of the schema that refused a write, if that is the cause.
    pub(crate) fn conflict(&self) -> Option<Constraint> {
        self.0.downcast_ref::<StoreError>()?.conflict()
    }

    /// Is there just no room at this moment? The same may be asked again.
    pub fn is_busy(&self) -> bool {
        self.0.is::<crate::password_hash::Busy>()
            || matches!(self.0.downcast_ref::<StoreError>(), Some(StoreError::Busy { .. }))
    }

    /// Was who acts shut out, or given another role, while the act was under way?
    pub fn is_actor_changed(&self) -> bool {
        self.0.is::<ActorChanged>()
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "service unavailable: {}", self.0)
    }
}

impl std::error::Error for Unavailable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl Refuses for Unavailable {
    fn refusals(&self) -> Vec<Refusal> {
        let problem = if self.is_actor_changed() {
            Problem::RoleChanged
        } else if self.is_busy() {
            Problem::Busy
        } else {
            Problem::Unavailable
        };
        vec![problem.into()]
    }
}

/// Of pieces of work that do not need each other: one that fails stops none of the others.
#[derive(Default)]
pub(crate) struct FirstFailure(Option<NotAll>);

/// The first failure, by its subject, and what else was not done.
#[derive(Debug, thiserror::Error)]
#[error("{subject}: {}{}", .first.0, and_others(.others))]
struct NotAll {
    subject: String,
    first: Unavailable,
    others: Vec<String>,
}

fn and_others(others: &[String]) -> String {
    match others {
        [] => String::new(),
        _ => format!("; not done either: {}", others.join(", ")),
    }
}

impl FirstFailure {
    /// Remembers a failure, with what could not be worked off.
    pub(crate) fn note<T>(&mut self, subject: impl fmt::Display, done: Result<T, Unavailable>) -> Option<T> {
        match (done, &mut self.0) {
            (Ok(done), _) => return Some(done),
            (Err(_), Some(failed)) => failed.others.push(subject.to_string()),
            (Err(first), empty) => {
                *empty = Some(NotAll { subject: subject.to_string(), first, others: Vec::new() });
            }
        }
        None
    }

    pub(crate) fn into_result(self) -> Result<(), Unavailable> {
        self.0.map_or(Ok(()), |failed| Err(Unavailable::because(failed)))
    }
}

macro_rules! causes {
    ($($cause:ty),* $(,)?) => {$(
        impl From<$cause> for Unavailable {
            fn from(cause: $cause) -> Self {
                Self(Box::new(cause))
            }
        }
    )*};
}

causes!(
    ActorChanged,
    StoreError,
    crate::seal::SealError,
    crate::password_hash::Busy,
    pki::KeyError,
    pki::NameError,
    pki::PrepareError,
    pki::CertificateError,
    pki::LintRefusal,
    pki::CmsError,
    pki::CrlError,
    pki::Pkcs12Error,
    plist::Error,
    domain::host_name::HostNameError,
    serde_json::Error,
);

/// Lets `?` turn any cause of [`Unavailable`] into an act's own error with an `Unavailable` variant.
macro_rules! unavailable_in {
    ($error:ty) => {
        impl<Cause: Into<crate::Unavailable>> From<Cause> for $error {
            fn from(cause: Cause) -> Self {
                Self::Unavailable(cause.into())
            }
        }
    };
}
pub(crate) use unavailable_in;
