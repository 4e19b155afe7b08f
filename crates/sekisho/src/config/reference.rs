//! The manual's page of configuration keys, made from the table of keys.

use super::{
    declaration::keys_of,
    key::{Absent, Declared, Kind},
    keys::Config,
};
use domain::locale::Locale;
use std::fmt::Write as _;

/// The page, Markdown.
pub fn page(locale: Locale) -> String {
    let mut page = match locale {
        Locale::En => EN_HEAD.to_owned(),
        Locale::Ja => JA_HEAD.to_owned(),
    };
    page.push_str("```toml\n");
    page.push_str(&example());
    page.push_str("```\n");
    for key in &keys_of::<Config>() {
        entry(&mut page, key, locale);
    }
    page
}

/// A complete file with every key at its example value.
pub fn example() -> String {
    let mut text = String::new();
    let mut section = "";
    let keys = keys_of::<Config>();
    for key in keys.iter().filter(|key| key.kind != Kind::Tables) {
        if key.section() != section {
            section = key.section();
            let is_list = keys.iter().any(|list| list.path() == section);
            let head = if is_list { format!("\n[[{section}]]\n") } else { format!("\n[{section}]\n") };
            text.push_str(&head);
        }
        match key.kind {
            Kind::Number => _ = writeln!(text, "{} = {}", key.name(), key.example()),
            _ => _ = writeln!(text, "{} = \"{}\"", key.name(), key.example()),
        }
    }
    text
}

fn entry(page: &mut String, key: &Declared, locale: Locale) {
    let words = match locale {
        Locale::En => Words {
            doc: key.key.en,
            kind: key.kind.name(),
            required: "required",
            default: "default",
            unset: "not set",
        },
        Locale::Ja => Words {
            doc: key.key.ja,
            kind: ja_kind(key.kind),
            required: "必須",
            default: "既定値",
            unset: "なし",
        },
    };
    let absent = match key.absent {
        Absent::Refused => words.required.to_owned(),
        Absent::Means(value) => format!("{}: `{value}`", words.default),
        Absent::Unset => format!("{}: {}", words.default, words.unset),
    };
    let unit = if key.key.unit.is_empty() { String::new() } else { format!(" ({})", key.key.unit) };
    _ = write!(page, "\n## `{}`\n\n{}\n\n{}{unit}, {absent}\n", key.path(), words.doc, words.kind);
}

struct Words {
    doc: &'static str,
    kind: &'static str,
    required: &'static str,
    default: &'static str,
    unset: &'static str,
}

fn ja_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "文字列",
        Kind::Number => "整数",
        Kind::Tables => "テーブルの並び",
    }
}

const EN_HEAD: &str = "\
<!-- Made by `sekisho generate --write`; change crates/sekisho/src/config/keys.rs instead. -->
# Configuration

`sekisho serve --config sekisho.toml` reads this file. `sekisho check-config sekisho.toml` tells all mistakes at once.
Relative paths are relative to the file's own folder. `sekisho up` needs no file.

";

const JA_HEAD: &str = "\
<!-- `sekisho generate --write` が作るページです。直すときは crates/sekisho/src/config/keys.rs を変更します。 -->
# 設定ファイル

`sekisho serve --config sekisho.toml` が読むファイルです。`sekisho check-config sekisho.toml` は誤りをすべて一度に示します。
相対パスは、設定ファイルのあるフォルダーからのパスです。`sekisho up` に設定ファイルは要りません。

";
