//! The driver of the duties: failures, leases between two processes, and what is told of runs.

mod lost_leases;

use crate::{
    scene::{Scene, on_each_scene},
    walk::Holder,
};
use authority::{
    Authority, Unavailable,
    duties::{By, Duty, DutyStanding, Plan, Run},
};
use domain::time::SignedDuration;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, Semaphore, watch},
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a run of a [`Probe`] ends.
#[derive(Clone, Copy)]
enum End {
    Well,
    Fails,
    Panics,
}

/// A duty in the test's hands: it says how often it was entered, and each run waits for leave to end.
struct Probe {
    plan: Plan,
    entered: watch::Sender<usize>,
    leave: Semaphore,
    call: Notify,
    /// The first runs; all others end well.
    ends: Vec<End>,
}

impl Probe {
    fn new(by: By, ends: &[End]) -> Arc<Self> {
        Self::named("probe", by, ends)
    }

    fn named(name: &'static str, by: By, ends: &[End]) -> Arc<Self> {
        let (period, gathers) = (Duration::from_millis(20), Duration::ZERO);
        Arc::new(Self {
            plan: Plan { name, period, gathers, by },
            entered: watch::Sender::new(0),
            leave: Semaphore::new(0),
            call: Notify::new(),
            ends: ends.to_vec(),
        })
    }

    /// From now on no run waits.
    fn let_all_go(&self) {
        self.leave.add_permits(1_000_000);
    }

    fn times_entered(&self) -> usize {
        *self.entered.borrow()
    }

    async fn entered(&self, times: usize) {
        let mut entered = self.entered.subscribe();
        let reached = entered.wait_for(|entered| *entered >= times);
        timeout(PATIENCE, reached).await.expect("it runs").expect("it lives");
    }
}

#[async_trait::async_trait]
impl Duty for Probe {
    fn plan(&self) -> Plan {
        self.plan
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        self.entered.send_modify(|entered| *entered += 1);
        let run = self.times_entered() - 1;
        self.leave.acquire().await.expect("open").forget();
        match self.ends.get(run).copied().unwrap_or(End::Well) {
            End::Well => Ok(Run::of(run + 1)),
            End::Fails => Err(Unavailable::because("full disk")),
            End::Panics => panic!("a slip"),
        }
    }

    async fn woken(&self) {
        self.call.notified().await;
    }
}

/// A duty kept by one process until the test says stop.
struct Kept {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

fn keep(authority: &Authority, duty: Arc<dyn Duty>) -> Kept {
    let stop = CancellationToken::new();
    let task = tokio::spawn(authority.duties().clone().keep(duty, stop.clone()));
    Kept { stop, task }
}

impl Kept {
    async fn end(self) {
        self.stop.cancel();
        timeout(PATIENCE, self.task).await.expect("it ends").expect("without a panic");
    }
}

async fn standing(authority: &Authority, name: &str) -> Option<DutyStanding> {
    authority
        .duties()
        .standings()
        .await
        .expect("reads")
        .into_iter()
        .find(|standing| standing.plan.name == name)
}

/// Waits until a duty stands as the test wants it.
async fn stands(authority: &Authority, name: &str, wanted: impl Fn(&DutyStanding) -> bool) -> DutyStanding {
    let looking = async {
        loop {
            match standing(authority, name).await {
                Some(standing) if wanted(&standing) => return standing,
                _ => sleep(Duration::from_millis(5)).await,
            }
        }
    };
    timeout(PATIENCE, looking).await.expect("it comes to that")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duty_that_fails_or_panics_is_tried_again_and_stops_no_other_one() {
    on_each_scene(async |scene| {
        let ill = Probe::named("ill", By::EachProcess, &[End::Fails, End::Panics]);
        let well = Probe::named("well", By::EachProcess, &[]);
        well.let_all_go();
        let kept = [keep(&scene.authority, ill.clone()), keep(&scene.authority, well.clone())];
        for words in ["full disk", "a mistake in the program: a slip"] {
            ill.leave.add_permits(1);
            let failure = |standing: &DutyStanding| standing.last.as_ref()?.failure.clone();
            let fails = |standing: &DutyStanding| failure(standing).is_some_and(|told| told.contains(words));
            stands(&scene.authority, "ill", fails).await;
            well.entered(well.times_entered() + 2).await;
        }
        ill.let_all_go();
        ill.entered(4).await;
        let ill = standing(&scene.authority, "ill").await.expect("is known");
        assert_eq!((ill.failures, ill.last.expect("ran").failure), (2, None));
        assert_eq!(standing(&scene.authority, "well").await.expect("is known").failures, 0);
        for kept in kept {
            kept.end().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_one_does_a_duty_and_the_other_one_does_afterwards_what_it_was_woken_for() {
    on_each_scene(async |scene| {
        // An SQLite file belongs to one process.
        if !scene.store.is_shared() {
            return;
        }
        let (one, other) = (&scene.authority, &scene.another_process().await);
        let (at_one, at_other) = (Probe::new(By::OneProcess, &[]), Probe::new(By::OneProcess, &[]));
        let kept_by_one = keep(one, at_one.clone());
        at_one.entered(1).await;
        let kept_by_other = keep(other, at_other.clone());
        let waiting = stands(other, "probe", |standing| standing.next_at.is_some()).await;
        assert_eq!(at_other.times_entered(), 0);
        assert_eq!(waiting.lease.expect("is held").holder, one.duties().process());
        at_one.let_all_go();
        at_other.entered(1).await;
        let told = standing(other, "probe").await.expect("is known");
        assert_eq!(told.last.expect("told by the other process").done, 1);
        assert_eq!(told.lease.expect("is held").holder, other.duties().process());
        kept_by_one.end().await;
        // A process that ends in the middle leaves no lease behind.
        kept_by_other.end().await;
        assert_eq!(standing(one, "probe").await.expect("is known").lease, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_does_for_all_is_done_once_a_period_and_at_once_when_it_is_called_for() {
    on_each_scene(async |scene| {
        let probe = Probe::new(By::OneProcess, &[]);
        probe.let_all_go();
        let kept = keep(&scene.authority, probe.clone());
        let ran = stands(&scene.authority, "probe", |standing| standing.last.is_some()).await;
        let next_at = ran.last.expect("ran").next_at;
        assert!(next_at > scene.now());
        // A process that starts afterwards does what may lie there since a crash; then the clock stands still.
        let starting = scene.another_process().await;
        let at_start = Probe::new(By::OneProcess, &[]);
        at_start.let_all_go();
        let kept_too = keep(&starting, at_start.clone());
        at_start.entered(1).await;
        kept_too.end().await;
        let settled = async |done: u64| {
            let told = |standing: &DutyStanding| standing.last.as_ref().is_some_and(|run| run.done == done);
            stands(&scene.authority, "probe", told).await;
        };
        probe.call.notify_one();
        settled(2).await;
        scene.forward(SignedDuration::from_secs(1));
        settled(3).await;
        // The clock is set back: the next run lies further away than a period.
        scene.forward(SignedDuration::from_hours(-24));
        probe.entered(4).await;
        kept.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_duty_of_the_authority_runs_and_has_a_name_of_its_own() {
    on_each_scene(async |scene| {
        let duties = scene.authority.duties().of_the_authority();
        scene.authority.duties().announce(&duties);
        assert_eq!(scene.authority.duties().own_standings().len(), duties.len(), "names");
        let kept: Vec<_> = duties.into_iter().map(|duty| keep(&scene.authority, duty)).collect();
        for duty in scene.authority.duties().own_standings() {
            let ran = stands(&scene.authority, duty.plan.name, |standing| standing.last.is_some()).await;
            assert_eq!(ran.last.expect("ran").failure, None, "{}", duty.plan.name);
        }
        for kept in kept {
            kept.end().await;
        }
    })
    .await;
}

/// The proof of a certificate, as the record tells it.
async fn is_proved(scene: &Scene, holder: &Holder) -> bool {
    scene.record(&holder.certificate).await.proved_at.is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_cannot_be_noted_is_noted_later_and_keeps_no_other_one_waiting() {
    on_each_scene(async |scene| {
        let sheets = [scene.customer("sample").await, scene.customer("other").await];
        let unlucky = scene.administrator(&sheets[0]).await;
        let lucky = scene.administrator(&sheets[1]).await;
        let mut back_door = scene.back_door().await;
        back_door
            .break_writes_where("UPDATE OF proved_at", "certificate", "NEW.device_name = 'unlucky'")
            .await;
        back_door
            .run_with_bytes(
                "UPDATE certificate SET device_name = 'unlucky' WHERE id = $1",
                unlucky.certificate.id.as_bytes(),
            )
            .await;
        for holder in [&unlucky, &lucky] {
            assert!(scene.authority.proofs().certificate_seen(holder.certificate.id));
        }
        let duty = scene
            .authority
            .duties()
            .of_the_authority()
            .into_iter()
            .find(|duty| duty.plan().name == "note-proofs");
        let kept = keep(&scene.authority, duty.expect("there is one"));
        stands(&scene.authority, "note-proofs", |standing| standing.failures > 0).await;
        assert!(is_proved(&scene, &lucky).await && !is_proved(&scene, &unlucky).await);
        back_door.mend_writes("certificate").await;
        let noted = |standing: &DutyStanding| standing.last.as_ref().is_some_and(|run| run.failure.is_none());
        stands(&scene.authority, "note-proofs", noted).await;
        assert!(is_proved(&scene, &unlucky).await);
        kept.end().await;
    })
    .await;
}
