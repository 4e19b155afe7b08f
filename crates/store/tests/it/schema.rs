use crate::{
    databases::{on_each_database, on_each_url},
    world::{NOW, World},
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use store::{Store, StoreUrl};

#[tokio::test]
async fn every_statement_fits_the_schema() {
    on_each_database(async |store| {
        assert!(store.check_statements().await.expect("each prepares") > 100);
    })
    .await;
}

#[tokio::test]
async fn migrating_twice_changes_nothing() {
    on_each_url(async |url| {
        let store = Store::open(&url).await.expect("opens");
        assert!(store.migrate(NOW).await.expect("migrates") > 0);
        assert_eq!(store.migrate(NOW).await.expect("migrates"), 0);
        store.close().await;
    })
    .await;
}

/// The number of migrations.
fn versions() -> usize {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    std::fs::read_dir(folder).expect("migrations").count()
}

#[tokio::test]
async fn two_processes_that_start_together_migrate_once() {
    on_each_url(async |url| {
        let first = Store::open(&url).await.expect("opens");
        let second = Store::open(&url).await.expect("opens");
        let (one, other) = tokio::join!(first.migrate(NOW), second.migrate(NOW));
        assert_eq!(one.expect("migrates") + other.expect("migrates"), versions(), "each version once");
        first.close().await;
        second.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    on_each_url(async |url| {
        let store = Store::open(&url).await.expect("opens");
        store.migrate(NOW).await.expect("migrates");
        let mut world = World::new(&store, "sample", 1).await;
        let certificate = world.signed("ノートPC").await;
        store.close().await;
        let store = Store::open(&url).await.expect("opens again");
        assert_eq!(store.migrate(NOW).await.expect("migrates"), 0);
        let mut reader = store.read().await.expect("reads");
        let found = reader.tenant(world.tenant.id).certificate(certificate.id).await.expect("reads");
        let found = found.expect("is there");
        assert_eq!((found.key, found.device_name.as_str()), (certificate.key, "ノートPC"));
        drop(reader);
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    on_each_database(async |store| {
        let mut tx = store.begin("install").await.expect("begins");
        assert!(tx.install(NOW).await.expect("installs"));
        drop(tx);
        let mut tx = store.begin("install").await.expect("begins again");
        assert!(tx.install(NOW).await.expect("installs"), "the first time");
        tx.commit().await.expect("commits");
        let mut tx = store.begin("install").await.expect("begins again");
        assert!(!tx.install(NOW).await.expect("is installed"));
    })
    .await;
}

#[tokio::test]
async fn a_snapshot_does_not_see_later_commits() {
    on_each_database(async |store| {
        let mut snapshot = store.snapshot().await.expect("snapshot");
        assert!(snapshot.every_tenant().await.expect("reads").is_empty());
        World::new(&store, "sample", 1).await;
        assert!(snapshot.every_tenant().await.expect("reads").is_empty());
        assert_eq!(store.read().await.expect("reads").every_tenant().await.expect("reads").len(), 1);
    })
    .await;
}

macro_rules! released {
    ($backend:literal) => {
        [
            include_str!(concat!("../../migrations/", $backend, "/0001_story.sql")),
            include_str!(concat!("../../migrations/", $backend, "/0002_hand_overs_and_stops.sql")),
            include_str!(concat!("../../migrations/", $backend, "/0003_mails_that_end.sql")),
        ]
    };
}

/// Two people of release 0.1.0; one has picked up a certificate.
const PEOPLE: &str = "
    CREATE TABLE schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL);
    INSERT INTO schema_version VALUES (1, '', 0), (2, '', 0), (3, '', 0);
    INSERT INTO tenant VALUES (x'01', 'customer', 'a', 'A', 'A', NULL, 'code', 'C-1', 5, 0, '{}', '', 'ja', 'active',
        0, '');
    INSERT INTO user_account VALUES (x'11', x'01', 'user', 'taro', '', '', NULL, NULL, 'Taro@a.test', 'taro@a.test',
        '[]', '', 'ja', 'active', 0, '');
    INSERT INTO user_account VALUES (x'12', x'01', 'user', 'hana', '', '', NULL, NULL, 'hana@a.test', 'hana@a.test',
        '[]', '', 'ja', 'active', 0, '');
    INSERT INTO issuer (id, kind, tenant_id, generation, certificate_der, key_sealed, created_at)
        VALUES (x'21', 'tenant', x'01', 1, x'00', x'00', 0);
    INSERT INTO application (id, reference, tenant_id, user_id, family_name, given_name, email, device_name,
        consent_version, consent_text_sha256, consent_at, consent_address, submitted_at, state, state_since,
        pin_wrong_tries, pin_mails)
        VALUES (x'31', 'r', x'01', x'11', '', '', '', '', '', x'00', 0, '', 0, 'picked-up', 0, 0, 1);
    INSERT INTO certificate (id, tenant_id, user_id, application_id, issuer_id, serial, device_type, device_name,
        not_before, not_after, state, recorded_at, picked_up_at)
        VALUES (x'41', x'01', x'11', x'31', x'21', x'05', 'windows', '', 0, 0, 'valid', 0, 0);";

/// The same people with ids of 16 octets.
fn people() -> String {
    let long = |text: String, id: &&str| text.replace(&format!("x'{id}'"), &format!("x'{}'", id.repeat(16)));
    ["01", "11", "12", "21", "31", "41"].iter().fold(PEOPLE.to_owned(), long)
}

const PROVED: &str = "SELECT proved_email FROM user_account ORDER BY login_name";

#[tokio::test]
async fn whoever_has_picked_up_a_certificate_of_release_0_1_0_counts_as_proved() {
    on_each_url(async |url| {
        let proved: Vec<Option<String>> = match &url {
            StoreUrl::Sqlite(path) => {
                let address = format!("sqlite://{}?mode=rwc", path.display());
                let mut former = SqliteConnection::connect(&address).await.expect("opens");
                for script in released!("sqlite") {
                    former.execute(sqlx::raw_sql(script)).await.expect("migrates");
                }
                former.execute(sqlx::raw_sql(AssertSqlSafe(people()))).await.expect("adds people");
                migrated(&url).await;
                sqlx::query_scalar(PROVED).fetch_all(&mut former).await.expect("reads")
            }
            StoreUrl::Postgres(address) => {
                let mut former = PgConnection::connect(address).await.expect("opens");
                for script in released!("postgres") {
                    former.execute(sqlx::raw_sql(script)).await.expect("migrates");
                }
                let people = people().replace("x'", "'\\x");
                former.execute(sqlx::raw_sql(AssertSqlSafe(people))).await.expect("adds people");
                migrated(&url).await;
                sqlx::query_scalar(PROVED).fetch_all(&mut former).await.expect("reads")
            }
        };
        assert_eq!(proved, [None, Some("Taro@a.test".to_owned())]);
    })
    .await;
}

async fn migrated(url: &StoreUrl) {
    let store = Store::open(url).await.expect("opens");
    store.migrate(NOW).await.expect("migrates");
    store.close().await;
}
