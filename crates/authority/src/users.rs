//! Users: added, invited, changed, suspended, resumed.

mod adding;
mod bounds;
mod changing;
mod deleting;
mod exporting;
mod inviting;
mod noticing;
mod suspending;

pub(crate) use bounds::usage;
pub(crate) use changing::forget_former_address;
pub(crate) use inviting::InvitationOrder;

use crate::{
    Unavailable,
    core::Core,
    email_proof::EmailProofs,
    invitation::Invitations,
    runner::{ActError, TenantWork},
    unavailable::unavailable_in,
};
use domain::{
    bounds::BoundReached,
    form::Field as _,
    grant::Actor,
    id::UserId,
    import::{self, CellError, Cells, Column, RowError, listed},
    license::LicenseRefusal,
    pin_delivery::PinRecipient,
    refusal::{Problem, Refusal, Refuses},
    secret::Secret,
    suspension::SuspensionField,
    tenant::{Tenant, TenantKind, TenantState},
    time::Timestamp,
    user::{Role, User, UserState},
};

/// Adds, invites and changes people, and shuts them out.
#[derive(Clone)]
pub struct People {
    core: Core,
    invitations: Invitations,
    email_proofs: EmailProofs,
}

impl People {
    pub(crate) fn new(core: &Core, invitations: &Invitations, email_proofs: &EmailProofs) -> Self {
        let (core, invitations) = (core.clone(), invitations.clone());
        Self { core, invitations, email_proofs: email_proofs.clone() }
    }
}

/// How an invitation reaches its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationChannel {
    /// By mail.
    Mail,
    /// On a printed slip, where the policy allows it.
    Slip,
}

/// A printed slip with a one-time password.
#[derive(Debug)]
pub struct Slip {
    /// Whom it is for.
    pub user: User,
    /// 識別コード, in groups of four.
    pub identification_code: String,
    /// The one-time password, in groups of four.
    pub one_time_password: Secret<String>,
    /// Until when it works.
    pub valid_until: Timestamp,
    /// Where to apply.
    pub enrol_url: String,
    /// Who gets the PIN of the application.
    pub pin: PinRecipient,
}

/// Why a user was not added, changed or invited.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// It is not as it was when the edit began.
    #[error("the user was changed meanwhile; nothing was saved")]
    Changed(Box<User>),
    /// There is no such user in this tenant.
    #[error("there is no such user")]
    NotFound,
    /// Login name or address belong to another user of the tenant.
    #[error("{}", listed(.0))]
    Taken(Vec<RowError>),
    /// Login name or address are not of the form that the operator has set for the tenant.
    #[error("{}", listed(.0))]
    Unfit(Vec<RowError>),
    /// The form was sent before: this user has the invitation of its id.
    #[error("this was done before; nothing was changed")]
    SentBefore(UserId),
    /// The form was sent before, with another wish.
    #[error("this form was used for something else; open it anew")]
    FormUsed,
    /// The user is in the state already that was asked for.
    #[error("the user is {} already", .0.name())]
    State(UserState),
    /// The day at whose end the user was to be suspended is over.
    #[error("that day is over; take today or a later day, or suspend the user now")]
    DayPassed,
    /// A suspended user is given nothing new.
    #[error("the user is suspended; resume the user first")]
    Suspended,
    /// The policy allows no printed slips.
    #[error("the tenant's policy allows no printed slips")]
    SlipsNotAllowed,
    /// More than one tenant may have of what all share.
    #[error(transparent)]
    Bound(BoundReached),
    /// The tenant is suspended or ended.
    #[error("the tenant is {}", .0.name())]
    TenantClosed(TenantState),
    /// Operators are users of the installation's own tenant, and of no other.
    #[error("operators are not users of a customer; use \"sekisho operator add\"")]
    OperatorElsewhere,
    /// The tenant would be left without an administrator who may pass.
    #[error("this is the tenant's last administrator; make another one first")]
    LastAdministrator,
    /// One cannot shut out or delete oneself: nobody could undo it.
    #[error("you cannot suspend or delete yourself")]
    Oneself,
    /// A certificate names the user, so the record stays.
    #[error("the user has had a certificate; suspend the user instead")]
    HadCertificate,
    /// No certificate of the user ends within so many days.
    #[error("no certificate of the user ends within {0} days")]
    NothingEndsSoon(u32),
    /// The notice was sent again a moment ago.
    #[error("this was done a moment ago; nothing was sent")]
    NoticedBefore,
    /// The contract has ended, so nobody can renew.
    #[error(transparent)]
    License(LicenseRefusal),
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for UserError {
    fn refusals(&self) -> Vec<Refusal> {
        vec![match self {
            Self::Changed(_) => Problem::ChangedMeanwhile { on_record: None }.into(),
            Self::NotFound => Problem::NotFound.into(),
            Self::Taken(errors) | Self::Unfit(errors) => {
                return Cells::default().refusals(errors);
            }
            Self::SentBefore(_) | Self::State(_) | Self::NoticedBefore => Problem::AlreadyDone.into(),
            Self::DayPassed => Refusal::at(SuspensionField::SuspendOn.name(), Problem::DateMalformed),
            Self::FormUsed => Problem::FormUsed.into(),
            Self::Suspended => Problem::RecipientSuspended.into(),
            Self::SlipsNotAllowed => Problem::SlipsNotAllowed.into(),
            Self::Bound(bound) => Refusal::whole(*bound),
            Self::TenantClosed(_) => Problem::CompanySuspended.into(),
            Self::OperatorElsewhere => Problem::OperatorsTenant.into(),
            Self::LastAdministrator => Problem::LastAdministrator.into(),
            Self::Oneself => Problem::OwnAccount.into(),
            Self::HadCertificate => Problem::HadCertificate.into(),
            Self::NothingEndsSoon(days) => Problem::NothingEndsSoon { days: *days }.into(),
            Self::License(refusal) => Refusal::whole(*refusal),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(UserError);

impl UserError {
    /// For an act that the installation does on a person who was looked at under the lock.
    pub(crate) fn into_unavailable(self) -> Unavailable {
        match self {
            Self::Unavailable(cause) => cause,
            refused => Unavailable::because(refused.to_string()),
        }
    }
}

impl ActError for UserError {
    fn no_such_tenant() -> Self {
        Self::NotFound
    }
}

/// An act that adds or invites people is done for a tenant in service only.
pub(crate) fn in_service(tenant: &Tenant) -> Result<(), UserError> {
    match tenant.state {
        TenantState::Active => Ok(()),
        state => Err(UserError::TenantClosed(state)),
    }
}

fn is_oneself(actor: Actor, id: UserId) -> bool {
    matches!(actor, Actor::User { user, .. } if user == id)
}

/// An operator's permission reaches every tenant, so no customer may make one.
fn refuse_operator_elsewhere(tenant: &Tenant, user: &User) -> Result<(), UserError> {
    let elsewhere = user.role == Role::Operator && tenant.kind != TenantKind::Operator;
    if elsewhere { Err(UserError::OperatorElsewhere) } else { Ok(()) }
}

fn refuse_unfit(tenant: &Tenant, user: &User, on_record: Option<&User>) -> Result<(), UserError> {
    let errors = import::unfit(&tenant.names, &user.login_name, &user.email, on_record);
    if errors.is_empty() { Ok(()) } else { Err(UserError::Unfit(errors)) }
}

/// Is there an administrator who may pass beside this user, or is this user none?
///
/// The tenant is locked: otherwise two administrators could shut each other out at the same time.
async fn keep_an_administrator(work: &mut TenantWork, id: UserId) -> Result<(), UserError> {
    let administrators = work.records().users_with_role(Role::Administrator).await?;
    let is_one = administrators.iter().any(|user| user.id == id);
    let another = administrators.iter().any(|user| user.id != id && user.state == UserState::Active);
    if is_one && !another { Err(UserError::LastAdministrator) } else { Ok(()) }
}

/// Refuses a login name and an address that belong to another user. One refusal names both fields.
async fn refuse_taken(work: &mut TenantWork, user: &User) -> Result<(), UserError> {
    let by_login = work.records().user_by_login_name(&user.login_name).await?;
    let by_email = work.records().user_by_email(&user.email).await?;
    let found = [(Column::LoginName, by_login), (Column::Email, by_email)];
    let errors: Vec<RowError> = found
        .into_iter()
        .filter(|(_, other)| other.as_ref().is_some_and(|other| other.id != user.id))
        .map(|(column, _)| RowError { column, error: CellError::Taken })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(UserError::Taken(errors)) }
}
