//! Every statement of the crate, so that one test can prepare them all.

use crate::{
    announcements, applications, attempts, audit, backend::Statement, certificate_notices, certificates,
    clock_steps, commit_order, contract_notices, crls, device_names, duty_leases, duty_runs, effects,
    email_proofs, imports, installation, invitations, issuers, leaf_tags, mails, migration, named,
    pickup_makings, pickup_notices, pickups, pin_sheets, portal, portal_codes, portal_links, profile_signers,
    progress, recorded, sites, spellings, status_changes, status_view, tenants, users,
};

static MODULES: &[&[&Statement]] = &[
    announcements::ALL,
    applications::ALL,
    attempts::ALL,
    audit::ALL,
    certificate_notices::ALL,
    certificates::ALL,
    clock_steps::ALL,
    commit_order::ALL,
    contract_notices::ALL,
    crls::ALL,
    device_names::ALL,
    duty_leases::ALL,
    duty_runs::ALL,
    effects::ALL,
    effects::claiming::ALL,
    effects::closing::ALL,
    effects::delivery::ALL,
    email_proofs::ALL,
    imports::ALL,
    imports::rows::ALL,
    imports::settling::ALL,
    installation::ALL,
    invitations::ALL,
    issuers::ALL,
    leaf_tags::ALL,
    mails::ALL,
    migration::ALL,
    named::ALL,
    pickup_makings::ALL,
    pickup_notices::ALL,
    pickups::ALL,
    pin_sheets::ALL,
    portal::ALL,
    portal_codes::ALL,
    portal_links::ALL,
    profile_signers::ALL,
    progress::ALL,
    recorded::ALL,
    sites::ALL,
    spellings::ALL,
    status_changes::ALL,
    status_view::ALL,
    tenants::ALL,
    users::ALL,
    users::counting::ALL,
    users::deleting::ALL,
    users::suspensions::ALL,
    users::pages::ALL,
    certificates::listing::ALL,
];

pub(crate) fn statements() -> impl Iterator<Item = &'static Statement> {
    MODULES.iter().copied().flatten().copied()
}

#[cfg(test)]
mod tests;
