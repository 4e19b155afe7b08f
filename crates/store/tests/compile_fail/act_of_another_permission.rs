//! A permission is turned into its own acts only.

use domain::{
    act::{self, Mandate},
    grant::{Grant, ViewTenant},
};

fn suspend(grant: &Grant<ViewTenant>) -> Mandate {
    grant.to(act::SuspendUser)
}

fn main() {}
