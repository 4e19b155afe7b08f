//! Whether a device may have a further certificate of its line: by renewal, for a device in its place, or in a new file.

use crate::{
    application::Purpose,
    certificate::{CertificateRecord, CertificateState},
    id::DeviceId,
    policy::Policy,
    refusal::Problem,
    time::{DAY, SignedDuration, Timestamp},
};
use std::collections::BTreeMap;

/// How long after its end a certificate can still be renewed, in days: browsers hide an expired one, so its person
/// notices late.
pub const RENEWAL_LATE_DAYS: u32 = 30;

/// The person or desk that asks for a further certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedBy {
    /// The device's own person, within the days of the policy.
    Person,
    /// An administrator or operator.
    Administrator,
}

/// Why the device gets no further certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RenewalRefusal {
    /// No certificate of it was ever delivered.
    #[error("the device has no certificate that was picked up")]
    NotPickedUp,
    /// A certificate of it is being made at this moment.
    #[error("a certificate of the device is being made")]
    BeingMade,
    /// The device is on hold.
    #[error("the device is on hold")]
    OnHold,
    /// The device's certificate was revoked.
    #[error("the device's certificate was revoked")]
    Revoked,
    /// It is too long since the certificate has ended.
    #[error("the certificate ended more than {RENEWAL_LATE_DAYS} days ago")]
    TooLate,
    /// The certificate lasts for long yet.
    #[error("the certificate can be renewed from {0} on")]
    TooEarly(Timestamp),
    /// Only an administrator lets a new file be made so long after the pickup.
    #[error("the days for a new file are over")]
    NewFileOver,
}

impl From<RenewalRefusal> for Problem {
    fn from(refusal: RenewalRefusal) -> Self {
        match refusal {
            RenewalRefusal::NotPickedUp => Self::NotPickedUp,
            RenewalRefusal::BeingMade => Self::RenewalUnderWay,
            RenewalRefusal::OnHold => Self::DeviceOnHold,
            RenewalRefusal::Revoked => Self::DeviceRevoked,
            RenewalRefusal::TooLate => Self::RenewalTooLate { days: RENEWAL_LATE_DAYS },
            RenewalRefusal::TooEarly(from) => Self::RenewalTooEarly { from },
            RenewalRefusal::NewFileOver => Self::NewFileOver,
        }
    }
}

/// The certificate whose place a further one of its device may take at `now`: the newest delivered one of the line.
pub fn successor_of<'a>(
    line: &'a [CertificateRecord],
    purpose: Purpose,
    asker: AskedBy,
    policy: &Policy,
    now: Timestamp,
) -> Result<&'a CertificateRecord, RenewalRefusal> {
    if line.iter().any(|one| one.state == CertificateState::Recorded) {
        return Err(RenewalRefusal::BeingMade);
    }
    let newest = line.iter().filter(|one| one.picked_up_at.is_some()).max_by_key(|one| one.picked_up_at);
    let newest = newest.ok_or(RenewalRefusal::NotPickedUp)?;
    match newest.state {
        CertificateState::Revoked => return Err(RenewalRefusal::Revoked),
        CertificateState::OnHold => return Err(RenewalRefusal::OnHold),
        CertificateState::Recorded | CertificateState::Valid => {}
    }
    if now > later(newest.not_after, RENEWAL_LATE_DAYS) {
        return Err(RenewalRefusal::TooLate);
    }
    match (purpose, asker) {
        (Purpose::Renewal, _) => {
            let from = renewable_from(newest, policy);
            if now < from { Err(RenewalRefusal::TooEarly(from)) } else { Ok(newest) }
        }
        (Purpose::NewFile, AskedBy::Person) if now > new_file_until(newest, policy) => {
            Err(RenewalRefusal::NewFileOver)
        }
        (Purpose::New | Purpose::Replacement | Purpose::NewFile, _) => Ok(newest),
    }
}

/// From when on a certificate can be renewed.
pub fn renewable_from(certificate: &CertificateRecord, policy: &Policy) -> Timestamp {
    let window = days(policy.renewal_window_days);
    certificate.not_after.checked_sub(window).unwrap_or(Timestamp::MIN)
}

/// Until when the person may have a new file for a certificate without an administrator.
pub fn new_file_until(certificate: &CertificateRecord, policy: &Policy) -> Timestamp {
    match (certificate.picked_up_at, policy.new_file_days) {
        (None, _) | (_, 0) => Timestamp::MIN,
        (Some(picked_up_at), number) => later(picked_up_at, number),
    }
}

/// Of a person's certificates, one for each device that a visitor of the public site may ask to renew at `now`: those that
/// have ended, or else those that end soon.
pub fn renewable<'a>(
    certificates: &'a [CertificateRecord],
    policy: &Policy,
    now: Timestamp,
) -> Vec<&'a CertificateRecord> {
    let mut devices: BTreeMap<DeviceId, Vec<CertificateRecord>> = BTreeMap::new();
    for certificate in certificates {
        devices.entry(certificate.device).or_default().push(certificate.clone());
    }
    let asked = |line: &[CertificateRecord]| {
        let found = successor_of(line, Purpose::Renewal, AskedBy::Person, policy, now).ok()?.id;
        certificates.iter().find(|certificate| certificate.id == found)
    };
    let found: Vec<_> = devices.values().filter_map(|line| asked(line)).collect();
    let (ended, ending): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| now > one.not_after);
    if ended.is_empty() { ending } else { ended }
}

/// When a superseded certificate ends whose newer one is seen at `now`.
pub fn grace_until(policy: &Policy, now: Timestamp) -> Timestamp {
    later(now, policy.renewal_grace_days)
}

fn later(at: Timestamp, number: u32) -> Timestamp {
    at.checked_add(days(number)).unwrap_or(Timestamp::MAX)
}

fn days(number: u32) -> SignedDuration {
    DAY * i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        certificate::CertificateKey,
        device::DeviceType,
        id::{ApplicationId, CertificateId, DeviceId, IssuerId, TenantId, UserId},
        revocation::Revocation,
    };
    use pki::{crl::RevocationReason, serial::Serial};
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    const MADE: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn certificate(picked_up_at: Timestamp, state: CertificateState) -> CertificateRecord {
        let rng = &mut ChaCha20Rng::seed_from_u64(1);
        let entry = Revocation { at: MADE, reason: RevocationReason::Unspecified };
        CertificateRecord {
            id: CertificateId::new(picked_up_at, rng),
            key: CertificateKey { issuer: IssuerId::new(MADE, rng), serial: Serial::random(rng) },
            tenant: TenantId::new(MADE, rng),
            user: UserId::new(MADE, rng),
            application: ApplicationId::new(MADE, rng),
            device: DeviceId::new(MADE, rng),
            device_type: DeviceType::Windows,
            device_name: "PC".into(),
            not_before: picked_up_at,
            not_after: picked_up_at + DAY * 365,
            state,
            revocation: matches!(state, CertificateState::OnHold | CertificateState::Revoked)
                .then_some(entry),
            picked_up_at: (state != CertificateState::Recorded).then_some(picked_up_at),
            proved_at: None,
            ends_at: None,
        }
    }

    fn asked(line: &[CertificateRecord], purpose: Purpose, at: Timestamp) -> Result<(), RenewalRefusal> {
        successor_of(line, purpose, AskedBy::Person, &Policy::default(), at).map(drop)
    }

    #[test]
    fn a_certificate_is_renewed_from_the_window_on_until_thirty_days_after_its_end() {
        let valid = [certificate(MADE, CertificateState::Valid)];
        let (from, end) = (MADE + DAY * 305, MADE + DAY * 365);
        let second = SignedDuration::from_secs(1);
        assert_eq!(asked(&valid, Purpose::Renewal, from - second), Err(RenewalRefusal::TooEarly(from)));
        for at in [from, end, end + DAY * 30] {
            assert_eq!(asked(&valid, Purpose::Renewal, at), Ok(()));
        }
        let late = asked(&valid, Purpose::Renewal, end + DAY * 30 + second);
        assert_eq!(late, Err(RenewalRefusal::TooLate));
        assert_eq!(asked(&valid, Purpose::Replacement, MADE), Ok(()), "a new device may come at any time");
    }

    #[test]
    fn what_is_held_revoked_or_being_made_has_no_successor_whatever_older_ones_of_its_line_say() {
        let old = || certificate(MADE, CertificateState::Valid);
        for (state, refusal) in [
            (CertificateState::OnHold, RenewalRefusal::OnHold),
            (CertificateState::Revoked, RenewalRefusal::Revoked),
            (CertificateState::Recorded, RenewalRefusal::BeingMade),
        ] {
            let line = [old(), certificate(MADE + DAY, state)];
            for purpose in [Purpose::Renewal, Purpose::Replacement, Purpose::NewFile] {
                assert_eq!(asked(&line, purpose, MADE + DAY * 2), Err(refusal), "{state:?} {purpose:?}");
            }
        }
        assert_eq!(asked(&[], Purpose::Renewal, MADE), Err(RenewalRefusal::NotPickedUp));
    }

    #[test]
    fn a_visitor_asks_for_each_device_that_has_ended_or_else_for_those_that_end_soon() {
        let at = MADE + DAY * 360;
        let device = |days: i32| {
            let mut one = certificate(MADE + DAY * days, CertificateState::Valid);
            one.device =
                DeviceId::new(one.not_before, &mut ChaCha20Rng::seed_from_u64(days.unsigned_abs().into()));
            one.id = CertificateId::new(one.not_before, &mut ChaCha20Rng::seed_from_u64(2));
            one
        };
        let (ending, lasting, ended) = (device(1), device(200), device(-20));
        let all = [ending.clone(), lasting.clone(), ended.clone()];
        let ids = |found: Vec<&CertificateRecord>| found.iter().map(|one| one.id).collect::<Vec<_>>();
        assert_eq!(ids(renewable(&all, &Policy::default(), at)), [ended.id]);
        assert_eq!(ids(renewable(&all[..2], &Policy::default(), at)), [ending.id]);
        assert!(renewable(&[lasting], &Policy::default(), at).is_empty());
    }

    #[test]
    fn a_person_has_a_new_file_within_the_policys_days_and_an_administrator_lets_it_be_made_later() {
        let line = [certificate(MADE, CertificateState::Valid)];
        assert_eq!(asked(&line, Purpose::NewFile, MADE + DAY * 7), Ok(()));
        let late = MADE + DAY * 8;
        assert_eq!(asked(&line, Purpose::NewFile, late), Err(RenewalRefusal::NewFileOver));
        let policy = Policy { new_file_days: 0, ..Policy::default() };
        let never = successor_of(&line, Purpose::NewFile, AskedBy::Person, &policy, MADE);
        assert_eq!(never.map(drop), Err(RenewalRefusal::NewFileOver));
        let by_administrator = successor_of(&line, Purpose::NewFile, AskedBy::Administrator, &policy, late);
        assert!(by_administrator.is_ok());
    }
}
