//! A way past the store: to look at a row's bytes, to change what nobody may change, to let a write fail.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use store::StoreUrl;

/// A connection of one's own, past the store.
pub enum BackDoor {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl BackDoor {
    pub async fn open(url: &StoreUrl) -> Self {
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
    pub async fn run(&mut self, sql: impl Into<String>) -> u64 {
        let sql = AssertSqlSafe(sql.into());
        match self {
            Self::Sqlite(connection) => connection.execute(sql).await.expect("runs").rows_affected(),
            Self::Postgres(connection) => connection.execute(sql).await.expect("runs").rows_affected(),
        }
    }

    /// The same with one byte string as `$1`.
    pub async fn run_with_bytes(&mut self, sql: &'static str, bytes: &[u8]) -> u64 {
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
    pub async fn number(&mut self, sql: &'static str) -> i64 {
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
    pub async fn blobs(&mut self, sql: &'static str) -> Vec<Vec<u8>> {
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

    /// Delays each later commit that inserts a row into this table. PostgreSQL only.
    pub async fn slow_down_commits(&mut self, table: &str) {
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
    pub async fn break_writes(&mut self, event: &str, table: &str) {
        self.break_writes_where(event, table, "1 = 1").await;
    }

    /// As [`BackDoor::break_writes`], for those rows (`NEW`) only.
    pub async fn break_writes_where(&mut self, event: &str, table: &str, condition: &str) {
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
    pub async fn mend_writes(&mut self, table: &str) {
        match self {
            Self::Sqlite(_) => self.run("DROP TRIGGER full_disk").await,
            Self::Postgres(_) => {
                self.run(format!("DROP TRIGGER full_disk ON {table}")).await;
                self.run("DROP FUNCTION full_disk()").await
            }
        };
    }
}
