//! The front page and the guides.

use super::{PublicSite, pickup};
use crate::{Failure, Page, PageReader, pickup_site::PickupSite};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
};
use domain::{device::DeviceType, refusal::Problem};
use templates::public::{self, FrontPage, ImportGuidePage};

pub(super) async fn front(State(site): State<PublicSite>, reader: PageReader) -> Page {
    let page = FrontPage { outbox: site.captured_mail.is_some() };
    Page::ok(public::front(&page, &site.chrome(&reader)))
}

pub(super) async fn apply(State(site): State<PublicSite>, reader: PageReader) -> Page {
    Page::ok(public::guide_apply(&site.chrome(&reader)))
}

pub(super) async fn pickup(State(site): State<PublicSite>, reader: PageReader) -> Page {
    Page::ok(public::guide_pickup(&site.chrome(&reader)))
}

pub(super) async fn import_index(State(site): State<PublicSite>, reader: PageReader) -> Page {
    Page::ok(public::guide_import_index(&site.chrome(&reader)))
}

/// The import guide of a kind of device. After a pickup it links to the proof page of the person's company.
pub(super) async fn import(
    site: PickupSite,
    Path(device): Path<String>,
    headers: HeaderMap,
) -> Result<Page, Failure> {
    let device = DeviceType::parse(&device).ok_or(Problem::NotFound)?;
    let page = ImportGuidePage { device, site: pickup::site_of_recent_pickup(&site, &headers).await };
    Ok(Page::ok(public::guide_import(&page, &site.chrome)))
}
