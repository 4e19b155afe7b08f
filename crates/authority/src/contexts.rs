//! The house put together: which context holds what. Who may sign, open or hash which kind of value stands in
//! [`Contexts::over`] and nowhere else.
//!
//! **Invariant:** a context holds what its own acts need. Its fields are its module's, so no other module reaches what
//! it holds.

use crate::{
    Authority, Parts, Unavailable,
    audit_heads::HeadSigner,
    audit_log::AuditLog,
    ca::{Ca, CertificateSigner, CrlSigner, ProfileSignerMaker, Signer, TenantIssuerMaker},
    core::{Core, CoreParts},
    crl_issuer::CrlIssuer,
    delivery::{Delivery, FileMakers, Packing, PickupSeals},
    duties::{DrivenContexts, Duties, DutyMemory},
    email_proof::EmailProofs,
    gate_keys::GateKeys,
    import::Imports,
    installation::Installer,
    installation_key::{InstallationKey, KeptKey},
    invitation::Invitations,
    mail::MailTransport,
    outbox::{Outbox, Turns},
    password_hash::PasswordHasher,
    phrases::Phrases,
    pin_sheet::PinSheets,
    pins::Pins,
    portal::PortalAccess,
    portal_page::PortalEditing,
    profile_signing::ProfileSigning,
    proof::{CertificateProofs, ProofQueue},
    publication::{Publication, Publications},
    ra::{ApplicationSeals, Registration},
    reading::ReadDoor,
    renewal::Renewals,
    resend::Mails,
    revocation::Revoker,
    seal::{HashedKind, Seal, SealedKind},
    sealer::{Keyed, Sealer},
    self_service::SelfService,
    sheet::{DataEntryReader, Sheets},
    tenants::Tenants,
    tries::Tries,
    users::People,
};
use pki::KeyAlgorithm;
use std::sync::{Arc, atomic::AtomicBool};
use tokio::sync::Mutex;

/// Letters of a process's name.
const PROCESS_LETTERS: usize = 12;

/// What is made once in a process, of which each context is given its part.
pub(crate) struct Handles {
    seal: Arc<Seal>,
    gate_keys: GateKeys,
    hasher: Arc<PasswordHasher>,
    packing: Arc<Packing>,
    signer: Arc<Signer>,
    transport: Arc<dyn MailTransport>,
    turns: Arc<Turns>,
    published: Arc<Publications>,
    proofs: Arc<ProofQueue>,
    judging: Arc<Mutex<()>>,
    duties: DutyMemory,
}

impl Handles {
    pub(crate) fn of(parts: Parts) -> Result<(Core, Self), Unavailable> {
        let Parts { store, seal, clock, entropy, addresses, service, mail, gates } = parts;
        let seal = Arc::new(seal);
        let rng = &mut *entropy.rng();
        let (hasher, gate_keys) = (PasswordHasher::new(rng)?, GateKeys::new(&seal)?);
        let process = domain::password::random_letters(PROCESS_LETTERS, rng).into();
        let log_keeps_erased = Arc::new(AtomicBool::new(true));
        let handles = Self {
            gate_keys,
            hasher: Arc::new(hasher),
            packing: Arc::default(),
            signer: Arc::new(Signer::new(Sealer::new(&seal, SealedKind::IssuerKey))),
            transport: mail,
            turns: Arc::default(),
            published: Arc::default(),
            proofs: Arc::default(),
            judging: Arc::default(),
            duties: DutyMemory { process, standings: Arc::default(), log_keeps_erased },
            seal: Arc::clone(&seal),
        };
        let mails = Sealer::new(&seal, SealedKind::Effect);
        Ok((Core::new(CoreParts { clock, entropy, addresses, service, gates, mails }, store), handles))
    }

    pub(crate) fn slow_hashes(&self) -> u64 {
        self.hasher.computed()
    }

    pub(crate) fn ready_keys(&self) -> Vec<(KeyAlgorithm, usize)> {
        self.packing.keys().ready()
    }

    pub(crate) fn ca_key_openings(&self) -> u64 {
        self.signer.openings()
    }
}

macro_rules! contexts {
    ($($(#[doc = $doc:literal])* $context:ident: $Context:ty,)*) => {
        /// Every context, over one lane.
        pub(crate) struct Contexts {
            pub(crate) core: Core,
            $($context: $Context,)*
        }

        impl Authority {
            $($(#[doc = $doc])*
            pub fn $context(&self) -> &$Context {
                &self.contexts.$context
            })*
        }
    };
}

contexts!(
    /// Applications come in and are decided.
    registration: Registration,
    /// PIN to PKCS#12.
    delivery: Delivery,
    /// Further certificates for devices that have one.
    renewals: Renewals,
    /// Hold, release, revoke.
    revocation: Revoker,
    /// Revoking by challenge phrase.
    self_service: SelfService,
    /// Users and their invitations.
    people: People,
    /// Proofs of changed e-mail addresses.
    email_proofs: EmailProofs,
    /// Users from CSV files.
    imports: Imports,
    /// Tenants, their contracts and sites.
    tenants: Tenants,
    /// Visitors of the built-in portal.
    portal: PortalAccess,
    /// What stands on the portal's home.
    portal_editing: PortalEditing,
    /// Mail on its way out.
    outbox: Outbox,
    /// PINs on sheets.
    pin_sheets: PinSheets,
    /// Mail once more.
    mails: Mails,
    /// Revocation lists are made.
    crl_issuer: CrlIssuer,
    /// What relying parties fetch.
    publication: Publication,
    /// The installation's own pieces.
    installation: Installer,
    /// Is the audit log whole?
    audit_log: AuditLog,
    /// Signed heads of the audit log.
    head_signer: HeadSigner,
    /// Keys for the gate.
    gate_keys: GateKeys,
    /// What the gate has seen.
    proofs: CertificateProofs,
    /// What the installation does on its own account.
    duties: Duties,
    /// Lists and records.
    reading: ReadDoor,
);

impl Contexts {
    pub(crate) fn over(core: &Core, handles: &Handles) -> Self {
        let seal = &handles.seal;
        let (sealer, keyed) = (|kind| Sealer::new(seal, kind), |kind| Keyed::new(seal, kind));
        let kept_key = |key| KeptKey::new(core, seal, key);
        let ca = Ca::new(core, &handles.signer);

        let tries = Tries::new(core, keyed(HashedKind::Attempt), &handles.hasher);
        let pins = Pins::new(keyed(HashedKind::Pin));
        let phrases = Phrases::new(keyed(HashedKind::ChallengeSalt));
        let passwords = keyed(HashedKind::OneTimePassword);
        let resting = sealer(SealedKind::OneTimePassword);
        let invitations = Invitations::new(core, passwords.clone(), resting);
        let sheets = Sheets::new(core, kept_key(InstallationKey::DataEntry));
        let entries = DataEntryReader::new(kept_key(InstallationKey::DataEntry));
        let tags = handles.gate_keys.leaf_tag_key();
        let seals = PickupSeals {
            tokens: keyed(HashedKind::PickupToken),
            claims: sealer(SealedKind::PickupClaim),
            files: sealer(SealedKind::Pkcs12),
        };

        let email_proofs = EmailProofs::new(core, keyed(HashedKind::EmailCode));
        let people = People::new(core, &invitations, &email_proofs);
        let imports = Imports::new(core, &people, &handles.judging);
        let revocation = Revoker::new(core);
        let outbox = Outbox::new(core, sealer(SealedKind::Effect), &handles.transport, &handles.turns);
        let crl_issuer = CrlIssuer::new(core, CrlSigner::new(&ca), &handles.published);
        let proofs = CertificateProofs::new(core, &handles.proofs);
        let head_signer = HeadSigner::new(core, kept_key(InstallationKey::AuditHead));
        let keys = [InstallationKey::DataEntry, InstallationKey::AuditHead].map(kept_key);
        let profile_keys = sealer(SealedKind::ProfileSignerKey);
        let profiles = ProfileSigning::new(core, ProfileSignerMaker::new(&ca), profile_keys);
        let makers = FileMakers { packing: &handles.packing, profiles: &profiles };
        let installation = Installer::new(core, &ca, keys, &profiles);
        let drives = DrivenContexts {
            crl_issuer: crl_issuer.clone(),
            imports: imports.clone(),
            installation: installation.clone(),
            outbox: outbox.clone(),
            pins: pins.clone(),
            people: people.clone(),
            proofs: proofs.clone(),
            revocation: revocation.clone(),
            tags: tags.clone(),
        };
        let signer = CertificateSigner::new(&ca);
        let rights = sealer(SealedKind::RevocationRight);
        let of_applications = ApplicationSeals {
            held: sealer(SealedKind::HeldApplication),
            sent: sealer(SealedKind::SentApplication),
        };
        let registration =
            Registration::new(core, &tries, &pins, &phrases, passwords, entries, of_applications);
        Self {
            renewals: Renewals::new(core, &registration, &tries, &phrases),
            registration,
            delivery: Delivery::new(core, &tries, &pins, signer, tags, &makers, seals),
            self_service: SelfService::new(core, &tries, &phrases, &revocation, rights),
            tenants: Tenants::new(core, &invitations, &sheets, &TenantIssuerMaker::new(&ca)),
            portal: PortalAccess::new(
                core,
                &tries,
                keyed(HashedKind::SessionToken),
                keyed(HashedKind::PortalCode),
            ),
            portal_editing: PortalEditing::new(core),
            pin_sheets: PinSheets::new(core, &pins, sealer(SealedKind::ShownPin)),
            mails: Mails::new(core, &people, &pins, &outbox),
            publication: Publication::new(core, &handles.published),
            audit_log: AuditLog::new(core, &head_signer),
            gate_keys: handles.gate_keys.clone(),
            duties: Duties::new(core, &handles.duties, drives),
            reading: ReadDoor::new(core),
            core: core.clone(),
            revocation,
            people,
            email_proofs,
            imports,
            outbox,
            crl_issuer,
            installation,
            head_signer,
            proofs,
        }
    }
}
