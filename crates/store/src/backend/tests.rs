use super::{DatabaseConnection, DatabasePool};
use crate::{Constraint, Lane, Store, StoreError, StoreUrl};
use domain::time::Timestamp;
use testkit::databases::postgres_server;

async fn script(connection: &mut DatabaseConnection, text: &'static str) -> Result<(), StoreError> {
    connection.execute_script("test", text, text).await
}

async fn open(folder: &tempfile::TempDir) -> (StoreUrl, DatabasePool) {
    let url = StoreUrl::Sqlite(folder.path().join("sekisho.db"));
    let store = Store::open(&url).await.expect("opens");
    store.migrate(Timestamp::UNIX_EPOCH).await.expect("migrates");
    store.close().await;
    let pool = DatabasePool::open(&url).await.expect("opens again");
    (url, pool)
}

#[tokio::test]
async fn a_full_disk_is_told_as_full_and_keeps_what_was_committed() {
    let folder = tempfile::tempdir().expect("folder");
    let (_, pool) = open(&folder).await;
    let mut connection = pool.begin(Lane::Duties, "fill").await.expect("begins");
    script(&mut connection, "INSERT INTO installation (singleton, created_at) VALUES (1, 7)")
        .await
        .expect("fits");
    connection.commit("fill").await.expect("commits");
    let mut connection = pool.begin(Lane::Duties, "fill").await.expect("begins");
    script(&mut connection, "PRAGMA max_page_count = 1").await.expect("as small as it is");
    let much =
        "INSERT INTO installation_secret (name, sealed, created_at) VALUES ('x', zeroblob(1000000), 0)";
    let refused = script(&mut connection, much).await;
    assert!(matches!(refused, Err(StoreError::Full { .. })), "{refused:?}");
    drop(connection);
    // The limit belonged to the connection: the next connection has room, as after an operator has freed some.
    let mut connection = pool.begin(Lane::Duties, "write").await.expect("begins again");
    script(&mut connection, much).await.expect("there is room");
    connection.commit("write").await.expect("commits");
    let mut reader = pool.read(Lane::Duties).await.expect("reads");
    script(&mut reader, "SELECT created_at FROM installation").await.expect("still there");
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let folder = tempfile::tempdir().expect("folder");
    let (_, pool) = open(&folder).await;
    let mut reader = pool.read(Lane::Duties).await.expect("reads");
    let refused = script(&mut reader, "DELETE FROM installation").await;
    assert!(matches!(refused, Err(StoreError::ReadOnly { .. })), "{refused:?}");
}

#[tokio::test]
async fn connections_in_use_are_busy_and_a_server_that_is_not_there_is_named_as_that() {
    let nowhere = StoreUrl::Postgres("postgres://sekisho@127.0.0.1:9/sekisho".to_owned());
    let gone = DatabasePool::open(&nowhere).await.err().expect("nobody listens there").to_string();
    assert!(gone.contains("cannot be reached") && gone.contains("refused"), "{gone}");
    assert!(!gone.contains("busy"), "{gone}");

    let folder = tempfile::tempdir().expect("folder");
    let (_, pool) = open(&folder).await;
    all_in_use(&pool).await;
    let Some(server) = postgres_server() else { return };
    let pool = DatabasePool::open(&StoreUrl::Postgres(server)).await.expect("opens");
    all_in_use(&pool).await;
    let mut act = pool.begin(Lane::Duties, "act").await.expect("begins");
    let late = "SET LOCAL statement_timeout = 10; SELECT pg_sleep(5)";
    assert!(matches!(script(&mut act, late).await, Err(StoreError::Late { .. })));
    drop(act);
    let mut act = pool.begin(Lane::Duties, "act").await.expect("begins");
    let written = "SET LOCAL transaction_read_only = on; CREATE TABLE never (x INT)";
    assert!(matches!(script(&mut act, written).await, Err(StoreError::ReadOnly { .. })));
}

async fn all_in_use(pool: &DatabasePool) {
    let mut taken = Vec::new();
    let refused = loop {
        match pool.read(Lane::Public).await {
            Ok(connection) => taken.push(connection),
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, StoreError::Busy { .. }), "{refused:?}");
    assert!(!taken.is_empty());
}

#[tokio::test]
async fn commits_are_synced_in_full_and_foreign_keys_hold() {
    let folder = tempfile::tempdir().expect("folder");
    let (_, pool) = open(&folder).await;
    let DatabasePool::Sqlite(pools) = &pool else { panic!("sqlite") };
    let write = &pools.write;
    for (pragma, expected) in [("PRAGMA synchronous", 2), ("PRAGMA foreign_keys", 1)] {
        let value: i64 = sqlx::query_scalar(pragma).fetch_one(write).await.expect("a pragma");
        assert_eq!(value, expected, "{pragma}");
    }
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(write).await.expect("a pragma");
    assert_eq!(journal, "wal");
    let mut connection = pool.begin(Lane::Duties, "dangle").await.expect("begins");
    let dangling = "INSERT INTO crl (issuer_id, number, changes, published_changes) VALUES (x'00', 0, 0, 0)";
    let refused = script(&mut connection, dangling).await.expect_err("no such issuer");
    assert_eq!(refused.conflict(), Some(Constraint::Reference));
}

#[tokio::test]
async fn a_closed_database_is_unavailable() {
    let folder = tempfile::tempdir().expect("folder");
    let (_, pool) = open(&folder).await;
    pool.close().await;
    assert!(matches!(pool.begin(Lane::Duties, "late").await, Err(StoreError::Unavailable { .. })));
}
