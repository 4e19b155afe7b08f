//! Markdown to HTML, with the files' links turned into the site's links.
//!
//! **Invariant:** raw HTML in a text is shown as text; the one exception is an anchor (`<a id="…"></a>`).

use super::{
    FOLDER,
    chapter::{Chapter, Text},
};
use domain::locale::Locale;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use std::collections::BTreeSet;

/// A text as HTML.
pub(super) struct Rendered {
    /// The heading of the whole text.
    pub(super) title: String,
    /// Everything below that heading.
    pub(super) html: String,
    /// The headings of the second level.
    pub(super) parts: Vec<Part>,
    /// The ids that a link may name.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test compares them with the links"))]
    pub(super) ids: BTreeSet<String>,
    /// The targets of its links.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test compares them with what there is"))]
    pub(super) links: Vec<LinkTarget>,
}

/// A heading with its id.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) id: String,
    pub(super) title: String,
}

/// The target of a link or a picture in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LinkTarget {
    /// A place in the same chapter.
    Here {
        id: String,
    },
    /// Another chapter, or a place in it; `locale` if a certain language is meant.
    Chapter {
        chapter: Chapter,
        locale: Option<Locale>,
        id: Option<String>,
    },
    /// The refusal codes, which the site itself explains.
    Codes,
    /// A picture of the language.
    Picture {
        path: String,
    },
    Elsewhere(String),
    /// A file of the project outside the manual.
    Unserved,
}

impl LinkTarget {
    /// The target of a link as written in a text of that language.
    pub(super) fn read(written: &str, locale: Locale) -> Self {
        if written.contains("://") {
            return Self::Elsewhere(written.to_owned());
        }
        if let Some(path) = written.strip_prefix("pictures/") {
            return Self::Picture { path: path.to_owned() };
        }
        if written.starts_with("drawings/") {
            return Self::Picture { path: written.to_owned() };
        }
        let (file, id) = match written.split_once('#') {
            Some((file, id)) => (file, Some(id.to_owned())),
            None => (written, None),
        };
        if let ("", Some(id)) = (file, &id) {
            return Self::Here { id: id.clone() };
        }
        let other = Locale::ALL.into_iter().find_map(|locale| {
            file.strip_prefix(&format!("../{}/", locale.tag())).map(|file| (locale, file))
        });
        let (meant, file) = other.map_or((locale, file), |(locale, file)| (locale, file));
        match Chapter::of_file(file) {
            Some(chapter) => {
                let is_written = chapter.texts().iter().any(|text| text.locale == locale);
                let locale = (meant != locale && is_written).then_some(meant);
                Self::Chapter { chapter, locale, id }
            }
            None if file == "codes.md" => Self::Codes,
            None => Self::Unserved,
        }
    }

    /// The address on the public site; `None` if there is none.
    fn address(&self, locale: Locale) -> Option<String> {
        Some(match self {
            Self::Here { id } => format!("#{id}"),
            Self::Chapter { chapter, locale, id } => {
                let language = locale.map(|locale| format!("?lang={}", locale.tag())).unwrap_or_default();
                let place = id.as_ref().map(|id| format!("#{id}")).unwrap_or_default();
                format!("{}{language}{place}", chapter.address())
            }
            Self::Codes => "/problems".to_owned(),
            Self::Picture { path } => format!("{FOLDER}pictures/{}/{path}", locale.tag()),
            Self::Elsewhere(address) => address.clone(),
            Self::Unserved => return None,
        })
    }
}

pub(super) fn render(text: &Text) -> Rendered {
    let mut writer = Writer { locale: text.locale, ..Writer::default() };
    let mut heading: Option<(HeadingLevel, Vec<Event<'_>>)> = None;
    for event in Parser::new_ext(text.markdown, Options::ENABLE_TABLES) {
        let event = writer.own(event);
        match (event, &mut heading) {
            (None, _) => {}
            (Some(Event::Start(Tag::Heading { level, .. })), _) => heading = Some((level, Vec::new())),
            (Some(Event::End(TagEnd::Heading(level))), Some((_, inner))) => {
                let inner = std::mem::take(inner);
                heading = None;
                writer.heading(level, inner);
            }
            (Some(event), Some((_, inner))) => inner.push(event),
            (Some(event), None) => writer.events.push(event),
        }
    }
    writer.finish()
}

#[derive(Default)]
struct Writer<'a> {
    locale: Locale,
    events: Vec<Event<'a>>,
    title: String,
    parts: Vec<Part>,
    ids: BTreeSet<String>,
    links: Vec<LinkTarget>,
    /// Whether each open link is a link on the site, too.
    open_links: Vec<bool>,
}

impl<'a> Writer<'a> {
    /// The event for the site; `None` to leave it out.
    fn own(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        Some(match event {
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let address = self.address(&dest_url);
                self.open_links.push(address.is_some());
                Event::Start(Tag::Link { link_type, dest_url: address?, title, id })
            }
            Event::End(TagEnd::Link) => {
                let is_link = self.open_links.pop().unwrap_or_default();
                is_link.then_some(Event::End(TagEnd::Link))?
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                Event::Start(Tag::Image { link_type, dest_url: self.address(&dest_url)?, title, id })
            }
            Event::InlineHtml(markup) | Event::Html(markup) => match anchor(&markup) {
                Some(id) => {
                    self.ids.insert(id.to_owned());
                    Event::InlineHtml(markup)
                }
                None if &*markup == "</a>" => Event::InlineHtml(markup),
                None if markup.starts_with("<!--") => return None,
                None => Event::Text(markup),
            },
            Event::Start(Tag::Table(columns)) => {
                self.events.push(Event::Html("<div class=\"scroll\" tabindex=\"0\">".into()));
                Event::Start(Tag::Table(columns))
            }
            // What scrolls can be reached by the keyboard.
            Event::Start(Tag::CodeBlock(_)) => Event::Html("<pre tabindex=\"0\"><code>".into()),
            Event::End(TagEnd::CodeBlock) => Event::Html("</code></pre>\n".into()),
            Event::End(TagEnd::Table) => {
                self.events.push(Event::End(TagEnd::Table));
                Event::Html("</div>".into())
            }
            other => other,
        })
    }

    fn address(&mut self, written: &str) -> Option<CowStr<'a>> {
        let target = LinkTarget::read(written, self.locale);
        let address = target.address(self.locale);
        self.links.push(target);
        address.map(CowStr::from)
    }

    fn heading(&mut self, level: HeadingLevel, inner: Vec<Event<'a>>) {
        let words: String = inner
            .iter()
            .filter_map(|event| match event {
                Event::Text(text) | Event::Code(text) => Some(&**text),
                _ => None,
            })
            .collect();
        if level == HeadingLevel::H1 {
            self.title = words;
            return;
        }
        let id = self.free_id(&words);
        if level == HeadingLevel::H2 {
            self.parts.push(Part { id: id.clone(), title: words });
        }
        self.events.push(Event::Html(format!("<{level} id=\"{id}\">").into()));
        self.events.extend(inner);
        self.events.push(Event::Html(format!("</{level}>\n").into()));
    }

    /// The id of a heading by the rule of the sites that show such files; repeated ids are numbered.
    fn free_id(&mut self, words: &str) -> String {
        let kept = words.to_lowercase();
        let kept =
            kept.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
        let id: String = kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect();
        let numbered = (1..).map(|number| format!("{id}-{number}"));
        let mut ids = std::iter::once(id.clone()).chain(numbered);
        ids.find(|id| self.ids.insert(id.clone())).unwrap_or(id)
    }

    fn finish(self) -> Rendered {
        let mut out = String::new();
        html::push_html(&mut out, without_breaks_between_letters(&self.events).into_iter());
        Rendered { title: self.title, html: out, parts: self.parts, ids: self.ids, links: self.links }
    }
}

/// The events without those line ends that would show as a blank within Japanese text.
fn without_breaks_between_letters<'a>(events: &[Event<'a>]) -> Vec<Event<'a>> {
    let is_wide = |letter: Option<char>| letter.is_some_and(|letter| !letter.is_ascii());
    let words = |event: &Event<'_>| match event {
        Event::Text(text) | Event::Code(text) => Some((text.chars().next(), text.chars().next_back())),
        _ => None,
    };
    let shows_blank = |index: usize| {
        let (before, after) = (&events[..index], &events[index..]);
        let last = before.iter().rev().find_map(words).and_then(|(_, last)| last);
        let next = after.iter().find_map(words).and_then(|(next, _)| next);
        !is_wide(last) && !is_wide(next)
    };
    let kept = (0..events.len()).filter(|index| events[*index] != Event::SoftBreak || shows_blank(*index));
    kept.map(|index| events[index].clone()).collect()
}

/// The id of `<a id="…">`.
fn anchor(markup: &str) -> Option<&str> {
    let id = markup.strip_prefix("<a id=\"")?.strip_suffix("\">")?;
    id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-').then_some(id)
}
