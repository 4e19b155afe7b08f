//! A tenant's choices, with their defaults and limits.

use serde::{Deserialize, Serialize};

/// How one tenant wants its certificates handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Does an administrator look at each invited person's application before the PIN is mailed?
    pub approval_required: bool,
    /// Life of a user certificate, in days.
    pub certificate_days: u32,
    /// Life of a PIN, in hours.
    pub pin_lifetime_hours: u32,
    /// Life of a user's invitation, in days.
    pub invitation_days: u32,
    /// May the older PKCS#12 encryption (for Apple and Android systems) be used?
    pub compat_pkcs12_allowed: bool,
    /// May one-time passwords be handed out on paper instead of by mail?
    pub printed_slips_allowed: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            approval_required: false,
            certificate_days: 365,
            pin_lifetime_hours: 72,
            invitation_days: 30,
            compat_pkcs12_allowed: true,
            printed_slips_allowed: true,
        }
    }
}
