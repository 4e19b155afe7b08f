//! Revoking one's own certificate with the challenge phrase.

use crate::page::pages;
use domain::{
    certificate::Standing, device::DeviceType, form::Form, refusal::Refusal, revoke_form::RevokeField,
    time::Timestamp,
};

/// `/revoke`.
#[derive(Debug, Clone, Default)]
pub struct RevokePage {
    /// The typed values.
    pub form: Form<RevokeField>,
}

/// `/revoke/choose`: the choice of a certificate, and the confirmation.
#[derive(Clone)]
pub struct RevokeChoosePage {
    /// The certificates that can be revoked; sent back in `certificate`.
    pub certificates: Vec<RevocableCertificate>,
    /// The errors, such as no choice.
    pub errors: Vec<Refusal>,
}

impl RevokeChoosePage {
    /// Whether there is no choice, so that the one certificate is chosen from the start.
    fn is_the_only_one(&self) -> bool {
        self.certificates.len() == 1
    }
}

/// A certificate of the asking person.
#[derive(Debug, Clone)]
pub struct RevocableCertificate {
    pub id: String,
    /// The person's name for the device.
    pub device_name: String,
    pub device: DeviceType,
    pub standing: Standing,
    /// Last second of its validity.
    pub not_after: Timestamp,
}

/// The page after the revocation.
#[derive(Debug, Clone)]
pub struct RevokeDonePage {
    /// The device of the certificate.
    pub device_name: String,
    pub at: Timestamp,
}

pages! {
    form revoke(RevokePage: RevokeField) = "public/revoke.html";
    form revoke_choose(RevokeChoosePage) = "public/revoke_choose.html";
    revoke_done(RevokeDonePage) = "public/revoke_done.html";
}
