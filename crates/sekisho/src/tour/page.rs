//! The parts of a page that a reader finds: marked places, fields, links. It reads Sekisho's own pages only.

/// The text inside the element with this id.
pub(super) fn text_of<'a>(html: &'a str, id: &str) -> Option<&'a str> {
    let at = html.find(&format!("id=\"{id}\""))?;
    let inside = html[at..].split_once('>')?.1;
    inside.split('<').next().map(str::trim)
}

/// The value of the field with this name.
pub(super) fn value_of(html: &str, name: &str) -> Option<String> {
    let tag = html.split('<').find(|tag| tag.contains(&format!("name=\"{name}\"")))?;
    attribute(tag, "value")
}

/// The first address on the page with this beginning.
pub(super) fn link_to(html: &str, beginning: &str) -> Option<String> {
    html.split('<')
        .flat_map(|tag| [attribute(tag, "href"), attribute(tag, "action"), refresh(tag)])
        .flatten()
        .find(|address| address.starts_with(beginning))
}

/// The address of a `<meta http-equiv="refresh">`.
fn refresh(tag: &str) -> Option<String> {
    let content = attribute(tag, "content").filter(|_| tag.contains("http-equiv=\"refresh\""))?;
    Some(content.split_once("url=")?.1.to_owned())
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!("{name}=\""))?.1;
    let value = rest.split('"').next()?;
    Some(value.replace("&amp;", "&").replace("&#38;", "&").replace("&quot;", "\"").replace("&#34;", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_text_fields_and_links_are_found() {
        let html = r#"<td class="secret" id="code">ab-cd</td><input type="hidden" name="v" value="1&amp;2">
            <meta http-equiv="refresh" content="1; url=/pickup/file?profile=modern"><a href="/x">"#;
        assert_eq!(text_of(html, "code"), Some("ab-cd"));
        assert_eq!(value_of(html, "v").as_deref(), Some("1&2"));
        assert_eq!(link_to(html, "/pickup/file").as_deref(), Some("/pickup/file?profile=modern"));
        assert_eq!(link_to(html, "/nowhere"), None);
    }
}
