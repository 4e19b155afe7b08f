use super::begin_unhurried;
use crate::{Lane, StoreError, StoreUrl, backend::Connection, backend::Pool};

const REFUSE_LIMITS: &str = "DO $$ BEGIN
    IF current_setting('statement_timeout') <> '0' OR current_setting('lock_timeout') <> '0' THEN
        RAISE EXCEPTION 'limited';
    END IF;
END $$";

async fn unlimited(connection: &mut Connection) -> Result<(), StoreError> {
    connection.execute_script("test", "", REFUSE_LIMITS).await
}

#[tokio::test]
async fn on_postgresql_migrations_may_take_their_time_and_acts_may_not() {
    let server = std::env::var("SEKISHO_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty());
    let Some(server) = server else { return };
    let pool = Pool::open(&StoreUrl::Postgres(server)).await.expect("opens");
    let mut migration = begin_unhurried(&pool, "migration").await.expect("begins");
    unlimited(&mut migration).await.expect("takes its time");
    migration.commit("migration").await.expect("commits");
    let mut act = pool.begin(Lane::Duties, "act").await.expect("begins");
    assert!(unlimited(&mut act).await.is_err());
    drop(act);
    pool.close().await;
}
