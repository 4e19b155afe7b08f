use crate::{
    scene::{Scene, elsewhere, office, on_each_scene, operator},
    walk::{administrators_form, pickup_form, users_form},
};
use authority::{
    ra::{ApplyRefusal, DecideError, Receipt, SentApplication},
    sheet::HandOver,
};
use domain::{
    application::{ApplicationState, StoredApplication},
    application_form::ApplyField,
    form::Form,
    grant::DecideApplication,
    id::ApplicationId,
    license::{License, LicenseRefusal},
    locale::Locale,
    refusal::{Problem, Refusal},
    rejection::RejectionReason,
    tenant::{Tenant, TenantState},
    time::{DAY, SignedDuration},
    user::{Role, UserState},
};
use store::{PageRequest, Transaction};

/// A customer whose policy wants an administrator's look at each application.
async fn careful_customer(scene: &Scene, slug: &str) -> HandOver {
    scene.customer_with(slug, |new| new.settings.policy.approval_required = true).await
}

/// A colleague's application in the queue; its receipt and id.
async fn waiting_application(scene: &Scene, sheet: &HandOver) -> (Receipt, ApplicationId) {
    let (new, password) = scene.invited(&sheet.tenant, "jiro").await;
    let receipt = scene.apply(users_form(&sheet.tenant, &new, &password)).await.expect("taken");
    scene.post().await;
    let mut reader = scene.store.read().await.expect("reads");
    let page = PageRequest::first(10);
    let queue = reader.tenant(sheet.tenant.id).applications_in(ApplicationState::Submitted, &page).await;
    let record = queue.expect("the queue").rows.remove(0);
    let StoredApplication::Submitted(application) = record.application else { panic!("not waiting") };
    (receipt, application.particulars().id)
}

fn assert_uniform(answer: Result<Receipt, ApplyRefusal>, what: &str) {
    let refusal = answer.expect_err(what);
    assert_eq!(format!("{refusal:?}"), "Uniform", "{what}");
}

#[tokio::test]
async fn the_first_administrator_applies_with_file_code_sheet_password_and_the_known_address() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let receipt = scene.apply(administrators_form(&sheet)).await.expect("taken");
        assert!(receipt.approved);
        let mail = scene.newest_mail_to("hanako@sample.example").await;
        assert_eq!(mail.reference(), receipt.reference.to_string());
        assert!(mail.subject.contains("個人用電子証明書 取得のご案内"), "{}", mail.subject);
        assert!(mail.subject.contains("関所サービス"), "{}", mail.subject);
        for part in [&mail.text, &mail.html] {
            assert!(part.contains(&mail.pin()) && part.contains("https://certificates.gate.example/pickup"));
        }
        let holder = scene.holder(sheet.tenant.id, &mail.reference(), &mail.pin()).await;
        assert_eq!(holder.user.role, Role::Administrator);
    })
    .await;
}

#[tokio::test]
async fn an_invited_user_applies_with_code_own_password_and_own_address() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.colleague(&sheet.tenant, "jiro").await;
        assert_eq!(holder.user.role, Role::User);
        assert_eq!(holder.user.email.as_str(), "jiro@sample.example");
    })
    .await;
}

#[tokio::test]
async fn whatever_is_wrong_with_the_credentials_the_refusal_is_the_same() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let other = scene.customer("other").await;
        let (jiro, password) = scene.invited(&sheet.tenant, "jiro").await;
        let good = || users_form(&sheet.tenant, &jiro, &password);
        let code = |code: &str| good().with(ApplyField::IdentificationCode, code);
        let email = |email: &str, form: Form<ApplyField>| form.with(ApplyField::Email, email);
        let wrong = [
            ("a code that nobody has", code("abcd-efgh-jkmn")),
            ("another tenant's code", users_form(&other.tenant, &jiro, &password)),
            ("an address that nobody has", email("saburo@sample.example", good())),
            ("another's address", email("hanako@sample.example", good())),
            ("another's password", email("jiro@sample.example", administrators_form(&sheet))),
            ("a wrong password", users_form(&sheet.tenant, &jiro, crate::walk::WRONG_PASSWORD)),
            (
                "the sheet's password without the file",
                administrators_form(&sheet).with(ApplyField::DataEntry, ""),
            ),
        ];
        for (what, form) in wrong {
            assert_uniform(scene.apply(form).await, what);
        }
        scene.apply(users_form(&sheet.tenant, &jiro, &password)).await.expect("the right ones still do");
    })
    .await;
}

#[tokio::test]
async fn a_one_time_password_works_once() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.apply(administrators_form(&sheet)).await.expect("taken");
        scene.forward(SignedDuration::from_mins(11));
        assert_uniform(scene.apply(administrators_form(&sheet)).await, "the spent sheet password");
        let (jiro, password) = scene.invited(&sheet.tenant, "jiro").await;
        scene.apply(users_form(&sheet.tenant, &jiro, &password)).await.expect("taken");
        scene.forward(SignedDuration::from_mins(11));
        assert_uniform(scene.apply(users_form(&sheet.tenant, &jiro, &password)).await, "the spent password");
    })
    .await;
}

#[tokio::test]
async fn one_password_sent_many_times_at_the_same_moment_opens_one_application() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let sent: Vec<_> = (0..8)
            .map(|_| {
                // Without a phrase, whose slow hash would send them one after the other.
                let form = administrators_form(&sheet).with(ApplyField::ChallengePhrase, "");
                let scene = scene.clone();
                tokio::spawn(async move { scene.apply(form).await })
            })
            .collect();
        let mut references = std::collections::BTreeSet::new();
        for answer in sent {
            let receipt = answer.await.expect("no panic").expect("each is told that it was sent");
            references.insert(receipt.reference.to_string());
        }
        assert_eq!(references.len(), 1);
        assert_eq!(scene.back_door().await.number("SELECT COUNT(*) FROM application").await, 1);
        scene.post().await;
        assert_eq!(scene.mailbox.mails_to("hanako@sample.example").len(), 1, "one PIN");
    })
    .await;
}

/// A good form is sent while another act is under way in its tenant; the answer once that act is done.
async fn apply_during(scene: &Scene, act: impl AsyncFn(&mut Transaction, &Tenant)) -> ApplyRefusal {
    let sheet = scene.customer("sample").await;
    let mut transaction = scene.store.begin("another_act").await.expect("begins");
    transaction.tenant(sheet.tenant.id).lock().await.expect("locks");
    let form = administrators_form(&sheet).with(ApplyField::ChallengePhrase, "");
    let other = scene.clone();
    let sent = tokio::spawn(async move { other.apply(form).await });
    // Until the form has read what it can read without waiting.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    act(&mut transaction, &sheet.tenant).await;
    transaction.commit().await.expect("commits");
    let refusal = sent.await.expect("no panic").expect_err("judged by what the other act has left");
    assert_eq!(scene.back_door().await.number("SELECT COUNT(*) FROM application").await, 0);
    refusal
}

#[tokio::test]
async fn a_form_that_waited_is_judged_by_the_invitation_as_it_is_then() {
    on_each_scene(async |scene| {
        let refusal = apply_during(&scene, async |transaction, tenant| {
            let hanako = domain::email::EmailAddress::parse("hanako@sample.example").expect("an address");
            let user = transaction.tenant(tenant.id).user_by_email(&hanako).await.expect("reads");
            let user = user.expect("the user").id;
            let spent = transaction.tenant(tenant.id).spend_invitations_of(user, scene.now()).await;
            assert_eq!(spent.expect("invited anew"), 1);
        });
        assert!(matches!(refusal.await, ApplyRefusal::Uniform));
    })
    .await;
}

#[tokio::test]
async fn a_form_that_waited_is_judged_by_its_tenants_and_users_state_then() {
    on_each_scene(async |scene| {
        let (active, suspended) = (TenantState::Active, TenantState::Suspended);
        let refusal = apply_during(&scene, async |transaction, tenant| {
            let moved = transaction.tenant(tenant.id).set_tenant_state(active, suspended, scene.now()).await;
            assert!(moved.expect("suspends"));
        });
        assert!(matches!(refusal.await, ApplyRefusal::Suspended));
    })
    .await;
    on_each_scene(async |scene| {
        let refusal = apply_during(&scene, async |transaction, tenant| {
            let mut of_tenant = transaction.tenant(tenant.id);
            let hanako = of_tenant.users_with_role(Role::Administrator).await.expect("reads").remove(0).id;
            let (active, suspended) = (UserState::Active, UserState::Suspended);
            let moved = of_tenant.set_user_state(hanako, active, suspended, scene.now()).await;
            assert!(moved.expect("suspends"));
        });
        assert!(matches!(refusal.await, ApplyRefusal::Suspended));
    })
    .await;
}

#[tokio::test]
async fn a_form_that_waited_is_judged_by_the_contract_as_it_is_then() {
    on_each_scene(async |scene| {
        let refusal = apply_during(&scene, async |transaction, tenant| {
            let license = License { valid_until: scene.now(), ..tenant.license };
            let ended = Tenant { license, ..tenant.clone() };
            assert!(transaction.tenant(tenant.id).update_tenant(&ended).await.expect("ends"));
        });
        assert!(matches!(refusal.await, ApplyRefusal::License(LicenseRefusal::Expired(_))));
    })
    .await;
}

#[tokio::test]
async fn a_one_time_password_works_until_its_time_is_over() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (jiro, jiros) = scene.invited(&sheet.tenant, "jiro").await;
        let (saburo, saburos) = scene.invited(&sheet.tenant, "saburo").await;
        scene.forward(DAY * 29);
        scene.apply(users_form(&sheet.tenant, &jiro, &jiros)).await.expect("in time");
        scene.forward(DAY);
        assert_uniform(
            scene.apply(users_form(&sheet.tenant, &saburo, &saburos)).await,
            "the expired password",
        );
        scene.forward(DAY * 60);
        assert_uniform(scene.apply(administrators_form(&sheet)).await, "the expired sheet password");
    })
    .await;
}

#[tokio::test]
async fn problems_of_the_fields_are_told_all_at_once_and_spend_nothing() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let mut form = administrators_form(&sheet);
        form.set(ApplyField::FamilyName, "山田");
        form.set(ApplyField::GivenName, "");
        form.set(ApplyField::Email, "hanako");
        form.set(ApplyField::DeviceName, "x".repeat(61));
        form.set(ApplyField::ChallengePhrase, "short");
        form.set(ApplyField::Agreement, "no");
        let Err(ApplyRefusal::Fields(problems)) = scene.apply(form).await else { panic!("no field is told") };
        let fields: Vec<_> = problems.iter().filter_map(|refusal| refusal.field).collect();
        for field in ["family_name", "given_name", "email", "device_name", "challenge_phrase", "agree"] {
            assert!(fields.contains(&field), "{field:?} in {problems:?}");
        }
        assert!(problems.contains(&Refusal::at("given_name", Problem::Required)));
        let mut outdated = administrators_form(&sheet);
        outdated.set(ApplyField::AgreementVersion, "2020-01");
        let answer = scene.apply(outdated).await;
        let told = [Refusal::at("agree", Problem::AgreementChanged)];
        assert!(matches!(&answer, Err(ApplyRefusal::Fields(problems)) if *problems == told), "{answer:?}");
        scene.apply(administrators_form(&sheet)).await.expect("the password is unspent");
    })
    .await;
}

#[tokio::test]
async fn the_consent_is_kept_with_version_hash_time_and_address() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let receipt = scene
            .authority
            .registration()
            .apply(&administrators_form(&sheet), Locale::Ja, elsewhere())
            .await
            .expect("taken");
        let mut reader = scene.store.read().await.expect("reads");
        let record = reader.application_by_reference(&receipt.reference).await.expect("reads").expect("kept");
        let StoredApplication::Approved(application) = record.application else { panic!("not approved") };
        let consent = &application.particulars().consent;
        let text = templates::agreement::text(domain::locale::Locale::Ja);
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        assert_eq!(consent.version, templates::agreement::VERSION);
        assert_eq!(consent.text_sha256, hash.as_ref());
        assert_eq!((consent.at, consent.address), (scene.now(), elsewhere()));
    })
    .await;
}

#[tokio::test]
async fn right_credentials_are_told_that_seats_or_contract_have_ended() {
    on_each_scene(async |scene| {
        let sheet = scene.customer_with("sample", |new| new.seats = 1).await;
        let (jiro, password) = scene.invited(&sheet.tenant, "jiro").await;
        scene.approved(&sheet).await;
        let answer = scene.apply(users_form(&sheet.tenant, &jiro, &password)).await;
        assert!(matches!(answer, Err(ApplyRefusal::License(LicenseRefusal::SeatsUsedUp(1)))), "{answer:?}");
        assert_uniform(
            scene.apply(users_form(&sheet.tenant, &jiro, crate::walk::WRONG_PASSWORD)).await,
            "seats are told nobody else",
        );
    })
    .await;
}

#[tokio::test]
async fn a_suspended_person_or_company_cannot_apply() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (jiro, password) = scene.invited(&sheet.tenant, "jiro").await;
        let mut reader = scene.store.read().await.expect("reads");
        let user = reader.tenant(sheet.tenant.id).user_by_email(&jiro.email).await.expect("reads");
        let user = user.expect("the user");
        drop(reader);
        scene.authority.people().suspend_user(&operator(), sheet.tenant.id, user.id).await.expect("suspends");
        let answer = scene.apply(users_form(&sheet.tenant, &jiro, &password)).await;
        assert!(matches!(answer, Err(ApplyRefusal::Suspended)), "{answer:?}");
        scene.authority.tenants().suspend_tenant(&operator(), sheet.tenant.id).await.expect("suspends");
        let answer = scene.apply(administrators_form(&sheet)).await;
        assert!(matches!(answer, Err(ApplyRefusal::Suspended)), "{answer:?}");
    })
    .await;
}

#[tokio::test]
async fn where_policy_says_so_an_administrator_looks_first() {
    on_each_scene(async |scene| {
        let sheet = careful_customer(&scene, "sample").await;
        let hanako = scene.administrator(&sheet).await;
        let (receipt, id) = waiting_application(&scene, &sheet).await;
        assert!(!receipt.approved);
        scene.post().await;
        let received = scene.mailbox.newest_to("jiro@sample.example");
        assert!(received.text.contains(&receipt.reference.to_string()));
        assert!(!received.text.contains("PIN番号："), "no PIN yet: {}", received.text);
        let waits = scene.mailbox.newest_to("hanako@sample.example");
        assert!(waits.text.contains("jiro@sample.example"), "{}", waits.text);

        let grant = scene.permission::<DecideApplication>(&hanako).await;
        scene.authority.registration().approve(&grant, sheet.tenant.id, id).await.expect("approves");
        let mail = scene.newest_mail_to("jiro@sample.example").await;
        let again = scene.authority.registration().approve(&grant, sheet.tenant.id, id).await;
        assert!(matches!(again, Err(DecideError::Decided)), "{again:?}");
        let late = scene.authority.registration().reject(&grant, sheet.tenant.id, id, None).await;
        assert!(matches!(late, Err(DecideError::Decided)), "{late:?}");
        scene.holder(sheet.tenant.id, &mail.reference(), &mail.pin()).await;
    })
    .await;
}

#[tokio::test]
async fn an_administrator_looks_at_invited_administrators_and_auditors_too() {
    on_each_scene(async |scene| {
        let sheet = careful_customer(&scene, "sample").await;
        for (login, role) in [("jiro", Role::Administrator), ("saburo", Role::Auditor)] {
            let new = domain::import::NewUser { role: Some(role), ..crate::scene::new_user(login) };
            let mail = authority::users::InvitationChannel::Mail;
            let added = scene.add_user(sheet.tenant.id, new.clone(), mail).await;
            added.expect("added");
            let invitation = scene.newest_mail_to(new.email.as_str()).await;
            let form = users_form(&sheet.tenant, &new, &invitation.one_time_password());
            let receipt = scene.apply(form).await.expect("taken");
            assert!(!receipt.approved, "{role:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_rejected_applicant_is_told_why_and_gets_nothing() {
    on_each_scene(async |scene| {
        let sheet = careful_customer(&scene, "sample").await;
        let hanako = scene.administrator(&sheet).await;
        let (receipt, id) = waiting_application(&scene, &sheet).await;
        let grant = scene.permission::<DecideApplication>(&hanako).await;
        let reason = RejectionReason::parse(" 端末が未登録です ").expect("a reason");
        scene
            .authority
            .registration()
            .reject(&grant, sheet.tenant.id, id, Some(&reason))
            .await
            .expect("rejects");
        let mail = scene.newest_mail_to("jiro@sample.example").await;
        assert!(mail.text.contains("端末が未登録です") && mail.text.contains(&receipt.reference.to_string()));
        let late = scene.authority.registration().approve(&grant, sheet.tenant.id, id).await;
        assert!(matches!(late, Err(DecideError::Decided)), "{late:?}");
        assert_eq!(scene.certificates(sheet.tenant.id).await.len(), 1);
        let log = scene.audit_log().await;
        let row = log.iter().find(|row| row.act == "reject").expect("a row");
        assert_eq!(row.detail, "reason=端末が未登録です");
    })
    .await;
}

#[tokio::test]
async fn another_tenants_administrator_can_decide_nothing() {
    on_each_scene(async |scene| {
        let sheet = careful_customer(&scene, "sample").await;
        let other = scene.customer("other").await;
        let stranger = scene.administrator(&other).await;
        let (_, id) = waiting_application(&scene, &sheet).await;
        let grant = scene.permission::<DecideApplication>(&stranger).await;
        for tenant in [sheet.tenant.id, other.tenant.id] {
            let approved = scene.authority.registration().approve(&grant, tenant, id).await;
            assert!(matches!(approved, Err(DecideError::NotFound)), "{approved:?}");
            let rejected = scene.authority.registration().reject(&grant, tenant, id, None).await;
            assert!(matches!(rejected, Err(DecideError::NotFound)), "{rejected:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_password_reads_back_however_it_is_typed() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let mut form = administrators_form(&sheet);
        let typed = sheet.password.grouped().expose().to_uppercase().replace('-', "　");
        form.set(ApplyField::Password, typed);
        form.set(ApplyField::IdentificationCode, sheet.tenant.identification_code.as_str().to_uppercase());
        form.set(ApplyField::Email, "Hanako@SAMPLE.example");
        scene.apply(form).await.expect("taken");
    })
    .await;
}

/// The first administrator's form without a name.
fn nameless(sheet: &HandOver) -> Form<ApplyField> {
    administrators_form(sheet).with(ApplyField::FamilyName, "").with(ApplyField::GivenName, "")
}

#[tokio::test]
async fn a_name_is_asked_for_only_where_none_is_on_record_and_only_after_the_right_password() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let wrong = nameless(&sheet).with(ApplyField::Password, crate::walk::WRONG_PASSWORD);
        assert_uniform(scene.apply(wrong).await, "the name is asked of nobody else");
        let form = nameless(&sheet);
        let answer = scene.apply(form.clone()).await;
        assert!(matches!(answer, Err(ApplyRefusal::NameMissing)), "{answer:?}");
        let registration = scene.authority.registration();
        let held = registration.hold_application(&form).expect("sealed");
        assert!(!held.expose().contains(form.exposed(ApplyField::Password)));
        let back = registration.held_application(held.expose()).expect("still held");
        assert_eq!(back.exposed(ApplyField::Password), form.exposed(ApplyField::Password));
        assert!(registration.held_application(&held.expose()[1..]).is_none(), "changed");
        let named = back.with(ApplyField::FamilyName, "Yamada").with(ApplyField::GivenName, "Hanako");
        let receipt = scene.apply(named).await.expect("the password was unspent");
        assert_eq!(receipt.sent.name, "Yamada Hanako");
        scene.forward(SignedDuration::from_mins(30));
        assert!(registration.held_application(held.expose()).is_none(), "over");
        let (jiro, password) = scene.invited(&sheet.tenant, "jiro").await;
        let form = users_form(&sheet.tenant, &jiro, &password)
            .with(ApplyField::FamilyName, "")
            .with(ApplyField::GivenName, "");
        let receipt = scene.apply(form).await.expect("a name is on record");
        assert_eq!(receipt.sent.name, "Suzuki Jiro");
    })
    .await;
}

#[tokio::test]
async fn the_applicant_has_the_mail_sent_again_to_the_same_address_and_not_without_end() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let receipt = scene.apply(administrators_form(&sheet)).await.expect("taken");
        let registration = scene.authority.registration();
        let again = async |sent: &SentApplication| {
            scene.forward(SignedDuration::from_secs(1));
            let sent = registration.mail_pin_again(sent, office()).await.expect("answers");
            scene.post().await;
            sent
        };
        scene.post().await;
        let address = sheet.administrator_email.as_str();
        let mails = || scene.mailbox.mails_to(address).len();
        assert_eq!((receipt.sent.email.as_str(), mails()), (address, 1));
        let cookie = registration.seal_sent(&receipt.sent).expect("sealed");
        let first = registration.sent_application(cookie.expose()).expect("opens");
        let second = again(&first).await;
        assert_eq!(mails(), 2);
        again(&first).await;
        assert_eq!(mails(), 2, "a double click mails one");
        let third = again(&second).await;
        again(&third).await;
        assert_eq!(mails(), 3, "one is left for wrong tries");
        assert_eq!(scene.times_audited("mail-pin-again").await, 2);
        let mail = scene.mailbox.newest_to(address);
        scene.pick_up(pickup_form(&mail.reference(), &mail.pin())).await.expect("the newest PIN opens");
        let (jiro, password) = scene.invited(&sheet.tenant, "jiro").await;
        let receipt = scene.apply(users_form(&sheet.tenant, &jiro, &password)).await.expect("taken");
        let mail = scene.newest_mail_to(jiro.email.as_str()).await;
        scene.holder(sheet.tenant.id, &mail.reference(), &mail.pin()).await;
        again(&receipt.sent).await;
        let mails = scene.mailbox.mails_to(jiro.email.as_str());
        assert!(mails.iter().all(|mail| !mail.text.contains("ご依頼により")), "nothing after the pickup");
        scene.forward(SignedDuration::from_mins(60));
        assert!(registration.sent_application(cookie.expose()).is_none(), "over");
    })
    .await;
}

#[tokio::test]
async fn administrators_are_told_to_ask_the_provider_and_their_people_to_ask_them() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let receipt = scene.apply(administrators_form(&sheet)).await.expect("taken");
        assert!(receipt.sent.administrator);
        assert_eq!(receipt.sent.support_contact, "support@service.example");
        let mail = scene.newest_mail_to(sheet.administrator_email.as_str()).await;
        assert!(mail.text.contains("support@service.example") && mail.text.contains("サービス事業者へ"));
        assert!(!mail.text.contains("運用管理者"), "{}", mail.text);
        let (jiro, password) = scene.invited(&sheet.tenant, "jiro").await;
        let receipt = scene.apply(users_form(&sheet.tenant, &jiro, &password)).await.expect("taken");
        assert_eq!(receipt.sent.support_contact, "help@sample.example");
        let mail = scene.newest_mail_to(jiro.email.as_str()).await;
        assert!(mail.text.contains("help@sample.example") && mail.text.contains("運用管理者へ"));
    })
    .await;
}
