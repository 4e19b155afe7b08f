use crate::{
    pins_shown,
    scene::{Scene, office, on_each_scene, operator},
    walk::{pickup_form, settled},
};
use authority::{
    delivery::{PickupRefusal, PickupState, PickupToken},
    sheet::HandOver,
};
use domain::{
    certificate::{CertificateRecord, CertificateState},
    denial::Denial,
    time::SignedDuration,
};
use pki::Pkcs12Profile;
use std::{sync::mpsc, thread::JoinHandle};
use store::StoreUrl;

/// A record so old and still unsigned is revoked, whoever was at work on it.
const PAST_UNSIGNED_AGE: SignedDuration = SignedDuration::from_secs(5 * 60 + 1);

/// A process that has committed the record of a certificate and stands still before it signs anything.
struct StandingStill {
    go_on: mpsc::Sender<()>,
    token: PickupToken,
    process: JoinHandle<Option<(PickupState, Option<Vec<u8>>)>>,
}

impl StandingStill {
    fn after_pickup(scene: &Scene, reference: &str, pin: &str) -> Self {
        let (scene, form) = (scene.clone(), pickup_form(reference, pin));
        let ((go_on, may_go_on), (record, recorded)) = (mpsc::channel(), mpsc::channel());
        let process = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            let authority = runtime.block_on(scene.another_process());
            let picked_up = runtime.block_on(authority.delivery().pick_up(&form, office()));
            let token = picked_up.expect("the record is committed");
            record.send(token.clone()).expect("somebody waits");
            // Meanwhile the background task was spawned and is not polled.
            may_go_on.recv().ok()?;
            Some(runtime.block_on(async {
                let state = settled(&authority, &token).await;
                let file = authority
                    .delivery()
                    .pickup_file(token.expose(), Pkcs12Profile::Modern)
                    .await
                    .expect("reads");
                (state, file.map(|file| file.bytes.to_vec()))
            }))
        });
        let token = recorded.recv().expect("the record is committed");
        Self { go_on, token, process }
    }

    /// Nothing is ever signed, as after a kill.
    fn dies(self) {
        drop(self.go_on);
        assert!(self.process.join().expect("the process ends").is_none());
    }

    /// What becomes of the pickup, and its file.
    fn goes_on(self) -> (PickupState, Option<Vec<u8>>) {
        self.go_on.send(()).expect("the process waits");
        self.process.join().expect("the process ends").expect("it went on")
    }
}

/// May several processes be at work in the database?
fn is_shared(scene: &Scene) -> bool {
    matches!(scene.url, StoreUrl::Postgres(_))
}

/// Another start: it revokes what a crash left, in a shared database only when it is old enough that no
/// other process can be at work on it.
async fn restart_and_revoke(scene: &mut Scene, left: &CertificateRecord) {
    scene.restart().await;
    if is_shared(scene) {
        assert_eq!(scene.authority.duties().reconcile_at_start().await.expect("reconciles"), 0);
        assert_eq!(scene.record(left).await.state, CertificateState::Recorded);
        scene.forward(PAST_UNSIGNED_AGE);
    }
    assert_eq!(scene.authority.duties().reconcile_at_start().await.expect("reconciles"), 1);
    assert_eq!(scene.authority.duties().reconcile_at_start().await.expect("reconciles"), 0);
}

async fn only_certificate(scene: &Scene, sheet: &HandOver) -> CertificateRecord {
    let mut all = scene.certificates(sheet.tenant.id).await;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// The reconciler has revoked the serial, and the mailed PIN opens the same application again.
async fn assert_reopened(scene: &Scene, sheet: &HandOver, reference: &str, left: &CertificateRecord) {
    let record = scene.record(left).await;
    assert_eq!(record.state, CertificateState::Revoked);
    assert!(scene.leaf(left).await.is_none(), "no signed certificate is kept");
    assert_eq!(scene.at_the_gate(left).await.err(), Some(Denial::Revoked));
    let mail = scene.newest_mail_to("hanako@sample.example").await;
    assert_eq!(mail.reference(), reference);
    let holder = scene.holder(sheet.tenant.id, reference, &mail.pin()).await;
    assert_ne!(holder.certificate.key, left.key);
    scene.at_the_gate(&holder.certificate).await.expect("passes");
}

#[tokio::test]
async fn a_crash_before_signing_leaves_a_serial_that_opens_nothing_and_is_revoked_at_the_next_start() {
    on_each_scene(async |mut scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        StandingStill::after_pickup(&scene, &reference, &pin).dies();
        let left = only_certificate(&scene, &sheet).await;
        assert_eq!(left.state, CertificateState::Recorded);
        assert_eq!(scene.at_the_gate(&left).await.err(), Some(Denial::Unregistered));

        restart_and_revoke(&mut scene, &left).await;
        assert_eq!(scene.times_audited("revoke-unsigned").await, 1);
        assert_reopened(&scene, &sheet, &reference, &left).await;
    })
    .await;
}

#[tokio::test]
async fn after_a_crash_the_pin_that_was_shown_comes_from_the_administrator_again() {
    on_each_scene(async |mut scene| {
        let (sheet, hanako) = pins_shown::customer(&scene).await;
        let (new, receipt) = pins_shown::applied(&scene, &sheet, "jiro").await;
        let (tenant, reference) = (sheet.tenant.id, receipt.reference.to_string());
        let shown = pins_shown::show(&scene, &operator(), tenant, &reference).await.expect("shows");
        // So that what this has caused is older than what follows.
        scene.post().await;
        StandingStill::after_pickup(&scene, &reference, shown.pin.expose()).dies();
        let mut left = scene.certificates(tenant).await;
        left.retain(|one| one.state == CertificateState::Recorded);
        restart_and_revoke(&mut scene, &left[0]).await;
        assert_eq!(scene.record(&left[0]).await.state, CertificateState::Revoked);
        for address in [new.email.as_str(), hanako.user.email.as_str()] {
            let mail = scene.newest_mail_to(address).await;
            assert!(mail.text.contains("運用管理者から") && mail.text.contains(&reference), "{}", mail.text);
        }
        assert_eq!(pins_shown::pins_mailed_to(&scene, new.email.as_str()).await, 0);
        let old = scene.pick_up(pickup_form(&reference, shown.pin.expose())).await;
        assert!(matches!(old, Err(PickupRefusal::NotFound)), "{old:?}");
        let shown = pins_shown::show(&scene, &operator(), tenant, &reference).await.expect("shows");
        scene.holder(tenant, &reference, shown.pin.expose()).await;
    })
    .await;
}

#[tokio::test]
async fn storage_failure_after_signing_leaves_a_revocable_serial() {
    on_each_scene(async |mut scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let mut back_door = scene.back_door().await;
        back_door.break_writes("INSERT", "pickup").await;
        let token = scene.pick_up(pickup_form(&reference, &pin)).await.expect("the record is committed");
        assert!(matches!(settled(&scene.authority, &token).await, PickupState::Failed));
        back_door.mend_writes("pickup").await;
        let left = only_certificate(&scene, &sheet).await;
        assert_eq!(
            left.state,
            CertificateState::Recorded,
            "what is signed and not kept counts as never handed out"
        );
        assert!(scene.leaf(&left).await.is_none());
        assert_eq!(scene.at_the_gate(&left).await.err(), Some(Denial::Unregistered));

        restart_and_revoke(&mut scene, &left).await;
        let state = scene.authority.delivery().pickup_state(token.expose()).await.expect("a state");
        assert!(matches!(state, PickupState::Failed), "the open page tells what the mail tells: {state:?}");
        let forged = format!("{}x", token.expose());
        let state = scene.authority.delivery().pickup_state(&forged).await.expect("a state");
        assert!(matches!(state, PickupState::Gone), "{state:?}");
        assert_reopened(&scene, &sheet, &reference, &left).await;
    })
    .await;
}

#[tokio::test]
async fn a_request_given_up_while_its_record_is_committed_leaves_a_certificate_that_gets_made() {
    on_each_scene(async |scene| {
        // SQLite's commit waits for nobody, so that it cannot be met.
        if !is_shared(&scene) {
            return;
        }
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let mut back_door = scene.back_door().await;
        back_door.slow_down_commits("certificate").await;
        let mut watch = scene.back_door().await;
        let committing = async {
            let waiting = "SELECT COUNT(*) FROM pg_stat_activity
                           WHERE datname = current_database() AND wait_event = 'PgSleep'";
            while watch.number(waiting).await == 0 {}
        };
        tokio::select! {
            picked_up = scene.pick_up(pickup_form(&reference, &pin)) => panic!("{picked_up:?}"),
            () = committing => {}
        }
        while back_door.number("SELECT COUNT(*) FROM certificate").await == 0 {}
        // The same form again: a reload.
        let token = scene.pick_up(pickup_form(&reference, &pin)).await.expect("the same pickup");
        let state = settled(&scene.authority, &token).await;
        assert!(matches!(state, PickupState::Ready(_)), "{state:?}");
        let certificate = only_certificate(&scene, &sheet).await;
        assert_eq!(certificate.state, CertificateState::Valid);
        scene.at_the_gate(&certificate).await.expect("passes");
        assert_eq!(scene.times_audited("revoke-unsigned").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_running_process_puts_right_what_is_unsigned_for_too_long() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let mut back_door = scene.back_door().await;
        back_door.break_writes("INSERT", "pickup").await;
        let token = scene.pick_up(pickup_form(&reference, &pin)).await.expect("the record is committed");
        assert!(matches!(settled(&scene.authority, &token).await, PickupState::Failed));
        back_door.mend_writes("pickup").await;
        let left = only_certificate(&scene, &sheet).await;
        scene.forward(SignedDuration::from_mins(5));
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_eq!(
            scene.record(&left).await.state,
            CertificateState::Recorded,
            "it may still be in the making"
        );
        scene.forward(SignedDuration::from_secs(1));
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_reopened(&scene, &sheet, &reference, &left).await;
    })
    .await;
}

#[tokio::test]
async fn another_process_tells_how_far_a_pickup_is_and_what_became_of_it() {
    on_each_scene(async |mut scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let other = scene.another_process().await;
        let mut back_door = scene.back_door().await;
        back_door.break_writes("INSERT", "pickup").await;
        let token = scene.pick_up(pickup_form(&reference, &pin)).await.expect("the record is committed");
        assert!(matches!(settled(&other, &token).await, PickupState::Failed), "before it is revoked");
        back_door.mend_writes("pickup").await;
        let left = only_certificate(&scene, &sheet).await;
        restart_and_revoke(&mut scene, &left).await;
        assert!(matches!(settled(&scene.authority, &token).await, PickupState::Failed), "after a restart");

        let pin = scene.newest_mail_to("hanako@sample.example").await.pin();
        let maker = StandingStill::after_pickup(&scene, &reference, &pin);
        let under_way = maker.token.clone();
        let state = other.delivery().pickup_state(under_way.expose()).await.expect("a state");
        assert!(matches!(state, PickupState::Preparing), "{state:?}");
        let begun = other.delivery().begin_pickup(under_way.expose(), office()).await;
        assert_eq!(begun.expect("it is not used up, it is being prepared").expose(), under_way.expose());
        let (state, _) = maker.goes_on();
        assert!(matches!(state, PickupState::Ready(_)), "{state:?}");
        assert!(matches!(settled(&other, &under_way).await, PickupState::Ready(_)));
        assert!(matches!(settled(&other, &token).await, PickupState::Failed), "the former one");

        scene.forward(SignedDuration::from_hours(24));
        scene.authority.duties().reconcile().await.expect("erases");
        assert_eq!(back_door.number("SELECT COUNT(*) FROM pickup_making").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_a_killed_process_was_preparing_is_told_as_failed_once_it_is_revoked() {
    on_each_scene(async |mut scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let killed = StandingStill::after_pickup(&scene, &reference, &pin);
        let token = killed.token.clone();
        killed.dies();
        let left = only_certificate(&scene, &sheet).await;
        let state = scene.authority.delivery().pickup_state(token.expose()).await.expect("a state");
        assert!(matches!(state, PickupState::Preparing), "{state:?}");
        restart_and_revoke(&mut scene, &left).await;
        assert_reopened(&scene, &sheet, &reference, &left).await;
        let state = scene.authority.delivery().pickup_state(token.expose()).await.expect("a state");
        assert!(matches!(state, PickupState::Failed), "though another one was picked up: {state:?}");
    })
    .await;
}

#[tokio::test]
async fn a_start_leaves_alone_what_another_process_is_about_to_sign() {
    on_each_scene(async |scene| {
        if !is_shared(&scene) {
            return;
        }
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let signer = StandingStill::after_pickup(&scene, &reference, &pin);
        let starting = scene.another_process().await;
        assert_eq!(starting.duties().reconcile_at_start().await.expect("reconciles"), 0);
        starting.duties().reconcile().await.expect("reconciles");

        let (state, file) = signer.goes_on();
        assert!(matches!(state, PickupState::Ready(_)) && file.is_some(), "{state:?}");
        let certificate = only_certificate(&scene, &sheet).await;
        assert_eq!(certificate.state, CertificateState::Valid);
        scene.at_the_gate(&certificate).await.expect("passes");
        assert_eq!(scene.times_audited("revoke-unsigned").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_signer_whose_record_was_revoked_delivers_nothing() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let signer = StandingStill::after_pickup(&scene, &reference, &pin);
        let left = only_certificate(&scene, &sheet).await;
        scene.forward(PAST_UNSIGNED_AGE);
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_eq!(scene.record(&left).await.state, CertificateState::Revoked);

        let (state, file) = signer.goes_on();
        assert!(matches!(state, PickupState::Failed) && file.is_none(), "{state:?}");
        assert_eq!(scene.times_audited("issue").await, 0);
        assert_eq!(scene.back_door().await.number("SELECT COUNT(*) FROM pickup").await, 0);
        assert_reopened(&scene, &sheet, &reference, &left).await;
    })
    .await;
}

#[tokio::test]
async fn a_start_alone_revokes_all_that_a_crash_left_however_much_and_whatever_its_clock_said() {
    on_each_scene(async |mut scene| {
        if is_shared(&scene) {
            return;
        }
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        StandingStill::after_pickup(&scene, &reference, &pin).dies();
        let many = scene
            .back_door()
            .await
            .run(
                "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 250)
                 INSERT INTO certificate (id, tenant_id, user_id, application_id, issuer_id, serial,
                     device_type, device_name, not_before, not_after, state, recorded_at)
                 SELECT randomblob(16), tenant_id, user_id, application_id, issuer_id, randomblob(16),
                     device_type, device_name, not_before, not_after, state, recorded_at + 86400000
                 FROM certificate, number",
            )
            .await;
        assert_eq!(many, 250);
        scene.restart().await;
        assert_eq!(scene.authority.duties().reconcile_at_start().await.expect("reconciles"), 251);
    })
    .await;
}

#[tokio::test]
async fn a_record_that_cannot_be_written_uses_nothing_up() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let mut back_door = scene.back_door().await;
        back_door.break_writes("INSERT", "certificate").await;
        let answer = scene.pick_up(pickup_form(&reference, &pin)).await;
        assert!(matches!(answer, Err(authority::delivery::PickupRefusal::Unavailable(_))), "{answer:?}");
        assert!(scene.certificates(sheet.tenant.id).await.is_empty());
        back_door.mend_writes("certificate").await;
        scene.holder(sheet.tenant.id, &reference, &pin).await;
    })
    .await;
}

#[tokio::test]
async fn a_key_is_opened_once_for_many_signatures_of_its_issuer() {
    on_each_scene(async |mut scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        scene.authority.crl_issuer().publish_due_crls().await.expect("publishes");
        let issuers = scene.store.read().await.expect("reads").every_issuer().await.expect("all");
        assert_eq!(scene.authority.ca_key_openings(), issuers.len() as u64);
        scene.holder(sheet.tenant.id, &reference, &pin).await;
        let published =
            scene.authority.crl_issuer().publish_crls(&operator(), None).await.expect("publishes");
        assert_eq!(published, issuers.len());
        scene.customer("another").await;
        assert_eq!(scene.authority.ca_key_openings(), issuers.len() as u64, "the installation CA's is open");

        scene.restart().await;
        assert_eq!(scene.authority.ca_key_openings(), 0);
        scene.customer("third").await;
        assert_eq!(scene.authority.ca_key_openings(), 1);
    })
    .await;
}
