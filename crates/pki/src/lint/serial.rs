//! RFC 5280 §4.1.2.2: the serial number is positive and has at most 20 octets.

use super::{Inspected, Rule};
use crate::Serial;

pub(super) const RULE: Rule = Rule { name: "serial", clause: "RFC 5280 §4.1.2.2", check };

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    let content = inspected.tbs.serial_number.as_bytes();
    Serial::from_integer_content(content).map(drop).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with};
    use super::*;
    use crate::fixture::end_entity_profile;
    use der::asn1::IntRef;

    #[test]
    fn a_positive_serial_of_twenty_octets_is_good_and_longer_or_negative_ones_are_bad() {
        let refused = |content: &[u8]| {
            refusal(&with(&end_entity_profile(), |tbs| {
                tbs.serial_number = IntRef::new(content).unwrap();
            }))
        };
        assert_eq!(refused(&[0x7f; 20]), None);
        assert_eq!(refused(&[0x7f; 21]), Some(RULE.name));
        assert_eq!(refused(&[0x80]), Some(RULE.name));
        assert_eq!(refused(&[0]), Some(RULE.name));
    }
}
