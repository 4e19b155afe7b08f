//! Compares the translations with each other, and with the texts of pages and mails.

use crate::{markup, samples};
use domain::{
    form::Field,
    import::Column,
    locale::Locale,
    refusal::{Code, Family},
    time::Timestamp,
};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement};
use jiff::tz::TimeZone;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};
use templates::{
    Area, desk, public,
    refusal::Explained,
    voice::{MISSING, Voice},
};

/// The contents of one text.
#[derive(Debug, Default)]
struct Said {
    /// Names of the values that it mentions.
    values: BTreeSet<String>,
    /// Its wordings, one for each plural form; each as its pieces between values and line ends.
    wordings: Vec<Vec<String>>,
}

#[test]
fn both_languages_have_the_same_texts_and_mention_the_same_values() {
    let [ja, en] = Locale::ALL.map(texts);
    let keys = |texts: &BTreeMap<String, Said>| texts.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&ja), keys(&en));
    for (key, said) in &ja {
        assert_eq!(said.values, en[key].values, "{key}");
    }
}

#[test]
fn every_code_has_its_texts_in_both_languages() {
    // Texts for a page of their own, never at a form.
    let page_only = [
        Code::TenantEnded,
        Code::PinLocked,
        Code::PinExpired,
        Code::PinUsed,
        Code::ClaimOver,
        Code::FileGone,
    ];
    for locale in Locale::ALL {
        let texts = texts(locale);
        let voice = Voice::new(locale, "Sekisho", TimeZone::UTC, Timestamp::UNIX_EPOCH);
        for code in Code::ALL.iter().copied() {
            let explained = Explained(code);
            for text in [explained.what(&voice), explained.why(&voice), explained.now(&voice)] {
                assert!(!text.to_string().starts_with(MISSING), "{} {text}", locale.tag());
            }
            let of_forms = match code.family() {
                Family::Form | Family::File | Family::Proof | Family::State | Family::Limit => true,
                Family::Gate | Family::Request | Family::Service => false,
            };
            let text = texts.get(&format!("problem-{}", code.name()));
            let mentioned = text.into_iter().flat_map(|text| &text.values);
            let unknown: Vec<_> =
                mentioned.filter(|name| !code.value_names().contains(&name.as_str())).collect();
            assert!(unknown.is_empty(), "{} {}: {unknown:?}", locale.tag(), code.name());
            assert_eq!(
                text.is_some(),
                of_forms && !page_only.contains(&code),
                "{} {}",
                locale.tag(),
                code.name()
            );
        }
    }
}

/// The test does not notice a text whose words are also in another text.
#[test]
fn every_text_is_said_on_some_page_or_mail() {
    for locale in Locale::ALL {
        let all = everything_said(locale);
        let said_somewhere = |said: &Said| {
            said.wordings.iter().any(|pieces| pieces.iter().all(|piece| all.contains(piece.as_str())))
        };
        let unused: Vec<String> =
            texts(locale).into_iter().filter(|(_, said)| !said_somewhere(said)).map(|(key, _)| key).collect();
        assert!(unused.is_empty(), "{}: {unused:?}", locale.tag());
    }
}

/// All samples in one text, with the texts of files and of rare pages.
fn everything_said(locale: Locale) -> String {
    let mut all: Vec<String> = samples::pages(locale).into_iter().map(|(_, html)| html).collect();
    for (_, mail) in samples::mails(locale) {
        all.extend([mail.subject, mail.text, mail.html]);
        all.extend(mail.attachment.map(|file| file.content.replace("\r\n ", "")));
    }
    let now: Timestamp = "2026-11-22T05:05:00Z".parse().expect("timestamp");
    let voice = Voice::new(locale, "Sekisho", TimeZone::UTC, now);
    all.extend(desk::result_headings(Column::ALL, &voice).iter().map(ToString::to_string));
    all.push(public::profile_description(&samples::chrome(locale, Area::Public, "/pickup/mobileconfig")));
    all.extend([now, Timestamp::UNIX_EPOCH].map(|at| voice.distance(at)));
    markup::unescaped(&all.join("\n"))
}

fn texts(locale: Locale) -> BTreeMap<String, Said> {
    let folder = format!("{}/translations/{}", env!("CARGO_MANIFEST_DIR"), locale.tag());
    let mut texts = BTreeMap::new();
    for file in fs::read_dir(folder).expect("folder") {
        let text = fs::read_to_string(file.expect("entry").path()).expect("text");
        let resource = fluent_syntax::parser::parse(text.as_str()).expect("a file without faults");
        for entry in resource.body {
            match entry {
                Entry::Message(Message { id, value: Some(pattern), .. }) => {
                    let doubled = texts.insert(id.name.to_owned(), said(&pattern));
                    assert!(doubled.is_none(), "{} stands twice", id.name);
                }
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    texts
}

fn said(pattern: &Pattern<&str>) -> Said {
    let mut said = Said { wordings: vec![Vec::new()], ..Said::default() };
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => {
                for wording in &mut said.wordings {
                    wording.extend(value.lines().map(|piece| piece.trim().to_owned()));
                }
            }
            PatternElement::Placeable { expression: Expression::Inline(value) } => {
                said.values.extend(name_of(value));
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                said.values.extend(name_of(selector));
                let forms: Vec<Said> = variants.iter().map(|variant| self::said(&variant.value)).collect();
                let before = std::mem::take(&mut said.wordings);
                for form in forms {
                    said.values.extend(form.values);
                    for after in form.wordings {
                        said.wordings
                            .extend(before.iter().map(|before| [before.as_slice(), &after].concat()));
                    }
                }
            }
        }
    }
    said
}

/// The name of a value; quoted text has none.
fn name_of(value: &InlineExpression<&str>) -> Option<String> {
    match value {
        InlineExpression::VariableReference { id } => Some(id.name.to_owned()),
        InlineExpression::StringLiteral { .. } => None,
        other => panic!("{other:?}"),
    }
}
