//! One name for one thing: texts for people keep to the agreed words.

use domain::locale::Locale;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Words that no reader should see, and their replacements.
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
    ("個人ページ", "マイページ"),
];
/// The same in lower case, each as whole words.
const ENGLISH: [(&str, &str); 11] = [
    ("desk", "Administration, My page"),
    ("desks", "Administration, My page"),
    ("short name", "site name"),
    ("built-in portal", "standard portal"),
    ("portal password", "login password"),
    ("present policy", "present settings"),
    ("digits and signs", "symbols"),
    ("letters and signs", "symbols"),
    ("wants a look", "To check"),
    ("[read]", "[Load]"),
    ("i agree", "[Agree and apply]"),
];
/// Texts about the name that a program sends, which TLS calls a site's name.
const ABOUT_NAMES_IN_TLS: [&str; 1] = ["trouble-no-server-name-why"];

#[test]
fn no_text_uses_a_word_that_was_given_up() {
    let texts = Locale::ALL.into_iter().flat_map(|locale| {
        translations(locale)
            .into_iter()
            .map(move |(key, text)| (format!("{} {key}", locale.tag()), locale, text))
    });
    assert_eq!(given_up_in(texts), "");
}

#[test]
fn no_page_of_the_manual_uses_a_word_that_was_given_up() {
    let lines = Locale::ALL
        .into_iter()
        .flat_map(|locale| manual(locale).into_iter().map(move |(place, line)| (place, locale, line)));
    assert_eq!(given_up_in(lines), "");
}

#[test]
fn the_script_and_the_agreement_use_no_word_that_was_given_up() {
    let files = ["assets/sekisho.js", "agreement/ja.txt", "agreement/en.txt"];
    let lines = files.into_iter().flat_map(|file| lines_of(&crate_folder().join(file)));
    let both =
        lines.flat_map(|(place, line)| Locale::ALL.map(|locale| (place.clone(), locale, line.clone())));
    assert_eq!(given_up_in(both), "");
}

#[test]
fn what_is_protected_is_called_the_service() {
    for (key, text) in translations(Locale::Ja) {
        // These are the names of the public site, the first part of an address, and a system's question.
        let mut rest = text.clone();
        for fine in ["公開サイト", "サイト名", "Webサイト"] {
            rest = rest.replace(fine, "");
        }
        assert!(!rest.contains("サイト") || ABOUT_NAMES_IN_TLS.contains(&key.as_str()), "{key}: {text}");
    }
}

#[test]
fn a_word_is_found_as_a_word_and_not_in_addresses_and_names_of_files() {
    for text in ["Open the desk.", "desks", "the Desk: users", "(desk)"] {
        assert!(given_up(Locale::En, text).is_some(), "{text}");
    }
    for text in ["sample.desk.example.jp", "*.desk.example", "pictures/desk-users.png", "a desktop"] {
        assert_eq!(given_up(Locale::En, text), None, "{text}");
    }
}

/// A line for each text with such a word.
fn given_up_in(texts: impl Iterator<Item = (String, Locale, String)>) -> String {
    let mut count = 0;
    let mut found = Vec::new();
    for (place, locale, text) in texts {
        count += 1;
        if let Some((word, right)) = given_up(locale, &text) {
            found.push(format!("{place}: \"{word}\", right: {right}: {text}"));
        }
    }
    assert!(count > 100, "{count} texts");
    found.join("\n")
}

fn given_up(locale: Locale, text: &str) -> Option<(&'static str, &'static str)> {
    match locale {
        Locale::Ja => JAPANESE.into_iter().find(|(word, _)| text.contains(word)),
        Locale::En => {
            let text = text.to_lowercase();
            ENGLISH.into_iter().find(|(words, _)| stands_in(&text, words))
        }
    }
}

/// Whether the words occur as whole words, outside of addresses and file names.
fn stands_in(text: &str, words: &str) -> bool {
    let inside = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '/' | '_');
    text.match_indices(words).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + words.len()..].chars();
        let begins = before.is_none_or(|letter| !inside(letter) && letter != '.');
        let ends = match after.next() {
            Some('.') => after.next().is_none_or(|letter| !inside(letter)),
            next => next.is_none_or(|letter| !inside(letter)),
        };
        begins && ends
    })
}

/// Key and text of each message, line by line.
fn translations(locale: Locale) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for file in files_in(&crate_folder().join("translations").join(locale.tag())) {
        let mut key = String::new();
        for (_, line) in lines_of(&file) {
            let text = match line.split_once(" =") {
                Some((before, text)) if !line.starts_with(' ') => {
                    before.clone_into(&mut key);
                    text.to_owned()
                }
                _ => line,
            };
            texts.push((key.clone(), text));
        }
    }
    texts
}

/// Each line of the manual in one language.
fn manual(locale: Locale) -> Vec<(String, String)> {
    let folder = crate_folder().join("../../docs").join(locale.tag());
    let pages =
        files_in(&folder).into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "md"));
    pages.flat_map(|page| lines_of(&page)).collect()
}

fn lines_of(file: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(file).expect("a text");
    let place = |number: usize| format!("{}:{}", file.display(), number + 1);
    text.lines().enumerate().map(|(number, line)| (place(number), line.to_owned())).collect()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}

fn crate_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
