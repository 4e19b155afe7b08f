//! `/enrol/sent`: where the mail went and what comes next; the mail can be sent again.
//!
//! The authority's word on the application travels in a cookie of this browser, sealed: no address tells it, and a
//! browser without it reads the same page without names.

use super::PublicSite;
use crate::{
    Failure, Page, PageReader, PeerAddress,
    cookie::{SameSite, SecretCookie, with_cookie},
    posted::Posted,
    redirect,
};
use authority::ra::{Receipt, SENT_MINUTES, SentApplication};
use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
};
use serde::Deserialize;
use templates::public::{self, EnrolSent, EnrolSentPage};

const SENT_COOKIE: SecretCookie =
    SecretCookie::new("sekisho-applied", "__Host-sekisho-applied", SameSite::Strict);

/// As long as the authority opens it.
const SENT_COOKIE_SECONDS: u32 = 60 * SENT_MINUTES;

#[derive(Debug, Deserialize)]
pub(super) struct SentQuery {
    approval: Option<String>,
    pin: Option<String>,
    again: Option<String>,
}

/// To the page that says so.
pub(super) fn to_sent(site: &PublicSite, receipt: &Receipt) -> Result<Response, Failure> {
    let mut address = "/enrol/sent".to_owned();
    let words = [
        (!receipt.approved).then_some("approval=waits"),
        receipt.sent.pin_from_administrator.then_some("pin=administrator"),
    ];
    for (place, word) in words.into_iter().flatten().enumerate() {
        address.push(if place == 0 { '?' } else { '&' });
        address.push_str(word);
    }
    with_sent(site, redirect::see_other(&address), &receipt.sent)
}

fn with_sent(site: &PublicSite, answer: Response, sent: &SentApplication) -> Result<Response, Failure> {
    let cookie = site.authority.registration().seal_sent(sent)?;
    with_cookie(answer, SENT_COOKIE.set(cookie.expose(), Some(SENT_COOKIE_SECONDS), site.scheme))
}

fn of_browser(site: &PublicSite, headers: &HeaderMap) -> Option<SentApplication> {
    site.authority.registration().sent_application(SENT_COOKIE.read(headers, site.scheme)?)
}

pub(super) async fn sent(
    State(site): State<PublicSite>,
    Query(query): Query<SentQuery>,
    reader: PageReader,
    headers: HeaderMap,
) -> Page {
    let sent = of_browser(&site, &headers);
    let pin_from_administrator =
        query.pin.is_some() || sent.as_ref().is_some_and(|sent| sent.pin_from_administrator);
    let sent = sent.map(|sent| EnrolSent {
        email: sent.email,
        name: sent.name,
        administrator: sent.administrator,
        support_contact: sent.support_contact,
    });
    let page = EnrolSentPage {
        waits_for_approval: query.approval.is_some(),
        pin_from_administrator,
        sender_address: site.authority.service().sender_address.to_string(),
        outbox: site.captured_mail.is_some(),
        sent,
        provider_contact: site.authority.service().support_contact.clone(),
        asked_again: query.again.is_some() && !pin_from_administrator,
    };
    Page::ok(public::enrol_sent(&page, &site.chrome(&reader)))
}

/// Has the mail sent again; the answer is the same whether one was left to send.
pub(super) async fn again(
    State(site): State<PublicSite>,
    headers: HeaderMap,
    Posted(peer, _fields): Posted<PeerAddress>,
) -> Result<Response, Failure> {
    let Some(sent) = of_browser(&site, &headers) else { return Ok(redirect::see_other("/enrol/sent")) };
    let sent = site.authority.registration().mail_pin_again(&sent, peer.0).await?;
    with_sent(&site, redirect::see_other("/enrol/sent?again=yes"), &sent)
}
