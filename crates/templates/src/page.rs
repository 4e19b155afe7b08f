//! Rendering of pages: one view type per template, made beside the page's function.

use askama::Template;

pub(crate) fn render(view: &impl Template) -> String {
    // Only the sink can fail, and a String cannot; the tests would notice an empty page.
    view.render().unwrap_or_default()
}

/// Declares page functions: `name(Contents) = "template.html";` for plain pages, `form name(Contents) = …`
/// for pages whose contents have `errors`, `form name(Contents: Field) = …` for pages whose `form` has them,
/// `text name = …` for pages that show only texts.
macro_rules! pages {
    () => {};
    ($(#[$doc:meta])* text $name:ident = $path:tt; $($rest:tt)*) => {
        $(#[$doc])*
        pub fn $name(chrome: &$crate::Chrome) -> String {
            $crate::page::pages!(@plain $path, chrome, &(), (), &[])
        }
        $crate::page::pages! { $($rest)* }
    };
    ($(#[$doc:meta])* form $name:ident($contents:ty) = $path:tt; $($rest:tt)*) => {
        $(#[$doc])*
        pub fn $name(page: &$contents, chrome: &$crate::Chrome) -> String {
            $crate::page::pages!(@plain $path, chrome, page, $contents, &page.errors)
        }
        $crate::page::pages! { $($rest)* }
    };
    ($(#[$doc:meta])* form $name:ident($contents:ty: $field:ty) = $path:tt; $($rest:tt)*) => {
        $(#[$doc])*
        pub fn $name(page: &$contents, chrome: &$crate::Chrome) -> String {
            let form = $crate::form::FormView::new(&page.form, &chrome.voice());
            $crate::page::pages!(@body $path, chrome, page, $contents, form, $crate::form::FormView<'a, $field>)
        }
        $crate::page::pages! { $($rest)* }
    };
    ($(#[$doc:meta])* $name:ident($contents:ty) = $path:tt; $($rest:tt)*) => {
        $(#[$doc])*
        pub fn $name(page: &$contents, chrome: &$crate::Chrome) -> String {
            $crate::page::pages!(@plain $path, chrome, page, $contents, &[])
        }
        $crate::page::pages! { $($rest)* }
    };
    (@plain $path:tt, $chrome:expr, $page:expr, $contents:ty, $errors:expr) => {{
        let form = $crate::form::Controls::new(&$chrome.voice(), $errors);
        $crate::page::pages!(@body $path, $chrome, $page, $contents, form, $crate::form::Controls<'a>)
    }};
    (@body $path:tt, $chrome:expr, $page:expr, $contents:ty, $form:expr, $controls:ty) => {{
        #[derive(askama::Template)]
        #[template(path = $path)]
        struct View<'a> {
            chrome: &'a $crate::Chrome,
            t: $crate::voice::Voice,
            form: $controls,
            #[allow(dead_code, reason = "pages of texts alone have no contents")]
            page: &'a $contents,
        }
        let view = View { chrome: $chrome, t: $chrome.voice(), form: $form, page: $page };
        let html = $crate::page::render(&view);
        // The summary at the top lists the errors in the order of the fields below it.
        if view.form.failed() { $crate::page::render(&view) } else { html }
    }};
}
pub(crate) use pages;
