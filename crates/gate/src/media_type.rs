//! HTML or JSON? The part of content negotiation that the gate needs (RFC 9110 §12.5.1).

/// The most ranges of an `Accept` field that are looked at.
const RANGES_MAX: usize = 32;

/// Does `accept` prefer JSON over HTML? Without a preference people get HTML.
pub(crate) fn prefers_json(accept: &str) -> bool {
    let mut html = 0;
    let mut json = 0;
    for range in accept.split(',').take(RANGES_MAX) {
        let mut parts = range.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, thousandths);
        match media_type.as_str() {
            "text/html" | "application/xhtml+xml" | "text/*" => html = html.max(weight),
            "application/json" | "application/problem+json" => json = json.max(weight),
            _ => {}
        }
    }
    json > html
}

/// A weight of `0` to `1` with at most three decimals, in thousandths; anything else counts as 0.
fn thousandths(weight: &str) -> u16 {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    let decimals_good = decimals.len() <= 3 && decimals.bytes().all(|digit| digit.is_ascii_digit());
    match whole {
        "1" => 1000,
        "0" if decimals_good => format!("{decimals:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::prefers_json;

    #[test]
    fn browsers_get_html_and_programs_get_json() {
        assert!(!prefers_json("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        assert!(!prefers_json(""));
        assert!(!prefers_json("*/*"));
        assert!(prefers_json("application/json"));
        assert!(prefers_json("application/problem+json, text/html;q=0.5"));
    }

    #[test]
    fn the_heavier_type_wins_and_a_malformed_weight_is_none() {
        assert!(!prefers_json("application/json;q=0.25, text/html;q=0.3"));
        assert!(!prefers_json("application/json;q=abc, text/html;q=0.001"));
    }
}
