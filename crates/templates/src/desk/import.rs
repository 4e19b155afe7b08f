//! CSV import: file, verdict per row, progress, result.

use crate::{
    form::label,
    page::pages,
    problem,
    voice::{Phrase, Voice},
};
use domain::{
    form::{Field, FieldKind},
    import::{Change, Column, Promotion},
    refusal::Refusal,
    time::Timestamp,
};

/// The heading of a column in files that Sekisho writes: the label of the field with the same meaning.
pub fn column_heading(column: Column, t: &Voice) -> Phrase {
    label(column.name(), t)
}

/// The first row of a result: three headings about each row, then the columns as sent.
pub fn result_headings(columns: &[Column], t: &Voice) -> Vec<Phrase> {
    let about = ["import-line", "import-verdict", "import-problems"].map(|key| t.say(key));
    about.into_iter().chain(columns.iter().map(|column| column_heading(*column, t))).collect()
}

/// A cell that differs from the record, as in 「グループ: sales → dev」.
pub fn change_text(change: &Change, t: &Voice) -> Phrase {
    let value = |text: &str| match change.column.kind() {
        _ if text.is_empty() => t.say("import-change-empty").to_string(),
        FieldKind::Choice(choices) => t.say(format!("{choices}-{text}")).to_string(),
        FieldKind::Text | FieldKind::Tick | FieldKind::Secret => text.to_owned(),
    };
    let field = column_heading(change.column, t);
    t.say("import-change")
        .with("field", field)
        .with("from", value(&change.from))
        .with("to", value(&change.to))
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
#[derive(Debug, Clone, Default)]
pub struct ImportVerdictPage {
    /// Id of the import.
    pub id: String,
    /// Name of the file.
    pub file_name: String,
    /// Rows that can be imported.
    pub good: u32,
    /// Rows that cannot be imported.
    pub bad: u32,
    /// Rows that differ from the record of their person.
    pub changes: u32,
    /// Rows that repeat the record of their person.
    pub same: u32,
    /// Why rows cannot be imported, if several rows have one cause.
    pub causes: Vec<ImportCause>,
    /// Who becomes administrator or auditor.
    pub promotions: Vec<Promotion>,
    /// Rows shown here: the bad ones first.
    pub rows: Vec<ShownImportRow>,
    /// Address of the file (CSV) with the verdict on every row.
    pub all_rows: String,
    /// Address of the file (CSV) with the bad rows.
    pub to_mend: String,
    /// Free seats of the contract.
    pub seats_left: u32,
    /// The state of the tick that applies changes.
    pub apply_changes: bool,
    /// The reasons for which the button was refused.
    pub errors: Vec<Refusal>,
}

impl ImportVerdictPage {
    fn total(&self) -> u32 {
        self.good + self.bad + self.changes + self.same
    }

    fn is_cut(&self) -> bool {
        self.rows.len() < self.total() as usize
    }

    /// New users without a free seat.
    fn without_seat(&self) -> u32 {
        self.good.saturating_sub(self.seats_left)
    }

    /// As in 「うち運用管理者 1人: 佐藤 裕美子」.
    fn promotion_text(promotion: &Promotion, t: &Voice) -> Phrase {
        let more = if promotion.names.len() < promotion.people as usize { " …" } else { "" };
        let names = format!("{}{more}", promotion.names.join(", "));
        let key = if promotion.by_change { "import-promotion-changed" } else { "import-promotion-new" };
        let role = t.say(format!("role-{}", promotion.role.name()));
        t.say(key).with("role", role).with("people", promotion.people).with("names", names)
    }

    /// Is somebody promoted whether or not the changes are ticked?
    fn must_confirm(&self) -> bool {
        self.good == 0 || self.promotions.iter().any(|promotion| !promotion.by_change)
    }
}

/// What is wrong with several rows alike.
#[derive(Debug, Clone)]
pub struct ImportCause {
    /// How many rows have it.
    pub rows: u32,
    /// The first of their lines.
    pub lines: Vec<u32>,
    /// As the first of them is refused.
    pub refusal: Refusal,
}

impl ImportCause {
    fn text(&self, t: &Voice) -> Phrase {
        let lines: Vec<String> = self.lines.iter().map(ToString::to_string).collect();
        let lines =
            format!("{}{}", lines.join(", "), if self.lines.len() < self.rows as usize { " …" } else { "" });
        let problem = problem::text_with_label(&self.refusal, t);
        t.say("import-cause").with("rows", self.rows).with("lines", lines).with("problem", problem)
    }
}

/// What a row is there for. Texts: `import-row-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportRowStanding {
    /// A person can be added.
    Good,
    /// It cannot be taken.
    Bad,
    /// A record would be changed.
    Change,
    /// There is nothing to do.
    Same,
}

impl ImportRowStanding {
    fn key(self) -> &'static str {
        match self {
            Self::Good => "import-row-good",
            Self::Bad => "import-row-bad",
            Self::Change => "import-row-change",
            Self::Same => "import-row-same",
        }
    }

    fn chip(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Change => "info",
            Self::Same => "idle",
        }
    }

    fn icon(self) -> char {
        match self {
            Self::Good => '✓',
            Self::Bad => '✕',
            Self::Change => '→',
            Self::Same => '＝',
        }
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
    /// What it is there for.
    pub standing: ImportRowStanding,
    /// The row's errors; empty for a row that is not refused.
    pub errors: Vec<Refusal>,
    /// What differs from the record.
    pub changes: Vec<Change>,
}

impl ShownImportRow {
    fn problems(&self, t: &Voice) -> Vec<Phrase> {
        self.errors.iter().map(|error| problem::text_with_label(error, t)).collect()
    }

    /// What is wrong, or what differs.
    fn told(&self, t: &Voice) -> Vec<Phrase> {
        let changes = self.changes.iter().map(|change| change_text(change, t));
        self.problems(t).into_iter().chain(changes).collect()
    }
}

/// A running import; the page reloads every two seconds.
#[derive(Debug, Clone)]
pub struct ImportProgressPage {
    /// This page's own address.
    pub refresh: String,
    pub done: u32,
    /// Records changed.
    pub changed: u32,
    pub failed: u32,
    /// Rows to work off.
    pub left: u32,
    /// Rows of the file.
    pub total: u32,
    /// Seconds since the start.
    pub seconds: u32,
}

impl ImportProgressPage {
    fn worked(&self) -> u32 {
        self.total.saturating_sub(self.left)
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
    /// Who becomes administrator or auditor by the import.
    pub promotions: Vec<Promotion>,
    /// Address of the file (CSV) with what became of every row.
    pub all_rows: String,
    /// The reasons for which the button was refused.
    pub errors: Vec<Refusal>,
}

/// A finished import.
#[derive(Debug, Clone)]
pub struct ImportResultPage {
    pub done: u32,
    /// Records changed.
    pub changed: u32,
    /// Changes that were not applied.
    pub unwanted: u32,
    /// Rows that repeat the record of their person.
    pub same: u32,
    pub failed: u32,
    /// The first of the failed rows.
    pub rows: Vec<ShownImportRow>,
    /// Address of the file (CSV) with the rows that failed.
    pub result: String,
    /// Where the people who were added are invited on paper; `None` where that is not allowed.
    pub slips: Option<String>,
}

impl ImportResultPage {
    fn is_cut(&self) -> bool {
        self.rows.len() < self.failed as usize
    }
}

pages! {
    /// The choice of a file (`file`).
    form import(ImportPage) = "desk/import.html";
    /// The dry run; `[…登録して招待する]` is sent to `/import/{id}/run`.
    form import_verdict(ImportVerdictPage) = "desk/import_verdict.html";
    import_progress(ImportProgressPage) = "desk/import_progress.html";
    /// A stopped import; `[残りの…]` is sent to `/import/{id}/run`.
    form import_stopped(ImportStoppedPage) = "desk/import_stopped.html";
    import_result(ImportResultPage) = "desk/import_result.html";
}
