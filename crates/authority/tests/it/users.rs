use crate::{
    scene::{Scene, email, new_user, on_each_scene, operator, text},
    walk::{pickup_form, users_form},
};
use authority::{
    delivery::PickupRefusal,
    ra::ApplyRefusal,
    sheet::HandOver,
    users::{InvitationChannel, UserError},
};
use domain::{
    grant::{ManageUsers, RevokeCertificate},
    id::{TenantId, UserId},
    import::{CellError, Column, NewUser, RowError},
    revocation::Request,
    status_change::StatusChange,
    tenant::TenantState,
    user::{Role, UserState},
};
use pki::RevocationReason;

fn taken(columns: &[Column]) -> Vec<RowError> {
    columns.iter().map(|column| RowError { column: *column, error: CellError::Taken }).collect()
}

#[tokio::test]
async fn an_invitation_by_mail_carries_all_that_is_needed_to_apply() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (jiro, password) = scene.invited(&sheet.tenant, "jiro").await;
        let mail = scene.mailbox.newest_to("jiro@sample.example");
        for part in [
            sheet.tenant.identification_code.grouped().as_str(),
            "https://certificates.gate.example/enrol",
            "鈴木 jiro",
            "jiro@sample.example",
        ] {
            assert!(mail.text.contains(part) && mail.html.contains(part), "{part} in {}", mail.text);
        }
        scene.apply(users_form(&sheet.tenant, &jiro, &password)).await.expect("taken");
    })
    .await;
}

#[tokio::test]
async fn names_that_others_have_are_all_told_at_once() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.invited(&sheet.tenant, "jiro").await;
        let refused = async |new| {
            let answer = scene.add_user(sheet.tenant.id, new, InvitationChannel::Mail).await;
            match answer {
                Err(UserError::Taken(errors)) => errors,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(refused(new_user("jiro")).await, taken(&[Column::LoginName, Column::Email]));
        let mut only_address = new_user("saburo");
        only_address.email = email("JIRO@sample.example");
        assert_eq!(refused(only_address).await, taken(&[Column::Email]));
        let other = scene.customer("other").await;
        let added = scene.add_user(other.tenant.id, new_user("jiro"), InvitationChannel::Mail).await;
        added.expect("another company's names are its own");
    })
    .await;
}

#[tokio::test]
async fn a_changed_record_is_told_to_the_gates_and_takes_no_others_name() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.invited(&sheet.tenant, "saburo").await;
        let change = async |new| scene.update_user(sheet.tenant.id, jiro.user.id, new).await;
        let answer = change(new_user("saburo")).await;
        let expected = taken(&[Column::LoginName, Column::Email]);
        assert!(matches!(&answer, Err(UserError::Taken(errors)) if *errors == expected), "{answer:?}");
        let asked = scene.gates.times_asked();
        let mut renamed = new_user("goro");
        renamed.roman_name.family = text("Tanaka");
        renamed.role = Some(Role::Auditor);
        change(renamed).await.expect("changed");
        assert!(scene.gates.times_asked() > asked);
        let permit = scene.at_the_gate(&jiro.certificate).await.expect("passes");
        assert_eq!((permit.user().login_name.as_str(), permit.user().role), ("goro", Role::Auditor));
    })
    .await;
}

#[tokio::test]
async fn a_slip_is_printed_only_where_policy_allows_it_and_its_password_works() {
    on_each_scene(async |scene| {
        let strict =
            scene.customer_with("strict", |new| new.settings.policy.printed_slips_allowed = false).await;
        let answer = scene.add_user(strict.tenant.id, new_user("jiro"), InvitationChannel::Slip).await;
        assert!(matches!(answer, Err(UserError::SlipsNotAllowed)), "{answer:?}");
        let mut reader = scene.store.read().await.expect("reads");
        assert_eq!(
            reader.tenant(strict.tenant.id).user_count("").await.expect("reads"),
            1,
            "nobody was added"
        );
        drop(reader);

        let sheet = scene.customer("sample").await;
        scene.post().await;
        let mails = scene.mailbox.mails().len();
        let added = scene.add_user(sheet.tenant.id, new_user("jiro"), InvitationChannel::Slip).await;
        let (_, slip) = added.expect("added");
        let slip = slip.expect("a slip");
        scene.post().await;
        assert_eq!(scene.mailbox.mails().len(), mails, "no mail beside the slip");
        let code = sheet.tenant.identification_code.grouped();
        let carried = format!("/enrol?code={code}&email=jiro@sample.example");
        assert_eq!(slip.enrol_url, format!("https://certificates.gate.example{carried}"));
        let form = users_form(&sheet.tenant, &new_user("jiro"), slip.one_time_password.expose());
        scene.apply(form).await.expect("taken");
    })
    .await;
}

#[tokio::test]
async fn inviting_again_spends_the_former_password() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (jiro, former) = scene.invited(&sheet.tenant, "jiro").await;
        let mut reader = scene.store.read().await.expect("reads");
        let user = reader.tenant(sheet.tenant.id).user_by_email(&jiro.email).await.expect("reads");
        drop(reader);
        let user = user.expect("the user").id;
        let slip = scene.invite(sheet.tenant.id, user, InvitationChannel::Slip).await;
        let slip = slip.expect("invites").expect("a slip");
        let answer = scene.apply(users_form(&sheet.tenant, &jiro, &former)).await;
        assert!(matches!(answer, Err(ApplyRefusal::Uniform)), "{answer:?}");
        let form = users_form(&sheet.tenant, &jiro, slip.one_time_password.expose());
        scene.apply(form).await.expect("taken");
    })
    .await;
}

#[tokio::test]
async fn a_person_without_a_certificate_is_deleted_and_may_be_added_again() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let hanako = scene.administrator(&sheet).await;
        let (tenant, people) = (sheet.tenant.id, scene.authority.people());
        let grant = scene.permission::<ManageUsers>(&hanako).await;
        let (jiro, password) = scene.invited(&sheet.tenant, "jiro").await;
        scene.apply(users_form(&sheet.tenant, &jiro, &password)).await.expect("taken");
        let on_record = async || {
            let mut reader = scene.store.read().await.expect("reads");
            reader.tenant(tenant).user_by_email(&jiro.email).await.expect("reads")
        };
        let former = on_record().await.expect("on record").id;
        people.delete_user(&grant, tenant, former).await.expect("deletes");
        assert!(on_record().await.is_none());
        let again = people.delete_user(&grant, tenant, former).await;
        assert!(matches!(again, Err(UserError::NotFound)), "{again:?}");
        let answer = scene.apply(users_form(&sheet.tenant, &jiro, &password)).await;
        assert!(matches!(answer, Err(ApplyRefusal::Uniform)), "{answer:?}");
        scene.post().await;
        scene.add_user(tenant, new_user("jiro"), InvitationChannel::Mail).await.expect("the names are free");
        assert_ne!(on_record().await.expect("on record").id, former);
    })
    .await;
}

#[tokio::test]
async fn a_person_who_has_had_a_certificate_is_not_deleted_nor_oneself_nor_the_last_administrator() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (tenant, people) = (sheet.tenant.id, scene.authority.people());
        let mut reader = scene.store.read().await.expect("reads");
        let first = reader.tenant(tenant).users_with_role(Role::Administrator).await.expect("reads");
        drop(reader);
        let last = people.delete_user(&operator(), tenant, first[0].id).await;
        assert!(matches!(last, Err(UserError::LastAdministrator)), "{last:?}");
        let hanako = scene.administrator(&sheet).await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let grant = scene.permission::<ManageUsers>(&hanako).await;
        let oneself = people.delete_user(&grant, tenant, hanako.user.id).await;
        assert!(matches!(oneself, Err(UserError::Oneself)), "{oneself:?}");
        let revoke = scene.permission::<RevokeCertificate>(&hanako).await;
        let request = Request::Revoke(RevocationReason::Superseded);
        let revoked = scene.authority.revocation();
        revoked.decide_certificate(&revoke, tenant, jiro.certificate.id, request).await.expect("revokes");
        let kept = people.delete_user(&grant, tenant, jiro.user.id).await;
        assert!(matches!(kept, Err(UserError::HadCertificate)), "{kept:?}");
    })
    .await;
}

#[tokio::test]
async fn nobody_shuts_out_oneself_or_the_last_administrator() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let hanako = scene.administrator(&sheet).await;
        let grant = scene.permission::<ManageUsers>(&hanako).await;
        let oneself = scene.authority.people().suspend_user(&grant, sheet.tenant.id, hanako.user.id).await;
        assert!(matches!(oneself, Err(UserError::Oneself)), "{oneself:?}");
        let mut demoted = new_user("hanako");
        demoted.email = hanako.user.email.clone();
        let last = scene
            .authority
            .people()
            .update_user(&grant, sheet.tenant.id, hanako.user.id, demoted.clone(), |_| true)
            .await;
        assert!(matches!(last, Err(UserError::LastAdministrator)), "{last:?}");
        let mut second = new_user("jiro");
        second.role = Some(Role::Administrator);
        let added = scene
            .authority
            .people()
            .add_user(
                &grant,
                sheet.tenant.id,
                second,
                InvitationChannel::Mail,
                scene.authority.new_invitation_id(),
            )
            .await;
        added.expect("added");
        let changed = scene
            .authority
            .people()
            .update_user(&grant, sheet.tenant.id, hanako.user.id, demoted, |_| true)
            .await;
        changed.expect("another one is left");
    })
    .await;
}

#[tokio::test]
async fn the_last_active_administrator_is_not_suspended_by_anybody() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (authority, tenant) = (&scene.authority, sheet.tenant.id);
        let [hanako, saburo] = two_administrators(&scene, &sheet).await;
        authority.people().suspend_user(&operator(), tenant, hanako).await.expect("another one is left");
        let last = authority.people().suspend_user(&operator(), tenant, saburo).await;
        assert!(matches!(last, Err(UserError::LastAdministrator)), "{last:?}");
        authority.people().resume_user(&operator(), tenant, hanako).await.expect("resumes");
        authority.people().suspend_user(&operator(), tenant, saburo).await.expect("another one is left");
    })
    .await;
}

/// The first administrator and another one.
async fn two_administrators(scene: &Scene, sheet: &HandOver) -> [UserId; 2] {
    let second = NewUser { role: Some(Role::Administrator), ..new_user("saburo") };
    let added = scene.add_user(sheet.tenant.id, second, InvitationChannel::Mail).await;
    let second = added.expect("added").0.id;
    let mut reader = scene.store.read().await.expect("reads");
    let all = reader.tenant(sheet.tenant.id).users_with_role(Role::Administrator).await.expect("reads");
    let first = all.iter().find(|user| user.id != second).expect("the first one").id;
    [first, second]
}

#[tokio::test]
async fn two_administrators_demoting_each_other_at_the_same_moment_leave_one() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let administrators = two_administrators(&scene, &sheet).await;
        let records =
            [NewUser { email: email("hanako@sample.example"), ..new_user("hanako") }, new_user("saburo")];
        let acts = [0, 1].map(|index| {
            let (authority, tenant) = (scene.authority.clone(), sheet.tenant.id);
            let (id, record) = (administrators[index], records[index].clone());
            Box::pin(async move {
                let changed = authority.people().update_user(&operator(), tenant, id, record, |_| true).await;
                changed.map(|_| ())
            })
        });
        assert_one_is_left(&at_the_same_moment(&scene, sheet.tenant.id, acts).await);
    })
    .await;
}

#[tokio::test]
async fn two_administrators_suspending_each_other_at_the_same_moment_leave_one() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let acts = two_administrators(&scene, &sheet).await.map(|id| {
            let (authority, tenant) = (scene.authority.clone(), sheet.tenant.id);
            Box::pin(async move { authority.people().suspend_user(&operator(), tenant, id).await })
        });
        assert_one_is_left(&at_the_same_moment(&scene, sheet.tenant.id, acts).await);
    })
    .await;
}

fn assert_one_is_left(answers: &[Result<(), UserError>; 2]) {
    let one = answers.iter().filter(|answer| answer.is_ok()).count();
    let kept = answers.iter().any(|answer| matches!(answer, Err(UserError::LastAdministrator)));
    assert!(one == 1 && kept, "{answers:?}");
}

/// Two acts that meet: each has read and written what it can before either of them can end.
async fn at_the_same_moment(
    scene: &Scene,
    tenant: TenantId,
    acts: [impl Future<Output = Result<(), UserError>> + Send + 'static; 2],
) -> [Result<(), UserError>; 2] {
    let mut transaction = scene.store.begin("another_act").await.expect("begins");
    // Whoever numbers a change waits for the end of whoever did so before.
    transaction.insert_status_change(StatusChange::Tenant(tenant), scene.now()).await.expect("numbers");
    let [one, other] = acts.map(tokio::spawn);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    drop(transaction);
    [one.await.expect("no panic"), other.await.expect("no panic")]
}

#[tokio::test]
async fn what_was_mailed_to_a_former_address_opens_nothing() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let tenant = sheet.tenant.id;
        let (jiro, password) = scene.invited(&sheet.tenant, "jiro").await;
        let (saburo, saburos) = scene.invited(&sheet.tenant, "saburo").await;
        scene.apply(users_form(&sheet.tenant, &saburo, &saburos)).await.expect("applies");
        let mail = scene.newest_mail_to("saburo@sample.example").await;
        for (user, address) in [(&jiro, "jiro.new@sample.example"), (&saburo, "saburo.new@sample.example")] {
            let mut reader = scene.store.read().await.expect("reads");
            let id =
                reader.tenant(tenant).user_by_email(&user.email).await.expect("reads").expect("is there").id;
            drop(reader);
            let moved = NewUser { email: email(address), ..user.clone() };
            scene.update_user(tenant, id, moved).await.expect("moves");
        }
        let moved = NewUser { email: email("jiro.new@sample.example"), ..jiro };
        let answer = scene.apply(users_form(&sheet.tenant, &moved, &password)).await;
        assert!(matches!(answer, Err(ApplyRefusal::Uniform)), "{answer:?}");
        let pickup = scene.pick_up(pickup_form(&mail.reference(), &mail.pin())).await;
        assert!(matches!(pickup, Err(PickupRefusal::NotFound)), "{pickup:?}");
    })
    .await;
}

#[tokio::test]
async fn suspending_and_resuming_go_from_one_state_to_the_other_only() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let (authority, tenant, id) = (&scene.authority, sheet.tenant.id, jiro.user.id);
        let early = authority.people().resume_user(&operator(), tenant, id).await;
        assert!(matches!(early, Err(UserError::State(UserState::Active))), "{early:?}");
        authority.people().suspend_user(&operator(), tenant, id).await.expect("suspends");
        let again = authority.people().suspend_user(&operator(), tenant, id).await;
        assert!(matches!(again, Err(UserError::State(UserState::Suspended))), "{again:?}");
        let invited = scene.invite(tenant, id, InvitationChannel::Mail).await;
        assert!(matches!(invited, Err(UserError::Suspended)), "{invited:?}");
        authority.people().resume_user(&operator(), tenant, id).await.expect("resumes");
        authority.tenants().suspend_tenant(&operator(), tenant).await.expect("suspends");
        let closed = scene.add_user(tenant, new_user("saburo"), InvitationChannel::Mail).await;
        assert!(matches!(closed, Err(UserError::TenantClosed(TenantState::Suspended))), "{closed:?}");
    })
    .await;
}

#[tokio::test]
async fn a_person_is_told_of_a_suspension_and_its_end_although_company_and_person_are_shut_out() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let (authority, tenant) = (&scene.authority, sheet.tenant.id);
        scene.post().await;
        authority.people().suspend_user(&operator(), tenant, jiro.user.id).await.expect("suspends");
        authority.tenants().suspend_tenant(&operator(), tenant).await.expect("suspends");
        let told = scene.newest_mail_to("jiro@sample.example").await;
        assert!(told.subject.ends_with("ご利用を停止しました"), "{}", told.subject);
        for part in ["停止した日時", "すべての端末", sheet.tenant.support_contact.as_str()] {
            assert!(told.text.contains(part), "{part}: {}", told.text);
        }

        authority.tenants().resume_tenant(&operator(), tenant).await.expect("resumes");
        authority.people().resume_user(&operator(), tenant, jiro.user.id).await.expect("resumes");
        let told = scene.newest_mail_to("jiro@sample.example").await;
        assert!(told.subject.ends_with("ご利用を再開しました"), "{}", told.subject);

        let sent = scene.mailbox.mails().len();
        let again = authority.people().resume_user(&operator(), tenant, jiro.user.id).await;
        assert!(matches!(again, Err(UserError::State(UserState::Active))), "{again:?}");
        scene.post().await;
        assert_eq!(scene.mailbox.mails().len(), sent, "told once");
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_for_another_device_while_one_is_good_on_hold_or_suspended() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (authority, tenant) = (&scene.authority, sheet.tenant.id);
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let certificate = jiro.certificate.id;
        let subject = async || {
            scene.post().await;
            scene.invite(tenant, jiro.user.id, InvitationChannel::Mail).await.expect("invites");
            scene.newest_mail_to("jiro@sample.example").await.subject
        };
        assert!(subject().await.contains("別の端末"));
        let decide = async |request| {
            let grant = operator::<RevokeCertificate>();
            authority.revocation().decide_certificate(&grant, tenant, certificate, request).await
        };
        decide(Request::Hold).await.expect("holds");
        assert!(subject().await.contains("別の端末"));
        decide(Request::Revoke(RevocationReason::KeyCompromise)).await.expect("revokes");
        assert!(!subject().await.contains("別の端末"));
    })
    .await;
}

#[tokio::test]
async fn another_tenants_users_are_not_found() {
    on_each_scene(async |scene| {
        let (sample, other) = (scene.customer("sample").await, scene.customer("other").await);
        let jiro = scene.colleague(&sample.tenant, "jiro").await;
        let grant = scene.permission::<ManageUsers>(&scene.administrator(&other).await).await;
        let (authority, id) = (&scene.authority, jiro.user.id);
        let invitation = authority.new_invitation_id();
        for tenant in [sample.tenant.id, other.tenant.id] {
            let answers = [
                authority.people().suspend_user(&grant, tenant, id).await.err(),
                authority.people().resume_user(&grant, tenant, id).await.err(),
                authority
                    .people()
                    .invite(&grant, tenant, id, InvitationChannel::Mail, invitation)
                    .await
                    .err(),
                authority.people().update_user(&grant, tenant, id, new_user("goro"), |_| true).await.err(),
                authority.portal().reset_portal_password(&grant, tenant, id).await.err(),
            ];
            for answer in answers {
                assert!(matches!(answer, Some(UserError::NotFound)), "{answer:?}");
            }
        }
        let (tenant, new) = (sample.tenant.id, new_user("goro"));
        let added =
            authority.people().add_user(&grant, tenant, new, InvitationChannel::Mail, invitation).await;
        assert!(matches!(added, Err(UserError::NotFound)), "{added:?}");
        scene.at_the_gate(&jiro.certificate).await.expect("passes");
    })
    .await;
}

#[tokio::test]
async fn no_customer_can_make_an_operator() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        let new = domain::import::NewUser { role: Some(Role::Operator), ..new_user("mallory") };
        let added = scene.add_user(tenant, new, InvitationChannel::Mail).await;
        assert!(matches!(added, Err(UserError::OperatorElsewhere)), "{added:?}");
    })
    .await;
}
