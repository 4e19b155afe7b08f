//! Hold, release, revoke: decided here, stored by the store, executed by the authority.
//!
//! Suspending a user or a tenant is a separate state ([`crate::user::UserState`]) and never changes the
//! certificates, so resuming does not release certificates that were on hold before.

use crate::{
    certificate::{CertificateRecord, CertificateState},
    id::{CertificateId, DeviceId},
    refusal::Problem,
    time::Timestamp,
};
use pki::crl::RevocationReason;

/// The end of a certificate, or its hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// The time of the revocation or hold.
    pub at: Timestamp,
    /// The reason (RFC 5280 §5.3.1); `CertificateHold` while on hold.
    pub reason: RevocationReason,
}

/// A request about a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Puts the certificate on hold.
    Hold,
    /// Releases the hold.
    Release,
    /// Revokes the certificate for good.
    Revoke(RevocationReason),
    /// Revokes the certificate for good, by a person who knows that nobody of the company can open the desk
    /// afterwards.
    RevokeLastKey(RevocationReason),
}

/// Why the request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RevocationRefusal {
    /// Revocation is final.
    #[error("the certificate is revoked already; that cannot be undone")]
    AlreadyRevoked,
    /// Held already.
    #[error("the certificate is on hold already")]
    AlreadyOnHold,
    /// The certificate is not on hold.
    #[error("the certificate is not on hold")]
    NotOnHold,
    /// The certificate was never delivered, so it cannot be held or released.
    #[error("the certificate was never picked up; revoke it instead")]
    NotPickedUp,
    /// People may not give this reason.
    #[error("this reason is not for ending a certificate")]
    ReasonNotFinal,
    /// Nobody of the company could open the desk afterwards, to release or replace the certificate.
    #[error("no administrator would have a certificate left that opens Administration")]
    LastDeskKey,
}

impl From<RevocationRefusal> for Problem {
    fn from(error: RevocationRefusal) -> Self {
        match error {
            RevocationRefusal::AlreadyRevoked
            | RevocationRefusal::AlreadyOnHold
            | RevocationRefusal::NotOnHold => Self::AlreadyDone,
            RevocationRefusal::NotPickedUp => Self::NotPickedUp,
            RevocationRefusal::ReasonNotFinal => Self::ReasonMissing,
            RevocationRefusal::LastDeskKey => Self::LastAdministrationKey,
        }
    }
}

impl RevocationRefusal {
    /// Whether the certificate stands already as was asked for, so that nothing is left to do.
    pub fn is_so_already(self, request: Request) -> bool {
        match request {
            Request::Hold => self == Self::AlreadyOnHold,
            Request::Release => self == Self::NotOnHold,
            Request::Revoke(_) | Request::RevokeLastKey(_) => self == Self::AlreadyRevoked,
        }
    }
}

/// The reasons that people give for a revocation (RFC 5280 §5.3.1), with their names in forms and texts, the likeliest
/// first.
pub const REASONS: [(RevocationReason, &str); 5] = [
    (RevocationReason::KeyCompromise, "key-compromise"),
    (RevocationReason::AffiliationChanged, "affiliation-changed"),
    (RevocationReason::Superseded, "superseded"),
    (RevocationReason::CessationOfOperation, "cessation-of-operation"),
    (RevocationReason::Unspecified, "unspecified"),
];

/// The name of a reason that people give; `None` for any other.
pub fn reason_name(reason: RevocationReason) -> Option<&'static str> {
    REASONS.iter().find(|(known, _)| *known == reason).map(|(_, name)| *name)
}

/// The reason with this name.
pub fn reason_named(name: &str) -> Option<RevocationReason> {
    REASONS.iter().find(|(_, known)| *known == name).map(|(reason, _)| *reason)
}

/// The certificate's next state and its revocation entry (`None` after a release).
pub type Decision = (CertificateState, Option<Revocation>);

/// Decides a request on a certificate in the state `state`.
pub fn decide(
    state: CertificateState,
    request: Request,
    now: Timestamp,
) -> Result<Decision, RevocationRefusal> {
    match (state, request) {
        (CertificateState::Revoked, _) => Err(RevocationRefusal::AlreadyRevoked),
        (_, Request::Revoke(reason) | Request::RevokeLastKey(reason)) => match reason {
            RevocationReason::CertificateHold => Err(RevocationRefusal::ReasonNotFinal),
            reason => Ok((CertificateState::Revoked, Some(Revocation { at: now, reason }))),
        },
        (CertificateState::Recorded, _) => Err(RevocationRefusal::NotPickedUp),
        (CertificateState::OnHold, Request::Hold) => Err(RevocationRefusal::AlreadyOnHold),
        (CertificateState::Valid, Request::Hold) => {
            let reason = RevocationReason::CertificateHold;
            Ok((CertificateState::OnHold, Some(Revocation { at: now, reason })))
        }
        (CertificateState::OnHold, Request::Release) => Ok((CertificateState::Valid, None)),
        (CertificateState::Valid, Request::Release) => Err(RevocationRefusal::NotOnHold),
    }
}

/// Decides a request on a whole device, of whose certificates one is named: the certificates that change, each with
/// its decision. A pickup under way is broken off by a hold, too: its certificate never comes into force. What has
/// expired stays as it is unless it is named.
///
/// # Errors
/// The refusal for the named certificate, if none of the line changes.
pub fn decide_line(
    line: &[CertificateRecord],
    named: CertificateId,
    request: Request,
    now: Timestamp,
) -> Result<Vec<(&CertificateRecord, Decision)>, RevocationRefusal> {
    let delivered = line.iter().any(|one| one.state != CertificateState::Recorded);
    let decided = |one: &CertificateRecord| match (one.state, request) {
        (CertificateState::Recorded, Request::Hold) if delivered => {
            decide(one.state, Request::Revoke(RevocationReason::CessationOfOperation), now)
        }
        (state, request) => decide(state, request, now),
    };
    let mut refusal = RevocationRefusal::AlreadyRevoked;
    let mut changed = Vec::new();
    for one in line.iter().filter(|one| one.id == named || now <= one.not_after) {
        match decided(one) {
            Ok(decision) => changed.push((one, decision)),
            Err(refused) if one.id == named => refusal = refused,
            Err(_) => {}
        }
    }
    if changed.is_empty() { Err(refusal) } else { Ok(changed) }
}

/// Checks that a request by the company's own people leaves them a device that opens the desk.
///
/// `keys` are (at least two of) the devices with which its administrators can open the desk now.
pub fn keep_desk_open(
    device: DeviceId,
    keys: &[DeviceId],
    request: Request,
) -> Result<(), RevocationRefusal> {
    match request {
        Request::Hold | Request::Revoke(_) if keys == [device] => Err(RevocationRefusal::LastDeskKey),
        Request::Hold | Request::Revoke(_) | Request::Release | Request::RevokeLastKey(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn revoked_is_final_whatever_is_asked() {
        for request in [Request::Hold, Request::Release, Request::Revoke(RevocationReason::KeyCompromise)] {
            assert_eq!(
                decide(CertificateState::Revoked, request, NOW),
                Err(RevocationRefusal::AlreadyRevoked)
            );
        }
    }

    #[test]
    fn a_hold_can_be_released_or_made_final() {
        let (held, entry) = decide(CertificateState::Valid, Request::Hold, NOW).unwrap();
        assert_eq!(
            (held, entry.unwrap().reason),
            (CertificateState::OnHold, RevocationReason::CertificateHold)
        );
        assert_eq!(decide(held, Request::Release, NOW), Ok((CertificateState::Valid, None)));
        let ended = decide(held, Request::Revoke(RevocationReason::Superseded), NOW).unwrap();
        assert_eq!(ended.0, CertificateState::Revoked);
    }

    #[test]
    fn a_recorded_serial_can_be_revoked_but_not_held() {
        assert_eq!(
            decide(CertificateState::Recorded, Request::Hold, NOW),
            Err(RevocationRefusal::NotPickedUp)
        );
        assert!(
            decide(CertificateState::Recorded, Request::Revoke(RevocationReason::Superseded), NOW).is_ok()
        );
    }

    #[test]
    fn the_last_key_of_the_desk_ends_only_knowingly_and_is_never_held() {
        let id = |last: char| format!("01a204b8-0000-7000-8000-00000000000{last}").parse().unwrap();
        let (last, other): (DeviceId, DeviceId) = (id('1'), id('2'));
        let revoke = Request::Revoke(RevocationReason::Unspecified);
        for request in [Request::Hold, revoke] {
            assert_eq!(keep_desk_open(last, &[last], request), Err(RevocationRefusal::LastDeskKey));
            for keys in [&[last, other][..], &[other], &[]] {
                assert_eq!(keep_desk_open(last, keys, request), Ok(()), "{keys:?}");
            }
        }
        let knowing = Request::RevokeLastKey(RevocationReason::Unspecified);
        for request in [Request::Release, knowing] {
            assert_eq!(keep_desk_open(last, &[last], request), Ok(()));
        }
        assert_eq!(
            decide(CertificateState::Valid, knowing, NOW),
            decide(CertificateState::Valid, revoke, NOW)
        );
    }

    #[test]
    fn a_request_is_done_already_by_its_own_refusal_alone() {
        let revoke = Request::Revoke(RevocationReason::Unspecified);
        let done = |state, request| decide(state, request, NOW).unwrap_err().is_so_already(request);
        assert!(done(CertificateState::OnHold, Request::Hold));
        assert!(done(CertificateState::Valid, Request::Release));
        assert!(done(CertificateState::Revoked, revoke));
        assert!(!done(CertificateState::Revoked, Request::Hold));
        assert!(!done(CertificateState::Revoked, Request::Release), "a revocation is no hold to release");
        assert!(!done(CertificateState::Recorded, Request::Hold));
    }

    #[test]
    fn certificate_hold_is_no_reason_to_end_one() {
        let request = Request::Revoke(RevocationReason::CertificateHold);
        assert_eq!(decide(CertificateState::Valid, request, NOW), Err(RevocationRefusal::ReasonNotFinal));
    }
}
