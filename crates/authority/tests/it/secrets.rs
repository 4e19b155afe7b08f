//! What may be written into logs: no secret is in it.

use crate::{
    scene::{new_user, on_each_scene},
    walk::{FILE_PASSWORD, PHRASE, administrators_form, pickup_form, secret, users_form, wrong_pin},
};
use authority::users::InvitationChannel;
use domain::{challenge::ChallengePhrase, revoke_form::ChallengeForm};
use std::{
    io,
    sync::{Arc, Mutex},
};

/// Keeps every line that is logged.
#[derive(Clone, Default)]
struct LogKeeper(Arc<Mutex<Vec<u8>>>);

impl io::Write for LogKeeper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_is_in_a_log_line_an_audit_row_or_a_debug_text() {
    on_each_scene(async |scene| {
        let keeper = LogKeeper::default();
        let writer = keeper.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || writer.clone())
            .finish();
        let logging = tracing::subscriber::set_default(subscriber);
        let mut shown = Vec::new();

        let sheet = scene.customer("sample").await;
        shown.push(format!("{sheet:?}"));
        let form = administrators_form(&sheet);
        shown.push(format!("{form:?}"));
        scene.apply(form).await.expect("taken");
        scene.mailbox.refuse_next(authority::mail::SendError::Temporary("451 later".into()));
        scene.post().await;
        scene.forward(domain::time::SignedDuration::from_secs(30));
        let mail = scene.newest_mail_to("hanako@sample.example").await;
        let wrong = scene.pick_up(pickup_form(&mail.reference(), &wrong_pin(&mail.pin()))).await;
        shown.push(format!("{wrong:?} {:?}", pickup_form(&mail.reference(), &mail.pin())));
        let hanako = scene.holder(sheet.tenant.id, &mail.reference(), &mail.pin()).await;
        shown.push(format!("{:?}", hanako.token));
        let added = scene.add_user(sheet.tenant.id, new_user("jiro"), InvitationChannel::Slip).await;
        let (_, slip) = added.expect("added");
        let slip = slip.expect("a slip");
        shown.push(format!("{slip:?}"));
        let invited = users_form(&sheet.tenant, &new_user("jiro"), slip.one_time_password.expose());
        shown.push(format!("{invited:?}"));
        let permit = scene.at_the_gate(&hanako.certificate).await.expect("passes");
        let (password, office) = (secret("portal password"), crate::scene::office());
        let password_form = crate::portal::typed_twice(password.expose());
        shown.push(format!("{password_form:?}"));
        let session = scene.authority.portal().set_portal_password(&permit, &password_form, office).await;
        let session = session.expect("set");
        shown.push(format!("{session:?}"));
        let challenge = ChallengeForm {
            identification_code: sheet.tenant.identification_code.clone(),
            email: crate::scene::email("hanako@sample.example"),
            challenge_phrase: ChallengePhrase::recalled(PHRASE).expect("a phrase"),
        };
        shown.push(format!("{challenge:?}"));
        let revocable = scene
            .authority
            .self_service()
            .certificates_by_challenge(&challenge, office)
            .await
            .expect("found");
        shown.push(format!("{revocable:?}"));
        let token = revocable.token.expose();
        let revoked =
            scene.authority.self_service().revoke_by_token(token, hanako.certificate.id, office).await;
        shown.push(format!("{revoked:?}"));
        shown.push(format!("{:?}", scene.audit_log().await));
        drop(logging);
        let log = String::from_utf8_lossy(&keeper.0.lock().expect("no panic")).into_owned();
        assert!(log.contains("mail not taken"), "the log is kept: {log}");
        shown.push(log);

        let secrets = [
            sheet.password.expose().to_owned(),
            sheet.password.grouped().expose().clone(),
            mail.pin(),
            mail.pin().replace([' ', '-'], ""),
            FILE_PASSWORD.to_owned(),
            PHRASE.to_owned(),
            slip.one_time_password.expose().clone(),
            slip.one_time_password.expose().replace('-', ""),
            hanako.token.expose().to_owned(),
            session.expose().to_owned(),
            token.to_owned(),
            password.expose().clone(),
        ];
        for text in &shown {
            for secret in &secrets {
                assert!(!text.contains(secret.as_str()), "{secret} in {text}");
            }
        }
    })
    .await;
}
