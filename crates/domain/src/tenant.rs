//! A customer company: owns users, issuer, sites, policy and seats.

use crate::{
    certificate_text::CertificateText,
    id::TenantId,
    license::{License, WITHOUT_END},
    locale::Locale,
    name_rules::NameRules,
    policy::Policy,
    slug::TenantSlug,
    time::Timestamp,
};

/// The kind of company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantKind {
    /// A customer of the installation.
    Customer,
    /// The installation itself: its users are the operators, its only site is the console.
    Operator,
}

impl TenantKind {
    /// All kinds, for reading back what was stored.
    pub const ALL: [Self; 2] = [Self::Customer, Self::Operator];

    /// The stable name in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Operator => "operator",
        }
    }
}

/// Whether this tenant's people may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantState {
    /// In service.
    Active,
    /// Shut out as a whole; can be resumed.
    Suspended,
    /// The contract has ended for good.
    Ended,
}

impl TenantState {
    /// All states, for reading stored values.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Ended];

    /// The stable name in the store, in JSON and in logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Ended => "ended",
        }
    }

    /// What shuts all of the tenant's people out at `now`; `None` if nothing does. An act comes first, then
    /// the contract, from its [`License::suspended_from`] on.
    pub fn shut_out(self, suspended_from: Timestamp, now: Timestamp) -> Option<ShutOut> {
        match self {
            Self::Suspended | Self::Ended => Some(ShutOut::ByAct),
            Self::Active => (now >= suspended_from).then_some(ShutOut::ByContract),
        }
    }
}

/// What shuts all of a tenant's people out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShutOut {
    /// An act suspended the tenant or ended it for good.
    ByAct,
    /// Its contract and the days of grace are over.
    ByContract,
}

/// A tenant's record.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Identity.
    pub id: TenantId,
    /// Customer or installation.
    pub kind: TenantKind,
    /// First label of its host names.
    pub slug: TenantSlug,
    /// Name as people write it, in any script.
    pub display_name: String,
    /// Organisation as written into certificates.
    pub organization: CertificateText,
    /// Unit as written into certificates, if any.
    pub organizational_unit: Option<CertificateText>,
    /// Public code of the contract sheet (識別コード): names the tenant on forms, opens nothing.
    pub identification_code: IdentificationCode,
    /// Number of the contract (契約番号).
    pub contract_number: String,
    /// The present limits: seats and validity.
    pub license: License,
    /// The tenant's settings.
    pub policy: Policy,
    /// The required form of its login names and addresses.
    pub names: NameRules,
    /// The contact for refused visitors, shown on refusal pages.
    pub support_contact: String,
    /// Language of mails to people whose own language is unknown.
    pub locale: Locale,
    /// The tenant's state.
    pub state: TenantState,
}

/// Seats of the operators' tenant.
const OPERATOR_SEATS: u32 = 1000;

impl Tenant {
    /// The installation's own tenant, without names that people read.
    pub fn of_operators(id: TenantId, code: IdentificationCode, organization: CertificateText) -> Self {
        Self {
            id,
            kind: TenantKind::Operator,
            slug: TenantSlug::console(),
            display_name: String::new(),
            organization,
            organizational_unit: None,
            identification_code: code,
            contract_number: String::new(),
            license: License { seats: OPERATOR_SEATS, valid_until: WITHOUT_END },
            policy: Policy::default(),
            names: NameRules::default(),
            support_contact: String::new(),
            locale: Locale::Ja,
            state: TenantState::Active,
        }
    }

    /// What shuts all of the tenant's people out at `now`; `None` if nothing does.
    pub fn shut_out(&self, contract_grace_days: u32, now: Timestamp) -> Option<ShutOut> {
        self.state.shut_out(self.license.suspended_from(contract_grace_days), now)
    }
}

/// The contract sheet's 識別コード: 12 letters of an alphabet without look-alikes, shown in fours.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdentificationCode(String);

impl IdentificationCode {
    /// Letters of a code.
    pub const LETTERS: usize = 12;

    /// A new code.
    pub fn random(rng: &mut dyn rand_core::CryptoRng) -> Self {
        Self(crate::password::random_letters(Self::LETTERS, rng))
    }

    /// Reads typed text: case, blanks and hyphens do not matter. `None` if it cannot be a code.
    pub fn parse(text: &str) -> Option<Self> {
        let letters: String = crate::letters::folded_code(text);
        let good = letters.len() == Self::LETTERS && letters.bytes().all(crate::password::is_letter);
        good.then_some(Self(letters))
    }

    /// The bare letters, as stored and looked up.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In groups of four, as printed.
    pub fn grouped(&self) -> String {
        crate::password::grouped(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{IdentificationCode, ShutOut, TenantState};
    use crate::time::Timestamp;
    use rand_core::SeedableRng;

    #[test]
    fn an_act_shuts_out_at_any_time_and_the_contract_from_its_very_moment_on() {
        let from = Timestamp::from_second(1000).unwrap();
        let before = Timestamp::from_second(999).unwrap();
        for (state, now, shut_out) in [
            (TenantState::Active, before, None),
            (TenantState::Active, from, Some(ShutOut::ByContract)),
            (TenantState::Suspended, before, Some(ShutOut::ByAct)),
            (TenantState::Suspended, from, Some(ShutOut::ByAct)),
            (TenantState::Ended, before, Some(ShutOut::ByAct)),
        ] {
            assert_eq!(state.shut_out(from, now), shut_out, "{state:?} at {now}");
        }
    }

    #[test]
    fn a_printed_code_reads_back_however_it_is_typed() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(7);
        let code = IdentificationCode::random(&mut rng);
        let typed = format!(" {} ", code.grouped().to_uppercase().replace('-', " "));
        assert_eq!(IdentificationCode::parse(&typed), Some(code));
        assert_eq!(IdentificationCode::parse("short"), None);
    }
}
