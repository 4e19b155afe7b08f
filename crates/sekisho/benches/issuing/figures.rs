//! The figures of a walk, and the table of all walks.

use std::{fmt::Write as _, path::PathBuf};

/// The figures of one walk, in the order of [`ROWS`], all in milliseconds.
#[derive(Debug, Clone)]
pub(crate) struct Figures(pub(crate) [f64; ROWS.len()]);

const ROWS: [&str; 7] = [
    "import a person, invitation mail included: processor time",
    "application, mail with the PIN included: processor time",
    "pickup, from the form to the file: processor time",
    "revocation by a command: processor time of the service",
    "pickup, 4 at a time: p50",
    "pickup, 4 at a time: p95",
    "revocation by a command: p50",
];

impl Figures {
    /// One line for the process that asked.
    pub(crate) fn line(&self) -> String {
        self.0.map(|figure| format!("{figure:.2}")).join(" ")
    }

    pub(crate) fn read(line: &str) -> Self {
        let figures: Vec<f64> = line.split_whitespace().map(|word| word.parse().expect("a figure")).collect();
        Self(figures.try_into().expect("all figures"))
    }
}

/// A table for the manual: a column a build, and what the first one takes of each other one's figure.
pub(crate) fn table(programs: &[PathBuf], rounds: &[Vec<Figures>]) -> String {
    let mut text = "| ms |".to_owned();
    for program in programs {
        let _ = write!(text, " {} |", program.display());
    }
    text.push_str(&" first : this |".repeat(programs.len() - 1));
    let _ = write!(text, "\n|---|{}", "---|".repeat(2 * programs.len() - 1));
    for (row, name) in ROWS.iter().enumerate() {
        let medians: Vec<f64> = rounds.iter().map(|figures| median(figures, row)).collect();
        let _ = write!(text, "\n| {name} |");
        for median in &medians {
            let _ = write!(text, " {median:.1} |");
        }
        for other in &medians[1..] {
            let _ = write!(text, " {:.2} |", medians[0] / other);
        }
    }
    text
}

fn median(figures: &[Figures], row: usize) -> f64 {
    let mut values: Vec<f64> = figures.iter().map(|figures| figures.0[row]).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
