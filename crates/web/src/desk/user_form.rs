//! Why an act about a person was refused.

use authority::users::UserError;
use domain::{
    refusal::{Problem, Refusal},
    user::UserState,
};

/// Why an act about a person was refused, at the field that decides it; the error back where no
/// answer at the form would help.
pub(super) fn act_error(error: UserError) -> Result<Refusal, UserError> {
    Ok(match error {
        UserError::Oneself => Refusal::whole(Problem::OwnAccount),
        UserError::State(UserState::Suspended) => Refusal::whole(Problem::RecipientSuspended),
        UserError::State(_) => Refusal::whole(Problem::Stale),
        UserError::LastAdministrator => Refusal::whole(Problem::LastAdministrator),
        UserError::TenantClosed(_) => Refusal::whole(Problem::CompanySuspended),
        UserError::FormUsed => Refusal::whole(Problem::FormUsed),
        UserError::Bound(bound) => Refusal::whole(bound),
        UserError::SlipsNotAllowed => Refusal::whole(Problem::SlipsNotAllowed),
        error => return Err(error),
    })
}
