use crate::{
    databases::on_each_database,
    world::{self, NOW, World},
};
use domain::{
    id::EffectId,
    mail::{MailClass, MailPurpose, MailStanding, MailTrouble},
    tenant::TenantState,
    time::{DAY, SignedDuration, Timestamp},
};
use store::{
    PageRequest, Reader, Store, Transaction,
    effects::{ClaimedEffect, NewEffect, Undelivered},
    mails::OutboxCounts,
};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const GRACE_DAYS: u32 = 30;

/// A mail to a person of this world.
fn mail(world: &World, seed: u64) -> NewEffect<'static> {
    NewEffect {
        id: EffectId::new(NOW, &mut world::rng(seed)),
        tenant: world.tenant.id,
        user: world.user.id,
        kind: "mail",
        class: MailClass::Awaited,
        purpose: MailPurpose::Notice,
        application: None,
        opens_until: None,
        payload_sealed: b"sealed",
    }
}

async fn insert(store: &Store, world: &World, seed: u64) -> EffectId {
    let effect = mail(world, seed);
    let id = effect.id;
    let mut tx = store.begin("act").await.expect("begins");
    tx.insert_effect(&effect, NOW).await.expect("inserts");
    tx.commit().await.expect("commits");
    id
}

async fn claim(store: &Store, now: Timestamp) -> Vec<ClaimedEffect> {
    let mut tx = store.begin("claim").await.expect("begins");
    let claimed = claim_within(&mut tx, now).await;
    tx.commit().await.expect("commits");
    claimed
}

/// All due effects, in the order in which they leave.
async fn claim_within(tx: &mut Transaction, now: Timestamp) -> Vec<ClaimedEffect> {
    let (mut claimed, mut after) = (Vec::new(), None);
    for class in MailClass::ALL {
        loop {
            let next = tx.claim_effect(class, after, GRACE_DAYS, now, now + MINUTE).await.expect("claims");
            match next {
                Some(effect) => {
                    after = Some(effect.tenant);
                    claimed.push(effect);
                }
                None if after.is_some() => after = None,
                None => break,
            }
        }
    }
    claimed
}

/// The waiting mails of a person, in numbers.
async fn awaited(reader: &mut Reader) -> OutboxCounts {
    let [(class, counts), _] = reader.outbox_counts().await.expect("counts");
    assert_eq!(class, MailClass::Awaited);
    counts
}

fn why() -> Undelivered<'static> {
    Undelivered { trouble: MailTrouble::Server, words: "mail server down" }
}

#[tokio::test]
async fn a_claimed_effect_is_nobody_elses_until_its_lease_ends() {
    on_each_database(async |store| {
        let id = insert(&store, &World::new(&store, "sample", 1).await, 1).await;
        let first = claim(&store, NOW).await;
        assert_eq!(
            (first[0].id, first[0].attempt, first[0].payload_sealed.as_slice()),
            (id, 1, &b"sealed"[..])
        );
        assert!(claim(&store, NOW).await.is_empty());
        let second = claim(&store, NOW + MINUTE).await;
        assert_eq!((second[0].id, second[0].attempt), (id, 2));
        let mut tx = store.begin("late").await.expect("begins");
        let late = tx.retry_effect(id, 1, NOW, NOW + DAY, why()).await.expect("no error");
        assert!(!late, "the claim has passed to another");
        assert!(tx.retry_effect(id, 2, NOW, NOW + DAY, why()).await.expect("retries"));
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
    // Each case has a database of its own: a dropped transaction keeps its rows locked for a moment.
    for (moment, state) in [("now", suspended), ("just before", active), ("from then on", active)] {
        on_each_database(async |store| {
            let world = World::new(&store, "sample", 1).await;
            let tenant = world.tenant.id;
            for (seed, opens_until) in [(2, Some(Timestamp::MAX)), (3, None)] {
                let mut tx = store.begin("act").await.expect("begins");
                let effect = NewEffect { opens_until, ..mail(&world, seed) };
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
            let due = claim_within(&mut tx, now).await.len();
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
        let effect = NewEffect { opens_until: Some(over), ..mail(&world, 2) };
        tx.insert_effect(&effect, NOW).await.expect("inserts");
        assert_eq!(tx.next_effect_due(GRACE_DAYS, last).await.expect("reads"), Some(NOW));
        assert_eq!(tx.give_up_closed_effects(last).await.expect("gives up"), 0);
        assert_eq!(tx.next_effect_due(GRACE_DAYS, over).await.expect("reads"), None);
        assert!(claim_within(&mut tx, over).await.is_empty());
        assert_eq!(awaited(&mut tx).await.waiting, 1);
        assert_eq!(tx.give_up_closed_effects(over).await.expect("gives up"), 1);
        let counts = awaited(&mut tx).await;
        assert_eq!((counts.waiting, counts.given_up), (0, 1), "the schema lets no such row keep its payload");
        tx.commit().await.expect("commits");
    })
    .await;
}

#[tokio::test]
async fn what_a_dead_process_has_claimed_is_due_when_its_lease_ends_at_the_latest() {
    on_each_database(async |store| {
        insert(&store, &World::new(&store, "sample", 1).await, 1).await;
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
        let world = World::new(&store, "sample", 1).await;
        let (sent, given_up) = (insert(&store, &world, 1).await, insert(&store, &world, 2).await);
        assert_eq!(claim(&store, NOW).await.len(), 2);
        let mut tx = store.begin("settle").await.expect("begins");
        assert!(tx.effect_sent(sent, NOW).await.expect("sent"));
        assert!(!tx.effect_sent(sent, NOW).await.expect("sent already"));
        assert!(tx.give_up_effect(given_up, 1, NOW, why()).await.expect("given up"));
        let counts = awaited(&mut tx).await;
        assert_eq!((counts.waiting, counts.given_up), (0, 1));
        tx.commit().await.expect("commits");
        assert!(claim(&store, NOW + DAY).await.is_empty());
        let mut tx = store.begin("erase").await.expect("begins");
        assert_eq!(tx.erase_effects(NOW + DAY, NOW + DAY).await.expect("erases"), 2);
    })
    .await;
}

#[tokio::test]
async fn an_effect_of_an_undone_act_never_leaves() {
    on_each_database(async |store| {
        let world = World::new(&store, "sample", 1).await;
        let mut tx = store.begin("act").await.expect("begins");
        tx.insert_effect(&mail(&world, 1), NOW).await.expect("inserts");
        drop(tx);
        assert!(claim(&store, NOW).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deliverers_at_work_together_share_the_outbox() {
    on_each_database(async |store| {
        let world = World::new(&store, "sample", 1).await;
        for seed in 0..20 {
            insert(&store, &world, seed).await;
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

#[tokio::test]
async fn what_a_person_waits_for_leaves_first_and_tenants_take_turns() {
    on_each_database(async |store| {
        let mut worlds = Vec::new();
        for slug in ["one", "two", "three"] {
            worlds.push(World::new(&store, slug, worlds.len() as u64 + 1).await);
        }
        let mut tx = store.begin("act").await.expect("begins");
        // The first tenant has many effects and came first; the others have one or two.
        for (tenant, class, count) in [
            (0, MailClass::Bulk, 6),
            (0, MailClass::Awaited, 2),
            (1, MailClass::Bulk, 2),
            (2, MailClass::Awaited, 1),
            (2, MailClass::Bulk, 1),
        ] {
            for seed in 0..count {
                let seed = 1000 * (tenant as u64 + 1) + 100 * (class as u64) + seed;
                let effect = NewEffect { class, ..mail(&worlds[tenant], seed) };
                tx.insert_effect(&effect, NOW).await.expect("inserts");
            }
        }
        tx.commit().await.expect("commits");
        let mut ids: Vec<_> = worlds.iter().map(|world| world.tenant.id).collect();
        ids.sort();
        let claimed = claim(&store, NOW).await;
        let left = |class| -> Vec<_> {
            let of_class = claimed.iter().filter(|effect| effect.class == class);
            of_class.map(|effect| effect.tenant).collect()
        };
        assert!(claimed[..3].iter().all(|effect| effect.class == MailClass::Awaited));
        assert_eq!(left(MailClass::Awaited).len(), 3);
        assert_eq!(left(MailClass::Awaited)[..2].iter().collect::<std::collections::HashSet<_>>().len(), 2);
        let bulk = left(MailClass::Bulk);
        let first_turn: std::collections::HashSet<_> = bulk[..3].iter().collect();
        assert_eq!(first_turn.len(), 3, "one of each tenant in the first turn");
        assert_eq!(bulk.len(), 9);
        let (one, two) = (worlds[0].tenant.id, worlds[1].tenant.id);
        assert!(bulk[3..5].contains(&one) && bulk[3..5].contains(&two), "the second turn: {bulk:?}");
        assert!(bulk[5..].iter().all(|tenant| *tenant == one));
    })
    .await;
}

#[tokio::test]
async fn where_the_newest_mail_to_a_person_stands_is_known_after_the_mail_is_erased() {
    on_each_database(async |store| {
        let world = World::new(&store, "sample", 1).await;
        let user = world.user.id;
        let standing = async || {
            let mut reader = store.read().await.expect("reads");
            reader.tenant(world.tenant.id).mail_standing(user).await.expect("reads")
        };
        assert_eq!(standing().await, None);
        let refused = insert(&store, &world, 1).await;
        assert_eq!(standing().await, Some(MailStanding::Queued));
        claim(&store, NOW).await;
        let mut tx = store.begin("settle").await.expect("begins");
        assert!(tx.retry_effect(refused, 1, NOW, NOW + MINUTE, why()).await.expect("retries"));
        tx.commit().await.expect("commits");
        assert_eq!(standing().await, Some(MailStanding::Delayed));
        let mut reader = store.read().await.expect("reads");
        let found = reader.tenant(world.tenant.id).mails_of(user, 10).await.expect("reads");
        assert_eq!(found[0].words.as_deref(), Some("mail server down"));
        assert_eq!(
            (found[0].standing, found[0].next_attempt_at),
            (MailStanding::Delayed, Some(NOW + MINUTE))
        );
        drop(reader);
        let mut tx = store.begin("settle").await.expect("begins");
        assert_eq!(tx.bring_effects_forward(NOW).await.expect("brings forward"), 1);
        tx.commit().await.expect("commits");
        claim(&store, NOW).await;
        let mut tx = store.begin("settle").await.expect("begins");
        let no_recipient = Undelivered { trouble: MailTrouble::NoRecipient, words: "550 5.1.1 no" };
        assert!(tx.give_up_effect(refused, 2, NOW, no_recipient).await.expect("gives up"));
        let listed = tx.troubled_mails(&PageRequest::first(10)).await.expect("reads").rows;
        assert_eq!((listed.len(), listed[0].standing), (1, MailStanding::Refused));
        assert_eq!(listed[0].login_name.as_deref(), Some(world.user.login_name.as_str()));
        assert_eq!(tx.erase_effects(NOW + DAY, NOW + DAY).await.expect("erases"), 1);
        assert!(tx.troubled_mails(&PageRequest::first(10)).await.expect("reads").rows.is_empty());
        tx.commit().await.expect("commits");
        assert_eq!(standing().await, Some(MailStanding::Refused));
        insert(&store, &world, 2).await;
        assert_eq!(standing().await, Some(MailStanding::Queued), "the newest counts");
    })
    .await;
}
