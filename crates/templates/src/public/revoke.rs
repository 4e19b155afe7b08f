//! Revoking one's own certificate with the challenge phrase.

use crate::page::pages;
use domain::{
    certificate::Standing, device::DeviceType, form::Form, refusal::Refusal, revoke_form::RevokeField,
    time::Timestamp,
};

/// `/revoke`.
#[derive(Debug, Clone, Default)]
pub struct RevokePage {
    /// What was typed.
    pub form: Form<RevokeField>,
}

/// `/revoke/choose`: which one, and confirm.
#[derive(Clone)]
pub struct RevokeChoosePage {
    /// What can be revoked; sent back in `certificate`.
    pub certificates: Vec<RevocableCertificate>,
    /// What was wrong (none chosen).
    pub errors: Vec<Refusal>,
}

/// A certificate of the person who asks.
#[derive(Debug, Clone)]
pub struct RevocableCertificate {
    /// Its id.
    pub id: String,
    /// What the person calls the device.
    pub device_name: String,
    /// The system.
    pub device: DeviceType,
    /// Where it stands.
    pub standing: Standing,
    /// End of validity.
    pub not_after: Timestamp,
}

/// Done.
#[derive(Debug, Clone)]
pub struct RevokeDonePage {
    /// The device it was on.
    pub device_name: String,
    /// When.
    pub at: Timestamp,
}

pages! {
    /// Who asks.
    form revoke(RevokePage: RevokeField) = "public/revoke.html";
    /// Which one.
    form revoke_choose(RevokeChoosePage) = "public/revoke_choose.html";
    /// It is revoked.
    revoke_done(RevokeDonePage) = "public/revoke_done.html";
}
