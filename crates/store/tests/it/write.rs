//! Closures that write: committed whole, undone whole, or run again after a conflict.

use crate::{
    databases::on_each_database,
    world::{NOW, World},
};
use domain::{status_change::StatusChange, user::User};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use store::{Plain, Store, StoreError};
use tokio::sync::{Barrier, Notify};

/// Where two writers meet.
#[derive(Clone)]
struct Meeting {
    /// Each has locked its first user.
    in_the_middle: Arc<Barrier>,
    /// One has ended.
    ended: Arc<Notify>,
}

/// Locks two users one after the other; its first run waits until the other writer has locked its first user, and a
/// second run until the other writer has ended, which would meet it again otherwise.
async fn lock_both(store: Store, [first, second]: [User; 2], meeting: Meeting) -> Result<u32, StoreError> {
    let Meeting { in_the_middle, ended } = &meeting;
    let (runs, first, second) = (&AtomicU32::new(0), &first, &second);
    let run = store
        .write("lock_both", |mut tx| async move {
            let run = runs.fetch_add(1, Ordering::Relaxed) + 1;
            if run == 2 {
                ended.notified().await;
            }
            let _user = tx.tenant(first.tenant).lock_user(first.id).await?;
            if run == 1 {
                let _other_has_its_own = in_the_middle.wait().await;
            }
            let _user = tx.tenant(second.tenant).lock_user(second.id).await?;
            Ok::<_, StoreError>(tx.keep(Plain(run)))
        })
        .await;
    ended.notify_one();
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_wait_for_each_other_one_is_run_again_and_both_are_kept() {
    on_each_database(async |store| {
        // SQLite has one writer, so no transaction waits for another in the middle.
        if !store.is_shared() {
            return;
        }
        let mut world = World::new(&store, "sample", 1).await;
        let (one, two) = (world.add_user("one").await, world.add_user("two").await);
        let meeting = Meeting { in_the_middle: Arc::new(Barrier::new(2)), ended: Arc::new(Notify::new()) };
        let there = tokio::spawn(lock_both(store.clone(), [one.clone(), two.clone()], meeting.clone()));
        let back = tokio::spawn(lock_both(store.clone(), [two, one], meeting));
        let runs =
            [there.await.expect("ends").expect("is kept"), back.await.expect("ends").expect("is kept")];
        assert_eq!(runs.iter().sum::<u32>(), 3, "one of them ran twice: {runs:?}");
        assert_eq!(store.conflicts(), [("lock_both", 1)]);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_undoes_everything_and_is_not_run_again() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let user = crate::world::user(world.tenant.id, "one", &mut world.rng);
        let (runs, new) = (AtomicU32::new(0), &user);
        let runs = &runs;
        let refused: Result<(), Refused> = store
            .write("refused", |mut tx| async move {
                let _run = runs.fetch_add(1, Ordering::Relaxed);
                assert!(tx.tenant(new.tenant).insert_user(new, NOW).await?);
                let _generation = tx.insert_status_change(StatusChange::User(new.id), NOW).await?;
                if true { Err(Refused) } else { Ok(tx.keep(Plain(()))) }
            })
            .await;
        assert_eq!((refused, runs.load(Ordering::Relaxed)), (Err(Refused), 1));
        let mut reader = store.read().await.expect("reads");
        assert!(reader.tenant(user.tenant).user(user.id).await.expect("reads").is_none());
        assert!(store.conflicts().is_empty());
    })
    .await;
}

#[derive(Debug, PartialEq, Eq)]
struct Refused;

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        panic!("{error}")
    }
}
