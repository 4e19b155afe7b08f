//! One act on several users: confirmed once, with one result for each user.

use crate::{
    page::pages,
    problem,
    voice::{Phrase, Voice},
};
use domain::refusal::Problem;

/// The acts that can be done to several users at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectedAct {
    /// Makes new one-time passwords and sends them.
    Invite,
    /// Makes new one-time passwords and shows them for printing.
    PrintSlips,
    /// Sends the renewal notice again.
    Remind,
    /// Suspends the users.
    Suspend,
}

impl SelectedAct {
    pub const ALL: [Self; 4] = [Self::Invite, Self::PrintSlips, Self::Remind, Self::Suspend];

    /// The stable name, in `/users/selected/{name}`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::PrintSlips => "slips",
            Self::Remind => "remind",
            Self::Suspend => "suspend",
        }
    }

    /// The text of the list's button.
    pub(super) fn button(self) -> String {
        format!("confirm-{}-go", self.name())
    }

    fn key(self, part: &str) -> String {
        format!("selected-{}-{part}", self.name())
    }
}

/// A selected user.
#[derive(Debug, Clone)]
pub struct SelectedUser {
    pub id: String,
    /// Id that the person's new invitation will have: sent twice, the form makes one.
    pub invitation: String,
    pub display_name: String,
    pub email: String,
}

/// The page before the act; the selection may be empty.
#[derive(Debug, Clone)]
pub struct SelectedPage {
    pub act: SelectedAct,
    /// The selected users.
    pub users: Vec<SelectedUser>,
    /// How many the list's filter finds, if it selects them; at most the first of them are `users`.
    pub found: Option<u32>,
    /// The fields of the list's filter, which the form sends, too.
    pub fields: Vec<(&'static str, String)>,
    /// Address of the list.
    pub list: String,
}

/// So many names are shown before a click.
const NAMED_MAX: usize = 20;

impl SelectedPage {
    fn named(&self) -> &[SelectedUser] {
        &self.users[..self.users.len().min(NAMED_MAX)]
    }

    fn others(&self) -> &[SelectedUser] {
        &self.users[self.named().len()..]
    }

    /// Who is selected, if the list's filter selects.
    fn by_filter(&self, t: &Voice) -> Option<Phrase> {
        let found = self.found?;
        let key = if found as usize > self.users.len() { "selected-first" } else { "selected-by-filter" };
        Some(t.say(key).with("users", self.users.len()).with("found", found))
    }

    fn about(&self, t: &Voice, part: &str) -> Phrase {
        t.say(self.act.key(part)).with("users", self.users.len())
    }

    fn takes_away(&self) -> bool {
        self.act == SelectedAct::Suspend
    }
}

/// The page after the act.
#[derive(Debug, Clone)]
pub struct SelectedResultPage {
    pub act: SelectedAct,
    /// One result for each user.
    pub results: Vec<SelectedResult>,
    /// Address of the slips that were made, for printing.
    pub slips: Option<String>,
    /// Address of the list.
    pub list: String,
}

/// The result for one user.
#[derive(Debug, Clone)]
pub struct SelectedResult {
    pub user: SelectedUser,
    /// Why the act was not done; `None` if it was.
    pub problem: Option<Problem>,
}

impl SelectedResult {
    fn why_not(&self, t: &Voice) -> Option<Phrase> {
        self.problem.as_ref().map(|problem| problem::text(problem, t))
    }
}

impl SelectedResultPage {
    /// Those to whom it was not done first.
    fn in_order(&self) -> Vec<&SelectedResult> {
        let mut results: Vec<_> = self.results.iter().collect();
        results.sort_by_key(|result| result.problem.is_none());
        results
    }

    fn done(&self) -> usize {
        self.results.iter().filter(|result| result.problem.is_none()).count()
    }

    fn lead(&self, t: &Voice) -> Phrase {
        let failed = self.results.len() - self.done();
        t.say(self.act.key("done")).with("done", self.done()).with("failed", failed)
    }
}

pages! {
    /// Fields `user`, one for each person; sent to `/users/selected/{invite,slips,remind,suspend}`.
    selected(SelectedPage) = "desk/selected.html";
    /// One result for each user.
    selected_result(SelectedResultPage) = "desk/selected_result.html";
}
