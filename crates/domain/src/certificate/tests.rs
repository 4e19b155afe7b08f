use super::*;
use pki::crl::RevocationReason;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

const END: i64 = 1_000;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn certificate(state: CertificateState) -> CertificateRecord {
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let entry = Revocation { at: at(1), reason: RevocationReason::Unspecified };
    CertificateRecord {
        id: CertificateId::new(at(0), rng),
        key: CertificateKey { issuer: IssuerId::new(at(0), rng), serial: Serial::random(rng) },
        tenant: TenantId::new(at(0), rng),
        user: UserId::new(at(0), rng),
        application: ApplicationId::new(at(0), rng),
        device: DeviceId::new(at(0), rng),
        device_type: DeviceType::Windows,
        device_name: "営業ノートPC".into(),
        not_before: at(0),
        not_after: at(END),
        state,
        revocation: matches!(state, CertificateState::OnHold | CertificateState::Revoked).then_some(entry),
        picked_up_at: None,
        proved_at: None,
        ends_at: None,
    }
}

fn standings(state: CertificateState, access: Access) -> [Standing; 2] {
    [END, END + 1].map(|second| certificate(state).standing(access, at(second)))
}

#[test]
fn a_certificate_has_one_standing_the_worst_first() {
    use Access::{Admitted, ShutOut};
    use CertificateState as State;
    for (state, access, standings_until_and_after_the_end) in [
        (State::Valid, Admitted, [Standing::Valid, Standing::Expired]),
        (State::Valid, ShutOut, [Standing::Suspended, Standing::Expired]),
        (State::OnHold, Admitted, [Standing::OnHold, Standing::Expired]),
        (State::OnHold, ShutOut, [Standing::OnHold, Standing::Expired]),
        (State::Revoked, ShutOut, [Standing::Revoked; 2]),
        (State::Recorded, ShutOut, [Standing::NotPickedUp; 2]),
    ] {
        assert_eq!(standings(state, access), standings_until_and_after_the_end, "{state:?} {access:?}");
    }
}

#[test]
fn a_suspended_person_and_everybody_of_a_company_that_is_shut_out_are_not_admitted() {
    use UserState::{Active, Suspended};
    assert_eq!(Access::of(Active, None), Access::Admitted);
    for (user, tenant) in [
        (Suspended, None),
        (Active, Some(ShutOut::ByAct)),
        (Active, Some(ShutOut::ByContract)),
        (Suspended, Some(ShutOut::ByContract)),
    ] {
        assert_eq!(Access::of(user, tenant), Access::ShutOut, "{user:?} {tenant:?}");
    }
}

#[test]
fn only_a_certificate_that_may_pass_again_is_on_a_device() {
    for state in CertificateState::ALL {
        for access in [Access::Admitted, Access::ShutOut] {
            let [before, after] = standings(state, access);
            let has_it = matches!(state, CertificateState::Valid | CertificateState::OnHold);
            assert_eq!((before.is_on_device(), after.is_on_device()), (has_it, false), "{state:?}");
        }
    }
}

#[test]
fn a_line_shows_what_is_in_force_before_a_newer_one_that_is_not() {
    use CertificateState::{OnHold, Revoked, Valid};
    let rng = &mut ChaCha20Rng::seed_from_u64(2);
    let (laptop, phone) = (DeviceId::new(at(0), rng), DeviceId::new(at(0), rng));
    let of = |device: DeviceId, state: CertificateState| CertificateRecord { device, ..certificate(state) };
    let newest_first = [
        of(laptop, CertificateState::Revoked),
        of(phone, CertificateState::Valid),
        of(laptop, CertificateState::OnHold),
        of(laptop, CertificateState::Valid),
    ];
    let shown = |now| {
        let states = |line: Line<'_>| {
            assert!(line.all().all(|one| one.device == line.first.device));
            line.all().map(|one| one.state).collect::<Vec<_>>()
        };
        Line::of(&newest_first, at(now)).into_iter().map(states).collect::<Vec<_>>()
    };
    assert_eq!(shown(END), [vec![OnHold, Revoked, Valid], vec![Valid]]);
    assert_eq!(shown(END + 1), [vec![Revoked, OnHold, Valid], vec![Valid]]);
}
