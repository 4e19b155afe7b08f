//! A reader for the markup that the templates write: well quoted, lower case, no comments.

use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Elements without an end tag (HTML §13.1.2).
const VOID: [&str; 8] = ["meta", "link", "input", "br", "hr", "img", "col", "wbr"];

/// Start and end tags in order, without the contents of `style`.
fn tags(html: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let end = rest.find('>').expect("tag end");
        tags.push(&rest[..end]);
        rest = &rest[end + 1..];
        if tags.last() == Some(&"style") {
            rest = &rest[rest.find("</style>").expect("style end")..];
        }
    }
    tags
}

fn name(tag: &str) -> &str {
    tag.split([' ', '\n']).next().unwrap_or_default()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

/// The first tag that closes an element other than the open one. Within SVG, tags may close themselves.
pub(crate) fn unbalanced(html: &str) -> Option<String> {
    let mut open = Vec::new();
    for tag in tags(html).into_iter().filter(|tag| !tag.starts_with('!')) {
        if let Some(closed) = tag.strip_prefix('/') {
            let last = open.pop();
            if last != Some(closed) {
                return Some(format!("</{closed}> closes {last:?}"));
            }
        } else if !VOID.contains(&name(tag)) && !tag.ends_with('/') {
            open.push(name(tag));
        }
    }
    (!open.is_empty()).then(|| format!("left open: {open:?}"))
}

/// Controls without `label for` and without a label around them.
pub(crate) fn unlabelled_controls(html: &str) -> Vec<String> {
    let tags = tags(html);
    let labels: Vec<&str> =
        tags.iter().filter(|tag| name(tag) == "label").filter_map(|tag| attribute(tag, "for")).collect();
    let mut inside = false;
    let mut unlabelled = Vec::new();
    for tag in tags {
        match name(tag) {
            "label" => inside = true,
            "/label" => inside = false,
            "input" | "select" | "textarea" => {
                let hidden = attribute(tag, "type") == Some("hidden");
                let labelled = inside || attribute(tag, "id").is_some_and(|id| labels.contains(&id));
                if !hidden && !labelled {
                    unlabelled.push(tag.to_owned());
                }
            }
            _ => {}
        }
    }
    unlabelled
}

fn ids(html: &str) -> Vec<&str> {
    tags(html).into_iter().filter_map(|tag| attribute(tag, "id")).collect()
}

/// Referenced ids that do not exist.
pub(crate) fn dangling_references(html: &str) -> Vec<String> {
    let ids = ids(html);
    let mut dangling = Vec::new();
    for tag in tags(html) {
        let local = attribute(tag, "href").and_then(|href| href.strip_prefix('#'));
        let local = local.map(|id| percent_decode_str(id).decode_utf8_lossy());
        let described = attribute(tag, "aria-describedby").into_iter().flat_map(|list| list.split(' '));
        let labelled = attribute(tag, "aria-labelledby").into_iter().flat_map(|list| list.split(' '));
        let labelled = labelled.chain(attribute(tag, "for"));
        let named = described.chain(labelled).map(Cow::from);
        let wanted = local.into_iter().chain(named);
        dangling.extend(wanted.filter(|id| !ids.contains(&&**id)).map(Cow::into_owned));
    }
    dangling
}

/// Ids that occur more than once.
pub(crate) fn repeated_ids(html: &str) -> Vec<String> {
    let mut ids = ids(html);
    ids.sort_unstable();
    ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].to_owned()).collect()
}

/// The text as it was before the templates escaped it.
pub(crate) fn unescaped(html: &str) -> String {
    let escapes = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    escapes.into_iter().fold(html.to_owned(), |text, (escape, letter)| text.replace(escape, letter))
}
