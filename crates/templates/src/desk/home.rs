//! The desk's front page: the next step, and the numbers.

use super::{SelectedAct, user_list::ends_in};
use crate::{
    page::pages,
    voice::{Phrase, Voice},
};
use domain::{
    end_month::EndMonth,
    refusal::number,
    time::Timestamp,
    user::{Progress, UserSubset},
};

/// `/` of the desk.
#[derive(Debug, Clone)]
pub struct DeskHomePage {
    /// Whether the visitor may change records.
    pub can_manage: bool,
    /// Users besides the visitor; 0 means that step 2 is next.
    pub other_users: u32,
    /// How many users are at each step, the worst first.
    pub progress: Vec<ProgressCount>,
    /// Tasks for the administrator, besides the applications.
    pub todo: Vec<TodoCount>,
    /// How many users have a certificate that ends, by month; the first of each.
    pub ends: Vec<MonthCount>,
    /// Applications that wait for approval.
    pub applications_waiting: u32,
    /// Pickups that stopped until an administrator opens them again.
    pub pickups_stopped: u32,
    /// People who wait for a PIN from an administrator.
    pub pins_awaited: u32,
    /// Certificates in force or being made.
    pub seats_used: u32,
    /// Certificates that the contract allows.
    pub seats: u32,
    /// End of the contract.
    pub valid_until: Timestamp,
    /// How near the end is.
    pub contract_end: ContractEnd,
    /// Address of the tenant's site without a slash at its end.
    pub site: String,
}

/// How near the end of a contract is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractEnd {
    /// Nothing to show yet.
    Far,
    /// Shown as a number of days.
    Soon,
    /// The contract has ended.
    Past,
}

impl DeskHomePage {
    fn users(&self) -> u32 {
        self.progress.iter().map(|count| count.users).sum()
    }

    fn with_certificate(&self) -> u32 {
        let have = |count: &&ProgressCount| {
            matches!(count.progress, Progress::OnHold | Progress::PickedUp | Progress::Proved)
        };
        self.progress.iter().filter(have).map(|count| count.users).sum()
    }

    /// The numbers under the bar: always the ordinary steps, and each trouble that somebody has.
    fn numbers(&self) -> impl Iterator<Item = &ProgressCount> {
        self.progress.iter().filter(|count| count.users > 0 || count.progress >= Progress::NotInvited)
    }

    /// The bar's parts from the left, the farthest step first. A part with anybody in it is wide enough to be seen.
    fn bar(&self) -> Vec<BarPart> {
        let there: Vec<_> = self.progress.iter().rev().filter(|count| count.users > 0).collect();
        let shared = BAR_WIDTH.saturating_sub(number(there.len()) * PART_WIDTH_MIN);
        let all = u64::from(self.users()).max(1);
        let mut left = 0;
        let parts = there.into_iter().map(|count| {
            let share = u64::from(count.users) * u64::from(shared) / all;
            let width = PART_WIDTH_MIN + u32::try_from(share).unwrap_or(shared);
            let part = BarPart { progress: count.progress, users: count.users, left, width };
            left += width;
            part
        });
        parts.collect()
    }

    fn is_all_done(&self) -> bool {
        self.applications_waiting == 0
            && self.pickups_stopped == 0
            && self.pins_awaited == 0
            && self.todo.iter().all(|todo| todo.users == 0)
    }
}

/// Width of the bar in units of its drawing.
const BAR_WIDTH: u32 = 1000;

/// Width of a part for one person among very many.
const PART_WIDTH_MIN: u32 = 8;

/// One step's part of the bar.
#[derive(Debug)]
struct BarPart {
    progress: Progress,
    users: u32,
    left: u32,
    width: u32,
}

/// How many users of a subset need attention. Texts: `todo-…`.
#[derive(Debug, Clone, Copy)]
pub struct TodoCount {
    pub subset: UserSubset,
    pub users: u32,
}

impl TodoCount {
    fn name(self) -> &'static str {
        self.subset.name()
    }

    fn say(self, t: &Voice) -> Phrase {
        t.say(format!("todo-{}", self.name())).with("users", self.users)
    }

    /// The act that brings these people on, if there is one, and the text of its button.
    fn act(self) -> Option<(SelectedAct, &'static str)> {
        match self.subset {
            UserSubset::At(Progress::Invited) => Some((SelectedAct::Invite, "todo-invite-again")),
            UserSubset::EndingSoon => Some((SelectedAct::Remind, "todo-remind")),
            UserSubset::At(Progress::NotInvited | Progress::Revoked | Progress::Expired) => {
                Some((SelectedAct::Invite, "todo-invite"))
            }
            _ => None,
        }
    }
}

/// How many users have a certificate that ends in a month.
#[derive(Debug, Clone, Copy)]
pub struct MonthCount {
    pub month: EndMonth,
    pub users: u32,
}

impl MonthCount {
    /// The value of the list's filter.
    fn filter(self) -> String {
        ends_in(self.month)
    }
}

/// How many users are at a step.
#[derive(Debug, Clone, Copy)]
pub struct ProgressCount {
    pub progress: Progress,
    pub users: u32,
}

impl ProgressCount {
    fn name(self) -> &'static str {
        self.progress.name()
    }
}

pages! {
    home(DeskHomePage) = "desk/home.html";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(users: [u32; 4]) -> Vec<BarPart> {
        let steps = [Progress::Suspended, Progress::NotInvited, Progress::Invited, Progress::Proved];
        let count = |(progress, users)| ProgressCount { progress, users };
        let page = DeskHomePage {
            can_manage: true,
            other_users: 1,
            progress: steps.into_iter().zip(users).map(count).collect(),
            todo: Vec::new(),
            ends: Vec::new(),
            applications_waiting: 0,
            pickups_stopped: 0,
            pins_awaited: 0,
            seats_used: 0,
            seats: 1,
            valid_until: Timestamp::UNIX_EPOCH,
            contract_end: ContractEnd::Far,
            site: String::new(),
        };
        page.bar()
    }

    #[test]
    fn parts_of_the_bar_stand_side_by_side_and_one_person_among_very_many_is_seen() {
        for users in [[1, 0, 99_998, 1], [1, 1, 1, 1], [0, 0, 0, 7], [u32::MAX / 4; 4]] {
            let parts = bar(users);
            assert_eq!(parts.len(), users.into_iter().filter(|users| *users > 0).count());
            let end = parts.iter().fold(0, |end, part| {
                assert_eq!(part.left, end);
                assert!(part.width >= PART_WIDTH_MIN, "{part:?}");
                end + part.width
            });
            assert!((BAR_WIDTH - 5..=BAR_WIDTH).contains(&end), "{users:?}: {end}");
        }
        assert!(bar([0; 4]).is_empty());
        assert_eq!(bar([1, 0, 0, 1])[0].progress, Progress::Proved, "the farthest step first");
    }
}
