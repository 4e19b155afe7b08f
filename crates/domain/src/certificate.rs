//! An issued certificate through its life.

mod line;

pub use line::Line;

use crate::{
    device::DeviceType,
    id::{ApplicationId, CertificateId, DeviceId, IssuerId, TenantId, UserId},
    revocation::Revocation,
    tenant::ShutOut,
    time::Timestamp,
    user::UserState,
};
use pki::serial::Serial;
use serde::Serialize;

/// The name of a certificate: its issuer and serial. The serial alone is not enough, because two issuers may
/// use the same serial.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CertificateKey {
    /// The issuer.
    pub issuer: IssuerId,
    /// The serial number under that issuer.
    pub serial: Serial,
}

/// Octets of a [`LeafTag`].
pub const LEAF_TAG_OCTETS: usize = 16;

/// A keyed tag of a signed certificate's DER bytes, by which the gate finds the record of exactly the
/// presented certificate. Issuer and serial alone would also find the record for a twin signed with a stolen
/// issuer key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LeafTag([u8; LEAF_TAG_OCTETS]);

impl LeafTag {
    /// A computed or stored tag.
    pub const fn from_bytes(octets: [u8; LEAF_TAG_OCTETS]) -> Self {
        Self(octets)
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8; LEAF_TAG_OCTETS] {
        &self.0
    }
}

/// Whether the certificate is in force. Time (not yet valid, expired) is judged separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// In force.
    Good,
    /// Suspended, reversible (RFC 5280 §5.3.1 certificateHold).
    OnHold,
    /// Ended for good.
    Revoked,
    /// The store has no such certificate in force; the gate never lets it pass.
    Unknown,
}

/// The states in which the store keeps a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateState {
    /// Serial and to-be-signed bytes are on record; no signature is known to exist.
    Recorded,
    /// Signed and delivered.
    Valid,
    /// On hold.
    OnHold,
    /// Revoked.
    Revoked,
}

impl CertificateState {
    /// All states, for reading stored values.
    pub const ALL: [Self; 4] = [Self::Recorded, Self::Valid, Self::OnHold, Self::Revoked];

    /// The stable name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Valid => "valid",
            Self::OnHold => "on-hold",
            Self::Revoked => "revoked",
        }
    }

    /// The gate's status for this state: a record without a known signature opens nothing.
    pub fn status(self) -> Status {
        match self {
            Self::Recorded => Status::Unknown,
            Self::Valid => Status::Good,
            Self::OnHold => Status::OnHold,
            Self::Revoked => Status::Revoked,
        }
    }
}

/// A certificate's record.
#[derive(Debug, Clone)]
pub struct CertificateRecord {
    /// Identity.
    pub id: CertificateId,
    /// Issuer and serial.
    pub key: CertificateKey,
    /// The company.
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    /// The application for this certificate.
    pub application: ApplicationId,
    /// The device, to whose line the certificate belongs.
    pub device: DeviceId,
    /// The device type of the pickup.
    pub device_type: DeviceType,
    /// The person's name for the device.
    pub device_name: String,
    /// Start of validity.
    pub not_before: Timestamp,
    /// End of validity (the last second in which it is valid).
    pub not_after: Timestamp,
    /// Where it stands.
    pub state: CertificateState,
    /// The end or the hold; `None` while the certificate is in force.
    pub revocation: Option<Revocation>,
    /// When it was picked up.
    pub picked_up_at: Option<Timestamp>,
    /// When the gate first saw the certificate, which proves that the import worked.
    pub proved_at: Option<Timestamp>,
    /// When it ends because a newer certificate of its device has superseded it: its own end until the gate has
    /// seen the newer one, and the end of the grace since. `None` while there is no newer one.
    pub ends_at: Option<Timestamp>,
}

/// Whether the person and the company of a certificate may pass at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Yes, with a good certificate.
    Admitted,
    /// No, whatever the certificate's own state.
    ShutOut,
}

impl Access {
    /// The access of a person in this state, whose company is or is not shut out.
    pub fn of(user: UserState, tenant: Option<ShutOut>) -> Self {
        match (user, tenant) {
            (UserState::Active, None) => Self::Admitted,
            (UserState::Suspended, _) | (_, Some(_)) => Self::ShutOut,
        }
    }
}

/// A certificate's one standing at every door, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// 未取得
    NotPickedUp,
    /// 有効
    Valid,
    /// 停止中: valid in itself, but its person or company is shut out.
    Suspended,
    /// 一時停止
    OnHold,
    /// 失効
    Revoked,
    /// 期限切れ
    Expired,
}

impl Standing {
    /// Whether the certificate is on a device that its person may use again, or uses now.
    pub fn is_on_device(self) -> bool {
        matches!(self, Self::Valid | Self::Suspended | Self::OnHold)
    }
}

impl CertificateRecord {
    /// Whether a newer certificate of its device has taken its place.
    pub fn is_superseded(&self) -> bool {
        self.ends_at.is_some()
    }

    /// Whether the person needs another certificate when this one ends.
    pub fn is_to_be_renewed(&self) -> bool {
        self.state == CertificateState::Valid && !self.is_superseded()
    }

    /// The standing at `now`. A revoked certificate stays revoked after its end; an expired certificate on
    /// hold is expired. The hold of a suspended person's certificate is shown, because it outlasts the
    /// suspension.
    pub fn standing(&self, access: Access, now: Timestamp) -> Standing {
        match self.state {
            CertificateState::Revoked => Standing::Revoked,
            CertificateState::Recorded => Standing::NotPickedUp,
            _ if now > self.not_after => Standing::Expired,
            CertificateState::OnHold => Standing::OnHold,
            CertificateState::Valid if access == Access::ShutOut => Standing::Suspended,
            CertificateState::Valid => Standing::Valid,
        }
    }
}

#[cfg(test)]
mod tests;
