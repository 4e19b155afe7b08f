use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::fixture::{Identity, end_entity_profile, issued, self_signed, tenant_issuer_profile};
use crate::{KeyAlgorithm, Profile};

fn password() -> Pkcs12Password {
    Pkcs12Password::parse("correct horse 42").unwrap()
}

fn person_and_issuer() -> (Identity, Identity) {
    let root = self_signed(&Profile::Root, "Sample Root");
    let issuer = issued(&tenant_issuer_profile(), &root, KeyAlgorithm::EcdsaP256);
    let person = issued(&end_entity_profile(), &issuer, KeyAlgorithm::EcdsaP256);
    (person, issuer)
}

fn encode(
    friendly_name: &str,
    profile: Pkcs12Profile,
) -> Result<(Zeroizing<Vec<u8>>, Identity), Pkcs12Error> {
    let (person, issuer) = person_and_issuer();
    let file = Pkcs12 {
        key: &person.key,
        certificate: &person.certificate,
        chain: &[issuer.certificate],
        friendly_name,
    };
    let encoded = file.encode(profile, &password(), &mut ChaCha20Rng::from_seed([3; 32]))?;
    Ok((encoded, person))
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn neither_key_nor_certificate_stands_in_the_file_in_clear() {
    for profile in [Pkcs12Profile::Modern, Pkcs12Profile::Compat] {
        let (file, person) = encode("Taro Yamada 2026", profile).unwrap();
        assert!(!contains(&file, &person.key.to_pkcs8_der().unwrap()[30..62]));
        assert!(!contains(&file, person.key.public_key().as_spki_der()));
        assert!(!contains(&file, b"taro@sample.example"));
        assert!(!contains(&file, b"correct horse"));
    }
}

#[test]
fn compat_files_use_no_modern_algorithm_and_modern_files_no_old_one() {
    let triple_des = b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x03";
    let pbes2 = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d";
    let (modern, _) = encode("Taro", Pkcs12Profile::Modern).unwrap();
    assert!(contains(&modern, pbes2) && !contains(&modern, triple_des));
    let (compat, _) = encode("Taro", Pkcs12Profile::Compat).unwrap();
    assert!(contains(&compat, triple_des) && !contains(&compat, pbes2));
}

#[test]
fn a_certificate_of_another_key_is_refused() {
    let (person, issuer) = person_and_issuer();
    let file =
        Pkcs12 { key: &issuer.key, certificate: &person.certificate, chain: &[], friendly_name: "Taro" };
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    let refused = file.encode(Pkcs12Profile::Modern, &password(), &mut rng);
    assert_eq!(refused.unwrap_err(), Pkcs12Error::KeyMismatch);
}

#[test]
fn friendly_names_that_key_stores_cannot_show_are_refused() {
    for name in ["", "𠮷野家", &"x".repeat(FRIENDLY_NAME_CHARACTERS_MAX + 1)] {
        let refused = encode(name, Pkcs12Profile::Compat).err();
        assert_eq!(refused, Some(Pkcs12Error::FriendlyName), "{name}");
    }
    assert!(encode("山田 太郎 2026", Pkcs12Profile::Compat).is_ok());
}

#[test]
fn passwords_are_one_to_128_printable_ascii_characters() {
    let parse = |text: &str| Pkcs12Password::parse(text).map(drop);
    assert_eq!(parse(""), Err(Pkcs12PasswordError::Empty));
    assert_eq!(parse("パスワード1234"), Err(Pkcs12PasswordError::NotAscii));
    assert_eq!(parse("tab\there"), Err(Pkcs12PasswordError::NotAscii));
    assert_eq!(parse("del\u{7f}"), Err(Pkcs12PasswordError::NotAscii));
    assert_eq!(parse(&"x".repeat(129)), Err(Pkcs12PasswordError::TooLong));
    assert_eq!(parse(&"~".repeat(128)), Ok(()));
    assert_eq!(parse(" "), Ok(()));
}

#[test]
fn a_password_is_never_printed() {
    assert_eq!(format!("{:?}", password()), "Pkcs12Password(…)");
}

#[test]
fn a_file_opens_with_its_own_password_and_is_written_anew_in_the_other_profile() {
    let rng = &mut ChaCha20Rng::from_seed([4; 32]);
    for (from, to) in
        [(Pkcs12Profile::Modern, Pkcs12Profile::Compat), (Pkcs12Profile::Compat, Pkcs12Profile::Modern)]
    {
        let (file, person) = encode("山田 太郎 2026", from).unwrap();
        let opened = OpenedPkcs12::open(&file, &password()).unwrap();
        assert_eq!(opened.profile(), from);
        let other = opened.encode(to, &password(), rng).unwrap();
        let again = OpenedPkcs12::open(&other, &password()).unwrap();
        assert_eq!(again.profile(), to);
        assert_eq!(*again.key.to_pkcs8_der().unwrap(), *person.key.to_pkcs8_der().unwrap());
        assert_eq!(again.certificate.as_der(), person.certificate.as_der());
        assert_eq!((again.chain.len(), again.friendly_name.as_str()), (1, "山田 太郎 2026"));
    }
}

#[test]
fn another_password_opens_nothing_and_a_damaged_file_neither() {
    for profile in [Pkcs12Profile::Modern, Pkcs12Profile::Compat] {
        let (file, _) = encode("Taro", profile).unwrap();
        let wrong = Pkcs12Password::parse("correct horse 43").unwrap();
        assert_eq!(OpenedPkcs12::open(&file, &wrong).unwrap_err(), Pkcs12OpenError::WrongPassword);
        assert_eq!(OpenedPkcs12::open(b"", &password()).unwrap_err(), Pkcs12OpenError::NotOurs);
        let cut = &file[..file.len() - 1];
        assert_eq!(OpenedPkcs12::open(cut, &password()).unwrap_err(), Pkcs12OpenError::NotOurs);
        // A change of any octet opens nothing and breaks nothing.
        for position in (0..file.len()).step_by(7) {
            let mut damaged = file.to_vec();
            damaged[position] ^= 0x55;
            assert!(OpenedPkcs12::open(&damaged, &password()).is_err(), "{position}");
        }
    }
}
