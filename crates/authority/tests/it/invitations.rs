//! A form that is sent twice makes one invitation; its sheet or slip can be opened again for some minutes by
//! whoever made it.

use crate::{
    scene::{Scene, email, new_tenant, new_user, on_each_scene, operator},
    walk::{administrators_form, users_form},
};
use authority::{
    invitation::HAND_OVER_MINUTES,
    tenants::TenantError,
    users::{InvitationChannel, UserError},
};
use domain::{
    grant::{Grant, ManageTenants, ManageUsers},
    id::{InvitationId, TenantId},
    tenant::Tenant,
    time::SignedDuration,
};

/// How many invitations there are, and of how many something is left that opens their page again.
async fn invitations(scene: &Scene) -> (i64, i64) {
    let mut door = scene.back_door().await;
    let resting = "SELECT count(*) FROM invitation
         WHERE password_sealed IS NOT NULL OR maker_id IS NOT NULL OR readable_until IS NOT NULL";
    (door.number("SELECT count(*) FROM invitation").await, door.number(resting).await)
}

async fn sheet_password(
    scene: &Scene,
    grant: &Grant<ManageTenants>,
    tenant: TenantId,
    id: InvitationId,
) -> Option<String> {
    let found = scene.authority.tenants().made_sheet(grant, tenant, id).await.expect("reads");
    found.map(|sheet| sheet.made.password.expose().to_owned())
}

async fn slip_password(
    scene: &Scene,
    grant: &Grant<ManageUsers>,
    tenant: TenantId,
    id: InvitationId,
) -> Option<String> {
    let found = scene.authority.people().made_slip(grant, tenant, id).await.expect("reads");
    found.map(|slip| slip.made.one_time_password.expose().clone())
}

/// The clock stands where nobody may open the pages again that were made until now.
fn pass_the_minutes(scene: &Scene) {
    scene.forward(SignedDuration::from_mins(HAND_OVER_MINUTES));
}

/// A company, and what its first administrator may do.
async fn company(scene: &Scene, slug: &str) -> (Tenant, Grant<ManageUsers>) {
    let sheet = scene.customer(slug).await;
    let holder = scene.administrator(&sheet).await;
    (sheet.tenant, scene.permission(&holder).await)
}

#[tokio::test]
async fn the_form_for_a_tenant_sent_twice_is_one_tenant_with_one_sheet() {
    on_each_scene(async |scene| {
        let authority = &scene.authority;
        let grant = scene.permission::<ManageTenants>(&scene.new_operator("ops").await).await;
        let (id, before) = (authority.new_invitation_id(), invitations(&scene).await.0);
        let made = authority.tenants().add_tenant(&grant, new_tenant("sample"), id).await.expect("is added");
        let log = scene.audit_log().await.len();
        let again = authority.tenants().add_tenant(&grant, new_tenant("sample"), id).await;
        assert!(
            matches!(again, Err(TenantError::SentBefore(tenant)) if tenant == made.tenant.id),
            "{again:?}"
        );
        let other = authority.tenants().add_tenant(&grant, new_tenant("another"), id).await;
        assert!(matches!(other, Err(TenantError::FormUsed)), "{other:?}");
        let taken =
            authority.tenants().add_tenant(&grant, new_tenant("sample"), authority.new_invitation_id()).await;
        assert!(matches!(taken, Err(TenantError::SlugTaken(_))), "{taken:?}");
        assert_eq!(invitations(&scene).await, (before + 1, 1));
        assert_eq!(scene.audit_log().await.len(), log, "nothing else was done");

        let shown =
            authority.tenants().made_sheet(&grant, made.tenant.id, id).await.expect("reads").expect("rests");
        assert_eq!(shown.made.sheet_file.expose(), made.sheet_file.expose(), "the same sheet");
        let entry = |file: &str| file.split("signature=").next().unwrap_or_default().to_owned();
        assert_eq!(
            entry(&shown.made.data_entry_file),
            entry(&made.data_entry_file),
            "signed anew, else the same"
        );
        assert_eq!(shown.until, scene.now() + SignedDuration::from_mins(HAND_OVER_MINUTES));
        scene.apply(administrators_form(&shown.made)).await.expect("its password works");
    })
    .await;
}

#[tokio::test]
async fn a_new_sheet_asked_for_twice_is_one_and_the_former_one_is_gone() {
    on_each_scene(async |scene| {
        let authority = &scene.authority;
        let grant = scene.permission::<ManageTenants>(&scene.new_operator("ops").await).await;
        let tenant = scene.customer("sample").await.tenant.id;
        let [former, id] = [authority.new_invitation_id(), authority.new_invitation_id()];
        authority.tenants().new_sheet(&grant, tenant, None, former).await.expect("made");
        let made = authority.tenants().new_sheet(&grant, tenant, None, id).await.expect("made");
        let again = authority.tenants().new_sheet(&grant, tenant, None, id).await;
        assert!(matches!(again, Err(TenantError::SentBefore(_))), "{again:?}");
        let boss = Some(email("boss@sample.example"));
        let other = authority.tenants().new_sheet(&grant, tenant, boss, id).await;
        assert!(matches!(other, Err(TenantError::FormUsed)), "another wish in the same form: {other:?}");
        let recipient = authority.tenants().sheet_recipient(tenant).await.expect("reads").expect("somebody");
        assert_eq!(recipient.user.email, made.administrator_email, "nothing was changed");
        assert_eq!(sheet_password(&scene, &grant, tenant, former).await, None, "replaced");
        let shown = sheet_password(&scene, &grant, tenant, id).await;
        assert_eq!(shown.as_deref(), Some(made.password.expose()));
        assert_eq!(invitations(&scene).await.1, 1);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_made_a_slip_sends_no_mail_and_says_so() {
    on_each_scene(async |scene| {
        let (tenant, grant) = company(&scene, "sample").await;
        let authority = &scene.authority;
        let added = authority
            .people()
            .add_user(
                &grant,
                tenant.id,
                new_user("jiro"),
                InvitationChannel::Mail,
                authority.new_invitation_id(),
            )
            .await;
        let (user, id) = (added.expect("is added").0.id, authority.new_invitation_id());
        authority
            .people()
            .invite(&grant, tenant.id, user, InvitationChannel::Slip, id)
            .await
            .expect("a slip");
        let again = authority.people().invite(&grant, tenant.id, user, InvitationChannel::Slip, id).await;
        assert!(matches!(again, Err(UserError::SentBefore(_))), "{again:?}");
        let mailed = authority.people().invite(&grant, tenant.id, user, InvitationChannel::Mail, id).await;
        assert!(matches!(mailed, Err(UserError::FormUsed)), "{mailed:?}");
        assert!(slip_password(&scene, &grant, tenant.id, id).await.is_some(), "the slip stays good");
        let mailed = authority.new_invitation_id();
        authority
            .people()
            .invite(&grant, tenant.id, user, InvitationChannel::Mail, mailed)
            .await
            .expect("a mail");
        let printed =
            authority.people().invite(&grant, tenant.id, user, InvitationChannel::Slip, mailed).await;
        assert!(matches!(printed, Err(UserError::FormUsed)), "{printed:?}");
    })
    .await;
}

#[tokio::test]
async fn a_sheet_is_opened_again_by_whoever_made_it_alone_and_for_its_minutes() {
    on_each_scene(async |scene| {
        let authority = &scene.authority;
        let [ops, other] = [scene.new_operator("ops").await, scene.new_operator("other").await];
        let grant = scene.permission::<ManageTenants>(&ops).await;
        let tenant = scene.customer("sample").await.tenant.id;
        let elsewhere = scene.customer("another").await.tenant.id;
        let id = authority.new_invitation_id();
        authority.tenants().new_sheet(&grant, tenant, None, id).await.expect("made");
        assert!(sheet_password(&scene, &grant, tenant, id).await.is_some());
        let anothers = scene.permission(&other).await;
        assert_eq!(sheet_password(&scene, &anothers, tenant, id).await, None, "another operator");
        assert_eq!(sheet_password(&scene, &operator(), tenant, id).await, None, "the command line");
        assert_eq!(sheet_password(&scene, &grant, elsewhere, id).await, None, "another tenant");
        let unknown = authority.new_invitation_id();
        assert_eq!(sheet_password(&scene, &grant, tenant, unknown).await, None, "never made");

        pass_the_minutes(&scene);
        assert_eq!(sheet_password(&scene, &grant, tenant, id).await, None, "late");
        assert_eq!(invitations(&scene).await.1, 1, "not erased yet");
        authority.duties().reconcile().await.expect("erases");
        assert_eq!(invitations(&scene).await.1, 0, "erased");
    })
    .await;
}

#[tokio::test]
async fn what_the_command_line_makes_does_not_rest() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        scene.new_sheet(tenant, None).await.expect("made");
        let added = scene.add_user(tenant, new_user("jiro"), InvitationChannel::Slip).await;
        added.expect("added");
        assert_eq!(invitations(&scene).await.1, 0);
    })
    .await;
}

#[tokio::test]
async fn the_form_for_a_user_sent_twice_is_one_user_with_one_slip() {
    on_each_scene(async |scene| {
        let (sample, grant) = company(&scene, "sample").await;
        let (authority, tenant, id) = (&scene.authority, sample.id, scene.authority.new_invitation_id());
        let send = async |login: &str| {
            authority.people().add_user(&grant, tenant, new_user(login), InvitationChannel::Slip, id).await
        };
        let before = invitations(&scene).await.0;
        // At the same moment, as by a double click.
        let (one, two) = tokio::join!(Box::pin(send("jiro")), Box::pin(send("jiro")));
        let (made, again) = if one.is_ok() { (one, two) } else { (two, one) };
        let (jiro, slip) = made.expect("one is added");
        assert!(matches!(again, Err(UserError::SentBefore(user)) if user == jiro.id), "{again:?}");
        let another = send("saburo").await;
        assert!(matches!(another, Err(UserError::FormUsed)), "{another:?}");
        assert_eq!(invitations(&scene).await, (before + 1, 1));
        let shown = authority.people().made_slip(&grant, tenant, id).await.expect("reads").expect("rests");
        let slip = slip.expect("a slip");
        assert_eq!(shown.made.one_time_password.expose(), slip.one_time_password.expose());
        assert_eq!((shown.made.valid_until, shown.made.user.id), (slip.valid_until, jiro.id));
    })
    .await;
}

#[tokio::test]
async fn an_invitation_sent_twice_is_one_password_and_one_mail() {
    on_each_scene(async |scene| {
        let (sample, grant) = company(&scene, "sample").await;
        let (authority, tenant) = (&scene.authority, sample.id);
        let [added, id] = [authority.new_invitation_id(), authority.new_invitation_id()];
        let add = async || {
            authority
                .people()
                .add_user(&grant, tenant, new_user("jiro"), InvitationChannel::Mail, added)
                .await
        };
        let jiro = add().await.expect("added").0.id;
        scene.post().await;
        let again = add().await;
        assert!(matches!(again, Err(UserError::SentBefore(user)) if user == jiro), "{again:?}");
        let invite =
            async || authority.people().invite(&grant, tenant, jiro, InvitationChannel::Mail, id).await;
        let (one, two) = tokio::join!(Box::pin(invite()), Box::pin(invite()));
        let sent_before = |answer: &Result<_, UserError>| matches!(answer, Err(UserError::SentBefore(_)));
        assert!(one.is_ok() && sent_before(&two) || sent_before(&one) && two.is_ok(), "{one:?} {two:?}");
        let mail = scene.newest_mail_to("jiro@sample.example").await;
        assert_eq!(scene.mailbox.mails_to("jiro@sample.example").len(), 2, "one for each form");
        assert_eq!(slip_password(&scene, &grant, tenant, id).await, None, "what is mailed does not rest");
        let form = users_form(&sample, &new_user("jiro"), &mail.one_time_password());
        scene.apply(form).await.expect("the newest password works");
    })
    .await;
}

#[tokio::test]
async fn a_slip_is_opened_again_until_it_is_spent_by_whoever_made_it_alone() {
    on_each_scene(async |scene| {
        let (sample, grant) = company(&scene, "sample").await;
        let (_, theirs) = company(&scene, "another").await;
        let (authority, tenant, id) = (&scene.authority, sample.id, scene.authority.new_invitation_id());
        let added =
            authority.people().add_user(&grant, tenant, new_user("jiro"), InvitationChannel::Slip, id).await;
        let jiro = added.expect("added").0.id;
        let password = slip_password(&scene, &grant, tenant, id).await.expect("rests");
        assert_eq!(slip_password(&scene, &theirs, tenant, id).await, None, "another company's administrator");
        assert_eq!(slip_password(&scene, &operator(), tenant, id).await, None, "the command line");
        let form = users_form(&sample, &new_user("jiro"), &password);
        scene.apply(form).await.expect("taken");
        assert_eq!(slip_password(&scene, &grant, tenant, id).await, None, "spent");
        assert_eq!(invitations(&scene).await.1, 0, "erased with it");

        let next = authority.new_invitation_id();
        authority
            .people()
            .invite(&grant, tenant, jiro, InvitationChannel::Slip, next)
            .await
            .expect("invites");
        assert!(slip_password(&scene, &grant, tenant, next).await.is_some());
        pass_the_minutes(&scene);
        assert_eq!(slip_password(&scene, &grant, tenant, next).await, None, "late");
        authority.duties().reconcile().await.expect("erases");
        assert_eq!(invitations(&scene).await.1, 0, "erased");
    })
    .await;
}
