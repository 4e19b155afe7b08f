//! What each code of a refusal means: where the `type` of a problem document leads (RFC 9457 §3.1.1).

use super::PublicSite;
use crate::{Failure, Page, PageReader};
use axum::extract::{Path, State};
use domain::refusal::{Code, Problem};
use templates::{public, refusal::Explained};

pub(super) async fn one(
    State(site): State<PublicSite>,
    Path(code): Path<String>,
    reader: PageReader,
) -> Result<Page, Failure> {
    let code = Code::parse(&code).ok_or(Problem::NotFound)?;
    Ok(Page::ok(public::code(&Explained(code), &site.chrome(&reader))))
}

pub(super) async fn all(State(site): State<PublicSite>, reader: PageReader) -> Page {
    Page::ok(public::codes(&site.chrome(&reader)))
}
