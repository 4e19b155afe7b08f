use crate::{
    scene::{Scene, office, on_each_scene},
    walk::{pickup_form, settled},
};
use authority::{delivery::PickupState, sheet::HandOver};
use domain::{
    certificate::{Certificate, CertificateState},
    denial::Denial,
    time::SignedDuration,
};

/// Begins a pickup in a process that dies right after the record is committed: nothing has been signed.
fn pick_up_and_die(scene: &Scene, reference: &str, pin: &str) {
    let (dying, form) = (scene.clone(), pickup_form(reference, pin));
    let process = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let authority = dying.another_process().await;
            authority.pick_up(form, office()).await.expect("the record is committed");
        });
        // The background task was spawned and never polled; it ends here, as in a kill.
    });
    process.join().expect("the process ends");
}

async fn only_certificate(scene: &Scene, sheet: &HandOver) -> Certificate {
    let mut all = scene.certificates(sheet.tenant.id).await;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// The reconciler has revoked the serial, and the mailed PIN opens the same application again.
async fn assert_reopened(scene: &Scene, sheet: &HandOver, reference: &str, left: &Certificate) {
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
        pick_up_and_die(&scene, &reference, &pin);
        let left = only_certificate(&scene, &sheet).await;
        assert_eq!(left.state, CertificateState::Recorded);
        assert_eq!(scene.at_the_gate(&left).await.err(), Some(Denial::Unregistered));

        scene.restart().await;
        assert_eq!(scene.authority.reconcile_at_start().await.expect("reconciles"), 1);
        assert_eq!(scene.times_audited("revoke-unsigned").await, 1);
        assert_reopened(&scene, &sheet, &reference, &left).await;
        assert_eq!(scene.authority.reconcile_at_start().await.expect("reconciles"), 0);
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

        scene.restart().await;
        assert_eq!(scene.authority.reconcile_at_start().await.expect("reconciles"), 1);
        assert_reopened(&scene, &sheet, &reference, &left).await;
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
        scene.authority.reconcile().await.expect("reconciles");
        assert_eq!(
            scene.record(&left).await.state,
            CertificateState::Recorded,
            "it may still be in the making"
        );
        scene.forward(SignedDuration::from_mins(3));
        scene.authority.reconcile().await.expect("reconciles");
        assert_reopened(&scene, &sheet, &reference, &left).await;
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
