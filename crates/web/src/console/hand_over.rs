//! What is handed over to a tenant's first administrator, shown once.
//!
//! **Invariant:** the page is the answer to a POST; no address leads to it again, and nothing of it
//! is kept but a keyed hash of the password. Its two files travel in its own forms: what is sent
//! comes back as a download.

use super::{Console, visit::Visit};
use crate::{attachment, failure::Failure, form_fields::FormFields, page::Page};
use authority::sheet::HandOver;
use axum::{Router, extract::Path, http::HeaderValue, response::Response, routing::post};
use templates::console::{self as pages, SheetMadePage};

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/hand-over/{file}", post(download))
}

pub(super) fn page(made: HandOver, visit: &Visit) -> Page {
    let page = SheetMadePage {
        id: made.tenant.id.to_string(),
        display_name: made.tenant.display_name,
        administrator_email: made.administrator_email.to_string(),
        identification_code: made.tenant.identification_code.grouped(),
        sheet_password: made.password.grouped().expose().clone(),
        data_entry: made.data_entry_file,
        sheet_file: made.sheet_file.expose().clone(),
    };
    Page::ok(pages::sheet_made(&page, &visit.chrome))
}

/// Gives back what the page sent along, as the file that it is.
async fn download(_visit: Visit, Path(file): Path<String>, form: FormFields) -> Result<Response, Failure> {
    let kind = match file.as_str() {
        "data_entry.txt" => HeaderValue::from_static("text/plain; charset=utf-8"),
        // Never shown in the console's own origin, only saved.
        "sheet.html" => HeaderValue::from_static("application/octet-stream"),
        _ => return Err(Failure::NotFound),
    };
    // Forms send CR LF (HTML, "constructing the entry list"); the files have LF.
    let text = form.text("text").replace("\r\n", "\n");
    attachment::response(&file, kind, text)
}
