//! CSV import: file, verdict per row, progress, result.

use crate::{
    form::label,
    page::pages,
    problem,
    voice::{Phrase, Voice},
};
use domain::{form::Field, import::Column, refusal::Refusal, time::Timestamp};

/// The heading of a column in files that Sekisho writes: the label of the field with the same meaning.
pub fn column_heading(column: Column, t: &Voice) -> Phrase {
    label(column.name(), t)
}

/// The first row of a result: three headings about each row, then the columns as sent.
pub fn result_headings(t: &Voice) -> Vec<Phrase> {
    let about = ["import-line", "import-verdict", "import-problems"].map(|key| t.say(key));
    about.into_iter().chain(Column::ALL.iter().map(|column| column_heading(*column, t))).collect()
}

/// `/import`.
#[derive(Debug, Clone, Default)]
pub struct ImportPage {
    /// The latest imports, newest first.
    pub latest: Vec<ImportLine>,
    /// Errors of the whole file.
    pub errors: Vec<Refusal>,
}

/// An import in the list.
#[derive(Debug, Clone)]
pub struct ImportLine {
    /// Id of the import.
    pub id: String,
    /// Name of the file.
    pub file_name: String,
    /// When it was sent.
    pub at: Timestamp,
    /// The import's stage.
    pub stage: ImportStage,
}

/// The stage of an import. Texts: `import-stage-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportStage {
    /// Judged; no user is added yet.
    Checked,
    /// Users are being added.
    Running,
    /// Waits for another administrator.
    Stopped,
    /// All rows are settled.
    Done,
}

impl ImportStage {
    pub const ALL: [Self; 4] = [Self::Checked, Self::Running, Self::Stopped, Self::Done];

    fn key(self) -> &'static str {
        match self {
            Self::Checked => "import-stage-checked",
            Self::Running => "import-stage-running",
            Self::Stopped => "import-stage-stopped",
            Self::Done => "import-stage-done",
        }
    }
}

impl ImportPage {
    /// The columns that a file must have, or those that it may have.
    fn columns(required: bool, t: &Voice) -> Vec<Phrase> {
        let wanted = Column::ALL.iter().copied().filter(|column| column.required() == required);
        wanted.map(|column| column_heading(column, t)).collect()
    }
}

/// `/import/{id}` before the import begins.
#[derive(Debug, Clone)]
pub struct ImportVerdictPage {
    /// Id of the import.
    pub id: String,
    /// Name of the file.
    pub file_name: String,
    /// Rows that can be imported.
    pub good: u32,
    /// Rows that cannot be imported.
    pub bad: u32,
    /// Rows shown here: the bad ones first.
    pub rows: Vec<ShownImportRow>,
    /// Address of the file (CSV) with the verdict on every row.
    pub all_rows: String,
    /// Free seats of the contract.
    pub seats_left: u32,
}

impl ImportVerdictPage {
    fn total(&self) -> u32 {
        self.good + self.bad
    }

    fn is_cut(&self) -> bool {
        self.rows.len() < self.total() as usize
    }

    /// New users without a free seat.
    fn without_seat(&self) -> u32 {
        self.good.saturating_sub(self.seats_left)
    }
}

/// A row and its verdict.
#[derive(Debug, Clone)]
pub struct ShownImportRow {
    /// Line in the file, the heading being 1.
    pub line: u32,
    /// Name as written.
    pub display_name: String,
    /// Login name as written.
    pub login_name: String,
    /// E-mail address as written.
    pub email: String,
    /// The row's errors; empty for a good row.
    pub errors: Vec<Refusal>,
}

impl ShownImportRow {
    fn problems(&self, t: &Voice) -> Vec<Phrase> {
        self.errors.iter().map(|error| problem::text_with_label(error, t)).collect()
    }
}

/// A running import; the page reloads every two seconds.
#[derive(Debug, Clone)]
pub struct ImportProgressPage {
    /// This page's own address.
    pub refresh: String,
    pub done: u32,
    pub failed: u32,
    /// Rows of the file.
    pub total: u32,
    /// Seconds since the start.
    pub seconds: u32,
}

impl ImportProgressPage {
    fn worked(&self) -> u32 {
        self.done + self.failed
    }

    fn left(&self) -> u32 {
        self.total.saturating_sub(self.worked())
    }
}

/// An import stopped because its administrator may no longer manage users.
#[derive(Debug, Clone)]
pub struct ImportStoppedPage {
    /// Id of the import.
    pub id: String,
    /// The administrator's name.
    pub administrator: String,
    pub done: u32,
    pub failed: u32,
    /// Rows that can still be imported.
    pub left: u32,
    /// Address of the result file (CSV).
    pub result: String,
}

/// A finished import.
#[derive(Debug, Clone)]
pub struct ImportResultPage {
    pub done: u32,
    pub failed: u32,
    /// The first of the failed rows.
    pub rows: Vec<ShownImportRow>,
    /// Address of the result file (CSV).
    pub result: String,
}

impl ImportResultPage {
    fn is_cut(&self) -> bool {
        self.rows.len() < self.failed as usize
    }
}

pages! {
    /// The choice of a file (`file`).
    form import(ImportPage) = "desk/import.html";
    /// The dry run; `[取り込む]` is sent to `/import/{id}/run`.
    import_verdict(ImportVerdictPage) = "desk/import_verdict.html";
    import_progress(ImportProgressPage) = "desk/import_progress.html";
    /// A stopped import; `[残りの…]` is sent to `/import/{id}/run`.
    import_stopped(ImportStoppedPage) = "desk/import_stopped.html";
    import_result(ImportResultPage) = "desk/import_result.html";
}
