//! `/revoke`: revoking one's own certificate with the challenge phrase.
//!
//! Two steps, a POST each, at one address: who asks, then which certificate. The second one carries
//! a token instead of the phrase.

use super::{PublicSite, revoked};
use crate::{Failure, FormFields, Page, PeerAddress, Reader};
use authority::self_service::{ChallengeForm, ChallengeRefusal};
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
        Ok(certificates) => Ok(Page::ok(choose(site, reader, form, &certificates, Vec::new()))),
        Err(refusal) => refused(site, reader, fields, refusal),
    }
}

async fn revoke(
    site: &PublicSite,
    peer: PeerAddress,
    reader: &Reader,
    fields: &FormFields,
) -> Result<Response, Failure> {
    let Some(form) = site.proved_challenges.take(fields.text("token"), site.frame.now()) else {
        return Ok(again(site, reader, fields, vec![FieldError::whole(Problem::Stale)]).into_response());
    };
    let Ok(id) = fields.text("certificate").parse() else {
        let certificates = match site.authority.certificates_by_challenge(&form, peer.0).await {
            Ok(certificates) => certificates,
            Err(refusal) => return Ok(refused(site, reader, fields, refusal)?.into_response()),
        };
        let errors = vec![FieldError::at("certificate", Problem::Required)];
        return Ok(Page::unprocessable(choose(site, reader, form, &certificates, errors)).into_response());
    };
    match site.authority.revoke_by_challenge(&form, id, peer.0).await {
        Ok(certificate) => revoked::to_done(site, &certificate.device_name, site.frame.now()),
        Err(refusal) => Ok(refused(site, reader, fields, refusal)?.into_response()),
    }
}

fn choose(
    site: &PublicSite,
    reader: &Reader,
    form: ChallengeForm,
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
        token: site.proved_challenges.keep(form, now, &mut *site.authority.rng()),
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
        ChallengeRefusal::NotFound => Problem::Stale,
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
