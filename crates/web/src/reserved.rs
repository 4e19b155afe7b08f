//! `/.sekisho/` on every site of a tenant, beside the site's application: the proof page, diagnostics, and
//! the way to the desk.
//!
//! **Invariant:** these pages share an origin with an upstream, so they hold no form, load nothing and change
//! nothing. The gate itself reports the proof.

use crate::{Failure, Frame, Page, PageReader, Visitor, redirect, shell::Shell};
use authority::Authority;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Version, header},
    response::Response,
    routing::get,
};
use domain::{certificate::CertificateRecord, permit::Permit, time::Timestamp, user::Role};
use std::fmt;
use templates::{
    Area,
    gate::{self, DiagnosticsLine, DiagnosticsPage, ProofPage},
};

/// The reserved pages of every site.
#[derive(Clone)]
pub struct ReservedPages {
    authority: Authority,
    frame: Frame,
}

impl ReservedPages {
    /// The pages with this authority.
    pub fn new(authority: Authority) -> Self {
        let frame = Frame::of_reserved_pages(&authority);
        Self { authority, frame }
    }

    /// The routes of these pages; every other reserved path, in any spelling, leads to the desk. Requests
    /// carry a `Permit` as an extension.
    pub fn router(self) -> Router {
        let shell = Shell::behind_gate(self.frame.clone());
        let routes = Router::new()
            .route("/.sekisho/proof", get(proof))
            .route("/.sekisho/diagnostics", get(diagnostics))
            .fallback(to_desk);
        shell.around(routes.with_state(self))
    }

    /// The end of the visitor's access: the certificate's end, or the contract's before it.
    async fn end(&self, permit: &Permit) -> Result<Timestamp, Failure> {
        let tenant = self.authority.reading().own_records(permit).await?.tenant().await?;
        let tenant = tenant.ok_or_else(|| Failure::broken("the permit's tenant is not on record"))?;
        Ok(tenant.license.end_of(permit.not_after(), self.frame.now()))
    }

    async fn certificate(&self, permit: &Permit) -> Result<CertificateRecord, Failure> {
        let certificate =
            self.authority.reading().own_records(permit).await?.certificate(permit.certificate()).await?;
        certificate.ok_or_else(|| Failure::broken("a permitted certificate is not on record"))
    }
}

impl fmt::Debug for ReservedPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reserved").finish_non_exhaustive()
    }
}

async fn proof(
    State(site): State<ReservedPages>,
    Visitor(permit): Visitor,
    reader: PageReader,
) -> Result<Page, Failure> {
    let slug = &permit.tenant().slug;
    let addresses = site.authority.addresses();
    let page = ProofPage {
        user_name: permit.user().display_name.clone(),
        role: permit.user().role,
        device_name: site.certificate(&permit).await?.device_name,
        until: site.end(&permit).await?,
        site: addresses.application(slug, ""),
        desk: (!is_operator(&permit)).then(|| addresses.desk(slug, "")),
    };
    Ok(Page::ok(gate::proof(&page, &site.frame.chrome(&reader, Area::Gate))))
}

async fn diagnostics(
    State(site): State<ReservedPages>,
    Visitor(permit): Visitor,
    reader: PageReader,
    version: Version,
    headers: HeaderMap,
) -> Result<Page, Failure> {
    let certificate = site.certificate(&permit).await?;
    let user_agent = headers.get(header::USER_AGENT).and_then(|name| name.to_str().ok());
    let facts = [
        ("time", site.frame.now().to_string()),
        ("protocol", format!("{version:?}")),
        ("tenant", permit.tenant().slug.to_string()),
        ("login-name", permit.user().login_name.clone()),
        ("role", permit.user().role.name().to_owned()),
        ("certificate", certificate.id.to_string()),
        ("serial", certificate.key.serial.to_hex()),
        ("device-type", certificate.device_type.name().to_owned()),
        ("not-before", certificate.not_before.to_string()),
        ("not-after", certificate.not_after.to_string()),
        ("user-agent", user_agent.unwrap_or_default().to_owned()),
    ];
    let line = |(name, value): (&str, String)| DiagnosticsLine { name: name.to_owned(), value };
    let lines = facts.into_iter().map(line).collect();
    let page = DiagnosticsPage { lines, request_id: reader.request_id.to_string() };
    Ok(Page::ok(gate::diagnostics(&page, &site.frame.chrome(&reader, Area::Gate))))
}

/// Redirects to the visitor's own pages.
async fn to_desk(State(site): State<ReservedPages>, Visitor(permit): Visitor) -> Response {
    let addresses = site.authority.addresses();
    redirect::see_other(&if is_operator(&permit) {
        addresses.console("/")
    } else {
        addresses.desk(&permit.tenant().slug, "/")
    })
}

/// The operators' own tenant has no desk: its site is the console.
fn is_operator(permit: &Permit) -> bool {
    permit.user().role == Role::Operator
}
