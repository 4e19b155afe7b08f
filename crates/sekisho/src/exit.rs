//! Exit statuses for scripts: documented and permanent.

use domain::refusal::{Code, Family};
use serde::{Deserialize, Serialize};
use std::process::ExitCode;

/// The exit status of a process that did not do its task; 0 means done, and 2 means that the command line
/// cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// The task failed, or a check found a fault.
    Failed,
    /// The installation's rules or its present state forbid the task, or an input is refused.
    Refused,
    /// There is no record with the given name or id.
    NotFound,
    /// Not at the moment: the same command may be repeated (`EX_TEMPFAIL` of sysexits.h).
    Later,
}

impl Exit {
    /// All, as the manual lists them.
    pub const ALL: [Self; 4] = [Self::Failed, Self::Refused, Self::NotFound, Self::Later];

    pub fn status(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Refused => 3,
            Self::NotFound => 4,
            Self::Later => 75,
        }
    }

    /// The status's meaning in the manual.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Failed => {
                "it went wrong, a check found something wrong, or it is not known whether it was done: the sentence says so"
            }
            Self::Refused => {
                "refused: what was given cannot be taken, or the rules or the present state do not allow it; nothing was done"
            }
            Self::NotFound => "there is nothing of the name or id that was given; nothing was done",
            Self::Later => {
                "not at the moment: database or key is not available, or others are at work; try again"
            }
        }
    }
}

impl From<Code> for Exit {
    fn from(code: Code) -> Self {
        match (code, code.family()) {
            (Code::NotFound, _) => Self::NotFound,
            (Code::Internal, _) => Self::Failed,
            (_, Family::Service) => Self::Later,
            (
                _,
                Family::Form
                | Family::File
                | Family::Proof
                | Family::State
                | Family::Limit
                | Family::Gate
                | Family::Request,
            ) => Self::Refused,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.status())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_and_what_may_be_tried_again_end_apart_from_refusals() {
        assert_eq!(Exit::from(Code::NotFound).status(), 4);
        assert_eq!(Exit::from(Code::Busy).status(), 75);
        assert_eq!(Exit::from(Code::Unavailable).status(), 75);
        assert_eq!(Exit::from(Code::EmailTaken).status(), 3);
        assert_eq!(Exit::from(Code::Internal).status(), 1);
    }
}
