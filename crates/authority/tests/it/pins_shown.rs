//! PINs that an administrator hands over: shown once, never mailed.

use crate::{
    scene::{Scene, new_user, on_each_scene, operator},
    walk::{Holder, pickup_form, users_form, wrong_pin},
};
use authority::{
    delivery::{NextPin, PickupRefusal},
    invitation::HAND_OVER_MINUTES,
    pin_sheet::{PinSheet, SheetOrder, ShowPinError, Shown},
    ra::{DecideError, Receipt},
    resend::ResendError,
    sheet::HandOver,
    users::InvitationChannel,
};
use domain::{
    application::Reference,
    grant::{Grant, ManageUsers, ResendMail, ShowPin},
    id::{ApplicationId, PinSheetId, TenantId},
    import::NewUser,
    pin::PIN_ATTEMPTS_MAX,
    pin_delivery::{NotShown, PinDelivery},
    tenant_form::{TenantField, TenantForm},
    time::SignedDuration,
    user::Role,
};
use store::applications::ApplicationRecord;

const JIRO: &str = "jiro@sample.example";
const HANAKO: &str = "hanako@sample.example";

/// A customer whose administrators hand PINs over, and the first of them.
pub(crate) async fn customer(scene: &Scene) -> (HandOver, Holder) {
    let change = |new: &mut domain::tenant_form::NewTenant| {
        new.settings.policy.pin_delivery = PinDelivery::Administrator;
    };
    let sheet = scene.customer_with("sample", change).await;
    let hanako = scene.administrator(&sheet).await;
    (sheet, hanako)
}

/// A colleague applies.
pub(crate) async fn applied(scene: &Scene, sheet: &HandOver, login: &str) -> (NewUser, Receipt) {
    let (new, password) = scene.invited(&sheet.tenant, login).await;
    let receipt = scene.apply(users_form(&sheet.tenant, &new, &password)).await.expect("taken");
    scene.post().await;
    (new, receipt)
}

async fn record_of(scene: &Scene, reference: &str) -> ApplicationRecord {
    let reference = Reference::parse(reference).expect("a reference");
    let mut reader = scene.store.read().await.expect("reads");
    reader.application_by_reference(&reference).await.expect("reads").expect("kept")
}

async fn id_of(scene: &Scene, reference: &str) -> ApplicationId {
    record_of(scene, reference).await.application.particulars().id
}

/// A form that was opened now.
async fn order(scene: &Scene, reference: &str) -> SheetOrder {
    let former = record_of(scene, reference).await.pin_shown.map(|showing| showing.sheet);
    SheetOrder { sheet: scene.authority.pin_sheets().new_sheet_id(), former }
}

pub(crate) async fn show(
    scene: &Scene,
    grant: &Grant<ShowPin>,
    tenant: TenantId,
    reference: &str,
) -> Result<PinSheet, ShowPinError> {
    let order = order(scene, reference).await;
    let id = id_of(scene, reference).await;
    match scene.authority.pin_sheets().show_pin(grant, tenant, id, order).await? {
        Shown::Now(sheet) => Ok(*sheet),
        Shown::Before => panic!("a new form was sent before"),
    }
}

/// How many mails to an address carry a PIN.
pub(crate) async fn pins_mailed_to(scene: &Scene, address: &str) -> usize {
    scene.post().await;
    let carries = |text: &str| {
        let is_pin = |line: &str| line.len() == 14 && line.chars().all(|c| c.is_ascii_digit() || c == ' ');
        text.lines().any(|line| is_pin(line.trim()))
    };
    scene.mailbox.mails_to(address).iter().filter(|mail| carries(&mail.text)).count()
}

async fn told(scene: &Scene, address: &str, words: &str) -> usize {
    scene.post().await;
    scene.mailbox.mails_to(address).iter().filter(|mail| mail.text.contains(words)).count()
}

async fn awaited(scene: &Scene, tenant: TenantId) -> Vec<String> {
    let mut reader = scene.store.read().await.expect("reads");
    let found = reader.tenant(tenant).pins_awaited(Role::User, scene.now(), 10).await.expect("reads");
    found.iter().map(|record| record.application.particulars().reference.to_string()).collect()
}

async fn set_policy(scene: &Scene, tenant: TenantId, delivery: PinDelivery) {
    let form = TenantForm::default().with(TenantField::PinDelivery, delivery.name());
    scene.authority.tenants().edit_tenant(&operator(), tenant, form, |_| true).await.expect("edits");
}

/// The act of this module, for the test that looks for each one's row.
pub(crate) async fn every_act(scene: &Scene) {
    let sheet = scene.customer("shown").await;
    set_policy(scene, sheet.tenant.id, PinDelivery::Administrator).await;
    let (_, receipt) = applied(scene, &sheet, "shiro").await;
    show(scene, &operator(), sheet.tenant.id, &receipt.reference.to_string()).await.expect("shows");
}

#[tokio::test]
async fn no_pin_is_mailed_and_everybody_reads_where_it_comes_from() {
    on_each_scene(async |scene| {
        let (sheet, _hanako) = customer(&scene).await;
        let (new, password) = scene.invited(&sheet.tenant, "jiro").await;
        assert_eq!(told(&scene, JIRO, "運用管理者から受け取ります(メールでは届きません)").await, 1);
        let receipt = scene.apply(users_form(&sheet.tenant, &new, &password)).await.expect("taken");
        assert!(receipt.approved && receipt.sent.pin_from_administrator);
        let reference = receipt.reference.to_string();
        assert_eq!(pins_mailed_to(&scene, JIRO).await, 0);
        let mail = scene.newest_mail_to(JIRO).await;
        assert!(mail.text.contains("運用管理者から受け取ってください"), "{}", mail.text);
        assert_eq!(mail.reference(), reference);
        let to_administrator = scene.newest_mail_to(HANAKO).await;
        assert!(to_administrator.text.contains("PIN番号を待っています"), "{}", to_administrator.text);
        assert!(
            to_administrator.text.contains(&reference) && to_administrator.text.contains("/applications")
        );
        assert_eq!(awaited(&scene, sheet.tenant.id).await, std::slice::from_ref(&reference));
        let again =
            scene.authority.registration().mail_pin_again(&receipt.sent, crate::scene::office()).await;
        assert!(again.expect("answers").pin_from_administrator);
        assert_eq!(pins_mailed_to(&scene, JIRO).await, 0, "asking does not help");
        let guess = scene.pick_up(pickup_form(&reference, "0000 0000 0000")).await;
        assert!(matches!(guess, Err(PickupRefusal::NotFound)), "{guess:?}");
    })
    .await;
}

#[tokio::test]
async fn each_showing_makes_a_new_pin_and_the_record_the_log_and_the_mails_name_who_saw_it() {
    on_each_scene(async |scene| {
        let (sheet, hanako) = customer(&scene).await;
        let (_, receipt) = applied(&scene, &sheet, "jiro").await;
        let (tenant, reference) = (sheet.tenant.id, receipt.reference.to_string());
        let grant = scene.permission::<ShowPin>(&hanako).await;
        let first = show(&scene, &grant, tenant, &reference).await.expect("shows");
        assert_eq!(first.reference, reference);
        assert!(awaited(&scene, tenant).await.is_empty(), "a PIN is out");
        let second = show(&scene, &grant, tenant, &reference).await.expect("shows");
        let old = scene.pick_up(pickup_form(&reference, first.pin.expose())).await;
        assert!(matches!(old, Err(PickupRefusal::WrongPin { left: 4 })), "{old:?}");
        let jiro = scene.holder(tenant, &reference, second.pin.expose()).await;

        let record = record_of(&scene, &reference).await;
        assert_eq!(record.pin_shown.expect("on record").to, Some(hanako.user.id));
        let shown: Vec<_> = scene.audit_log().await.into_iter().filter(|row| row.act == "show-pin").collect();
        assert_eq!(shown.len(), 2);
        assert!(shown.iter().all(|row| row.actor_user == Some(hanako.user.id)), "{shown:?}");
        assert!(shown.iter().all(|row| row.detail.contains(&format!("user={} told=user", jiro.user.id))));
        let picked_up = scene
            .audit_log()
            .await
            .into_iter()
            .find(|row| row.act == "pick-up" && row.detail.contains("shown"));
        assert!(picked_up.is_some(), "the pickup says how its PIN was had");
        assert_eq!(told(&scene, JIRO, "に表示されました").await, 2);
        assert_eq!(told(&scene, JIRO, &hanako.user.display_name).await, 3, "two showings, and the pickup");
        assert_eq!(pins_mailed_to(&scene, JIRO).await, 0);
        for secret in [first.pin.expose(), second.pin.expose()] {
            for mail in scene.mailbox.mails_to(JIRO) {
                assert!(!mail.text.contains(secret.as_str()), "{}", mail.text);
            }
        }
        assert!(!jiro.user.email_is_proved(), "nothing that was mailed has come back");
        assert!(hanako.user.email_is_proved());
    })
    .await;
}

#[tokio::test]
async fn a_form_makes_one_pin_and_its_sheet_is_opened_by_its_maker_for_its_minutes_alone() {
    on_each_scene(async |scene| {
        let (sheet, hanako) = customer(&scene).await;
        let tenant = sheet.tenant.id;
        let saburo = NewUser { role: Some(Role::Administrator), ..new_user("saburo") };
        scene.add_user(tenant, saburo.clone(), InvitationChannel::Mail).await.expect("adds");
        let password = scene.newest_mail_to(saburo.email.as_str()).await.one_time_password();
        scene.apply(users_form(&sheet.tenant, &saburo, &password)).await.expect("taken");
        let mail = scene.newest_mail_to(saburo.email.as_str()).await;
        let saburo = scene.holder(tenant, &mail.reference(), &mail.pin()).await;

        let (_, receipt) = applied(&scene, &sheet, "jiro").await;
        let reference = receipt.reference.to_string();
        let (hanakos, saburos) =
            (scene.permission::<ShowPin>(&hanako).await, scene.permission::<ShowPin>(&saburo).await);
        let sheets = scene.authority.pin_sheets();
        let id = id_of(&scene, &reference).await;
        let (one, other) = (order(&scene, &reference).await, order(&scene, &reference).await);
        let Shown::Now(shown) = sheets.show_pin(&hanakos, tenant, id, one).await.expect("shows") else {
            panic!("it is new")
        };
        let again = sheets.show_pin(&hanakos, tenant, id, one).await.expect("answers");
        assert!(matches!(again, Shown::Before), "sent twice, it makes one PIN");
        let late = sheets.show_pin(&saburos, tenant, id, other).await;
        assert!(matches!(late, Err(ShowPinError::Changed)), "{late:?}");
        assert_eq!(scene.times_audited("show-pin").await, 1);

        let read = async |grant: &Grant<ShowPin>, sheet: PinSheetId| {
            let found = scene.authority.pin_sheets().made_sheets(grant, tenant, (sheet, sheet)).await;
            found.expect("reads").into_iter().map(|sheet| sheet.made.pin.expose().clone()).collect::<Vec<_>>()
        };
        assert_eq!(read(&hanakos, one.sheet).await, [shown.pin.expose().clone()]);
        assert!(read(&saburos, one.sheet).await.is_empty(), "another administrator's");
        assert!(read(&hanakos, other.sheet).await.is_empty(), "never made");
        scene.forward(SignedDuration::from_mins(HAND_OVER_MINUTES) - SignedDuration::from_secs(1));
        assert_eq!(read(&hanakos, one.sheet).await.len(), 1);
        scene.forward(SignedDuration::from_secs(1));
        assert!(read(&hanakos, one.sheet).await.is_empty(), "its minutes are over");
        let mut tx = scene.store.begin("erase").await.expect("begins");
        assert_eq!(tx.erase_resting_pins(scene.now()).await.expect("erases"), 1);
        drop(tx);
        let after = sheets.show_pin(&hanakos, tenant, id, one).await.expect("answers");
        assert!(matches!(after, Shown::Before), "[back] and once more makes none either");
        scene.holder(tenant, &reference, shown.pin.expose()).await;
    })
    .await;
}

#[tokio::test]
async fn a_sheet_that_opens_nothing_any_more_is_not_shown_again() {
    on_each_scene(async |scene| {
        let (sheet, hanako) = customer(&scene).await;
        let tenant = sheet.tenant.id;
        let grant = scene.permission::<ShowPin>(&hanako).await;
        let sheets = scene.authority.pin_sheets();
        let mut orders = Vec::new();
        for login in ["jiro", "saburo", "shiro"] {
            let (_, receipt) = applied(&scene, &sheet, login).await;
            let reference = receipt.reference.to_string();
            let order = order(&scene, &reference).await;
            let id = id_of(&scene, &reference).await;
            let shown = sheets.show_pin(&grant, tenant, id, order).await.expect("shows");
            let Shown::Now(shown) = shown else { panic!("it is new") };
            orders.push((reference, order.sheet, shown.pin.expose().clone()));
        }
        // Of one moment: their ids are in no order.
        let ids = || orders.iter().map(|order| order.1);
        let all = (ids().min().expect("some"), ids().max().expect("some"));
        assert_eq!(sheets.made_sheets(&grant, tenant, all).await.expect("reads").len(), 3, "together");
        scene.holder(tenant, &orders[0].0, &orders[0].2).await;
        for _ in 0..PIN_ATTEMPTS_MAX {
            scene.pick_up(pickup_form(&orders[1].0, &wrong_pin(&orders[1].2))).await.expect_err("wrong");
        }
        let left = sheets.made_sheets(&grant, tenant, all).await.expect("reads");
        let left: Vec<_> = left.iter().map(|sheet| sheet.made.reference.clone()).collect();
        assert_eq!(left, [orders[2].0.clone()], "one is used, one is locked");
        show(&scene, &grant, tenant, &orders[2].0).await.expect("shows a new one");
        let replaced = sheets.made_sheets(&grant, tenant, (orders[2].1, orders[2].1)).await;
        assert!(replaced.expect("reads").is_empty(), "one is replaced");
    })
    .await;
}

#[tokio::test]
async fn five_wrong_tries_and_time_lead_back_to_the_desk() {
    on_each_scene(async |scene| {
        let (sheet, hanako) = customer(&scene).await;
        let (_, receipt) = applied(&scene, &sheet, "jiro").await;
        let (tenant, reference) = (sheet.tenant.id, receipt.reference.to_string());
        let grant = scene.permission::<ShowPin>(&hanako).await;
        let shown = show(&scene, &grant, tenant, &reference).await.expect("shows");
        let wrong = pickup_form(&reference, &wrong_pin(shown.pin.expose()));
        for _ in 1..PIN_ATTEMPTS_MAX {
            let answer = scene.pick_up(wrong.clone()).await;
            assert!(matches!(answer, Err(PickupRefusal::WrongPin { .. })), "{answer:?}");
        }
        for form in [wrong, pickup_form(&reference, shown.pin.expose())] {
            let locked = scene.pick_up(form).await;
            let from_administrator =
                matches!(locked, Err(PickupRefusal::Locked { next: NextPin::FromAdministrator }));
            assert!(from_administrator, "{locked:?}");
        }
        assert_eq!(told(&scene, JIRO, "新しいPIN番号は、運用管理者から受け取ってください").await, 1);
        assert_eq!(told(&scene, HANAKO, "次の方のPIN番号が使えなくなりました").await, 1);
        assert_eq!(awaited(&scene, tenant).await, std::slice::from_ref(&reference));
        let id = id_of(&scene, &reference).await;
        let reopened = scene.authority.delivery().reopen_pickup(&operator(), tenant, id).await;
        assert!(matches!(reopened, Err(DecideError::PinIsShown)), "{reopened:?}");

        let shown = show(&scene, &grant, tenant, &reference).await.expect("shows");
        scene.forward(SignedDuration::from_hours(73));
        let over = scene.pick_up(pickup_form(&reference, shown.pin.expose())).await;
        let from_administrator =
            matches!(over, Err(PickupRefusal::Expired { next: NextPin::FromAdministrator }));
        assert!(from_administrator, "{over:?}");
        assert_eq!(awaited(&scene, tenant).await, std::slice::from_ref(&reference));
        let shown = show(&scene, &grant, tenant, &reference).await.expect("shows");
        scene.holder(tenant, &reference, shown.pin.expose()).await;
        assert_eq!(pins_mailed_to(&scene, JIRO).await, 0);
    })
    .await;
}

#[tokio::test]
async fn administrators_and_auditors_get_theirs_by_mail_or_from_an_operator() {
    on_each_scene(async |scene| {
        let (sheet, hanako) = customer(&scene).await;
        let tenant = sheet.tenant.id;
        let grant = scene.permission::<ShowPin>(&hanako).await;
        for (login, role) in [("saburo", Role::Administrator), ("shiro", Role::Auditor)] {
            let new = NewUser { role: Some(role), ..new_user(login) };
            scene.add_user(tenant, new.clone(), InvitationChannel::Mail).await.expect("adds");
            let password = scene.newest_mail_to(new.email.as_str()).await.one_time_password();
            let receipt = scene.apply(users_form(&sheet.tenant, &new, &password)).await.expect("taken");
            assert!(!receipt.sent.pin_from_administrator);
            let reference = receipt.reference.to_string();
            assert_eq!(pins_mailed_to(&scene, new.email.as_str()).await, 1, "{role:?}");
            let refused = show(&scene, &grant, tenant, &reference).await;
            let by_operator = matches!(refused, Err(ShowPinError::NotShown(NotShown::ByOperator)));
            assert!(by_operator, "{role:?}: {refused:?}");
            let shown = show(&scene, &operator(), tenant, &reference).await.expect("an operator may");
            assert_eq!(told(&scene, new.email.as_str(), "サービス事業者 に表示されました").await, 1);
            scene.holder(tenant, &reference, shown.pin.expose()).await;
        }
        assert!(awaited(&scene, tenant).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn pins_that_are_out_outlive_a_change_of_the_policy_and_every_door_follows_the_new_one() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let hanako = scene.administrator(&sheet).await;
        let tenant = sheet.tenant.id;
        let (mut pins, mut receipts) = (Vec::new(), Vec::new());
        for login in ["jiro", "saburo"] {
            let (new, receipt) = applied(&scene, &sheet, login).await;
            pins.push(scene.newest_mail_to(new.email.as_str()).await.pin());
            receipts.push(receipt);
        }
        let mailed = show(&scene, &operator(), tenant, &receipts[0].reference.to_string()).await;
        assert!(matches!(mailed, Err(ShowPinError::NotShown(NotShown::Mailed))), "{mailed:?}");
        set_policy(&scene, tenant, PinDelivery::Administrator).await;
        scene.holder(tenant, &receipts[1].reference.to_string(), &pins[1]).await;

        let (receipt, reference) = (&receipts[0], receipts[0].reference.to_string());
        let again =
            scene.authority.registration().mail_pin_again(&receipt.sent, crate::scene::office()).await;
        assert!(again.expect("answers").pin_from_administrator);
        let id = id_of(&scene, &reference).await;
        let user = record_of(&scene, &reference).await.application.particulars().user;
        let mut reader = scene.store.read().await.expect("reads");
        let mails = reader.tenant(tenant).mails_of(user, 10).await.expect("reads");
        drop(reader);
        let mail = mails.iter().find(|mail| mail.purpose == domain::mail::MailPurpose::Pin).expect("one").id;
        let resend = scene.permission::<ResendMail>(&hanako).await;
        let resent = scene.authority.mails().resend_mail(&resend, tenant, mail).await;
        assert!(matches!(resent, Err(ResendError::PinIsShown)), "{resent:?}");
        for _ in 0..PIN_ATTEMPTS_MAX {
            scene.pick_up(pickup_form(&reference, &wrong_pin(&pins[0]))).await.expect_err("wrong");
        }
        assert_eq!(pins_mailed_to(&scene, JIRO).await, 1, "the first one alone");
        assert_eq!(awaited(&scene, tenant).await, std::slice::from_ref(&reference));

        set_policy(&scene, tenant, PinDelivery::Mail).await;
        scene.authority.delivery().reopen_pickup(&operator(), tenant, id).await.expect("opens again");
        assert_eq!(pins_mailed_to(&scene, JIRO).await, 2);
        let pin = scene.newest_mail_to(JIRO).await.pin();
        let jiro = scene.holder(tenant, &reference, &pin).await;
        assert!(jiro.user.email_is_proved(), "that one was mailed");
    })
    .await;
}

#[tokio::test]
async fn a_pickup_that_waits_for_its_pin_is_opened_by_mail_once_the_policy_says_so() {
    on_each_scene(async |scene| {
        let (sheet, _hanako) = customer(&scene).await;
        let (_, receipt) = applied(&scene, &sheet, "jiro").await;
        let (tenant, reference) = (sheet.tenant.id, receipt.reference.to_string());
        set_policy(&scene, tenant, PinDelivery::Mail).await;
        let mut reader = scene.store.read().await.expect("reads");
        let stopped = reader.tenant(tenant).stopped_pickups(None, scene.now(), 10).await.expect("reads");
        assert_eq!(stopped.len(), 1, "the desk lists it");
        drop(reader);
        let id = id_of(&scene, &reference).await;
        scene.authority.delivery().reopen_pickup(&operator(), tenant, id).await.expect("opens");
        let pin = scene.newest_mail_to(JIRO).await.pin();
        scene.holder(tenant, &reference, &pin).await;
    })
    .await;
}

#[tokio::test]
async fn who_waits_for_a_pin_holds_no_seat_and_the_showing_asks_the_contract() {
    on_each_scene(async |scene| {
        let change = |new: &mut domain::tenant_form::NewTenant| {
            new.seats = 2;
            new.settings.policy.pin_delivery = PinDelivery::Administrator;
        };
        let sheet = scene.customer_with("sample", change).await;
        let hanako = scene.administrator(&sheet).await;
        let (tenant, grant) = (sheet.tenant.id, scene.permission::<ShowPin>(&hanako).await);
        let mut references = Vec::new();
        for login in ["jiro", "saburo"] {
            references.push(applied(&scene, &sheet, login).await.1.reference.to_string());
        }
        show(&scene, &grant, tenant, &references[0]).await.expect("shows");
        let full = show(&scene, &grant, tenant, &references[1]).await;
        assert!(matches!(full, Err(ShowPinError::License(_))), "{full:?}");
        show(&scene, &grant, tenant, &references[0]).await.expect("has its seat");
        scene.forward(SignedDuration::from_hours(73));
        show(&scene, &grant, tenant, &references[1]).await.expect("the other one's time is over");
        let full = show(&scene, &grant, tenant, &references[0]).await;
        assert!(matches!(full, Err(ShowPinError::License(_))), "{full:?}");
    })
    .await;
}

#[tokio::test]
async fn nobody_is_shown_a_pin_of_another_company_or_of_somebody_suspended() {
    on_each_scene(async |scene| {
        let (sheet, hanako) = customer(&scene).await;
        let others = scene.customer("other").await;
        set_policy(&scene, others.tenant.id, PinDelivery::Administrator).await;
        let (_, theirs) = applied(&scene, &others, "goro").await;
        let (_, ours) = applied(&scene, &sheet, "jiro").await;
        let grant = scene.permission::<ShowPin>(&hanako).await;
        for tenant in [sheet.tenant.id, others.tenant.id] {
            let refused = show(&scene, &grant, tenant, &theirs.reference.to_string()).await;
            assert!(matches!(refused, Err(ShowPinError::NotFound)), "{refused:?}");
        }
        let reference = ours.reference.to_string();
        let user = record_of(&scene, &reference).await.application.particulars().user;
        let manage = scene.permission::<ManageUsers>(&hanako).await;
        scene.authority.people().suspend_user(&manage, sheet.tenant.id, user).await.expect("suspends");
        let refused = show(&scene, &grant, sheet.tenant.id, &reference).await;
        assert!(matches!(refused, Err(ShowPinError::Suspended | ShowPinError::Closed)), "{refused:?}");
        scene.authority.people().resume_user(&manage, sheet.tenant.id, user).await.expect("resumes");
        assert_eq!(scene.times_audited("show-pin").await, 0);
    })
    .await;
}
