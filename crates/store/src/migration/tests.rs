use super::{MIGRATIONS, begin_unhurried};
use crate::{
    Lane, Store, StoreError, StoreUrl,
    backend::{DatabaseConnection, DatabasePool},
    pickups::SealedUnder,
};
use domain::time::Timestamp;
use std::{collections::HashSet, path::Path};
use testkit::databases::postgres_server;

const REFUSE_LIMITS: &str = "DO $$ BEGIN
    IF current_setting('statement_timeout') <> '0' OR current_setting('lock_timeout') <> '0' THEN
        RAISE EXCEPTION 'limited';
    END IF;
END $$";

async fn unlimited(connection: &mut DatabaseConnection) -> Result<(), StoreError> {
    connection.execute_script("test", "", REFUSE_LIMITS).await
}

#[tokio::test]
async fn on_postgresql_migrations_may_take_their_time_and_acts_may_not() {
    let Some(server) = postgres_server() else { return };
    let pool = DatabasePool::open(&StoreUrl::Postgres(server)).await.expect("opens");
    let mut migration = begin_unhurried(&pool, "migration").await.expect("begins");
    unlimited(&mut migration).await.expect("takes its time");
    migration.commit("migration").await.expect("commits");
    let mut act = pool.begin(Lane::Duties, "act").await.expect("begins");
    assert!(unlimited(&mut act).await.is_err());
    drop(act);
    pool.close().await;
}

/// A database as release 0.1.0 left it: its three versions, one resting file, and the free pages of an erased file.
async fn used_by_the_first_release(path: &Path, resting: &[u8], erased: &[u8]) {
    use sqlx::{Connection as _, Executor, SqliteConnection, sqlite::SqliteConnectOptions};
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true).foreign_keys(false);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("opens");
    connection.execute(super::CREATE_SCHEMA_VERSION_SQLITE).await.expect("the first table");
    for migration in &MIGRATIONS[..3] {
        connection.execute(sqlx::raw_sql(migration.sqlite)).await.expect(migration.name);
        let noted = sqlx::query("INSERT INTO schema_version (version, name, applied_at) VALUES ($1, $2, 1)")
            .bind(migration.version)
            .bind(migration.name);
        noted.execute(&mut connection).await.expect("notes");
    }
    for (number, file) in [resting, erased].into_iter().enumerate() {
        let id = [u8::try_from(number).expect("few"); 16];
        let rows = [
            "INSERT INTO application VALUES ($1, hex($1), $1, $1, 'Yamada', 'Taro', 'taro@sample.example', 'PC', '1', $1,
                 1, '192.0.2.1', 1, 'picked-up', 1, NULL, NULL, NULL, 0, 1)",
            "INSERT INTO certificate VALUES ($1, $1, $1, $1, $1, $1, 'windows', 'PC', 1, 1, 'valid', NULL, NULL, 1, 1, NULL)",
            "INSERT INTO pickup VALUES ($1, $1, $1, $2, $3, NULL, 1000)",
        ];
        for row in rows {
            let row = sqlx::query(row).bind(id.as_slice()).bind([id, id].concat()).bind(file);
            row.execute(&mut connection).await.expect("rests");
        }
    }
    let erase = "DELETE FROM pickup WHERE application_id = X'01010101010101010101010101010101'";
    connection.execute(erase).await.expect("erases");
    connection.close().await.expect("closes");
}

fn holds(path: &Path, bytes: &[u8]) -> bool {
    let parts: HashSet<&[u8]> = bytes.windows(16).collect();
    std::fs::read(path).expect("a file").windows(16).any(|window| parts.contains(window))
}

#[tokio::test]
async fn what_the_first_release_erased_leaves_the_file_and_what_rests_is_still_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sekisho.db");
    let file = |seed: u32| {
        (0..800u32)
            .flat_map(|number| (number + seed).wrapping_mul(0x9e37_79b1).to_be_bytes())
            .collect::<Vec<u8>>()
    };
    let (resting, erased) = (file(0), file(100_000));
    used_by_the_first_release(&path, &resting, &erased).await;
    assert!(holds(&path, &erased), "else this would show nothing");
    let store = Store::open(&StoreUrl::Sqlite(path.clone())).await.expect("opens");
    let now = Timestamp::from_millisecond(900).expect("a moment");
    assert_eq!(store.migrate(now).await.expect("migrates"), MIGRATIONS.len() - 3);
    let log = folder.path().join("sekisho.db-wal");
    assert!(!holds(&path, &erased) && !holds(&log, &erased));
    let found = store.read().await.expect("reads").pickup_by_token(&[0; 32], now).await.expect("reads");
    let found = found.expect("still rests");
    assert_eq!(found.sealed_under, SealedUnder::Installation);
    assert_eq!(found.modern_sealed.as_deref(), Some(resting.as_slice()));
    let mut transaction = store.begin("erase").await.expect("begins");
    transaction.erase_expired_pickups(Timestamp::from_second(1).expect("a moment")).await.expect("erases");
    transaction.commit().await.expect("commits");
    assert!(store.empty_log().await.expect("empties"));
    assert!(!holds(&path, &resting) && !holds(&log, &resting));
    store.close().await;
}
