//! A grant says nothing of its reach to whoever holds it: only the runner asks, for each act.

use domain::{
    grant::{Grant, ManageUsers},
    id::TenantId,
};

fn may(grant: &Grant<ManageUsers>, tenant: TenantId) -> bool {
    grant.reaches(tenant)
}

fn main() {}
