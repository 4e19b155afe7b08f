//! Fixtures that every rule's tests share: a good certificate, changed in one place.

use der::Encode;
use der::asn1::OctetString;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{KeyUsage, SubjectKeyIdentifier};

use super::*;
use crate::damage::for_each_damage;
use crate::fixture::{
    content_signer_profile, end_entity_profile, full_end_entity_profile, tbs, tenant_issuer_profile,
};
use crate::key::rsa_spki;

/// A TBS and its intended kind.
pub(super) struct Fixture {
    der: Vec<u8>,
    expectation: Expectation,
}

/// A good certificate of `profile`, then changed.
pub(super) fn with<'a>(profile: &Profile, change: impl FnOnce(&mut TbsStructure<'a>)) -> Fixture {
    // The change may insert borrowed bytes, so the changed certificate must live as long: it is leaked, in
    // tests only.
    let good: &'static [u8] = tbs(profile).as_der().to_vec().leak();
    let mut structure = TbsStructure::from_der(good).unwrap();
    change(&mut structure);
    Fixture { der: structure.to_der().unwrap(), expectation: profile.into() }
}

/// A good certificate of `profile` with `value` instead of the extension of its kind.
pub(super) fn with_extension<T: Encode + AssociatedOid>(
    profile: &Profile,
    critical: bool,
    value: &T,
) -> Fixture {
    let replacement: Extension = crate::extension::extension(critical, value).unwrap();
    with(profile, |tbs| {
        let extensions = tbs.extensions.as_mut().unwrap();
        extensions.retain(|extension| extension.extn_id != T::OID);
        extensions.push(replacement);
    })
}

/// A good certificate of `profile` for an RSA key that nobody has, with this key usage.
pub(super) fn with_rsa_key(profile: &Profile, usage: KeyUsage) -> Fixture {
    let spki: &'static [u8] = rsa_spki(&[0xff; 256], &[1, 0, 1]).leak();
    let identifier = crate::PublicKey::from_spki_der(spki).unwrap().key_identifier();
    let identifier = SubjectKeyIdentifier(OctetString::new(identifier).unwrap());
    let replacements = [
        crate::extension::extension(true, &usage).unwrap(),
        crate::extension::extension(false, &identifier).unwrap(),
    ];
    with(profile, |tbs| {
        tbs.subject_public_key_info = Decode::from_der(spki).unwrap();
        let extensions = tbs.extensions.as_mut().unwrap();
        extensions.retain(|old| replacements.iter().all(|new| new.extn_id != old.extn_id));
        extensions.extend(replacements);
    })
}

/// A good certificate of `profile` without the extension `T`.
pub(super) fn without<T: AssociatedOid>(profile: &Profile) -> Fixture {
    with(profile, |tbs| {
        tbs.extensions.as_mut().unwrap().retain(|extension| extension.extn_id != T::OID);
    })
}

/// The rule that refuses; `None` if none does.
pub(super) fn refusal(fixture: &Fixture) -> Option<&'static str> {
    check_certificate(&fixture.der, fixture.expectation).err().map(|refusal| refusal.rule)
}

#[test]
fn everything_that_the_profiles_prepare_passes_every_rule() {
    let profiles = [
        Profile::Root,
        Profile::InstallationCa {
            crl_url: "http://localhost:8080/crl/root.crl".into(),
            issuer_certificate_url: "http://localhost:8080/ca/root.crt".into(),
        },
        tenant_issuer_profile(),
        end_entity_profile(),
        full_end_entity_profile(),
        content_signer_profile(),
        Profile::ServerCa { permitted_dns: vec!["localhost".into()] },
        Profile::Server { dns_names: vec!["localhost".into(), "*.localhost".into()] },
    ];
    for profile in &profiles {
        assert_eq!(check_certificate(tbs(profile), profile.into()), Ok(()), "{profile:?}");
    }
}

#[test]
fn a_certificate_of_another_kind_than_expected_is_refused() {
    let person = tbs(&end_entity_profile());
    for expectation in
        [Expectation::Root, Expectation::SubordinateCa, Expectation::ContentSigner, Expectation::Server]
    {
        assert!(check_certificate(&person, expectation).is_err(), "{expectation:?}");
    }
}

#[test]
fn an_extension_that_appears_twice_is_refused() {
    let twice = with(&end_entity_profile(), |tbs| {
        let extensions = tbs.extensions.as_mut().unwrap();
        let copies = extensions.clone();
        extensions.extend(copies);
    });
    assert!(refusal(&twice).is_some());
}

#[test]
fn a_refusal_names_rule_clause_and_fact() {
    let refused = check_certificate([0x30], Expectation::Root).unwrap_err();
    assert!(refused.to_string().starts_with("certificate refused by rule readable (RFC 5280 §4.1): "));
}

#[test]
fn damaged_bytes_never_panic() {
    let tbs = tbs(&end_entity_profile());
    let expectation = Expectation::EndEntity(PersonalPurposes::default());
    for_each_damage(tbs.as_der(), |bytes| drop(check_certificate(bytes, expectation)));
}
