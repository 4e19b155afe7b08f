//! Many users from a file: upload, verdict on every row, progress, result.
//!
//! One address follows an import through its life: what it shows is where the import stands, so one
//! can leave and come back.

use super::{
    Desk,
    import_result::{self, RowWriter},
    upload::Upload,
    visit::{Allowed, DeskVisit},
};
use crate::{
    attachment, failure::Failure, failure::at_form, listing::id, page::Page, posted::Posted,
    redirect::see_other,
};
use authority::{
    Authority, Unavailable,
    import::{Agreed, ImportError},
};
use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::HeaderValue,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    form::Field,
    grant::{Grant, ManageUsers, ViewTenant},
    id::{ImportId, TenantId},
    import::{Cause, Cells, Column, RowKind},
    refusal::{Problem, Refusal, number},
};
use futures_util::stream;
use ground::Entered;
use store::{
    PAGE_ROWS_MAX, PageRequest, TenantReader,
    imports::{Import, ImportRow, ImportRowState, ImportState},
};
use templates::{
    desk::{
        self as pages, ImportCause, ImportLine, ImportPage, ImportProgressPage, ImportResultPage,
        ImportRowStanding, ImportStage, ImportStoppedPage, ImportVerdictPage, column_heading,
    },
    voice::Voice,
};

/// The most rows shown before an import begins: the refused ones first, then some good ones.
const ROWS_SHOWN_MAX: u32 = 200;

/// How many imports one can come back to from the form.
const LATEST_MAX: u32 = 10;

/// The most failed rows named after an import; the file of results has them all.
const FAILED_SHOWN_MAX: u32 = 50;

/// The example person of the sample file, in the order of its columns.
const SAMPLE_ROW: &str =
    "山田 太郎,やまだ たろう,Yamada,Taro,taro.yamada,taro.yamada@example.jp,\"sales,tokyo\",,user,ja";

/// Routes whose forms are small.
pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/import/sample.csv", get(sample))
        .route("/import/{id}", get(show))
        .route("/import/{id}/run", get(to_import).post(run))
        .route("/import/{id}/rows.csv", get(all_rows))
        .route("/import/{id}/result.csv", get(result))
}

/// The route whose form carries a file.
pub(super) fn upload_routes() -> Router<Desk> {
    Router::new().route("/import", get(form).post(upload))
}

async fn form(State(desk): State<Desk>, visit: DeskVisit) -> Result<Page, Failure> {
    visit.grant::<ManageUsers>()?;
    let mut reader = visit.read(&desk).await?;
    let latest = reader.records().imports(LATEST_MAX).await?;
    let latest = latest.into_iter().filter_map(import_line).collect();
    Ok(Page::ok(pages::import(&ImportPage { latest, errors: Vec::new() }, visit.chrome())))
}

fn import_line(import: Import) -> Option<ImportLine> {
    let stage = match import.state {
        ImportState::Checked => ImportStage::Checked,
        ImportState::Running => ImportStage::Running,
        ImportState::Stopped => ImportStage::Stopped,
        ImportState::Done => ImportStage::Done,
        ImportState::Incomplete => return None,
    };
    Some(ImportLine { id: import.id.to_string(), file_name: import.file_name, at: import.created_at, stage })
}

async fn upload(
    State(desk): State<Desk>,
    Upload { allowed: Allowed { visit, grant }, file, turn: _turn }: Upload<ManageUsers>,
) -> Result<Response, Failure> {
    let Some(file) = file else {
        return Ok(refused(&visit, vec![Refusal::at("file", Problem::FileMissing)]));
    };
    let name = file.name.clone();
    let judged =
        desk.authority.imports().judge_import_from(&grant, visit.tenant_id(), &name, || file.read()).await;
    match judged {
        Ok(import) => Ok(see_other(&format!("/import/{import}"))),
        Err(error) => Ok(refused(&visit, at_form(error)?)),
    }
}

fn refused(visit: &DeskVisit, errors: Vec<Refusal>) -> Response {
    let page = ImportPage { errors, ..ImportPage::default() };
    Page::refusing(&page.errors, pages::import(&page, visit.chrome())).into_response()
}

/// Where the act's address leads when it is opened anew, or in another language.
async fn to_import(Path(import): Path<String>) -> Result<Response, Failure> {
    Ok(see_other(&format!("/import/{}", id::<ImportId>(&import)?)))
}

async fn show(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(import): Path<String>,
) -> Result<Response, Failure> {
    visit.grant::<ManageUsers>()?;
    let mut reader = visit.read(&desk).await?;
    let mut tenant = reader.records();
    let import = known(&mut tenant, &import).await?;
    let html = match import.state {
        ImportState::Checked => {
            pages::import_verdict(&verdict(&mut tenant, &import, &visit).await?, visit.chrome())
        }
        ImportState::Running => {
            let counts = tenant.import_counts(import.id).await?;
            let since = import.begun_at.unwrap_or(import.created_at);
            let page = ImportProgressPage {
                refresh: format!("/import/{}", import.id),
                done: counts.done,
                changed: counts.changed,
                failed: counts.refused,
                left: counts.left(import.applies_changes),
                total: import.total,
                seconds: u32::try_from(visit.now().as_second() - since.as_second()).unwrap_or_default(),
            };
            pages::import_progress(&page, visit.chrome())
        }
        ImportState::Stopped => pages::import_stopped(&stopped(&mut tenant, &import).await?, visit.chrome()),
        ImportState::Done => {
            pages::import_result(&ended(&visit, &mut tenant, &import).await?, visit.chrome())
        }
        ImportState::Incomplete => return Ok(see_other("/import")),
    };
    Ok(Page::ok(html).into_response())
}

/// An import of the visitor's company; any other id names nothing.
async fn known(tenant: &mut TenantReader<'_>, text: &str) -> Result<Import, Failure> {
    let import = tenant.import(id::<ImportId>(text)?).await?;
    import.ok_or(Failure::from(Problem::NotFound))
}

/// First the rows that are refused, last those about which nothing is to be done.
async fn verdict(
    tenant: &mut TenantReader<'_>,
    import: &Import,
    visit: &DeskVisit,
) -> Result<ImportVerdictPage, Failure> {
    let mut rows = tenant.import_rows_in(import.id, ImportRowState::Refused, ROWS_SHOWN_MAX).await?;
    for kind in [RowKind::Change, RowKind::Add, RowKind::Same] {
        let left = ROWS_SHOWN_MAX.saturating_sub(number(rows.len()));
        rows.extend(tenant.import_rows_of_kind(import.id, kind, left).await?);
    }
    let counts = tenant.import_counts(import.id).await?;
    let seats_used = tenant.seats_shown(visit.now()).await?;
    Ok(ImportVerdictPage {
        id: import.id.to_string(),
        file_name: import.file_name.clone(),
        good: counts.waiting,
        bad: counts.refused,
        changes: counts.changes,
        same: counts.same,
        causes: causes(import),
        promotions: import.summary.promotions.clone(),
        rows: rows.iter().map(shown).collect(),
        all_rows: format!("/import/{}/rows.csv", import.id),
        to_mend: format!("/import/{}/result.csv", import.id),
        seats_left: visit.tenant().license.seats.saturating_sub(seats_used),
        apply_changes: false,
        errors: Vec::new(),
    })
}

/// Nothing where no two rows have one cause: each row tells its own.
fn causes(import: &Import) -> Vec<ImportCause> {
    let causes = &import.summary.causes;
    if causes.iter().all(|cause| cause.rows < 2) {
        return Vec::new();
    }
    let shown = |cause: &Cause| {
        Some(ImportCause { rows: cause.rows, lines: cause.lines.clone(), refusal: cause.refusal()? })
    };
    causes.iter().filter_map(shown).collect()
}

async fn stopped(tenant: &mut TenantReader<'_>, import: &Import) -> Result<ImportStoppedPage, Failure> {
    let counts = tenant.import_counts(import.id).await?;
    let administrator = match import.administrator {
        Some(id) => tenant.user(id).await?,
        None => None,
    };
    Ok(ImportStoppedPage {
        id: import.id.to_string(),
        administrator: administrator.map(|user| user.display_name).unwrap_or_default(),
        done: counts.done,
        failed: counts.refused,
        left: counts.left(import.applies_changes),
        promotions: import.summary.promotions(import.applies_changes).cloned().collect(),
        all_rows: format!("/import/{}/rows.csv", import.id),
        errors: Vec::new(),
    })
}

async fn ended(
    visit: &DeskVisit,
    tenant: &mut TenantReader<'_>,
    import: &Import,
) -> Result<ImportResultPage, Failure> {
    let on_paper = visit.may::<ManageUsers>() && visit.tenant().policy.printed_slips_allowed;
    let counts = tenant.import_counts(import.id).await?;
    let failed = tenant.import_rows_in(import.id, ImportRowState::Refused, FAILED_SHOWN_MAX).await?;
    Ok(ImportResultPage {
        done: counts.done,
        changed: counts.changed,
        unwanted: counts.changes,
        same: counts.same,
        failed: counts.refused,
        rows: failed.iter().map(shown).collect(),
        result: format!("/import/{}/result.csv", import.id),
        slips: on_paper.then(|| format!("/users/selected/slips?import={}", import.id)),
    })
}

fn shown(row: &ImportRow) -> pages::ShownImportRow {
    let refused = row.judged.verdict.as_ref().err();
    let standing = match row.judged.kind() {
        _ if refused.is_some() => ImportRowStanding::Bad,
        RowKind::Add => ImportRowStanding::Good,
        RowKind::Change => ImportRowStanding::Change,
        RowKind::Same => ImportRowStanding::Same,
    };
    let cells = match &row.judged.verdict {
        Ok(user) => Cells::of(user),
        Err(refused) => refused.cells.clone(),
    };
    pages::ShownImportRow {
        line: row.judged.line,
        display_name: cells.text(Column::DisplayName).to_owned(),
        login_name: cells.text(Column::LoginName).to_owned(),
        email: cells.text(Column::Email).to_owned(),
        standing,
        errors: refused.map(|refused| refused.cells.refusals(&refused.errors)).unwrap_or_default(),
        changes: row.judged.changes().to_vec(),
    }
}

/// Which rows a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    /// What is left to mend.
    Refused,
}

/// Rows of an import, some at a time.
struct Rows {
    authority: Authority,
    grant: Grant<ViewTenant>,
    tenant: TenantId,
    import: ImportId,
    which: Which,
    request: PageRequest<u32>,
    more: bool,
}

impl Rows {
    fn of(desk: &Desk, visit: &DeskVisit, import: ImportId, which: Which) -> Result<Self, Failure> {
        let (authority, grant, tenant) = (desk.authority.clone(), visit.grant()?, visit.tenant_id());
        let request = PageRequest::first(PAGE_ROWS_MAX);
        Ok(Self { authority, grant, tenant, import, which, request, more: true })
    }

    async fn next(&mut self) -> Result<Option<Vec<ImportRow>>, Unavailable> {
        if !self.more {
            return Ok(None);
        }
        let Some(mut reader) = self.authority.reading().records_of(&self.grant, self.tenant).await? else {
            return Ok(None);
        };
        let mut tenant = reader.records();
        let page = match self.which {
            Which::All => tenant.import_rows(self.import, &self.request).await?,
            Which::Refused => tenant.refused_import_rows(self.import, &self.request).await?,
        };
        self.request.after = page.rows.last().map(|row| row.judged.line);
        self.more = page.more;
        Ok(Some(page.rows))
    }
}

async fn run(
    State(desk): State<Desk>,
    Path(import): Path<String>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<ManageUsers>>,
) -> Result<Response, Failure> {
    let agreed = Agreed {
        changes: form.is_ticked("apply_changes"),
        administrators: form.is_ticked("administrators_confirmed"),
    };
    let id = id::<ImportId>(&import)?;
    match desk.authority.imports().start_import(&grant, visit.tenant_id(), id, agreed).await {
        // Sent twice: it runs already, once.
        Ok(()) | Err(ImportError::Begun) => Ok(see_other(&format!("/import/{id}"))),
        Err(error @ ImportError::Unconfirmed) => {
            unconfirmed(&desk, &visit, &import, agreed, at_form(error)?).await
        }
        Err(error) => Ok(refused(&visit, at_form(error)?)),
    }
}

/// The page with the button, and what is missing at it.
async fn unconfirmed(
    desk: &Desk,
    visit: &DeskVisit,
    import: &str,
    agreed: Agreed,
    errors: Vec<Refusal>,
) -> Result<Response, Failure> {
    let mut reader = visit.read(desk).await?;
    let mut tenant = reader.records();
    let import = known(&mut tenant, import).await?;
    let chrome = visit.chrome().at(format!("/import/{}", import.id));
    let (errors, html) = if import.state == ImportState::Stopped {
        let page = ImportStoppedPage { errors, ..stopped(&mut tenant, &import).await? };
        let html = pages::import_stopped(&page, &chrome);
        (page.errors, html)
    } else {
        let apply_changes = agreed.changes;
        let page = ImportVerdictPage { errors, apply_changes, ..verdict(&mut tenant, &import, visit).await? };
        let html = pages::import_verdict(&page, &chrome);
        (page.errors, html)
    };
    Ok(Page::refusing(&errors, html).into_response())
}

async fn result(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(import): Path<String>,
) -> Result<Response, Failure> {
    file_of(&desk, &visit, &import, Which::Refused).await
}

async fn all_rows(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(import): Path<String>,
) -> Result<Response, Failure> {
    file_of(&desk, &visit, &import, Which::All).await
}

async fn file_of(desk: &Desk, visit: &DeskVisit, import: &str, which: Which) -> Result<Response, Failure> {
    visit.grant::<ManageUsers>()?;
    let turn = desk.exports.enter(visit.tenant_id()).ok_or(Problem::Busy)?;
    let import = known(&mut visit.read(desk).await?.records(), import).await?;
    let voice = visit.chrome().voice();
    let rows = Rows::of(desk, visit, import.id, which)?;
    let writer = RowWriter::new(voice, import.summary.columns);
    let heading = writer.heading();
    let pieces = stream::try_unfold((rows, writer, Some(heading), turn), next_piece);
    let name = match which {
        Which::All => "import-rows.csv",
        Which::Refused => "import-result.csv",
    };
    csv(name, Body::from_stream(pieces))
}

/// The export under way: its rows, how they are written, the heading until it is sent, and the tenant's turn.
type Export = (Rows, RowWriter, Option<Vec<u8>>, Entered<TenantId>);

/// The next piece of the file. Between two pieces, however slowly they are taken, nothing of the database is held.
async fn next_piece(
    (mut rows, writer, heading, turn): Export,
) -> Result<Option<(Vec<u8>, Export)>, ExportEnded> {
    if let Some(heading) = heading {
        return Ok(Some((heading, (rows, writer, None, turn))));
    }
    let Some(page) = rows.next().await? else { return Ok(None) };
    let lines = writer.rows(&page);
    Ok(Some((lines, (rows, writer, None, turn))))
}

/// The database did not go on; the file's reader sees that it broke off.
#[derive(Debug, thiserror::Error)]
#[error("the export could not be read to its end: {0}")]
struct ExportEnded(#[from] Unavailable);

async fn sample(visit: DeskVisit) -> Result<Response, Failure> {
    visit.grant::<ManageUsers>()?;
    csv("users.csv", sample_file(&visit.chrome().voice()))
}

fn sample_file(voice: &Voice) -> String {
    let heading = Column::ALL.iter().map(|column| column_heading(*column, voice).to_string());
    let heading = heading.collect::<Vec<_>>().join(",");
    format!("{}{heading}\r\n{SAMPLE_ROW}\r\n", import_result::BYTE_ORDER_MARK)
}

/// A file to keep (RFC 4180).
fn csv(file_name: &str, text: impl Into<Body>) -> Result<Response, Failure> {
    let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    attachment::response(file_name, kind, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{locale::Locale, time::Timestamp};
    use jiff::tz::TimeZone;

    #[test]
    fn the_sample_file_is_one_that_we_would_take() {
        for locale in Locale::ALL {
            let voice = Voice::new(locale, "Sekisho", TimeZone::UTC, Timestamp::UNIX_EPOCH);
            let judged = domain::import::judge(sample_file(&voice).as_bytes()).unwrap();
            assert_eq!(judged.ignored_columns, 0);
            assert!(judged.rows[0].verdict.is_ok(), "{:?}", judged.rows[0].verdict);
        }
    }
}
