use super::*;
use crate::damage::for_each_damage;
use crate::fixture::{Identity, self_signed};
use crate::{Profile, Serial};

const THIS_UPDATE: i64 = 1_767_225_600;
const NEXT_UPDATE: i64 = THIS_UPDATE + 86_400;

fn issuer() -> Identity {
    self_signed(&Profile::Root, "Sample Root")
}

fn builder(issuer: &Identity) -> CrlBuilder {
    let identity = issuer.certificate.issuer_identity();
    CrlBuilder::new(&identity, 300, THIS_UPDATE, NEXT_UPDATE).unwrap()
}

fn sign(issuer: &Identity, builder: CrlBuilder) -> Crl {
    let tbs = builder.to_tbs().unwrap();
    tbs.assemble(&issuer.key.sign(tbs.as_der()).unwrap())
}

fn entry(hex: &str, reason: Option<RevocationReason>) -> CrlEntry {
    CrlEntry { serial: Serial::from_hex(hex).unwrap(), revoked_at: THIS_UPDATE - 7, reason }
}

fn list_of(issuer: &Identity, entries: &[CrlEntry]) -> Crl {
    let mut builder = builder(issuer);
    for entry in entries {
        builder.push(&entry.serial, entry.revoked_at, entry.reason).unwrap();
    }
    sign(issuer, builder)
}

#[test]
fn entries_read_back_in_order_with_their_reasons() {
    let issuer = issuer();
    let entries = [
        entry("7f", None),
        entry("ff00ff00ff00ff00ff00ff00ff00ff00", Some(RevocationReason::KeyCompromise)),
        entry("0102", Some(RevocationReason::CertificateHold)),
    ];
    let read = Crl::from_der(list_of(&issuer, &entries).as_der()).unwrap();
    let back: Vec<CrlEntry> = read.entries().collect::<Result<_, _>>().unwrap();
    assert_eq!(back, entries);
    assert_eq!((read.number(), read.this_update(), read.next_update()), (300, THIS_UPDATE, NEXT_UPDATE));
    assert_eq!(read.issuer(), issuer.certificate.subject());
    assert!(read.verify_signature(issuer.key.public_key()).is_ok());
}

#[test]
fn an_assembled_list_answers_like_the_same_list_parsed() {
    let issuer = issuer();
    let entries: Vec<CrlEntry> = (1..=255_u16).map(|n| entry(&format!("{n:04x}"), None)).collect();
    let assembled = list_of(&issuer, &entries);
    assert_eq!(assembled.entries().collect::<Result<Vec<_>, _>>().unwrap(), entries);
    assert!(assembled.verify_signature(issuer.key.public_key()).is_ok());
}

#[test]
fn a_serial_with_the_high_bit_set_stays_positive() {
    let issuer = issuer();
    let crl = list_of(&issuer, &[entry("80", None)]);
    let sign_octet = b"\x02\x02\x00\x80";
    assert!(crl.as_der().windows(4).any(|window| window == sign_octet));
}

#[test]
fn unspecified_is_not_written() {
    let issuer = issuer();
    let crl = list_of(&issuer, &[entry("05", Some(RevocationReason::Unspecified))]);
    assert_eq!(crl.entries().next().unwrap().unwrap().reason, None);
}

#[test]
fn a_list_without_entries_has_no_list_of_them() {
    let issuer = issuer();
    let crl = sign(&issuer, builder(&issuer));
    let read = Crl::from_der(crl.as_der()).unwrap();
    assert_eq!(read.entries().count(), 0);
    let empty_list = b"Z\x30\x00";
    assert!(!crl.as_der().windows(3).any(|window| window == empty_list));
}

#[test]
fn times_in_the_wrong_order_are_refused() {
    let identity = issuer().certificate.issuer_identity();
    let refused = CrlBuilder::new(&identity, 1, NEXT_UPDATE, NEXT_UPDATE);
    assert!(matches!(refused, Err(CrlError::Time(_))));
}

#[test]
fn another_key_does_not_verify_the_list() {
    let crl = list_of(&issuer(), &[]);
    let other = issuer();
    assert_eq!(crl.verify_signature(other.key.public_key()), Err(KeyError::SignatureInvalid));
}

#[test]
fn damaged_lists_never_panic() {
    let issuer = issuer();
    let entries = [entry("7f", Some(RevocationReason::Superseded)), entry("80", None)];
    for_each_damage(list_of(&issuer, &entries).as_der(), |bytes| {
        if let Ok(read) = Crl::from_der(bytes) {
            read.entries().for_each(drop);
        }
    });
}
