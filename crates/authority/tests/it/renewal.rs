//! A device's line: renewed, replaced, revoked as one.

use crate::{
    scene::{Scene, office, on_each_scene, operator},
    walk::{FILE_PASSWORD, Holder, PHRASE, pickup_form, settled},
};
use authority::{
    delivery::{PickupCookie, PickupRefusal, PickupState},
    renewal::RenewError,
};
use domain::{
    act::Act,
    agreement::Consent,
    application::Purpose,
    certificate::{CertificateRecord, CertificateState},
    denial::Denial,
    form::Form,
    grant::{DecideApplication, Grant, RenewOwnCertificate, RevokeCertificate},
    id::TenantId,
    pickup_form::PickupField,
    renewal::RenewalRefusal,
    revocation::Request,
    time::{DAY, SignedDuration},
};
use pki::RevocationReason;

fn file_form(attempt: &str) -> Form<PickupField> {
    Form::default()
        .with(PickupField::Password, FILE_PASSWORD)
        .with(PickupField::PasswordConfirm, FILE_PASSWORD)
        .with_tick(PickupField::PasswordRemembered, true)
        .with(PickupField::DeviceType, "windows")
        .with(PickupField::Attempt, attempt)
}

impl Scene {
    fn consent(&self) -> Consent {
        let version = templates::agreement::VERSION.to_owned();
        Consent { version, text_sha256: [1; 32], at: self.now(), address: office() }
    }

    async fn ask_to_renew(&self, holder: &Holder, attempt: &str) -> Result<PickupCookie, RenewError> {
        let permit = self.at_the_gate(&holder.certificate).await.expect("passes");
        let grant = Grant::<RenewOwnCertificate>::of(&permit).expect("allowed");
        let (id, form) = (holder.certificate.id, file_form(attempt));
        self.authority.delivery().renew_own(&grant, &permit, id, &form, self.consent()).await
    }

    /// The person renews, to the file in hand.
    pub(crate) async fn renewed(&self, holder: &Holder) -> CertificateRecord {
        let cookie = self.ask_to_renew(holder, "the-renewal-form-shown").await.expect("renews");
        let token = self.authority.delivery().begin_pickup(cookie.expose(), office()).await.expect("begins");
        let state = settled(&self.authority, &token).await;
        assert!(matches!(state, PickupState::Ready(_)), "{state:?}");
        self.newest_of(holder).await
    }

    async fn newest_of(&self, holder: &Holder) -> CertificateRecord {
        let mut reader = self.store.read().await.expect("reads");
        let line = reader.tenant(holder.user.tenant).certificates_of_device(holder.certificate.device).await;
        line.expect("reads").pop().expect("a certificate")
    }

    async fn revoke(&self, certificate: &CertificateRecord) {
        let request = Request::Revoke(RevocationReason::KeyCompromise);
        let grant = operator::<RevokeCertificate>();
        let revocation = self.authority.revocation();
        revocation
            .decide_certificate(&grant, certificate.tenant, certificate.id, request)
            .await
            .expect("revokes");
    }

    async fn seats_used(&self, tenant: TenantId) -> (u32, u32) {
        let mut reader = self.store.read().await.expect("reads");
        let mut records = reader.tenant(tenant);
        let used = records.seats_used(self.now()).await.expect("counts");
        (used, records.seats_shown(self.now()).await.expect("counts"))
    }

    /// Lets the duties put right what time has changed.
    async fn tidy(&self) {
        self.authority.duties().reconcile().await.expect("reconciles");
    }
}

#[tokio::test]
async fn a_renewed_certificate_lasts_beside_the_new_one_until_some_days_after_that_was_seen() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.forward(DAY * 304);
        let early = scene.ask_to_renew(&jiro, "the-renewal-form-shown").await;
        assert!(matches!(early, Err(RenewError::Refused(RenewalRefusal::TooEarly(_)))), "{early:?}");
        scene.forward(DAY * 2);
        let mails = scene.mailbox.mails().len();
        let new = scene.renewed(&jiro).await;
        assert_eq!(scene.times_audited(Act::RenewCertificate.name()).await, 1);
        let old = scene.record(&jiro.certificate).await;
        assert_ne!(new.key.serial, old.key.serial);
        assert!(
            new.not_after > old.not_after && new.device == old.device && new.device_name == old.device_name
        );
        assert_eq!(old.ends_at, Some(old.not_after), "unseen, the new one takes nothing away");
        assert_eq!(scene.seats_used(sheet.tenant.id).await, (1, 1));
        scene.post().await;
        let told = scene.mailbox.mails().split_off(mails);
        assert!(told.iter().all(|mail| !mail.text.contains("PIN番号: ")), "no PIN is mailed");

        scene.authority.proofs().note_proof(new.tenant, new.id).await.expect("notes");
        assert_eq!(scene.record(&old).await.ends_at, Some(scene.now() + DAY * 7));
        scene.forward(DAY * 7 - SignedDuration::from_secs(1));
        scene.tidy().await;
        scene.at_the_gate(&old).await.expect("still passes in its grace");
        scene.forward(SignedDuration::from_secs(1));
        scene.tidy().await;
        assert_eq!(scene.at_the_gate(&old).await.err(), Some(Denial::Revoked));
        let entry = scene.record(&old).await.revocation.expect("an entry");
        assert_eq!(entry.reason, RevocationReason::Superseded);
        assert_eq!(scene.times_audited(Act::EndSuperseded.name()).await, 1);
        scene.at_the_gate(&new).await.expect("passes");
        scene.tidy().await;
        assert_eq!(scene.times_audited(Act::EndSuperseded.name()).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_renewal_form_that_is_sent_twice_is_one_renewal_and_an_abandoned_one_is_no_hindrance() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.forward(DAY * 310);
        let _abandoned = scene.ask_to_renew(&jiro, "a-form-that-was-left-open").await.expect("renews");
        scene.forward(SignedDuration::from_secs(1));
        let cookie = scene.ask_to_renew(&jiro, "the-renewal-form-shown").await.expect("renews");
        let second_click = scene.ask_to_renew(&jiro, "the-renewal-form-shown").await.expect("the same");
        let begun = scene.authority.delivery().begin_pickup(second_click.expose(), office()).await;
        let begun = begun.expect("begins");
        let token = scene.authority.delivery().begin_pickup(cookie.expose(), office()).await.expect("begins");
        assert_eq!(begun.expose(), token.expose());
        let again = scene.ask_to_renew(&jiro, "the-renewal-form-shown").await.expect("the same");
        assert_eq!(again.expose(), token.expose());
        settled(&scene.authority, &token).await;
        let again = scene.ask_to_renew(&jiro, "the-renewal-form-shown").await.expect("the same");
        assert_eq!(again.expose(), token.expose());
        assert_eq!(scene.certificates(sheet.tenant.id).await.len(), 2);
        let too_early = scene.ask_to_renew(&jiro, "another-form-another-day").await;
        assert!(matches!(too_early, Err(RenewError::Refused(RenewalRefusal::TooEarly(_)))), "{too_early:?}");
    })
    .await;
}

#[tokio::test]
async fn revoking_a_device_reaches_every_certificate_of_its_line_and_every_pickup_under_way() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.forward(DAY * 310);
        let new = scene.renewed(&jiro).await;
        scene.post().await;
        let (renewals, grant) = (scene.authority.renewals(), operator::<DecideApplication>());
        let tenant = sheet.tenant.id;
        let reference = renewals.begin(&grant, tenant, new.id, Purpose::Replacement, Some("New PC")).await;
        let reference = reference.expect("begins");
        let mail = scene.newest_mail_to(jiro.user.email.as_str()).await;
        assert_eq!(mail.reference(), reference.to_string());
        scene.revoke(&jiro.certificate).await;
        for certificate in [&jiro.certificate, &new] {
            assert_eq!(scene.at_the_gate(certificate).await.err(), Some(Denial::Revoked));
        }
        let late = scene.pick_up(pickup_form(&mail.reference(), &mail.pin())).await;
        assert!(matches!(late, Err(PickupRefusal::NotFound)), "{late:?}");
        assert_eq!(scene.seats_used(tenant).await, (0, 0));
        let asked = renewals.begin(&grant, tenant, new.id, Purpose::Renewal, None).await;
        assert!(matches!(asked, Err(RenewError::Refused(RenewalRefusal::Revoked))), "{asked:?}");
    })
    .await;
}

#[tokio::test]
async fn a_pickup_that_is_being_made_does_not_outlive_the_hold_of_its_device() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.forward(DAY * 310);
        let cookie = scene.ask_to_renew(&jiro, "the-renewal-form-shown").await.expect("renews");
        let (grant, tenant) = (operator::<RevokeCertificate>(), sheet.tenant.id);
        let (revocation, id) = (scene.authority.revocation(), jiro.certificate.id);
        revocation.decide_certificate(&grant, tenant, id, Request::Hold).await.expect("holds");
        let begun = scene.authority.delivery().begin_pickup(cookie.expose(), office()).await;
        assert!(matches!(begun, Err(PickupRefusal::ClaimOver)), "{begun:?}");
        revocation.decide_certificate(&grant, tenant, id, Request::Release).await.expect("releases");
        scene.at_the_gate(&jiro.certificate).await.expect("passes again");
        assert_eq!(scene.certificates(tenant).await.len(), 1, "no other one came into force");
    })
    .await;
}

#[tokio::test]
async fn a_file_at_rest_is_not_fetched_once_its_device_was_revoked() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        assert!(scene.file(&jiro.token, pki::Pkcs12Profile::Modern).await.is_some());
        scene.revoke(&jiro.certificate).await;
        assert!(scene.file(&jiro.token, pki::Pkcs12Profile::Modern).await.is_none());
        assert!(matches!(settled(&scene.authority, &jiro.token).await, PickupState::Gone));
    })
    .await;
}

#[tokio::test]
async fn a_device_is_replaced_one_at_a_time_without_a_second_seat() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let saburo = scene.colleague(&sheet.tenant, "saburo").await;
        let permit = scene.at_the_gate(&jiro.certificate).await.expect("passes");
        let grant = Grant::<RenewOwnCertificate>::of(&permit).expect("allowed");
        let renewals = scene.authority.renewals();
        let others = renewals.replace_own(&grant, &permit, saburo.certificate.id, "New PC").await;
        assert!(matches!(others, Err(RenewError::NotFound)), "{others:?}");
        let unnamed = renewals.replace_own(&grant, &permit, jiro.certificate.id, " ").await;
        assert!(matches!(unnamed, Err(RenewError::Fields(_))), "{unnamed:?}");
        let id = jiro.certificate.id;
        let reference = renewals.replace_own(&grant, &permit, id, "New PC").await.expect("begins");
        let second = renewals.replace_own(&grant, &permit, id, "Other PC").await;
        assert!(matches!(&second, Err(RenewError::UnderWay(open)) if *open == reference), "{second:?}");
        assert_eq!(scene.seats_used(sheet.tenant.id).await, (2, 2));
        scene.forward(DAY * 4);
        let second = renewals.replace_own(&grant, &permit, id, "Other PC").await;
        second.expect("what can no longer be picked up is no hindrance");
        let mail = scene.newest_mail_to(jiro.user.email.as_str()).await;
        let new = scene.holder(sheet.tenant.id, &mail.reference(), &mail.pin()).await.certificate;
        assert_eq!((new.device, new.device_name.as_str()), (jiro.certificate.device, "Other PC"));
        assert_eq!(scene.seats_used(sheet.tenant.id).await, (2, 2));
        assert!(scene.record(&jiro.certificate).await.is_superseded());
        assert_eq!(scene.times_audited(Act::ReplaceDevice.name()).await, 2);
        scene.at_the_gate(&jiro.certificate).await.expect("until the new one was seen");
    })
    .await;
}

#[tokio::test]
async fn an_administrator_lets_a_new_file_be_made_for_the_same_device_at_any_time() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.forward(DAY * 100);
        let (tenant, id) = (sheet.tenant.id, jiro.certificate.id);
        let grant = operator::<DecideApplication>();
        scene.authority.renewals().begin(&grant, tenant, id, Purpose::NewFile, None).await.expect("begins");
        let mail = scene.newest_mail_to(jiro.user.email.as_str()).await;
        let new = scene.holder(tenant, &mail.reference(), &mail.pin()).await.certificate;
        assert_eq!((new.device, &new.device_name), (jiro.certificate.device, &jiro.certificate.device_name));
        assert_eq!(scene.times_audited(Act::MakeNewFile.name()).await, 1);
        assert_eq!(scene.seats_used(tenant).await, (1, 1));
    })
    .await;
}

#[tokio::test]
async fn the_phrase_of_a_device_revokes_what_was_renewed_too() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.forward(DAY * 310);
        let new = scene.renewed(&jiro).await;
        scene.revoke_grace(&new).await;
        let form = crate::self_service::challenge_form(&sheet.tenant, jiro.user.email.as_str(), PHRASE);
        let found = scene.authority.self_service().certificates_by_challenge(&form, office()).await;
        let found = found.expect("the phrase is right").certificates;
        assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), [new.id], "a line for each device");
        assert_eq!(scene.record(&jiro.certificate).await.state, CertificateState::Revoked);
    })
    .await;
}

impl Scene {
    /// The grace of what a certificate has superseded goes by.
    async fn revoke_grace(&self, new: &CertificateRecord) {
        self.authority.proofs().note_proof(new.tenant, new.id).await.expect("notes");
        self.forward(DAY * 8);
        self.tidy().await;
    }
}
