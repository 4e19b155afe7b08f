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

#[tokio::test]
async fn two_processes_that_start_together_migrate_once() {
    on_each_url(async |url| {
        let first = Store::open(&url).await.expect("opens");
        let second = Store::open(&url).await.expect("opens");
        let (one, other) = tokio::join!(first.migrate(NOW), second.migrate(NOW));
        assert_eq!(one.expect("migrates") + other.expect("migrates"), 2, "each version once");
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
        let found = reader.certificate_by_key(&certificate.key).await.expect("reads").expect("is there");
        assert_eq!((found.id, found.device_name.as_str()), (certificate.id, "ノートPC"));
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
        let mut reader = store.read().await.expect("reads");
        assert_eq!(reader.installed_at().await.expect("reads"), None);
        drop(reader);
        let mut tx = store.begin("install").await.expect("begins again");
        assert!(tx.install(NOW).await.expect("installs"));
        tx.commit().await.expect("commits");
        let mut reader = store.read().await.expect("reads");
        assert_eq!(reader.installed_at().await.expect("reads"), Some(NOW));
    })
    .await;
}

#[tokio::test]
async fn a_snapshot_does_not_see_later_commits() {
    on_each_database(async |store| {
        let mut snapshot = store.snapshot().await.expect("snapshot");
        assert_eq!(snapshot.installed_at().await.expect("reads"), None);
        let mut tx = store.begin("install").await.expect("begins");
        tx.install(NOW).await.expect("installs");
        tx.commit().await.expect("commits");
        assert_eq!(snapshot.installed_at().await.expect("reads"), None);
    })
    .await;
}
