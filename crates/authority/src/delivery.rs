//! From a PIN to the PKCS#12 file.
//!
//! A right PIN gives the browser a cookie ([`claim`]); the request that brings it back uses the PIN up and records
//! the certificate, in one transaction. Only then is it signed, in the background, while the page says
//! 「申請内容の確認中です・・・」. The finished file, encrypted under the person's password, rests sealed for
//! [`REPEAT_MINUTES`], then is erased.
//!
//! **Invariant:** a user's private key exists in memory only, the PKCS#12 password there and, for the moment between
//! form and making, sealed in the person's own cookie. A crash before the file is ready leaves a recorded, unsigned
//! serial, which the reconciler revokes.
//!
//! **Invariant:** what rests opens with the key-encryption key and the cookie's token together; of the token we keep
//! a keyed hash.

mod beginning;
mod claim;
mod fetching;
mod judging;
mod making;
mod other_file;
mod packing;
mod profile;
mod renewing;
mod reopening;

pub use claim::{ATTEMPT_LETTERS_MIN, CLAIM_MINUTES, PickupCookie, PickupToken};
pub(crate) use making::MAKING_SECONDS_MAX;
pub use other_file::{OTHER_FILE_PASSWORDS_MAX, OtherFile, OtherFileRefusal, other};
pub(crate) use packing::Packing;

use crate::{
    LeafTagKey, Unavailable,
    ca::CertificateSigner,
    core::Core,
    pins::Pins,
    profile_signing::ProfileSigning,
    runner::ActError,
    sealer::{Keyed, Sealer},
    tries::Tries,
    unavailable::unavailable_in,
};
use domain::{
    application::{Application, Approved, Purpose, Reference},
    attempts::TooManyAttempts,
    certificate_label::FileName,
    device::DeviceType,
    form::Form,
    license::LicenseRefusal,
    pickup_form::PickupField,
    pin::PIN_ATTEMPTS_MAX,
    pin_delivery::PinShowing,
    refusal::{Problem, Refusal, Refuses},
    tenant::Tenant,
    time::Timestamp,
    user::User,
};
use pki::{Pkcs12Profile, Serial};
use std::{net::IpAddr, sync::Arc};
use store::Lane;
use zeroize::Zeroizing;

/// How long a finished file may be fetched again, in minutes.
pub const REPEAT_MINUTES: i64 = 10;

/// How often a caller that does both steps at once waits for its key.
const KEY_WAITS_MAX: u32 = 60;

/// Why a pickup was not begun.
#[derive(Debug, thiserror::Error)]
pub enum PickupRefusal {
    /// Fields to be corrected, all at once.
    #[error("the form has fields to be corrected")]
    Fields(Vec<Refusal>),
    /// No open pickup has this reference and PIN.
    #[error("no open pickup has this reference and PIN")]
    NotFound,
    /// The PIN is wrong; so many tries are left.
    #[error("the PIN is wrong")]
    WrongPin {
        /// Tries left before it locks.
        left: u32,
    },
    /// The PIN opens nothing any more.
    #[error("the PIN opens nothing any more")]
    Locked {
        /// Where the next one comes from.
        next: NextPin,
    },
    /// The PIN's time has run out.
    #[error("the time of the PIN has run out")]
    Expired {
        /// Where the next one comes from.
        next: NextPin,
    },
    /// The PIN was used already.
    #[error("the PIN was used already")]
    Used,
    /// The form was sent too long ago, or another PIN counts by now; nothing was used up.
    #[error("the form was sent too long ago")]
    ClaimOver,
    /// The contract has ended, or the PIN's time has run out and its seat was taken since.
    #[error("{why}")]
    License {
        /// Which of the two.
        why: LicenseRefusal,
        /// Whom to ask; only with the right PIN.
        support_contact: Option<String>,
    },
    /// The person or the company is suspended; the answer to the right PIN only.
    #[error("the person or the company is suspended")]
    Suspended {
        /// Whom to ask.
        support_contact: String,
    },
    /// The pickup's key is still being made; nothing was used up, and the claim begins it in a moment.
    #[error("the key is still being made")]
    KeyUnready,
    /// Too many wrong tries from this address.
    #[error(transparent)]
    TooMany(TooManyAttempts),
    /// Store or signer.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for PickupRefusal {
    fn refusals(&self) -> Vec<Refusal> {
        vec![match self {
            Self::Fields(refusals) => return refusals.clone(),
            Self::NotFound | Self::WrongPin { left: _ } => {
                Refusal::at("pin", Problem::PickupRefused { tries: PIN_ATTEMPTS_MAX })
            }
            Self::Locked { next: _ } => Problem::PinLocked.into(),
            Self::Expired { next: _ } => Problem::PinExpired.into(),
            Self::Used => Problem::PinUsed.into(),
            Self::ClaimOver => Problem::ClaimOver.into(),
            Self::License { why, support_contact: _ } => Refusal::whole(*why),
            Self::Suspended { support_contact: _ } => Problem::ApplicantSuspended.into(),
            Self::KeyUnready => Problem::Busy.into(),
            Self::TooMany(limit) => Refusal::whole(*limit),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(PickupRefusal);

impl ActError for PickupRefusal {
    fn no_such_tenant() -> Self {
        Self::ClaimOver
    }
}

/// Where the PIN comes from that follows one which opens nothing any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextPin {
    /// It is on its way by mail.
    Mailed,
    /// An administrator opens the pickup again; then it comes by mail.
    AfterReopening,
    /// An administrator sees it and hands it over.
    FromAdministrator,
}

/// How far a pickup is.
#[derive(Debug, Clone)]
pub enum PickupState {
    /// 「申請内容の確認中です・・・」
    Preparing,
    /// The file can be fetched.
    Ready(Box<ReadyPickup>),
    /// It broke off on our side; a new PIN is on its way.
    Failed,
    /// There is none such, or its time is over.
    Gone,
}

/// A finished pickup.
#[derive(Debug, Clone)]
pub struct ReadyPickup {
    /// 受付番号.
    pub reference: Reference,
    /// The tenant.
    pub tenant: Tenant,
    /// Which system it was picked up for.
    pub device_type: DeviceType,
    /// What the person calls the device.
    pub device_name: String,
    /// What the certificate was applied for.
    pub purpose: Purpose,
    /// The certificate's serial number.
    pub serial: Serial,
    /// Which encryption this system was given.
    pub profile: Pkcs12Profile,
    /// The other encryption.
    pub other: OtherFile,
    /// Until when the file can be fetched.
    pub until: Timestamp,
}

/// A file to be downloaded.
pub struct PickupFile {
    /// The name to save it under.
    pub name: FileName,
    /// The PKCS#12, encrypted under the person's password.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// An approved application whose PIN was right.
struct Opened {
    tenant: Tenant,
    user: User,
    application: Application<Approved>,
    /// Whether the PIN went to the person's mailbox, which it then proves.
    pin_mailed: bool,
    /// To whom the PIN was shown; `None` if it was mailed.
    pin_shown: Option<PinShowing>,
}

/// From a PIN to the file.
#[derive(Clone)]
pub struct Delivery {
    core: Core,
    tries: Tries,
    pins: Pins,
    signer: CertificateSigner,
    tags: LeafTagKey,
    packing: Arc<Packing>,
    seals: PickupSeals,
    profiles: ProfileSigning,
}

/// What a pickup's values are sealed and hashed with.
#[derive(Clone)]
pub(crate) struct PickupSeals {
    /// Hashes the tokens of cookies.
    pub(crate) tokens: Keyed,
    /// Seals claims.
    pub(crate) claims: Sealer,
    /// Seals finished files.
    pub(crate) files: Sealer,
}

/// What makes a pickup's files.
pub(crate) struct FileMakers<'a> {
    pub(crate) packing: &'a Arc<Packing>,
    pub(crate) profiles: &'a ProfileSigning,
}

impl Delivery {
    pub(crate) fn new(
        core: &Core,
        tries: &Tries,
        pins: &Pins,
        signer: CertificateSigner,
        tags: LeafTagKey,
        makers: &FileMakers<'_>,
        seals: PickupSeals,
    ) -> Self {
        let (core, tries, pins) = (core.clone(), tries.clone(), pins.clone());
        let (packing, profiles) = (Arc::clone(makers.packing), makers.profiles.clone());
        Self { core, tries, pins, signer, tags, packing, seals, profiles }
    }

    /// The same over the connections that no flood of strangers takes.
    fn on_the_lane_of_duties(&self) -> Self {
        let (core, signer) = (self.core.on(Lane::Duties), self.signer.on(Lane::Duties));
        Self { core, signer, ..self.clone() }
    }

    /// Both steps at once, for a caller that keeps the cookie itself.
    pub async fn pick_up(
        &self,
        form: &Form<PickupField>,
        address: IpAddr,
    ) -> Result<PickupToken, PickupRefusal> {
        let cookie = self.claim_pickup(form, address).await?;
        for _ in 1..KEY_WAITS_MAX {
            match self.begin_pickup(cookie.expose(), address).await {
                Err(PickupRefusal::KeyUnready) => {}
                begun => return begun,
            }
        }
        self.begin_pickup(cookie.expose(), address).await
    }
}
