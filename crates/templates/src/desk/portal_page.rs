//! Announcements and links on the portal's home page.

use super::DoneNotice;
use crate::{
    page::pages,
    voice::{Phrase, Voice},
};
use domain::{form::Form, portal_page::PortalField, time::Timestamp};

/// `/portal` of the desk.
#[derive(Debug, Clone)]
pub struct PortalPage {
    /// Whether the visitor may edit.
    pub can_edit: bool,
    /// Whether the site shows an application, so that nobody sees the portal.
    pub elsewhere: bool,
    /// Newest first.
    pub announcements: Vec<AnnouncementLine>,
    /// In the order of the home page.
    pub links: Vec<LinkLine>,
    /// The typed values.
    pub form: Form<PortalField>,
    /// The notice of the last act.
    pub notice: Option<DoneNotice>,
}

/// An announcement on the home page.
#[derive(Debug, Clone)]
pub struct AnnouncementLine {
    /// Its number, for `/portal/announcements/{number}/remove`.
    pub number: i64,
    pub title: String,
    /// Its text, with lines separated by `\n`.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
}

/// A link on the home page.
#[derive(Debug, Clone)]
pub struct LinkLine {
    /// Its number, for `/portal/links/{number}/remove`.
    pub number: i64,
    pub title: String,
    pub address: String,
}

/// `/portal/announcements/{number}/edit`.
#[derive(Debug, Clone)]
pub struct AnnouncementEditPage {
    pub number: i64,
    /// The typed values.
    pub form: Form<PortalField>,
    /// Identifies the announcement from which the edit began; hidden: `begun_on`.
    pub begun_on: String,
}

/// An item that can be removed from the home page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortalItem {
    Announcement,
    Link,
}

impl PortalItem {
    pub const ALL: [Self; 2] = [Self::Announcement, Self::Link];

    fn key(self, part: &str) -> String {
        let name = match self {
            Self::Announcement => "announcement",
            Self::Link => "link",
        };
        format!("portal-removal-{name}-{part}")
    }
}

/// The page before a removal.
#[derive(Debug, Clone)]
pub struct PortalRemovalPage {
    pub item: PortalItem,
    /// The item's title.
    pub title: String,
    /// The form's target.
    pub action: String,
}

impl PortalRemovalPage {
    fn about(&self, t: &Voice, part: &str) -> Phrase {
        t.say(self.item.key(part)).with("title", &self.title)
    }
}

pages! {
    /// Forms are sent to `/portal/announcements` and `/portal/links`.
    form portal_page(PortalPage: PortalField) = "desk/portal_page.html";
    form announcement_edit(AnnouncementEditPage: PortalField) = "desk/announcement_edit.html";
    /// The page before a removal.
    portal_removal(PortalRemovalPage) = "desk/portal_removal.html";
}
