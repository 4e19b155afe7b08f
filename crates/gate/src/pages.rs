//! Every answer that the gate itself writes: refusals, notices, and the pages of retry names.
//!
//! Read next: [`answers`] (the content), [`answer`] (the form), [`shared_page`], [`retry`] with [`choice`].

mod answer;
mod answers;
pub(crate) mod choice;
mod reader;
pub(crate) mod retry;
mod shared_page;
mod user_agent;
mod visit;

pub(crate) use answer::{NotHere, StreamRefused};
pub(crate) use answers::Answers;
pub(crate) use reader::AnswerReader;
pub(crate) use visit::{GateVisit, LoggedAnswer};
