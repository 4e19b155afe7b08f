//! 1.1 The public site.

use super::super::{Mishap, held, story::Story};
use http::StatusCode;

const PAGES: [&str; 8] = [
    "/",
    "/guide/apply",
    "/guide/pickup",
    "/guide/import",
    "/guide/import/windows",
    "/enrol",
    "/pickup",
    "/revoke",
];

/// Every page, in the reader's language.
pub(super) async fn read(story: &mut Story) -> Result<(), Mishap> {
    for (language, tag) in [("ja-JP,ja;q=0.9", "ja"), ("en-GB,en;q=0.9", "en")] {
        let mut browser = story.new_browser(language)?;
        for path in PAGES {
            let answer = browser.get(&story.public(path)).await?;
            held!(answer.status == StatusCode::OK, "{path} answered {}", answer.status);
            let text = answer.text();
            held!(text.contains(&format!("<html lang=\"{tag}\"")), "{path} is not in {tag}");
        }
    }
    Ok(())
}
