use super::*;
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(11)
}

fn tag(rng: &mut ChaCha20Rng) -> LeafTag {
    let mut octets = [0; 16];
    rng.fill_bytes(&mut octets);
    LeafTag::from_bytes(octets)
}

fn found(rng: &mut ChaCha20Rng, status: Status) -> FoundCertificate {
    let id = CertificateId::new(Timestamp::UNIX_EPOCH, rng);
    FoundCertificate { id, user: UserPlace::for_tests(rng.next_u32()), status, since: None }
}

#[test]
fn every_record_is_found_again_through_growth_and_change() {
    let mut rng = rng();
    let certificates = Certificates::new();
    let mut expected = Vec::new();
    for _ in 0..5_000 {
        let tag = tag(&mut rng);
        let record = found(&mut rng, Status::Good);
        certificates.put(tag, record);
        expected.push((tag, record));
    }
    for (tag, record) in expected.iter_mut().step_by(3) {
        record.status = Status::Revoked;
        certificates.put(*tag, *record);
    }
    for (tag, record) in &expected {
        assert_eq!(certificates.find(*tag), Some(*record));
    }
    assert_eq!(certificates.find(tag(&mut rng)), None);
    let stored: usize = certificates.parts.iter().map(|part| part.read().unwrap().entries.len()).sum();
    assert_eq!(stored, expected.len());
}

#[test]
fn tags_that_differ_in_any_octet_are_kept_apart() {
    let mut rng = rng();
    let certificates = Certificates::new();
    let mut records = Vec::new();
    for octet in 0..16 {
        let mut octets = [7; 16];
        octets[octet] = 8;
        let tag = LeafTag::from_bytes(octets);
        let record = found(&mut rng, Status::Good);
        certificates.put(tag, record);
        records.push((tag, record));
    }
    assert_eq!(certificates.find(LeafTag::from_bytes([7; 16])), None);
    for (tag, record) in records {
        assert_eq!(certificates.find(tag), Some(record));
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
    let tag = tag(&mut rng);
    certificates.put(tag, found(&mut rng, Status::Good));
    certificates.reset(1_000);
    assert_eq!(certificates.find(tag), None);
}
