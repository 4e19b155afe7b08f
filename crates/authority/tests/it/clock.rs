//! The clock was ahead and is set right: nothing is stuck until the wrong time comes again, nothing lives longer.

use crate::{
    scene::{on_each_scene, operator},
    walk::administrators_form,
};
use domain::{
    application_form::ApplyField,
    grant::RevokeCertificate,
    revocation::Request,
    time::{DAY, SignedDuration},
};
use pki::{Crl, RevocationReason};

/// How far the clock is ahead for a while.
const AHEAD: SignedDuration = SignedDuration::from_hours(60 * 24);
/// What the clocks of two nodes may differ.
const TOLERATED: SignedDuration = SignedDuration::from_secs(10);

#[tokio::test]
async fn a_certificate_begins_an_hour_early_and_within_every_authority_above_it() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        let leaf = scene.leaf(&holder.certificate).await.expect("signed").validity();
        assert_eq!(leaf.not_before, scene.now().as_second() - 3600);
        let issuers = scene.store.read().await.expect("reads").every_issuer().await.expect("issuers");
        assert!(issuers.len() >= 3);
        for issuer in issuers {
            let above = pki::Certificate::from_der(&issuer.certificate_der).expect("DER").validity();
            assert!(
                above.not_before < leaf.not_before && above.not_after > leaf.not_after,
                "{:?}",
                issuer.kind
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_that_was_signed_while_the_clock_was_ahead_is_replaced() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        let (authority, grant) = (&scene.authority, operator::<RevokeCertificate>());
        scene.forward(AHEAD);
        let request = Request::Revoke(RevocationReason::KeyCompromise);
        let revoked = authority
            .revocation()
            .decide_certificate(&grant, sheet.tenant.id, holder.certificate.id, request)
            .await;
        revoked.expect("revokes");
        authority.crl_issuer().publish_due_crls().await.expect("publishes");
        scene.forward(-AHEAD);
        assert!(authority.crl_issuer().publish_due_crls().await.expect("publishes") > 0);
        let issuer = scene.issuer_of(sheet.tenant.id).await.id;
        let list = authority.publication().crl(issuer).await.expect("reads").expect("a list");
        assert_eq!(list.this_update, scene.now());
        let crl = Crl::from_der(&list.der).expect("DER");
        let entry = crl.entries().next().expect("it stays revoked").expect("an entry");
        assert!(entry.revoked_at <= scene.now().as_second(), "an entry begins no later than its list");
        assert_eq!(authority.crl_issuer().publish_due_crls().await.expect("publishes"), 0, "once");
    })
    .await;
}

#[tokio::test]
async fn mails_and_seals_wait_for_no_moment_that_a_wrong_clock_has_set() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.forward(AHEAD);
        scene.authority.duties().seal_audit_log("a process of the time ahead").await.expect("seals");
        scene.apply(administrators_form(&sheet)).await.expect("taken, a PIN is mailed");
        scene.forward(-AHEAD);
        scene.post().await;
        assert_eq!(scene.mailbox.mails().len(), 0, "due when the wrong time comes again");
        scene.authority.duties().clock_was_set().await.expect("mends");
        scene.post().await;
        let pin = scene.mailbox.newest_to(sheet.administrator_email.as_str()).pin();
        assert!(!pin.is_empty());
        assert!(scene.authority.duties().seal_audit_log("another process").await.expect("seals") > 0);
    })
    .await;
}

#[tokio::test]
async fn what_a_wrong_clock_let_live_longer_ends_as_if_it_were_made_now() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let mut wrong = administrators_form(&sheet);
        scene.forward(AHEAD);
        wrong.set(ApplyField::Password, crate::walk::WRONG_PASSWORD);
        scene.apply(wrong).await.expect_err("a wrong try");
        let holder = scene.administrator(&sheet).await;
        scene.forward(-AHEAD);
        scene.authority.duties().clock_was_set().await.expect("mends");
        let mut back_door = scene.back_door().await;
        let until = |life: SignedDuration| (scene.now() + life + TOLERATED).as_millisecond();
        for (moment, life) in [
            ("SELECT MAX(expires_at) FROM pickup", SignedDuration::from_mins(10)),
            ("SELECT COALESCE(MAX(pin_expires_at), 0) FROM application", DAY * 30),
            ("SELECT COALESCE(MAX(expires_at), 0) FROM invitation WHERE spent_at IS NULL", DAY * 90),
        ] {
            assert!(back_door.number(moment).await <= until(life), "{moment}");
        }
        assert_eq!(back_door.number("SELECT COUNT(*) FROM attempt").await, 0, "no limit of a time to come");
        // A signed beginning is what it is: refused until it comes, or until another one is made.
        assert!(holder.certificate.not_before > scene.now());
        // Once more there is nothing to mend.
        let before = back_door.number("SELECT MAX(expires_at) FROM pickup").await;
        scene.authority.duties().clock_was_set().await.expect("mends");
        assert_eq!(back_door.number("SELECT MAX(expires_at) FROM pickup").await, before);
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_was_never_ahead_leaves_every_moment_as_it_is() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.apply(administrators_form(&sheet)).await.expect("taken, a PIN is mailed");
        let mut back_door = scene.back_door().await;
        let moments = "SELECT CAST(SUM(next_attempt_at) + (SELECT SUM(pin_expires_at) FROM application)
            + (SELECT SUM(expires_at) FROM invitation) AS BIGINT) FROM effect";
        let before = back_door.number(moments).await;
        for _ in 0..2 {
            scene.authority.duties().clock_was_set().await.expect("mends");
            assert_eq!(back_door.number(moments).await, before);
            scene.forward(DAY);
        }
    })
    .await;
}
