//! Wrong tries at public forms, counted in the store so that a restart forgets none.

use crate::{Unavailable, seal::HashedKind, work::Work};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    attempts::{self, AttemptCounts, TooManyAttempts},
    id::{TenantId, UserId},
    time::Timestamp,
};
use std::net::IpAddr;
use store::{Reader, attempts::AttemptKey};

/// What a try was made at, and from where; kept only as keyed hashes.
pub(crate) struct Tried {
    keys: [(&'static str, [u8; 32]); 3],
}

impl crate::Authority {
    /// A try from `address` at `email` of the tenant with `code`; the form's name keeps forms apart.
    pub(crate) fn tried(
        &self,
        form: &'static str,
        address: IpAddr,
        email: &str,
        code: &str,
    ) -> Result<Tried, Unavailable> {
        let hash = |scope: &str, text: &str| {
            self.seal().hash(HashedKind::Attempt, format!("{form}/{scope}").as_bytes(), text)
        };
        let email = format!("{code}/{}", email.trim().to_lowercase());
        Ok(Tried {
            keys: [
                ("address", hash("address", &network_of(address))?),
                ("email", hash("email", &email)?),
                ("tenant", hash("tenant", code)?),
            ],
        })
    }

    /// A try by somebody whose certificate says who it is: counted for that person alone, so that an
    /// office behind one address shares no limit.
    pub(crate) fn tried_by(
        &self,
        form: &'static str,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Tried, Unavailable> {
        let hash = |scope: &str, id: &[u8; 16]| {
            let scope = format!("{form}/{scope}");
            self.seal().hash(HashedKind::Attempt, scope.as_bytes(), &URL_SAFE_NO_PAD.encode(id))
        };
        Ok(Tried {
            keys: [
                ("address", hash("address", user.as_bytes())?),
                ("email", hash("email", user.as_bytes())?),
                ("tenant", hash("tenant", tenant.as_bytes())?),
            ],
        })
    }
}

impl crate::Authority {
    /// May another try be made? The inner answer is the visitor's, the outer one the store's.
    ///
    /// Asked on a reader before anything slow: whoever is refused costs no hash, and does not stand before
    /// SQLite's one writer.
    pub(crate) async fn admit(&self, tried: &Tried) -> Result<Result<(), TooManyAttempts>, Unavailable> {
        let now = self.now();
        let counts = counts(&mut self.store().read().await?, tried, now).await?;
        Ok(attempts::admit(counts, now))
    }

    /// Settles a try whose secret was checked outside a transaction: is there an answer for it, or were
    /// the tries used up meanwhile? Only a wrong one stays counted, so that nobody is locked out by
    /// doing it right.
    pub(crate) async fn settle_try(
        &self,
        act: &'static str,
        tried: &Tried,
        right: bool,
    ) -> Result<Result<(), TooManyAttempts>, Unavailable> {
        let (admitted, work) = self.count_try(act, tried).await?;
        if !right || admitted.is_err() {
            work.finish_unlogged().await?;
        }
        Ok(admitted)
    }

    /// Counts a try, and says whether there was an answer for it left. It stays counted if the work is
    /// finished.
    pub(crate) async fn count_try(
        &self,
        act: &'static str,
        tried: &Tried,
    ) -> Result<(Result<(), TooManyAttempts>, Work), Unavailable> {
        let mut work = self.begin(act).await?;
        // Counted before it is looked at, which makes tries at the same moment wait for each other.
        work.count_wrong_try(tried).await?;
        let now = work.now;
        let AttemptCounts { address, email, tenant } = counts(&mut work, tried, now).await?;
        let others = |count: u32| count.saturating_sub(1);
        let before = AttemptCounts { address: others(address), email: others(email), tenant: others(tenant) };
        Ok((attempts::admit(before, work.now), work))
    }
}

async fn counts(reader: &mut Reader, tried: &Tried, now: Timestamp) -> Result<AttemptCounts, Unavailable> {
    let window = attempts::window_start(now);
    let mut counts = [0; 3];
    for ((scope, hash), count) in tried.keys.iter().zip(&mut counts) {
        *count = reader.attempts(AttemptKey { scope, hash }, window).await?;
    }
    let [address, email, tenant] = counts;
    Ok(AttemptCounts { address, email, tenant })
}

impl Work {
    /// May another try be made? As [`crate::Authority::admit`], with what was counted since.
    pub(crate) async fn admit(&mut self, tried: &Tried) -> Result<Result<(), TooManyAttempts>, Unavailable> {
        let now = self.now;
        Ok(attempts::admit(counts(self, tried, now).await?, now))
    }

    /// Notes a wrong try at all three.
    pub(crate) async fn count_wrong_try(&mut self, tried: &Tried) -> Result<(), Unavailable> {
        let window = attempts::window_start(self.now);
        for (scope, hash) in &tried.keys {
            self.count_attempt(AttemptKey { scope, hash }, window).await?;
        }
        Ok(())
    }
}

/// An IPv4 address, or the /64 network that one IPv6 customer has.
fn network_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::network_of;

    #[test]
    fn an_ipv6_customer_counts_as_one_and_a_mapped_ipv4_address_as_itself() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }
}
