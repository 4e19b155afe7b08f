//! The pages and mails, in Japanese and English.
//!
//! A template is a typed function: a plain struct and a [`Chrome`] (or, for mails, a [`Letterhead`]) go in, a
//! `String` or a [`mail::Mail`] comes out. Texts live in `translations/{ja,en}` under the same keys, as full
//! sentences.
//!
//! **Invariant:** every text from a person or another system is escaped; only markup from this crate
//! (`askama::filters::HtmlSafe`) passes unescaped.
//!
//! **Invariant:** no inline script and no `style` attribute, so that `default-src 'self'` holds. Pages of the
//! gate carry the stylesheet with them ([`Style::Embedded`]), because a refusal ends its connection;
//! [`assets::style_csp_source`] names it to the browser.
//!
//! **Invariant:** no page repeats a typed password.
//!
//! Read next: [`chrome`] (the frame of every page), [`voice`] (texts and dates), [`form`] (fields and their
//! errors), then the areas: [`public`], [`gate`], [`portal`], [`desk`], [`console`], [`sheet`], [`mail`].
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod agreement;
pub mod assets;
mod certificate_profile;
mod chip;
pub mod chrome;
pub mod console;
mod contact;
pub mod desk;
mod drawing;
pub mod form;
pub mod gate;
mod linked;
pub mod mail;
mod mail_line;
pub mod manual;
mod page;
pub mod portal;
pub mod problem;
pub mod public;
mod qr_code;
pub mod refusal;
pub mod sheet;
pub mod spelling;
pub mod voice;

pub use chrome::{APPLICATIONS_COUNTED_MAX, Area, Chrome, Style};
pub use mail::{Letterhead, Mail};
pub use mail_line::MailLine;
