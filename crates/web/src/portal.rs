//! The built-in portal: what a tenant's site shows where no other application lives.
//!
//! The certificate says who is there; the password is asked for beside it. The session's cookie opens nothing with
//! another person's certificate, and nothing that is typed says who signs in.

mod code;
mod password;

use crate::{
    Failure, Frame, Page, PageReader, PeerAddress, Visitor,
    cookie::{SameSite, SecretCookie, with_cookie},
    failure::at_form,
    listing::ListQuery,
    posted::Posted,
    redirect,
    scheme::Scheme,
    shell::Shell,
};
use authority::{
    Authority,
    portal::{PortalEntry, PortalHome, SessionToken},
};
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{permit::Permit, refusal::Refusal};
use std::fmt;
use templates::{
    Area, Chrome,
    portal::{self, PortalHomePage, ShownAnnouncement, ShownPortalLink, SignInPage},
};

const SESSION_COOKIE: SecretCookie =
    SecretCookie::new("sekisho-portal", "__Host-sekisho-portal", SameSite::Lax);

/// Of the home's query after a password was changed.
const PASSWORD_CHANGED: &str = "password-changed";

/// The portal of every tenant; which one is said by the permit.
#[derive(Clone)]
pub struct Portal {
    authority: Authority,
    frame: Frame,
}

impl Portal {
    /// The portal over this authority.
    pub fn new(authority: Authority) -> Self {
        let frame = Frame::of_gated_site(&authority);
        Self { authority, frame }
    }

    /// Its routes. Requests carry a `Permit` and a [`PeerAddress`] as extensions; what lies below
    /// `/.sekisho/` belongs to [`crate::ReservedPages`].
    pub fn router(self) -> Router {
        let shell = Shell::behind_gate(self.frame.clone());
        let routes = Router::new()
            .route("/", get(entry))
            .merge(password::routes())
            .merge(code::routes())
            .route("/sign-in", get(to_entry).post(sign_in))
            .route("/sign-out", get(to_entry).post(sign_out));
        shell.around(routes.with_state(self))
    }

    async fn chrome(&self, permit: &Permit, reader: &PageReader) -> Result<Chrome, Failure> {
        let tenant = self.authority.reading().own_records(permit).await?.tenant().await?;
        let tenant_name =
            tenant.map_or_else(|| permit.tenant().slug.to_string(), |tenant| tenant.display_name);
        let user_name = permit.user().display_name.clone();
        Ok(self.frame.chrome(reader, Area::Portal { tenant_name, user_name }))
    }
}

impl fmt::Debug for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Portal").finish_non_exhaustive()
    }
}

async fn entry(
    State(site): State<Portal>,
    Visitor(permit): Visitor,
    Query(query): Query<ListQuery>,
    reader: PageReader,
    headers: HeaderMap,
) -> Result<Page, Failure> {
    let entry = site.authority.portal().portal_entry(&permit, session(&headers)).await?;
    let chrome = site.chrome(&permit, &reader).await?;
    Ok(Page::ok(match entry {
        PortalEntry::SetPassword => {
            portal::set_password(&password::set_password_page(&permit, Vec::new()), &chrome)
        }
        PortalEntry::Code(standing) => {
            portal::password_code(&code::page(&permit, &standing, Vec::new()), &chrome)
        }
        PortalEntry::SignIn => portal::sign_in(&sign_in_page(&permit, Vec::new()), &chrome),
        PortalEntry::Home(home) => {
            let page = home_page(&site, &permit, home, query.done == PASSWORD_CHANGED);
            portal::home(&page, &chrome)
        }
    }))
}

fn session(headers: &HeaderMap) -> Option<&str> {
    SESSION_COOKIE.read(headers, Scheme::Https)
}

fn home_page(site: &Portal, permit: &Permit, home: PortalHome, password_changed: bool) -> PortalHomePage {
    let told = |news: store::announcements::Announcement| ShownAnnouncement {
        at: news.published_at,
        title: news.title,
        text: news.body,
    };
    let offered =
        |link: store::portal_links::PortalLink| ShownPortalLink { href: link.address, title: link.title };
    PortalHomePage {
        user_name: permit.user().display_name.clone(),
        login_name: permit.user().login_name.clone(),
        role: permit.user().role,
        is_step2_next: home.is_first_user_due,
        announcements: home.announcements.into_iter().map(told).collect(),
        links: home.links.into_iter().map(offered).collect(),
        desk: site.authority.addresses().desk(&permit.tenant().slug, ""),
        password_changed,
    }
}

/// A form's own address, asked for by a reload or a switch of the language.
async fn to_entry() -> Response {
    redirect::see_other("/")
}

async fn sign_in(
    State(site): State<Portal>,
    peer: PeerAddress,
    reader: PageReader,
    Posted(Visitor(permit), fields): Posted<Visitor>,
) -> Result<Response, Failure> {
    let errors = match site.authority.portal().sign_in(&permit, &fields.secret("password"), peer.0).await {
        Ok(token) => return signed_in(&token, "/"),
        Err(refusal) => at_form(refusal)?,
    };
    let page = sign_in_page(&permit, errors);
    let chrome = site.chrome(&permit, &reader).await?;
    Ok(Page::refusing(&page.errors, portal::sign_in(&page, &chrome)).into_response())
}

fn sign_in_page(permit: &Permit, errors: Vec<Refusal>) -> SignInPage {
    SignInPage {
        login_name: permit.user().login_name.clone(),
        user_name: permit.user().display_name.clone(),
        errors,
    }
}

async fn sign_out(
    State(site): State<Portal>,
    Visitor(permit): Visitor,
    peer: PeerAddress,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(token) = session(&headers) {
        site.authority.portal().sign_out(&permit, token, peer.0).await?;
    }
    let mut response = redirect::see_other("/");
    response
        .headers_mut()
        .extend(SESSION_COOKIE.clear(Scheme::Https).map(|field| (header::SET_COOKIE, field)));
    Ok(response)
}

fn signed_in(token: &SessionToken, to: &str) -> Result<Response, Failure> {
    let cookie = SESSION_COOKIE.set(token.expose(), None, Scheme::Https);
    with_cookie(redirect::see_other(to), cookie)
}
