//! The right of a person who proved a challenge phrase to revoke certificates, sealed into a token.
//!
//! The browser keeps the token in a cookie; no server keeps anything. Every node can open it, after a
//! restart, too.
//!
//! **Invariant:** a token is valid for [`REVOCATION_TOKEN_MINUTES`] and allows the shown certificates, no
//! more. It may be used again: a second revocation changes nothing.

use crate::{Unavailable, sealer::Sealer};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    id::{CertificateId, TenantId, UserId},
    secret::Secret,
    time::{SignedDuration, Timestamp},
};
use serde::{Deserialize, Serialize};
use store::clock_steps::CLOCKS_DIFFER_MAX;

/// How long the choice of a certificate may take, in minutes.
pub const REVOCATION_TOKEN_MINUTES: i64 = 10;

/// The most certificates of one token, so that it fits into a cookie (4096 octets with its name, RFC 6265 §6.1).
pub(crate) const CERTIFICATES_PER_TOKEN_MAX: usize = 50;

/// A sealed [`RevocationRight`]: goes into a cookie, never into an address.
#[derive(Debug, Clone)]
pub struct RevocationToken(Secret<String>);

impl RevocationToken {
    /// The cookie's value.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// The person and the certificates that may be revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RevocationRight {
    pub(crate) tenant: TenantId,
    pub(crate) user: UserId,
    pub(crate) certificates: Vec<CertificateId>,
    /// The end of the right.
    pub(crate) until: Timestamp,
}

impl RevocationRight {
    /// A right that begins now.
    pub(crate) fn from_now(
        tenant: TenantId,
        user: UserId,
        certificates: Vec<CertificateId>,
        now: Timestamp,
    ) -> Result<Self, Unavailable> {
        let lifetime = SignedDuration::from_mins(REVOCATION_TOKEN_MINUTES);
        let until = now.checked_add(lifetime).map_err(Unavailable::because)?;
        Ok(Self { tenant, user, certificates, until })
    }

    pub(crate) fn sealed(&self, rights: &Sealer) -> Result<RevocationToken, Unavailable> {
        let sealed = rights.seal(b"", &serde_json::to_vec(self)?)?;
        Ok(RevocationToken(Secret::new(URL_SAFE_NO_PAD.encode(sealed))))
    }

    /// The right in a token at `now`; `None` if the token was changed, made elsewhere, or has ended.
    pub(crate) fn opened(token: &str, rights: &Sealer, now: Timestamp) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(token).ok()?;
        let right = rights.open(b"", &sealed).ok()?;
        // A token made while the clock was ahead ends later than any that is made now.
        let longest = now.checked_add(SignedDuration::from_mins(REVOCATION_TOKEN_MINUTES)).ok()?;
        let longest = longest.checked_add(CLOCKS_DIFFER_MAX).ok()?;
        serde_json::from_slice::<Self>(&right)
            .ok()
            .filter(|right| now < right.until && right.until <= longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::{Seal, SealedKind};
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
    use std::sync::Arc;

    fn rights_under(key: u8, kind: SealedKind) -> Sealer {
        Sealer::new(&Arc::new(Seal::new(&[key; 32])), kind)
    }

    fn rights() -> Sealer {
        rights_under(7, SealedKind::RevocationRight)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn right() -> RevocationRight {
        let rng = &mut ChaCha20Rng::seed_from_u64(1);
        let certificates = vec![CertificateId::new(at(0), rng), CertificateId::new(at(0), rng)];
        let (tenant, user) = (TenantId::new(at(0), rng), UserId::new(at(0), rng));
        RevocationRight { tenant, user, certificates, until: at(600) }
    }

    #[test]
    fn a_token_says_who_may_revoke_what_until_its_time_is_over() {
        let token = right().sealed(&rights()).unwrap();
        for _ in 0..2 {
            assert_eq!(RevocationRight::opened(token.expose(), &rights(), at(599)), Some(right()));
        }
        assert_eq!(RevocationRight::opened(token.expose(), &rights(), at(600)), None);
        assert_eq!(
            RevocationRight::opened(token.expose(), &rights(), at(-10)),
            Some(right()),
            "clocks differ"
        );
        assert_eq!(RevocationRight::opened(token.expose(), &rights(), at(-11)), None, "the clock was ahead");
    }

    #[test]
    fn the_largest_token_fits_into_a_cookie() {
        let rng = &mut ChaCha20Rng::seed_from_u64(1);
        let certificates = (0..CERTIFICATES_PER_TOKEN_MAX).map(|_| CertificateId::new(at(0), rng)).collect();
        let token = RevocationRight { certificates, ..right() }.sealed(&rights()).unwrap();
        assert!(token.expose().len() < 4096 - 64, "{}", token.expose().len());
    }

    #[test]
    fn a_token_that_was_changed_anywhere_or_made_elsewhere_opens_nothing() {
        let token = right().sealed(&rights()).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(token.expose()).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(RevocationRight::opened(&changed, &rights(), at(0)), None, "octet {place}");
        }
        for text in ["", "?", "AAAA", &token.expose()[1..]] {
            assert_eq!(RevocationRight::opened(text, &rights(), at(0)), None, "{text}");
        }
        assert_eq!(
            RevocationRight::opened(token.expose(), &rights_under(8, SealedKind::RevocationRight), at(0)),
            None
        );
    }

    #[test]
    fn what_is_sealed_for_another_purpose_is_no_token() {
        let plain = serde_json::to_vec(&right()).unwrap();
        let effect = rights_under(7, SealedKind::Effect).seal(b"", &plain).unwrap();
        assert_eq!(RevocationRight::opened(&URL_SAFE_NO_PAD.encode(effect), &rights(), at(0)), None);
    }
}
