//! HTTP in: the public site, the portal, the desk and the console, as services that the binary hands requests
//! to.
//!
//! Four services, each with a typed state and an `axum` router: [`PublicSite`], [`Portal`], [`Desk`],
//! [`Console`]; beside them [`PlainHttp`] for the port without TLS. The binary puts the [`PeerAddress`] into
//! each request's extensions, and for sites behind the gate the `domain::permit::Permit`.
//!
//! A handler parses the form into the argument of the authority's act, calls that one act, and turns its
//! answer into a page of `templates`, a 303 or a [`Failure`]. It decides nothing.
//!
//! **Invariant:** no SQL and no private keys; the permit alone identifies a visitor. **Invariant:** a GET
//! changes nothing, and a POST is accepted from Sekisho's own pages only. **Invariant:** no page repeats a
//! typed secret, and no address carries one. **Invariant:** every failure is a page in the reader's language,
//! with a number to read out.
//!
//! Read next: [`shell`] (the layer around every request), [`public`] (from the application to the file),
//! [`portal`] (the login page).
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod asset;
mod attachment;
mod cookie;
mod headers;
mod listing;
mod locale;
mod mail_line;
mod once;
mod origin;
mod pickup_site;
mod posted;
mod under_way;
mod user_agent;

pub mod body_limit;
pub mod captured_mail;
pub mod client_address;
pub mod console;
pub mod desk;
pub mod edition;
mod failure;
pub mod form_fields;
pub mod frame;
pub mod page;
pub mod pin_line;
mod plain_http;
pub mod portal;
pub mod public;
pub mod publication;
pub mod reader;
pub mod redirect;
pub mod request_id;
pub mod reserved;
pub mod scheme;
pub mod shell;
pub mod visitor;

pub use captured_mail::CapturedMail;
pub use client_address::PeerAddress;
pub use console::Console;
pub use desk::Desk;
pub use failure::Failure;
pub use form_fields::{FormFields, UploadedFile};
pub use frame::Frame;
pub use page::Page;
pub use plain_http::{PlainHttp, SiteNames};
pub use portal::Portal;
pub use public::PublicSite;
pub use reader::PageReader;
pub use request_id::RequestId;
pub use reserved::ReservedPages;
pub use visitor::Visitor;
