//! The certificate and its file in the making: recorded, signed, packed, kept.

use super::{
    Delivery, Opened, PickupRefusal, PickupToken, REPEAT_MINUTES,
    claim::{Claim, ReadCookie},
    other_file::put,
};
use crate::{
    Unavailable,
    ca::{CheckedKey, PersonalOrder, Prepared, SigningIssuer},
    pickup_notice::tell_picked_up,
    work::must_apply,
};
use domain::{
    act::{self, Mandate},
    application::{Application, Approved},
    certificate::{CertificateRecord, CertificateState},
    certificate_label::CertificateLabel,
    device::DeviceType,
    email::EmailAddress,
    id::{CertificateId, TenantId},
    pin_delivery::PinShowing,
    status_change::StatusChange,
    tenant::Tenant,
    time::{SignedDuration, Timestamp},
    user::User,
};
use pki::{Certificate, Pkcs12, Pkcs12Password, Pkcs12Profile, PrivateKey, Serial};
use std::{net::IpAddr, time::Duration};
use store::{
    Recorded,
    pickup_makings::MakingState,
    pickups::{Pickup, SealedUnder},
};
use tokio::time::timeout;
use zeroize::Zeroizing;

/// How long signing and packing may take, in seconds. What takes longer is given up, for the reconciler
/// might take it for what a crash left.
pub(crate) const MAKING_SECONDS_MAX: u64 = 120;

/// How long a request waits for a key that is not ready. Then its page looks again; the claim stays good meanwhile.
const KEY_WAIT_MAX: Duration = Duration::from_secs(1);

/// What the background task needs.
struct Making {
    contents: Contents,
    record: CertificateRecord,
    tenant: Tenant,
    user: User,
    /// Where the PIN was mailed; `None` if it was not.
    email: Option<EmailAddress>,
    /// To whom the PIN was shown, if to anybody.
    pin_shown: Option<PinShowing>,
    address: IpAddr,
    token: PickupToken,
    token_hash: [u8; 32],
}

/// What is known of a pickup when its certificate is recorded.
struct Drafted {
    issuer: Certificate,
    record: CertificateRecord,
    user: User,
    tenant: Tenant,
    application: Application<Approved>,
    pin_mailed: bool,
    pin_shown: Option<PinShowing>,
    now: Timestamp,
}

/// What goes into the file.
struct Contents {
    recorded: Recorded<Prepared>,
    issuer: Certificate,
    key: PrivateKey,
    password: Pkcs12Password,
    friendly_name: String,
    profile: Pkcs12Profile,
}

/// The signed certificate, and its file.
struct Packed {
    certificate: Certificate,
    file: Zeroizing<Vec<u8>>,
}

impl Delivery {
    /// Records the certificate (which uses the PIN up) and lets the rest happen in the background.
    pub(super) async fn begin_making(
        &self,
        tenant: TenantId,
        cookie: &ReadCookie<'_>,
        claim: Claim,
        address: IpAddr,
    ) -> Result<(), PickupRefusal> {
        let place = self.packing.place_for_a_making();
        let place = place.ok_or_else(|| Unavailable::because("too many pickups at the same time"))?;
        let token_hash = self.token_hash(cookie.token.expose())?;
        let key = self.new_key(tenant, claim.device_type).await?;
        let recorded =
            self.record_claimed(tenant, cookie, &claim, &CheckedKey::made_here(&key), address).await?;
        let (recorded, drafted) = recorded;
        let Drafted { issuer, record, user, tenant, application, pin_mailed, pin_shown, now } = drafted;
        let particulars = application.particulars();
        let zone = &self.core.service().time_zone;
        let label = CertificateLabel::new(&record.device_name, record.device_type, now, zone);
        let (common_name, organization) =
            (particulars.roman_name.common_name(), tenant.organization.as_str());
        let friendly_name = label.friendly_name(&common_name, organization);
        let (password, profile) = (claim.password, tenant.policy.pkcs12_profile(claim.device_type));
        let contents = Contents { recorded, issuer, key, password, friendly_name, profile };
        let (email, token) = (pin_mailed.then(|| particulars.email.clone()), cookie.token.clone());
        let making = Making { contents, record, tenant, user, email, pin_shown, address, token, token_hash };
        // A duty from here on: no flood of strangers may break it off.
        let delivery = self.on_the_lane_of_duties();
        let _goes_on = tokio::spawn(async move {
            delivery.make_and_settle(making).await;
            drop(place);
        });
        Ok(())
    }

    /// A key of the kind that the tenant's profile has for this device.
    async fn new_key(&self, tenant: TenantId, device: DeviceType) -> Result<PrivateKey, PickupRefusal> {
        let tenant = self.core.read().await?.tenant(tenant).record().await?;
        let tenant = tenant.ok_or(PickupRefusal::ClaimOver)?;
        let algorithm = tenant.policy.profile.key_algorithm(device);
        let key = self.packing.keys().key(algorithm, KEY_WAIT_MAX).await?;
        key.ok_or(PickupRefusal::KeyUnready)
    }

    async fn record_claimed(
        &self,
        tenant: TenantId,
        cookie: &ReadCookie<'_>,
        claim: &Claim,
        key: &CheckedKey,
        address: IpAddr,
    ) -> Result<(Recorded<Prepared>, Drafted), PickupRefusal> {
        let serial = Serial::random(&mut *self.core.rng());
        let id = CertificateId::new(self.core.now(), &mut *self.core.rng());
        let reference = &cookie.reference;
        let done =
            self.core.act_in(Mandate::of_public(act::PickUp, address), tenant, |mut work| async move {
                let opened = self.claimed(&mut work, reference, claim).await?;
                let Opened { tenant, user, application, pin_mailed, pin_shown } = opened;
                let now = work.now;
                let issuer = SigningIssuer::newest(&work.records().issuers().await?)?;
                let device = claim.device_type;
                let order = PersonalOrder {
                    tenant: &tenant,
                    application: &application,
                    user: &user,
                    device,
                    key,
                    serial,
                };
                let prepared = Prepared::personal(&order, &issuer, self.core.addresses(), now)?;
                let particulars = application.particulars();
                let record = CertificateRecord {
                    id,
                    key: prepared.key.clone(),
                    tenant: tenant.id,
                    user: user.id,
                    application: particulars.id,
                    device: particulars.device,
                    device_type: claim.device_type,
                    device_name: particulars.device_name.clone(),
                    not_before: prepared.not_before,
                    not_after: prepared.not_after,
                    state: CertificateState::Recorded,
                    revocation: None,
                    picked_up_at: None,
                    proved_at: None,
                    ends_at: None,
                };
                if !work.records().pick_up_application(&application, now).await? {
                    return Err(PickupRefusal::Used);
                }
                let to_record = work.transaction.record_certificate(&record, prepared, now).await?;
                let token_hash = self.token_hash(cookie.token.expose())?;
                must_apply(work.records().begin_pickup_making(&token_hash, &record, now).await?)?;
                let way = match pin_shown {
                    Some(_) => "shown",
                    None if pin_mailed => "mailed",
                    None => "none",
                };
                let detail = format!("device={} pin={way}", claim.device_type.name());
                let issuer = issuer.certificate;
                let drafted =
                    Drafted { issuer, record, user, tenant, application, pin_mailed, pin_shown, now };
                Ok(work.done_recording(to_record, reference, detail, drafted))
            });
        done.await
    }

    /// Makes a file; the other processes learn what became of it. A panic breaks a making off like an error.
    async fn make_and_settle(&self, making: Making) {
        let (tenant, certificate) = (making.tenant.id, making.record.id);
        let delivery = self.clone();
        let made = tokio::spawn(async move { delivery.make(making).await }).await;
        let made = made.map_err(Unavailable::because).and_then(|made| made);
        if let Err(error) = &made {
            tracing::error!(%error, "a pickup broke off; the reconciler revokes what it left");
        }
        let told = self
            .core
            .upkeep("settle_making", |mut work| {
                let is_made = made.is_ok();
                async move {
                    let now = work.now;
                    let mut records = work.tenant(tenant);
                    if is_made {
                        records.end_pickup_making(certificate).await?;
                    } else {
                        // Not where the file is kept all the same: the answer to the commit may have been lost.
                        let _preparing =
                            records.set_pickup_making(certificate, MakingState::Failed, now).await?;
                    }
                    Ok::<_, Unavailable>(work.kept(()))
                }
            })
            .await;
        if let Err(error) = told {
            tracing::error!(%error, "what became of a pickup is not told; the reconciler does");
        }
    }

    /// Signs, packs, keeps, tells. Nothing is delivered of a certificate that was revoked in the meantime.
    async fn make(&self, making: Making) -> Result<(), Unavailable> {
        let Making { contents, record, tenant, user, email, pin_shown, address, token, token_hash } = making;
        let profile = contents.profile;
        let packing = self.sign_and_pack(contents);
        let Packed { certificate, file } =
            timeout(Duration::from_secs(MAKING_SECONDS_MAX), packing)
                .await
                .map_err(|_| Unavailable::because("signing and packing took too long"))??;
        let tag = self.tags.tag(certificate.as_der());
        let (certificate, file, token) = (certificate.as_der(), &file, token.expose());
        let (record, user, email) = (&record, &user, &email);
        let mandate = Mandate::of_system(act::Issue).asked_for_from(address);
        let done = self.core.act_in(mandate, tenant.id, |mut work| async move {
            let now = work.now;
            // Of an address that was changed meanwhile a PIN that was mailed proves nothing.
            let email_proved = match email {
                Some(email) => work.records().prove_email(user.id, email).await?,
                None => false,
            };
            if !work.records().keep_signed_certificate(record.id, certificate, tag, now).await? {
                return Err(Unavailable::because("the recorded certificate was revoked in the meantime"));
            }
            let _superseded = work.records().supersede_by(record.id, now).await?;
            let pickup = self.pickup_of(record, token_hash, token, profile, file, now)?;
            work.records().insert_pickup(&pickup).await?;
            must_apply(work.records().set_pickup_making(record.id, MakingState::Kept, now).await?)?;
            work.changed(StatusChange::Certificate(record.id));
            if email_proved {
                work.changed(StatusChange::User(user.id));
            }
            tell_picked_up(&mut work, user, record, pin_shown.as_ref(), address).await?;
            let detail = format!("serial={} email_proved={email_proved}", record.key.serial.to_hex());
            Ok(work.done(record.id, detail, ()))
        });
        done.await
    }

    fn pickup_of(
        &self,
        record: &CertificateRecord,
        token_hash: [u8; 32],
        token: &str,
        profile: Pkcs12Profile,
        file: &[u8],
        now: Timestamp,
    ) -> Result<Pickup, Unavailable> {
        let expires_at =
            now.checked_add(SignedDuration::from_mins(REPEAT_MINUTES)).map_err(Unavailable::because)?;
        let mut pickup = Pickup {
            application: record.application,
            tenant: record.tenant,
            certificate: record.id,
            token_hash,
            modern_sealed: None,
            compat_sealed: None,
            sealed_under: SealedUnder::Token,
            expires_at,
        };
        let sealed = self.sealed_like(&pickup, token, file)?;
        put(&mut pickup, profile, sealed);
        Ok(pickup)
    }

    async fn sign_and_pack(&self, contents: Contents) -> Result<Packed, Unavailable> {
        let Contents { recorded, issuer, key, password, friendly_name, profile } = contents;
        let certificate = self.signer.sign(recorded).await?;
        let mut rng = self.core.rng();
        let packing = self.packing.run(move || {
            let contents = Pkcs12 {
                key: &key,
                certificate: &certificate,
                chain: &[issuer],
                friendly_name: &friendly_name,
            };
            let file = contents.encode(profile, &password, &mut *rng)?;
            Ok::<_, pki::Pkcs12Error>(Packed { certificate, file })
        });
        Ok(packing.await??)
    }
}
