//! A grant does not reveal its reach: only the runner checks it, for each act.

use domain::{
    grant::{Grant, ManageUsers},
    id::TenantId,
};

fn may(grant: &Grant<ManageUsers>, tenant: TenantId) -> bool {
    grant.reaches(tenant)
}

fn main() {}
