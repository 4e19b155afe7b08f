//! HTML or JSON: the part of content negotiation that Sekisho's pages need (RFC 9110 §12.5.1).

use crate::weight_among;

/// The most ranges of an `Accept` field that are read.
const RANGES_MAX: usize = 32;

/// Whether `accept` prefers JSON over HTML. Without a preference people get HTML.
pub fn prefers_json(accept: &str) -> bool {
    let mut html = 0;
    let mut json = 0;
    for range in accept.split(',').take(RANGES_MAX) {
        let mut parts = range.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = weight_among(parts);
        match media_type.as_str() {
            "text/html" | "application/xhtml+xml" | "text/*" => html = html.max(weight),
            "application/json" | "application/problem+json" => json = json.max(weight),
            _ => {}
        }
    }
    json > html
}

/// Whether `accept` names HTML itself. Browsers name it for a page; scripts mostly send `*/*`.
pub fn names_html(accept: &str) -> bool {
    accept.split(',').take(RANGES_MAX).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_html = parts.next().is_some_and(|media_type| media_type.eq_ignore_ascii_case("text/html"));
        is_html && weight_among(parts) > 0
    })
}

#[cfg(test)]
mod tests {
    use super::{names_html, prefers_json};

    #[test]
    fn browsers_get_html_and_programs_get_json() {
        assert!(!prefers_json("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        assert!(!prefers_json(""));
        assert!(!prefers_json("*/*"));
        assert!(prefers_json("application/json"));
        assert!(prefers_json("application/problem+json, text/html;q=0.5"));
    }

    #[test]
    fn html_is_named_by_its_own_name_only() {
        assert!(names_html("text/html,application/xhtml+xml,*/*;q=0.8"));
        assert!(names_html("image/png, Text/HTML;q=0.1"));
        for other in ["", "*/*", "text/*", "application/json", "text/html;q=0"] {
            assert!(!names_html(other), "{other}");
        }
    }

    #[test]
    fn the_heavier_type_wins_and_a_malformed_weight_is_none() {
        assert!(!prefers_json("application/json;q=0.25, text/html;q=0.3"));
        assert!(!prefers_json("application/json;q=abc, text/html;q=0.001"));
    }
}
