//! "It says the password is wrong": the same key and certificate in the other encryption.
//!
//! Some systems call the password of an encryption that they cannot read wrong. The file that rests is opened with
//! its password, which the person types once more, and written in the other encryption; neither password nor key
//! outlives that.

use super::{Delivery, PickupState};
use crate::{Unavailable, runner::ActError, unavailable::unavailable_in, work::must_apply};
use domain::{
    act::{self, Mandate},
    file_password::file_password,
    refusal::{Problem, Refusal, Refuses},
    secret::Secret,
};
use pki::{
    Pkcs12Password, Pkcs12Profile,
    pkcs12::{OpenedPkcs12, Pkcs12OpenError},
};
use std::{net::IpAddr, time::Duration};
use store::pickups::{Pickup, SealedUnder};
use tokio::time::timeout;
use zeroize::Zeroizing;

/// How often a password may be typed for one file.
pub const OTHER_FILE_PASSWORDS_MAX: u32 = 10;

/// How long a visitor waits for it, behind the files of others.
const PACKING_WAIT_MAX: Duration = Duration::from_secs(5);

/// Why the other encryption was not made.
#[derive(Debug, thiserror::Error)]
pub enum OtherFileRefusal {
    /// There is no file, or its time is over.
    #[error("there is no file any more")]
    Gone,
    /// The company allows no older encryption.
    #[error("the company allows no older encryption")]
    NotAllowed,
    /// Cannot be a file password.
    #[error("no file has such a password")]
    Malformed(Problem),
    /// Not the file's password.
    #[error("not the password of the file")]
    WrongPassword,
    /// Typed too often.
    #[error("the password of the file was typed too often")]
    TooManyTries,
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for OtherFileRefusal {
    fn refusals(&self) -> Vec<Refusal> {
        let problem = match self {
            Self::Gone => return vec![Problem::FileGone.into()],
            Self::NotAllowed => return vec![Problem::NotFound.into()],
            Self::Malformed(problem) => problem.clone(),
            Self::WrongPassword => Problem::FilePasswordWrong,
            Self::TooManyTries => Problem::FilePasswordTries,
            Self::Unavailable(cause) => return cause.refusals(),
        };
        vec![Refusal::at("p12_password", problem)]
    }
}

unavailable_in!(OtherFileRefusal);

impl ActError for OtherFileRefusal {
    fn no_such_tenant() -> Self {
        Self::Gone
    }
}

/// What can be had beside the first file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherFile {
    /// Nothing: the company allows no older encryption.
    NotAllowed,
    /// The other encryption, for the file's password.
    OnRequest,
    /// It was made already.
    Made,
}

/// The other one of the two encryptions.
pub fn other(profile: Pkcs12Profile) -> Pkcs12Profile {
    match profile {
        Pkcs12Profile::Modern => Pkcs12Profile::Compat,
        Pkcs12Profile::Compat => Pkcs12Profile::Modern,
    }
}

/// What is sealed of a file in one encryption.
pub(super) fn sealed(pickup: &Pickup, profile: Pkcs12Profile) -> Option<&[u8]> {
    match profile {
        Pkcs12Profile::Modern => pickup.modern_sealed.as_deref(),
        Pkcs12Profile::Compat => pickup.compat_sealed.as_deref(),
    }
}

/// Puts a sealed file at its place.
pub(super) fn put(pickup: &mut Pickup, profile: Pkcs12Profile, sealed: Vec<u8>) {
    match profile {
        Pkcs12Profile::Modern => pickup.modern_sealed = Some(sealed),
        Pkcs12Profile::Compat => pickup.compat_sealed = Some(sealed),
    }
}

impl Delivery {
    /// Makes the other encryption of the file that this cookie opens.
    pub async fn write_other_file(
        &self,
        cookie: &str,
        password: &Secret<String>,
        address: IpAddr,
    ) -> Result<(), OtherFileRefusal> {
        let PickupState::Ready(ready) = self.pickup_state(cookie).await? else {
            return Err(OtherFileRefusal::Gone);
        };
        match ready.other {
            OtherFile::NotAllowed => return Err(OtherFileRefusal::NotAllowed),
            OtherFile::Made => return Ok(()),
            OtherFile::OnRequest => {}
        }
        let password = file_password(password.expose()).map_err(OtherFileRefusal::Malformed)?;
        let (hash, token) = self.token_of(cookie)?;
        let found = self.core.read().await?.pickup_by_token(&hash, self.core.now()).await?;
        let mut pickup = found.ok_or(OtherFileRefusal::Gone)?;
        // Counted before the slow part.
        if !self.count_file_password(&pickup).await? {
            return Err(OtherFileRefusal::TooManyTries);
        }
        let file = self.unsealed(&pickup, ready.profile, token.expose())?.ok_or(OtherFileRefusal::Gone)?;
        let wanted = other(ready.profile);
        let written = self.write_anew(file, password, wanted).await??;
        let sealed = self.sealed_like(&pickup, token.expose(), &written)?;
        put(&mut pickup, wanted, sealed);
        let (pickup, mandate) = (&pickup, Mandate::of_public(act::WriteOtherFile, address));
        let done = self.core.act_in(mandate, pickup.tenant, |mut work| async move {
            must_apply(work.records().add_pickup_file(pickup).await?)?;
            let detail = format!("encryption={wanted:?}").to_lowercase();
            Ok(work.done(pickup.certificate, detail, ()))
        });
        done.await
    }

    /// `false`: there is no try left.
    async fn count_file_password(&self, pickup: &Pickup) -> Result<bool, Unavailable> {
        let done = self.core.upkeep("try_file_password", |mut work| async move {
            let mut of_tenant = work.tenant(pickup.tenant);
            let counted = of_tenant.try_file_password(pickup, OTHER_FILE_PASSWORDS_MAX).await?;
            Ok(work.kept(counted))
        });
        done.await
    }

    async fn write_anew(
        &self,
        file: Zeroizing<Vec<u8>>,
        password: Pkcs12Password,
        wanted: Pkcs12Profile,
    ) -> Result<Result<Zeroizing<Vec<u8>>, OtherFileRefusal>, Unavailable> {
        let mut rng = self.core.rng();
        let packing = self.packing.run(move || {
            let opened = match OpenedPkcs12::open(&file, &password) {
                Ok(opened) => opened,
                Err(Pkcs12OpenError::WrongPassword) => return Err(OtherFileRefusal::WrongPassword),
                Err(error) => return Err(Unavailable::because(error).into()),
            };
            Ok(opened.encode(wanted, &password, &mut *rng)?)
        });
        Ok(timeout(PACKING_WAIT_MAX, packing).await.map_err(Unavailable::because)??)
    }

    /// The file in one encryption, if it was made.
    pub(super) fn unsealed(
        &self,
        pickup: &Pickup,
        profile: Pkcs12Profile,
        token: &str,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Unavailable> {
        let Some(sealed) = sealed(pickup, profile) else { return Ok(None) };
        let record = pickup.certificate.as_bytes();
        Ok(Some(match pickup.sealed_under {
            SealedUnder::Token => self.seals.files.open_with(token, record, sealed)?,
            SealedUnder::Installation => self.seals.files.open(record, sealed)?,
        }))
    }

    /// Seals a file as the others of its pickup are sealed.
    pub(super) fn sealed_like(
        &self,
        pickup: &Pickup,
        token: &str,
        file: &[u8],
    ) -> Result<Vec<u8>, Unavailable> {
        let record = pickup.certificate.as_bytes();
        Ok(match pickup.sealed_under {
            SealedUnder::Token => self.seals.files.seal_with(token, record, file)?,
            SealedUnder::Installation => self.seals.files.seal(record, file)?,
        })
    }
}
