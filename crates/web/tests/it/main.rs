//! The pages over a real authority and a real store, driven without sockets.
#![allow(clippy::unwrap_used)]

mod bounds;
mod browser;
mod certificate_gate;
mod console;
mod desk_applications;
mod desk_certificates;
mod desk_email;
mod desk_home;
mod desk_import;
mod desk_leaving;
mod desk_permission;
mod desk_pins;
mod desk_portal_page;
mod desk_renewal;
mod desk_slips;
mod desk_user_list;
mod desk_users;
mod enrolment;
mod gated;
mod installation;
mod mail;
mod permission_first;
mod pickup;
mod pickup_profile;
mod portal;
mod publication;
mod refusals;
mod renew;
mod reserved;
mod revoke;
mod shell;
mod stale;
