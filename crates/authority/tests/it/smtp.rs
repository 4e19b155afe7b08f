use crate::{
    scene::{Scene, email, new_user, on_each_scene},
    smtp_server::SmtpServer,
    walk::{administrators_form, secret},
};
use authority::{
    Authority,
    mail::smtp::{SmtpSecurity, SmtpSettings, SmtpTransport},
    users::InvitationChannel,
};
use domain::{
    import::NewUser,
    locale::Locale,
    mail::{MailStanding, MailTrouble},
    time::{SignedDuration, Timestamp},
};
use std::sync::Arc;
use store::PageRequest;

fn settings(server: &SmtpServer, security: SmtpSecurity) -> SmtpSettings {
    let credentials =
        (security != SmtpSecurity::PlainOnLoopback).then(|| ("sekisho".to_owned(), secret("open sesame")));
    SmtpSettings {
        host: "localhost".into(),
        port: server.port,
        security,
        credentials,
        extra_ca_pem: Some(server.ca_pem.clone()),
        hello_name: "sekisho.service.example".into(),
        connections: 2,
    }
}

/// The scene's installation with one mail waiting, sending by SMTP.
async fn sending_by(scene: &Scene, settings: SmtpSettings) -> Authority {
    let sheet = scene.customer("sample").await;
    scene.apply(administrators_form(&sheet)).await.expect("taken");
    scene.with_transport(Arc::new(SmtpTransport::new(settings).expect("settings"))).await
}

/// Tries to send; when the next try will be, if one is needed.
async fn send(authority: &Authority) -> Option<Timestamp> {
    authority.outbox().send_due_mail().await.expect("the store answers")
}

async fn given_up(scene: &Scene) -> u64 {
    let mut reader = scene.store.read().await.expect("reads");
    reader
        .outbox_counts()
        .await
        .expect("reads")
        .map(|(_, counts)| counts.given_up + counts.refused)
        .iter()
        .sum()
}

#[tokio::test]
async fn a_mail_arrives_readable_in_japanese_by_each_kind_of_connection() {
    for (name, security) in [
        ("plain", SmtpSecurity::PlainOnLoopback),
        ("starttls", SmtpSecurity::StartTls),
        ("tls", SmtpSecurity::ImplicitTls),
    ] {
        on_each_scene(async |scene| {
            let Some(mut server) = SmtpServer::start(name, "take") else { return };
            let authority = sending_by(&scene, settings(&server, security)).await;
            assert_eq!(send(&authority).await, None, "{name}");
            let mail = server.mail();
            assert_eq!(mail.to, ["hanako@sample.example"]);
            assert_eq!(
                (mail.sender_name.as_str(), mail.sender.as_str()),
                ("関所 事務局", "sekisho@service.example")
            );
            assert!(
                mail.subject.contains("[関所サービス] 個人用電子証明書 取得のご案内"),
                "{}",
                mail.subject
            );
            assert!(mail.text.contains("山田 花子") && mail.text.contains("PIN"), "{}", mail.text);
            assert!(mail.html.contains("山田 花子") && mail.html.contains("<html"), "{}", mail.html);
            let protected = security != SmtpSecurity::PlainOnLoopback;
            assert_eq!((mail.encrypted, mail.authenticated), (protected, protected), "{name}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_greylisted_mail_is_taken_at_the_second_try() {
    on_each_scene(async |scene| {
        let Some(mut server) = SmtpServer::start("plain", "greylist") else { return };
        let authority = sending_by(&scene, settings(&server, SmtpSecurity::PlainOnLoopback)).await;
        assert_eq!(send(&authority).await, Some(scene.now() + SignedDuration::from_secs(30)));
        scene.forward(SignedDuration::from_secs(30));
        assert_eq!(send(&authority).await, None);
        assert_eq!(server.mail().to, ["hanako@sample.example"]);
        assert_eq!(given_up(&scene).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_data_is_tried_again() {
    on_each_scene(async |scene| {
        let Some(mut server) = SmtpServer::start("plain", "drop") else { return };
        let authority = sending_by(&scene, settings(&server, SmtpSecurity::PlainOnLoopback)).await;
        assert!(send(&authority).await.is_some(), "not known to be taken");
        scene.forward(SignedDuration::from_secs(30));
        assert_eq!(send(&authority).await, None);
        assert!(server.mail().message_id.ends_with("@service.example>"));
    })
    .await;
}

#[tokio::test]
async fn a_slow_server_takes_the_mail_once() {
    on_each_scene(async |scene| {
        let Some(mut server) = SmtpServer::start("plain", "delay") else { return };
        let authority = sending_by(&scene, settings(&server, SmtpSecurity::PlainOnLoopback)).await;
        assert_eq!(send(&authority).await, None);
        server.mail();
    })
    .await;
}

#[tokio::test]
async fn a_refused_recipient_is_given_up() {
    on_each_scene(async |scene| {
        let Some(server) = SmtpServer::start("plain", "refuse") else { return };
        let authority = sending_by(&scene, settings(&server, SmtpSecurity::PlainOnLoopback)).await;
        assert_eq!(send(&authority).await, None);
        assert_eq!(given_up(&scene).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_down_loses_no_mail() {
    on_each_scene(async |scene| {
        let Some(server) = SmtpServer::start("plain", "take") else { return };
        let settings = settings(&server, SmtpSecurity::PlainOnLoopback);
        drop(server);
        let authority = sending_by(&scene, settings).await;
        assert!(send(&authority).await.is_some());
        assert_eq!(given_up(&scene).await, 0);
    })
    .await;
}

#[tokio::test]
async fn our_own_wrong_password_is_for_the_operator_to_mend_and_loses_no_mail() {
    on_each_scene(async |scene| {
        let Some(server) = SmtpServer::start("starttls", "take") else { return };
        let mut settings = settings(&server, SmtpSecurity::StartTls);
        settings.credentials = Some(("sekisho".into(), secret("wrong")));
        let authority = sending_by(&scene, settings).await;
        assert!(send(&authority).await.is_some(), "it is tried again");
        assert_eq!(given_up(&scene).await, 0);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_we_cannot_trust_or_that_offers_no_tls() {
    on_each_scene(async |scene| {
        let Some(mut stranger) = SmtpServer::start("tls", "take") else { return };
        let mut untrusted = settings(&stranger, SmtpSecurity::ImplicitTls);
        untrusted.extra_ca_pem = None;
        let authority = sending_by(&scene, untrusted).await;
        assert!(send(&authority).await.is_some());

        let Some(plain) = SmtpServer::start("plain", "take") else { return };
        let transport = SmtpTransport::new(settings(&plain, SmtpSecurity::StartTls)).expect("settings");
        let downgraded = scene.with_transport(Arc::new(transport)).await;
        scene.forward(SignedDuration::from_secs(30));
        assert!(send(&downgraded).await.is_some(), "never in the clear");

        let transport = SmtpTransport::new(settings(&stranger, SmtpSecurity::ImplicitTls)).expect("settings");
        let trusting = scene.with_transport(Arc::new(transport)).await;
        scene.forward(SignedDuration::from_secs(60));
        assert_eq!(send(&trusting).await, None);
        assert!(stranger.mail().encrypted);
    })
    .await;
}

#[tokio::test]
async fn what_is_the_operators_to_mend_loses_no_mail_and_leaves_once_it_is_mended() {
    for answer in [
        "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname",
        "550 5.7.1 Unable to relay",
        "553 5.7.1 Sender address rejected: not owned by user",
        "554 5.7.1 <hanako@sample.example>: Relay access denied",
        "550 5.4.1 Recipient address rejected: Access denied",
        "550 Requested action not taken: mailbox unavailable",
    ] {
        on_each_scene(async |scene| {
            let Some(mut server) = SmtpServer::start("plain", answer) else { return };
            let authority = sending_by(&scene, settings(&server, SmtpSecurity::PlainOnLoopback)).await;
            assert!(send(&authority).await.is_some(), "{answer}: it waits");
            assert_eq!(given_up(&scene).await, 0, "{answer}");
            let mut reader = scene.store.read().await.expect("reads");
            let listed = reader.troubled_mails(&PageRequest::first(10)).await.expect("reads").rows;
            let found = (listed[0].trouble, listed[0].words.as_deref(), listed[0].standing);
            assert_eq!(found, (Some(MailTrouble::Server), Some(answer), MailStanding::Delayed));
            drop(reader);
            scene.forward(SignedDuration::from_secs(30));
            assert!(send(&authority).await.is_some(), "{answer}: it still waits");

            server.mend();
            let other = scene.customer("other").await;
            scene.apply(administrators_form(&other)).await.expect("taken, a PIN is mailed");
            assert_eq!(
                send(&authority).await,
                None,
                "{answer}: both have left, the first one before its turn"
            );
            let mut to = [server.mail().to, server.mail().to].concat();
            to.sort();
            assert_eq!(to, ["hanako@other.example", "hanako@sample.example"]);
        })
        .await;
    }
}

#[tokio::test]
async fn mails_say_that_a_program_wrote_them_and_whom_to_answer() {
    on_each_scene(async |scene| {
        let Some(mut server) = SmtpServer::start("plain", "take") else { return };
        let authority = sending_by(&scene, settings(&server, SmtpSecurity::PlainOnLoopback)).await;
        send(&authority).await;
        let mail = server.mail();
        assert_eq!(
            (mail.auto_submitted.as_str(), mail.response_suppress.as_str()),
            ("auto-generated", "All")
        );
        assert_eq!(mail.reply_to, "support@service.example", "a first administrator asks the provider");
        assert_eq!(mail.hello, "sekisho.service.example");

        for (slug, contact, reply_to) in
            [("english", "ext. 1234", ""), ("other", "help@other.example", "help@other.example")]
        {
            let sheet = scene
                .customer_with(slug, |new| {
                    new.settings.locale = Locale::En;
                    new.settings.support_contact = contact.into();
                })
                .await;
            let added = scene.add_user(sheet.tenant.id, new_user("jiro"), InvitationChannel::Mail).await;
            added.expect("added");
            send(&authority).await;
            let mail = server.mail();
            assert_eq!(mail.sender_name, "Sekisho Office");
            assert_eq!(mail.reply_to, reply_to, "the tenant's own contact, if it is an address");
        }
    })
    .await;
}

#[tokio::test]
async fn an_address_that_a_carrier_gave_is_quoted_on_the_wire() {
    on_each_scene(async |scene| {
        let Some(mut server) = SmtpServer::start("plain", "take") else { return };
        let sheet = scene.customer("sample").await;
        let transport =
            SmtpTransport::new(settings(&server, SmtpSecurity::PlainOnLoopback)).expect("settings");
        let authority = scene.with_transport(Arc::new(transport)).await;
        for (login, address, mailbox) in [
            ("jiro", "ji..ro@docomo.ne.jp", "\"ji..ro\"@docomo.ne.jp"),
            ("saburo", "saburo.@docomo.ne.jp", "\"saburo.\"@docomo.ne.jp"),
        ] {
            let new = NewUser { email: email(address), ..new_user(login) };
            scene.add_user(sheet.tenant.id, new, InvitationChannel::Mail).await.expect("added");
            assert_eq!(send(&authority).await, None);
            let mail = server.mail();
            assert_eq!(mail.to, [mailbox]);
            assert_eq!(mail.header_to, mailbox);
            assert!(mail.text.contains(address), "people read it as they write it: {}", mail.text);
        }
    })
    .await;
}
