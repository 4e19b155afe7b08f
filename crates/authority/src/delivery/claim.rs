//! Between the form and the making: what the browser carries from the one to the other.
//!
//! A right PIN is not used up by the form that shows it. The answer is a cookie with a token and a sealed *claim*, and
//! the request that brings the cookie back begins the making. So a person whose browser keeps no cookies loses neither PIN
//! nor seat, and nobody is given a file that nothing could fetch.
//!
//! **Invariant:** nothing of a claim rests on our side. It opens with its own token only, for [`CLAIM_MINUTES`], and
//! only while the PIN that it was made with is the application's present one; so a claim begins one making at most.
//!
//! **Invariant:** the token of a browser that was shown the form cannot be made from what rests here: the letters
//! that named the form ([`ATTEMPT_LETTERS_MIN`] at least) are random and stay in that browser; without them the token
//! is random itself.

use super::{Delivery, PickupRefusal};
use crate::{Unavailable, seal::hashes_match};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    application::Reference,
    device::DeviceType,
    id::ApplicationId,
    pickup_form::StatedFile,
    pin::Pin,
    secret::Secret,
    time::{SignedDuration, Timestamp},
};
use pki::Pkcs12Password;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// How long a claim may be brought back, in minutes. A browser needs a moment.
pub const CLAIM_MINUTES: u32 = 5;

/// The fewest letters that name a form: 20 × log2(31) ≈ 99 bits where they are random. Fewer name none.
pub const ATTEMPT_LETTERS_MIN: usize = 20;

/// Octets of a token.
const TOKEN_OCTETS: usize = 32;

/// What the browser shows to fetch its file: goes into a cookie, never into an address.
#[derive(Debug, Clone)]
pub struct PickupToken(Secret<String>);

impl PickupToken {
    /// The cookie's value.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// The cookie of a pickup: its token, with the claim until its making has begun.
#[derive(Debug, Clone)]
pub struct PickupCookie(Secret<String>);

impl PickupCookie {
    /// The cookie's value.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl From<PickupToken> for PickupCookie {
    fn from(token: PickupToken) -> Self {
        Self(token.0)
    }
}

/// The form's wish, once its PIN was found right.
pub(super) struct Claim {
    pub(super) application: ApplicationId,
    pub(super) pin_hash: [u8; 32],
    pub(super) device_type: DeviceType,
    pub(super) password: Pkcs12Password,
}

/// A claim as it is sealed.
#[derive(Serialize, Deserialize)]
struct Written<'a> {
    application: String,
    pin_hash: [u8; 32],
    device_type: String,
    password: std::borrow::Cow<'a, str>,
    until: i64,
}

/// What a cookie of ours says.
pub(super) struct ReadCookie<'a> {
    pub(super) token: PickupToken,
    pub(super) reference: Reference,
    sealed_claim: Option<&'a str>,
}

impl ReadCookie<'_> {
    pub(super) fn has_claim(&self) -> bool {
        self.sealed_claim.is_some()
    }
}

impl Delivery {
    /// The same reference, PIN and form always give the same token, so that a form sent twice is one pickup;
    /// without the form's letters nobody can make it. A program that names no form gets a random one.
    pub(super) fn pickup_token(
        &self,
        reference: &Reference,
        pin: &Pin,
        attempt: &str,
    ) -> Result<PickupToken, Unavailable> {
        self.token_for(reference, pin.expose(), attempt)
    }

    /// The same for what opens the pickup: a PIN, or the name of something that a certificate proves.
    pub(super) fn token_for(
        &self,
        reference: &Reference,
        opener: &str,
        attempt: &str,
    ) -> Result<PickupToken, Unavailable> {
        let token = if attempt.len() < ATTEMPT_LETTERS_MIN {
            let mut token = [0; TOKEN_OCTETS];
            self.core.rng().fill_bytes(&mut token);
            token
        } else {
            let scope = format!("{}/{attempt}", reference.as_str());
            self.seals.tokens.hash(scope.as_bytes(), opener)?
        };
        let token = URL_SAFE_NO_PAD.encode(token);
        let mark = URL_SAFE_NO_PAD.encode(self.reference_mark(reference, &token)?);
        Ok(PickupToken(Secret::new(format!("{token}.{}.{mark}", reference.as_str()))))
    }

    /// Ties the reference in a token to it, so that nobody asks after the application of somebody else.
    fn reference_mark(&self, reference: &Reference, token: &str) -> Result<[u8; 32], Unavailable> {
        let scope = format!("reference/{}", reference.as_str());
        Ok(self.seals.tokens.hash(scope.as_bytes(), token)?)
    }

    pub(super) fn read_cookie<'a>(&self, cookie: &'a str) -> Result<Option<ReadCookie<'a>>, Unavailable> {
        let mut parts = cookie.splitn(4, '.');
        let (Some(token), Some(reference), Some(mark)) = (parts.next(), parts.next(), parts.next()) else {
            return Ok(None);
        };
        let Some(known) = Reference::parse(reference) else { return Ok(None) };
        let Some(given) = URL_SAFE_NO_PAD.decode(mark).ok().and_then(|mark| <[u8; 32]>::try_from(mark).ok())
        else {
            return Ok(None);
        };
        if !hashes_match(&self.reference_mark(&known, token)?, &given) {
            return Ok(None);
        }
        let token = PickupToken(Secret::new(format!("{token}.{reference}.{mark}")));
        Ok(Some(ReadCookie { token, reference: known, sealed_claim: parts.next() }))
    }

    pub(super) fn with_claim(
        &self,
        token: &PickupToken,
        application: ApplicationId,
        pin_hash: [u8; 32],
        stated: &StatedFile,
        now: Timestamp,
    ) -> Result<PickupCookie, Unavailable> {
        let until = now
            .checked_add(SignedDuration::from_mins(i64::from(CLAIM_MINUTES)))
            .map_err(Unavailable::because)?;
        let written = Written {
            application: application.to_string(),
            pin_hash,
            device_type: stated.device_type.name().to_owned(),
            password: stated.password.expose().into(),
            until: until.as_millisecond(),
        };
        let plain = Zeroizing::new(serde_json::to_vec(&written)?);
        let sealed = self.seals.claims.seal(token.expose().as_bytes(), &plain)?;
        let sealed = URL_SAFE_NO_PAD.encode(sealed);
        Ok(PickupCookie(Secret::new(format!("{}.{sealed}", token.expose()))))
    }

    /// The claim that came with a token, if it is ours and its time is not over.
    pub(super) fn claim_in(&self, cookie: &ReadCookie<'_>, now: Timestamp) -> Result<Claim, PickupRefusal> {
        let over = || PickupRefusal::ClaimOver;
        let sealed = cookie.sealed_claim.ok_or_else(over)?;
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| over())?;
        let record = cookie.token.expose().as_bytes();
        let plain = self.seals.claims.open(record, &sealed).map_err(|_| over())?;
        let written: Written<'_> = serde_json::from_slice(&plain).map_err(|_| over())?;
        let password = Zeroizing::new(written.password.into_owned());
        if now.as_millisecond() >= written.until {
            return Err(over());
        }
        Ok(Claim {
            application: written.application.parse().map_err(|_| over())?,
            pin_hash: written.pin_hash,
            device_type: DeviceType::parse(&written.device_type).ok_or_else(over)?,
            password: Pkcs12Password::parse(&password).map_err(|_| over())?,
        })
    }
}
