//! `/revoke/choose`: the choice of the certificate, after the challenge phrase was proved.
//!
//! The authority's token travels in a cookie, so that the page can be opened again, in another language,
//! too; nothing of it is kept here.

use super::{PublicSite, revoke, revoked};
use crate::{
    Failure, Page, PageReader, PeerAddress,
    cookie::{SameSite, SecretCookie, with_cookie},
    posted::Posted,
    redirect,
};
use authority::revocation_token::RevocationToken;
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::{
    certificate::CertificateRecord,
    form::Form,
    refusal::{Problem, Refusal},
};
use templates::public::{self, RevocableCertificate, RevokeChoosePage};

const CHOICE_COOKIE: SecretCookie =
    SecretCookie::new("sekisho-revocation", "__Host-sekisho-revocation", SameSite::Strict);

/// Longer than any token holds: the authority says when it is over.
const CHOICE_COOKIE_SECONDS: u32 = 60 * 60;

/// To the page that asks which one.
pub(super) fn to_choice(site: &PublicSite, token: &RevocationToken) -> Result<Response, Failure> {
    let cookie = CHOICE_COOKIE.set(token.expose(), Some(CHOICE_COOKIE_SECONDS), site.scheme);
    with_cookie(redirect::see_other("/revoke/choose"), cookie)
}

pub(super) async fn form(
    State(site): State<PublicSite>,
    reader: PageReader,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Some(token) = CHOICE_COOKIE.read(&headers, site.scheme) else {
        return Ok(redirect::see_other("/revoke"));
    };
    Ok(choice(&site, &reader, token, Vec::new()).await?.into_response())
}

pub(super) async fn send(
    State(site): State<PublicSite>,
    reader: PageReader,
    headers: HeaderMap,
    Posted(peer, fields): Posted<PeerAddress>,
) -> Result<Response, Failure> {
    let Some(token) = CHOICE_COOKIE.read(&headers, site.scheme) else {
        return Ok(redirect::see_other("/revoke"));
    };
    let Ok(id) = fields.text("certificate").parse() else {
        let errors = vec![Refusal::at("certificate", Problem::CertificateMissing)];
        return Ok(choice(&site, &reader, token, errors).await?.into_response());
    };
    match site.authority.self_service().revoke_by_token(token, id, peer.0).await {
        Ok(revoked) => {
            let done = revoked::to_done(&site, &revoked.device_name, revoked.at)?;
            with_cookie(done, CHOICE_COOKIE.clear(site.scheme))
        }
        Err(refusal) => Ok(revoke::refused(&site, &reader, Form::default(), refusal)?.into_response()),
    }
}

async fn choice(
    site: &PublicSite,
    reader: &PageReader,
    token: &str,
    errors: Vec<Refusal>,
) -> Result<Page, Failure> {
    let choice = match site.authority.self_service().certificates_by_token(token).await {
        Ok(choice) => choice,
        Err(refusal) => return revoke::refused(site, reader, Form::default(), refusal),
    };
    let now = site.frame.now();
    let line = |certificate: &CertificateRecord| RevocableCertificate {
        id: certificate.id.to_string(),
        device_name: certificate.device_name.clone(),
        device: certificate.device_type,
        standing: certificate.standing(choice.access, now),
        not_after: certificate.not_after,
    };
    let page = RevokeChoosePage { certificates: choice.certificates.iter().map(line).collect(), errors };
    let failed = !page.errors.is_empty();
    let html = public::revoke_choose(&page, &site.chrome(reader));
    Ok(if failed { Page::refusing(&page.errors, html) } else { Page::ok(html) })
}
