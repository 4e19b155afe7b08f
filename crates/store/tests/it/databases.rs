//! An empty, migrated database of each kind for each test.

use crate::world::NOW;
use store::Store;
pub(crate) use testkit::databases::on_each_database as on_each_url;

/// Runs a test on SQLite and, if there is a server, on PostgreSQL.
pub(crate) async fn on_each_database<Test: AsyncFn(Store)>(test: Test) {
    on_each_url(async |url| {
        let store = Store::open(&url).await.expect("opens");
        store.migrate(NOW).await.expect("migrates");
        test(store.clone()).await;
        store.close().await;
    })
    .await;
}
