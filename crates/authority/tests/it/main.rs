//! The acts over a real store: SQLite always, PostgreSQL where `SEKISHO_TEST_POSTGRES_URL` names a
//! server on which databases may be created.
//!
//! [`scene`] is the installation that a test stands in, [`walk`] the way that a person goes through it;
//! each other file tests one act. Outside readers are called as `pki`'s own tests call them.

mod duties;
mod scene;
mod smtp_server;
mod walk;
mod year;

mod actors;
mod audit;
mod clock;
mod contract;
mod email_proof;
mod end_notices;
mod import;
mod import_again;
mod installation;
mod invitations;
mod leaving;
mod limits;
mod linted;
mod other_file;
mod outbox;
mod pickup;
mod pickup_claim;
mod pickup_notices;
mod pins_shown;
mod portal;
mod portal_codes;
mod portal_page;
mod profile;
mod profiles;
mod progress;
mod queues;
mod record_then_sign;
mod registration;
mod renewal;
mod renewal_asked;
mod reopening;
mod resend;
mod revocation;
mod secrets;
mod self_service;
mod sent_twice;
mod sharing;
mod smtp;
mod tenants;
mod users;
