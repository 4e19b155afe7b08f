use crate::{
    databases::on_each_database,
    world::{self, NOW, World},
};
use domain::{
    id::EffectId,
    tenant::TenantState,
    time::{DAY, SignedDuration, Timestamp},
};
use store::{
    Store,
    effects::{ClaimedEffect, NewEffect},
};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const GRACE_DAYS: u32 = 30;

async fn insert(store: &Store, seed: u64) -> EffectId {
    let id = EffectId::new(NOW, &mut world::rng(seed));
    let mut tx = store.begin("act").await.expect("begins");
    let effect = NewEffect { id, tenant: None, kind: "mail", opens_until: None, payload_sealed: b"sealed" };
    tx.insert_effect(&effect, NOW).await.expect("inserts");
    tx.commit().await.expect("commits");
    id
}

async fn claim(store: &Store, now: Timestamp) -> Vec<ClaimedEffect> {
    let mut tx = store.begin("claim").await.expect("begins");
    let claimed = tx.claim_effects(GRACE_DAYS, now, now + MINUTE, 10).await.expect("claims");
    tx.commit().await.expect("commits");
    claimed
}

#[tokio::test]
async fn a_claimed_effect_is_nobody_elses_until_its_lease_ends() {
    on_each_database(async |store| {
        let id = insert(&store, 1).await;
        let first = claim(&store, NOW).await;
        assert_eq!(
            (first[0].id, first[0].attempt, first[0].payload_sealed.as_slice()),
            (id, 1, &b"sealed"[..])
        );
        assert!(claim(&store, NOW).await.is_empty());
        let second = claim(&store, NOW + MINUTE).await;
        assert_eq!((second[0].id, second[0].attempt), (id, 2));
        let mut tx = store.begin("late").await.expect("begins");
        let late = tx.retry_effect(id, 1, NOW + DAY, "too late").await.expect("no error");
        assert!(!late, "the claim has passed to another");
        assert!(tx.retry_effect(id, 2, NOW + DAY, "mail server down").await.expect("retries"));
        assert_eq!(tx.next_effect_due(GRACE_DAYS, NOW).await.expect("reads"), Some(NOW + DAY));
        tx.commit().await.expect("commits");
        assert!(claim(&store, NOW + MINUTE).await.is_empty());
        assert_eq!(claim(&store, NOW + DAY).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_opens_something_is_due_only_while_the_tenant_is_not_shut_out() {
    let (active, suspended) = (TenantState::Active, TenantState::Suspended);
    // Each in a database of its own: a dropped transaction keeps its rows locked for a moment yet.
    for (moment, state) in [("now", suspended), ("just before", active), ("from then on", active)] {
        on_each_database(async |store| {
            let world = World::new(&store, "sample", 1).await;
            let tenant = world.tenant.id;
            for (seed, opens_until) in [(2, Some(Timestamp::MAX)), (3, None)] {
                let id = EffectId::new(NOW, &mut world::rng(seed));
                let mut tx = store.begin("act").await.expect("begins");
                let effect = NewEffect {
                    id,
                    tenant: Some(tenant),
                    kind: "mail",
                    opens_until,
                    payload_sealed: b"sealed",
                };
                tx.insert_effect(&effect, NOW).await.expect("inserts");
                tx.commit().await.expect("commits");
            }
            let suspended_from = world.tenant.license.suspended_from(GRACE_DAYS);
            let now = match moment {
                "now" => NOW,
                "just before" => suspended_from - SignedDuration::from_millis(1),
                _ => suspended_from,
            };
            let mut tx = store.begin("undone").await.expect("begins");
            if state != active {
                let mut scope = tx.tenant(tenant);
                assert!(scope.set_tenant_state(active, state, now).await.expect("suspends"));
            }
            let record = tx.tenant(tenant).record().await.expect("reads").expect("the tenant");
            let due = tx.claim_effects(GRACE_DAYS, now, now + MINUTE, 10).await.expect("claims").len();
            let expected = if record.shut_out(GRACE_DAYS, now).is_none() { 2 } else { 1 };
            assert_eq!(due, expected, "{state:?} at {now}");
            let next = tx.next_effect_due(GRACE_DAYS, now).await.expect("reads");
            assert_eq!(next, Some(now + MINUTE), "what is kept back is not waited for");
        })
        .await;
    }
}

#[tokio::test]
async fn what_opens_nothing_any_more_is_never_due_and_keeps_no_payload() {
    on_each_database(async |store| {
        let world = World::new(&store, "sample", 1).await;
        let (last, over) = (NOW + MINUTE - SignedDuration::from_millis(1), NOW + MINUTE);
        let mut tx = store.begin("act").await.expect("begins");
        let effect = NewEffect {
            id: EffectId::new(NOW, &mut world::rng(2)),
            tenant: Some(world.tenant.id),
            kind: "mail",
            opens_until: Some(over),
            payload_sealed: b"sealed",
        };
        tx.insert_effect(&effect, NOW).await.expect("inserts");
        assert_eq!(tx.next_effect_due(GRACE_DAYS, last).await.expect("reads"), Some(NOW));
        assert_eq!(tx.give_up_closed_effects(last).await.expect("gives up"), 0);
        assert_eq!(tx.next_effect_due(GRACE_DAYS, over).await.expect("reads"), None);
        assert!(tx.claim_effects(GRACE_DAYS, over, over + MINUTE, 10).await.expect("claims").is_empty());
        assert_eq!(tx.outbox_counts().await.expect("counts").waiting, 1);
        assert_eq!(tx.give_up_closed_effects(over).await.expect("gives up"), 1);
        let counts = tx.outbox_counts().await.expect("counts");
        assert_eq!((counts.waiting, counts.given_up), (0, 1), "the schema lets no such row keep its payload");
        tx.commit().await.expect("commits");
    })
    .await;
}

#[tokio::test]
async fn what_a_dead_process_has_claimed_is_due_when_its_lease_ends_at_the_latest() {
    on_each_database(async |store| {
        insert(&store, 1).await;
        claim(&store, NOW).await;
        let due = store.read().await.expect("reads").next_effect_due(GRACE_DAYS, NOW).await.expect("reads");
        assert_eq!(due, Some(NOW + MINUTE), "nobody else can claim it before");
        let mut tx = store.begin("start").await.expect("begins");
        let taken_back = tx.take_back_effects().await.expect("takes back");
        tx.commit().await.expect("commits");
        let claimed_at_once = claim(&store, NOW).await.len() as u64;
        assert_eq!(claimed_at_once, taken_back, "SQLite has one process, PostgreSQL may have others");
        assert_eq!(claim(&store, NOW + MINUTE).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_sent_effect_keeps_no_payload_and_is_not_sent_again() {
    on_each_database(async |store| {
        let (sent, given_up) = (insert(&store, 1).await, insert(&store, 2).await);
        assert_eq!(claim(&store, NOW).await.len(), 2);
        let mut tx = store.begin("settle").await.expect("begins");
        assert!(tx.effect_sent(sent, NOW).await.expect("sent"));
        assert!(!tx.effect_sent(sent, NOW).await.expect("sent already"));
        assert!(tx.give_up_effect(given_up, 1, NOW, "no such mailbox").await.expect("given up"));
        let counts = tx.outbox_counts().await.expect("counts");
        assert_eq!((counts.waiting, counts.given_up), (0, 1));
        tx.commit().await.expect("commits");
        assert!(claim(&store, NOW + DAY).await.is_empty());
        let mut tx = store.begin("erase").await.expect("begins");
        assert_eq!(tx.erase_effects(NOW + DAY).await.expect("erases"), 2);
    })
    .await;
}

#[tokio::test]
async fn an_effect_of_an_undone_act_never_leaves() {
    on_each_database(async |store| {
        let id = EffectId::new(NOW, &mut world::rng(1));
        let mut tx = store.begin("act").await.expect("begins");
        let effect =
            NewEffect { id, tenant: None, kind: "mail", opens_until: None, payload_sealed: b"sealed" };
        tx.insert_effect(&effect, NOW).await.expect("inserts");
        drop(tx);
        assert!(claim(&store, NOW).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deliverers_at_work_together_share_the_outbox() {
    on_each_database(async |store| {
        for seed in 0..20 {
            insert(&store, seed).await;
        }
        let deliverers: Vec<_> = (0..4)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { claim(&store, NOW).await })
            })
            .collect();
        let mut claimed = Vec::new();
        for one in deliverers {
            claimed.extend(one.await.expect("ends").into_iter().map(|effect| effect.id));
        }
        claimed.extend(claim(&store, NOW).await.into_iter().map(|effect| effect.id));
        claimed.sort();
        let all = claimed.len();
        claimed.dedup();
        assert_eq!((claimed.len(), all), (20, 20), "each once");
    })
    .await;
}
