//! The certificates of the signers of configuration profiles, by key, record, signature and certificate, in this order.
//!
//! A signer that a crash leaves without certificate stays on record and signs nothing; its successor has the next
//! generation.

use super::{
    Ca, CheckedKey, SigningIssuer,
    prepare::{Prepared, SignerOrder},
};
use crate::{Unavailable, work::must_apply};
use domain::{
    act::{self, Mandate},
    id::ProfileSignerId,
    issuer::IssuerKind,
};
use pki::Serial;
use store::profile_signers::{NewProfileSigner, ProfileSigner};

/// A new signer's key, whose private half is sealed.
pub(crate) struct NewProfileSignerKey {
    pub(crate) id: ProfileSignerId,
    pub(crate) checked: CheckedKey,
    pub(crate) sealed: Vec<u8>,
}

/// Makes signers of configuration profiles.
#[derive(Clone)]
pub(crate) struct ProfileSignerMaker(Ca);

impl ProfileSignerMaker {
    pub(crate) fn new(ca: &Ca) -> Self {
        Self(ca.clone())
    }

    /// Makes a signer of the generation after the newest on record.
    ///
    /// # Errors
    /// A conflict with `ProfileSignerGeneration` if another process makes one at the same time.
    pub(crate) async fn make(&self, new: NewProfileSignerKey) -> Result<ProfileSigner, Unavailable> {
        let core = &self.0.core;
        let NewProfileSignerKey { id, checked, sealed: key_sealed } = new;
        let mut reader = core.read().await?;
        let above = reader.newest_issuer(IssuerKind::Installation).await?;
        let above = above.ok_or_else(|| Unavailable::because("there is no installation CA"))?;
        let above = SigningIssuer::of(&above)?;
        let generation = reader.newest_profile_signer_generation().await? + 1;
        drop(reader);
        let order = SignerOrder {
            organization: &core.service().name_en,
            generation,
            key: &checked,
            serial: Serial::random(&mut *core.rng()),
        };
        let prepared = &Prepared::profile_signer(&order, &above, core.addresses(), core.now())?;
        let signer = &NewProfileSigner { id, generation, key: &prepared.key, key_sealed: &key_sealed };
        let recorded = core.act(Mandate::of_system(act::MakeInstallationKey), |mut work| async move {
            let now = work.now;
            let to_record = work.transaction.record_profile_signer(signer, prepared.clone(), now).await?;
            let detail = format!("generation={generation} serial={}", signer.key.serial.to_hex());
            Ok::<_, Unavailable>(work.done_recording(to_record, None, "profile-signer", detail, ()))
        });
        let (recorded, ()) = recorded.await?;
        let certificate_der = self.0.sign_certificate(recorded).await?.as_der().to_vec();
        let der = certificate_der.as_slice();
        let kept = core.upkeep("keep_profile_signer", |mut work| async move {
            must_apply(work.keep_signed_profile_signer(id, der).await?)?;
            Ok::<_, Unavailable>(work.kept(()))
        });
        kept.await?;
        Ok(ProfileSigner { id, issuer: above.id, certificate_der, key_sealed })
    }
}
