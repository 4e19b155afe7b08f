//! The first operator's certificate, made through the same acts as every certificate: slip, application, PIN
//! by mail, pickup. Only the mail goes into memory instead of a folder.

use crate::{
    command::{
        CommandError,
        operator::{AddOperator, new_operator},
    },
    config::Config,
    letter::ReadMail,
    wiring::installation::{Installation, OpenError},
};
use async_trait::async_trait;
use authority::{
    Authority, Unavailable,
    delivery::PickupState,
    mail::{MailTransport, SendError},
    users::{Slip, UserError},
};
use domain::{
    application_form::ApplyField,
    device::DeviceType,
    form::Form,
    grant::{Grant, ManageTenants},
    locale::Locale,
    password::OneTimePassword,
    pickup_form::PickupField,
    pin::Pin,
    secret::Secret,
};
use lettre::Message;
use pki::Pkcs12Profile;
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use zeroize::Zeroizing;

/// How often the pickup is checked.
const LOOK: Duration = Duration::from_millis(10);
/// How many checks until it gives up: a minute.
const LOOKS_MAX: u32 = 6000;

/// The operator's file and its password.
pub(super) struct OperatorFile {
    /// The PKCS#12.
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// Its password.
    pub(super) password: Secret<String>,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum EnrolmentError {
    /// Database and authorities.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The operator's record.
    #[error(transparent)]
    Record(#[from] CommandError),
    /// The operator's slip.
    #[error(transparent)]
    User(#[from] UserError),
    /// The acts.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// A step was refused that is always possible.
    #[error("{0} was refused")]
    Refused(&'static str),
}

/// Adds the first operator and picks the certificate up.
#[expect(clippy::disallowed_methods, reason = "the data folder's lock is held")]
pub(super) async fn enrol(config: &Config) -> Result<OperatorFile, EnrolmentError> {
    let envelope = Arc::new(Envelope::default());
    let installation =
        Installation::open_mailing(config, Arc::clone(&envelope) as Arc<dyn MailTransport>).await?;
    let authority = installation.authority.clone();
    let operator = new_operator(AddOperator {
        name: "運用者".to_owned(),
        family_name: "Operator".to_owned(),
        given_name: "First".to_owned(),
        email: "operator@sekisho.example".to_owned(),
        login: None,
    })?;
    let slip =
        authority.people().add_operator(&Grant::<ManageTenants>::operator_at_the_machine(), operator).await?;
    let reference = apply(&authority, &slip).await?;
    authority.outbox().send_due_mail().await?;
    let pin = envelope.pin().ok_or(EnrolmentError::Refused("the PIN's mail"))?;
    let password = OneTimePassword::random(&mut *authority.rng()).grouped();
    let bytes = pick_up(&authority, reference, &pin, &password).await?;
    // The notice of the pickup, which has no other reader.
    authority.outbox().send_due_mail().await?;
    installation.close().await;
    Ok(OperatorFile { bytes, password })
}

async fn apply(authority: &Authority, slip: &Slip) -> Result<String, EnrolmentError> {
    let name = slip.user.roman_name.as_ref().ok_or(EnrolmentError::Refused("the operator's name"))?;
    let form = Form::default()
        .with(ApplyField::FamilyName, name.family.as_str())
        .with(ApplyField::GivenName, name.given.as_str())
        .with(ApplyField::Email, slip.user.email.as_str())
        .with(ApplyField::IdentificationCode, &slip.identification_code)
        .with(ApplyField::Password, slip.one_time_password.expose())
        .with(ApplyField::DeviceName, "sekisho up")
        .with(ApplyField::AgreementVersion, templates::agreement::VERSION)
        .with_tick(ApplyField::Agreement, true);
    let receipt = authority.registration().apply(&form, Locale::En, loopback()).await;
    Ok(receipt.map_err(|_| EnrolmentError::Refused("the application"))?.reference.to_string())
}

async fn pick_up(
    authority: &Authority,
    reference: String,
    pin: &Pin,
    password: &Secret<String>,
) -> Result<Zeroizing<Vec<u8>>, EnrolmentError> {
    let form = Form::default()
        .with(PickupField::Reference, reference)
        .with(PickupField::Pin, pin.expose())
        .with(PickupField::Password, password.expose())
        .with(PickupField::PasswordConfirm, password.expose())
        .with_tick(PickupField::PasswordRemembered, true)
        .with(PickupField::DeviceType, DeviceType::Linux.name());
    let token = authority
        .delivery()
        .pick_up(&form, loopback())
        .await
        .map_err(|_| EnrolmentError::Refused("the pickup"))?;
    for _ in 0..LOOKS_MAX {
        match authority.delivery().pickup_state(token.expose()).await? {
            PickupState::Preparing => tokio::time::sleep(LOOK).await,
            PickupState::Ready(_) => {
                let file = authority.delivery().pickup_file(token.expose(), Pkcs12Profile::Modern).await?;
                return Ok(file.ok_or(EnrolmentError::Refused("the file"))?.bytes);
            }
            _ => break,
        }
    }
    Err(EnrolmentError::Refused("the certificate"))
}

fn loopback() -> IpAddr {
    IpAddr::V4(Ipv4Addr::LOCALHOST)
}

/// Takes mail into memory.
#[derive(Default)]
struct Envelope(Mutex<Vec<Zeroizing<Vec<u8>>>>);

impl Envelope {
    fn pin(&self) -> Option<Pin> {
        let letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        letters.iter().find_map(|bytes| ReadMail::read(bytes).pin())
    }
}

#[async_trait]
impl MailTransport for Envelope {
    async fn send(&self, message: Message) -> Result<(), SendError> {
        let bytes = Zeroizing::new(message.formatted());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
        Ok(())
    }
}
