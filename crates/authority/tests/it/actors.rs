//! Acts whose person is shut out, or gets another role, before they are committed.

use crate::{
    scene::{Scene, email, new_user, on_each_scene, operator},
    walk::{Holder, users_form},
};
use authority::{
    ra::DecideError,
    revocation::RevokeError,
    tenants::ContractChange,
    users::{InvitationChannel, UserError},
};
use domain::{
    certificate::{CertificateRecord, CertificateState},
    grant::{Grant, ManageUsers, RevokeCertificate},
    import::NewUser,
    revocation::Request,
    status_change::StatusChange,
    time::DAY,
    user::{Role, User},
};
use jiff::civil::date;
use std::time::Duration;

/// An administrator, who is not the only one, and a colleague.
async fn hanako_and_jiro(scene: &Scene) -> [Holder; 2] {
    let sheet = scene.customer_with("sample", |new| new.valid_until = date(2026, 12, 10)).await;
    let hanako = scene.administrator(&sheet).await;
    let second = NewUser { role: Some(Role::Administrator), ..new_user("saburo") };
    scene.add_user(sheet.tenant.id, second, InvitationChannel::Mail).await.expect("added");
    [hanako, scene.colleague(&sheet.tenant, "jiro").await]
}

async fn give_role(scene: &Scene, user: &User, role: Role) {
    let entered = NewUser { role: Some(role), email: user.email.clone(), ..new_user("hanako") };
    scene.update_user(user.tenant, user.id, entered).await.expect("gets the role");
}

/// Is an act of the administrator's done? If not, then only because of what the administrator is by now.
async fn can_act(scene: &Scene, grant: &Grant<RevokeCertificate>, certificate: &CertificateRecord) -> bool {
    let decide = async |request| {
        scene
            .authority
            .revocation()
            .decide_certificate(grant, certificate.tenant, certificate.id, request)
            .await
    };
    match decide(Request::Hold).await {
        Ok(()) => {
            decide(Request::Release).await.expect("releases");
            true
        }
        Err(RevokeError::Unavailable(cause)) if cause.is_actor_changed() => {
            assert_eq!(scene.record(certificate).await.state, CertificateState::Valid);
            false
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn who_lost_the_role_or_was_shut_out_meanwhile_acts_no_more() {
    on_each_scene(async |scene| {
        let [Holder { user, certificate, .. }, jiro] = hanako_and_jiro(&scene).await;
        let (authority, tenant) = (&scene.authority, user.tenant);
        let permit = scene.at_the_gate(&certificate).await.expect("passes");
        let grant = Grant::<RevokeCertificate>::of(&permit).expect("allowed");
        let can_act = async || can_act(&scene, &grant, &jiro.certificate).await;
        assert!(can_act().await);
        for role in [Role::User, Role::Auditor] {
            give_role(&scene, &user, role).await;
            assert!(!can_act().await, "{role:?}");
        }
        give_role(&scene, &user, Role::Administrator).await;
        assert!(can_act().await, "the same role again");
        authority.people().suspend_user(&operator(), tenant, user.id).await.expect("suspends");
        assert!(!can_act().await, "suspended");
        authority.people().resume_user(&operator(), tenant, user.id).await.expect("resumes");
        authority.tenants().suspend_tenant(&operator(), tenant).await.expect("suspends");
        assert!(!can_act().await, "the company is suspended");
        authority.tenants().resume_tenant(&operator(), tenant).await.expect("resumes");
        scene.forward(DAY * 60);
        assert!(!can_act().await, "the contract and its days of grace are over");
        let change = ContractChange { valid_until: Some(date(2027, 12, 10)), ..ContractChange::default() };
        authority.tenants().change_contract(&operator(), tenant, change, |_| true).await.expect("extends");
        assert!(can_act().await);
    })
    .await;
}

#[tokio::test]
async fn who_gives_up_the_role_does_so_in_it_and_changes_nothing_after() {
    on_each_scene(async |scene| {
        let [Holder { user, certificate, .. }, _] = hanako_and_jiro(&scene).await;
        let permit = scene.at_the_gate(&certificate).await.expect("passes");
        let grant = Grant::<ManageUsers>::of(&permit).expect("allowed");
        let enter = async |display_name: &str| {
            let display_name = display_name.to_owned();
            let entered = NewUser { email: user.email.clone(), display_name, ..new_user("hanako") };
            scene.authority.people().update_user(&grant, user.tenant, user.id, entered, |_| true).await
        };
        assert_eq!(enter("花子").await.expect("gives it up").role, Role::User);
        let again = enter("葉子").await;
        let changed = matches!(&again, Err(UserError::Unavailable(cause)) if cause.is_actor_changed());
        assert!(changed, "{again:?}");
        assert_eq!(scene.times_audited("update-user").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_role_taken_away_while_the_act_waits_for_its_commit_is_seen() {
    on_each_scene(async |scene| {
        let [Holder { user, certificate, .. }, jiro] = hanako_and_jiro(&scene).await;
        let permit = scene.at_the_gate(&certificate).await.expect("passes");
        let grant = Grant::<ManageUsers>::of(&permit).expect("allowed");
        // Whoever commits an act waits for the end of whoever numbered a change before.
        let mut transaction = scene.store.begin("another_act").await.expect("begins");
        let change = StatusChange::User(user.id);
        transaction.insert_status_change(change, scene.now()).await.expect("numbers");
        let (authority, jiro) = (scene.authority.clone(), jiro.user.id);
        let inviting = tokio::spawn(async move {
            authority
                .people()
                .invite(&grant, user.tenant, jiro, InvitationChannel::Mail, authority.new_invitation_id())
                .await
        });
        // Until the act has come as far as it can.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let demoted = User { role: Role::User, ..user };
        assert!(transaction.tenant(demoted.tenant).update_user(&demoted).await.expect("demotes"));
        transaction.commit().await.expect("commits");
        let answer = inviting.await.expect("no panic");
        let changed = matches!(&answer, Err(UserError::Unavailable(cause)) if cause.is_actor_changed());
        assert!(changed, "{answer:?}");
    })
    .await;
}

#[tokio::test]
async fn a_new_address_and_a_decision_on_the_application_wait_for_each_other_and_both_end() {
    on_each_scene(async |scene| {
        let sheet = scene.customer_with("sample", |new| new.settings.policy.approval_required = true).await;
        let tenant = sheet.tenant.id;
        let (jiro, password) = scene.invited(&sheet.tenant, "jiro").await;
        let receipt = scene.apply(users_form(&sheet.tenant, &jiro, &password)).await.expect("applies");
        let mut reader = scene.store.read().await.expect("reads");
        let user = reader.tenant(tenant).user_by_email(&jiro.email).await.expect("reads").expect("jiro").id;
        let waiting = reader.application_by_reference(&receipt.reference).await.expect("reads");
        let application = waiting.expect("waits").application.particulars().id;
        drop(reader);
        // Whoever commits an act waits for the end of whoever numbered a change before.
        let mut transaction = scene.store.begin("another_act").await.expect("begins");
        transaction.insert_status_change(StatusChange::User(user), scene.now()).await.expect("numbers");
        let moved = NewUser { email: email("jiro.new@sample.example"), ..jiro };
        let (one, other) = (scene.authority.clone(), scene.authority.clone());
        let moving = tokio::spawn(async move {
            one.people().update_user(&operator(), tenant, user, moved, |_| true).await
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        let deciding =
            tokio::spawn(
                async move { other.registration().reject(&operator(), tenant, application, None).await },
            );
        tokio::time::sleep(Duration::from_millis(300)).await;
        drop(transaction);
        moving.await.expect("no panic").expect("moves");
        let decided = deciding.await.expect("no panic");
        assert!(matches!(decided, Ok(()) | Err(DecideError::Decided)), "{decided:?}");
    })
    .await;
}
