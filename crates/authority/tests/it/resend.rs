//! Mail once more, and test mail.

use crate::{
    scene::{Scene, elsewhere, new_user, office, on_each_scene, operator},
    smtp_server::SmtpServer,
    walk::{administrators_form, pickup_form, users_form},
};
use authority::{
    mail::{
        SendError,
        smtp::{SmtpSecurity, SmtpSettings, SmtpTransport},
    },
    resend::{ResendError, Resent},
    users::InvitationChannel,
};
use domain::{
    email::EmailAddress,
    grant::{ManageTenants, ResendMail, RevokeCertificate},
    id::{TenantId, UserId},
    locale::Locale,
    mail::{MailPurpose, MailStanding},
    revocation::Request,
    time::SignedDuration,
};
use std::sync::Arc;
use store::mails::MailRow;

async fn mails_of(scene: &Scene, tenant: TenantId, user: UserId) -> Vec<MailRow> {
    let mut reader = scene.store.read().await.expect("reads");
    reader.tenant(tenant).mails_of(user, 10).await.expect("reads")
}

async fn user(scene: &Scene, tenant: TenantId, email: &str) -> UserId {
    let email = EmailAddress::parse(email).expect("an address");
    let mut reader = scene.store.read().await.expect("reads");
    reader.tenant(tenant).user_by_email(&email).await.expect("reads").expect("the user").id
}

/// The act of this module, for the test that looks for each one's row.
pub(crate) async fn every_act(scene: &Scene, tenant: TenantId) {
    let added = scene.add_user(tenant, new_user("nanako"), InvitationChannel::Mail).await;
    let (nanako, _) = added.expect("added");
    scene.post().await;
    let mail = mails_of(scene, tenant, nanako.id).await.remove(0);
    scene
        .authority
        .mails()
        .resend_mail(&operator::<ResendMail>(), tenant, mail.id)
        .await
        .expect("sent again");
    scene.authority.mails().retry_mail(&operator::<ManageTenants>()).await.expect("tried again");
    let to = EmailAddress::parse("op@service.example").expect("one");
    scene.authority.mails().test_mail(&operator::<ManageTenants>(), &to, Locale::En).await.expect("tests");
}

#[tokio::test]
async fn a_pin_that_is_sent_again_is_a_new_one_and_the_former_opens_nothing() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let other = scene.customer("other").await;
        scene.mailbox.refuse_next(SendError::NoRecipient("550 5.1.1 no such user".into()));
        scene.apply(administrators_form(&sheet)).await.expect("taken, a PIN is mailed");
        scene.post().await;
        let lost = scene.mailbox.refused().pop().expect("refused");
        let (tenant, grant) = (sheet.tenant.id, operator::<ResendMail>());
        let hanako = user(&scene, tenant, "hanako@sample.example").await;
        let mail = mails_of(&scene, tenant, hanako).await.remove(0);
        assert_eq!((mail.purpose, mail.standing), (MailPurpose::Pin, MailStanding::Refused));
        scene.forward(SignedDuration::from_secs(1));

        let from_other = scene.authority.mails().resend_mail(&grant, other.tenant.id, mail.id).await;
        assert!(matches!(from_other, Err(ResendError::NotFound)), "{from_other:?}");
        assert_eq!(
            scene.authority.mails().resend_mail(&grant, tenant, mail.id).await.expect("sent"),
            Resent::NewSecret
        );
        scene.forward(SignedDuration::from_secs(1));
        let again =
            scene.authority.mails().resend_mail(&grant, tenant, mail.id).await.expect("a double click");
        assert_eq!(again, Resent::Before);
        assert_eq!(scene.times_audited("resend-mail").await, 1);

        let new = scene.newest_mail_to("hanako@sample.example").await;
        assert_eq!(new.reference(), lost.reference());
        assert_ne!(new.pin(), lost.pin());
        let old = scene
            .authority
            .delivery()
            .pick_up(&pickup_form(&lost.reference(), &lost.pin()), elsewhere())
            .await;
        old.expect_err("the former PIN opens nothing");
        scene.pick_up(pickup_form(&new.reference(), &new.pin())).await.expect("the new one opens");
        let over = mails_of(&scene, tenant, hanako).await;
        let pin = over.iter().find(|mail| mail.purpose == MailPurpose::Pin).expect("the newest PIN");
        let closed = scene.authority.mails().resend_mail(&grant, tenant, pin.id).await;
        assert!(matches!(closed, Err(ResendError::ApplicationClosed)), "{closed:?}");
    })
    .await;
}

#[tokio::test]
async fn an_invitation_that_waits_is_replaced_by_the_new_one_and_never_leaves() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (tenant, new) = (sheet.tenant.id, new_user("jiro"));
        let added = scene.add_user(tenant, new.clone(), InvitationChannel::Mail).await;
        let (jiro, _) = added.expect("added");
        scene.mailbox.refuse_next(SendError::Server("554 5.7.1 relay access denied".into()));
        scene.post().await;
        let former = scene.mailbox.refused().pop().expect("refused");
        let mail = mails_of(&scene, tenant, jiro.id).await.remove(0);
        assert_eq!((mail.purpose, mail.standing), (MailPurpose::Invitation, MailStanding::Delayed));
        let resent = scene.authority.mails().resend_mail(&operator::<ResendMail>(), tenant, mail.id).await;
        assert_eq!(resent.expect("sent"), Resent::NewSecret);
        scene.post().await;
        scene.forward(domain::time::DAY);
        scene.post().await;
        let mails = scene.mailbox.mails_to("jiro@sample.example");
        assert_eq!(mails.len(), 1, "the former one was not sent");
        let form = users_form(&sheet.tenant, &new, &former.one_time_password());
        scene
            .authority
            .registration()
            .apply(&form, Locale::Ja, elsewhere())
            .await
            .expect_err("the former password opens nothing");
        let form = users_form(&sheet.tenant, &new, &mails[0].one_time_password());
        scene.authority.registration().apply(&form, Locale::Ja, office()).await.expect("the new one does");
    })
    .await;
}

#[tokio::test]
async fn news_that_waits_is_tried_at_once_and_news_that_was_given_up_is_gone() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (tenant, grant) = (sheet.tenant.id, operator::<ResendMail>());
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.post().await;
        scene.forward(SignedDuration::from_secs(1));
        let hold = operator::<RevokeCertificate>();
        scene
            .authority
            .revocation()
            .decide_certificate(&hold, tenant, jiro.certificate.id, Request::Hold)
            .await
            .expect("holds");
        scene.mailbox.refuse_next(SendError::Temporary("451 4.7.1 later".into()));
        scene.post().await;
        let mail = mails_of(&scene, tenant, jiro.user.id).await.remove(0);
        assert_eq!((mail.purpose, mail.standing), (MailPurpose::Notice, MailStanding::Delayed));
        let sent = scene.mailbox.mails().len();
        let tried = scene.authority.mails().resend_mail(&grant, tenant, mail.id).await.expect("tried");
        assert_eq!(tried, Resent::TriedAgain);
        scene.mailbox.refuse_next(SendError::NoRecipient("550 5.1.1 gone".into()));
        scene.post().await;
        assert_eq!(scene.mailbox.mails().len(), sent);
        let gone = scene.authority.mails().resend_mail(&grant, tenant, mail.id).await;
        assert!(matches!(gone, Err(ResendError::Erased)), "{gone:?}");
    })
    .await;
}

#[tokio::test]
async fn a_test_mail_tells_each_answer_and_no_password_and_sets_waiting_mail_free() {
    on_each_scene(async |scene| {
        let Some(mut server) = SmtpServer::start("starttls", "554 5.7.1 relay access denied") else { return };
        let settings = SmtpSettings {
            host: "localhost".into(),
            port: server.port,
            security: SmtpSecurity::StartTls,
            credentials: Some(("sekisho".into(), crate::walk::secret("open sesame"))),
            extra_ca_pem: Some(server.ca_pem.clone()),
            hello_name: "sekisho.service.example".into(),
            connections: 1,
        };
        let sheet = scene.customer("sample").await;
        scene.apply(administrators_form(&sheet)).await.expect("taken, a PIN is mailed");
        let transport = Arc::new(SmtpTransport::new(settings).expect("settings"));
        let authority = scene.with_transport(transport).await;
        assert!(authority.outbox().send_due_mail().await.expect("tries").is_some(), "it waits");
        let (grant, to) =
            (operator::<ManageTenants>(), EmailAddress::parse("op@service.example").expect("one"));
        let test = authority.mails().test_mail(&grant, &to, Locale::En).await.expect("tests");
        assert_eq!(test.refused.as_deref(), Some("554 5.7.1 relay access denied"));
        let steps = test.steps.join("\n");
        for told in [
            "EHLO sekisho.service.example: 250",
            "STARTTLS",
            "AUTH: 235",
            "MAIL FROM:<sekisho@service.example>: 250",
        ] {
            assert!(steps.contains(told), "{told}: {steps}");
        }
        assert!(!steps.contains("sesame") && !steps.contains("b3BlbiBzZXNhbWU"), "{steps}");

        server.mend();
        let test = authority.mails().test_mail(&grant, &to, Locale::En).await.expect("tests");
        assert_eq!(test.refused, None);
        assert!(test.steps.last().expect("steps").starts_with("the mail itself: 250"), "{:?}", test.steps);
        let mail = server.mail();
        assert_eq!(
            (mail.to[0].as_str(), mail.sender_name.as_str()),
            ("op@service.example", "Sekisho Office")
        );
        assert_eq!(
            authority.outbox().send_due_mail().await.expect("sends"),
            None,
            "what waited leaves without its wait"
        );
        assert_eq!(server.mail().to, ["hanako@sample.example"]);
        assert_eq!(scene.times_audited("test-mail").await, 2);
    })
    .await;
}
