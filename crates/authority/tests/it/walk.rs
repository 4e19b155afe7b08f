//! The way that a person goes: apply, read the mail, pick up, stand at the gate.

use crate::scene::{Scene, new_user, office, operator};
use authority::{
    Authority,
    delivery::{OtherFileRefusal, PickupRefusal, PickupState, PickupToken},
    ra::{ApplyRefusal, Receipt},
    sheet::HandOver,
    users::{InvitationChannel, Slip, UserError},
};
use domain::{
    application::{Reference, StoredApplication},
    application_form::ApplyField,
    certificate::{CertificateRecord, CertificateState},
    denial::Denial,
    form::Form,
    grant::{Grant, Permission},
    id::{TenantId, UserId},
    import::NewUser,
    locale::Locale,
    permit::{self, CertificateFacts, Facts, Permit, Presented, PresentedLeaf, TenantFacts, UserFacts},
    pickup_form::PickupField,
    secret::Secret,
    site::SiteKind,
    tenant::{Tenant, TenantKind},
    user::User,
};
use pki::Pkcs12Profile;
use std::sync::Arc;
use store::{PageRequest, certificates::CertificateFilter};

pub(crate) const FILE_PASSWORD: &str = "correct horse battery";
pub(crate) const PHRASE: &str = "最初の犬はポチです";
/// Can be a one-time password, and is nobody's.
pub(crate) const WRONG_PASSWORD: &str = "abcd-efgh-jkmn-pqrs-tuvw";

pub(crate) fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// What the first administrator fills in.
pub(crate) fn administrators_form(sheet: &HandOver) -> Form<ApplyField> {
    Form::default()
        .with(ApplyField::DataEntry, &sheet.data_entry_file)
        .with(ApplyField::FamilyName, "Yamada")
        .with(ApplyField::GivenName, "Hanako")
        .with(ApplyField::Email, sheet.administrator_email.as_str())
        .with(ApplyField::IdentificationCode, sheet.tenant.identification_code.grouped())
        .with(ApplyField::Password, sheet.password.grouped().expose())
        .with(ApplyField::DeviceName, "Office PC")
        .with(ApplyField::ChallengePhrase, PHRASE)
        .with(ApplyField::AgreementVersion, templates::agreement::VERSION)
        .with_tick(ApplyField::Agreement, true)
}

/// What an invited user fills in.
pub(crate) fn users_form(tenant: &Tenant, user: &NewUser, password: &str) -> Form<ApplyField> {
    Form::default()
        .with(ApplyField::FamilyName, "Suzuki")
        .with(ApplyField::GivenName, "Jiro")
        .with(ApplyField::Email, user.email.as_str())
        .with(ApplyField::IdentificationCode, tenant.identification_code.grouped())
        .with(ApplyField::Password, password)
        .with(ApplyField::DeviceName, "Note PC")
        .with(ApplyField::AgreementVersion, templates::agreement::VERSION)
        .with_tick(ApplyField::Agreement, true)
}

/// What is filled in at the pickup.
pub(crate) fn pickup_form(reference: &str, pin: &str) -> Form<PickupField> {
    Form::default()
        .with(PickupField::Reference, reference)
        .with(PickupField::Pin, pin)
        .with(PickupField::Password, FILE_PASSWORD)
        .with(PickupField::PasswordConfirm, FILE_PASSWORD)
        .with_tick(PickupField::PasswordRemembered, true)
        .with(PickupField::DeviceType, "windows")
        .with(PickupField::KeyOrigin, "server")
        .with(PickupField::Attempt, "one-form-that-was-shown")
}

/// A PIN that is certainly another one.
pub(crate) fn wrong_pin(pin: &str) -> String {
    pin.chars()
        .map(|c| c.to_digit(10).map_or(c, |digit| char::from(b'0' + ((digit + 1) % 10) as u8)))
        .collect()
}

/// Waits until the file is made, or is not.
pub(crate) async fn settled(authority: &Authority, token: &PickupToken) -> PickupState {
    loop {
        match authority.delivery().pickup_state(token.expose()).await.expect("a state") {
            PickupState::Preparing => tokio::time::sleep(std::time::Duration::from_millis(1)).await,
            state => return state,
        }
    }
}

/// A person with a certificate in hand.
pub(crate) struct Holder {
    pub(crate) user: User,
    pub(crate) certificate: CertificateRecord,
    pub(crate) token: PickupToken,
}

impl Scene {
    pub(crate) async fn apply(&self, form: Form<ApplyField>) -> Result<Receipt, ApplyRefusal> {
        self.authority.registration().apply(&form, Locale::Ja, office()).await
    }

    pub(crate) async fn pick_up(&self, form: Form<PickupField>) -> Result<PickupToken, PickupRefusal> {
        self.authority.delivery().pick_up(&form, office()).await
    }

    /// An open pickup of the first administrator: reference and PIN.
    pub(crate) async fn approved(&self, sheet: &HandOver) -> (String, String) {
        // So that what others have caused is older than what follows.
        self.post().await;
        self.apply(administrators_form(sheet)).await.expect("the application is taken");
        let mail = self.newest_mail_to(sheet.administrator_email.as_str()).await;
        (mail.reference(), mail.pin())
    }

    /// The first administrator goes all the way.
    pub(crate) async fn administrator(&self, sheet: &HandOver) -> Holder {
        let (reference, pin) = self.approved(sheet).await;
        self.holder(sheet.tenant.id, &reference, &pin).await
    }

    /// An operator adds a user.
    pub(crate) async fn add_user(
        &self,
        tenant: TenantId,
        new: NewUser,
        delivery: InvitationChannel,
    ) -> Result<(User, Option<Slip>), UserError> {
        let invitation = self.authority.new_invitation_id();
        self.authority.people().add_user(&operator(), tenant, new, delivery, invitation).await
    }

    /// An operator invites a user anew.
    pub(crate) async fn invite(
        &self,
        tenant: TenantId,
        user: UserId,
        delivery: InvitationChannel,
    ) -> Result<Option<Slip>, UserError> {
        let invitation = self.authority.new_invitation_id();
        self.authority.people().invite(&operator(), tenant, user, delivery, invitation).await
    }

    /// An operator changes a user's record, whatever it was.
    pub(crate) async fn update_user(
        &self,
        tenant: TenantId,
        user: UserId,
        new: NewUser,
    ) -> Result<User, UserError> {
        self.authority.people().update_user(&operator(), tenant, user, new, |_| true).await
    }

    /// A colleague is added and invited by mail: who, and the mailed one-time password.
    pub(crate) async fn invited(&self, tenant: &Tenant, login: &str) -> (NewUser, String) {
        let new = new_user(login);
        let added = self.add_user(tenant.id, new.clone(), InvitationChannel::Mail).await;
        added.expect("the user is added");
        let invitation = self.newest_mail_to(new.email.as_str()).await;
        (new, invitation.one_time_password())
    }

    /// A colleague is invited, and goes all the way.
    pub(crate) async fn colleague(&self, tenant: &Tenant, login: &str) -> Holder {
        let (new, password) = self.invited(tenant, login).await;
        let mut form = users_form(tenant, &new, &password);
        form.set(ApplyField::ChallengePhrase, PHRASE);
        self.apply(form).await.expect("the application is taken");
        let mail = self.newest_mail_to(new.email.as_str()).await;
        self.holder(tenant.id, &mail.reference(), &mail.pin()).await
    }

    /// An operator is added, and goes all the way.
    pub(crate) async fn new_operator(&self, login: &str) -> Holder {
        let mut reader = self.store.read().await.expect("reads");
        let tenants = reader.every_tenant().await.expect("some");
        drop(reader);
        let operators = tenants.into_iter().find(|tenant| tenant.kind == TenantKind::Operator).expect("one");
        let new = new_user(login);
        let slip = self.authority.people().add_operator(&operator(), new.clone()).await.expect("is added");
        let form = users_form(&operators, &new, slip.one_time_password.expose());
        self.apply(form).await.expect("the application is taken");
        let mail = self.newest_mail_to(new.email.as_str()).await;
        self.holder(operators.id, &mail.reference(), &mail.pin()).await
    }

    /// Picks up and waits for the file.
    pub(crate) async fn holder(&self, tenant: TenantId, reference: &str, pin: &str) -> Holder {
        let token = self.pick_up(pickup_form(reference, pin)).await.expect("the PIN opens");
        let state = settled(&self.authority, &token).await;
        assert!(matches!(state, PickupState::Ready(_)), "{state:?}");
        let mut reader = self.store.read().await.expect("reads");
        let reference = Reference::parse(reference).expect("a reference");
        let record = reader.application_by_reference(&reference).await.expect("reads").expect("kept");
        let StoredApplication::PickedUp(particulars) = record.application else { panic!("not picked up") };
        let made = reader.tenant(tenant).certificates_of_application(particulars.id).await.expect("reads");
        let certificate = made.into_iter().find(|one| one.state == CertificateState::Valid).expect("valid");
        let user = reader.tenant(tenant).user(certificate.user).await.expect("reads").expect("the user");
        Holder { user, certificate, token }
    }

    /// All certificates of a tenant, the newest first.
    pub(crate) async fn certificates(&self, tenant: TenantId) -> Vec<CertificateRecord> {
        let mut reader = self.store.read().await.expect("reads");
        let page = PageRequest::first(500);
        let found = reader.tenant(tenant).certificates(CertificateFilter::All, &page).await;
        found.expect("certificates").rows
    }

    /// The certificate's record as it stands now.
    pub(crate) async fn record(&self, certificate: &CertificateRecord) -> CertificateRecord {
        let mut reader = self.store.read().await.expect("reads");
        let found = reader.tenant(certificate.tenant).certificate(certificate.id).await.expect("reads");
        found.expect("the certificate")
    }

    /// The signed certificate.
    pub(crate) async fn leaf(&self, certificate: &CertificateRecord) -> Option<pki::Certificate> {
        let mut reader = self.store.read().await.expect("reads");
        let der = reader.tenant(certificate.tenant).certificate_der(certificate.id).await.expect("reads")?;
        Some(pki::Certificate::from_der(&der).expect("a certificate"))
    }

    /// The file, in one encryption.
    pub(crate) async fn file(&self, token: &PickupToken, profile: Pkcs12Profile) -> Option<Vec<u8>> {
        let file = self.authority.delivery().pickup_file(token.expose(), profile).await.expect("reads");
        file.map(|file| file.bytes.to_vec())
    }

    /// Asks for the other encryption.
    pub(crate) async fn other_file(
        &self,
        token: &PickupToken,
        password: &str,
    ) -> Result<(), OtherFileRefusal> {
        self.authority.delivery().write_other_file(token.expose(), &secret(password), office()).await
    }

    /// What the gate makes of a certificate at its tenant's site, from what the store tells it now.
    pub(crate) async fn at_the_gate(&self, certificate: &CertificateRecord) -> Result<Permit, Denial> {
        let mut reader = self.store.read().await.expect("reads");
        let mut view = reader.status_view();
        let tenant = view.tenant(certificate.tenant).await.expect("reads").expect("the tenant").tenant;
        let user = view.user(certificate.user).await.expect("reads").expect("the user").user;
        let status = view.certificate(certificate.id).await.expect("reads").expect("the certificate");
        let user = UserFacts {
            id: user.id,
            state: user.state,
            role: user.role,
            login_name: user.login_name.to_string(),
            email: user.proved_email.as_ref().map(ToString::to_string),
            groups: Vec::new(),
            display_name: user.display_name,
        };
        let record = CertificateFacts { id: status.id, status: status.state.status(), user: Arc::new(user) };
        let grace = self.authority.service().contract_grace_days;
        let tenant = Arc::new(TenantFacts {
            id: tenant.id,
            slug: tenant.slug.clone(),
            state: tenant.state,
            suspended_from: tenant.license.suspended_from(grace),
        });
        let leaf = PresentedLeaf {
            tenant: certificate.tenant,
            client_auth: true,
            not_before: certificate.not_before,
            not_after: certificate.not_after,
        };
        let facts = Facts {
            presented: &Presented::Leaf(leaf),
            tenant: &tenant,
            site: SiteKind::Application,
            record: Some(&record),
            view_fresh: true,
        };
        permit::decide(&facts, self.now())
    }

    /// What a person may do with the certificate in hand.
    pub(crate) async fn permission<A: Permission>(&self, holder: &Holder) -> Grant<A> {
        let permit = self.at_the_gate(&holder.certificate).await.expect("passes");
        Grant::of(&permit).expect("the role allows it")
    }
}
