//! The manual, for everybody.

use super::PublicSite;
use crate::{Failure, Page, PageReader, redirect};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{locale::Locale, refusal::Problem};
use templates::manual::{self, Chapter, FOLDER, ManualPage};

/// Pictures change with the version alone, and their addresses stay: an hour is no harm.
const PICTURE_CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, max-age=3600");

const PNG: HeaderValue = HeaderValue::from_static("image/png");
const SVG: HeaderValue = HeaderValue::from_static("image/svg+xml");

pub(super) fn routes() -> Router<PublicSite> {
    Router::new()
        .route(FOLDER.trim_end_matches('/'), get(async || redirect::see_other(FOLDER)))
        .route(FOLDER, get(contents))
        .route(&format!("{FOLDER}{{chapter}}"), get(chapter))
        .route(&format!("{FOLDER}pictures/{{language}}/{{story}}/{{name}}"), get(picture))
}

async fn contents(State(site): State<PublicSite>, reader: PageReader) -> Page {
    shown(Chapter::Contents, &site, &reader)
}

async fn chapter(
    State(site): State<PublicSite>,
    Path(chapter): Path<String>,
    reader: PageReader,
) -> Result<Page, Failure> {
    let chapter = Chapter::parse(&chapter).ok_or(Problem::NotFound)?;
    Ok(shown(chapter, &site, &reader))
}

fn shown(chapter: Chapter, site: &PublicSite, reader: &PageReader) -> Page {
    let page = ManualPage { chapter, locale: reader.locale };
    Page::ok(manual::chapter(&page, &site.chrome(reader)))
}

async fn picture(Path((language, story, name)): Path<(String, String, String)>) -> Result<Response, Failure> {
    let locale = Locale::ALL.into_iter().find(|locale| locale.tag() == language).ok_or(Problem::NotFound)?;
    let bytes = manual::picture(locale, &format!("{story}/{name}")).ok_or(Problem::NotFound)?;
    let is_drawing = std::path::Path::new(&name).extension().is_some_and(|extension| extension == "svg");
    let kind = if is_drawing { SVG } else { PNG };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, PICTURE_CACHE_CONTROL)];
    Ok((headers, bytes).into_response())
}
