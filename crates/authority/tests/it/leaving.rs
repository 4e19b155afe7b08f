//! People who leave: suspended at the end of a day; their record exported. Settings that are an administrator's.

use crate::{
    scene::{Scene, on_each_scene, operator},
    walk::Holder,
};
use authority::users::UserError;
use domain::{
    act::Act,
    audit::AuditRow,
    denial::Denial,
    grant::{ChangeSettings, ManageUsers, RevokeCertificate},
    revocation::Request,
    tenant_form::{TenantField, TenantForm},
    time::DAY,
    user::{User, UserState},
};
use jiff::civil::Date;
use pki::RevocationReason;

pub(crate) async fn every_act(scene: &Scene, hanako: &Holder, jiro: &Holder) {
    let (people, tenant, user) = (scene.authority.people(), jiro.user.tenant, jiro.user.id);
    let grant = scene.permission::<ManageUsers>(hanako).await;
    people.plan_suspension(&grant, tenant, user, today(scene)).await.expect("plans");
    people.cancel_suspension(&grant, tenant, user).await.expect("cancels");
    people.export_user(&grant, tenant, user).await.expect("exports");
    let entered = TenantForm::default().with(TenantField::SupportContact, "内線 9");
    let grant = scene.permission::<ChangeSettings>(hanako).await;
    scene.authority.tenants().change_settings(&grant, tenant, &entered, |_| true).await.expect("changes");
}

fn today(scene: &Scene) -> Date {
    scene.now().to_zoned(scene.authority.service().time_zone.clone()).date()
}

/// From the end of this day on, in the service's time zone.
fn tomorrow(scene: &Scene) {
    let zone = scene.authority.service().time_zone.clone();
    let midnight = today(scene).tomorrow().expect("a day").to_zoned(zone).expect("a moment").timestamp();
    scene.forward(midnight.duration_since(scene.now()));
}

async fn on_record(scene: &Scene, user: &User) -> User {
    let mut reader = scene.store.read().await.expect("reads");
    reader.tenant(user.tenant).user(user.id).await.expect("reads").expect("there")
}

async fn rows(scene: &Scene, act: Act) -> Vec<AuditRow> {
    scene.audit_log().await.into_iter().filter(|row| row.act == act.name()).collect()
}

async fn reconcile(scene: &Scene) {
    scene.authority.duties().reconcile().await.expect("runs");
}

#[tokio::test]
async fn a_person_is_suspended_at_the_end_of_the_day_and_not_before() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let hanako = scene.administrator(&sheet).await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let (people, tenant, day) = (scene.authority.people(), sheet.tenant.id, today(&scene));
        let grant = scene.permission::<ManageUsers>(&hanako).await;
        for _ in 0..2 {
            people.plan_suspension(&grant, tenant, jiro.user.id, day).await.expect("plans");
        }
        assert_eq!(rows(&scene, Act::PlanSuspension).await.len(), 1, "the same day again is nothing new");
        reconcile(&scene).await;
        scene.at_the_gate(&jiro.certificate).await.expect("passes until then");
        tomorrow(&scene);
        // Two processes do it once.
        let other = scene.another_process().await;
        let (one, two) = (scene.authority.duties(), other.duties());
        let (one, two) = tokio::join!(one.reconcile(), two.reconcile());
        one.expect("runs");
        two.expect("runs");
        assert_eq!(scene.at_the_gate(&jiro.certificate).await.err(), Some(Denial::UserSuspended));
        let done = rows(&scene, Act::SuspendOnTime).await;
        let [row] = done.as_slice() else { panic!("{done:?}") };
        assert_eq!(
            (row.actor_kind.as_str(), row.subject.as_str()),
            ("system", jiro.user.id.to_string().as_str())
        );
        assert_eq!(row.detail, format!("planned: last_day={day} by={}", hanako.user.id));
        assert!(scene.newest_mail_to("jiro@sample.example").await.text.contains("停止"));
        let on_record = on_record(&scene, &jiro.user).await;
        assert_eq!((on_record.state, on_record.suspend_at), (UserState::Suspended, None));
        // Whoever is let in again is not shut out by the day that is over.
        people.resume_user(&grant, tenant, jiro.user.id).await.expect("resumes");
        reconcile(&scene).await;
        scene.at_the_gate(&jiro.certificate).await.expect("passes again");
    })
    .await;
}

#[tokio::test]
async fn a_planned_suspension_is_changed_and_cancelled_and_ends_with_another() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let hanako = scene.administrator(&sheet).await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let (people, tenant, user) = (scene.authority.people(), sheet.tenant.id, jiro.user.id);
        let grant = scene.permission::<ManageUsers>(&hanako).await;
        let day = |days| today(&scene).checked_add(jiff::Span::new().days(days)).expect("a day");
        people.plan_suspension(&grant, tenant, user, day(0)).await.expect("plans");
        people.plan_suspension(&grant, tenant, user, day(1)).await.expect("changes");
        tomorrow(&scene);
        reconcile(&scene).await;
        scene.at_the_gate(&jiro.certificate).await.expect("the other day counts");
        for _ in 0..2 {
            people.cancel_suspension(&grant, tenant, user).await.expect("cancels");
        }
        assert_eq!(rows(&scene, Act::CancelSuspension).await.len(), 1);
        scene.forward(DAY * 3);
        reconcile(&scene).await;
        scene.at_the_gate(&jiro.certificate).await.expect("nothing is planned");
        let refused = people.plan_suspension(&grant, tenant, user, day(-1)).await;
        assert!(matches!(refused, Err(UserError::DayPassed)), "{refused:?}");
        let refused = people.plan_suspension(&grant, tenant, hanako.user.id, day(1)).await;
        assert!(matches!(refused, Err(UserError::Oneself)), "{refused:?}");
        people.plan_suspension(&grant, tenant, user, day(1)).await.expect("plans");
        people.suspend_user(&grant, tenant, user).await.expect("suspends");
        let refused = people.plan_suspension(&grant, tenant, user, day(1)).await;
        assert!(matches!(refused, Err(UserError::State(UserState::Suspended))), "{refused:?}");
        assert_eq!(on_record(&scene, &jiro.user).await.suspend_at, None);
    })
    .await;
}

#[tokio::test]
async fn the_last_administrator_stays_and_is_told_instead() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let hanako = scene.administrator(&sheet).await;
        let (people, tenant, user) = (scene.authority.people(), sheet.tenant.id, hanako.user.id);
        people.plan_suspension(&operator(), tenant, user, today(&scene)).await.expect("plans");
        tomorrow(&scene);
        for _ in 0..2 {
            reconcile(&scene).await;
        }
        scene.at_the_gate(&hanako.certificate).await.expect("passes");
        assert_eq!(on_record(&scene, &hanako.user).await.suspend_at, None);
        assert_eq!(rows(&scene, Act::KeepLastAdministrator).await.len(), 1, "once");
        assert_eq!(rows(&scene, Act::SuspendOnTime).await.len(), 0);
        let mail = scene.newest_mail_to(sheet.administrator_email.as_str()).await;
        assert!(mail.subject.contains("運用管理者の利用停止を行いませんでした"), "{}", mail.subject);
    })
    .await;
}

#[tokio::test]
async fn an_export_holds_all_that_is_on_record_and_nothing_secret_or_of_others() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let hanako = scene.administrator(&sheet).await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let saburo = scene.colleague(&sheet.tenant, "saburo").await;
        let revoke = Request::Revoke(RevocationReason::KeyCompromise);
        let (tenant, certificate) = (sheet.tenant.id, &jiro.certificate);
        let grant = scene.permission::<RevokeCertificate>(&hanako).await;
        scene
            .authority
            .revocation()
            .decide_certificate(&grant, tenant, certificate.id, revoke)
            .await
            .expect("ends");
        let grant = scene.permission::<ManageUsers>(&hanako).await;
        let export =
            scene.authority.people().export_user(&grant, tenant, jiro.user.id).await.expect("exports");
        assert_eq!(export["person"]["login"], "jiro");
        assert_eq!(export["certificates"][0]["serial"], certificate.key.serial.to_hex());
        assert_eq!(export["certificates"][0]["reason"], "key-compromise");
        assert_eq!(export["applications"][0]["state"], "picked-up");
        assert_eq!(export["invitations"].as_array().map(Vec::len), Some(1));
        assert!(export["mails"].as_array().is_some_and(|mails| !mails.is_empty()));
        let acts: Vec<&str> =
            export["acts"].as_array().expect("acts").iter().filter_map(|row| row["act"].as_str()).collect();
        for act in ["add-user", "apply", "issue", "revoke-certificate"] {
            assert!(acts.contains(&act), "{act}: {acts:?}");
        }
        let text = export.to_string();
        for nothing in [saburo.user.id.to_string().as_str(), "saburo", "hash", "phc", "secret"] {
            assert!(!text.contains(nothing), "{nothing}: {text}");
        }
        assert_eq!(rows(&scene, Act::ExportUser).await.len(), 1);
        let stranger = scene.customer("other").await;
        let refused =
            scene.authority.people().export_user(&operator(), stranger.tenant.id, jiro.user.id).await;
        assert!(matches!(refused, Err(UserError::NotFound)), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn an_administrators_settings_are_changed_with_what_was_before_in_the_log() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let hanako = scene.administrator(&sheet).await;
        let (tenants, tenant) = (scene.authority.tenants(), sheet.tenant.id);
        let grant = scene.permission::<ChangeSettings>(&hanako).await;
        let entered = TenantForm::default()
            .with(TenantField::InvitationDays, "14")
            .with_tick(TenantField::ApprovalRequired, true)
            .with(TenantField::CertificateDays, "1825");
        for _ in 0..2 {
            tenants.change_settings(&grant, tenant, &entered, |_| true).await.expect("changes");
        }
        let mut reader = scene.store.read().await.expect("reads");
        let policy = reader.tenant(tenant).record().await.expect("reads").expect("there").policy;
        assert_eq!((policy.invitation_days, policy.approval_required), (14, true));
        assert_eq!(policy.certificate_days, sheet.tenant.policy.certificate_days, "it is the operator's");
        let done = rows(&scene, Act::ChangeSettings).await;
        let [row] = done.as_slice() else { panic!("{done:?}") };
        let told = "approval_required=\"no\" to \"yes\" invitation_days=\"30\" to \"14\"";
        assert_eq!((row.detail.as_str(), row.actor_user), (told, Some(hanako.user.id)));
        let wrong = TenantForm::default().with(TenantField::InvitationDays, "0");
        tenants.change_settings(&grant, tenant, &wrong, |_| true).await.expect_err("out of range");
        tenants.change_settings(&grant, tenant, &entered, |_| false).await.expect_err("changed meanwhile");
    })
    .await;
}
