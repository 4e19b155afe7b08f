//! Forms that act once, however often they are sent.
//!
//! Such a form carries, hidden, the id of the invitation that it asks for; each form that is shown has its own.
//! What came of it has an address of its own with this id in it, to which the first answer and every further
//! one lead.

use crate::form_fields::FormFields;
use authority::{Authority, invitation::HAND_OVER_MINUTES};
use domain::id::InvitationId;

/// The id that the form carries. One that carries none was not shown by us: it counts as new.
pub(crate) fn invitation(form: &FormFields, authority: &Authority) -> InvitationId {
    invitation_in(form, "invitation", authority)
}

/// The same for a form that asks for several, each in a field of its own.
pub(crate) fn invitation_in(form: &FormFields, field: &str, authority: &Authority) -> InvitationId {
    form.text(field).parse().unwrap_or_else(|_| authority.new_invitation_id())
}

/// For how long its page can be opened, as pages tell it.
pub(crate) fn minutes() -> u32 {
    u32::try_from(HAND_OVER_MINUTES).unwrap_or(u32::MAX)
}
