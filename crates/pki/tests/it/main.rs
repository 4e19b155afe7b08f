//! Independent programs read what this crate makes.
//!
//! A reader that is not installed is skipped, unless `SEKISHO_REQUIRE_READERS=1`: then its absence fails the
//! test.

mod certificates;
mod cms;
mod hierarchy;
mod linted;
mod pkcs12;
