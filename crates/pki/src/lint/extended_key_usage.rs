//! RFC 5280 §4.2.1.12: a person's certificate is for TLS client authentication, and for those other purposes that its
//! profile names; a server's is for server authentication and nothing else, a signer of content for e-mail protection,
//! which verifiers of signed content ask for; CAs carry no such limit of their own.

use const_oid::db::rfc5280::{ID_KP_CLIENT_AUTH, ID_KP_EMAIL_PROTECTION, ID_KP_SERVER_AUTH};
use x509_cert::ext::pkix::ExtendedKeyUsage;

use super::{Expectation, Inspected, Rule};
use crate::extension::SMART_CARD_LOGON;

pub(super) const RULE: Rule = Rule { name: "extended-key-usage", clause: "RFC 5280 §4.2.1.12", check };

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    let purposes = inspected.extension::<ExtendedKeyUsage>()?.map(|(_, usage)| usage.0);
    let expected = match inspected.expectation {
        Expectation::EndEntity(wanted) => {
            let mut purposes = vec![ID_KP_CLIENT_AUTH];
            purposes.extend(wanted.email_protection.then_some(ID_KP_EMAIL_PROTECTION));
            purposes.extend(wanted.smart_card_logon.then_some(SMART_CARD_LOGON));
            Some(purposes)
        }
        Expectation::ContentSigner => Some(vec![ID_KP_EMAIL_PROTECTION]),
        Expectation::Server => Some(vec![ID_KP_SERVER_AUTH]),
        Expectation::Root | Expectation::SubordinateCa | Expectation::ServerCa => None,
    };
    if purposes != expected {
        return Err(format!("is {purposes:?} but must be {expected:?}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with_extension, without};
    use super::*;
    use crate::fixture::{content_signer_profile, end_entity_profile, full_end_entity_profile};
    use const_oid::db::rfc5280::ANY_EXTENDED_KEY_USAGE;

    #[test]
    fn a_signer_of_content_is_for_e_mail_protection_alone() {
        let profile = content_signer_profile();
        let refused = |purposes: &[const_oid::ObjectIdentifier]| {
            refusal(&with_extension(&profile, false, &ExtendedKeyUsage(purposes.to_vec())))
        };
        assert_eq!(refused(&[ID_KP_EMAIL_PROTECTION]), None);
        assert_eq!(refused(&[ID_KP_CLIENT_AUTH]), Some(RULE.name));
        assert_eq!(refused(&[ID_KP_EMAIL_PROTECTION, ID_KP_CLIENT_AUTH]), Some(RULE.name));
    }

    #[test]
    fn client_auth_alone_is_good_and_more_or_less_is_bad() {
        let profile = end_entity_profile();
        let refused = |purposes: &[const_oid::ObjectIdentifier]| {
            refusal(&with_extension(&profile, false, &ExtendedKeyUsage(purposes.to_vec())))
        };
        assert_eq!(refused(&[ID_KP_CLIENT_AUTH]), None);
        assert_eq!(refused(&[ID_KP_CLIENT_AUTH, ID_KP_SERVER_AUTH]), Some(RULE.name));
        assert_eq!(refused(&[ANY_EXTENDED_KEY_USAGE]), Some(RULE.name));
        assert_eq!(refused(&[ID_KP_CLIENT_AUTH, ID_KP_EMAIL_PROTECTION]), Some(RULE.name));
        assert_eq!(refusal(&without::<ExtendedKeyUsage>(&profile)), Some(RULE.name));
    }

    #[test]
    fn the_purposes_of_the_profile_are_good_and_less_is_bad() {
        let profile = full_end_entity_profile();
        let refused = |purposes: &[const_oid::ObjectIdentifier]| {
            refusal(&with_extension(&profile, false, &ExtendedKeyUsage(purposes.to_vec())))
        };
        assert_eq!(refused(&[ID_KP_CLIENT_AUTH, ID_KP_EMAIL_PROTECTION, SMART_CARD_LOGON]), None);
        assert_eq!(refused(&[ID_KP_EMAIL_PROTECTION, SMART_CARD_LOGON]), Some(RULE.name));
        assert_eq!(refused(&[ID_KP_CLIENT_AUTH, SMART_CARD_LOGON]), Some(RULE.name));
        assert_eq!(refused(&[ID_KP_CLIENT_AUTH, ID_KP_EMAIL_PROTECTION]), Some(RULE.name));
    }
}
