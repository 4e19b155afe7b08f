use crate::{
    databases::on_each_database,
    world::{self, NOW},
};
use domain::{
    act::Act,
    audit::AuditEntry,
    grant::Actor,
    id::UserId,
    status_change::StatusChange,
    time::{DAY, Timestamp},
};
use store::{Store, StoreError, audit::AuditHead, status_changes::StatusChanges};

async fn change(store: &Store, user: UserId, at: Timestamp) -> Result<i64, StoreError> {
    let mut tx = store.begin("change").await?;
    let generation = tx.insert_status_change(StatusChange::User(user), at).await?;
    tx.commit().await?;
    Ok(generation)
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_made_at_once_are_numbered_in_the_order_of_their_commits() {
    on_each_database(async |store| {
        let users: Vec<UserId> = (0..12).map(|seed| UserId::new(NOW, &mut world::rng(seed))).collect();
        let writers: Vec<_> = users
            .iter()
            .map(|user| {
                let (store, user) = (store.clone(), *user);
                tokio::spawn(async move { change(&store, user, NOW).await })
            })
            .collect();
        // A reader that follows the changes must never see a number with a gap before it.
        let mut seen = 0;
        let mut reader = store.read().await.expect("reads");
        loop {
            let finished = writers.iter().all(tokio::task::JoinHandle::is_finished);
            let StatusChanges::Since(changes) = reader.changes_after(seen, 100).await.expect("reads") else {
                panic!("nothing was erased");
            };
            for (generation, _) in changes {
                assert_eq!(generation, seen + 1);
                seen = generation;
            }
            if finished {
                break;
            }
            tokio::task::yield_now().await;
        }
        for writer in writers {
            writer.await.expect("ends").expect("works");
        }
        assert_eq!(reader.generation().await.expect("reads"), 12);
    })
    .await;
}

#[tokio::test]
async fn a_change_waits_for_the_commit_of_the_one_before() {
    on_each_database(async |store| {
        let (one, two) = (UserId::new(NOW, &mut world::rng(1)), UserId::new(NOW, &mut world::rng(2)));
        let mut first = store.begin("first").await.expect("begins");
        assert_eq!(first.insert_status_change(StatusChange::User(one), NOW).await.expect("numbers"), 1);
        let slow = async {
            // Round trips in which the second transaction could finish, or take the first one's number.
            for _ in 0..300 {
                assert_eq!(first.generation().await.expect("reads"), 1);
            }
            first.commit().await
        };
        let (second, committed) = tokio::join!(change(&store, two, NOW), slow);
        committed.expect("commits");
        assert_eq!(second.expect("waits, then numbers"), 2);
    })
    .await;
}

#[tokio::test]
async fn a_gate_that_slept_too_long_is_told_to_load_anew() {
    on_each_database(async |store| {
        let user = UserId::new(NOW, &mut world::rng(1));
        for day in 0..3 {
            change(&store, user, NOW + DAY * day).await.expect("changes");
        }
        let mut tx = store.begin("erase").await.expect("begins");
        assert_eq!(tx.erase_status_changes(NOW + DAY * 9).await.expect("erases"), 2, "the newest one stays");
        tx.commit().await.expect("commits");
        assert_eq!(change(&store, user, NOW).await.expect("changes"), 4);
        let mut reader = store.read().await.expect("reads");
        assert_eq!(reader.changes_after(0, 10).await.expect("reads"), StatusChanges::Forgotten);
        assert_eq!(reader.changes_after(1, 10).await.expect("reads"), StatusChanges::Forgotten);
        let expected = vec![(3, StatusChange::User(user)), (4, StatusChange::User(user))];
        assert_eq!(reader.changes_after(2, 10).await.expect("reads"), StatusChanges::Since(expected));
        assert_eq!(reader.changes_after(4, 10).await.expect("reads"), StatusChanges::Since(vec![]));
    })
    .await;
}

fn entry(act: Act) -> AuditEntry {
    AuditEntry {
        at: NOW,
        actor: Actor::Machine,
        act,
        tenant: None,
        subject: "sample".to_owned(),
        detail: "reason=test".to_owned(),
        address: Some("2001:db8::7".parse().expect("address")),
    }
}

#[tokio::test]
async fn audit_rows_have_no_gaps_and_are_sealed_once() {
    on_each_database(async |store| {
        for act in [Act::AddUser, Act::Reject, Act::Invite] {
            let mut tx = store.begin("audit").await.expect("begins");
            tx.insert_audit(&entry(act)).await.expect("writes");
            if act != Act::Reject {
                tx.commit().await.expect("commits");
            }
        }
        let mut tx = store.begin("seal").await.expect("begins");
        assert_eq!(tx.audit_head().await.expect("reads"), None);
        let rows = tx.unsealed_audit_rows(10).await.expect("reads");
        let acts: Vec<_> = rows.iter().map(|row| (row.seq, row.act.as_str())).collect();
        assert_eq!(acts, [(1, "add-user"), (2, "invite")]);
        assert_eq!(rows[0].address.as_deref(), Some("2001:db8::7"));
        assert!(tx.seal_audit_row(1, &[9; 32]).await.expect("seals"));
        assert!(!tx.seal_audit_row(1, &[8; 32]).await.expect("sealed already"));
        assert_eq!(tx.audit_head().await.expect("reads"), Some(AuditHead { seq: 1, hash: [9; 32] }));
        assert_eq!(tx.unsealed_audit_rows(10).await.expect("reads").len(), 1);
        tx.commit().await.expect("commits");
        let mut reader = store.read().await.expect("reads");
        assert_eq!(reader.audit_rows_from(2, 10).await.expect("reads").len(), 1);
    })
    .await;
}
