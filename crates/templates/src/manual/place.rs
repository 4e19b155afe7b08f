//! The place of the manual for a page.

use super::chapter::Chapter;
use crate::chrome::{Area, Chrome};

/// Pages at a path and below it, with the chapter that explains them and its anchor; an empty anchor for the
/// chapter's beginning.
type Rule = (&'static str, Chapter, &'static str);

/// The first match counts; `/` matches each page.
pub(super) const PUBLIC: &[Rule] = &[
    ("/enrol", Chapter::User, "apply"),
    ("/pickup", Chapter::User, "pickup"),
    ("/guide/import", Chapter::Devices, ""),
    ("/revoke", Chapter::User, "lost"),
    ("/", Chapter::Contents, ""),
];

pub(super) const DESK: &[Rule] = &[
    ("/devices", Chapter::User, "lost"),
    ("/users", Chapter::Administrator, "users"),
    ("/certificates", Chapter::Administrator, "lost"),
    ("/applications", Chapter::Administrator, "applications"),
    ("/import", Chapter::Administrator, "csv"),
    ("/portal", Chapter::Administrator, "announcements"),
    ("/", Chapter::Administrator, ""),
];

pub(super) const CONSOLE: &[Rule] = &[
    ("/tenants/new", Chapter::Operator, "new-tenant"),
    ("/mail", Chapter::Operator, "mail"),
    ("/", Chapter::Operator, ""),
];

pub(super) const GATE: &[Rule] = &[("/", Chapter::Troubleshooting, "")];

pub(super) const PORTAL: &[Rule] = &[("/", Chapter::User, "")];

/// The path of the manual's part about this page, on the public site.
pub(crate) fn place(chrome: &Chrome) -> String {
    let rules = match chrome.area {
        Area::Public => PUBLIC,
        Area::Gate => GATE,
        Area::Portal { .. } => PORTAL,
        Area::Desk { .. } => DESK,
        Area::Console { .. } => CONSOLE,
    };
    let rule = rules.iter().find(|(path, ..)| *path == "/" || chrome.is_below(path));
    match rule {
        Some((_, chapter, "")) => chapter.address(),
        Some((_, chapter, id)) => format!("{}#{id}", chapter.address()),
        None => Chapter::Contents.address(),
    }
}
