use crate::{
    scene::{Scene, on_each_scene, operator},
    walk::Holder,
};
use authority::{revocation::RevokeError, tenants::ContractChange};
use domain::{
    act::Act,
    certificate::{CertificateRecord, CertificateState},
    denial::Denial,
    grant::{Grant, RevokeCertificate, RevokeOwnCertificate},
    id::{IssuerId, TenantId},
    revocation::{Request, RevocationRefusal},
    time::{DAY, SignedDuration},
};
use jiff::civil::date;
use pki::{Crl, RevocationReason};
use testkit::reader::OutsideReader;

const REVOKE: Request = Request::Revoke(RevocationReason::KeyCompromise);

async fn decide(scene: &Scene, certificate: &CertificateRecord, request: Request) -> Result<(), RevokeError> {
    let grant = operator::<RevokeCertificate>();
    scene.authority.revocation().decide_certificate(&grant, certificate.tenant, certificate.id, request).await
}

async fn refused(scene: &Scene, certificate: &CertificateRecord, request: Request) -> RevocationRefusal {
    match decide(scene, certificate, request).await {
        Err(RevokeError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// The newest published list of an issuer.
async fn published(scene: &Scene, issuer: IssuerId) -> Crl {
    scene.authority.crl_issuer().publish_due_crls().await.expect("publishes");
    let list = scene.authority.publication().crl(issuer).await.expect("reads").expect("a list");
    let list = Crl::from_der(&list.der).expect("a revocation list");
    let mut reader = scene.store.read().await.expect("reads");
    let signer = reader.issuer(issuer).await.expect("reads").expect("the issuer");
    let signer = pki::Certificate::from_der(&signer.certificate_der).expect("a certificate");
    list.verify_signature(signer.public_key()).expect("the signature holds");
    list
}

/// The reason under which a certificate is listed.
async fn listed(scene: &Scene, certificate: &CertificateRecord) -> Option<RevocationReason> {
    let list = published(scene, certificate.key.issuer).await;
    let mut entries = list.entries().map(|entry| entry.expect("an entry"));
    let entry = entries.find(|entry| entry.serial == certificate.key.serial)?;
    Some(entry.reason.expect("a reason"))
}

#[tokio::test]
async fn an_issuer_whose_list_cannot_be_made_does_not_hold_up_the_others() {
    on_each_scene(async |scene| {
        let mut back_door = scene.back_door().await;
        // Lists are made in the order of the ids.
        let no_key =
            "UPDATE issuer SET key_sealed = certificate_der WHERE id = (SELECT id FROM issuer ORDER BY id LIMIT 1)";
        assert_eq!(back_door.run(no_key).await, 1);
        scene.authority.crl_issuer().publish_due_crls().await.expect_err("tells of the first one's list");
        assert_eq!(back_door.number("SELECT COUNT(*) FROM crl WHERE der IS NULL").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_hold_shuts_out_a_release_lets_in_a_revocation_is_final() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let Holder { certificate, .. } = scene.colleague(&sheet.tenant, "jiro").await;
        let grant = scene.permission::<RevokeCertificate>(&scene.administrator(&sheet).await).await;
        let decide = async |request| {
            scene
                .authority
                .revocation()
                .decide_certificate(&grant, sheet.tenant.id, certificate.id, request)
                .await
        };
        decide(Request::Hold).await.expect("holds");
        assert_eq!(scene.at_the_gate(&certificate).await.err(), Some(Denial::OnHold));
        decide(Request::Release).await.expect("releases");
        scene.at_the_gate(&certificate).await.expect("passes");
        decide(REVOKE).await.expect("revokes");
        assert_eq!(scene.at_the_gate(&certificate).await.err(), Some(Denial::Revoked));
        for act in [Act::HoldCertificate, Act::ReleaseCertificate, Act::RevokeCertificate] {
            assert_eq!(scene.times_audited(act.name()).await, 1, "{act:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn each_mail_to_the_person_tells_what_became_of_the_certificate() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let Holder { certificate, .. } = scene.colleague(&sheet.tenant, "jiro").await;
        scene.post().await;
        let mut subjects = Vec::new();
        for request in [Request::Hold, Request::Release, REVOKE] {
            decide(&scene, &certificate, request).await.expect("decided");
            let mail = scene.newest_mail_to("jiro@sample.example").await;
            assert!(mail.text.contains("Note PC"), "{}", mail.text);
            subjects.push(mail.subject);
        }
        subjects.sort_unstable();
        subjects.dedup();
        assert_eq!(subjects.len(), 3, "{subjects:?}");
    })
    .await;
}

#[tokio::test]
async fn a_suspended_person_is_not_told_that_a_released_certificate_works_again() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let Holder { certificate, user, .. } = scene.colleague(&sheet.tenant, "jiro").await;
        decide(&scene, &certificate, Request::Hold).await.expect("holds");
        scene.authority.people().suspend_user(&operator(), user.tenant, user.id).await.expect("suspends");
        scene.post().await;
        decide(&scene, &certificate, Request::Release).await.expect("releases");
        let told = scene.newest_mail_to("jiro@sample.example").await.text;
        assert!(told.contains("停止されています") && !told.contains("また利用できます"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_its_own_name_and_changes_nothing() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let Holder { certificate, .. } = scene.administrator(&sheet).await;
        assert_eq!(refused(&scene, &certificate, Request::Release).await, RevocationRefusal::NotOnHold);
        let held_for_good = Request::Revoke(RevocationReason::CertificateHold);
        assert_eq!(refused(&scene, &certificate, held_for_good).await, RevocationRefusal::ReasonNotFinal);
        decide(&scene, &certificate, Request::Hold).await.expect("holds");
        assert_eq!(refused(&scene, &certificate, Request::Hold).await, RevocationRefusal::AlreadyOnHold);
        decide(&scene, &certificate, REVOKE).await.expect("revokes");
        for request in [Request::Hold, Request::Release, REVOKE] {
            assert_eq!(refused(&scene, &certificate, request).await, RevocationRefusal::AlreadyRevoked);
        }
        assert_eq!(scene.times_audited("hold-certificate").await, 1);
        assert_eq!(scene.times_audited("release-certificate").await, 0);
        assert_eq!(scene.times_audited("revoke-certificate").await, 1);
    })
    .await;
}

#[tokio::test]
async fn one_person_can_end_only_ones_own_certificates() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let saburo = scene.colleague(&sheet.tenant, "saburo").await;
        let permit = scene.at_the_gate(&jiro.certificate).await.expect("passes");
        let grant = Grant::<RevokeOwnCertificate>::of(&permit).expect("allowed");
        Grant::<RevokeCertificate>::of(&permit).expect_err("a user may not end others' certificates");
        let authority = &scene.authority;
        let others = authority
            .revocation()
            .decide_own_certificate(&grant, &permit, saburo.certificate.id, REVOKE)
            .await;
        assert!(matches!(others, Err(RevokeError::NotFound)), "{others:?}");
        scene.at_the_gate(&saburo.certificate).await.expect("still passes");
        authority
            .revocation()
            .decide_own_certificate(&grant, &permit, jiro.certificate.id, REVOKE)
            .await
            .expect("revokes");
        assert_eq!(scene.at_the_gate(&jiro.certificate).await.err(), Some(Denial::Revoked));
    })
    .await;
}

#[tokio::test]
async fn another_tenants_certificate_is_not_found_by_any_name() {
    on_each_scene(async |scene| {
        let (sample, other) = (scene.customer("sample").await, scene.customer("other").await);
        let victim = scene.administrator(&sample).await;
        let stranger = scene.administrator(&other).await;
        let grant = scene.permission::<RevokeCertificate>(&stranger).await;
        let tenants: [TenantId; 2] = [sample.tenant.id, other.tenant.id];
        for tenant in tenants {
            let answer = scene
                .authority
                .revocation()
                .decide_certificate(&grant, tenant, victim.certificate.id, REVOKE)
                .await;
            assert!(matches!(answer, Err(RevokeError::NotFound)), "{answer:?}");
        }
        scene.at_the_gate(&victim.certificate).await.expect("still passes");
    })
    .await;
}

#[tokio::test]
async fn a_revocation_answers_only_when_the_gates_have_applied_it() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let Holder { certificate, .. } = scene.administrator(&sheet).await;
        let generation = scene.store.read().await.expect("reads").generation().await.expect("reads");
        scene.gates.fall_behind();
        let asked = scene.gates.times_asked();
        let (authority, tenant, id) = (scene.authority.clone(), certificate.tenant, certificate.id);
        let act = tokio::spawn(async move {
            authority
                .revocation()
                .decide_certificate(&operator::<RevokeCertificate>(), tenant, id, REVOKE)
                .await
        });
        while scene.gates.times_asked() == asked {
            tokio::task::yield_now().await;
        }
        assert!(!act.is_finished(), "the gates are behind");
        assert!(scene.gates.newest_asked() > Some(generation), "it waits for its own change");
        assert_eq!(scene.record(&certificate).await.state, CertificateState::Revoked, "durable already");
        scene.gates.catch_up();
        act.await.expect("no panic").expect("revokes");
    })
    .await;
}

#[tokio::test]
async fn the_list_tells_holds_and_revocations_under_a_growing_number() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let Holder { certificate, .. } = scene.administrator(&sheet).await;
        let issuer = certificate.key.issuer;
        let first = published(&scene, issuer).await;
        assert_eq!(first.entries().count(), 0);
        assert_eq!(first.this_update(), scene.now().as_second());
        assert_eq!(first.next_update(), (scene.now() + DAY * 7).as_second());
        decide(&scene, &certificate, Request::Hold).await.expect("holds");
        assert_eq!(listed(&scene, &certificate).await, Some(RevocationReason::CertificateHold));
        decide(&scene, &certificate, Request::Release).await.expect("releases");
        assert_eq!(listed(&scene, &certificate).await, None);
        decide(&scene, &certificate, REVOKE).await.expect("revokes");
        assert_eq!(listed(&scene, &certificate).await, Some(RevocationReason::KeyCompromise));
        assert_eq!(published(&scene, issuer).await.number(), first.number() + 3);
        scene.forward(DAY * 5);
        let renewed = published(&scene, issuer).await;
        assert_eq!(renewed.number(), first.number() + 4, "made anew before its time runs out");
        assert_eq!(renewed.entries().count(), 1);
    })
    .await;
}

#[tokio::test]
async fn openssl_reads_the_list_and_refuses_the_certificate_by_it() {
    let Some(openssl) = OutsideReader::find("openssl", &["version"]) else { return };
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let Holder { certificate, .. } = scene.administrator(&sheet).await;
        decide(&scene, &certificate, REVOKE).await.expect("revokes");
        let list = published(&scene, certificate.key.issuer).await;
        openssl.file("list.crl", list.as_der());
        let issuer = scene.issuer_of(sheet.tenant.id).await;
        let issuer = pki::Certificate::from_der(&issuer.certificate_der).expect("a certificate");
        openssl.file("issuer.pem", issuer.to_pem());
        openssl.file("leaf.pem", scene.leaf(&certificate).await.expect("signed").to_pem());
        let said = openssl.run(&["crl", "-inform", "DER", "-in", "list.crl", "-noout", "-text"]);
        let serial = certificate.key.serial.to_hex().to_uppercase();
        assert!(said.contains(serial.trim_start_matches("00")) && said.contains("Key Compromise"), "{said}");
        openssl.run(&["crl", "-inform", "DER", "-in", "list.crl", "-out", "crl.pem"]);
        let at = scene.now().as_second().to_string();
        let verify = ["verify", "-attime", &at, "-partial_chain", "-CAfile", "issuer.pem"];
        openssl.run(&[&verify[..], &["leaf.pem"]].concat());
        let checked = [&verify[..], &["-crl_check", "-CRLfile", "crl.pem", "leaf.pem"]].concat();
        let (held, said) = openssl.try_run(&checked);
        assert!(!held && said.contains("certificate revoked"), "{said}");
    })
    .await;
}

#[tokio::test]
async fn a_suspended_persons_certificates_are_listed_as_held_until_resumed() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let Holder { user, certificate, .. } = scene.colleague(&sheet.tenant, "jiro").await;
        scene.authority.people().suspend_user(&operator(), user.tenant, user.id).await.expect("suspends");
        assert_eq!(scene.at_the_gate(&certificate).await.err(), Some(Denial::UserSuspended));
        assert_eq!(listed(&scene, &certificate).await, Some(RevocationReason::CertificateHold));
        scene.authority.people().resume_user(&operator(), user.tenant, user.id).await.expect("resumes");
        scene.at_the_gate(&certificate).await.expect("passes");
        assert_eq!(listed(&scene, &certificate).await, None);
    })
    .await;
}

#[tokio::test]
async fn all_certificates_of_a_tenant_that_has_ended_are_listed_as_revoked() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let Holder { certificate: valid, .. } = scene.administrator(&sheet).await;
        let Holder { certificate: held, .. } = scene.colleague(&sheet.tenant, "jiro").await;
        let Holder { user: saburo, certificate: of_suspended, .. } =
            scene.colleague(&sheet.tenant, "saburo").await;
        let Holder { certificate: revoked, .. } = scene.colleague(&sheet.tenant, "shiro").await;
        decide(&scene, &held, Request::Hold).await.expect("holds");
        decide(&scene, &revoked, REVOKE).await.expect("revokes");
        scene.authority.people().suspend_user(&operator(), saburo.tenant, saburo.id).await.expect("suspends");
        scene.authority.tenants().suspend_tenant(&operator(), sheet.tenant.id).await.expect("suspends");
        assert_eq!(listed(&scene, &held).await, Some(RevocationReason::CertificateHold));
        scene.authority.tenants().end_tenant(&operator(), sheet.tenant.id).await.expect("ends");
        for certificate in [&valid, &held, &of_suspended] {
            assert_eq!(listed(&scene, certificate).await, Some(RevocationReason::CessationOfOperation));
        }
        assert_eq!(listed(&scene, &revoked).await, Some(RevocationReason::KeyCompromise));
    })
    .await;
}

#[tokio::test]
async fn a_suspended_tenants_certificates_are_listed_as_held_until_resumed() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let Holder { certificate, .. } = scene.administrator(&sheet).await;
        assert_eq!(listed(&scene, &certificate).await, None);
        scene.authority.tenants().suspend_tenant(&operator(), sheet.tenant.id).await.expect("suspends");
        assert_eq!(listed(&scene, &certificate).await, Some(RevocationReason::CertificateHold));
        scene.authority.tenants().resume_tenant(&operator(), sheet.tenant.id).await.expect("resumes");
        assert_eq!(listed(&scene, &certificate).await, None);
    })
    .await;
}

#[tokio::test]
async fn certificates_are_listed_as_held_from_the_end_of_the_days_of_grace_until_the_contract_is_extended() {
    on_each_scene(async |scene| {
        let sheet = scene.customer_with("sample", |new| new.valid_until = date(2026, 12, 10)).await;
        let Holder { certificate, .. } = scene.administrator(&sheet).await;
        let others = scene.customer("other").await;
        let others = scene.issuer_of(others.tenant.id).await.id;
        let suspended_from = sheet.tenant.license.valid_until + DAY * 30;
        // Lists of that very day, so that none is due for its age.
        scene.forward(suspended_from.duration_since(scene.now()) - SignedDuration::from_secs(1));
        assert_eq!(listed(&scene, &certificate).await, None, "in the days of grace");
        let untouched = published(&scene, others).await.number();
        scene.forward(SignedDuration::from_secs(1));
        assert_eq!(scene.at_the_gate(&certificate).await.err(), Some(Denial::TenantSuspended));
        let list = published(&scene, certificate.key.issuer).await;
        let entry = list.entries().next().expect("listed").expect("an entry");
        assert_eq!(entry.reason, Some(RevocationReason::CertificateHold));
        assert_eq!(entry.revoked_at, suspended_from.as_second());
        assert_eq!(published(&scene, others).await.number(), untouched);
        assert_eq!(published(&scene, certificate.key.issuer).await.number(), list.number(), "told once");

        let change = ContractChange { valid_until: Some(date(2027, 12, 10)), ..ContractChange::default() };
        scene
            .authority
            .tenants()
            .change_contract(&operator(), sheet.tenant.id, change, |_| true)
            .await
            .expect("extends");
        scene.at_the_gate(&certificate).await.expect("passes again");
        assert_eq!(listed(&scene, &certificate).await, None);
    })
    .await;
}

#[tokio::test]
async fn resuming_releases_only_what_the_suspension_held() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let Holder { user, certificate: held, .. } = scene.colleague(&sheet.tenant, "jiro").await;
        let Holder { certificate: revoked, .. } = scene.colleague(&sheet.tenant, "saburo").await;
        decide(&scene, &held, Request::Hold).await.expect("holds");
        decide(&scene, &revoked, REVOKE).await.expect("revokes");
        scene.authority.people().suspend_user(&operator(), user.tenant, user.id).await.expect("suspends");
        scene.authority.tenants().suspend_tenant(&operator(), user.tenant).await.expect("suspends");
        scene.authority.tenants().resume_tenant(&operator(), user.tenant).await.expect("resumes");
        scene.authority.people().resume_user(&operator(), user.tenant, user.id).await.expect("resumes");
        assert_eq!(scene.at_the_gate(&held).await.err(), Some(Denial::OnHold));
        assert_eq!(scene.at_the_gate(&revoked).await.err(), Some(Denial::Revoked));
        assert_eq!(listed(&scene, &held).await, Some(RevocationReason::CertificateHold));
        assert_eq!(listed(&scene, &revoked).await, Some(RevocationReason::KeyCompromise));
    })
    .await;
}

#[tokio::test]
async fn expired_certificates_leave_the_list_by_themselves() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let Holder { certificate, .. } = scene.administrator(&sheet).await;
        decide(&scene, &certificate, REVOKE).await.expect("revokes");
        assert!(listed(&scene, &certificate).await.is_some());
        scene.forward(DAY * 365 + SignedDuration::from_hours(1));
        assert_eq!(listed(&scene, &certificate).await, None);
    })
    .await;
}

#[tokio::test]
async fn administrators_keep_a_certificate_that_opens_the_desk() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let tenant = sheet.tenant.id;
        let holder = scene.administrator(&sheet).await;
        let last = holder.certificate.id;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let authority = &scene.authority;
        let grant = scene.permission::<RevokeCertificate>(&holder).await;
        let own = scene.permission::<RevokeOwnCertificate>(&holder).await;
        let permit = scene.at_the_gate(&holder.certificate).await.expect("passes");
        for request in [Request::Hold, REVOKE] {
            for answer in [
                authority.revocation().decide_certificate(&grant, tenant, last, request).await,
                authority.revocation().decide_own_certificate(&own, &permit, last, request).await,
            ] {
                let refused = matches!(answer, Err(RevokeError::Refused(RevocationRefusal::LastDeskKey)));
                assert!(refused, "{request:?}: {answer:?}");
            }
        }
        assert!(authority.revocation().is_last_desk_key(tenant, last).await.expect("reads"));
        assert!(!authority.revocation().is_last_desk_key(tenant, jiro.certificate.id).await.expect("reads"));
        let knowing = Request::RevokeLastKey(RevocationReason::Superseded);
        authority.revocation().decide_own_certificate(&own, &permit, last, knowing).await.expect("revokes");
    })
    .await;
}

#[tokio::test]
async fn whoever_is_at_the_machine_ends_the_last_key_of_a_desk_too() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        decide(&scene, &holder.certificate, Request::Hold).await.expect("holds");
        decide(&scene, &holder.certificate, REVOKE).await.expect("revokes");
    })
    .await;
}
