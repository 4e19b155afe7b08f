use super::*;
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(11)
}

fn issuer(rng: &mut ChaCha20Rng) -> IssuerId {
    IssuerId::new(Timestamp::UNIX_EPOCH, rng)
}

fn found(rng: &mut ChaCha20Rng, status: Status) -> Found {
    let id = CertificateId::new(Timestamp::UNIX_EPOCH, rng);
    Found { id, user: UserPlace::for_tests(rng.next_u32()), status, since: None }
}

#[test]
fn every_record_is_found_again_through_growth_and_change() {
    let mut rng = rng();
    let certificates = Certificates::new();
    let issuers = [issuer(&mut rng), issuer(&mut rng)];
    let mut expected = Vec::new();
    for number in 0..5_000 {
        let key = CertificateKey { issuer: issuers[number % 2], serial: Serial::random(&mut rng) };
        let record = found(&mut rng, Status::Good);
        certificates.put(&key, record);
        expected.push((key, record));
    }
    for (key, record) in expected.iter_mut().step_by(3) {
        record.status = Status::Revoked;
        certificates.put(key, *record);
    }
    for (key, record) in &expected {
        assert_eq!(certificates.find(key), Some(*record));
        let other = issuers.into_iter().find(|other| *other != key.issuer).unwrap();
        assert_eq!(certificates.find(&CertificateKey { issuer: other, serial: key.serial }), None);
    }
    let stored: usize = certificates.parts.iter().map(|part| part.read().unwrap().entries.len()).sum();
    assert_eq!(stored, expected.len());
}

#[test]
fn serials_that_differ_in_their_first_octets_only_are_kept_apart() {
    let mut rng = rng();
    let certificates = Certificates::new();
    let issuer = issuer(&mut rng);
    let mut octets = [7; SERIAL_OCTETS_MAX];
    let mut put = |first: u8| {
        octets[0] = first;
        let key = CertificateKey { issuer, serial: Serial::from_bytes(&octets).unwrap() };
        let record = found(&mut rng, Status::Good);
        certificates.put(&key, record);
        (key, record)
    };
    // Of 20, of 19 and, cut by four, of 16 octets.
    let mut records = vec![put(1), put(2), put(0)];
    let key = CertificateKey { issuer, serial: Serial::from_bytes(&[7; SERIAL_RANDOM_OCTETS]).unwrap() };
    let record = found(&mut rng, Status::OnHold);
    certificates.put(&key, record);
    records.push((key, record));
    for (key, record) in records {
        assert_eq!(certificates.find(&key), Some(record));
    }
}

#[test]
fn a_status_comes_back_with_the_minute_since_when_it_holds() {
    let noon = Timestamp::from_second(1_800_000_000).unwrap();
    for status in [Status::OnHold, Status::Revoked, Status::Unknown] {
        let standing = Standing::new(status, Some(noon));
        assert_eq!((standing.status(), standing.since()), (status, Some(noon)));
        let undated = Standing::new(status, None);
        assert_eq!((undated.status(), undated.since()), (status, None));
        for odd in [Timestamp::MIN, Timestamp::MAX] {
            assert_eq!(Standing::new(status, Some(odd)).status(), status);
        }
    }
    let good = Standing::new(Status::Good, Some(noon));
    assert_eq!((good.status(), good.since()), (Status::Good, None));
}

#[test]
fn nothing_is_left_after_a_reset() {
    let mut rng = rng();
    let certificates = Certificates::new();
    let key = CertificateKey { issuer: issuer(&mut rng), serial: Serial::random(&mut rng) };
    certificates.put(&key, found(&mut rng, Status::Good));
    certificates.reset(1_000);
    assert_eq!(certificates.find(&key), None);
}
