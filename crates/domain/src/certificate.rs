//! An issued certificate through its life.

use crate::{
    device::DeviceType,
    id::{ApplicationId, CertificateId, IssuerId, TenantId, UserId},
    revocation::Revocation,
    time::Timestamp,
};
use pki::serial::Serial;
use serde::Serialize;

/// What names a certificate: its issuer and serial. The serial alone is not enough, for two issuers
/// may use the same one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CertificateKey {
    /// The issuer.
    pub issuer: IssuerId,
    /// The serial number under that issuer.
    pub serial: Serial,
}

/// Octets of a [`LeafTag`].
pub const LEAF_TAG_OCTETS: usize = 16;

/// A keyed tag of a signed certificate's DER bytes, by which the gate finds the record of the very certificate that it
/// was shown. Issuer and serial alone would also find the record for a twin that somebody else signed with a stolen
/// issuer key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LeafTag([u8; LEAF_TAG_OCTETS]);

impl LeafTag {
    /// A tag as it was computed or stored.
    pub const fn from_bytes(octets: [u8; LEAF_TAG_OCTETS]) -> Self {
        Self(octets)
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8; LEAF_TAG_OCTETS] {
        &self.0
    }
}

/// Is the certificate in force? Time (not yet valid, expired) is judged apart from this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// In force.
    Good,
    /// Held back; reversible (RFC 5280 §5.3.1 certificateHold).
    OnHold,
    /// Ended for good.
    Revoked,
    /// Our store knows no such certificate in force; never a reason to let someone in.
    Unknown,
}

/// The states in which the store keeps a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateState {
    /// Serial and to-be-signed bytes are on record; no signature is known to exist.
    Recorded,
    /// Signed and handed out.
    Valid,
    /// Held back.
    OnHold,
    /// Revoked.
    Revoked,
}

impl CertificateState {
    /// All states, for reading back what was stored.
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

    /// What the gate makes of it: a record without a known signature opens nothing.
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
    /// The application it came from.
    pub application: ApplicationId,
    /// Which kind of device it was picked up for.
    pub device_type: DeviceType,
    /// What the person calls the device.
    pub device_name: String,
    /// Start of validity.
    pub not_before: Timestamp,
    /// End of validity (the last second in which it is valid).
    pub not_after: Timestamp,
    /// Where it stands.
    pub state: CertificateState,
    /// How it ended or why it is held, if so.
    pub revocation: Option<Revocation>,
    /// When it was picked up.
    pub picked_up_at: Option<Timestamp>,
    /// When the gate first saw it: the proof that the import worked.
    pub proved_at: Option<Timestamp>,
}

/// What people read in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// 未取得
    NotPickedUp,
    /// 有効
    Valid,
    /// 一時停止
    OnHold,
    /// 失効
    Revoked,
    /// 期限切れ
    Expired,
}

impl CertificateRecord {
    /// What to show at `now`. Revoked stays revoked after its end; a held one that ran out is expired.
    pub fn standing(&self, now: Timestamp) -> Standing {
        match self.state {
            CertificateState::Revoked => Standing::Revoked,
            CertificateState::Recorded => Standing::NotPickedUp,
            _ if now > self.not_after => Standing::Expired,
            CertificateState::OnHold => Standing::OnHold,
            CertificateState::Valid => Standing::Valid,
        }
    }
}
