//! Who waits for whom in the outbox: classes of mail, turns between tenants, connections.

use crate::{
    scene::{new_user, on_each_scene, operator},
    walk::administrators_form,
};
use authority::{
    Authority,
    mail::{MailTransport, SendError},
    sheet::HandOver,
    users::InvitationChannel,
};
use domain::{locale::Locale, revocation::Request};
use lettre::Message;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use testkit::mailbox::Mailbox;
use tokio::sync::Notify;

/// A server that keeps invitations of an import on their way until it may go on.
struct SlowServer {
    mailbox: Mailbox,
    held: AtomicUsize,
    arrived: Notify,
    may_go_on: Notify,
}

#[async_trait::async_trait]
impl MailTransport for SlowServer {
    async fn send(&self, message: Message) -> Result<(), SendError> {
        let to = message.envelope().to()[0].to_string();
        if to.starts_with("many") {
            let goes_on = self.may_go_on.notified();
            self.held.fetch_add(1, Ordering::SeqCst);
            self.arrived.notify_one();
            goes_on.await;
        }
        let sent = self.mailbox.send(message).await;
        self.arrived.notify_one();
        sent
    }

    fn connections(&self) -> usize {
        4
    }
}

/// Imports so many people, whose invitations then wait.
async fn import(authority: &Authority, sheet: &HandOver, people: usize) {
    let tenant = sheet.tenant.id;
    let mut csv = "name,family_name,given_name,login,email\n".to_owned();
    for number in 0..people {
        let slug = &sheet.tenant.slug;
        let row = format!("Many {number},Many,Person,many{number},many{number}@{slug}.example\n");
        csv.push_str(&row);
    }
    let import = authority
        .imports()
        .judge_import(&operator(), tenant, "many.csv", csv.into_bytes())
        .await
        .expect("judged");
    authority
        .imports()
        .start_import(&operator(), tenant, import, authority::import::Agreed::default())
        .await
        .expect("begins");
    authority.imports().run_imports().await.expect("imports");
}

#[tokio::test]
async fn a_pin_leaves_before_the_invitations_of_imports_that_were_there_first() {
    on_each_scene(async |scene| {
        let (big, small) = (scene.customer("big").await, scene.customer("small").await);
        let holder = scene.administrator(&big).await;
        scene.post().await;
        let before = scene.mailbox.mails().len();
        import(&scene.authority, &big, 120).await;
        import(&scene.authority, &small, 20).await;
        let (tenant, id) = (big.tenant.id, holder.certificate.id);
        let hold =
            scene.authority.revocation().decide_certificate(&operator(), tenant, id, Request::Hold).await;
        hold.expect("holds, and tells its person");
        scene.apply(administrators_form(&small)).await.expect("taken, a PIN is mailed");
        let new = new_user("jiro");
        scene.add_user(big.tenant.id, new, InvitationChannel::Mail).await.expect("invited alone");
        scene.post().await;
        let mails = scene.mailbox.mails().split_off(before);
        assert_eq!(mails.len(), 3 + 120 + 20);
        for (address, what) in [
            ("hanako@small.example", "the PIN"),
            ("hanako@big.example", "the news of a hold"),
            ("jiro@sample.example", "a single invitation"),
        ] {
            let place = mails.iter().position(|mail| mail.to == address).expect(what);
            assert!(place < 3 + 4, "{what}, with four mails on their way at once: {place}");
        }
        // Whichever tenant comes first, neither waits for more than the other one's turn.
        let of_small =
            mails.iter().rposition(|mail| mail.to.ends_with("@small.example")).expect("the last one");
        let of_big = mails[..of_small].iter().filter(|mail| mail.to.ends_with("@big.example")).count();
        assert!(
            (20 - 4..=1 + 20 + 4).contains(&of_big),
            "{of_big} mails of the tenant with many came between"
        );
    })
    .await;
}

#[tokio::test]
async fn invitations_of_an_import_never_have_all_connections_to_the_mail_server() {
    on_each_scene(async |scene| {
        let (big, small) = (scene.customer("big").await, scene.customer("small").await);
        import(&scene.authority, &big, 20).await;
        let server = Arc::new(SlowServer {
            mailbox: scene.mailbox.clone(),
            held: AtomicUsize::new(0),
            arrived: Notify::new(),
            may_go_on: Notify::new(),
        });
        let authority = scene.with_transport(Arc::clone(&server) as Arc<dyn MailTransport>).await;
        let sending = tokio::spawn({
            let authority = authority.clone();
            async move { authority.outbox().send_due_mail().await }
        });
        while server.held.load(Ordering::SeqCst) < 3 {
            server.arrived.notified().await;
        }
        let form = administrators_form(&small);
        authority
            .registration()
            .apply(&form, Locale::Ja, crate::scene::office())
            .await
            .expect("taken, a PIN is mailed");
        while scene.mailbox.mails().is_empty() {
            assert_eq!(server.held.load(Ordering::SeqCst), 3, "the fourth connection is kept free");
            server.arrived.notified().await;
        }
        assert_eq!(scene.mailbox.mails()[0].to, "hanako@small.example");
        while !sending.is_finished() {
            server.may_go_on.notify_waiters();
            tokio::task::yield_now().await;
        }
        assert_eq!(sending.await.expect("ends").expect("sends"), None);
        assert_eq!(scene.mailbox.mails().len(), 21);
    })
    .await;
}
