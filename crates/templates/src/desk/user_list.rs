//! The list of users: who is in it, who of them is selected, and what can be done with these.

use super::{DoneNotice, SelectedAct};
use crate::{
    page::pages,
    voice::{Phrase, Voice},
};
use domain::{
    end_month::EndMonth,
    mail::MailStanding,
    time::Timestamp,
    user::{Progress, Role, UserState, UserSubset},
};
use std::borrow::Borrow;

/// A field of the list's filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterField {
    /// Words in names, address and groups.
    Search,
    /// A subset.
    Progress,
    Role,
    Group,
}

impl FilterField {
    /// All, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Search, Self::Progress, Self::Role, Self::Group];

    /// The name in addresses and forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Search => "q",
            Self::Progress => "progress",
            Self::Role => "role",
            Self::Group => "group",
        }
    }
}

/// The beginning of the filter's value for a month.
const ENDS_IN: &str = "ends-";

/// The filter's value for those whose certificate ends in a month.
pub fn ends_in(month: EndMonth) -> String {
    format!("{ENDS_IN}{month}")
}

/// The month that a value of the filter names.
pub fn month_in(value: &str) -> Option<EndMonth> {
    EndMonth::parse(value.strip_prefix(ENDS_IN)?)
}

fn in_month(month: EndMonth, t: &Voice) -> String {
    t.say("progress-ends-in").with("month", t.month(month)).to_string()
}

/// The filter as it is set.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// The text of the search.
    pub query: String,
    pub subset: Option<UserSubset>,
    /// The month in which certificates end, in place of a subset.
    pub month: Option<EndMonth>,
    /// The months that can be chosen.
    pub months: Vec<EndMonth>,
    pub role: Option<Role>,
    /// A key; empty for any group.
    pub group: String,
    /// The keys that can be chosen.
    pub groups: Vec<String>,
    /// Each field that is set, with the address of the list without it.
    pub parts: Vec<(FilterField, String)>,
}

impl Filters {
    const ROLES: &[&str] = &["any", "administrator", "auditor", "user"];

    /// The subsets as choices, with the months in which certificates end.
    fn subset_choices(&self, t: &Voice) -> Vec<(String, String)> {
        let names = std::iter::once("any").chain(UserSubset::ALL.map(UserSubset::name));
        let named = names.map(|name| (name.to_owned(), t.say(format!("progress-{name}")).to_string()));
        let set = self.month.filter(|set| !self.months.contains(set));
        let months = set.into_iter().chain(self.months.iter().copied());
        named.chain(months.map(|month| (ends_in(month), in_month(month, t)))).collect()
    }

    fn chosen_subset(&self) -> String {
        let subset = || self.subset.map_or("any", UserSubset::name).to_owned();
        self.month.map_or_else(subset, ends_in)
    }

    fn chosen_role(&self) -> &'static str {
        self.role.map_or("any", Role::name)
    }

    /// The groups as choices, with a group that is set although nobody is in it.
    fn group_choices(&self, t: &Voice) -> Vec<(String, String)> {
        let known = self.groups.iter().cloned();
        let set = Some(self.group.clone()).filter(|set| !set.is_empty() && !self.groups.contains(set));
        let keys = set.into_iter().chain(known).map(|key| (key.clone(), key));
        std::iter::once((String::new(), t.say("progress-any").to_string())).chain(keys).collect()
    }

    fn is_set(&self) -> bool {
        !self.parts.is_empty()
    }

    fn value(&self, field: impl Borrow<FilterField>, t: &Voice) -> String {
        match field.borrow() {
            FilterField::Search => self.query.clone(),
            FilterField::Progress => match self.month {
                Some(month) => in_month(month, t),
                None => t.say(format!("progress-{}", self.chosen_subset())).to_string(),
            },
            FilterField::Role => self.role.map(|role| t.role(role)).unwrap_or_default(),
            FilterField::Group => self.group.clone(),
        }
    }

    fn part(&self, field: impl Borrow<FilterField>, t: &Voice) -> Phrase {
        let field = *field.borrow();
        let label = t.say(format!("field-{}", field.name()));
        t.say("users-filter-part").with("field", label).with("value", self.value(field, t))
    }
}

/// Who is selected when the page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Picked {
    /// Nobody yet: people are ticked one by one.
    #[default]
    Ticked,
    /// Everybody of this page.
    Page,
    /// Everybody whom the filter finds.
    All,
}

impl Picked {
    /// All, for reading addresses.
    pub const ALL: [Self; 3] = [Self::Ticked, Self::Page, Self::All];

    /// The name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ticked => "none",
            Self::Page => "page",
            Self::All => "all",
        }
    }
}

/// `/users`; fields of the filter are those of [`FilterField`].
#[derive(Debug, Clone)]
pub struct UsersPage {
    /// Whether the visitor may change records.
    pub can_manage: bool,
    pub filters: Filters,
    /// The fields of the filter that are set, which the form of acts sends, too.
    pub fields: Vec<(&'static str, String)>,
    /// Matching users on all pages.
    pub total: u32,
    /// The number of this page's first user.
    pub from: u32,
    /// The users of this page.
    pub users: Vec<UserLine>,
    /// What is offered to be done to selected users.
    pub acts: Vec<SelectedAct>,
    /// The most users of one act.
    pub most: u32,
    pub picked: Picked,
    /// Address of this page with everybody on it selected.
    pub pick_page: String,
    /// Address of this page with everybody selected whom the filter finds.
    pub pick_all: String,
    /// Address of this page with nobody selected.
    pub pick_none: String,
    /// Address of the first page; `None` on the first page.
    pub first: Option<String>,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
    /// The notice of the last act.
    pub notice: Option<DoneNotice>,
}

impl UsersPage {
    fn range(&self, t: &Voice) -> Phrase {
        let last = self.from.saturating_add(u32::try_from(self.users.len()).unwrap_or(u32::MAX)) - 1;
        t.say("users-range").with("first", self.from).with("last", last).with("total", self.total)
    }

    /// Whether there are others beside those of this page.
    fn has_others(&self) -> bool {
        self.total as usize > self.users.len()
    }

    /// A text about everybody whom the filter finds, or about as many as one act takes.
    fn about_all(&self, t: &Voice, text: &str) -> Phrase {
        let which = match (self.total > self.most, self.filters.is_set()) {
            (true, _) => "first",
            (false, true) => "matching",
            (false, false) => "all",
        };
        t.say(format!("{text}-{which}")).with("total", self.total).with("most", self.most)
    }
}

/// A user in the list.
#[derive(Debug, Clone)]
pub struct UserLine {
    pub id: String,
    /// Name as people write it.
    pub display_name: String,
    /// よみ.
    pub reading: String,
    pub login_name: String,
    pub email: String,
    pub role: Role,
    /// Keys.
    pub groups: Vec<String>,
    pub state: UserState,
    /// From when on the person is to be suspended.
    pub suspend_at: Option<Timestamp>,
    pub progress: Progress,
    /// In force.
    pub certificates: u32,
    /// The standing of the newest mail.
    pub mail: Option<MailStanding>,
}

impl UserLine {
    /// The standing of the newest mail, if it needs an administrator.
    pub(super) fn mail_trouble(&self) -> Option<MailStanding> {
        self.mail.filter(|standing| standing.needs_attention())
    }
}

pages! {
    users(UsersPage) = "desk/users.html";
}
