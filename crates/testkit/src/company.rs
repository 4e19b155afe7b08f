//! A customer company's record, which each suite changes where it wants another value.

use domain::{
    certificate_text::CertificateText,
    id::TenantId,
    license::{License, WITHOUT_END},
    locale::Locale,
    name_rules::NameRules,
    policy::Policy,
    slug::TenantSlug,
    tenant::{IdentificationCode, Tenant, TenantKind, TenantState},
};

/// An active Japanese company under its contract; the same in each run.
pub fn tenant(slug: &str) -> Tenant {
    Tenant {
        id: TenantId::from_slice(&[1; 16]).expect("an id"),
        kind: TenantKind::Customer,
        slug: TenantSlug::parse(slug).expect("a slug"),
        display_name: format!("株式会社 {slug}"),
        organization: CertificateText::parse("Sample Co., Ltd.").expect("a text"),
        organizational_unit: None,
        identification_code: IdentificationCode::parse("k7mq-9xtd-4wvc").expect("a code"),
        contract_number: "C-1".to_owned(),
        license: License { seats: 5, valid_until: WITHOUT_END },
        policy: Policy::default(),
        names: NameRules::default(),
        support_contact: "support@example.jp".to_owned(),
        locale: Locale::Ja,
        state: TenantState::Active,
    }
}
