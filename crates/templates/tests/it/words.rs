//! One name a thing: what people read keeps to the words that were agreed on.

use domain::locale::Locale;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What no reader meets, and what stands there instead.
const JAPANESE: [(&str, &str); 14] = [
    ("窓口", "管理画面, マイページ; 問い合わせ先"),
    ("方針", "設定"),
    ("短縮名", "サイト名"),
    ("内蔵", "標準のポータル"),
    ("載せ", "掲載"),
    ("貴社", "会社"),
    ("あなたの利用", "ご利用"),
    ("案を出す", "提案する"),
    ("契約の期限", "ご契約の有効期限"),
    ("契約の終わり", "ご契約の有効期限"),
    ("同意する]", "[同意して申請する]"),
    ("[申請する", "[同意して申請する]"),
    ("ログインページ", "サービス"),
    ("ログイン画面", "サービス"),
];
const ENGLISH: [(&str, &str); 12] = [
    (" desk", "Administration, My page"),
    (" desks", "Administration, My page"),
    ("short name", "site name"),
    ("built-in portal", "standard portal"),
    ("portal password", "login password"),
    ("policy", "settings"),
    ("digits and signs", "symbols"),
    ("letters and signs", "symbols"),
    ("wants a look", "to check"),
    ("[read]", "[Load]"),
    ("i agree]", "[Agree and apply]"),
    ("contract until", "contract valid until"),
];
/// A text on a name that the reader's own program did not send has to call it as that program does.
const TECHNICAL: [&str; 1] = ["trouble-no-server-name-why"];

#[test]
fn nothing_that_people_read_uses_a_word_that_was_given_up() {
    for locale in Locale::ALL {
        let texts = translations(locale);
        assert!(texts.len() > 600, "{} texts", texts.len());
        let found: Vec<String> = texts
            .iter()
            .filter_map(|(place, text)| {
                given_up(locale, text).map(|(word, right)| format!("{place}: {word} → {right}: {text}"))
            })
            .collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
fn what_is_protected_is_called_the_service() {
    for (place, text) in translations(Locale::Ja) {
        let technical = TECHNICAL.iter().any(|key| place == *key);
        // What is left are the public site, the name in an address, and the drawing of a system's own question.
        let rest = ["公開サイト", "サイト名", "Webサイト"]
            .iter()
            .fold(text.clone(), |text, fine| text.replace(fine, ""));
        assert!(technical || !rest.contains("サイト"), "{place}: {text}");
    }
}

/// Key and text of each message; a line of a longer one stands for itself.
fn translations(locale: Locale) -> Vec<(String, String)> {
    let folder = crate_folder().join("translations").join(locale.tag());
    let mut texts = Vec::new();
    for file in fs::read_dir(folder).expect("folder") {
        let all = fs::read_to_string(file.expect("entry").path()).expect("text");
        let mut key = String::new();
        for line in all.lines() {
            let text = match line.split_once(" =") {
                Some((before, text)) if !line.starts_with(' ') => {
                    before.clone_into(&mut key);
                    text
                }
                _ => line,
            };
            texts.push((key.clone(), text.to_owned()));
        }
    }
    texts
}

fn given_up(locale: Locale, text: &str) -> Option<(&'static str, &'static str)> {
    match locale {
        Locale::Ja => JAPANESE.into_iter().find(|(word, _)| text.contains(word)),
        Locale::En => {
            let text = format!(" {} ", text.to_lowercase());
            ENGLISH.into_iter().find(|(word, _)| {
                text.match_indices(word).any(|(at, _)| {
                    // A whole word: what follows it is no letter, and no part of an address or a file's name.
                    let mut after = text[at + word.len()..].chars();
                    match after.next() {
                        Some(next) if next == '.' || next == '-' => after.next().is_some_and(|c| c == ' '),
                        Some(next) => !next.is_alphanumeric(),
                        None => true,
                    }
                })
            })
        }
    }
}

fn crate_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
