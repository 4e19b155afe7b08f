//! The stylesheet, the one small script and the icon, as served under `/assets/`.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{fmt::Write, sync::LazyLock};

/// The stylesheet of all pages.
pub const STYLE_CSS: &str = include_str!("../assets/style.css");

/// Conveniences for browsers with JavaScript; no page needs it.
pub const SCRIPT_JS: &str = include_str!("../assets/sekisho.js");

/// The icon in the browser's tab: the gate on the road.
const ICON_SVG: &str = include_str!("../assets/icon.svg");

/// Where assets are served, on every origin of the installation.
pub const FOLDER: &str = "/assets/";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// Last part of its address.
    pub name: &'static str,
    /// Value of `Content-Type`.
    pub content_type: &'static str,
    /// Contents, UTF-8.
    pub body: &'static str,
}

/// All files. Their addresses carry a hash, so they may be cached for a year.
pub const ALL: [Asset; 3] = [
    Asset { name: "style.css", content_type: "text/css; charset=utf-8", body: STYLE_CSS },
    Asset { name: "sekisho.js", content_type: "text/javascript; charset=utf-8", body: SCRIPT_JS },
    Asset { name: "icon.svg", content_type: "image/svg+xml", body: ICON_SVG },
];

/// The file of that name (the last part of the path, without the query).
pub fn find(name: &str) -> Option<Asset> {
    ALL.into_iter().find(|asset| asset.name == name)
}

/// The address of a file, with a hash of its contents to defeat stale caches.
pub fn path(name: &str) -> String {
    let hash = find(name).map(|asset| short_hash(asset.body)).unwrap_or_default();
    format!("{FOLDER}{name}?v={hash}")
}

/// The source expression that lets the embedded stylesheet pass a `style-src` (CSP level 3 §2.3.1):
/// `'sha256-…'`.
pub fn style_csp_source() -> &'static str {
    static SOURCE: LazyLock<String> =
        LazyLock::new(|| format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, STYLE_CSS.as_bytes()))));
    &SOURCE
}

fn short_hash(text: &str) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    digest.as_ref().iter().take(6).fold(String::new(), |mut hash, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hash, "{byte:02x}");
        hash
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_changes_with_the_contents_and_leads_back_to_the_file() {
        let address = path("style.css");
        assert_eq!(address.len(), "/assets/style.css?v=".len() + 12, "{address}");
        assert_ne!(short_hash("a"), short_hash("b"));
        assert_eq!(find("style.css").map(|asset| asset.body), Some(STYLE_CSS));
        assert_eq!(find("../Cargo.toml"), None);
    }
}
