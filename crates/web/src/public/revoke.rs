//! `/revoke`: revoking one's own certificate with the challenge phrase.
//!
//! Three addresses, so that a reload sends nothing again: who asks, which certificate
//! (`revoke_choice`), done (`revoked`). The phrase is sent once; for it comes the authority's token.

use super::{PublicSite, revoke_choice};
use crate::{Failure, FormFields, Page, PageReader, PeerAddress, failure::at_form, posted::Posted};
use authority::self_service::{ChallengeForm, ChallengeRefusal, Revocable};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    challenge::ChallengePhrase,
    refusal::{Problem, Refusal, Refuses},
};
use templates::public::{self, RevokePage};

/// The longest code and address that are looked at, in letters.
const TYPED_LETTERS_MAX: usize = 256;

pub(super) async fn form(State(site): State<PublicSite>, reader: PageReader) -> Page {
    Page::ok(public::revoke(&RevokePage::default(), &site.chrome(&reader)))
}

pub(super) async fn send(
    State(site): State<PublicSite>,
    reader: PageReader,
    Posted(peer, fields): Posted<PeerAddress>,
) -> Result<Response, Failure> {
    let missing = ["identification_code", "email", "challenge_phrase"];
    let missing = missing.into_iter().filter(|name| fields.text(name).trim().is_empty());
    let errors: Vec<Refusal> = missing.map(|name| Refusal::at(name, Problem::Required)).collect();
    if !errors.is_empty() {
        return Ok(again(&site, &reader, &fields, errors).into_response());
    }
    let form = ChallengeForm {
        identification_code: typed(&fields, "identification_code"),
        email: typed(&fields, "email"),
        challenge_phrase: ChallengePhrase::typed(fields.text("challenge_phrase")),
    };
    match site.authority.self_service().certificates_by_challenge(&form, peer.0).await {
        Ok(Revocable { token, .. }) => revoke_choice::to_choice(&site, &token),
        Err(refusal) => Ok(refused(&site, &reader, &fields, refusal)?.into_response()),
    }
}

/// The form once more, whichever step was refused.
pub(super) fn refused(
    site: &PublicSite,
    reader: &PageReader,
    fields: &FormFields,
    refusal: ChallengeRefusal,
) -> Result<Page, Failure> {
    match refusal {
        ChallengeRefusal::Token => {
            let page = RevokePage { errors: refusal.refusals(), ..RevokePage::default() };
            Ok(Page::gone(&page.errors, public::revoke(&page, &site.chrome(reader))))
        }
        refusal => Ok(again(site, reader, fields, at_form(refusal)?)),
    }
}

fn again(site: &PublicSite, reader: &PageReader, fields: &FormFields, errors: Vec<Refusal>) -> Page {
    let page = RevokePage {
        identification_code: fields.text("identification_code").to_owned(),
        email: fields.text("email").to_owned(),
        errors,
    };
    Page::refusing(&page.errors, public::revoke(&page, &site.chrome(reader)))
}

fn typed(fields: &FormFields, name: &str) -> String {
    fields.text(name).chars().take(TYPED_LETTERS_MAX).collect()
}
