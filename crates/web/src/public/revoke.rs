//! `/revoke`: revoking one's own certificate with the challenge phrase.
//!
//! Three addresses, so that a reload sends nothing again: who asks, which certificate
//! (`revoke_choice`), done (`revoked`). The phrase is sent once; for it comes the authority's token.

use super::{PublicSite, revoke_choice};
use crate::{Failure, Page, PageReader, PeerAddress, failure::at_form, posted::Posted};
use authority::self_service::{ChallengeRefusal, Revocable};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{form::Form, refusal::Refuses, revoke_form::RevokeField};
use templates::public::{self, RevokePage};

pub(super) async fn form(State(site): State<PublicSite>, reader: PageReader) -> Page {
    Page::ok(public::revoke(&RevokePage::default(), &site.chrome(&reader)))
}

pub(super) async fn send(
    State(site): State<PublicSite>,
    reader: PageReader,
    Posted(peer, fields): Posted<PeerAddress>,
) -> Result<Response, Failure> {
    let typed: Form<RevokeField> = fields.form();
    let asked = match typed.challenge() {
        Ok(asked) => asked,
        Err(errors) => return Ok(again(&site, &reader, typed.refused(errors)).into_response()),
    };
    match site.authority.self_service().certificates_by_challenge(&asked, peer.0).await {
        Ok(Revocable { token, .. }) => revoke_choice::to_choice(&site, &token),
        Err(refusal) => Ok(refused(&site, &reader, typed, refusal)?.into_response()),
    }
}

/// The form once more, whichever step was refused.
pub(super) fn refused(
    site: &PublicSite,
    reader: &PageReader,
    form: Form<RevokeField>,
    refusal: ChallengeRefusal,
) -> Result<Page, Failure> {
    match refusal {
        ChallengeRefusal::Token => {
            let page = RevokePage { form: Form::default().refused(refusal.refusals()) };
            Ok(Page::gone(page.form.errors(), public::revoke(&page, &site.chrome(reader))))
        }
        refusal => Ok(again(site, reader, form.refused(at_form(refusal)?))),
    }
}

fn again(site: &PublicSite, reader: &PageReader, form: Form<RevokeField>) -> Page {
    let page = RevokePage { form };
    Page::refusing(page.form.errors(), public::revoke(&page, &site.chrome(reader)))
}
