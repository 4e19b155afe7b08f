use crate::scene::{Scene, new_user, on_each_scene, operator};
use authority::{mail::SendError, users::InvitationChannel};
use domain::{
    grant::RevokeCertificate,
    mail::{MailClass, MailTrouble},
    revocation::Request,
    time::{DAY, SignedDuration, Timestamp},
};
use store::{PageRequest, mails::OutboxCounts};

fn temporary() -> SendError {
    SendError::Temporary("451 greylisted".into())
}

/// One mail with a PIN lies in the outbox.
async fn one_mail_waits(scene: &Scene) {
    let sheet = scene.customer("sample").await;
    scene.apply(crate::walk::administrators_form(&sheet)).await.expect("taken");
}

async fn send(scene: &Scene) -> Option<Timestamp> {
    scene.authority.outbox().send_due_mail().await.expect("the store answers")
}

/// What a person waits for, in numbers.
async fn counts(scene: &Scene) -> OutboxCounts {
    let counts = scene.store.read().await.expect("reads").outbox_counts().await;
    let [(class, counts), _] = counts.expect("reads");
    assert_eq!(class, MailClass::Awaited);
    counts
}

async fn payloads(scene: &Scene) -> Vec<Vec<u8>> {
    let rows = "SELECT payload_sealed FROM effect WHERE payload_sealed IS NOT NULL";
    scene.back_door().await.blobs(rows).await
}

#[tokio::test]
async fn passwords_and_pins_wait_for_a_suspended_tenant_and_notices_do_not() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (authority, tenant) = (&scene.authority, sheet.tenant.id);
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.post().await;
        let sent = scene.mailbox.mails().len();
        scene.apply(crate::walk::administrators_form(&sheet)).await.expect("taken, a PIN is mailed");
        scene.add_user(tenant, new_user("saburo"), InvitationChannel::Mail).await.expect("invited");
        authority.tenants().suspend_tenant(&operator(), tenant).await.expect("suspends");
        let grant = operator::<RevokeCertificate>();
        let held = authority
            .revocation()
            .decide_certificate(&grant, tenant, jiro.certificate.id, Request::Hold)
            .await;
        held.expect("holds");
        assert_eq!(send(&scene).await, None, "nothing is due");
        assert_eq!(scene.mailbox.mails().len(), sent + 1, "the notice of the hold");

        authority.tenants().resume_tenant(&operator(), tenant).await.expect("resumes");
        send(&scene).await;
        scene.mailbox.newest_to("saburo@sample.example").one_time_password();
        scene.mailbox.newest_to("hanako@sample.example").pin();
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_a_tenant_until_it_opens_nothing_is_given_up_and_erased() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (authority, tenant) = (&scene.authority, sheet.tenant.id);
        scene.apply(crate::walk::administrators_form(&sheet)).await.expect("taken, a PIN is mailed");
        scene.add_user(tenant, new_user("saburo"), InvitationChannel::Mail).await.expect("invited");
        authority.tenants().suspend_tenant(&operator(), tenant).await.expect("suspends");
        let pin = SignedDuration::from_hours(sheet.tenant.policy.pin_lifetime_hours.into());
        let invitation = SignedDuration::from_hours(24 * i64::from(sheet.tenant.policy.invitation_days));
        assert!(pin < invitation, "the PIN ends first");
        for (span, left) in [(pin, 1), (invitation - pin, 0)] {
            scene.forward(span - SignedDuration::from_secs(1));
            authority.duties().reconcile().await.expect("reconciles");
            assert_eq!(payloads(&scene).await.len(), left + 1, "it may still be of use");
            scene.forward(SignedDuration::from_secs(1));
            authority.duties().reconcile().await.expect("reconciles");
            assert_eq!(payloads(&scene).await.len(), left);
        }
        let sent = scene.mailbox.mails().len();
        authority.tenants().resume_tenant(&operator(), tenant).await.expect("resumes");
        assert_eq!(send(&scene).await, None);
        assert_eq!(scene.mailbox.mails().len(), sent, "nobody gets what opens nothing");
    })
    .await;
}

#[tokio::test]
async fn what_lies_in_the_outbox_shows_neither_pin_nor_address_and_is_erased_once_sent() {
    on_each_scene(async |scene| {
        one_mail_waits(&scene).await;
        let waiting = payloads(&scene).await;
        assert_eq!(waiting.len(), 1);
        send(&scene).await;
        let mail = scene.mailbox.newest_to("hanako@sample.example");
        let digits = mail.pin().replace([' ', '-'], "");
        for secret in [mail.pin(), digits, "hanako".into(), mail.reference(), "subject".into()] {
            let shown = waiting[0].windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!shown, "{secret}");
        }
        assert!(payloads(&scene).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_mail_not_taken_is_tried_again_after_waits_that_double() {
    on_each_scene(async |scene| {
        one_mail_waits(&scene).await;
        for wait in [30, 60, 120, 240] {
            scene.mailbox.refuse_next(temporary());
            let due = send(&scene).await.expect("one waits");
            assert_eq!(due, scene.now() + SignedDuration::from_secs(wait));
            scene.forward(SignedDuration::from_secs(wait - 1));
            let tries = scene.mailbox.refused().len();
            send(&scene).await;
            assert_eq!(scene.mailbox.refused().len(), tries, "not before its time");
            assert!(scene.mailbox.mails().is_empty());
            scene.forward(SignedDuration::from_secs(1));
        }
        assert_eq!(send(&scene).await, None);
        assert_eq!(scene.mailbox.mails().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_restart_goes_on_where_it_was_and_each_try_bears_the_same_message_id() {
    on_each_scene(async |mut scene| {
        one_mail_waits(&scene).await;
        scene.mailbox.refuse_next(temporary());
        send(&scene).await;
        scene.restart().await;
        send(&scene).await;
        assert!(scene.mailbox.mails().is_empty(), "it still waits");
        scene.forward(SignedDuration::from_secs(30));
        send(&scene).await;
        let (first, second) = (&scene.mailbox.refused()[0], &scene.mailbox.mails()[0]);
        assert_eq!(first.message_id, second.message_id);
        assert_eq!((&first.text, &first.subject), (&second.text, &second.subject));
        let mut back_door = scene.back_door().await;
        let id = back_door.blobs("SELECT id FROM effect").await.remove(0);
        let hex = format!("{:032x}", u128::from_be_bytes(id.try_into().expect("16 octets")));
        let told: String = second.message_id.split('@').next().expect("a local part").replace(['-', '<'], "");
        assert_eq!(told, hex, "the row's id");
        assert!(second.message_id.ends_with("@service.example>"), "{}", second.message_id);
    })
    .await;
}

#[tokio::test]
async fn a_crash_after_sending_sends_again_under_the_same_message_id() {
    on_each_scene(async |mut scene| {
        one_mail_waits(&scene).await;
        let mut back_door = scene.back_door().await;
        back_door.break_writes("UPDATE OF state", "effect").await;
        scene.authority.outbox().send_due_mail().await.expect_err("cannot be marked as sent");
        back_door.mend_writes("effect").await;
        scene.restart().await;
        send(&scene).await;
        assert_eq!(scene.mailbox.mails().len(), 1, "the claim is not over yet");
        scene.forward(SignedDuration::from_mins(5));
        send(&scene).await;
        let mails = scene.mailbox.mails();
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0].message_id, mails[1].message_id);
        assert!(payloads(&scene).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_final_refusal_is_given_up_at_once_and_others_go_on() {
    on_each_scene(async |scene| {
        one_mail_waits(&scene).await;
        scene.mailbox.refuse_next(SendError::NoRecipient("550 5.1.1 no such user".into()));
        assert_eq!(send(&scene).await, None);
        assert!(payloads(&scene).await.is_empty(), "the payload is erased");
        assert_eq!(counts(&scene).await.refused, 1);
        let other = scene.customer("other").await;
        scene.approved(&other).await;
    })
    .await;
}

#[tokio::test]
async fn a_pin_never_taken_is_tried_until_it_opens_nothing_then_given_up_and_erased() {
    on_each_scene(async |scene| {
        one_mail_waits(&scene).await;
        let begun = scene.now();
        loop {
            scene.mailbox.refuse_next(SendError::Server("554 5.7.1 relay access denied".into()));
            let Some(due) = send(&scene).await else { break };
            scene.forward(due.duration_since(scene.now()));
        }
        assert!(scene.now() > begun + DAY * 2, "a weekend without a mail server is survived");
        scene.forward(DAY);
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert!(payloads(&scene).await.is_empty());
        assert_eq!((counts(&scene).await.waiting, counts(&scene).await.given_up), (0, 1));
        let mut reader = scene.store.read().await.expect("reads");
        let listed = reader.troubled_mails(&PageRequest::first(10)).await.expect("reads").rows;
        assert_eq!((listed.len(), listed[0].trouble), (1, Some(MailTrouble::Closed)));
        assert_eq!(listed[0].words.as_deref(), Some("554 5.7.1 relay access denied"));
    })
    .await;
}

#[tokio::test]
async fn news_never_taken_is_given_up_after_a_week() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.post().await;
        let grant = operator::<RevokeCertificate>();
        let (tenant, id) = (sheet.tenant.id, jiro.certificate.id);
        scene
            .authority
            .revocation()
            .decide_certificate(&grant, tenant, id, Request::Hold)
            .await
            .expect("holds");
        let begun = scene.now();
        loop {
            scene.mailbox.refuse_next(temporary());
            let Some(due) = send(&scene).await else { break };
            scene.forward(due.duration_since(scene.now()));
        }
        assert!(scene.now() > begun + DAY * 6 && scene.now() < begun + DAY * 8);
        assert!(payloads(&scene).await.is_empty());
        assert_eq!(counts(&scene).await.given_up, 1);
    })
    .await;
}

#[tokio::test]
async fn two_processes_send_each_mail_once() {
    on_each_scene(async |scene| {
        for slug in ["one", "two", "three"] {
            let sheet = scene.customer(slug).await;
            scene.apply(crate::walk::administrators_form(&sheet)).await.expect("taken");
        }
        let other = scene.another_process().await;
        let sent = tokio::join!(scene.authority.outbox().send_due_mail(), other.outbox().send_due_mail());
        assert!(sent.0.is_ok() && sent.1.is_ok());
        let mut ids: Vec<_> = scene.mailbox.mails().into_iter().map(|mail| mail.message_id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((ids.len(), scene.mailbox.mails().len()), (3, 3));
    })
    .await;
}

#[tokio::test]
async fn a_mail_leaves_only_if_its_act_was_committed() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let mut back_door = scene.back_door().await;
        back_door.break_writes("INSERT", "audit").await;
        let refused = scene.apply(crate::walk::administrators_form(&sheet)).await;
        assert!(matches!(refused, Err(authority::ra::ApplyRefusal::Unavailable(_))), "{refused:?}");
        back_door.mend_writes("audit").await;
        send(&scene).await;
        assert!(scene.mailbox.mails().is_empty());
        scene.apply(crate::walk::administrators_form(&sheet)).await.expect("nothing was used up");
    })
    .await;
}

#[tokio::test]
async fn what_was_sent_is_forgotten_after_a_day() {
    on_each_scene(async |scene| {
        one_mail_waits(&scene).await;
        send(&scene).await;
        let mut back_door = scene.back_door().await;
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_eq!(back_door.number("SELECT COUNT(*) FROM effect").await, 1);
        scene.forward(DAY + SignedDuration::from_secs(1));
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_eq!(back_door.number("SELECT COUNT(*) FROM effect").await, 0);
    })
    .await;
}
