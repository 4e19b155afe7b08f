//! RFC 5280 §4.2.1.6: a person's alternative names are only well-formed e-mail addresses and one user principal name;
//! mail needs the one, logon the other. A server's are well-formed DNS names and must exist; CAs and signers
//! of content have none.

use der::asn1::Utf8StringRef;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use super::{Expectation, Inspected, Rule};
use crate::extension::PRINCIPAL_NAME;

pub(super) const RULE: Rule = Rule { name: "subject-alternative-name", clause: "RFC 5280 §4.2.1.6", check };

/// RFC 5321 §4.5.3.1.1.
const LOCAL_PART_OCTETS_MAX: usize = 64;
/// RFC 1035 §2.3.4, in text form.
const DNS_NAME_OCTETS_MAX: usize = 253;
/// RFC 1035 §2.3.4.
const DNS_LABEL_OCTETS_MAX: usize = 63;

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    let names = inspected.extension::<SubjectAltName>()?.map(|(_, names)| names.0);
    if names.as_ref().is_some_and(Vec::is_empty) {
        return Err("is present without any name".into());
    }
    let names = names.unwrap_or_default();
    let fits = match inspected.expectation {
        Expectation::EndEntity(_) => is_personal as fn(&GeneralName) -> bool,
        Expectation::Server => is_server_name,
        Expectation::Root
        | Expectation::SubordinateCa
        | Expectation::ContentSigner
        | Expectation::ServerCa => |_: &GeneralName| false,
    };
    if inspected.expectation == Expectation::Server && names.is_empty() {
        return Err("a server without a dns name".into());
    }
    if let Some(name) = names.iter().find(|name| !fits(name)) {
        return Err(format!("does not belong here or is malformed: {name:?}"));
    }
    if let Expectation::EndEntity(purposes) = inspected.expectation {
        let principals = names.iter().filter(|name| is_principal_name(name)).count();
        if principals > 1 || (purposes.smart_card_logon && principals == 0) {
            return Err(format!("has {principals} user principal names"));
        }
        if purposes.email_protection && !names.iter().any(is_email) {
            return Err("is for mail without an e-mail address".into());
        }
    }
    Ok(())
}

fn is_personal(name: &GeneralName) -> bool {
    is_email(name) || is_principal_name(name)
}

/// Whether the name is a user principal name, `name@domain`.
fn is_principal_name(name: &GeneralName) -> bool {
    let GeneralName::OtherName(other) = name else {
        return false;
    };
    let Ok(text) = other.value.decode_as::<Utf8StringRef<'_>>() else {
        return false;
    };
    let Some((name, domain)) = text.as_str().split_once('@') else {
        return false;
    };
    let is_name = !name.is_empty()
        && name.len() <= LOCAL_PART_OCTETS_MAX
        && name.bytes().all(|octet| octet.is_ascii_graphic());
    other.type_id == PRINCIPAL_NAME && is_name && is_dns_name(domain)
}

/// Whether the name is a `Mailbox` of RFC 2821 §4.1.2 without display name or comment. The local part is in
/// quotation marks only if it is no dot-atom, and then has the same letters (addresses that Japan's carriers
/// gave).
fn is_email(name: &GeneralName) -> bool {
    let GeneralName::Rfc822Name(address) = name else {
        return false;
    };
    let Some((local_part, domain)) = address.as_str().rsplit_once('@') else {
        return false;
    };
    let atom = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&octet);
    let is_dot_atom = |text: &str| text.split('.').all(|part| !part.is_empty() && part.bytes().all(atom));
    let quoted = local_part.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let well_formed = match quoted {
        Some(text) => {
            text.bytes().next().is_some_and(atom)
                && text.bytes().all(|octet| atom(octet) || octet == b'.')
                && !is_dot_atom(text)
        }
        None => is_dot_atom(local_part),
    };
    well_formed && local_part.len() <= LOCAL_PART_OCTETS_MAX && is_dns_name(domain)
}

fn is_server_name(name: &GeneralName) -> bool {
    let GeneralName::DnsName(name) = name else {
        return false;
    };
    // RFC 6125 §6.4.3: a wildcard is the whole leftmost label.
    is_dns_name(name.as_str().strip_prefix("*.").unwrap_or(name.as_str()))
}

fn is_dns_name(name: &str) -> bool {
    let well_formed = |label: &str| {
        (1..=DNS_LABEL_OCTETS_MAX).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
    };
    name.len() <= DNS_NAME_OCTETS_MAX && name.split('.').all(well_formed)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with_extension};
    use super::*;
    use crate::Profile;
    use crate::fixture::{end_entity_profile, full_end_entity_profile, tenant_issuer_profile};
    use const_oid::ObjectIdentifier;
    use der::asn1::{Any, Ia5String};
    use x509_cert::ext::pkix::name::OtherName;

    fn email(text: &str) -> GeneralName {
        GeneralName::Rfc822Name(Ia5String::new(text).unwrap())
    }

    fn dns(text: &str) -> GeneralName {
        GeneralName::DnsName(Ia5String::new(text).unwrap())
    }

    fn refused(profile: &Profile, names: &[GeneralName]) -> Option<&'static str> {
        refusal(&with_extension(profile, false, &SubjectAltName(names.to_vec())))
    }

    #[test]
    fn a_persons_well_formed_address_is_good_and_anything_else_is_bad() {
        let profile = end_entity_profile();
        for good in [
            "taro@sample.example",
            "jean-luc.o'brien+x@mail.sample.co.jp",
            "a@localhost",
            "\"a..b\"@docomo.ne.jp",
            "\"a.\"@docomo.ne.jp",
        ] {
            assert_eq!(refused(&profile, &[email(good)]), None, "{good}");
        }
        for bad in [
            "",
            "taro",
            "@sample.example",
            "taro@",
            "a b@sample.example",
            "a..b@c.example",
            "a@-c.example",
            "\"a b\"@c.example",
            "\"a.b\"@c.example",
            "\"a\"..\"@c.example",
            "\"\"@c.example",
            "\"@c.example",
        ] {
            assert_eq!(refused(&profile, &[email(bad)]), Some(RULE.name), "{bad}");
        }
        assert_eq!(refused(&profile, &[dns("sample.example")]), Some(RULE.name));
        assert_eq!(refused(&profile, &[]), Some(RULE.name));
    }

    fn principal(type_id: ObjectIdentifier, text: &str) -> GeneralName {
        let value = Any::encode_from(&Utf8StringRef::new(text).unwrap()).unwrap();
        GeneralName::OtherName(OtherName { type_id, value })
    }

    #[test]
    fn one_principal_name_beside_the_address_is_good_and_anything_else_is_bad() {
        let profile = end_entity_profile();
        let (address, name) = (email("taro@sample.example"), |text: &str| principal(PRINCIPAL_NAME, text));
        assert_eq!(refused(&profile, &[address.clone(), name("taro@corp.example")]), None);
        assert_eq!(refused(&profile, &[name("taro@corp.example")]), None);
        for bad in
            ["", "taro", "@corp.example", "taro@", "ta ro@corp.example", "taro@a@corp.example", "taro@-c"]
        {
            assert_eq!(refused(&profile, &[name(bad)]), Some(RULE.name), "{bad}");
        }
        let two = [name("taro@corp.example"), name("jiro@corp.example")];
        assert_eq!(refused(&profile, &two), Some(RULE.name));
        let another = principal(ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.20.2.4"), "taro@corp.example");
        assert_eq!(refused(&profile, &[another]), Some(RULE.name));
    }

    #[test]
    fn mail_needs_an_address_and_logon_a_principal_name() {
        let profile = full_end_entity_profile();
        let (address, name) = (email("taro@sample.example"), principal(PRINCIPAL_NAME, "taro@corp.example"));
        assert_eq!(refused(&profile, &[address.clone(), name.clone()]), None);
        assert_eq!(refused(&profile, &[address]), Some(RULE.name));
        assert_eq!(refused(&profile, &[name]), Some(RULE.name));
    }

    #[test]
    fn a_server_needs_dns_names_and_a_ca_has_none() {
        let server = Profile::Server { dns_names: vec!["localhost".into()] };
        assert_eq!(refused(&server, &[dns("*.localhost"), dns("localhost")]), None);
        assert_eq!(refused(&server, &[dns("a.*.localhost")]), Some(RULE.name));
        assert_eq!(refused(&server, &[email("taro@sample.example")]), Some(RULE.name));
        assert_eq!(refused(&tenant_issuer_profile(), &[dns("localhost")]), Some(RULE.name));
    }
}
