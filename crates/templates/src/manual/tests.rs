use super::{
    ARTICLES, Article, Chapter,
    chapter::{Text, picture},
    markdown::{LinkTarget, render},
    place::{CONSOLE, DENIALS, DESK, GATE, PORTAL, PUBLIC},
};
use domain::locale::Locale;
use std::{fs, path::Path};

fn article(chapter: Chapter, locale: Locale) -> &'static Article {
    Article::of(chapter, locale)
}

#[test]
fn each_link_of_the_manual_leads_somewhere() {
    for Article { text, rendered } in ARTICLES.iter() {
        let file = format!("docs/{}/{}.md", text.locale.tag(), text.chapter.file());
        for link in &rendered.links {
            let is_there = match link {
                LinkTarget::Here { id } => rendered.ids.contains(id),
                LinkTarget::Chapter { id: None, .. } | LinkTarget::Codes | LinkTarget::Elsewhere(_) => true,
                LinkTarget::Chapter { chapter, locale, id: Some(id) } => {
                    article(*chapter, locale.unwrap_or(text.locale)).rendered.ids.contains(id)
                }
                LinkTarget::Picture { path } => picture(text.locale, path).is_some(),
                // The site does not serve the project's README and its decisions.
                LinkTarget::Unserved => {
                    matches!(text.chapter, Chapter::Contents | Chapter::Benchmarks)
                }
            };
            assert!(is_there, "{file}: {link:?}");
        }
    }
}

#[test]
fn each_page_leads_to_a_place_that_both_languages_have() {
    let of_denials = DENIALS.iter().map(|(denial, id)| (denial.code(), Chapter::Devices, *id));
    let of_pages = [PUBLIC, DESK, CONSOLE, GATE, PORTAL].concat();
    for (path, chapter, id) in of_pages.into_iter().chain(of_denials) {
        for locale in Locale::ALL.into_iter().filter(|_| !id.is_empty()) {
            let ids = &article(chapter, locale).rendered.ids;
            assert!(ids.contains(id), "{path}: no {id} in docs/{}/{}.md", locale.tag(), chapter.file());
        }
    }
}

#[test]
fn each_file_of_the_manual_is_served() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for locale in Locale::ALL {
        let names = fs::read_dir(docs.join(locale.tag())).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        for name in names
            .filter(|name| Path::new(name).extension().is_some_and(|kind| kind == "md") && name != "codes.md")
        {
            let chapter = Chapter::of_file(&name).unwrap_or_else(|| panic!("{name} is no chapter"));
            let is_served = chapter.texts().iter().any(|text| text.locale == locale);
            assert!(is_served, "docs/{}/{name}", locale.tag());
        }
    }
}

#[test]
fn raw_markup_of_a_text_is_shown_as_text_but_for_anchors() {
    let written = "## <a id=\"lost\"></a>Gone\n\n<script>x</script> <b>bold</b>\n\n[out](../../Cargo.toml)";
    let html = render(&Text { chapter: Chapter::User, locale: Locale::En, markdown: written }).html;
    assert_eq!(
        html,
        "<h2 id=\"gone\"><a id=\"lost\"></a>Gone</h2>\n&lt;script&gt;x&lt;/script&gt; &lt;b&gt;bold&lt;/b&gt;\n<p>out</p>\n"
    );
}

#[test]
fn japanese_lines_join_without_a_blank_and_nothing_stays_unrendered() {
    let written = "申請の\n次に\n`ja` を見ます。See\nthis.";
    let html = render(&Text { chapter: Chapter::User, locale: Locale::Ja, markdown: written }).html;
    assert_eq!(html, "<p>申請の次に<code>ja</code> を見ます。See\nthis.</p>\n");
    for Article { text, rendered } in ARTICLES.iter() {
        let shown =
            rendered.html.find("**").map(|at| rendered.html[at..].chars().take(40).collect::<String>());
        assert_eq!(shown, None, "docs/{}/{}.md", text.locale.tag(), text.chapter.file());
    }
}

#[test]
fn headings_keep_the_letters_of_their_language_and_doubled_ones_are_numbered() {
    let written = "# All\n\n## PIN番号、その次\n\n## Words\n\n## Words\n";
    let rendered = render(&Text { chapter: Chapter::User, locale: Locale::Ja, markdown: written });
    let ids: Vec<_> = rendered.parts.iter().map(|part| part.id.as_str()).collect();
    assert_eq!((rendered.title.as_str(), ids), ("All", vec!["pin番号その次", "words", "words-1"]));
}

#[test]
fn a_text_that_means_the_other_language_says_so_in_its_address() {
    let to = |written: &str| LinkTarget::read(written, Locale::Ja);
    assert_eq!(
        to("../en/README.md"),
        LinkTarget::Chapter { chapter: Chapter::Contents, locale: Some(Locale::En), id: None }
    );
    assert_eq!(
        to("../en/cli.md"),
        LinkTarget::Chapter { chapter: Chapter::Commands, locale: None, id: None }
    );
    assert_eq!(to("../../README.md"), LinkTarget::Unserved);
}
