//! The story, in order.

mod application;
mod contract;
mod ending;
mod other_company;
mod pickup;
mod public_site;
mod renewal;
mod revocation;
mod site;
mod users;

use super::{Mishap, story::Story};
use std::{future::Future, pin::Pin};

/// One step.
pub(super) struct Step {
    /// What holds after it.
    pub(super) title: &'static str,
    /// Walks it.
    pub(super) walk: Walk,
}

type Walk = for<'a> fn(&'a mut Story) -> Pin<Box<dyn Future<Output = Result<(), Mishap>> + Send + 'a>>;

macro_rules! steps {
    ($($title:literal: $walk:path;)*) => {
        &[$(Step { title: $title, walk: |story| Box::pin($walk(story)) }),*]
    };
}

/// All steps.
pub(super) const ALL: &[Step] = steps! {
    "contract: two companies get their sheet and data_entry.txt": contract::hand_over;
    "public site: guides and forms in Japanese and English": public_site::read;
    "gate: without a certificate, a page that says so": site::without_a_certificate;
    "application: data_entry.txt is read, after Notepad too": application::read_data_entry;
    "application: a changed data_entry.txt is refused": application::changed_data_entry;
    "application: letters that cannot stand in a certificate are told at the field": application::letters;
    "application: wrong password, code and e-mail get the same bytes": application::uniform_refusal;
    "application: the administrator's is taken, and the PIN comes by SMTP": application::apply;
    "application: the sheet's password is spent": application::spent;
    "pickup: a wrong PIN and passwords that differ are refused": pickup::refusals;
    "pickup: the file comes, and an independent reader opens it": pickup::pick_up;
    "pickup: the PIN works once": pickup::used;
    "site: with the certificate the login page opens, over HTTP/1.1 and HTTP/2": site::login_page;
    "site: the proof page is green, and the administrator sees it": site::proof;
    "site: a password is set, signed out, and signed in again": site::password;
    "other company: its certificate is refused here": other_company::refused;
    "users: one is added in Administration, is invited, applies and gets in": users::add;
    "users: a user's certificate opens no administration": users::permission;
    "users: a CSV file of Windows invites two more": users::import;
    "renewal: at My page in one form, once the contract lets it be, and the old certificate works beside the new one": renewal::renew;
    "replacement: another device takes the place by a PIN, one at a time, and the device counts once": renewal::replace;
    "hold: an open connection is refused at its next request, and admitted after release": revocation::hold;
    "suspend: the user is shut out and let in again": revocation::suspend;
    "restart: everything is still there": ending::restart;
    "revoke: an open connection is refused at its next request": revocation::revoke;
    "revoke: the revocation list names the certificate": revocation::list;
    "revoke: by oneself, with the challenge phrase": revocation::by_challenge_phrase;
    "audit: the log's seals hold": ending::audit;
    "operation: metrics and health answer": ending::operation;
};
