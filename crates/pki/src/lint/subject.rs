//! RFC 5280 §4.1.2.4, §4.1.2.6: issuer and subject are not empty. (An empty subject would need a critical
//! alternative name; certificates of the installation always have a subject.)

use super::{Inspected, Rule};

pub(super) const RULE: Rule = Rule { name: "subject", clause: "RFC 5280 §4.1.2.6", check };

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    if inspected.tbs.subject.value().is_empty() {
        return Err("the subject is empty".into());
    }
    if inspected.tbs.issuer.value().is_empty() {
        return Err("the issuer is empty".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with};
    use super::*;
    use crate::fixture::end_entity_profile;
    use der::Decode;

    #[test]
    fn a_named_subject_is_good_and_an_empty_one_is_bad() {
        assert_eq!(refusal(&with(&end_entity_profile(), |_| ())), None);
        let nameless = with(&end_entity_profile(), |tbs| {
            tbs.subject = Decode::from_der(b"\x30\x00").unwrap();
        });
        assert_eq!(refusal(&nameless), Some(RULE.name));
        let no_issuer = with(&end_entity_profile(), |tbs| {
            tbs.issuer = Decode::from_der(b"\x30\x00").unwrap();
        });
        assert_eq!(refusal(&no_issuer), Some(RULE.name));
    }
}
