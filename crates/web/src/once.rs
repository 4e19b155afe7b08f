//! Forms that act once, however often they are sent.
//!
//! Such a form carries, hidden, the id of the invitation that it asks for; each shown form has its own id.
//! The result has an address with this id in it, to which the first answer and every further one lead.

use crate::form_fields::FormFields;
use authority::{Authority, invitation::HAND_OVER_MINUTES};
use domain::id::InvitationId;

/// The id that the form carries. A form without an id was not shown by Sekisho and counts as new.
pub(crate) fn invitation(form: &FormFields, authority: &Authority) -> InvitationId {
    invitation_in(form, "invitation", authority)
}

/// Like `invitation`, for a form that asks for several invitations, each in a field of its own.
pub(crate) fn invitation_in(form: &FormFields, field: &str, authority: &Authority) -> InvitationId {
    form.text(field).parse().unwrap_or_else(|_| authority.new_invitation_id())
}

/// How long its page can be opened, in minutes.
pub(crate) fn minutes() -> u32 {
    u32::try_from(HAND_OVER_MINUTES).unwrap_or(u32::MAX)
}
