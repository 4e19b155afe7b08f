//! The built-in portal: what a tenant's site shows where no other application lives.
//!
//! The certificate says who is there; the login name and the password, set at the first visit, are
//! asked for beside it. The session's cookie opens nothing with another person's certificate.

use crate::{
    Failure, Frame, Page, PageReader, PeerAddress, Visitor,
    cookie::{SameSite, SecretCookie, with_cookie},
    failure::at_form,
    posted::Posted,
    redirect,
    scheme::Scheme,
    shell::Shell,
};
use authority::{
    Authority,
    portal::{PortalEntry, PortalHome, PortalRefusal, SessionToken},
};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{permit::Permit, refusal::Refusal};
use std::fmt;
use templates::{
    Area, Chrome,
    portal::{self, PortalHomePage, SetPasswordPage, ShownAnnouncement, ShownPortalLink, SignInPage},
};

const SESSION_COOKIE: SecretCookie =
    SecretCookie::new("sekisho-portal", "__Host-sekisho-portal", SameSite::Lax);

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
            .route("/set-password", get(to_entry).post(set_password))
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
    reader: PageReader,
    headers: HeaderMap,
) -> Result<Page, Failure> {
    let session = SESSION_COOKIE.read(&headers, Scheme::Https);
    let entry = site.authority.portal().portal_entry(&permit, session).await?;
    let chrome = site.chrome(&permit, &reader).await?;
    Ok(Page::ok(match entry {
        PortalEntry::SetPassword => portal::set_password(&set_password_page(&permit, Vec::new()), &chrome),
        PortalEntry::SignIn => {
            let page = SignInPage { login_name: String::new(), errors: Vec::new() };
            portal::sign_in(&page, &chrome)
        }
        PortalEntry::Home(home) => portal::home(&home_page(&site, &permit, home), &chrome),
    }))
}

fn home_page(site: &Portal, permit: &Permit, home: PortalHome) -> PortalHomePage {
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
    }
}

/// A form's own address, asked for by a reload or a switch of the language.
async fn to_entry() -> Response {
    redirect::see_other("/")
}

async fn set_password(
    State(site): State<Portal>,
    peer: PeerAddress,
    reader: PageReader,
    Posted(Visitor(permit), fields): Posted<Visitor>,
) -> Result<Response, Failure> {
    let (password, confirm) = (fields.secret("password"), fields.secret("password_confirm"));
    let errors = match site.authority.portal().set_portal_password(&permit, &password, &confirm, peer.0).await
    {
        Ok(token) => return signed_in(&token),
        Err(PortalRefusal::AlreadySet) => return Ok(redirect::see_other("/")),
        Err(refusal) => at_form(refusal)?,
    };
    let page = set_password_page(&permit, errors);
    let chrome = site.chrome(&permit, &reader).await?;
    Ok(Page::refusing(&page.errors, portal::set_password(&page, &chrome)).into_response())
}

async fn sign_in(
    State(site): State<Portal>,
    peer: PeerAddress,
    reader: PageReader,
    Posted(Visitor(permit), fields): Posted<Visitor>,
) -> Result<Response, Failure> {
    let login_name = fields.text("login_name");
    let password = fields.secret("password");
    let errors = match site.authority.portal().sign_in(&permit, login_name, &password, peer.0).await {
        Ok(token) => return signed_in(&token),
        Err(refusal) => at_form(refusal)?,
    };
    let page = SignInPage { login_name: login_name.to_owned(), errors };
    let chrome = site.chrome(&permit, &reader).await?;
    Ok(Page::refusing(&page.errors, portal::sign_in(&page, &chrome)).into_response())
}

async fn sign_out(
    State(site): State<Portal>,
    Visitor(permit): Visitor,
    peer: PeerAddress,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(token) = SESSION_COOKIE.read(&headers, Scheme::Https) {
        site.authority.portal().sign_out(&permit, token, peer.0).await?;
    }
    let mut response = redirect::see_other("/");
    response
        .headers_mut()
        .extend(SESSION_COOKIE.clear(Scheme::Https).map(|field| (header::SET_COOKIE, field)));
    Ok(response)
}

fn signed_in(token: &SessionToken) -> Result<Response, Failure> {
    let cookie = SESSION_COOKIE.set(token.expose(), None, Scheme::Https);
    with_cookie(redirect::see_other("/"), cookie)
}

fn set_password_page(permit: &Permit, errors: Vec<Refusal>) -> SetPasswordPage {
    SetPasswordPage {
        login_name: permit.user().login_name.clone(),
        user_name: permit.user().display_name.clone(),
        errors,
    }
}
