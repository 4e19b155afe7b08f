//! An empty database of each kind for each test: SQLite always, PostgreSQL where `SEKISHO_TEST_POSTGRES_URL` names a server
//! on which databases may be created.

use crate::{is_required, variable};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use store::StoreUrl;

const URL_VARIABLE: &str = "SEKISHO_TEST_POSTGRES_URL";
static DATABASES_MADE: AtomicU32 = AtomicU32::new(0);

/// Runs a test on SQLite and, if there is a server, on PostgreSQL.
pub async fn on_each_database<Test: AsyncFn(StoreUrl)>(test: Test) {
    let folder = tempfile::tempdir().expect("folder");
    eprintln!("on SQLite");
    test(StoreUrl::Sqlite(folder.path().join("sekisho.db"))).await;
    let Some(database) = PostgresDatabase::new().await else { return };
    eprintln!("on PostgreSQL");
    test(StoreUrl::Postgres(database.url())).await;
    database.drop().await;
}

/// The address of the PostgreSQL server; `None`: there is none, and none is required.
pub fn postgres_server() -> Option<String> {
    let server = variable(URL_VARIABLE);
    let required = is_required("SEKISHO_REQUIRE_POSTGRES");
    assert!(
        server.is_some() || !required,
        "SEKISHO_REQUIRE_POSTGRES=1: set {URL_VARIABLE} to a PostgreSQL server"
    );
    server
}

/// An empty database of the server; [`PostgresDatabase::drop`] removes it when the test has passed.
pub struct PostgresDatabase {
    server: String,
    name: String,
}

impl PostgresDatabase {
    /// `None`: there is no server, and none is required.
    pub async fn new() -> Option<Self> {
        let server = postgres_server()?;
        let number = DATABASES_MADE.fetch_add(1, Ordering::Relaxed);
        let database = Self { server, name: format!("sekisho_test_{}_{number}", std::process::id()) };
        database.ask(format!("CREATE DATABASE {} TEMPLATE template0", database.name)).await;
        Some(database)
    }

    /// The server's address with this database: `postgres://user@host:port/` up to the path's slash.
    pub fn url(&self) -> String {
        let (address, query) = self.server.split_once('?').unwrap_or((&self.server, ""));
        let authority = address.find("://").expect("a URL") + 3;
        let path = address[authority..].find('/').map_or(address.len(), |slash| authority + slash);
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        format!("{}/{}{query}", &address[..path], self.name)
    }

    async fn ask(&self, statement: String) {
        let mut connection =
            PgConnection::connect(&self.server).await.expect("the PostgreSQL server answers");
        connection.execute(AssertSqlSafe(statement)).await.expect("the statement holds");
    }

    /// Cuts every connection to the database and lets no new one in.
    pub async fn go_away(&self) {
        let name = &self.name;
        self.ask(format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")).await;
        self.ask(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))
            .await;
    }

    /// Lets connections in again.
    pub async fn come_back(&self) {
        self.ask(format!("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", self.name)).await;
    }

    /// Removes the database.
    pub async fn drop(self) {
        self.ask(format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}
