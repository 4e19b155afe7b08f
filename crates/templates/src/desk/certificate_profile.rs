//! What stands in the company's certificates.

use crate::{
    certificate_profile::{ProfileOfDevice, lines},
    page::pages,
    voice::{Phrase, Voice},
};
use domain::{device::DeviceType, tenant::Tenant};

/// `/certificate-profile` of the desk.
#[derive(Debug, Clone)]
pub struct DeskProfilePage {
    /// The whole record.
    pub tenant: Tenant,
    /// Whom to ask for another profile.
    pub provider_contact: String,
}

impl DeskProfilePage {
    fn lines(&self, t: &Voice) -> Vec<Phrase> {
        lines(&self.tenant, t)
    }

    fn devices(&self) -> [ProfileOfDevice; DeviceType::ALL.len()] {
        ProfileOfDevice::all(&self.tenant.policy)
    }
}

pages! {
    /// What stands in certificates, to be looked at.
    certificate_profile(DeskProfilePage) = "desk/certificate_profile.html";
}
