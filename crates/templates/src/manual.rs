//! `/manual/`: the manual of `docs/{ja,en}`, embedded and rendered at its first use.

mod chapter;
mod markdown;
mod place;

pub use chapter::{Chapter, picture};
pub(crate) use place::{device_part, place};

use crate::page::pages;
use chapter::Text;
use domain::locale::Locale;
use markdown::Rendered;
use std::sync::LazyLock;

/// Where the manual is served, on the public site.
pub const FOLDER: &str = "/manual/";

/// The path of the part about removing an old certificate from a device.
pub(crate) fn removal_guide() -> String {
    format!("{}#remove", Chapter::Devices.address())
}

/// A chapter in the reader's language, or in English if that is missing.
#[derive(Debug, Clone, Copy)]
pub struct ManualPage {
    pub chapter: Chapter,
    /// The reader's language.
    pub locale: Locale,
}

impl ManualPage {
    fn article(self) -> &'static Article {
        Article::of(self.chapter, self.locale)
    }

    fn title(self) -> &'static str {
        &self.article().rendered.title
    }

    /// The other chapters, in the order of the manual.
    fn contents(self) -> impl Iterator<Item = Entry> {
        Chapter::ALL.into_iter().map(move |chapter| Entry {
            href: chapter.address(),
            title: &Article::of(chapter, self.locale).rendered.title,
            language: Article::of(chapter, self.locale).text.locale.tag(),
            current: chapter == self.chapter,
        })
    }

    /// The parts of a chapter; empty for a chapter too short for a list of them.
    fn parts(self) -> &'static [markdown::Part] {
        let parts = self.article().rendered.parts.as_slice();
        if parts.len() < 3 { &[] } else { parts }
    }

    /// The chapter's rendered markup.
    fn html(self) -> &'static str {
        &self.article().rendered.html
    }

    /// The chapter's own language, which may differ from the page's.
    fn language(self) -> &'static str {
        self.article().text.locale.tag()
    }
}

struct Entry {
    href: String,
    title: &'static str,
    language: &'static str,
    current: bool,
}

/// A chapter's text in one language, rendered.
struct Article {
    text: Text,
    rendered: Rendered,
}

static ARTICLES: LazyLock<Vec<Article>> = LazyLock::new(|| {
    let texts = Chapter::ALL.into_iter().flat_map(Chapter::texts);
    texts.map(|text| Article { text, rendered: markdown::render(&text) }).collect()
});

impl Article {
    /// The text in this language, else the English text, which each chapter has.
    fn of(chapter: Chapter, locale: Locale) -> &'static Self {
        let of = |locale: Locale| {
            ARTICLES.iter().find(|article| article.text.chapter == chapter && article.text.locale == locale)
        };
        of(locale).or_else(|| of(Locale::En)).expect("each chapter is written in English")
    }
}

pages! {
    chapter(ManualPage) = "public/manual.html";
}

#[cfg(test)]
mod tests;
