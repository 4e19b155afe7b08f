use super::*;
use crate::{
    certificate_text::CertificateTextError,
    email::EmailError,
    policy::{CERTIFICATE_DAYS_MAX, PIN_LIFETIME_HOURS_MAX},
    slug::SlugError,
};
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 22);

fn complete() -> TenantForm {
    TenantForm::default()
        .with(TenantField::DisplayName, "株式会社サンプル")
        .with(TenantField::Slug, "sample")
        .with(TenantField::Organization, "Sample Co., Ltd.")
        .with(TenantField::ContractNumber, "C-0001")
        .with(TenantField::Seats, " 10 ")
        .with(TenantField::ValidUntil, "2026-11-22")
        .with(TenantField::AdministratorName, "山田 花子")
        .with(TenantField::AdministratorEmail, "hanako@sample.example")
        .with(TenantField::Locale, "ja")
}

fn problems(form: &TenantForm) -> Vec<(TenantField, TenantFieldProblem)> {
    let errors = form.new_tenant(TODAY).unwrap_err();
    errors.into_iter().map(|error| (error.field, error.problem)).collect()
}

#[test]
fn what_may_be_left_out_has_a_default_and_a_contract_may_end_today() {
    let new = complete().new_tenant(TODAY).unwrap();
    assert_eq!((new.seats, new.valid_until), (10, TODAY));
    assert_eq!((new.organizational_unit, new.upstream), (None, None));
    assert_eq!(new.settings.policy, Policy::default());
    assert_eq!(new.settings.support_contact, "");
}

#[test]
fn all_that_is_missing_is_told_at_once() {
    let missing: Vec<_> = problems(&TenantForm::default()).into_iter().map(|(field, _)| field).collect();
    assert_eq!(
        missing,
        [
            TenantField::Slug,
            TenantField::Organization,
            TenantField::ContractNumber,
            TenantField::Seats,
            TenantField::ValidUntil,
            TenantField::AdministratorName,
            TenantField::AdministratorEmail,
            TenantField::DisplayName,
            TenantField::Locale,
        ]
    );
}

#[test]
fn each_wrong_value_is_told_at_its_field() {
    use TenantField as F;
    use TenantFieldProblem as P;
    let long = "あ".repeat(TENANT_TEXT_LETTERS_MAX + 1);
    for (field, text, problem) in [
        (F::DisplayName, " \u{202e}\n ", P::Missing),
        (F::DisplayName, &long, P::TooLong { max: TENANT_TEXT_LETTERS_MAX }),
        (F::SupportContact, &long, P::TooLong { max: TENANT_TEXT_LETTERS_MAX }),
        (F::Slug, "www", P::Slug(SlugError::Reserved("www".into()))),
        (F::Slug, "A b", P::Slug(SlugError::Malformed("A b".into()))),
        (F::Organization, "Müller", P::CertificateText(CertificateTextError::Letter('ü'))),
        (F::OrganizationalUnit, "営業", P::CertificateText(CertificateTextError::Letter('営'))),
        (F::ContractNumber, &"x".repeat(65), P::CertificateText(CertificateTextError::TooLong)),
        (F::Seats, "0", P::Number { min: 1, max: SEATS_MAX }),
        (F::Seats, "-1", P::Number { min: 1, max: SEATS_MAX }),
        (F::ValidUntil, "2026-11-21", P::DayPassed),
        (F::ValidUntil, "2026-02-30", P::Day),
        (F::AdministratorName, "\u{7}", P::Missing),
        (F::AdministratorEmail, "hanako", P::Email(EmailError::Malformed)),
        (F::Locale, "fr", P::Locale),
        (F::Upstream, "https://app", P::Upstream),
        (F::ApprovalRequired, "perhaps", P::Choice),
        (F::CertificateDays, "0", P::Number { min: 1, max: CERTIFICATE_DAYS_MAX }),
        (F::PinLifetimeHours, "721", P::Number { min: 1, max: PIN_LIFETIME_HOURS_MAX }),
        (F::InvitationDays, "", P::Missing),
    ] {
        assert_eq!(problems(&complete().with(field, text)), [(field, problem)], "{field:?} {text:?}");
    }
}

#[test]
fn a_name_is_kept_on_one_line() {
    let new = complete().with(TenantField::DisplayName, "Sample\r\nYour mailbox is full");
    assert_eq!(new.new_tenant(TODAY).unwrap().settings.display_name, "Sample  Your mailbox is full");
}

#[test]
fn choices_that_do_not_go_together_are_told_at_their_fields() {
    use TenantField as F;
    use TenantFieldProblem as P;
    let all = complete()
        .with(F::PrincipalName, "login-name")
        .with_tick(F::CompatPkcs12Allowed, false)
        .with(F::Pkcs12Ios, "compat")
        .with(F::Pkcs12Linux, "modern");
    assert_eq!(problems(&all), [(F::PrincipalDomain, P::Missing), (F::Pkcs12Ios, P::CompatNotAllowed)]);
    let logon = complete().with_tick(F::SmartCardLogon, true);
    assert_eq!(problems(&logon), [(F::SmartCardLogon, P::PrincipalNameMissing)]);
    assert!(problems_none(&logon.with(F::PrincipalName, "email")));
    assert_eq!(problems(&complete().with(F::PrincipalDomain, "a b")), [(F::PrincipalDomain, P::Domain)]);
    let [rsa_1024, unknown] = ["rsa-1024", "sometimes"];
    let wrong = complete().with(F::KeyIos, rsa_1024).with(F::PrincipalName, unknown);
    let fields: Vec<_> = problems(&wrong).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, [F::PrincipalName, F::KeyIos]);
}

fn problems_none(form: &TenantForm) -> bool {
    form.new_tenant(TODAY).is_ok()
}

#[test]
fn a_profile_is_shown_as_it_is_read() {
    use TenantField as F;
    let form = complete()
        .with(F::KeyIos, "rsa-4096")
        .with(F::KeyLinux, "auto")
        .with(F::Pkcs12Macos, "modern")
        .with(F::PrincipalName, "login-name")
        .with(F::PrincipalDomain, "@Corp.example")
        .with_tick(F::UnitInSubject, false)
        .with_tick(F::EmailProtection, true);
    let policy = form.new_tenant(TODAY).unwrap().settings.policy;
    let shown = TenantForm::of_profile(&policy);
    assert_eq!(shown.text(F::PrincipalDomain), "corp.example");
    for (field, text) in [(F::KeyIos, "rsa-4096"), (F::KeyLinux, "auto"), (F::Pkcs12Macos, "modern")] {
        assert_eq!(shown.text(field), text, "{field:?}");
    }
    let again = complete().overlaid(shown).new_tenant(TODAY).unwrap().settings.policy;
    assert_eq!(again, policy);
    assert!(TenantField::of_profile().all(|field| TenantForm::of_profile(&policy).has(field)));
}

#[test]
fn an_administrator_changes_the_own_settings_and_nothing_of_the_operators() {
    let entered = TenantForm::default()
        .with(TenantField::InvitationDays, "14")
        .with(TenantField::CertificateDays, "1825")
        .with(TenantField::Seats, "1000")
        .with(TenantField::Upstream, "http://10.0.0.1")
        .of_administrator();
    assert!(entered.has(TenantField::InvitationDays));
    for field in TenantField::ALL.iter().filter(|field| !TenantField::OF_ADMINISTRATOR.contains(field)) {
        assert!(!entered.has(*field), "{field:?}");
    }
}

#[test]
fn changed_settings_are_told_with_what_was_there_before() {
    let before = TenantForm::default()
        .with(TenantField::SupportContact, "内線 1")
        .with(TenantField::InvitationDays, "30");
    let after = before.clone().with(TenantField::SupportContact, "内線 2");
    assert_eq!(before.changes_to(&after), "support_contact=\"内線 1\" to \"内線 2\"");
    assert_eq!(before.changes_to(&before), "");
}
