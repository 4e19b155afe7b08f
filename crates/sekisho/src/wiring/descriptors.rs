//! Open files: the system's limit, and the doors' shares of it.
//!
//! **Invariant:** the shares of visitors' connections and of connections to applications together leave
//! [`DESCRIPTORS_RESERVED`] for the database, for accepting the next connection, and for files.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Reserved for the database's connections and files, the control socket, mail, logs and accepting.
const DESCRIPTORS_RESERVED: u64 = 256;

/// The least share of each kind of connection with which people can work.
const SHARE_MIN: u64 = 64;

/// The most connections that the gate may hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shares {
    /// Connections of visitors.
    pub(super) visitors: u64,
    /// Connections to applications.
    pub(super) applications: u64,
}

/// There are too few for a start.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "open files: the system's limit is {limit}, at least {least} are needed; raise it (LimitNOFILE= in the unit, ulimit -n in a shell) to {wanted}"
)]
pub struct TooFew {
    limit: u64,
    least: u64,
    wanted: u64,
}

/// Raises the process's limit as far as possible, and returns it.
pub(super) fn raised() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let soft = current.unwrap_or(u64::MAX);
    let hard = maximum.unwrap_or(u64::MAX);
    if soft >= hard {
        return soft;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        Ok(()) => {
            tracing::info!(from = soft, to = hard, "open files: the limit was raised");
            hard
        }
        Err(error) => {
            tracing::warn!(limit = soft, %error, "open files: the limit cannot be raised");
            soft
        }
    }
}

/// The part of `wanted` that fits below `limit` beside the plain listeners' share: everything, or the same
/// fraction of each kind.
pub(super) fn fitting(limit: u64, plain: u64, wanted: Shares) -> Result<Shares, TooFew> {
    let fixed = plain + DESCRIPTORS_RESERVED;
    let both = wanted.visitors + wanted.applications;
    let room = limit.saturating_sub(fixed);
    if room >= both {
        return Ok(wanted);
    }
    let part = |share: u64| {
        let part = u128::from(room) * u128::from(share) / u128::from(both.max(1));
        u64::try_from(part).unwrap_or(u64::MAX)
    };
    let shares = Shares { visitors: part(wanted.visitors), applications: part(wanted.applications) };
    if shares.visitors < SHARE_MIN.min(wanted.visitors)
        || shares.applications < SHARE_MIN.min(wanted.applications)
    {
        return Err(TooFew { limit, least: fixed + 2 * SHARE_MIN, wanted: fixed + both });
    }
    tracing::warn!(
        limit,
        wanted = fixed + both,
        connections_max = shares.visitors,
        upstream_connections_max = shares.applications,
        "open files: the limit is too low for the configuration, so fewer connections are held; raise it \
         (LimitNOFILE= in the unit), or lower gate.connections_max and gate.upstream_connections_max"
    );
    Ok(shares)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Shares = Shares { visitors: 10_000, applications: 20_000 };

    #[test]
    fn what_fits_is_taken_as_it_stands() {
        assert_eq!(fitting(u64::MAX, 2_048, WANTED), Ok(WANTED));
        assert_eq!(fitting(30_000 + 2_048 + 256, 2_048, WANTED), Ok(WANTED));
    }

    #[test]
    fn what_does_not_fit_shrinks_in_proportion_and_leaves_the_reserve() {
        for limit in [4_096, 20_000, 30_000 + 2_048 + 255] {
            let shares = fitting(limit, 2_048, WANTED).unwrap();
            assert!(shares.visitors + shares.applications + 2_048 + 256 <= limit, "{limit}: {shares:?}");
            assert!(shares.applications.abs_diff(2 * shares.visitors) <= 2, "{limit}: {shares:?}");
        }
    }

    #[test]
    fn too_few_are_refused_with_the_number_that_is_needed() {
        let refused = fitting(1_024, 2_048, WANTED).unwrap_err();
        assert_eq!(refused, TooFew { limit: 1_024, least: 2_432, wanted: 32_304 });
        assert!(refused.to_string().contains("LimitNOFILE= in the unit"), "{refused}");
        // A small installation that asked for few gets them.
        let small = Shares { visitors: 10, applications: 10 };
        assert_eq!(fitting(2_048 + 256 + 20, 2_048, small), Ok(small));
    }
}
