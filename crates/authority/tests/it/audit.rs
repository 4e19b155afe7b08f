use crate::{
    databases::BackDoor,
    scene::{Scene, new_user, on_each_scene, operator},
    walk::{PHRASE, pickup_form, secret, wrong_pin},
};
use authority::{audit_log::AuditVerdict, self_service::ChallengeForm, users::Delivery};
use domain::{
    certificate::CertificateState,
    challenge::ChallengePhrase,
    grant::{ManageUsers, RevokeCertificate, RevokeOwnCertificate},
    revocation::Request,
};
use pki::RevocationReason;

async fn verify(scene: &Scene) -> AuditVerdict {
    scene.authority.verify_audit_log().await.expect("reads")
}

async fn seal(scene: &Scene) -> usize {
    scene.authority.seal_audit_log().await.expect("seals")
}

#[tokio::test]
async fn every_act_leaves_its_row() {
    on_each_scene(async |scene| {
        let (authority, office) = (&scene.authority, crate::scene::office());
        let sheet = scene.customer("sample").await;
        let tenant = sheet.tenant.id;
        let sheet = authority.new_sheet(&operator(), tenant).await.expect("a sheet");
        let (reference, pin) = scene.approved(&sheet).await;
        scene.pick_up(pickup_form(&reference, &wrong_pin(&pin))).await.expect_err("wrong");
        let hanako = scene.holder(tenant, &reference, &pin).await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let grant = scene.permission::<ManageUsers>(&hanako).await;
        authority.invite(&grant, tenant, jiro.user.id, Delivery::Slip).await.expect("invites");
        authority.update_user(&grant, tenant, jiro.user.id, new_user("jiro")).await.expect("updates");
        authority.suspend_user(&grant, tenant, jiro.user.id).await.expect("suspends");
        authority.resume_user(&grant, tenant, jiro.user.id).await.expect("resumes");
        let permit = scene.at_the_gate(&jiro.certificate).await.expect("passes");
        let (one, other) = (secret("portal password"), secret("portal password"));
        authority.set_portal_password(&permit, &one, &other, office).await.expect("set");
        authority.sign_in(&permit, "jiro", &one, office).await.expect("signs in");
        authority.reset_portal_password(&grant, tenant, jiro.user.id).await.expect("resets");
        let csv = "name,family_name,given_name,login,email\na,b,c,d,d@sample.example\n";
        let id = authority.judge_import(&grant, tenant, "users.csv", csv.into()).await.expect("judged");
        authority.start_import(&grant, tenant, id).await.expect("begins");
        authority.run_imports().await.expect("runs");
        let revoke = scene.permission::<RevokeCertificate>(&hanako).await;
        let certificate = jiro.certificate.id;
        authority.decide_certificate(&revoke, tenant, certificate, Request::Hold).await.expect("holds");
        authority.decide_certificate(&revoke, tenant, certificate, Request::Release).await.expect("releases");
        let own = scene.permission::<RevokeOwnCertificate>(&jiro).await;
        authority.decide_own_certificate(&own, &permit, certificate, Request::Hold).await.expect("holds");
        let form = ChallengeForm {
            identification_code: sheet.tenant.identification_code.grouped(),
            email: "jiro@sample.example".into(),
            challenge_phrase: ChallengePhrase::typed(PHRASE),
        };
        let proved = authority.certificates_by_challenge(&form, office).await.expect("found");
        authority.revoke_by_token(proved.token.expose(), certificate, office).await.expect("revokes");
        authority.set_upstream(&operator(), tenant, None).await.expect("sets");
        authority.suspend_tenant(&operator(), tenant).await.expect("suspends");
        authority.resume_tenant(&operator(), tenant).await.expect("resumes");

        let log = scene.audit_log().await;
        for act in [
            "install",
            "record-issuer",
            "add-tenant",
            "new-sheet",
            "apply",
            "wrong-pin",
            "pick-up",
            "issue",
            "add-user",
            "invite",
            "update-user",
            "suspend-user",
            "resume-user",
            "set-portal-password",
            "sign-in",
            "reset-portal-password",
            "judge-import",
            "start-import",
            "finish-import",
            "hold-certificate",
            "release-certificate",
            "hold-own-certificate",
            "revoke-by-challenge",
            "set-upstream",
            "suspend-tenant",
            "resume-tenant",
        ] {
            let row = log.iter().find(|row| row.act == act).unwrap_or_else(|| panic!("no row says {act}"));
            assert_eq!(row.at, scene.now());
        }
        let by = |act: &str| log.iter().find(|row| row.act == act).expect("a row");
        assert_eq!(
            (by("suspend-user").actor_user, by("suspend-user").tenant),
            (Some(hanako.user.id), Some(tenant))
        );
        assert_eq!(by("hold-own-certificate").actor_user, Some(jiro.user.id));
        assert_eq!(by("apply").address.as_deref(), Some("192.0.2.10"));
        assert_eq!(
            (by("add-tenant").actor_kind.as_str(), by("apply").actor_kind.as_str()),
            ("machine", "public")
        );
    })
    .await;
}

#[tokio::test]
async fn an_act_whose_row_cannot_be_written_has_not_happened() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let hanako = scene.administrator(&sheet).await;
        let mut back_door = scene.back_door().await;
        back_door.break_writes("INSERT", "audit").await;
        let request = Request::Revoke(RevocationReason::KeyCompromise);
        let grant = operator::<RevokeCertificate>();
        let refused =
            scene.authority.decide_certificate(&grant, sheet.tenant.id, hanako.certificate.id, request).await;
        refused.expect_err("unavailable");
        assert_eq!(scene.record(&hanako.certificate).await.state, CertificateState::Valid);
        scene.authority.suspend_tenant(&operator(), sheet.tenant.id).await.expect_err("unavailable");
        scene.at_the_gate(&hanako.certificate).await.expect("passes");
    })
    .await;
}

#[tokio::test]
async fn a_sealed_log_verifies_and_its_unsealed_tail_is_named() {
    on_each_scene(async |scene| {
        let all = scene.audit_log().await.len();
        let unsealed = u64::try_from(all).expect("small");
        assert_eq!(verify(&scene).await, AuditVerdict { sealed: 0, unsealed, broken_at: None });
        assert_eq!(seal(&scene).await, all);
        assert_eq!(seal(&scene).await, 0, "a seal is set once");
        assert_eq!(verify(&scene).await, AuditVerdict { sealed: unsealed, unsealed: 0, broken_at: None });
        scene.customer("sample").await;
        let tail = u64::try_from(scene.audit_log().await.len()).expect("small") - unsealed;
        assert!(tail > 0);
        assert_eq!(verify(&scene).await, AuditVerdict { sealed: unsealed, unsealed: tail, broken_at: None });
        seal(&scene).await;
        let sealed = unsealed + tail;
        assert_eq!(verify(&scene).await, AuditVerdict { sealed, unsealed: 0, broken_at: None });
    })
    .await;
}

/// Seals a log, does harm to it, and tells where it is found to be broken.
async fn broken_at(harm: &'static [&'static str]) {
    on_each_scene(async |scene| {
        scene.customer("sample").await;
        seal(&scene).await;
        scene.authority.new_sheet(&operator(), last_tenant(&scene).await).await.expect("an unsealed row");
        let mut back_door: BackDoor = scene.back_door().await;
        for statement in harm {
            back_door.run(*statement).await;
        }
        assert_eq!(verify(&scene).await.broken_at, Some(3), "{harm:?}");
        let sealed_again = scene.authority.seal_audit_log().await;
        assert!(
            sealed_again.is_err() || verify(&scene).await.broken_at == Some(3),
            "sealing on mends nothing"
        );
    })
    .await;
}

async fn last_tenant(scene: &Scene) -> domain::id::TenantId {
    let mut reader = scene.authority.store().read().await.expect("reads");
    let slug = domain::slug::TenantSlug::parse("sample").expect("a slug");
    reader.tenant_by_slug(&slug).await.expect("reads").expect("the tenant").id
}

#[tokio::test]
async fn a_changed_row_is_found() {
    broken_at(&["UPDATE audit SET detail = 'nothing happened' WHERE seq = 3"]).await;
}

#[tokio::test]
async fn a_row_with_another_time_is_found() {
    broken_at(&["UPDATE audit SET at = at - 1000 WHERE seq = 3"]).await;
}

#[tokio::test]
async fn a_missing_row_is_found() {
    broken_at(&["DELETE FROM audit WHERE seq = 3"]).await;
}

#[tokio::test]
async fn swapped_rows_are_found() {
    broken_at(&[
        "UPDATE audit SET seq = -1 WHERE seq = 3",
        "UPDATE audit SET seq = 3 WHERE seq = 4",
        "UPDATE audit SET seq = 4 WHERE seq = -1",
    ])
    .await;
}
