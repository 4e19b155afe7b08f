//! RFC 5280 §4.1.2.5: the period does not end before it begins; times through 2049 are UTCTime, later ones
//! GeneralizedTime.

use x509_cert::time::Time;

use super::{Inspected, Rule};
use crate::validity::unix_seconds;

pub(super) const RULE: Rule = Rule { name: "validity", clause: "RFC 5280 §4.1.2.5", check };

const LAST_YEAR_OF_UTC_TIME: u16 = 2049;

fn check(inspected: &Inspected<'_>) -> Result<(), String> {
    let validity = inspected.tbs.validity;
    for time in [validity.not_before, validity.not_after] {
        let utc_time = matches!(time, Time::UtcTime(_));
        if utc_time != (time.to_date_time().year() <= LAST_YEAR_OF_UTC_TIME) {
            return Err(format!("{time} is in the wrong encoding"));
        }
    }
    if unix_seconds(validity.not_after) <= unix_seconds(validity.not_before) {
        return Err(format!("ends at {} but begins at {}", validity.not_after, validity.not_before));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, with};
    use super::*;
    use crate::fixture::end_entity_profile;
    use der::asn1::GeneralizedTime;

    #[test]
    fn a_period_in_order_is_good_and_a_reversed_one_or_the_wrong_encoding_is_bad() {
        assert_eq!(refusal(&with(&end_entity_profile(), |_| ())), None);
        let reversed = with(&end_entity_profile(), |tbs| {
            std::mem::swap(&mut tbs.validity.not_before, &mut tbs.validity.not_after);
        });
        assert_eq!(refusal(&reversed), Some(RULE.name));
        let encoding = with(&end_entity_profile(), |tbs| {
            let date = tbs.validity.not_after.to_date_time();
            tbs.validity.not_after = Time::GeneralTime(GeneralizedTime::from_date_time(date));
        });
        assert_eq!(refusal(&encoding), Some(RULE.name));
    }
}
