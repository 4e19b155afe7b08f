//! A one-time password on paper.
//!
//! **Invariant:** the person who made the slip may open it again for some minutes (a reload, another language, `[back]`:
//! the same page read on); nobody else ever does, and a page that is over says what to do.

use super::{Desk, user::known, visit::DeskVisit};
use crate::{failure::Failure, listing::id, once, page::Page};
use authority::{invitation::Readable, users::InvitationChannel};
use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};
use domain::{
    certificate_text::RomanName,
    grant::ManageUsers,
    id::{InvitationId, UserId},
    refusal::Problem,
};
use templates::desk::{self as pages, DoneNotice, SlipGonePage, SlipPage};

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/users/{id}/slip/{invitation}", get(show))
}

/// Where an invitation leads: to its slip, or to the user with a word on the mail that has left.
pub(super) fn address(
    user: UserId,
    invitation: InvitationId,
    delivery: InvitationChannel,
    mailed: DoneNotice,
) -> String {
    match delivery {
        InvitationChannel::Slip => format!("/users/{user}/slip/{invitation}"),
        InvitationChannel::Mail => format!("/users/{user}?done={}", mailed.name()),
    }
}

async fn show(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path((user, slip)): Path<(String, String)>,
) -> Result<Page, Failure> {
    let grant = visit.grant::<ManageUsers>()?;
    let user = known(&mut visit.read(&desk).await?.records(), &user).await?.id;
    let found = desk.authority.people().made_slip(&grant, visit.tenant_id(), id(&slip)?).await;
    let Some(Readable { made, until }) = found? else {
        let page = SlipGonePage { id: user.to_string(), minutes: once::minutes() };
        return Ok(Page::gone(&[Problem::FileGone.into()], pages::slip_gone(&page, visit.chrome())));
    };
    let page = SlipPage {
        sender_address: desk.authority.service().sender_address.to_string(),
        id: made.user.id.to_string(),
        until,
        roman_name: made.user.roman_name.as_ref().map(RomanName::common_name),
        enrol_url: made.enrol_url,
        display_name: made.user.display_name,
        email: made.user.email.to_string(),
        identification_code: made.identification_code,
        one_time_password: made.one_time_password.expose().clone(),
        valid_until: made.valid_until,
    };
    Ok(Page::ok(pages::slip(&page, visit.chrome())))
}
