use super::{ChoiceScope, Choices, SPENT_MAX};
use aws_lc_rs::hmac;
use domain::{
    host_name::HostName,
    id::{CertificateId, TenantId},
    time::Timestamp,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn choices() -> Choices {
    Choices::new(hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]))
}

const NOW: i64 = 1_900_000_000;

#[test]
fn a_token_is_good_once_at_its_site_and_within_its_minute() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let (tenant, other) = (TenantId::new(at(NOW), &mut rng), TenantId::new(at(NOW), &mut rng));
    let certificate = CertificateId::new(at(NOW), &mut rng);
    let (site, desk) = (HostName::parse("a.test").unwrap(), HostName::parse("a.desk.test").unwrap());
    let here = ChoiceScope { tenant, site: &site };
    let choices = choices();
    let token = choices.token(here, certificate, at(NOW));
    assert!(!choices.spend(&token, ChoiceScope { tenant, site: &desk }, at(NOW)), "another site");
    assert!(!choices.spend(&token, ChoiceScope { tenant: other, site: &site }, at(NOW)), "another tenant");
    assert!(!choices.spend(&token, here, at(NOW + 60)), "too late");
    let strange = Choices::new(hmac::Key::new(hmac::HMAC_SHA256, &[8; 32])).token(here, certificate, at(NOW));
    for wrong in ["", "x", "====", &token[1..], &token[..token.len() - 4], &format!("{token}AAAA"), &strange]
    {
        assert!(!choices.spend(wrong, here, at(NOW)), "{wrong}");
    }
    assert!(choices.spend(&token, here, at(NOW + 59)), "its moment");
    assert!(!choices.spend(&token, here, at(NOW + 59)), "a second time");
    let next = choices.token(here, certificate, at(NOW + 59));
    assert!(choices.spend(&next, here, at(NOW + 60)), "the next page's");
}

#[test]
fn what_is_kept_of_spent_tokens_is_bounded_and_makes_room_with_time() {
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let tenant = TenantId::new(at(NOW), &mut rng);
    let site = HostName::parse("a.test").unwrap();
    let here = ChoiceScope { tenant, site: &site };
    let choices = choices();
    let mut spend = |now: i64| {
        let token = choices.token(here, CertificateId::new(at(NOW), &mut rng), at(now));
        choices.spend(&token, here, at(now))
    };
    assert!((0..SPENT_MAX).all(|_| spend(NOW)));
    assert!(!spend(NOW), "no room");
    assert!(spend(NOW + 60), "the others have run out");
}
