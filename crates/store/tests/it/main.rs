//! One suite over both databases: SQLite always, PostgreSQL where `SEKISHO_TEST_POSTGRES_URL` names a
//! server on which databases may be created.

mod concurrency;
mod constraints;
mod databases;
mod end_notices;
mod erasure;
mod lanes;
mod life;
mod lines;
mod order;
mod outbox;
mod pages;
mod people;
mod profile_signers;
mod progress;
mod raw;
mod records;
mod released;
mod replacements;
mod schema;
mod status_view;
mod tenancy;
mod world;
mod write;
