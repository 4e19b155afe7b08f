//! The part of `User-Agent` (RFC 9110 §10.1.5) that the gate reads, only to choose a person's page.
//!
//! **Invariant:** nothing is permitted or refused by this field; any client can write anything into it.

use domain::program::Program;

/// Whether the browser is one of WebKit's own: Safari, or any browser on iOS and iPadOS.
///
/// Chromium and its relatives also contain the names Safari and WebKit; their own names identify them.
pub(crate) fn is_webkit(user_agent: &str) -> bool {
    let others = ["Chrome/", "Chromium/", "Edg/", "OPR/", "Android"];
    user_agent.contains("AppleWebKit/") && !others.iter().any(|name| user_agent.contains(name))
}

/// The program, if it is known to have no access to the certificates of its system.
pub(crate) fn without_certificates(user_agent: &str) -> Option<Program> {
    let has = |name: &str| user_agent.contains(name);
    let is_ios = has("iPhone") || has("iPad") || has("iPod");
    // The in-app browsers come first: they also contain the name of the browser below them.
    if has(" Line/") {
        Some(Program::Line)
    } else if has("Teams/") || has("TeamsMobile") {
        Some(Program::Teams)
    } else if ["FBAN/", "FBAV/", "Instagram", "Slack", "; wv)"].iter().any(|name| has(name)) {
        Some(Program::InApp)
    } else if has("CriOS/") {
        Some(Program::ChromeOnIos)
    } else if has("FxiOS/") {
        Some(Program::FirefoxOnIos)
    } else if has("EdgiOS/") {
        Some(Program::EdgeOnIos)
    } else if has("Android") && has("Firefox/") {
        Some(Program::FirefoxOnAndroid)
    } else if is_ios && has("AppleWebKit/") && !has("Safari/") {
        // A web view inside some app leaves out the last word of Safari's own name.
        Some(Program::InApp)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15";
    const IPHONE: &str =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";

    #[test]
    fn safari_and_every_browser_on_ios_are_webkits_own_and_the_others_are_not() {
        assert!(is_webkit(SAFARI));
        for end in [
            " Version/18.1 Mobile/15E148 Safari/604.1",
            " CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1",
            " Mobile/15E148",
        ] {
            assert!(is_webkit(&format!("{IPHONE}{end}")), "{end}");
        }
        let edge = format!("{WINDOWS} Edg/131.0.0.0");
        let edge_on_mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0";
        let android = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";
        let firefox = "Mozilla/5.0 (Windows NT 10.0; rv:133.0) Gecko/20100101 Firefox/133.0";
        for other in [WINDOWS, &edge, edge_on_mac, android, firefox, "curl/8.5", ""] {
            assert!(!is_webkit(other), "{other}");
        }
    }

    #[test]
    fn programs_that_cannot_use_certificates_are_known_by_name() {
        let named = |end: &str| without_certificates(&format!("{IPHONE}{end}"));
        assert_eq!(named(" Mobile/15E148 Safari Line/14.19.0"), Some(Program::Line));
        assert_eq!(named(" CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1"), Some(Program::ChromeOnIos));
        assert_eq!(named(" FxiOS/133.0 Mobile/15E148 Safari/605.1.15"), Some(Program::FirefoxOnIos));
        assert_eq!(
            named(" Version/18.0 EdgiOS/131.0 Mobile/15E148 Safari/605.1.15"),
            Some(Program::EdgeOnIos)
        );
        assert_eq!(named(" Mobile/15E148 TeamsMobile-iOS"), Some(Program::Teams));
        assert_eq!(named(" Mobile/15E148 [FBAN/FBIOS;FBAV/490]"), Some(Program::InApp));
        assert_eq!(named(" Mobile/15E148"), Some(Program::InApp));
        assert_eq!(named(" Version/18.1 Mobile/15E148 Safari/604.1"), None);
        let android = "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0";
        assert_eq!(without_certificates(android), Some(Program::FirefoxOnAndroid));
        let view = "Mozilla/5.0 (Linux; Android 14; Pixel; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.0.0 Mobile Safari/537.36";
        assert_eq!(without_certificates(view), Some(Program::InApp));
        let teams = format!("{WINDOWS} Teams/1.7.00.12345");
        assert_eq!(without_certificates(&teams), Some(Program::Teams));
        assert_eq!(without_certificates(SAFARI), None);
        assert_eq!(without_certificates(WINDOWS), None);
    }
}
