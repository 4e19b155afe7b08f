//! A database of its own for each test, on the PostgreSQL server that the environment names.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};

const URL_VARIABLE: &str = "SEKISHO_TEST_POSTGRES_URL";
static DATABASES_MADE: AtomicU32 = AtomicU32::new(0);

/// An empty database; [`Database::drop`] removes it when the test has passed.
pub(crate) struct Database {
    server: String,
    name: String,
}

impl Database {
    /// `None`: there is no server, and none is required.
    pub(crate) async fn new() -> Option<Self> {
        let Some(server) = std::env::var(URL_VARIABLE).ok().filter(|url| !url.is_empty()) else {
            let required = std::env::var("SEKISHO_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
            assert!(!required, "SEKISHO_REQUIRE_POSTGRES=1: set {URL_VARIABLE} to a PostgreSQL server");
            eprintln!("not run: {URL_VARIABLE} names no PostgreSQL server");
            return None;
        };
        let number = DATABASES_MADE.fetch_add(1, Ordering::Relaxed);
        let database = Self { server, name: format!("sekisho_serve_{}_{number}", std::process::id()) };
        database.ask(&format!("CREATE DATABASE {} TEMPLATE template0", database.name)).await;
        Some(database)
    }

    pub(crate) fn url(&self) -> String {
        let authority = self.server.find("://").expect("a URL") + 3;
        let path = self.server[authority..].find('/').map_or(self.server.len(), |slash| authority + slash);
        format!("{}/{}", &self.server[..path], self.name)
    }

    async fn ask(&self, statement: &str) {
        let mut connection = PgConnection::connect(&self.server).await.expect("the server answers");
        connection.execute(AssertSqlSafe(statement)).await.expect("the statement holds");
    }

    /// Cuts every connection to the database and lets no new one in.
    pub(crate) async fn go_away(&self) {
        let name = &self.name;
        self.ask(&format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")).await;
        self.ask(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))
            .await;
    }

    /// Lets connections in again.
    pub(crate) async fn come_back(&self) {
        self.ask(&format!("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", self.name)).await;
    }

    pub(crate) async fn drop(self) {
        self.ask(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}
