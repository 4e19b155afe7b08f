//! An administrator has the notice sent again.

use super::{Company, PERSON};
use crate::{
    scene::{on_each_scene, operator},
    walk::Holder,
};
use authority::users::UserError;
use domain::{
    end_notice::AGAIN_PAUSE,
    grant::{ManageTenants, ManageUsers, RevokeCertificate},
    revocation::Request,
    time::SignedDuration,
};
use pki::RevocationReason;

impl Company {
    async fn again(&self, whom: &Holder) -> Result<(), UserError> {
        let people = self.scene.authority.people();
        people.send_end_notice(&operator::<ManageUsers>(), self.tenant.id, whom.user.id).await
    }
}

#[tokio::test]
async fn a_notice_is_sent_again_at_once_and_is_told_from_the_one_of_the_calendar() {
    on_each_scene(async |scene| {
        let company = Company::new(scene).await;
        assert!(matches!(company.again(&company.jiro).await, Err(UserError::NothingEndsSoon(_))));
        company.set_clock(45);
        company.run().await;
        company.again(&company.jiro).await.expect("sends");
        assert!(
            matches!(company.again(&company.jiro).await, Err(UserError::NoticedBefore)),
            "a double click"
        );
        company.scene.post().await;
        let mails = company.told(PERSON, "更新してください");
        assert_eq!(mails.len(), 2);
        assert!(
            !mails[0].text.contains("運用管理者の依頼で") && mails[1].text.contains("運用管理者の依頼で")
        );
        assert!(mails[1].calendar.is_some());
        company.scene.forward(AGAIN_PAUSE + SignedDuration::from_secs(1));
        company.again(&company.jiro).await.expect("sends");
        company.scene.forward(-(AGAIN_PAUSE * 2));
        company.again(&company.jiro).await.expect("the clock was ahead then");
        assert_eq!(company.scene.times_audited("send-end-notice").await, 3);
        company.set_clock(30);
        company.run().await;
        assert_eq!(company.notices(), 5, "the next one comes all the same");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_sent_again_to_people_who_cannot_renew_or_need_not() {
    on_each_scene(async |scene| {
        let company = Company::new(scene).await;
        let (authority, tenant, jiro) = (&company.scene.authority, company.tenant.id, &company.jiro);
        company.set_clock(10);
        let (people, grant) = (authority.people(), operator::<ManageUsers>());
        people.suspend_user(&grant, tenant, jiro.user.id).await.expect("suspends");
        assert!(matches!(company.again(jiro).await, Err(UserError::Suspended)));
        people.resume_user(&grant, tenant, jiro.user.id).await.expect("resumes");
        let mut back_door = company.scene.back_door().await;
        let now = company.scene.now().as_millisecond();
        let until = back_door.number("SELECT valid_until FROM tenant WHERE kind = 'customer'").await;
        back_door.run(format!("UPDATE tenant SET valid_until = {now} WHERE kind = 'customer'")).await;
        assert!(matches!(company.again(jiro).await, Err(UserError::License(_))), "nobody can renew");
        back_door.run(format!("UPDATE tenant SET valid_until = {until} WHERE kind = 'customer'")).await;
        drop(back_door);
        let tenants = authority.tenants();
        tenants.suspend_tenant(&operator::<ManageTenants>(), tenant).await.expect("suspends");
        assert!(matches!(company.again(jiro).await, Err(UserError::TenantClosed(_))));
        tenants.resume_tenant(&operator::<ManageTenants>(), tenant).await.expect("resumes");
        let request = Request::Revoke(RevocationReason::Superseded);
        let (revoker, grant) = (authority.revocation(), operator::<RevokeCertificate>());
        revoker.decide_certificate(&grant, tenant, jiro.certificate.id, request).await.expect("revokes");
        assert!(matches!(company.again(jiro).await, Err(UserError::NothingEndsSoon(_))));
        company.scene.post().await;
        assert_eq!(company.notices(), 0);
    })
    .await;
}
