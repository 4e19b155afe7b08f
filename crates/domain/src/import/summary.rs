//! What a file says as a whole: which causes keep rows back, and who becomes administrator or auditor by it.
//!
//! It is made once, when the file is judged, so that a page tells it of 100,000 rows at once.

use super::{Cells, Column, JudgedFile, JudgedRow, RowError, RowKind};
use crate::{
    refusal::{Code, Refusal},
    user::Role,
};
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::HashMap};

/// The most lines named of one cause.
const LINES_NAMED_MAX: usize = 5;
/// The most people named of one role.
const NAMES_MAX: usize = 100;

/// A judged file as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileSummary {
    /// Our columns that it has.
    pub columns: Vec<Column>,
    /// Why rows are refused, the most frequent cause first.
    pub causes: Vec<Cause>,
    /// Who may do more afterwards.
    pub promotions: Vec<Promotion>,
}

/// What is wrong with some rows alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The first row's error.
    pub error: RowError,
    /// What stands in the first row's cell.
    pub sent: String,
    /// How many rows have it.
    pub rows: u32,
    /// The first of their lines.
    pub lines: Vec<u32>,
}

/// People who become administrators, or auditors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    /// Which of both.
    pub role: Role,
    /// Are they on record already, with another role?
    pub by_change: bool,
    /// How many.
    pub people: u32,
    /// The first of their names.
    pub names: Vec<String>,
}

impl Cause {
    /// The first row's refusal.
    pub fn refusal(&self) -> Option<Refusal> {
        let column = self.error.column;
        Cells::default().with(column, &self.sent).refusals(std::slice::from_ref(&self.error)).pop()
    }
}

impl FileSummary {
    /// Of a file in which all is judged.
    pub fn of(file: &JudgedFile) -> Self {
        let (mut causes, mut promotions) = (Causes::default(), Vec::new());
        for row in &file.rows {
            causes.count(row);
            count_promotion(&mut promotions, row);
        }
        Self { columns: file.columns.clone(), causes: causes.sorted(), promotions }
    }

    /// Who may do more after the import, with its changes or without.
    pub fn promotions(&self, with_changes: bool) -> impl Iterator<Item = &Promotion> {
        self.promotions.iter().filter(move |promotion| with_changes || !promotion.by_change)
    }
}

#[derive(Default)]
struct Causes {
    found: Vec<Cause>,
    places: HashMap<(Column, Code), usize>,
}

impl Causes {
    fn count(&mut self, row: &JudgedRow) {
        let Err(refused) = &row.verdict else { return };
        let problems = refused.cells.refusals(&refused.errors);
        for (error, refusal) in refused.errors.iter().zip(problems) {
            let next = self.found.len();
            let place = *self.places.entry((error.column, refusal.code())).or_insert(next);
            if place == next {
                let sent = refused.cells.text(error.column).to_owned();
                self.found.push(Cause { error: error.clone(), sent, rows: 0, lines: Vec::new() });
            }
            let Some(cause) = self.found.get_mut(place) else { continue };
            cause.rows += 1;
            if cause.lines.len() < LINES_NAMED_MAX {
                cause.lines.push(row.line);
            }
        }
    }

    fn sorted(mut self) -> Vec<Cause> {
        self.found.sort_by_key(|cause| Reverse(cause.rows));
        self.found
    }
}

fn count_promotion(promotions: &mut Vec<Promotion>, row: &JudgedRow) {
    let Ok(user) = &row.verdict else { return };
    let Some(role @ (Role::Administrator | Role::Auditor)) = user.role else { return };
    let by_change = match row.kind() {
        RowKind::Add => false,
        RowKind::Change if row.changes().iter().any(|change| change.column == Column::Role) => true,
        RowKind::Same | RowKind::Change => return,
    };
    let of_it = |promotion: &Promotion| (promotion.role, promotion.by_change) == (role, by_change);
    let place = promotions.iter().position(of_it).unwrap_or(promotions.len());
    if place == promotions.len() {
        promotions.push(Promotion { role, by_change, people: 0, names: Vec::new() });
    }
    let Some(promotion) = promotions.get_mut(place) else { return };
    promotion.people += 1;
    if promotion.names.len() < NAMES_MAX {
        promotion.names.push(user.display_name.clone());
    }
}

#[cfg(test)]
mod tests;
