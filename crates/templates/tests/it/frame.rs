//! What stands around a page's own contents: the summary of errors, the trail of steps, the words about drawings.

use crate::samples;
use domain::locale::Locale;

#[test]
fn the_summary_lists_errors_in_the_order_of_the_fields_below_it() {
    let mut with_several = 0;
    for (name, html) in samples::pages(Locale::Ja) {
        let Some((_, rest)) = html.split_once("id=\"errors\"") else { continue };
        let (summary, page) = rest.split_once("</ul>").expect("the summary's end");
        let fields = summary.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next());
        let places: Vec<_> = fields.filter_map(|id| page.find(&format!(" id=\"{id}\""))).collect();
        assert!(places.is_sorted(), "{name}: {summary}");
        with_several += usize::from(places.len() > 1);
    }
    assert!(with_several > 3, "{with_several} pages have several errors");
}

#[test]
fn the_trail_ticks_nothing_for_those_who_have_done_nothing() {
    let ticks = |name: &str| samples::page(Locale::Ja, name).matches("<li class=\"done\"").count();
    for cold in ["guide-apply", "guide-pickup", "guide-import", "pickup-cold", "enrol"] {
        assert_eq!(ticks(cold), 0, "{cold}");
    }
    for (walked, steps) in
        [("enrol-sent-false-true", 1), ("pickup", 2), ("pickup-ready-new", 3), ("proof-user", 4)]
    {
        assert_eq!(ticks(walked), steps, "{walked}");
    }
}

#[test]
fn a_page_with_drawings_says_once_that_they_are_drawings() {
    let mut drawn = 0;
    for (name, html) in samples::pages(Locale::Ja) {
        let drawings = html.matches("class=\"drawing\"").count();
        assert_eq!(html.matches("実際の画面ではありません").count(), drawings.min(1), "{name}: {drawings}");
        drawn += drawings;
    }
    assert!(drawn > 20, "{drawn} drawings");
}
