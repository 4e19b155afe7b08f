//! What a visitor of the public site asks for in a device's second year.

use crate::{
    scene::{Scene, elsewhere, email, on_each_scene, operator},
    walk::{Holder, PHRASE, pickup_form},
};
use authority::renewal::AskRefusal;
use domain::{
    application::{ApplicationState, Purpose, Reference},
    attempts::ATTEMPTS_PER_EMAIL_MAX,
    certificate::CertificateRecord,
    challenge::ChallengePhrase,
    grant::DecideApplication,
    id::TenantId,
    locale::Locale,
    renew_form::RenewForm,
    tenant::Tenant,
    time::DAY,
};
use jiff::civil::date;
use store::{PageRequest, applications::ApplicationRecord};

fn form(tenant: &Tenant, address: &str, phrase: Option<&str>) -> RenewForm {
    RenewForm {
        identification_code: tenant.identification_code.clone(),
        email: email(address),
        challenge_phrase: phrase.map(|phrase| ChallengePhrase::recalled(phrase).expect("a phrase")),
    }
}

impl Scene {
    async fn ask(&self, tenant: &Tenant, address: &str, phrase: Option<&str>) {
        let asked =
            self.authority.renewals().ask(&form(tenant, address, phrase), Locale::Ja, elsewhere()).await;
        asked.expect("every form that can be read gets one answer").done().await;
    }

    async fn ask_for_new_file(&self, reference: &str) {
        let reference = Reference::parse(reference).expect("a reference");
        let asked = self.authority.renewals().ask_for_new_file(&reference, elsewhere()).await;
        asked.expect("one answer").done().await;
    }

    async fn applications(&self, tenant: TenantId, state: ApplicationState) -> Vec<ApplicationRecord> {
        let mut reader = self.store.read().await.expect("reads");
        let found = reader.tenant(tenant).applications_in(state, &PageRequest::first(100)).await;
        found.expect("lists").rows
    }

    async fn waiting(&self, tenant: TenantId) -> usize {
        self.applications(tenant, ApplicationState::Submitted).await.len()
    }

    /// With a PIN.
    async fn open(&self, tenant: TenantId) -> usize {
        self.applications(tenant, ApplicationState::Approved).await.len()
    }

    /// Until the certificate has been over for some days.
    fn until_after(&self, certificate: &CertificateRecord, days: i32) {
        self.forward(certificate.not_after.duration_since(self.now()) + DAY * days);
    }

    async fn long_contract(&self, slug: &str) -> authority::sheet::HandOver {
        self.customer_with(slug, |new| new.valid_until = date(2029, 11, 30)).await
    }

    async fn picked_up_again(&self, holder: &Holder) -> CertificateRecord {
        let mail = self.newest_mail_to(holder.user.email.as_str()).await;
        self.holder(holder.user.tenant, &mail.reference(), &mail.pin()).await.certificate
    }
}

#[tokio::test]
async fn with_the_phrase_an_expired_device_is_renewed_at_once_and_without_it_an_administrator_decides() {
    on_each_scene(async |scene| {
        let sheet = scene.long_contract("sample").await;
        let hanako = scene.administrator(&sheet).await;
        scene.forward(DAY * 100);
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let saburo = scene.colleague(&sheet.tenant, "saburo").await;
        scene.until_after(&hanako.certificate, -10);
        scene.renewed(&hanako).await;
        scene.until_after(&jiro.certificate, 20);
        let (tenant, jiros) = (sheet.tenant.id, jiro.user.email.as_str());
        scene.ask(&sheet.tenant, jiros, Some("まったく違う合言葉です")).await;
        assert_eq!((scene.waiting(tenant).await, scene.open(tenant).await), (1, 0));
        let told = scene.newest_mail_to(hanako.user.email.as_str()).await;
        assert!(told.text.contains(&jiro.user.display_name), "{}", told.text);
        scene.ask(&sheet.tenant, jiros, None).await;
        assert_eq!(scene.waiting(tenant).await, 1, "one at a time");
        scene.ask(&sheet.tenant, jiros, Some(PHRASE)).await;
        assert_eq!(
            (scene.waiting(tenant).await, scene.open(tenant).await),
            (0, 1),
            "who proves more goes on"
        );
        let new = scene.picked_up_again(&jiro).await;
        assert_eq!(new.device, jiro.certificate.device);
        scene.at_the_gate(&new).await.expect("passes");

        scene.ask(&sheet.tenant, saburo.user.email.as_str(), None).await;
        // So that what this has caused is older than what follows.
        scene.post().await;
        let waiting = scene.applications(tenant, ApplicationState::Submitted).await;
        let [waiting] = waiting.as_slice() else { panic!("{waiting:?}") };
        let asked = waiting.application.particulars();
        assert_eq!((asked.purpose, asked.device), (Purpose::Renewal, saburo.certificate.device));
        let grant = scene
            .permission::<DecideApplication>(&Holder { certificate: new_of(&scene, &hanako).await, ..hanako })
            .await;
        scene.authority.registration().approve(&grant, tenant, asked.id).await.expect("approves");
        scene.at_the_gate(&scene.picked_up_again(&saburo).await).await.expect("passes");
    })
    .await;
}

async fn new_of(scene: &Scene, holder: &Holder) -> CertificateRecord {
    let mut reader = scene.store.read().await.expect("reads");
    let line = reader.tenant(holder.user.tenant).certificates_of_device(holder.certificate.device).await;
    line.expect("reads").pop().expect("a certificate")
}

#[tokio::test]
async fn where_no_administrator_is_left_the_operators_are_told_and_decide() {
    on_each_scene(async |scene| {
        let sheet = scene.long_contract("sample").await;
        let ichiro = scene.new_operator("ichiro").await;
        let hanako = scene.administrator(&sheet).await;
        scene.until_after(&hanako.certificate, 1);
        scene.ask(&sheet.tenant, hanako.user.email.as_str(), None).await;
        let told = scene.newest_mail_to(ichiro.user.email.as_str()).await;
        assert!(told.text.contains(&sheet.tenant.display_name), "{}", told.text);
        assert!(told.text.contains("https://console."), "{}", told.text);
        let waiting = scene.applications(sheet.tenant.id, ApplicationState::Submitted).await;
        let id = waiting[0].application.particulars().id;
        let grant = operator::<DecideApplication>();
        scene.authority.registration().approve(&grant, sheet.tenant.id, id).await.expect("approves");
        scene.at_the_gate(&scene.picked_up_again(&hanako).await).await.expect("passes");
    })
    .await;
}

#[tokio::test]
async fn nothing_comes_of_a_form_for_nobody_for_a_revoked_device_or_after_thirty_days() {
    on_each_scene(async |scene| {
        let sheet = scene.long_contract("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let (tenant, jiros) = (sheet.tenant.id, jiro.user.email.as_str());
        scene.ask(&sheet.tenant, "nobody@sample.example", Some(PHRASE)).await;
        scene.ask(&sheet.tenant, jiros, Some(PHRASE)).await;
        scene.until_after(&jiro.certificate, 31);
        scene.ask(&sheet.tenant, jiros, Some(PHRASE)).await;
        assert_eq!((scene.waiting(tenant).await, scene.open(tenant).await), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn forms_at_one_person_are_limited_whatever_they_say() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        for _ in 0..ATTEMPTS_PER_EMAIL_MAX {
            scene.ask(&sheet.tenant, "nobody@sample.example", None).await;
        }
        let more = form(&sheet.tenant, "nobody@sample.example", None);
        let more = scene.authority.renewals().ask(&more, Locale::Ja, elsewhere()).await;
        assert!(matches!(more, Err(AskRefusal::TooMany(_))), "{more:?}");
    })
    .await;
}

#[tokio::test]
async fn a_new_file_is_asked_for_by_the_reference_and_its_pin_goes_to_the_persons_own_address() {
    on_each_scene(async |scene| {
        let sheet = scene.long_contract("sample").await;
        let (new, password) = scene.invited(&sheet.tenant, "jiro").await;
        scene.apply(crate::walk::users_form(&sheet.tenant, &new, &password)).await.expect("applies");
        let mail = scene.newest_mail_to(new.email.as_str()).await;
        let (tenant, reference) = (sheet.tenant.id, mail.reference());
        scene.ask_for_new_file(&reference).await;
        assert_eq!(scene.open(tenant).await, 1, "nothing was picked up yet: the first application alone");
        let jiro = scene.holder(tenant, &reference, &mail.pin()).await;
        scene.forward(DAY * 7);
        scene.ask_for_new_file(&reference).await;
        scene.ask_for_new_file(&reference).await;
        assert_eq!(scene.open(tenant).await, 1, "one at a time");
        let second = scene.newest_mail_to(new.email.as_str()).await;
        let used = scene.pick_up(pickup_form(&reference, &second.pin())).await;
        assert!(used.is_err(), "the new PIN is for the new file");
        let second = scene.holder(tenant, &second.reference(), &second.pin()).await.certificate;
        assert_eq!(second.device, jiro.certificate.device);
        assert!(scene.record(&jiro.certificate).await.is_superseded());
        scene.forward(DAY * 8);
        scene.ask_for_new_file(&reference).await;
        assert_eq!(scene.open(tenant).await, 0, "too late");
        scene.ask_for_new_file("R2345678abc").await;
    })
    .await;
}
