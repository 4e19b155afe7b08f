//! A lease that passes to another process in the middle of a run, as after a pause of the whole process.

use super::{End, Kept, PATIENCE, Probe, keep, standing, stands};
use crate::scene::{Scene, on_each_scene};
use authority::{
    Authority,
    duties::{By, Duty},
};
use domain::time::SignedDuration;
use std::{sync::Arc, time::Duration};
use store::duty_runs::DutyRun;
use tokio::time::timeout;

const NAME: &str = "probe";
/// Longer than a lease.
const LEASE_IS_OVER: SignedDuration = SignedDuration::from_secs(31);
/// How long the second process may take to ask for a lease that is over.
const ASKS_WITHIN: Duration = Duration::from_secs(5);

/// A duty that two processes run at the same time; the second one has the lease.
struct Passed {
    loser: Arc<Probe>,
    winner: Arc<Probe>,
    second: Authority,
    /// Reads what is on record and runs nothing.
    onlooker: Authority,
    kept: [Kept; 2],
}

impl Passed {
    /// `None` on a database that belongs to one process.
    async fn of(scene: &Scene) -> Option<Self> {
        if !scene.store.is_shared() {
            return None;
        }
        let (second, onlooker) = (scene.another_process().await, scene.another_process().await);
        let loser = Probe::named(NAME, By::OneProcess, &[End::Fails]);
        let winner = Probe::named(NAME, By::OneProcess, &[]);
        onlooker.duties().announce(&[Arc::clone(&winner) as Arc<dyn Duty>]);
        let kept_by_first = keep(&scene.authority, loser.clone());
        loser.entered(1).await;
        let kept = [kept_by_first, keep(&second, winner.clone())];
        // The first process may prolong its lease in between.
        let passes = async {
            scene.forward(LEASE_IS_OVER);
            while timeout(ASKS_WITHIN, winner.entered(1)).await.is_err() {
                scene.forward(LEASE_IS_OVER);
            }
        };
        timeout(PATIENCE, passes).await.expect("the lease passes");
        Some(Self { loser, winner, second, onlooker, kept })
    }

    async fn on_record(&self) -> Option<DutyRun> {
        standing(&self.onlooker, NAME).await.expect("is announced").last
    }

    async fn comes_on_record(&self) -> DutyRun {
        let stored = stands(&self.onlooker, NAME, |standing| standing.last.is_some()).await;
        stored.last.expect("just seen")
    }

    async fn the_second_process_has_it(&self) {
        let lease = standing(&self.onlooker, NAME).await.expect("is announced").lease;
        assert_eq!(lease.expect("is held").holder, self.second.duties().process());
    }

    async fn end(self) {
        for kept in self.kept {
            kept.end().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_ends_after_its_lease_was_lost_leaves_the_record_as_the_other_process_wrote_it() {
    on_each_scene(async |scene| {
        let Some(passed) = Passed::of(&scene).await else { return };
        passed.winner.leave.add_permits(1);
        let recorded = passed.comes_on_record().await;
        assert_eq!((recorded.done, recorded.failure.as_ref()), (1, None));
        passed.winner.call.notify_one();
        passed.winner.entered(2).await;
        // The first run goes on until it fails by itself, or until the next prolonging stops it.
        passed.loser.leave.add_permits(1);
        stands(&scene.authority, NAME, |standing| standing.failures == 1).await;
        assert_eq!(passed.on_record().await, Some(recorded));
        passed.the_second_process_has_it().await;
        passed.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_lease_was_lost_is_stopped_and_is_not_put_on_record() {
    on_each_scene(async |scene| {
        let Some(passed) = Passed::of(&scene).await else { return };
        let stopped = stands(&scene.authority, NAME, |standing| standing.failures == 1).await;
        let why = stopped.last.and_then(|run| run.failure).expect("it failed");
        assert_eq!(why, "another process has taken the lease meanwhile");
        assert_eq!(passed.on_record().await, None);
        passed.the_second_process_has_it().await;
        passed.winner.leave.add_permits(1);
        let recorded = passed.comes_on_record().await;
        assert_eq!((recorded.done, recorded.failure), (1, None));
        passed.end().await;
    })
    .await;
}
