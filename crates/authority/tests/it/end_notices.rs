//! The notices of a certificate's end: recipients, days, each once.

mod by_hand;
mod contracts;

use crate::{
    scene::{Scene, on_each_scene, operator},
    smtp_server::SmtpServer,
    walk::Holder,
};
use authority::mail::smtp::{SmtpSecurity, SmtpSettings, SmtpTransport};
use domain::{
    certificate::CertificateRecord,
    grant::{ManageTenants, ManageUsers, RevokeCertificate},
    revocation::Request,
    tenant::Tenant,
    time::DAY,
};
use pki::RevocationReason;
use std::sync::Arc;
use testkit::{back_door::BackDoor, mailbox::ReceivedMail};

const PERSON: &str = "jiro@sample.example";
const ADMINISTRATOR: &str = "hanako@sample.example";

/// A company whose contract outlives its certificates, and one of its people with a certificate.
struct Company {
    scene: Scene,
    tenant: Tenant,
    jiro: Holder,
}

impl Company {
    async fn new(scene: Scene) -> Self {
        let last_day = jiff::civil::date(2040, 3, 31);
        let sheet = scene.customer_with("sample", |new| new.valid_until = last_day).await;
        scene.administrator(&sheet).await;
        // A day later, so that no notice of the administrator's own certificate comes between.
        scene.forward(DAY);
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.post().await;
        Self { scene, tenant: sheet.tenant, jiro }
    }

    /// Moves the clock to so many days before the end of the person's certificate.
    fn set_clock(&self, days_before_end: i32) {
        let moment = self.jiro.certificate.not_after - DAY * days_before_end;
        self.scene.forward(moment.duration_since(self.scene.now()));
    }

    /// One run of all duties, and all mail.
    async fn run(&self) {
        self.scene.authority.duties().reconcile().await.expect("reconciles");
        self.scene.post().await;
    }

    /// The mails about ends that an address has had.
    fn told(&self, address: &str, word: &str) -> Vec<ReceivedMail> {
        let mails = self.scene.mailbox.mails_to(address);
        mails.into_iter().filter(|mail| mail.subject.contains(word)).collect()
    }

    fn notices(&self) -> usize {
        self.told(PERSON, "更新してください").len()
    }

    fn lists(&self) -> Vec<ReceivedMail> {
        self.told(ADMINISTRATOR, "まもなく有効期限")
    }
}

#[tokio::test]
async fn a_person_is_told_five_times_with_the_day_for_the_calendar_and_the_administrators_by_one_list_each() {
    on_each_scene(async |scene| {
        let mut company = Company::new(scene).await;
        company.set_clock(61);
        company.run().await;
        assert_eq!(
            (company.notices(), company.lists().len()),
            (0, 0),
            "nobody's but the administrator's own is due"
        );
        for (days, notices) in [
            (60, 1),
            (59, 1),
            (31, 1),
            (30, 2),
            (29, 2),
            (14, 3),
            (13, 3),
            (7, 4),
            (2, 4),
            (1, 5),
            (0, 5),
            (-1, 5),
        ] {
            company.set_clock(days);
            company.run().await;
            company.scene.restart().await;
            company.run().await;
            assert_eq!(company.notices(), notices, "{days} days before the end");
        }
        let mails = company.told(PERSON, "更新してください");
        let first = &mails[0];
        for told in ["Note PC", "あと60日", "https://sample.desk.gate.example/devices", "/renew"] {
            assert!(first.text.contains(told) && first.html.contains(told), "{told}: {}", first.text);
        }
        let uid = |mail: &ReceivedMail| {
            let calendar = mail.calendar.clone().expect("the day for the calendar").replace("\r\n ", "");
            calendar.lines().find(|line| line.starts_with("UID:")).expect("a name").to_owned()
        };
        assert!(uid(first).contains(&company.jiro.certificate.id.to_string()), "{}", uid(first));
        assert!(mails.iter().all(|mail| uid(mail) == uid(first)), "calendars keep one day");
        let listed: Vec<_> =
            company.lists().into_iter().filter(|mail| mail.text.contains("鈴木 jiro")).collect();
        assert_eq!(listed.len(), 5, "one list for each notice");
        assert!(listed[0].calendar.is_none() && listed[0].text.contains("Note PC"), "{}", listed[0].text);
    })
    .await;
}

#[tokio::test]
async fn after_missed_days_the_newest_notice_comes_alone() {
    on_each_scene(async |scene| {
        let company = Company::new(scene).await;
        company.set_clock(13);
        company.run().await;
        company.run().await;
        assert_eq!(company.notices(), 1, "nothing of 60 and 30 days before");
        assert!(company.told(PERSON, "更新してください")[0].text.contains("あと13日"));
        company.set_clock(6);
        company.run().await;
        assert_eq!(company.notices(), 2);
    })
    .await;
}

#[tokio::test]
async fn two_processes_send_each_notice_and_each_list_once() {
    on_each_scene(async |scene| {
        let company = Company::new(scene).await;
        let logins = ["saburo", "shiro", "goro", "rokuro"];
        for login in logins {
            company.scene.colleague(&company.tenant, login).await;
        }
        company.scene.post().await;
        let others = [company.scene.another_process().await, company.scene.another_process().await];
        for (days, notices) in [(60, 1), (30, 2), (0, 3)] {
            company.set_clock(days);
            let one = company.scene.authority.duties();
            let (one, two, three) =
                tokio::join!(one.reconcile(), others[0].duties().reconcile(), others[1].duties().reconcile());
            one.and(two).and(three).expect("all reconcile");
            company.scene.post().await;
            assert_eq!(company.notices(), notices, "{days}");
            for login in logins {
                let address = format!("{login}@sample.example");
                assert_eq!(company.told(&address, "更新してください").len(), notices, "{login}, {days}");
            }
            let lists = company.lists();
            assert_eq!(lists.len(), notices, "one for all five, and no one for each person");
            // The administrator's own ends a day before the others.
            let people = if days == 0 { "5枚" } else { "6枚" };
            let subject = &lists.last().expect("one").subject;
            assert!(subject.contains(people), "{days}: {subject}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_breaks_off_before_its_commit_is_sent_whole_the_next_time_and_once() {
    for (event, table) in [
        ("INSERT", "certificate_notice"),
        ("UPDATE OF noticed_days", "certificate"),
        ("INSERT", "effect"),
        ("UPDATE OF listed_at", "certificate_notice"),
    ] {
        on_each_scene(async |scene| {
            let mut company = Company::new(scene).await;
            company.set_clock(30);
            let mut back_door = company.scene.back_door().await;
            back_door.break_writes(event, table).await;
            company.scene.authority.duties().reconcile().await.expect_err("a full disk");
            company.scene.restart().await;
            back_door.mend_writes(table).await;
            drop(back_door);
            company.run().await;
            company.run().await;
            assert_eq!((company.notices(), company.lists().len()), (1, 1), "{event} {table}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_clock_that_is_set_to_and_fro_sends_no_notice_twice_and_loses_none_that_comes_at_its_time() {
    on_each_scene(async |scene| {
        let company = Company::new(scene).await;
        for (days, notices) in
            [(13, 1), (200, 1), (60, 2), (30, 3), (14, 3), (13, 3), (31, 3), (7, 4), (1, 5)]
        {
            company.set_clock(days);
            company.scene.authority.duties().clock_was_set().await.expect("mends");
            company.run().await;
            assert_eq!(company.notices(), notices, "{days} days before the end");
        }
    })
    .await;
}

#[tokio::test]
async fn who_needs_no_new_certificate_or_may_not_have_one_is_left_in_peace() {
    on_each_scene(async |scene| {
        let company = Company::new(scene).await;
        let (scene, tenant, jiro) = (&company.scene, company.tenant.id, &company.jiro);
        let (authority, id) = (&scene.authority, jiro.certificate.id);
        let mut back_door = scene.back_door().await;
        company.set_clock(60);
        let decide = async |request| {
            let grant = operator::<RevokeCertificate>();
            authority.revocation().decide_certificate(&grant, tenant, id, request).await.expect("decides");
        };
        decide(Request::Hold).await;
        company.run().await;
        assert_eq!(company.notices(), 0, "on hold");
        decide(Request::Release).await;
        authority
            .people()
            .suspend_user(&operator::<ManageUsers>(), tenant, jiro.user.id)
            .await
            .expect("suspends");
        company.run().await;
        assert_eq!(company.notices(), 0, "suspended");
        authority
            .people()
            .resume_user(&operator::<ManageUsers>(), tenant, jiro.user.id)
            .await
            .expect("resumes");
        let grant = operator::<ManageTenants>();
        authority.tenants().suspend_tenant(&grant, tenant).await.expect("suspends");
        company.set_clock(29);
        company.run().await;
        assert_eq!(company.notices(), 0, "the company is suspended");
        authority.tenants().resume_tenant(&grant, tenant).await.expect("resumes");
        back_door.run("UPDATE certificate SET ends_at = not_after").await;
        company.run().await;
        assert_eq!(company.notices(), 0, "renewed");
        back_door.run("UPDATE certificate SET ends_at = NULL").await;
        company.run().await;
        assert_eq!(company.notices(), 1, "the newest one that is due");
        decide(Request::Revoke(RevocationReason::Superseded)).await;
        company.set_clock(14);
        company.run().await;
        assert_eq!(company.notices(), 1, "revoked");
    })
    .await;
}

/// Copies of the one certificate, as if its person had so many devices; their ids are numbers and come first in lists.
async fn multiply(back_door: &mut BackDoor, certificate: &CertificateRecord, copies: u32) {
    let columns = "tenant_id, user_id, application_id, issuer_id, device_type, device_name, not_before, not_after, state,
        recorded_at, picked_up_at";
    let (id, of, numbers) = match back_door {
        BackDoor::Sqlite(_) => (
            "unhex(printf('%032x', n))",
            format!("x'{}'", certificate.id.to_string().replace('-', "")),
            format!(
                "(WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {copies}) SELECT n FROM counted)"
            ),
        ),
        BackDoor::Postgres(_) => (
            "decode(lpad(to_hex(n), 32, '0'), 'hex')",
            format!("decode('{}', 'hex')", certificate.id.to_string().replace('-', "")),
            format!("(SELECT generate_series(1, {copies}) AS n)"),
        ),
    };
    let copied = back_door
        .run(format!(
            "INSERT INTO certificate (id, serial, {columns}) SELECT {id}, {id}, {columns}
             FROM certificate, {numbers} AS numbers WHERE id = {of}"
        ))
        .await;
    assert_eq!(copied, u64::from(copies));
}

#[tokio::test]
async fn a_companys_monday_leaves_as_bulk_mail_in_pieces_and_goes_on_where_it_broke_off() {
    on_each_scene(async |scene| {
        let company = Company::new(scene).await;
        let mut back_door = company.scene.back_door().await;
        multiply(&mut back_door, &company.jiro.certificate, 250).await;
        company.set_clock(60);
        let id = |number: u128| match back_door {
            BackDoor::Sqlite(_) => format!("x'{number:032x}'"),
            BackDoor::Postgres(_) => format!("'\\x{number:032x}'"),
        };
        let beyond = format!("NEW.certificate_id > {} AND NEW.certificate_id < {}", id(150), id(1 << 32));
        back_door.break_writes_where("INSERT", "certificate_notice", &beyond).await;
        company.scene.authority.duties().reconcile().await.expect_err("a full disk");
        let noticed = "SELECT COUNT(*) FROM certificate_notice";
        assert_eq!(back_door.number(noticed).await, 100, "a piece is whole or not there");
        let waiting = "SELECT COUNT(*) FROM effect WHERE class = 'bulk' AND payload_sealed IS NOT NULL";
        assert_eq!(back_door.number(waiting).await, 100 + 1, "with the administrators' list");
        back_door.mend_writes("certificate_notice").await;
        company.run().await;
        assert_eq!(back_door.number(noticed).await, 252, "all of them, and the administrator's");
        assert_eq!(company.notices(), 251);
        company.scene.forward(DAY);
        company.run().await;
        let lists = company.lists();
        assert_eq!(lists.len(), 2, "a list of each day");
        assert!(
            lists[0].subject.contains("100枚") && lists[1].subject.contains("152枚"),
            "{}",
            lists[1].subject
        );
    })
    .await;
}

#[tokio::test]
async fn the_day_for_the_calendar_arrives_by_smtp_as_a_file_beside_both_texts() {
    on_each_scene(async |scene| {
        let Some(mut server) = SmtpServer::start("plain", "take") else { return };
        let company = Company::new(scene).await;
        let settings = SmtpSettings {
            host: "localhost".into(),
            port: server.port,
            security: SmtpSecurity::PlainOnLoopback,
            credentials: None,
            extra_ca_pem: None,
            hello_name: "sekisho.service.example".into(),
            connections: 1,
        };
        let transport = Arc::new(SmtpTransport::new(settings).expect("settings"));
        let authority = company.scene.with_transport(transport).await;
        company.set_clock(30);
        authority.duties().reconcile().await.expect("reconciles");
        authority.outbox().send_due_mail().await.expect("sends");
        let mail = loop {
            let mail = server.mail();
            if mail.to == [PERSON] {
                break mail;
            }
        };
        assert!(mail.text.contains("あと30日") && mail.html.contains("あと30日"), "{}", mail.text);
        let [file] = &mail.files[..] else { panic!("{:?}", mail.files) };
        assert_eq!((file.name.as_str(), file.media_type.as_str()), ("certificate.ics", "text/calendar"));
        let content = file.content.replace("\r\n ", "").replace("\n ", "");
        assert!(content.starts_with("BEGIN:VCALENDAR"), "{content}");
        assert!(content.contains("SUMMARY:電子証明書の有効期限(Note PC)"), "{content}");
    })
    .await;
}
