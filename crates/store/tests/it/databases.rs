//! An empty, migrated database of each kind for each test.

use crate::world::NOW;
use sqlx::{Connection, Executor, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Store, StoreUrl};

const URL_VARIABLE: &str = "SEKISHO_TEST_POSTGRES_URL";
static DATABASES_MADE: AtomicU32 = AtomicU32::new(0);

/// Runs a test on SQLite and, if there is a server, on PostgreSQL. A database of PostgreSQL is dropped
/// when the test has passed.
pub(crate) async fn on_each_database<Test: AsyncFn(Store)>(test: Test) {
    on_each_url(async |url| {
        let store = Store::open(&url).await.expect("opens");
        store.migrate(NOW).await.expect("migrates");
        test(store.clone()).await;
        store.close().await;
    })
    .await;
}

/// As [`on_each_database`], not yet opened.
pub(crate) async fn on_each_url<Test: AsyncFn(StoreUrl)>(test: Test) {
    let folder = tempfile::tempdir().expect("folder");
    eprintln!("on SQLite");
    test(StoreUrl::Sqlite(folder.path().join("sekisho.db"))).await;
    let Some(server) = std::env::var(URL_VARIABLE).ok().filter(|url| !url.is_empty()) else { return };
    eprintln!("on PostgreSQL");
    let number = DATABASES_MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("sekisho_test_{}_{number}", std::process::id());
    let mut connection = PgConnection::connect(&server).await.expect("the PostgreSQL server answers");
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE template0"));
    connection.execute(create).await.expect("creates a database");
    test(StoreUrl::Postgres(with_database(&server, &name))).await;
    let drop = sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
    connection.execute(drop).await.expect("drops the database");
}

/// The server's address with another database: `postgres://user@host:port/` up to the path's slash.
fn with_database(server: &str, name: &str) -> String {
    let (address, query) =
        server.split_once('?').map_or((server, None), |(address, query)| (address, Some(query)));
    let authority = address.find("://").expect("a URL") + 3;
    let path = address[authority..].find('/').map_or(address.len(), |slash| authority + slash);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{query}", &address[..path])
}

#[test]
fn postgres_is_tested_where_it_is_required() {
    let required = std::env::var("SEKISHO_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
    let named = std::env::var(URL_VARIABLE).is_ok_and(|url| !url.is_empty());
    assert!(named || !required, "SEKISHO_REQUIRE_POSTGRES=1: set {URL_VARIABLE} to a PostgreSQL server");
}
