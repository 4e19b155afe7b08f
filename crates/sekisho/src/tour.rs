//! `sekisho tour`: the story from the contract to the revocation, walked on a temporary installation through
//! the doors that people use: HTTP, SMTP, TLS with the certificates that were picked up, and the control
//! socket.
//!
//! **Invariant:** the tour looks from outside. It reads pages, mails and files, never the database.
//!
//! Read next: `steps` (the story, in order), `story` (its people), `browser` and `post_office` (what it
//! sees).

mod browser;
mod enrolment;
mod identity;
mod page;
mod post_office;
mod steps;
mod story;

use crate::wiring::clock::SystemClock;
use domain::time::{Clock, Timestamp};
use std::{fmt, io, io::Write};
use story::Story;

/// Why the tour ended early.
#[derive(Debug, thiserror::Error)]
pub enum TourError {
    /// The stage could not be set.
    #[error("tour: {0}")]
    Stage(Mishap),
    /// A step failed.
    #[error("tour: step {number}, {title}: {mishap}")]
    Step {
        /// Its number, 1-based.
        number: usize,
        /// The expectation of the step.
        title: &'static str,
        /// The observed result.
        mishap: Mishap,
    },
    /// Standard output.
    #[error("tour: standard output: {0}")]
    Output(#[from] io::Error),
}

/// The observed result, in place of the expected one.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Mishap(String);

impl Mishap {
    fn because(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

/// `held!(condition, "observed result {}", …)`: the step fails unless the condition holds.
macro_rules! held {
    ($condition:expr, $($reason:tt)+) => {
        if !$condition {
            return Err(crate::tour::Mishap::because(format_args!($($reason)+)));
        }
    };
}
use held;

/// Walks the whole story; the first failed step ends it.
pub async fn walk() -> Result<(), TourError> {
    let begun = SystemClock.now();
    let mut story = Story::begin().await.map_err(TourError::Stage)?;
    print_line(&format!("{}  a fresh installation on this machine", seconds_since(begun)))?;
    let outcome = walk_steps(&mut story).await;
    let ended = SystemClock.now();
    story.end().await;
    outcome?;
    print_line(&format!("{}  everything drained and ended", seconds_since(ended)))?;
    print_line(&format!("{}  the tour held: {} steps", seconds_since(begun), steps::ALL.len()))?;
    Ok(())
}

async fn walk_steps(story: &mut Story) -> Result<(), TourError> {
    for (index, step) in steps::ALL.iter().enumerate() {
        let begun = SystemClock.now();
        let walked = (step.walk)(story).await;
        walked.map_err(|mishap| TourError::Step { number: index + 1, title: step.title, mishap })?;
        print_line(&format!("{}  {:2}. {}", seconds_since(begun), index + 1, step.title))?;
    }
    Ok(())
}

fn seconds_since(begun: Timestamp) -> String {
    let milliseconds = SystemClock.now().duration_since(begun).as_millis();
    format!("{:3}.{:03} s", milliseconds / 1000, milliseconds % 1000)
}

fn print_line(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
