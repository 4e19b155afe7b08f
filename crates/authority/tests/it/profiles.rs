//! The tenant's certificate profile in what is issued: keys, names, purposes, encryptions, one for each device.

use crate::{
    scene::{Scene, new_user, on_each_scene, operator},
    walk::{Holder, pickup_form, settled, users_form},
};
use authority::{
    delivery::{PickupState, PickupToken, ReadyPickup},
    ra::{ApplyRefusal, Receipt},
    sheet::HandOver,
    users::InvitationChannel,
};
use domain::{
    application::Purpose,
    application_form::ApplyField,
    certificate::CertificateRecord,
    certificate_profile::{CertificateProfile, PrincipalName},
    device::DeviceType,
    host_name::HostName,
    pickup_form::PickupField,
    refusal::{Problem, Refusal, Refuses},
    revocation::Request,
    tenant::Tenant,
    tenant_form::NewTenant,
};
use pki::{KeyAlgorithm, Pkcs12Profile, RevocationReason};
use testkit::{pkilint::Pkilint, reader::OutsideReader};

/// What the first administrator picks up for this kind of device.
async fn picked_up(scene: &Scene, sheet: &HandOver, device: &str) -> (PickupToken, Box<ReadyPickup>) {
    let (reference, pin) = scene.approved(sheet).await;
    let form = pickup_form(&reference, &pin).with(PickupField::DeviceType, device);
    let token = scene.pick_up(form).await.expect("the PIN opens");
    let PickupState::Ready(ready) = settled(&scene.authority, &token).await else { panic!("not ready") };
    (token, ready)
}

async fn newest(scene: &Scene, tenant: &Tenant) -> CertificateRecord {
    scene.certificates(tenant.id).await.into_iter().next().expect("a certificate")
}

#[tokio::test]
async fn apples_devices_get_rsa_keys_and_a_tenant_may_choose_others() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let _file = picked_up(&scene, &sheet, "ios").await;
        let leaf = scene.leaf(&newest(&scene, &sheet.tenant).await).await.expect("signed");
        assert_eq!(leaf.public_key().algorithm(), KeyAlgorithm::Rsa2048.public());

        let chosen = |new: &mut NewTenant| {
            let profile = &mut new.settings.policy.profile;
            profile.keys = profile.keys.clone().with(DeviceType::Ios, KeyAlgorithm::EcdsaP384);
            profile.encryptions = profile.encryptions.clone().with(DeviceType::Ios, Pkcs12Profile::Modern);
        };
        let sheet = scene.customer_with("other", chosen).await;
        let (token, ready) = picked_up(&scene, &sheet, "ios").await;
        assert_eq!(ready.profile, Pkcs12Profile::Modern);
        assert!(scene.file(&token, Pkcs12Profile::Modern).await.is_some());
        let leaf = scene.leaf(&newest(&scene, &sheet.tenant).await).await.expect("signed");
        assert_eq!(leaf.public_key().algorithm(), KeyAlgorithm::EcdsaP384.public());
    })
    .await;
}

#[tokio::test]
async fn the_names_and_purposes_of_the_profile_stand_in_the_certificate_and_readers_find_no_fault() {
    on_each_scene(async |scene| {
        let full = |new: &mut NewTenant| {
            new.settings.policy.profile = CertificateProfile {
                principal_name: PrincipalName::LoginName,
                principal_domain: HostName::parse("corp.example").ok(),
                email_protection: true,
                smart_card_logon: true,
                ..CertificateProfile::default()
            };
        };
        let sheet = scene.customer_with("sample", full).await;
        let _file = picked_up(&scene, &sheet, "macos").await;
        let record = newest(&scene, &sheet.tenant).await;
        let leaf = scene.leaf(&record).await.expect("signed");
        let mut reader = scene.store.read().await.expect("reads");
        let user = reader.tenant(record.tenant).user(record.user).await.expect("reads");
        drop(reader);
        let login = user.expect("a user").login_name;
        if let Some(openssl) = OutsideReader::find("openssl", &["version"]) {
            openssl.file("leaf.pem", leaf.to_pem());
            let shown = openssl.run(&["x509", "-in", "leaf.pem", "-noout", "-text"]);
            for expected in [
                &format!("email:hanako@sample.example, othername: UPN::{login}@corp.example"),
                "TLS Web Client Authentication, E-mail Protection, Microsoft Smartcard Login",
                "Digital Signature, Key Encipherment",
            ] {
                assert!(shown.contains(expected), "{expected:?} is not in\n{shown}");
            }
        }
        if let Some(mut pkilint) = Pkilint::find() {
            pkilint.certificate("issuer", &scene.issuer_of(sheet.tenant.id).await.certificate_der);
            pkilint.issued("issuer", "leaf", leaf.as_der());
            assert_eq!(pkilint.findings(), [""; 0]);
        }
    })
    .await;
}

/// A person who has a certificate is invited again and applies for this device.
async fn applied(
    scene: &Scene,
    tenant: &Tenant,
    who: &Holder,
    device: &str,
) -> Result<Receipt, ApplyRefusal> {
    // So that what others have caused is older than what follows.
    scene.post().await;
    scene.invite(tenant.id, who.user.id, InvitationChannel::Mail).await.expect("is invited");
    let password = scene.newest_mail_to(who.user.email.as_str()).await.one_time_password();
    let new = new_user(who.user.login_name.as_str());
    scene.apply(users_form(tenant, &new, &password).with(ApplyField::DeviceName, device)).await
}

#[tokio::test]
async fn where_a_device_gets_one_certificate_a_second_application_is_refused_at_its_name() {
    on_each_scene(async |scene| {
        let one = |new: &mut NewTenant| new.settings.policy.profile.one_per_device = true;
        let (sheet, free) = (scene.customer_with("sample", one).await, scene.customer("free").await);
        let holder = scene.colleague(&sheet.tenant, "jiro").await;
        let again = async |device: &str| applied(&scene, &sheet.tenant, &holder, device).await;
        let elsewhere = scene.colleague(&free.tenant, "saburo").await;
        applied(&scene, &free.tenant, &elsewhere, "Note PC")
            .await
            .expect("without the rule all is as it was");
        // The same name in another spelling, of the certificate in force.
        let refused = again("Ｎｏｔｅ  pc").await.expect_err("is refused");
        assert!(matches!(refused, ApplyRefusal::DeviceHasCertificate), "{refused:?}");
        assert_eq!(refused.refusals(), [Refusal::at("device_name", Problem::DeviceHasCertificate)]);
        again("Phone").await.expect("another device");
        let waiting = again("phone").await.expect_err("an application is under way");
        assert!(matches!(waiting, ApplyRefusal::DeviceHasCertificate), "{waiting:?}");
        // Nor does a replacement take another device's name, but it may keep its own.
        let replaced = async |name| {
            let (tenant, certificate) = (sheet.tenant.id, holder.certificate.id);
            let purpose = Purpose::Replacement;
            scene.authority.renewals().begin(&operator(), tenant, certificate, purpose, Some(name)).await
        };
        let taken = replaced("PHONE").await.expect_err("is another device's");
        assert_eq!(taken.refusals(), [Refusal::at("device_name", Problem::DeviceHasCertificate)]);
        replaced("note pc").await.expect("its own name");
        // A certificate that is no longer in force frees its device's name.
        let revoke = Request::Revoke(RevocationReason::Superseded);
        let decided = scene
            .authority
            .revocation()
            .decide_certificate(&operator(), holder.certificate.tenant, holder.certificate.id, revoke)
            .await;
        decided.expect("is revoked");
        again("Note PC").await.expect("the name is free");
    })
    .await;
}
