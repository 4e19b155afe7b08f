//! `/pickup`: from the PIN to the file, in one screen.
//!
//! The form leads to `/pickup/progress`, which begins the making and looks again until the file is there. What ties
//! the requests together are two cookies: one names the form that was shown, so that a double click is one pickup;
//! the other holds the claim that begins the making, then the token that opens the file while it rests.
//!
//! **Invariant:** the PIN is used up by the request that brings the cookie back, never by the form: without cookies
//! nothing is lost. `GET /pickup/progress` acts for a cookie with a claim only, which the browser has for the moment
//! between `[送信]` and the redirect. A scanner that follows the links of a mail has none; another site's link, or a
//! prefetch, can only begin in this browser what its owner asked for the moment before.

use super::{PublicSite, password_note};
use crate::{
    Failure, Page, PageReader, PeerAddress,
    cookie::{SameSite, SecretCookie, with_cookie},
    failure::at_form,
    pickup_site::PickupSite,
    posted::Posted,
    redirect,
    user_agent::BrowserWords,
};
use authority::delivery::{
    ATTEMPT_LETTERS_MIN, CLAIM_MINUTES, NextPin, OtherFile, PickupCookie, PickupRefusal, PickupState, other,
};
use axum::{
    extract::{FromRequestParts, Query},
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    application::Reference,
    device::DeviceType,
    form::Form,
    password::random_letters,
    pickup_form::PickupField,
    refusal::{Problem, Refuses},
};
use pki::Pkcs12Profile;
use serde::Deserialize;
use templates::public::{
    self, PickupEnd, PickupEndedPage, PickupPage, PickupReadyPage, PickupUnbegun, PickupWaitingPage,
};

/// Sent along from other sites, too: one comes back to one's file by the link in the mail, often from the
/// page of a mail service. What the link opens changes nothing.
const PICKUP_COOKIE: SecretCookie =
    SecretCookie::new("sekisho-pickup", "__Host-sekisho-pickup", SameSite::Lax);

const ATTEMPT_COOKIE: SecretCookie =
    SecretCookie::new("sekisho-attempt", "__Host-sekisho-attempt", SameSite::Strict);

/// Longer than any file rests: the store says when it is gone.
const PICKUP_COOKIE_SECONDS: u32 = 60 * 60;

/// A claim is brought back at once, or not at all.
const CLAIM_COOKIE_SECONDS: u32 = 60 * CLAIM_MINUTES;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PickupQuery {
    /// As in the mail's link; empty where somebody asks for an empty form.
    reference: Option<String>,
    /// The link of the page that says that cookies are off: whether they still are can be seen then.
    cookies: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ProgressQuery {
    /// Which encryption to download; without it, the one that fits the device.
    profile: Option<String>,
}

impl FromRequestParts<PublicSite> for PickupSite {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &PublicSite) -> Result<Self, Failure> {
        let reader = PageReader::from_request_parts(parts, site).await?;
        Ok(Self::new(site.authority.clone(), site.scheme, site.chrome(&reader), "/pickup"))
    }
}

pub(super) async fn form(
    site: PickupSite,
    Query(query): Query<PickupQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if leads_back(&site, &headers, query.reference.as_deref()).await? {
        return Ok(redirect::see_other(&site.path("/progress")));
    }
    let browser = BrowserWords::of(&headers);
    let form = Form::default()
        .with(PickupField::Reference, query.reference.unwrap_or_default())
        .with(PickupField::DeviceType, browser.device().map_or("", DeviceType::name));
    let cookies_off = query.cookies.is_some() && attempt(&site, &headers).is_none();
    let page = PickupPage { form, cookies_off, mac_or_ipad: browser.is_mac_or_ipad() };
    with_attempt(&site, Page::ok(public::pickup(&page, &site.chrome)))
}

/// A page with a form, and the cookie that names the form.
pub(crate) fn with_attempt(site: &PickupSite, page: Page) -> Result<Response, Failure> {
    let attempt = random_letters(ATTEMPT_LETTERS_MIN, &mut *site.authority.rng());
    with_cookie(page.into_response(), ATTEMPT_COOKIE.set(&attempt, None, site.scheme))
}

/// The name of the form that this browser was shown.
pub(crate) fn attempt<'a>(site: &PickupSite, headers: &'a HeaderMap) -> Option<&'a str> {
    ATTEMPT_COOKIE.read(headers, site.scheme)
}

/// Is this browser's file still there, or about to be, and no other one asked for?
async fn leads_back(site: &PickupSite, headers: &HeaderMap, asked: Option<&str>) -> Result<bool, Failure> {
    let Some(token) = token(site, headers) else { return Ok(false) };
    match asked {
        Some(asked) => is_there(site, token, Reference::parse(asked).as_ref()).await,
        None => is_under_way(site, token).await,
    }
}

/// Whether the cookie is that of the application, and its file still there or about to be.
pub(crate) async fn is_there(
    site: &PickupSite,
    token: &str,
    asked: Option<&Reference>,
) -> Result<bool, Failure> {
    let own = site.authority.delivery().pickup_reference(token)?;
    Ok(own.is_some() && own.as_ref() == asked && is_under_way(site, token).await?)
}

async fn is_under_way(site: &PickupSite, token: &str) -> Result<bool, Failure> {
    let state = site.authority.delivery().pickup_state(token).await?;
    Ok(matches!(state, PickupState::Preparing | PickupState::Ready(_)))
}

pub(super) async fn send(
    site: PickupSite,
    headers: HeaderMap,
    Posted(peer, fields): Posted<PeerAddress>,
) -> Result<Response, Failure> {
    let attempt = attempt(&site, &headers);
    let form = fields.form().with(PickupField::Attempt, attempt.unwrap_or_default());
    // A form that was left open is no second try at a PIN.
    if leads_back(&site, &headers, Some(form.shown(PickupField::Reference))).await? {
        return Ok(redirect::see_other(&site.path("/progress")));
    }
    match site.authority.delivery().claim_pickup(&form, peer.0).await {
        Ok(cookie) => to_progress(&site, &cookie, &form),
        Err(refusal) => {
            // Our own page has set a cookie; a program that has not fetched it names no origin.
            let cookies_off = attempt.is_none() && headers.contains_key(header::ORIGIN);
            let mac_or_ipad = BrowserWords::of(&headers).is_mac_or_ipad();
            refused(&site, PickupPage { form, cookies_off, mac_or_ipad }, refusal)
        }
    }
}

pub(crate) async fn progress(
    site: PickupSite,
    Query(query): Query<ProgressQuery>,
    peer: PeerAddress,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Some(cookie) = token(&site, &headers) else {
        return Ok(unbegun(&site, PickupUnbegun::NoCookie).into_response());
    };
    if !site.authority.delivery().is_pickup_claim(cookie)? {
        return look(&site, cookie, &query, &headers).await;
    }
    match site.authority.delivery().begin_pickup(cookie, peer.0).await {
        Ok(token) => {
            let page = look(&site, token.expose(), &query, &headers).await?;
            with_cookie(page, PICKUP_COOKIE.set(token.expose(), Some(PICKUP_COOKIE_SECONDS), site.scheme))
        }
        Err(PickupRefusal::KeyUnready) => Ok(waiting(&site).into_response()),
        // The claim stays good for another try in a moment.
        Err(PickupRefusal::Unavailable(cause)) => Err(cause.into()),
        Err(PickupRefusal::ClaimOver) => {
            let page = unbegun(&site, PickupUnbegun::TooLate).into_response();
            with_cookie(page, PICKUP_COOKIE.clear(site.scheme))
        }
        Err(refusal) => {
            let page = refused(&site, PickupPage::default(), refusal)?;
            with_cookie(page, PICKUP_COOKIE.clear(site.scheme))
        }
    }
}

/// How far it is.
async fn look(
    site: &PickupSite,
    cookie: &str,
    query: &ProgressQuery,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let state = site.authority.delivery().pickup_state(cookie).await?;
    let page = match state {
        PickupState::Preparing => waiting(site),
        PickupState::Ready(ready) => {
            let others = other(ready.profile);
            let asked_for_other = query.profile.as_deref() == Some(profile_name(others));
            let (first, second) = match ready.other {
                OtherFile::Made if asked_for_other => (others, ready.profile),
                _ => (ready.profile, others),
            };
            let page = PickupReadyPage {
                file: file_path(site, first),
                profile: ready.device_type.installs_profiles().then(|| profile_path(site, first)),
                other_format: match ready.other {
                    OtherFile::NotAllowed => None,
                    OtherFile::OnRequest => Some(site.path("/other")),
                    OtherFile::Made => Some(file_path(site, second)),
                },
                other_on_request: ready.other == OtherFile::OnRequest,
                reference: ready.reference.to_string(),
                device: ready.device_type,
                device_name: ready.device_name,
                serial: ready.serial.to_hex(),
                password_notes: password_note::notes(site, headers),
                repeat_until: ready.until,
                site: site.authority.addresses().application(&ready.tenant.slug, ""),
                purpose: ready.purpose,
                grace_days: ready.tenant.policy.renewal_grace_days,
            };
            Page::ok(public::pickup_ready(&page, &site.chrome))
        }
        PickupState::Failed => ended(site, PickupEnd::Failed),
        PickupState::Gone => ended(site, PickupEnd::Used),
    };
    Ok(page.into_response())
}

/// The page that looks again in a moment.
fn waiting(site: &PickupSite) -> Page {
    let page = PickupWaitingPage { refresh: site.path("/progress") };
    Page::ok(public::pickup_waiting(&page, &site.chrome))
}

/// Nothing was begun, and nothing used up.
fn unbegun(site: &PickupSite, why: PickupUnbegun) -> Page {
    let html = public::pickup_unbegun(&why, &site.chrome);
    match why {
        PickupUnbegun::NoCookie => Page::ok(html),
        PickupUnbegun::TooLate => Page::gone(&[Problem::ClaimOver.into()], html),
    }
}

/// The site of the company whose certificate this browser has just picked up.
pub(super) async fn site_of_recent_pickup(site: &PickupSite, headers: &HeaderMap) -> Option<String> {
    match site.authority.delivery().pickup_state(token(site, headers)?).await {
        Ok(PickupState::Ready(ready)) => Some(site.authority.addresses().application(&ready.tenant.slug, "")),
        _ => None,
    }
}

/// The cookie of this browser's pickup.
pub(crate) fn token<'a>(site: &PickupSite, headers: &'a HeaderMap) -> Option<&'a str> {
    PICKUP_COOKIE.read(headers, site.scheme)
}

/// The page of a pickup that has no file (any more), for a request without a reference.
pub(super) fn ended(site: &PickupSite, end: PickupEnd) -> Page {
    let problem = if end == PickupEnd::Failed { Problem::Internal } else { Problem::PinUsed };
    let page = PickupEndedPage {
        end,
        reference: String::new(),
        support_contact: None,
        provider_contact: site.authority.service().support_contact.clone(),
    };
    Page::gone(&[problem.into()], public::pickup_ended(&page, &site.chrome))
}

/// The name of a profile in addresses.
pub(super) fn profile_name(profile: Pkcs12Profile) -> &'static str {
    match profile {
        Pkcs12Profile::Modern => "modern",
        Pkcs12Profile::Compat => "compat",
    }
}

fn file_path(site: &PickupSite, profile: Pkcs12Profile) -> String {
    site.path(&format!("/file?profile={}", profile_name(profile)))
}

fn profile_path(site: &PickupSite, profile: Pkcs12Profile) -> String {
    site.path(&format!("/mobileconfig?profile={}", profile_name(profile)))
}

/// The answer to a form that begins a pickup: its cookie, and the page that goes on with it.
pub(crate) fn to_progress(
    site: &PickupSite,
    cookie: &PickupCookie,
    form: &Form<PickupField>,
) -> Result<Response, Failure> {
    let is_claim = site.authority.delivery().is_pickup_claim(cookie.expose())?;
    let seconds = if is_claim { CLAIM_COOKIE_SECONDS } else { PICKUP_COOKIE_SECONDS };
    let cookie = PICKUP_COOKIE.set(cookie.expose(), Some(seconds), site.scheme);
    let answer = with_cookie(redirect::see_other(&site.path("/progress")), cookie)?;
    password_note::noted(site, answer, form.exposed(PickupField::Password))
}

fn refused(site: &PickupSite, page: PickupPage, refusal: PickupRefusal) -> Result<Response, Failure> {
    let reference = || page.form.shown(PickupField::Reference).to_owned();
    let refusals = refusal.refusals();
    let end_with = |end, support_contact| {
        let page = PickupEndedPage {
            end,
            reference: reference(),
            support_contact,
            provider_contact: site.authority.service().support_contact.clone(),
        };
        Ok(Page::gone(&refusals, public::pickup_ended(&page, &site.chrome)).into_response())
    };
    // Whose reference it is, is nothing to tell without its PIN.
    let end = |end| end_with(end, None);
    let errors = match refusal {
        PickupRefusal::Locked { next: NextPin::Mailed } => return end(PickupEnd::LockedAndMailed),
        PickupRefusal::Locked { next: NextPin::AfterReopening } => return end(PickupEnd::Locked),
        PickupRefusal::Locked { next: NextPin::FromAdministrator } => return end(PickupEnd::LockedAndShown),
        PickupRefusal::Expired { next: NextPin::Mailed } => return end(PickupEnd::ExpiredAndMailed),
        PickupRefusal::Expired { next: NextPin::AfterReopening } => return end(PickupEnd::Expired),
        PickupRefusal::Expired { next: NextPin::FromAdministrator } => {
            return end(PickupEnd::ExpiredAndShown);
        }
        PickupRefusal::Used => return end(PickupEnd::Used),
        PickupRefusal::ClaimOver => return Ok(unbegun(site, PickupUnbegun::TooLate).into_response()),
        PickupRefusal::License { support_contact, .. } => {
            return end_with(PickupEnd::Refused, support_contact);
        }
        PickupRefusal::Suspended { support_contact } => {
            return end_with(PickupEnd::Suspended, Some(support_contact));
        }
        PickupRefusal::Fields(_)
        | PickupRefusal::WrongPin { .. }
        | PickupRefusal::NotFound
        | PickupRefusal::KeyUnready
        | PickupRefusal::TooMany(_)
        | PickupRefusal::Unavailable(_) => at_form(refusal)?,
    };
    let chrome = match Reference::parse(page.form.text(PickupField::Reference)) {
        Some(reference) => site.chrome.at(site.path(&format!("?reference={reference}"))),
        None => site.chrome.clone(),
    };
    let page = PickupPage { form: page.form.refused(errors), ..page };
    Ok(Page::refusing(page.form.errors(), public::pickup(&page, &chrome)).into_response())
}
