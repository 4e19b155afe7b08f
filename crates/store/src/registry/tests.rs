use super::{MODULES, statements};
use std::{fs, path::Path};

/// Tables whose rows belong to a tenant.
const TENANT_TABLES: [&str; 22] = [
    "user_account",
    "user_count",
    "user_group",
    "user_search",
    "email_proof",
    "invitation",
    "application",
    "certificate",
    "certificate_document",
    "certificate_notice",
    "contract_notice",
    "pickup",
    "pickup_making",
    "portal_code",
    "portal_password",
    "portal_session",
    "announcement",
    "portal_link",
    "user_import",
    "mail_delivery",
    "pickup_network",
    "pickup_notice",
];

/// Statements that cross tenants on purpose: by an unguessable public name, for the installation's own
/// duties, or for the gate.
const CROSS_TENANTS: &[&str] = &[
    "store::applications::BY_REFERENCE",
    "store::applications::LOCK_BY_REFERENCE",
    "store::certificate_notices::DUE",
    "store::certificate_notices::ERASE",
    "store::certificate_notices::TENANTS_UNLISTED",
    "store::certificates::SUPERSEDED",
    "store::certificates::UNSIGNED",
    "store::clock_steps::EMAIL_CODES",
    "store::clock_steps::GRACES",
    "store::clock_steps::INVITATIONS",
    "store::clock_steps::NOTICES",
    "store::clock_steps::PICKUPS",
    "store::clock_steps::PINS",
    "store::clock_steps::PORTAL_CODES",
    "store::clock_steps::RESTING_PASSWORDS",
    "store::clock_steps::RESTING_PINS",
    "store::clock_steps::SESSIONS",
    "store::contract_notices::COUNT_UNLISTED",
    "store::contract_notices::ENDING",
    "store::contract_notices::LIST",
    "store::contract_notices::LISTED",
    "store::contract_notices::UNLISTED",
    "store::crls::REVOKED",
    "store::effects::closing::NOTE_CLOSED",
    "store::effects::delivery::NOTE",
    "store::imports::ERASE_UNSTARTED",
    "store::imports::ERASE_UNSTARTED_ROWS",
    "store::imports::RUNNING",
    "store::invitations::ERASE_PASSWORDS",
    "store::leaf_tags::UNTAGGED",
    "store::mails::TROUBLED",
    "store::named::AUDIT",
    "store::named::TENANT_OF_CERTIFICATE",
    "store::named::WITH_SERIAL",
    "store::pickup_makings::BY_TOKEN",
    "store::pickup_makings::ERASE",
    "store::pickup_notices::ERASE_TOLD",
    "store::pickup_notices::TENANTS_DUE",
    "store::pickups::BY_TOKEN",
    "store::pickups::ERASE_EXPIRED",
    "store::pin_sheets::ERASE",
    "store::portal::ERASE_EXPIRED_SESSIONS",
    "store::progress::AHEAD",
    "store::progress::OVER",
    "store::spellings::USERS",
    "store::users::suspensions::DUE",
    // Follows the row of the certificate, whose composite keys name the tenant, in one transaction.
    "store::recorded::INSERT_CERTIFICATE_TBS",
    "store::status_view::CERTIFICATE",
    "store::status_view::CERTIFICATES",
    "store::status_view::USER",
    "store::status_view::USERS",
    // By the tenant of the issuer.
    "store::crls::SUSPENDED",
];

fn touches(text: &str, table: &str) -> bool {
    let mut words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    words.any(|word| word == table)
}

fn carries_tenant(text: &str) -> bool {
    text.contains("tenant_id = $") || text.contains("INSERT INTO") && text.contains("tenant_id")
}

#[test]
fn every_statement_on_tenant_data_carries_the_tenant() {
    for statement in statements() {
        for text in [statement.sqlite, statement.postgres] {
            if TENANT_TABLES.iter().any(|table| touches(text, table)) && !carries_tenant(text) {
                assert!(CROSS_TENANTS.contains(&statement.name), "{}: {text}", statement.name);
            }
        }
    }
}

#[test]
fn no_module_with_statements_is_missing_from_the_registry() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let declared = count_declarations(&source);
    assert_eq!(declared, MODULES.len());
}

#[test]
fn statements_list_their_columns() {
    for statement in statements() {
        for text in [statement.sqlite, statement.postgres] {
            assert!(!text.contains("SELECT *") && !text.contains(".*"), "{}", statement.name);
        }
    }
}

fn count_declarations(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).expect("source folder");
    entries
        .map(|entry| entry.expect("entry").path())
        .map(|path| {
            if path.is_dir() {
                return count_declarations(&path);
            }
            fs::read_to_string(&path).expect("source").matches("\nstatements! {").count()
        })
        .sum()
}
