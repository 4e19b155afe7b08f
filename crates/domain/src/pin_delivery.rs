//! Who gets a PIN: its person by mail, or an administrator, who sees it once and hands it over.
//!
//! **Invariant:** every door at which a PIN is made asks [`PinRecipient::of`], and every door at which a PIN is shown
//! asks [`may_be_shown`]; no door reads the policy by itself. A change of the policy leaves PINs that are out as they
//! are: each opens its pickup until it ends.

use crate::{
    grant::Actor,
    id::{PinSheetId, UserId},
    policy::Policy,
    refusal::Problem,
    time::Timestamp,
    user::Role,
};
use serde::{Deserialize, Serialize};

/// How the PINs of a tenant's people reach them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PinDelivery {
    /// By mail, to the person's address.
    #[default]
    Mail,
    /// Shown to an administrator, for people who cannot read their mail without a certificate.
    Administrator,
}

impl PinDelivery {
    /// All ways, the default first.
    pub const ALL: [Self; 2] = [Self::Mail, Self::Administrator];

    /// The stable name, in forms and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Administrator => "administrator",
        }
    }

    /// The way with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|delivery| delivery.name() == name)
    }
}

/// Who gets the next PIN of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinRecipient {
    /// The person, by mail.
    Person,
    /// An administrator of the person's company, on request.
    Administrator,
}

impl PinRecipient {
    /// Who gets the PINs of a person with this role. Administrators and auditors get theirs by mail under every
    /// policy: nobody of their own company is to hold their certificate.
    pub fn of(policy: &Policy, role: Role) -> Self {
        match (policy.pin_delivery, role) {
            (PinDelivery::Administrator, Role::User) => Self::Administrator,
            (PinDelivery::Mail, _) | (_, Role::Operator | Role::Administrator | Role::Auditor) => {
                Self::Person
            }
        }
    }
}

/// When a PIN was shown, and to whom. The same showing stays on record once the PIN is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinShowing {
    /// The sheet of the PIN, which the form has named.
    pub sheet: PinSheetId,
    /// When it was made.
    pub at: Timestamp,
    /// The person who saw it; `None` for an operator at the machine.
    pub to: Option<UserId>,
}

/// Why a PIN is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotShown {
    /// The person gets it by mail.
    #[error("the PINs of this customer's people go by mail")]
    Mailed,
    /// An operator shows the PINs of administrators and auditors.
    #[error("the PIN of an administrator or auditor is shown by an operator only")]
    ByOperator,
}

impl From<NotShown> for Problem {
    fn from(refusal: NotShown) -> Self {
        match refusal {
            NotShown::Mailed => Self::PinIsMailed,
            NotShown::ByOperator => Self::PinByOperator,
        }
    }
}

/// Whether an actor may see the PIN of a person with this role. An operator may see those of administrators and
/// auditors under every policy: a company whose last administrator is locked out has no other way back.
pub fn may_be_shown(policy: &Policy, to: Role, actor: Actor) -> Result<(), NotShown> {
    let by_operator = matches!(actor, Actor::Machine | Actor::User { role: Role::Operator, .. });
    match (PinRecipient::of(policy, to), to) {
        (PinRecipient::Administrator, _) => Ok(()),
        (PinRecipient::Person, Role::User) => Err(NotShown::Mailed),
        (PinRecipient::Person, Role::Operator | Role::Administrator | Role::Auditor) if by_operator => Ok(()),
        (PinRecipient::Person, Role::Operator | Role::Administrator | Role::Auditor) => {
            Err(NotShown::ByOperator)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::TenantId;

    fn policy(pin_delivery: PinDelivery) -> Policy {
        Policy { pin_delivery, ..Policy::default() }
    }

    fn actor(role: Role) -> Actor {
        let (tenant, user) = (TenantId::from_slice(&[1; 16]).unwrap(), UserId::from_slice(&[2; 16]).unwrap());
        Actor::User { tenant, user, role }
    }

    #[test]
    fn only_the_pins_of_ordinary_people_go_to_administrators_and_only_by_policy() {
        for role in Role::ALL {
            assert_eq!(PinRecipient::of(&policy(PinDelivery::Mail), role), PinRecipient::Person);
            let by_policy = PinRecipient::of(&policy(PinDelivery::Administrator), role);
            assert_eq!(by_policy == PinRecipient::Administrator, role == Role::User, "{role:?}");
        }
    }

    #[test]
    fn an_administrator_sees_no_pin_of_an_administrator_and_an_operator_none_that_is_mailed() {
        let (mailed, shown) = (policy(PinDelivery::Mail), policy(PinDelivery::Administrator));
        for actor in [actor(Role::Administrator), actor(Role::Operator), Actor::Machine] {
            assert_eq!(may_be_shown(&mailed, Role::User, actor), Err(NotShown::Mailed));
            assert_eq!(may_be_shown(&shown, Role::User, actor), Ok(()));
        }
        for policy in [mailed, shown] {
            for role in [Role::Administrator, Role::Auditor] {
                let by = |actor| may_be_shown(&policy, role, actor);
                assert_eq!(by(actor(Role::Administrator)), Err(NotShown::ByOperator));
                assert!(by(actor(Role::Operator)).is_ok() && by(Actor::Machine).is_ok());
            }
        }
    }
}
