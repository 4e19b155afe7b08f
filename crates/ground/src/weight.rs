//! The weight of a range in a request's preferences (RFC 9110 §12.4.2): languages, media types.

/// The weight of a range without a `q=`.
const FULL: u16 = 1000;

/// The weight among a range's parameters, in thousandths: `q=` and 0 to 1 with at most three decimals. 1000 if
/// there is none, 0 (not acceptable) for anything else.
pub fn weight_among<'a>(mut parameters: impl Iterator<Item = &'a str>) -> u16 {
    let stated =
        parameters.find_map(|parameter| parameter.trim().strip_prefix(['q', 'Q'])?.strip_prefix('='));
    stated.map_or(FULL, |value| thousandths(value).unwrap_or(0))
}

fn thousandths(value: &str) -> Option<u16> {
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let is_written_well = matches!(whole, "0" | "1")
        && decimals.len() <= 3
        && decimals.bytes().all(|digit| digit.is_ascii_digit());
    let thousandths = is_written_well.then(|| format!("{whole}{decimals:0<3}").parse().ok())??;
    (thousandths <= FULL).then_some(thousandths)
}

#[cfg(test)]
mod tests {
    use super::weight_among;

    fn weight(parameters: &str) -> u16 {
        weight_among(parameters.split(';'))
    }

    #[test]
    fn a_weight_is_read_by_its_digits() {
        for thousandths in 0..=1000_u16 {
            let (whole, decimals) = (thousandths / 1000, thousandths % 1000);
            assert_eq!(weight(&format!(" q={whole}.{decimals:03}")), thousandths);
        }
        for (parameters, expected) in [("", 1000), ("level=1; Q=0.5", 500), ("q=0.", 0), ("q=1", 1000)] {
            assert_eq!(weight(parameters), expected, "{parameters}");
        }
    }

    #[test]
    fn what_is_no_weight_counts_for_nothing() {
        for value in ["", "1.001", "2", "-1", "+1", "0.1234", ".5", "1e-1", "nan", "inf", "0.+5", "00.5"] {
            assert_eq!(weight(&format!("q={value}")), 0, "{value}");
        }
    }
}
