//! An empty database of each kind for each test, and a way past the store: to look at a row's bytes, to
//! change what nobody may change, to let a write fail.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use store::StoreUrl;

const URL_VARIABLE: &str = "SEKISHO_TEST_POSTGRES_URL";
static DATABASES_MADE: AtomicU32 = AtomicU32::new(0);

/// Runs a test on SQLite and, if there is a server, on PostgreSQL. A database of PostgreSQL is dropped
/// when the test has passed.
pub(crate) async fn on_each_database<Test: AsyncFn(StoreUrl)>(test: Test) {
    let folder = tempfile::tempdir().expect("folder");
    eprintln!("on SQLite");
    test(StoreUrl::Sqlite(folder.path().join("sekisho.db"))).await;
    let Some(server) = std::env::var(URL_VARIABLE).ok().filter(|url| !url.is_empty()) else { return };
    eprintln!("on PostgreSQL");
    let number = DATABASES_MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("sekisho_authority_{}_{number}", std::process::id());
    let mut connection = PgConnection::connect(&server).await.expect("the PostgreSQL server answers");
    let create = AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE template0"));
    connection.execute(create).await.expect("creates a database");
    test(StoreUrl::Postgres(with_database(&server, &name))).await;
    let drop = AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
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

/// A connection of one's own, past the store.
pub(crate) enum BackDoor {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl BackDoor {
    pub(crate) async fn open(url: &StoreUrl) -> Self {
        match url {
            StoreUrl::Sqlite(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let opened = SqliteConnection::connect_with(&options).await;
                Self::Sqlite(opened.expect("the file opens"))
            }
            StoreUrl::Postgres(address) => {
                Self::Postgres(PgConnection::connect(address).await.expect("the server answers"))
            }
        }
    }

    /// Runs one statement; how many rows it touched.
    pub(crate) async fn run(&mut self, sql: impl Into<String>) -> u64 {
        let sql = AssertSqlSafe(sql.into());
        match self {
            Self::Sqlite(connection) => connection.execute(sql).await.expect("runs").rows_affected(),
            Self::Postgres(connection) => connection.execute(sql).await.expect("runs").rows_affected(),
        }
    }

    /// The same with one byte string as `$1`.
    pub(crate) async fn run_with_bytes(&mut self, sql: &'static str, bytes: &[u8]) -> u64 {
        match self {
            Self::Sqlite(connection) => {
                sqlx::query(sql).bind(bytes).execute(connection).await.expect("runs").rows_affected()
            }
            Self::Postgres(connection) => {
                sqlx::query(sql).bind(bytes).execute(connection).await.expect("runs").rows_affected()
            }
        }
    }

    /// The one number that a query answers.
    pub(crate) async fn number(&mut self, sql: &'static str) -> i64 {
        match self {
            Self::Sqlite(connection) => {
                sqlx::query_scalar(sql).fetch_one(connection).await.expect("a number")
            }
            Self::Postgres(connection) => {
                sqlx::query_scalar(sql).fetch_one(connection).await.expect("a number")
            }
        }
    }

    /// The byte strings that a query answers.
    pub(crate) async fn blobs(&mut self, sql: &'static str) -> Vec<Vec<u8>> {
        match self {
            Self::Sqlite(connection) => {
                let rows = connection.fetch_all(sql).await.expect("rows");
                rows.iter().map(|row| row.get(0)).collect()
            }
            Self::Postgres(connection) => {
                let rows = connection.fetch_all(sql).await.expect("rows");
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// From now on whoever inserts such a row waits for a moment in the middle of the commit. PostgreSQL alone
    /// knows this.
    pub(crate) async fn slow_down_commits(&mut self, table: &str) {
        let function = "CREATE FUNCTION slow_disk() RETURNS trigger LANGUAGE plpgsql AS \
                        $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$";
        self.run(function).await;
        let trigger = format!(
            "CREATE CONSTRAINT TRIGGER slow_disk AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED \
             FOR EACH ROW EXECUTE FUNCTION slow_disk()"
        );
        self.run(trigger).await;
    }

    /// From now on every such write fails, as on a full disk: `event` is `INSERT`, or `UPDATE OF column`.
    pub(crate) async fn break_writes(&mut self, event: &str, table: &str) {
        self.break_writes_where(event, table, "1 = 1").await;
    }

    /// As [`BackDoor::break_writes`], for those rows (`NEW`) only.
    pub(crate) async fn break_writes_where(&mut self, event: &str, table: &str, condition: &str) {
        let head =
            format!("CREATE TRIGGER full_disk BEFORE {event} ON {table} FOR EACH ROW WHEN ({condition})");
        match self {
            Self::Sqlite(_) => {
                self.run(format!("{head} BEGIN SELECT RAISE(ABORT, 'full disk'); END")).await;
            }
            Self::Postgres(_) => {
                let function = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
                                $$ BEGIN RAISE EXCEPTION 'full disk'; END $$";
                self.run(function).await;
                self.run(format!("{head} EXECUTE FUNCTION full_disk()")).await;
            }
        }
    }

    /// Ends what [`BackDoor::break_writes`] began.
    pub(crate) async fn mend_writes(&mut self, table: &str) {
        match self {
            Self::Sqlite(_) => self.run("DROP TRIGGER full_disk").await,
            Self::Postgres(_) => {
                self.run(format!("DROP TRIGGER full_disk ON {table}")).await;
                self.run("DROP FUNCTION full_disk()").await
            }
        };
    }
}
