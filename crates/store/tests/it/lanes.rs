//! A caller that takes all connections of a lane takes none of another lane.

use crate::databases::on_each_database;
use store::{Lane, OpenTransaction, Reader, Store, StoreError};

/// More connections than any lane has.
const GREED: usize = 12;

/// All readers that a lane gives.
async fn readers(store: &Store) -> Vec<Reader> {
    let mut taken = Vec::new();
    for _ in 0..GREED {
        match store.read().await {
            Ok(reader) => taken.push(reader),
            Err(StoreError::Busy { .. }) => return taken,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("a lane without an end");
}

#[tokio::test]
async fn with_all_pages_and_strangers_at_the_database_feed_and_operator_find_theirs_free() {
    on_each_database(async |store| {
        let (pages, strangers) =
            (readers(&store.on(Lane::Pages)).await, readers(&store.on(Lane::Public)).await);
        assert!(!pages.is_empty() && !strangers.is_empty());
        for lane in [Lane::Feed, Lane::Operator, Lane::Acts] {
            let mut reader = store.on(lane).snapshot().await.expect("a connection of its own");
            reader.generation().await.expect("reads");
            let writes = store.on(lane).begin("hold").await.expect("begins");
            writes.commit().await.expect("commits");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_an_act_stands_behind_one_act_of_each_other_lane_and_no_more() {
    on_each_database(async |store| {
        if store.is_shared() {
            return;
        }
        let first = store.on(Lane::Duties).begin("first").await.expect("begins");
        let queue = |lane, number: usize, order: &tokio::sync::mpsc::UnboundedSender<(Lane, usize)>| {
            let (store, order) = (store.on(lane), order.clone());
            tokio::spawn(async move {
                let act: OpenTransaction = store.begin("queued").await.expect("begins");
                order.send((lane, number)).expect("is heard");
                act.commit().await.expect("commits");
            })
        };
        let (order, mut came) = tokio::sync::mpsc::unbounded_channel();
        let mut acts: Vec<_> = (0..GREED).map(|number| queue(Lane::Public, number, &order)).collect();
        // Waits until all of them wait in their lane.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        acts.push(queue(Lane::Operator, 0, &order));
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        first.commit().await.expect("commits");
        for act in acts {
            act.await.expect("ends");
        }
        drop(order);
        let mut before = 0;
        while came.recv().await.is_some_and(|(lane, _)| lane != Lane::Operator) {
            before += 1;
        }
        assert!(before <= 1, "{before} acts of strangers were let before the operator's");
    })
    .await;
}
