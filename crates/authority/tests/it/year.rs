//! A certificate's years, walked by the clock: first pickup, notices, renewal, grace, end, `/renew`, approval. Two
//! processes do the duties, one of which is started anew between any two steps; now and then the clock is set back.

use crate::{
    scene::{Scene, elsewhere, on_each_scene},
    walk::Holder,
};
use authority::Authority;
use domain::{
    application::ApplicationState,
    certificate::CertificateRecord,
    denial::Denial,
    grant::DecideApplication,
    locale::Locale,
    renew_form::RenewForm,
    time::{DAY, SignedDuration},
};
use jiff::civil::date;
use store::PageRequest;

const PERSON: &str = "jiro@sample.example";

/// The installation through the years.
struct Years {
    scene: Scene,
    other: Authority,
}

impl Years {
    /// Goes to so many days before the end of a certificate and lets both processes work, twice, around a restart and a
    /// clock that is an hour slow.
    async fn go(&mut self, certificate: &CertificateRecord, days_before_end: i32) {
        let moment = certificate.not_after - DAY * days_before_end;
        self.scene.forward(moment.duration_since(self.scene.now()));
        self.work().await;
        self.scene.restart().await;
        self.scene.forward(-SignedDuration::from_hours(1));
        self.work().await;
        self.scene.forward(SignedDuration::from_hours(1));
        self.other = self.scene.another_process().await;
        self.work().await;
    }

    async fn work(&self) {
        for process in [&self.scene.authority, &self.other] {
            process.duties().reconcile().await.expect("reconciles");
            process.outbox().send_due_mail().await.expect("sends");
        }
    }

    fn notices(&self) -> usize {
        let mails = self.scene.mailbox.mails_to(PERSON);
        mails.iter().filter(|mail| mail.subject.contains("更新してください")).count()
    }
}

#[tokio::test]
async fn the_years_of_a_device_go_by_without_a_second_notice_a_gap_or_a_certificate_too_many() {
    on_each_scene(async |scene| {
        let sheet = scene.customer_with("sample", |new| new.valid_until = date(2040, 3, 31)).await;
        let hanako = scene.administrator(&sheet).await;
        scene.forward(DAY * 200);
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let other = scene.another_process().await;
        let mut years = Years { scene, other };

        // The administrator's own certificate ends first, and is renewed.
        years.go(&hanako.certificate, 40).await;
        let hanako = Holder { certificate: years.scene.renewed(&hanako).await, ..hanako };

        // The first year: two notices, the renewal, seven days beside each other.
        let first = &jiro.certificate;
        for (days, notices) in [(61, 0), (60, 1), (45, 1), (30, 2), (28, 2)] {
            years.go(first, days).await;
            assert_eq!(years.notices(), notices, "{days} days before the first end");
        }
        let second = years.scene.renewed(&jiro).await;
        for days in [27, 20] {
            years.go(first, days).await;
            years.scene.at_the_gate(first).await.expect("unseen, the new one takes nothing away");
        }
        let seen = years.scene.now();
        years.scene.authority.proofs().note_proof(second.tenant, second.id).await.expect("notes");
        years.go(first, 14).await;
        years.scene.at_the_gate(first).await.expect("in its grace");
        years.go(first, 12).await;
        assert_eq!(years.scene.at_the_gate(first).await.err(), Some(Denial::Revoked));
        let ended = years.scene.record(first).await.revocation.expect("an end").at;
        assert!(ended.duration_since(seen) >= DAY * 7 - SignedDuration::from_hours(1), "{seen} {ended}");
        assert_eq!(years.notices(), 2, "who has renewed is left in peace");

        // The administrator's second one ends before the person's.
        years.go(&second, 240).await;
        let hanako = Holder { certificate: years.scene.renewed(&hanako).await, ..hanako };

        // The second year: all five notices, and nobody acts.
        for (days, notices) in [(60, 3), (30, 4), (14, 5), (7, 6), (1, 7), (0, 7)] {
            years.go(&second, days).await;
            assert_eq!(years.notices(), notices, "{days} days before the second end");
        }
        years.go(&second, -10).await;
        assert_eq!(years.notices(), 7);
        assert_eq!(years.scene.at_the_gate(&second).await.err(), Some(Denial::Expired));

        // After the end: /renew, the administrator's approval, the third certificate.
        let form = RenewForm {
            identification_code: sheet.tenant.identification_code.clone(),
            email: crate::scene::email(PERSON),
            challenge_phrase: None,
        };
        let asked = years.scene.authority.renewals().ask(&form, Locale::Ja, elsewhere()).await;
        asked.expect("takes the form").done().await;
        let mut reader = years.scene.store.read().await.expect("reads");
        let page = PageRequest::first(9);
        let waiting =
            reader.tenant(sheet.tenant.id).applications_in(ApplicationState::Submitted, &page).await;
        let waiting = waiting.expect("lists").rows;
        drop(reader);
        let [waiting] = waiting.as_slice() else { panic!("{waiting:?}") };
        let grant = years.scene.permission::<DecideApplication>(&hanako).await;
        let id = waiting.application.particulars().id;
        years.scene.authority.registration().approve(&grant, sheet.tenant.id, id).await.expect("approves");
        let mail = years.scene.newest_mail_to(PERSON).await;
        let third = years.scene.holder(sheet.tenant.id, &mail.reference(), &mail.pin()).await.certificate;
        assert_eq!(third.device, first.device);
        years.scene.at_the_gate(&third).await.expect("passes");
        years.go(&third, 100).await;
        assert_eq!(years.notices(), 7);
        let mut reader = years.scene.store.read().await.expect("reads");
        let seats = reader.tenant(sheet.tenant.id).seats_used(years.scene.now()).await.expect("counts");
        assert_eq!(
            seats, 1,
            "one device, three certificates in a row; the administrator's last one has ended"
        );
    })
    .await;
}
