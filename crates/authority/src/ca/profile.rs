//! The contents, lives and keys of certificates, as data, applied in [`super::prepare`].
//!
//! A profile here is about the trade; [`pki::Profile`] is its encoding.

use domain::{
    device::DeviceType,
    email::EmailAddress,
    issuer::IssuerKind,
    tenant::Tenant,
    time::{DAY, SignedDuration, Timestamp},
    user::User,
};
use pki::{KeyAlgorithm, PersonalPurposes, PublicKeyAlgorithm, Validity};

/// An attribute of a person's subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SubjectPart {
    Organization,
    /// Left out where the tenant has none.
    OrganizationalUnit,
    Surname,
    GivenName,
    CommonName,
}

/// How long a certificate lasts, limited by its issuer's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Life {
    pub(super) days: i32,
    /// How long before its making it begins.
    pub(super) backdated: SignedDuration,
}

/// A person's certificate. The person's e-mail address is an alternative name of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LeafProfile {
    pub(super) life: Life,
    /// In the order in which the subject shows them.
    pub(super) subject: &'static [SubjectPart],
    /// The user principal name among the alternative names.
    pub(super) principal_name: Option<String>,
    pub(super) purposes: PersonalPurposes,
    pub(super) key: PublicKeyAlgorithm,
}

/// An authority's certificate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AuthorityProfile {
    pub(super) kind: IssuerKind,
    pub(super) life: Life,
    pub(super) key: KeyAlgorithm,
    /// The start of the common name.
    pub(super) name: &'static str,
    /// Whether the common name ends in the generation.
    pub(super) numbered: bool,
}

/// The installation's trust anchor.
pub(crate) const ROOT: AuthorityProfile = AuthorityProfile {
    kind: IssuerKind::Root,
    life: authority_life(30),
    key: KeyAlgorithm::EcdsaP256,
    name: "Sekisho Root CA",
    numbered: false,
};

/// The CA between the root and the tenants' issuers.
pub(crate) const INSTALLATION_CA: AuthorityProfile = AuthorityProfile {
    kind: IssuerKind::Installation,
    life: authority_life(20),
    key: KeyAlgorithm::EcdsaP256,
    name: "Sekisho Installation CA",
    numbered: true,
};

/// Issues to the people of one tenant.
pub(crate) const TENANT_ISSUER: AuthorityProfile = AuthorityProfile {
    kind: IssuerKind::Tenant,
    life: authority_life(10),
    key: KeyAlgorithm::EcdsaP256,
    name: "Personal CA",
    numbered: true,
};

/// The certificate of the installation's own that signs configuration profiles.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignerProfile {
    pub(super) life: Life,
    pub(crate) key: KeyAlgorithm,
    /// The start of the common name, which people see beside "signed by".
    pub(super) name: &'static str,
}

/// Signs configuration profiles.
pub(crate) const PROFILE_SIGNER: SignerProfile = SignerProfile {
    life: Life { days: 2 * 365, backdated: PERSON_BACKDATED },
    key: KeyAlgorithm::EcdsaP256,
    name: "Sekisho Configuration Profiles",
};

/// Browsers hide a certificate that has not begun by their computer's clock.
const PERSON_BACKDATED: SignedDuration = SignedDuration::from_hours(1);
/// Long enough that every certificate below an authority begins later.
const AUTHORITY_BACKDATED: SignedDuration = SignedDuration::from_hours(25);

const fn authority_life(years: i32) -> Life {
    Life { days: years * 365, backdated: AUTHORITY_BACKDATED }
}

impl LeafProfile {
    /// A person's certificate for a device, by the tenant's policy.
    pub(super) fn personal(tenant: &Tenant, user: &User, email: &EmailAddress, device: DeviceType) -> Self {
        use SubjectPart::{CommonName, GivenName, Organization, OrganizationalUnit, Surname};
        let (policy, suffix) = (&tenant.policy, tenant.names.login_suffix.as_ref());
        let profile = &policy.profile;
        let days = i32::try_from(policy.certificate_days).unwrap_or(i32::MAX);
        let principal_name = profile.principal_name_of(&user.login_name, email, suffix);
        Self {
            life: Life { days, backdated: PERSON_BACKDATED },
            subject: if profile.unit_in_subject {
                &[Organization, OrganizationalUnit, Surname, GivenName, CommonName]
            } else {
                &[Organization, Surname, GivenName, CommonName]
            },
            purposes: profile.purposes(principal_name.is_some()),
            principal_name,
            key: profile.key_algorithm(device).public(),
        }
    }
}

impl AuthorityProfile {
    /// The common name of an authority; `tail` distinguishes it from similar ones.
    pub(super) fn common_name(&self, tail: &str, generation: u32) -> String {
        let name = self.name;
        if self.numbered { format!("{name} {tail} G{generation}") } else { format!("{name} {tail}") }
    }
}

impl Life {
    /// The validity from a little before `now`.
    pub(super) fn at(&self, now: Timestamp) -> Validity {
        let Self { days, backdated } = *self;
        Validity {
            not_before: now.as_second() - backdated.as_secs(),
            not_after: now.as_second() + i64::from(days) * DAY.as_secs(),
        }
    }
}
