//! Announcements and links on the portal's home.

use super::{
    Desk,
    visit::{Allowed, DeskVisit},
};
use crate::{
    edition::{self, begun_on, edition},
    failure::{Failure, at_form},
    listing::ListQuery,
    page::Page,
    posted::Posted,
    redirect::see_other,
};
use authority::portal_page::PortalPageError;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    form::{Field, Form},
    grant::{EditPortal, ViewTenant},
    portal_page::PortalField,
    refusal::{Problem, Refusal},
    site::SiteKind,
};
use store::{announcements::Announcement, portal_links::PortalLink};
use templates::desk::{
    self as pages, AnnouncementEditPage, AnnouncementLine, DoneNotice, LinkLine, PortalItem, PortalPage,
    PortalRemovalPage,
};

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/portal", get(show))
        .route("/portal/announcements", get(to_page).post(announce))
        .route("/portal/announcements/{number}/edit", get(edit_announcement).post(save_announcement))
        .route("/portal/announcements/{number}/remove", get(ask_announcement).post(remove_announcement))
        .route("/portal/links", get(to_page).post(link))
        .route("/portal/links/{number}/remove", get(ask_link).post(remove_link))
}

async fn show(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    visit.grant::<ViewTenant>()?;
    let page = page(&desk, &visit).await?;
    let page = PortalPage { notice: DoneNotice::parse(&query.done), ..page };
    Ok(Page::ok(pages::portal_page(&page, visit.chrome())))
}

/// A form's own address, asked for by a switch of the language.
async fn to_page() -> Response {
    see_other("/portal")
}

async fn page(desk: &Desk, visit: &DeskVisit) -> Result<PortalPage, Failure> {
    let mut reader = visit.read(desk).await?;
    let mut tenant = reader.records();
    let sites = tenant.sites().await?;
    let announcements = tenant.announcements().await?;
    let links = tenant.portal_links().await?;
    let announcement = |news: Announcement| AnnouncementLine {
        number: news.number,
        title: news.title,
        text: news.body,
        at: news.published_at,
    };
    let link = |link: PortalLink| LinkLine { number: link.number, title: link.title, address: link.address };
    Ok(PortalPage {
        can_edit: visit.may::<EditPortal>(),
        elsewhere: sites.iter().any(|site| site.kind == SiteKind::Application && site.upstream.is_some()),
        announcements: announcements.into_iter().map(announcement).collect(),
        links: links.into_iter().map(link).collect(),
        form: Form::default(),
        notice: None,
    })
}

async fn announce(
    State(desk): State<Desk>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<EditPortal>>,
) -> Result<Response, Failure> {
    let typed = form.form::<PortalField>();
    let errors = match typed.announcement() {
        Ok(new) => {
            let added =
                desk.authority.portal_editing().add_announcement(&grant, visit.tenant_id(), &new).await;
            match refused(added, PortalField::AnnouncementTitle)? {
                None => return Ok(see_other(&done(DoneNotice::PortalAdded))),
                Some(errors) => errors,
            }
        }
        Err(errors) => errors,
    };
    again(&desk, &visit, typed.refused(errors)).await
}

async fn link(
    State(desk): State<Desk>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<EditPortal>>,
) -> Result<Response, Failure> {
    let typed = form.form::<PortalField>();
    let errors = match typed.link() {
        Ok(new) => {
            let added =
                desk.authority.portal_editing().add_portal_link(&grant, visit.tenant_id(), &new).await;
            match refused(added, PortalField::LinkTitle)? {
                None => return Ok(see_other(&done(DoneNotice::PortalAdded))),
                Some(errors) => errors,
            }
        }
        Err(errors) => errors,
    };
    again(&desk, &visit, typed.refused(errors)).await
}

async fn again(desk: &Desk, visit: &DeskVisit, form: Form<PortalField>) -> Result<Response, Failure> {
    let page = PortalPage { form, ..page(desk, visit).await? };
    Ok(Page::refusing(page.form.errors(), pages::portal_page(&page, visit.chrome())).into_response())
}

async fn edit_announcement(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(number): Path<i64>,
) -> Result<Page, Failure> {
    visit.grant::<EditPortal>()?;
    let form = of_announcement(&announcement_numbered(&desk, &visit, number).await?);
    let page = AnnouncementEditPage { number, begun_on: edition(&form), form };
    Ok(Page::ok(pages::announcement_edit(&page, visit.chrome())))
}

async fn save_announcement(
    State(desk): State<Desk>,
    Path(number): Path<i64>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<EditPortal>>,
) -> Result<Response, Failure> {
    let typed = form.form::<PortalField>();
    let begun_then = form.text("begun_on").to_owned();
    let (form, begun_on) = match typed.announcement() {
        Err(errors) => (typed.refused(errors), begun_then),
        Ok(new) => {
            let is_unchanged = |present: &Announcement| begun_on(&form, &of_announcement(present));
            let editing = desk.authority.portal_editing();
            match editing.edit_announcement(&grant, visit.tenant_id(), number, &new, is_unchanged).await {
                Ok(()) => return Ok(see_other(&done(DoneNotice::Saved))),
                Err(PortalPageError::Changed(present)) => {
                    let present = of_announcement(&present);
                    let errors = edition::differing(&present, &typed);
                    (typed.refused(errors), edition(&present))
                }
                Err(error) => (typed.refused(at_form(error)?), begun_then),
            }
        }
    };
    let page = AnnouncementEditPage { number, form, begun_on };
    Ok(Page::refusing(page.form.errors(), pages::announcement_edit(&page, visit.chrome())).into_response())
}

async fn announcement_numbered(desk: &Desk, visit: &DeskVisit, number: i64) -> Result<Announcement, Failure> {
    let there = visit.read(desk).await?.records().announcements().await?;
    there.into_iter().find(|there| there.number == number).ok_or(Failure::from(Problem::NotFound))
}

fn of_announcement(present: &Announcement) -> Form<PortalField> {
    Form::of_announcement(&present.title, &present.body)
}

async fn ask_announcement(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(number): Path<i64>,
) -> Result<Page, Failure> {
    visit.grant::<EditPortal>()?;
    let found = announcement_numbered(&desk, &visit, number).await?;
    let action = format!("/portal/announcements/{number}/remove");
    Ok(removal(&visit, PortalItem::Announcement, found.title, action))
}

async fn ask_link(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(number): Path<i64>,
) -> Result<Page, Failure> {
    visit.grant::<EditPortal>()?;
    let there = page(&desk, &visit).await?.links;
    let found = there.into_iter().find(|there| there.number == number).ok_or(Problem::NotFound)?;
    Ok(removal(&visit, PortalItem::Link, found.title, format!("/portal/links/{number}/remove")))
}

fn removal(visit: &DeskVisit, item: PortalItem, title: String, action: String) -> Page {
    Page::ok(pages::portal_removal(&PortalRemovalPage { item, title, action }, visit.chrome()))
}

async fn remove_announcement(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(number): Path<i64>,
) -> Result<Response, Failure> {
    let grant = visit.grant::<EditPortal>()?;
    let removed =
        desk.authority.portal_editing().remove_announcement(&grant, visit.tenant_id(), number).await;
    removed?;
    Ok(see_other(&done(DoneNotice::PortalRemoved)))
}

async fn remove_link(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(number): Path<i64>,
) -> Result<Response, Failure> {
    let grant = visit.grant::<EditPortal>()?;
    let removed = desk.authority.portal_editing().remove_portal_link(&grant, visit.tenant_id(), number).await;
    removed?;
    Ok(see_other(&done(DoneNotice::PortalRemoved)))
}

fn done(notice: DoneNotice) -> String {
    format!("/portal?done={}", notice.name())
}

/// The refusals of an addition to the home page, at the form's field.
fn refused(added: Result<(), PortalPageError>, field: PortalField) -> Result<Option<Vec<Refusal>>, Failure> {
    let Err(error) = added else { return Ok(None) };
    let refusals = at_form(error)?.into_iter().map(|refusal| Refusal::at(field.name(), refusal.problem));
    Ok(Some(refusals.collect()))
}
