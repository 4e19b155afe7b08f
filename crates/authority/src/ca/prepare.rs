//! From a profile, an issuer and a key to linted to-be-signed bytes.
//!
//! **Invariant:** every to-be-signed certificate was linted when it was prepared.

use super::{
    CheckedKey,
    profile::{AuthorityProfile, LeafProfile, PROFILE_SIGNER, SubjectPart},
};
use crate::{Addresses, Unavailable};
use domain::{
    application::{Application, Approved},
    certificate::CertificateKey,
    device::DeviceType,
    id::IssuerId,
    issuer::{Issuer, IssuerKind},
    tenant::Tenant,
    time::Timestamp,
    user::User,
};
use pki::{
    Certificate, IssuerIdentity, KeyError, Name, NameError, Profile, Serial, TbsCertificate, Validity,
};
use store::ToBeSigned;

/// A linted to-be-signed certificate and its signer.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(super) tbs: TbsCertificate,
    /// Issuer and serial number.
    pub(crate) key: CertificateKey,
    /// The first second of validity.
    pub(crate) not_before: Timestamp,
    /// The last second of validity.
    pub(crate) not_after: Timestamp,
}

impl ToBeSigned for Prepared {
    fn tbs_der(&self) -> &[u8] {
        self.tbs.as_der()
    }
}

/// An issuer with its parsed certificate.
#[derive(Debug, Clone)]
pub(crate) struct SigningIssuer {
    pub(crate) id: IssuerId,
    pub(crate) certificate: Certificate,
}

/// An order for a person's certificate.
pub(crate) struct PersonalOrder<'a> {
    /// Its organisation is in the subject; its policy decides on the rest.
    pub(crate) tenant: &'a Tenant,
    /// Gives the person's name and e-mail address.
    pub(crate) application: &'a Application<Approved>,
    /// The login name can be in the user principal name.
    pub(crate) user: &'a User,
    pub(crate) device: DeviceType,
    pub(crate) key: &'a CheckedKey,
    pub(crate) serial: Serial,
}

/// An order for an authority's certificate.
pub(super) struct AuthorityOrder<'a> {
    pub(super) profile: &'a AuthorityProfile,
    pub(super) id: IssuerId,
    pub(super) generation: u32,
    pub(super) organization: &'a str,
    /// Distinguishes its name from similar ones.
    pub(super) tail: &'a str,
    /// `None` if it signs itself.
    pub(super) above: Option<&'a SigningIssuer>,
    pub(super) key: &'a CheckedKey,
    pub(super) serial: Serial,
}

/// An order for the certificate of a signer of configuration profiles.
pub(super) struct SignerOrder<'a> {
    pub(super) organization: &'a str,
    pub(super) generation: u32,
    pub(super) key: &'a CheckedKey,
    pub(super) serial: Serial,
}

/// The contents of a certificate before encoding.
struct Draft<'a> {
    profile: &'a Profile,
    issuer: IssuerId,
    issuer_identity: &'a IssuerIdentity,
    subject: &'a Name,
    key: &'a CheckedKey,
    serial: Serial,
    validity: Validity,
}

impl SigningIssuer {
    pub(crate) fn of(issuer: &Issuer) -> Result<Self, Unavailable> {
        Ok(Self { id: issuer.id, certificate: Certificate::from_der(&issuer.certificate_der)? })
    }

    /// The issuer of the newest generation.
    pub(crate) fn newest(issuers: &[Issuer]) -> Result<Self, Unavailable> {
        let newest = issuers.iter().max_by_key(|issuer| issuer.generation);
        Self::of(newest.ok_or_else(|| Unavailable::because("the tenant has no issuer yet"))?)
    }

    /// Readers of chains differ in whether a certificate may begin before its issuer's.
    fn holds(&self, wished: Validity) -> Validity {
        let own = self.certificate.validity();
        Validity {
            not_before: wished.not_before.max(own.not_before),
            not_after: wished.not_after.min(own.not_after),
        }
    }
}

impl Prepared {
    /// A person's certificate, to be signed by this issuer.
    pub(crate) fn personal(
        order: &PersonalOrder<'_>,
        issuer: &SigningIssuer,
        addresses: &Addresses,
        now: Timestamp,
    ) -> Result<Self, Unavailable> {
        let email = &order.application.particulars().email;
        let profile = LeafProfile::personal(order.tenant, order.user, email, order.device);
        if order.key.public().algorithm() != profile.key {
            return Err(KeyError::AlgorithmNotAllowed.into());
        }
        Self::new(&Draft {
            profile: &Profile::EndEntity {
                email: Some(email.mailbox().into_owned()),
                principal_name: profile.principal_name,
                purposes: profile.purposes,
                crl_url: addresses.crl(issuer.id),
                issuer_certificate_url: addresses.issuer_certificate(issuer.id),
            },
            issuer: issuer.id,
            issuer_identity: &issuer.certificate.issuer_identity(),
            subject: &order.subject(profile.subject)?,
            key: order.key,
            serial: order.serial,
            validity: issuer.holds(profile.life.at(now)),
        })
    }

    /// An authority's certificate, to be signed by the one above or by itself.
    pub(super) fn authority(
        order: &AuthorityOrder<'_>,
        addresses: &Addresses,
        now: Timestamp,
    ) -> Result<Self, Unavailable> {
        let subject = Name::builder()
            .organization(order.organization)
            .common_name(order.profile.common_name(order.tail, order.generation))
            .build()?;
        let wished = order.profile.life.at(now);
        let (issuer, issuer_identity, validity) = match order.above {
            Some(above) => (above.id, above.certificate.issuer_identity(), above.holds(wished)),
            None => (order.id, IssuerIdentity::new(subject.clone(), order.key.public()), wished),
        };
        let (crl_url, issuer_certificate_url) = (addresses.crl(issuer), addresses.issuer_certificate(issuer));
        let profile = match order.profile.kind {
            IssuerKind::Root => Profile::Root,
            IssuerKind::Installation => Profile::InstallationCa { crl_url, issuer_certificate_url },
            IssuerKind::Tenant => Profile::TenantIssuer { crl_url, issuer_certificate_url },
        };
        Self::new(&Draft {
            profile: &profile,
            issuer,
            issuer_identity: &issuer_identity,
            subject: &subject,
            key: order.key,
            serial: order.serial,
            validity,
        })
    }

    /// The certificate of a signer of configuration profiles, to be signed by the installation CA.
    pub(super) fn profile_signer(
        order: &SignerOrder<'_>,
        issuer: &SigningIssuer,
        addresses: &Addresses,
        now: Timestamp,
    ) -> Result<Self, Unavailable> {
        let subject = Name::builder()
            .organization(order.organization)
            .common_name(format!("{} G{}", PROFILE_SIGNER.name, order.generation))
            .build()?;
        Self::new(&Draft {
            profile: &Profile::ContentSigner {
                crl_url: addresses.crl(issuer.id),
                issuer_certificate_url: addresses.issuer_certificate(issuer.id),
            },
            issuer: issuer.id,
            issuer_identity: &issuer.certificate.issuer_identity(),
            subject: &subject,
            key: order.key,
            serial: order.serial,
            validity: issuer.holds(PROFILE_SIGNER.life.at(now)),
        })
    }

    /// Encodes the draft and checks the bytes with every lint rule.
    fn new(draft: &Draft<'_>) -> Result<Self, Unavailable> {
        let Draft { profile, issuer, issuer_identity, subject, key, serial, validity } = *draft;
        let public_key = key.public();
        let tbs = TbsCertificate::prepare(profile, serial, issuer_identity, subject, public_key, validity)?;
        pki::lint::check_certificate(&tbs, profile.into())?;
        Ok(Self {
            tbs,
            key: CertificateKey { issuer, serial },
            not_before: moment(validity.not_before)?,
            not_after: moment(validity.not_after)?,
        })
    }
}

impl PersonalOrder<'_> {
    fn subject(&self, parts: &[SubjectPart]) -> Result<Name, NameError> {
        let (tenant, name) = (self.tenant, &self.application.particulars().roman_name);
        let named = parts.iter().fold(Name::builder(), |subject, part| match part {
            SubjectPart::Organization => subject.organization(tenant.organization.as_str()),
            SubjectPart::OrganizationalUnit => match &tenant.organizational_unit {
                Some(unit) => subject.organizational_unit(unit.as_str()),
                None => subject,
            },
            SubjectPart::Surname => subject.surname(name.family.as_str()),
            SubjectPart::GivenName => subject.given_name(name.given.as_str()),
            SubjectPart::CommonName => subject.common_name(name.common_name().as_str()),
        });
        named.build()
    }
}

fn moment(unix_seconds: i64) -> Result<Timestamp, Unavailable> {
    Timestamp::from_second(unix_seconds).map_err(Unavailable::because)
}
