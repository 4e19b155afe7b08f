//! `/revoke`: revoking one's own certificate with the challenge phrase.
//!
//! Two steps, a POST each, at one address: who asks, then which certificate. The second one carries
//! the authority's token instead of the phrase; nothing of it is kept here.

use super::{PublicSite, revoked};
use crate::{Failure, FormFields, Page, PeerAddress, Reader};
use authority::self_service::{ChallengeForm, ChallengeRefusal, Revocable};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{certificate::Certificate, challenge::ChallengePhrase};
use templates::{
    FieldError, Problem,
    public::{self, RevocableCertificate, RevokeChoosePage, RevokePage},
};

/// The longest code and address that are looked at, in letters.
const TYPED_LETTERS_MAX: usize = 256;

pub(super) async fn form(State(site): State<PublicSite>, reader: Reader) -> Page {
    Page::ok(public::revoke(&RevokePage::default(), &site.chrome(&reader)))
}

pub(super) async fn send(
    State(site): State<PublicSite>,
    peer: PeerAddress,
    reader: Reader,
    fields: FormFields,
) -> Result<Response, Failure> {
    if fields.has("token") {
        revoke(&site, peer, &reader, &fields).await
    } else {
        Ok(find(&site, peer, &reader, &fields).await?.into_response())
    }
}

async fn find(
    site: &PublicSite,
    peer: PeerAddress,
    reader: &Reader,
    fields: &FormFields,
) -> Result<Page, Failure> {
    let missing = ["identification_code", "email", "challenge_phrase"];
    let missing = missing.into_iter().filter(|name| fields.text(name).trim().is_empty());
    let errors: Vec<FieldError> = missing.map(|name| FieldError::at(name, Problem::Required)).collect();
    if !errors.is_empty() {
        return Ok(again(site, reader, fields, errors));
    }
    let form = ChallengeForm {
        identification_code: typed(fields, "identification_code"),
        email: typed(fields, "email"),
        challenge_phrase: ChallengePhrase::typed(fields.text("challenge_phrase")),
    };
    match site.authority.certificates_by_challenge(&form, peer.0).await {
        Ok(Revocable { certificates, token }) => {
            Ok(Page::ok(choose(site, reader, token.expose(), &certificates, Vec::new())))
        }
        Err(refusal) => refused(site, reader, fields, refusal),
    }
}

async fn revoke(
    site: &PublicSite,
    peer: PeerAddress,
    reader: &Reader,
    fields: &FormFields,
) -> Result<Response, Failure> {
    let token = fields.text("token");
    let Ok(id) = fields.text("certificate").parse() else {
        return Ok(match site.authority.certificates_by_token(token).await {
            Ok(certificates) => {
                let errors = vec![FieldError::at("certificate", Problem::Required)];
                Page::unprocessable(choose(site, reader, token, &certificates, errors))
            }
            Err(refusal) => refused(site, reader, fields, refusal)?,
        }
        .into_response());
    };
    match site.authority.revoke_by_token(token, id, peer.0).await {
        Ok(revoked) => revoked::to_done(site, &revoked.device_name, revoked.at),
        Err(refusal) => Ok(refused(site, reader, fields, refusal)?.into_response()),
    }
}

fn choose(
    site: &PublicSite,
    reader: &Reader,
    token: &str,
    certificates: &[Certificate],
    errors: Vec<FieldError>,
) -> String {
    let now = site.frame.now();
    let line = |certificate: &Certificate| RevocableCertificate {
        id: certificate.id.to_string(),
        device_name: certificate.device_name.clone(),
        device: certificate.device_type,
        standing: certificate.standing(now),
        not_after: certificate.not_after,
    };
    let page = RevokeChoosePage {
        token: token.to_owned(),
        certificates: certificates.iter().map(line).collect(),
        errors,
    };
    public::revoke_choose(&page, &site.chrome(reader))
}

fn refused(
    site: &PublicSite,
    reader: &Reader,
    fields: &FormFields,
    refusal: ChallengeRefusal,
) -> Result<Page, Failure> {
    let problem = match refusal {
        ChallengeRefusal::Uniform => Problem::RevokeRefused,
        ChallengeRefusal::Token => Problem::RevokeOver,
        ChallengeRefusal::TooMany(limit) => return Err(limit.into()),
        ChallengeRefusal::Unavailable(cause) => return Err(Failure::unavailable(cause)),
    };
    Ok(again(site, reader, fields, vec![FieldError::whole(problem)]))
}

fn again(site: &PublicSite, reader: &Reader, fields: &FormFields, errors: Vec<FieldError>) -> Page {
    let page = RevokePage {
        identification_code: fields.text("identification_code").to_owned(),
        email: fields.text("email").to_owned(),
        errors,
    };
    Page::unprocessable(public::revoke(&page, &site.chrome(reader)))
}

fn typed(fields: &FormFields, name: &str) -> String {
    fields.text(name).chars().take(TYPED_LETTERS_MAX).collect()
}
