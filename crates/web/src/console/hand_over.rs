//! What is handed over to a tenant's first administrator, shown once.
//!
//! **Invariant:** this page is the answer to a POST; no address leads to it again, and nothing of it
//! is kept but a keyed hash of the password.

use super::visit::Visit;
use crate::page::Page;
use authority::sheet::HandOver;
use templates::console::{self as pages, SheetMadePage};

pub(super) fn page(made: HandOver, visit: &Visit) -> Page {
    let page = SheetMadePage {
        id: made.tenant.id.to_string(),
        display_name: made.tenant.display_name,
        administrator_email: made.administrator_email.to_string(),
        identification_code: made.tenant.identification_code.grouped(),
        sheet_password: made.password.grouped().expose().clone(),
        data_entry: made.data_entry_file,
    };
    Page::ok(pages::sheet_made(&page, &visit.chrome))
}
