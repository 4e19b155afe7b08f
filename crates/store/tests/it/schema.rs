use crate::{
    databases::{on_each_database, on_each_url},
    world::{NOW, World},
};
use store::Store;

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

/// How many migrations there are.
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
