//! How far people have come is kept: what only time changes is noticed by the duty, whatever the tenant's state and however
//! the clock goes.

use crate::scene::{Scene, on_each_scene, operator};
use authority::{Authority, duties::Duty};
use domain::{
    id::{TenantId, UserId},
    time::{DAY, SignedDuration},
    user::Progress,
};
use std::sync::Arc;

fn duty(authority: &Authority) -> Arc<dyn Duty> {
    let mut duties = authority.duties().of_the_authority().into_iter();
    duties.find(|duty| duty.plan().name == "keep-progress").expect("there is one")
}

async fn keep(authority: &Authority) {
    duty(authority).run().await.expect("runs");
}

async fn stands(scene: &Scene, tenant: TenantId, user: UserId) -> Progress {
    let mut reader = scene.store.read().await.expect("reads");
    reader.tenant(tenant).user_progress(user).await.expect("reads").expect("is there")
}

/// A colleague with a certificate, and one who was invited only.
async fn colleagues(scene: &Scene) -> (TenantId, UserId, UserId) {
    let sheet = scene.customer("sample").await;
    let holder = scene.colleague(&sheet.tenant, "saburo").await;
    let (new, _) = scene.invited(&sheet.tenant, "jiro").await;
    let tenant = sheet.tenant.id;
    let mut reader = scene.store.read().await.expect("reads");
    let invited = reader.tenant(tenant).user_by_login_name(&new.login_name).await.expect("reads");
    (tenant, holder.certificate.user, invited.expect("is there").id)
}

#[tokio::test]
async fn an_invitation_and_a_certificate_that_are_over_are_noticed_in_a_suspended_tenant_too() {
    on_each_scene(async |scene| {
        let (tenant, holder, invited) = colleagues(&scene).await;
        scene.authority.tenants().suspend_tenant(&operator(), tenant).await.expect("suspends");
        keep(&scene.authority).await;
        assert_eq!(stands(&scene, tenant, holder).await, Progress::PickedUp);
        assert_eq!(stands(&scene, tenant, invited).await, Progress::Invited);
        scene.forward(DAY * 4000);
        keep(&scene.authority).await;
        assert_eq!(stands(&scene, tenant, holder).await, Progress::Expired);
        assert_eq!(stands(&scene, tenant, invited).await, Progress::NotInvited);
    })
    .await;
}

#[tokio::test]
async fn what_was_kept_while_the_clock_was_ahead_is_put_right_by_the_next_run() {
    on_each_scene(async |scene| {
        let (tenant, holder, invited) = colleagues(&scene).await;
        scene.forward(DAY * 4000);
        keep(&scene.authority).await;
        scene.forward(-(DAY * 4000));
        assert_eq!(stands(&scene, tenant, holder).await, Progress::Expired, "else this would show nothing");
        keep(&scene.authority).await;
        assert_eq!(stands(&scene, tenant, holder).await, Progress::PickedUp);
        assert_eq!(stands(&scene, tenant, invited).await, Progress::Invited);
        // The clocks of two nodes differ a little: nothing is kept again and again.
        scene.forward(-SignedDuration::from_secs(5));
        let run = duty(&scene.authority).run().await.expect("runs");
        assert_eq!(run.done, 0);
    })
    .await;
}

#[tokio::test]
async fn two_processes_notice_together_what_is_over() {
    on_each_scene(async |scene| {
        let (tenant, holder, invited) = colleagues(&scene).await;
        let other = scene.another_process().await;
        scene.forward(DAY * 4000);
        tokio::join!(keep(&scene.authority), keep(&other));
        assert_eq!(stands(&scene, tenant, holder).await, Progress::Expired);
        assert_eq!(stands(&scene, tenant, invited).await, Progress::NotInvited);
        let mut reader = scene.store.read().await.expect("reads");
        let counts = reader.tenant(tenant).users_by_progress().await.expect("counts");
        let counted: u64 = counts.iter().map(|(_, users)| users).sum();
        assert_eq!(counted, reader.tenant(tenant).user_count("").await.expect("counts"));
    })
    .await;
}
