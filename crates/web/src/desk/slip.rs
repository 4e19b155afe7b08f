//! One-time passwords on paper: a person's, or those of several people, a page each.
//!
//! **Invariant:** the person who made a slip may open it again for some minutes (a reload, another language, `[back]`:
//! the same page read on); nobody else ever does, and a page that is over says what to do.

use super::{Desk, user::known, visit::DeskVisit};
use crate::{failure::Failure, listing::id, once, page::Page};
use authority::{
    invitation::Readable,
    users::{InvitationChannel, Slip},
};
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
    user::User,
};
use templates::desk::{self as pages, DoneNotice, PaperInvitation, SlipGonePage, SlipPage, SlipsPage};

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/users/{id}/slip/{invitation}", get(show))
        .route("/slips/{first}/{last}", get(show_many))
}

/// Where the slips of several people lie who were invited together; `None` for nobody.
pub(super) fn address_of_many(invitations: &[InvitationId]) -> Option<String> {
    let (first, last) = (invitations.iter().min()?, invitations.iter().max()?);
    Some(format!("/slips/{first}/{last}"))
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
        return Ok(gone(&visit, Some(user)));
    };
    let page = SlipPage { id: made.user.id.to_string(), until, slip: on_paper(&desk, &visit, made) };
    Ok(Page::ok(pages::slip(&page, visit.chrome())))
}

async fn show_many(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path((first, last)): Path<(String, String)>,
) -> Result<Page, Failure> {
    let grant = visit.grant::<ManageUsers>()?;
    let range = (id(&first)?, id(&last)?);
    let mut found = desk.authority.people().made_slips(&grant, visit.tenant_id(), range).await?;
    let Some(until) = found.iter().map(|slip| slip.until).min() else { return Ok(gone(&visit, None)) };
    found.sort_by(|one, other| in_list(&one.made.user).cmp(&in_list(&other.made.user)));
    let slips = found.into_iter().map(|slip| on_paper(&desk, &visit, slip.made)).collect();
    Ok(Page::ok(pages::slips(&SlipsPage { until, slips }, visit.chrome())))
}

fn in_list(user: &User) -> (&str, &str) {
    (&user.reading, user.login_name.as_str())
}

fn gone(visit: &DeskVisit, user: Option<UserId>) -> Page {
    let page = SlipGonePage { id: user.map(|user| user.to_string()), minutes: once::minutes() };
    Page::gone(&[Problem::FileGone.into()], pages::slip_gone(&page, visit.chrome()))
}

fn on_paper(desk: &Desk, visit: &DeskVisit, slip: Slip) -> PaperInvitation {
    PaperInvitation {
        company: visit.tenant().display_name.clone(),
        sender_address: desk.authority.service().sender_address.to_string(),
        roman_name: slip.user.roman_name.as_ref().map(RomanName::common_name),
        enrol_url: slip.enrol_url,
        display_name: slip.user.display_name,
        email: slip.user.email.to_string(),
        identification_code: slip.identification_code,
        one_time_password: slip.one_time_password.expose().clone(),
        valid_until: slip.valid_until,
        pin: slip.pin,
    }
}
