//! A record that replaces another one under the same key replaces all of it, or what its table says.

use crate::{
    databases::on_each_database,
    records::assert_same,
    world::{NOW, World},
};
use domain::{email::EmailAddress, mailed_code::MailedCode, time::DAY};
use std::time::Duration;
use store::{
    duty_runs::DutyRun,
    pickups::{Pickup, SealedUnder},
};

#[tokio::test]
async fn a_code_mailed_again_replaces_the_former_one() {
    on_each_database(async |store| {
        let world = World::new(&store, "sample", 1).await;
        let former = MailedCode {
            email: world.user.email.clone(),
            hash: [1; 32],
            expires_at: NOW,
            wrong_tries: 0,
            mails: 1,
            mails_since: NOW,
        };
        let code = MailedCode {
            email: EmailAddress::parse("other@example.jp").expect("address"),
            hash: [2; 32],
            expires_at: NOW + DAY,
            wrong_tries: 3,
            mails: 2,
            mails_since: NOW + DAY,
        };
        let mut tx = store.begin("code").await.expect("begins");
        let mut scope = tx.tenant(world.tenant.id);
        for code in [&former, &code] {
            assert!(scope.put_email_proof(world.user.id, code).await.expect("writes"));
            assert!(scope.put_portal_code(world.user.id, code).await.expect("writes"));
        }
        assert_same(&scope.email_proof(world.user.id).await.expect("reads"), &Some(&code));
        assert_same(&scope.portal_code(world.user.id).await.expect("reads"), &Some(&code));
    })
    .await;
}

#[tokio::test]
async fn a_repeated_pickup_replaces_the_former_file_and_its_tries() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let (former, certificate) = (world.signed("pc").await, world.signed("pc").await);
        let pickup = Pickup {
            application: former.application,
            tenant: world.tenant.id,
            certificate: former.id,
            token_hash: [4; 32],
            modern_sealed: Some(b"modern".to_vec()),
            compat_sealed: None,
            sealed_under: SealedUnder::Installation,
            expires_at: NOW + DAY,
        };
        let again = Pickup {
            application: former.application,
            tenant: world.tenant.id,
            certificate: certificate.id,
            token_hash: [5; 32],
            modern_sealed: None,
            compat_sealed: Some(b"compat".to_vec()),
            sealed_under: SealedUnder::Token,
            expires_at: NOW + DAY * 2,
        };
        let mut tx = store.begin("pickup").await.expect("begins");
        let mut scope = tx.tenant(world.tenant.id);
        scope.insert_pickup(&pickup).await.expect("keeps");
        assert!(scope.try_file_password(&pickup, 1).await.expect("counts"));
        assert!(!scope.try_file_password(&pickup, 1).await.expect("no more"));
        scope.insert_pickup(&again).await.expect("replaces");
        assert!(scope.try_file_password(&again, 1).await.expect("counts anew"));
        assert!(tx.pickup_by_token(&[4; 32], NOW).await.expect("reads").is_none());
        let found = tx.pickup_by_token(&[5; 32], NOW).await.expect("reads").expect("is there");
        let fields = |of: Pickup| {
            let files = (of.modern_sealed, of.compat_sealed, of.sealed_under);
            (of.application, of.tenant, of.certificate, of.token_hash, files, of.expires_at)
        };
        assert_eq!(fields(found), fields(again));
    })
    .await;
}

#[tokio::test]
async fn a_later_run_replaces_the_former_one() {
    on_each_database(async |store| {
        let run = |failure: Option<&str>, days: i32| DutyRun {
            ended_at: NOW + DAY * days,
            took: Duration::from_secs(u64::from(days.unsigned_abs())),
            done: u64::from(days.unsigned_abs()),
            failure: failure.map(str::to_owned),
            succeeded_at: failure.is_none().then_some(NOW + DAY * days),
            next_at: NOW + DAY * (days + 1),
        };
        let mut tx = store.begin("duty").await.expect("begins");
        tx.keep_duty_run("seal", &run(Some("full disk"), 1)).await.expect("keeps");
        tx.keep_duty_run("other", &run(None, 1)).await.expect("keeps");
        for later in [run(None, 2), run(None, 3)] {
            tx.keep_duty_run("seal", &later).await.expect("keeps");
            assert_eq!(tx.duty_run("seal").await.expect("reads"), Some(later));
        }
        assert_eq!(tx.duty_run("other").await.expect("reads"), Some(run(None, 1)));
    })
    .await;
}
