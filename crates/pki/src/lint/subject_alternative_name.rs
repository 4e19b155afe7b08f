//! RFC 5280 §4.2.1.6: a person's alternative names are only well-formed e-mail addresses; a server's are
//! well-formed DNS names and must exist; CAs and signers of content have none.

use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use super::{Expectation, Inspected, Rule};

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
        Expectation::EndEntity => is_email as fn(&GeneralName) -> bool,
        Expectation::Server => is_server_name,
        Expectation::Root
        | Expectation::SubordinateCa
        | Expectation::ContentSigner
        | Expectation::ServerCa => |_: &GeneralName| false,
    };
    if inspected.expectation == Expectation::Server && names.is_empty() {
        return Err("a server without a dns name".into());
    }
    match names.iter().find(|name| !fits(name)) {
        Some(name) => Err(format!("does not belong here or is malformed: {name:?}")),
        None => Ok(()),
    }
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
    use crate::fixture::{end_entity_profile, tenant_issuer_profile};
    use der::asn1::Ia5String;

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

    #[test]
    fn a_server_needs_dns_names_and_a_ca_has_none() {
        let server = Profile::Server { dns_names: vec!["localhost".into()] };
        assert_eq!(refused(&server, &[dns("*.localhost"), dns("localhost")]), None);
        assert_eq!(refused(&server, &[dns("a.*.localhost")]), Some(RULE.name));
        assert_eq!(refused(&server, &[email("taro@sample.example")]), Some(RULE.name));
        assert_eq!(refused(&tenant_issuer_profile(), &[dns("localhost")]), Some(RULE.name));
    }
}
