//! The manual's page of codes: what happened, why, what to do.

use domain::{locale::Locale, time::Timestamp};
use jiff::tz::TimeZone;
use std::fmt::Write as _;
use templates::{
    refusal::{self, Explained},
    voice::Voice,
};

/// The page, Markdown.
pub(super) fn page(locale: Locale) -> String {
    let voice = Voice::new(locale, "Sekisho", TimeZone::UTC, Timestamp::UNIX_EPOCH);
    let mut page = match locale {
        Locale::En => EN_HEAD.to_owned(),
        Locale::Ja => JA_HEAD.to_owned(),
    };
    for (heading, codes) in refusal::families(&voice) {
        _ = write!(page, "\n## {heading}\n");
        for code in codes {
            entry(&mut page, code, &voice);
        }
    }
    page
}

fn entry(page: &mut String, code: Explained, voice: &Voice) {
    let (what, why, now) = (code.what(voice), code.why(voice), code.now(voice));
    _ = match voice.locale {
        Locale::En => {
            write!(page, "\n### `{}`\n\n**{what}.** {why}\n\n*What to do:* {now}\n", code.name())
        }
        Locale::Ja => write!(page, "\n### `{}`\n\n**{what}。** {why}\n\nできること: {now}\n", code.name()),
    };
}

const EN_HEAD: &str = "\
<!-- Made by `sekisho generate --write`; change crates/domain/src/refusal/table.rs and translations/*/codes.ftl instead. -->
# Codes

Each refusal has one code, which stays the same for ever. A page that refuses shows it at its foot, programs find it in a problem
document (RFC 9457) as `code`, and its `type` leads to `/problems/CODE` on the public site, which says what this page says.
A command that is refused ends its sentence with it.
";

const JA_HEAD: &str = "\
<!-- `sekisho generate --write` が作ります。crates/domain/src/refusal/table.rs と translations/*/codes.ftl を変えてください。 -->
# コードの一覧

行えない操作には、それぞれ1つのコードがあり、変わることはありません。お断りするページでは下のほうに表示され、プログラムには問題の記述
(RFC 9457)の `code` で伝わります。`type` は公開サイトの `/problems/CODE` を指し、このページと同じ説明を読めます。
コマンドの文の最後にも、このコードが付きます。
";

#[cfg(test)]
mod tests {
    use super::*;
    use domain::refusal::Code;

    #[test]
    fn every_code_has_one_entry_in_both_languages() {
        for page in Locale::ALL.map(page) {
            for code in Code::ALL {
                let heading = format!("\n### `{}`\n", code.name());
                assert_eq!(page.matches(&heading).count(), 1, "{}", code.name());
            }
        }
    }
}
