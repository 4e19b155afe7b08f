//! One certificate application: submitted → approved → picked up, or rejected.
//!
//! **Invariant:** wrong order does not compile. Issuing takes an [`Application<Approved>`]; the only
//! way there is [`Application::approve`] with an [`Approval`], which only the tenant's policy or an
//! administrator's grant makes; nothing sets a state.

use crate::{
    agreement::Consent,
    certificate::{CertificateRecord, CertificateState},
    certificate_text::RomanName,
    email::EmailAddress,
    grant::{DecideApplication, Grant},
    id::{ApplicationId, DeviceId, TenantId, UserId},
    invitation::InvitationKind,
    policy::Policy,
    time::Timestamp,
};
use rand_core::CryptoRng;
use std::fmt;

/// 受付番号: names an application in mails and forms; no secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference(String);

impl Reference {
    const DIGITS: usize = 10;
    /// Letters of a reference, the `R` included.
    pub const LETTERS: usize = 1 + Self::DIGITS;

    /// A new reference: `R` and ten random letters without look-alikes.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        Self(format!("r{}", crate::password::random_letters(Self::DIGITS, rng)))
    }

    /// Reads typed text; `None` if it cannot be a reference.
    pub fn parse(text: &str) -> Option<Self> {
        let letters = crate::letters::folded_code(text);
        let body = letters.strip_prefix('r')?;
        let good = body.len() == Self::DIGITS && body.bytes().all(crate::password::is_letter);
        good.then_some(Self(letters))
    }

    /// The bare letters, as stored and looked up.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_ascii_uppercase())
    }
}

/// What a certificate is applied for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// A further device, whose line begins.
    New,
    /// The same device, whose certificate ends soon or has ended.
    Renewal,
    /// Another device in place of the present one.
    Replacement,
    /// The same device, whose file does not open under the password that its person remembers.
    NewFile,
}

impl Purpose {
    /// All purposes, for reading stored values.
    pub const ALL: [Self; 4] = [Self::New, Self::Renewal, Self::Replacement, Self::NewFile];

    /// The stable name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Renewal => "renewal",
            Self::Replacement => "replacement",
            Self::NewFile => "new-file",
        }
    }
}

/// What the applicant stated and agreed to.
#[derive(Debug, Clone)]
pub struct Particulars {
    /// Identity.
    pub id: ApplicationId,
    /// 受付番号.
    pub reference: Reference,
    /// The company.
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    /// Name as written into the certificate.
    pub roman_name: RomanName,
    /// Address as written into the certificate.
    pub email: EmailAddress,
    /// The device, by which the certificate joins a line or begins one.
    pub device: DeviceId,
    /// What it is for.
    pub purpose: Purpose,
    /// The person's name for the device.
    pub device_name: String,
    /// Consent to the subscriber agreement.
    pub consent: Consent,
    /// When it was sent.
    pub submitted_at: Timestamp,
}

/// The states in which the store keeps an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApplicationState {
    /// Sent; waits for an administrator.
    Submitted,
    /// A PIN is on its way; the pickup is open.
    Approved,
    /// The PIN was used; the certificate is being made or was delivered.
    PickedUp,
    /// Rejected by an administrator.
    Rejected,
}

impl ApplicationState {
    /// All states, for reading stored values.
    pub const ALL: [Self; 4] = [Self::Submitted, Self::Approved, Self::PickedUp, Self::Rejected];

    /// The stable name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::PickedUp => "picked-up",
            Self::Rejected => "rejected",
        }
    }
}

/// State: sent by the applicant.
#[derive(Debug)]
pub struct Submitted(());
/// State: approved by policy or an administrator.
#[derive(Debug)]
pub struct Approved(());

/// An application in a state that matters for issuing.
#[derive(Debug)]
pub struct Application<State> {
    particulars: Particulars,
    _state: State,
}

/// The right to approve, from the tenant's policy or from an administrator.
#[derive(Debug)]
pub struct Approval(());

impl Approval {
    /// Approval by policy: either the tenant asks for no review, or the applicant is the first administrator,
    /// who holds the contract sheet and whom nobody else could review. People invited later, also
    /// administrators and auditors, are reviewed like everybody.
    pub fn by_policy(policy: &Policy, invited: InvitationKind) -> Option<Self> {
        let automatic = !policy.approval_required || invited == InvitationKind::Sheet;
        automatic.then_some(Self(()))
    }

    /// Approval by the device's present certificate: what was approved for the device counts for its next one. `None`
    /// unless that certificate is valid in itself; it may have expired.
    pub fn by_line(present: &CertificateRecord) -> Option<Self> {
        (present.state == CertificateState::Valid).then_some(Self(()))
    }

    /// Approval by an administrator; `None` if the grant does not reach the application's tenant.
    pub fn by_administrator(grant: &Grant<DecideApplication>, tenant: TenantId) -> Option<Self> {
        grant.reaches(tenant).then_some(Self(()))
    }
}

impl Application<Submitted> {
    /// A new application, after its credentials were accepted.
    pub fn submit(particulars: Particulars) -> Self {
        Self { particulars, _state: Submitted(()) }
    }

    /// Approves the application; from here on a PIN may be mailed.
    pub fn approve(self, _by: Approval) -> Application<Approved> {
        Application { particulars: self.particulars, _state: Approved(()) }
    }
}

impl<State> Application<State> {
    /// The applicant's statements.
    pub fn particulars(&self) -> &Particulars {
        &self.particulars
    }
}

/// An application read from the store; the caller matches its state once.
#[derive(Debug)]
pub enum StoredApplication {
    /// Waits for an administrator.
    Submitted(Application<Submitted>),
    /// Its pickup is open.
    Approved(Application<Approved>),
    /// Its PIN was used.
    PickedUp(Particulars),
    /// Rejected.
    Rejected(Particulars),
}

impl StoredApplication {
    /// Makes an application from a stored row, for the store only. The store writes a state only from a typed
    /// application.
    pub fn from_store(state: ApplicationState, particulars: Particulars) -> Self {
        match state {
            ApplicationState::Submitted => {
                Self::Submitted(Application { particulars, _state: Submitted(()) })
            }
            ApplicationState::Approved => Self::Approved(Application { particulars, _state: Approved(()) }),
            ApplicationState::PickedUp => Self::PickedUp(particulars),
            ApplicationState::Rejected => Self::Rejected(particulars),
        }
    }

    /// The applicant's statements, in any state.
    pub fn particulars(&self) -> &Particulars {
        match self {
            Self::Submitted(application) => &application.particulars,
            Self::Approved(application) => &application.particulars,
            Self::PickedUp(particulars) | Self::Rejected(particulars) => particulars,
        }
    }

    /// The state's plain name.
    pub fn state(&self) -> ApplicationState {
        match self {
            Self::Submitted(_) => ApplicationState::Submitted,
            Self::Approved(_) => ApplicationState::Approved,
            Self::PickedUp(_) => ApplicationState::PickedUp,
            Self::Rejected(_) => ApplicationState::Rejected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    #[test]
    fn a_printed_reference_reads_back() {
        let reference = Reference::random(&mut rand_chacha::ChaCha20Rng::seed_from_u64(5));
        assert_eq!(Reference::parse(&format!(" {reference} ")), Some(reference));
        assert_eq!(Reference::parse("R123"), None);
    }

    #[test]
    fn where_a_look_is_asked_for_policy_approves_the_contract_sheet_alone() {
        let strict = Policy { approval_required: true, ..Policy::default() };
        assert!(Approval::by_policy(&strict, InvitationKind::Sheet).is_some());
        // The role does not matter: a stronger role needs the review more, not less.
        assert!(Approval::by_policy(&strict, InvitationKind::Personal).is_none());
        for kind in InvitationKind::ALL {
            assert!(Approval::by_policy(&Policy::default(), kind).is_some());
        }
    }

    #[test]
    fn an_administrator_of_another_tenant_cannot_approve() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(5);
        let ours = TenantId::new(Timestamp::UNIX_EPOCH, &mut rng);
        let theirs = TenantId::new(Timestamp::UNIX_EPOCH, &mut rng);
        let grant = Grant::<DecideApplication>::within(theirs);
        assert!(Approval::by_administrator(&grant, ours).is_none());
        assert!(Approval::by_administrator(&grant, theirs).is_some());
    }
}
