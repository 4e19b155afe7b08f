//! The place of the manual for a page.

use super::chapter::Chapter;
use crate::chrome::{Area, Chrome};
use domain::denial::Denial;

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
    ("/renewal", Chapter::User, "renew"),
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

/// Anchors in the chapter about devices, for the denials whose cause may lie in the device or its network.
pub(super) const DENIALS: &[(Denial, &str)] = &[
    (Denial::NoCertificate, "work"),
    (Denial::UnknownIssuer, "which"),
    (Denial::OtherTenant, "which"),
    (Denial::Revoked, "remove"),
    (Denial::Expired, "remove"),
];

/// The manual's part about what in the device or its network may have caused a denial.
#[derive(Debug)]
pub(crate) struct DevicePart {
    /// The part's anchor.
    pub(crate) anchor: &'static str,
    /// The part's path on the public site.
    pub(crate) path: String,
}

/// The part for a denial; `None` where the device is not the cause.
pub(crate) fn device_part(denial: Denial) -> Option<DevicePart> {
    let (_, anchor) = DENIALS.iter().find(|(of, _)| *of == denial)?;
    Some(DevicePart { anchor, path: format!("{}#{anchor}", Chapter::Devices.address()) })
}

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
