//! One act on several users: asked back about once, told of one by one.

use crate::{
    page::pages,
    problem,
    voice::{Phrase, Voice},
};
use domain::refusal::Problem;

/// What can be done to several users at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectedAct {
    /// Make new one-time passwords and send them.
    Invite,
    /// Suspend them.
    Suspend,
}

impl SelectedAct {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Invite, Self::Suspend];

    /// The stable name, in `/users/selected/{name}`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Suspend => "suspend",
        }
    }

    fn key(self, part: &str) -> String {
        format!("selected-{}-{part}", self.name())
    }
}

/// A user who was ticked.
#[derive(Debug, Clone)]
pub struct SelectedUser {
    /// Id.
    pub id: String,
    /// Id that the person's new invitation will have: sent twice, the form makes one.
    pub invitation: String,
    /// Name.
    pub display_name: String,
    /// E-mail address.
    pub email: String,
}

/// Before the act; nobody may have been ticked.
#[derive(Debug, Clone)]
pub struct SelectedPage {
    /// What.
    pub act: SelectedAct,
    /// To whom.
    pub users: Vec<SelectedUser>,
}

impl SelectedPage {
    fn about(&self, t: &Voice, part: &str) -> Phrase {
        t.say(self.act.key(part)).with("users", self.users.len())
    }

    fn takes_away(&self) -> bool {
        self.act == SelectedAct::Suspend
    }
}

/// After the act.
#[derive(Debug, Clone)]
pub struct SelectedResultPage {
    /// What.
    pub act: SelectedAct,
    /// What became of each.
    pub results: Vec<SelectedResult>,
}

/// What became of one user.
#[derive(Debug, Clone)]
pub struct SelectedResult {
    /// Who.
    pub user: SelectedUser,
    /// Why it was not done; `None`: it was.
    pub problem: Option<Problem>,
}

impl SelectedResult {
    fn why_not(&self, t: &Voice) -> Option<Phrase> {
        self.problem.as_ref().map(|problem| problem::text(problem, t))
    }
}

impl SelectedResultPage {
    fn done(&self) -> usize {
        self.results.iter().filter(|result| result.problem.is_none()).count()
    }

    fn lead(&self, t: &Voice) -> Phrase {
        let failed = self.results.len() - self.done();
        t.say(self.act.key("done")).with("done", self.done()).with("failed", failed)
    }
}

pages! {
    /// Fields `user`, one a person; sent to `/users/selected/{invite,suspend}`.
    selected(SelectedPage) = "desk/selected.html";
    /// Told of one by one.
    selected_result(SelectedResultPage) = "desk/selected_result.html";
}
