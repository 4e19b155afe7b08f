//! What administrators write on the portal's home.

use super::DoneNotice;
use crate::{
    page::pages,
    voice::{Phrase, Voice},
};
use domain::{form::Form, portal_page::PortalField, time::Timestamp};

/// `/portal` of the desk.
#[derive(Debug, Clone)]
pub struct PortalPage {
    /// May the visitor write?
    pub can_edit: bool,
    /// Does the site show another application, so that nobody sees the portal?
    pub elsewhere: bool,
    /// Newest first.
    pub announcements: Vec<AnnouncementLine>,
    /// In the order of the home page.
    pub links: Vec<LinkLine>,
    /// What was typed.
    pub form: Form<PortalField>,
    /// What was just done.
    pub notice: Option<DoneNotice>,
}

/// An announcement that stands on the home page.
#[derive(Debug, Clone)]
pub struct AnnouncementLine {
    /// Its number, for `/portal/announcements/{number}/remove`.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// Its text, its lines parted by `\n`.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
}

/// A link that stands on the home page.
#[derive(Debug, Clone)]
pub struct LinkLine {
    /// Its number, for `/portal/links/{number}/remove`.
    pub number: i64,
    /// What it is called.
    pub title: String,
    /// Where it leads.
    pub address: String,
}

/// What can be taken off the home page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortalItem {
    /// An announcement.
    Announcement,
    /// A link.
    Link,
}

impl PortalItem {
    /// Both, for tests.
    pub const ALL: [Self; 2] = [Self::Announcement, Self::Link];

    fn key(self, part: &str) -> String {
        let name = match self {
            Self::Announcement => "announcement",
            Self::Link => "link",
        };
        format!("portal-removal-{name}-{part}")
    }
}

/// Before something is taken off.
#[derive(Debug, Clone)]
pub struct PortalRemovalPage {
    /// What.
    pub item: PortalItem,
    /// What it is called.
    pub title: String,
    /// Where the form goes.
    pub action: String,
}

impl PortalRemovalPage {
    fn about(&self, t: &Voice, part: &str) -> Phrase {
        t.say(self.item.key(part)).with("title", &self.title)
    }
}

pages! {
    /// Its forms are sent to `/portal/announcements` and `/portal/links`.
    form portal_page(PortalPage: PortalField) = "desk/portal_page.html";
    /// The page before a removal.
    portal_removal(PortalRemovalPage) = "desk/portal_removal.html";
}
