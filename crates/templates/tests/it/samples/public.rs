use super::{HOSTILE, ONE_TIME_PASSWORD, PIN, SITE, at, chrome, every_device, now};
use domain::{
    application::Purpose,
    application_form::ApplyField,
    certificate::Standing,
    device::DeviceType,
    file_password::FilePasswordNote,
    form::Form,
    locale::Locale,
    pickup_form::PickupField,
    pin::PIN_ATTEMPTS_MAX,
    refusal::{Code, Family, LastDay, OnRecord, Problem, Refusal},
    renew_form::{NewFileField, RenewField},
    revoke_form::RevokeField,
};
use templates::{
    Area, Chrome,
    manual::{self, Chapter, ManualPage},
    public,
    refusal::Explained,
};

pub(super) fn pages(locale: Locale) -> Vec<(String, String)> {
    let mut pages = guides(locale);
    pages.extend(enrol(locale));
    pages.extend(pickup(locale));
    pages.extend(revoke(locale));
    pages.extend(asked(locale));
    let chrome = chrome(locale, Area::Public, "/outbox");
    let line = public::OutboxLine {
        href: "/outbox/1".to_owned(),
        to: "taro@example.jp".to_owned(),
        subject: HOSTILE.to_owned(),
        at: now(),
    };
    pages.push(("outbox".to_owned(), public::outbox(&public::OutboxPage { mails: vec![line] }, &chrome)));
    pages.push(("outbox-empty".to_owned(), public::outbox(&public::OutboxPage::default(), &chrome)));
    let mail = public::OutboxMailPage {
        from: "Sekisho <noreply@example.jp>".to_owned(),
        to: "taro@example.jp".to_owned(),
        subject: "[Sekisho] 個人用電子証明書 取得のご案内".to_owned(),
        at: now(),
        text: format!("PIN番号: {PIN}\n{HOSTILE}"),
        links: vec!["http://localhost:8080/pickup?reference=R7K2-M4QD".to_owned()],
    };
    pages.push(("outbox-mail".to_owned(), public::outbox_mail(&mail, &chrome)));
    let on_a_page_of_its_own = [Code::Stale, Code::TenantEnded, Code::PinUsed];
    let failures = [Family::Request, Family::Service].into_iter().flat_map(Family::codes);
    for code in failures.chain(on_a_page_of_its_own) {
        let page = public::ErrorPage { code, form: None, request_id: HOSTILE.to_owned() };
        pages.push((format!("error-{}", code.name()), public::error(&page, &chrome)));
    }
    for code in Code::ALL.iter().copied() {
        pages.push((format!("code-{}", code.name()), public::code(&Explained(code), &chrome)));
    }
    pages.push(("codes".to_owned(), public::codes(&chrome)));
    let many = public::TooManyPage {
        minutes: 15,
        form: Some(format!("/enrol?{HOSTILE}")),
        request_id: "01JD5Q".to_owned(),
    };
    pages.push(("too-many".to_owned(), public::too_many(&many, &chrome)));
    pages
}

fn guides(locale: Locale) -> Vec<(String, String)> {
    let chrome = chrome(locale, Area::Public, "/");
    let mut pages = vec![
        ("front".to_owned(), public::front(&public::FrontPage { outbox: true }, &chrome)),
        ("guide-apply".to_owned(), public::guide_apply(&chrome)),
        ("guide-pickup".to_owned(), public::guide_pickup(&chrome)),
        ("guide-import".to_owned(), public::guide_import_index(&chrome)),
    ];
    for chapter in Chapter::ALL {
        let page = ManualPage { chapter, locale };
        pages.push((format!("manual-{chapter:?}"), manual::chapter(&page, &chrome)));
    }
    for (index, device) in every_device().into_iter().enumerate() {
        let site = (index % 2 == 0).then(|| SITE.to_owned());
        let page = public::ImportGuidePage { device, site };
        pages.push((format!("guide-import-{}", device.name()), public::guide_import(&page, &chrome)));
    }
    pages
}

fn enrol(locale: Locale) -> Vec<(String, String)> {
    let chrome = chrome(locale, Area::Public, "/enrol");
    let empty = public::EnrolPage::default();
    let licence = public::LicenceShown {
        contract_number: "C-2026-0001".to_owned(),
        organization: "Sample Co., Ltd.".to_owned(),
        organizational_unit: Some("Sales".to_owned()),
        identification_code: "k7mq-9xtd-4wvc".to_owned(),
        seats: 50,
        valid_until: "2027-11-21".parse().expect("a day"),
    };
    let form = Form::default()
        .with(ApplyField::DataEntry, "contract_number=C-2026-0001\norganization=Sample Co., Ltd.\n")
        .with(ApplyField::FamilyName, "Müller")
        .with(ApplyField::GivenName, HOSTILE)
        .with(ApplyField::Email, "taro")
        .with(ApplyField::IdentificationCode, "k7mq")
        .with(ApplyField::Password, ONE_TIME_PASSWORD)
        .with(ApplyField::DeviceName, "営業ノートPC");
    let read = enrol_page(form.clone(), Some(licence));
    let errors = every_problem().into_iter().map(|(field, problem)| Refusal { field, problem }).collect();
    let failed = enrol_page(form.refused(errors), None);
    let refused = Form::default().refused(vec![Refusal::whole(Problem::EnrolRefused)]);
    let at_sheet = refused.clone().with(ApplyField::Door, public::SHEET_DOOR);
    let linked = Form::default()
        .with(ApplyField::IdentificationCode, "k7mq-9xtd-4wvc")
        .with(ApplyField::Email, "taro@example.jp")
        .with(ApplyField::DeviceName, "Windows PC")
        .with_tick(ApplyField::Locked, true);
    let name = Form::default()
        .with(ApplyField::FamilyName, HOSTILE)
        .refused(vec![Refusal::at("given_name", Problem::Required)]);
    let name = public::EnrolNamePage { form: name, held: "AAAA".to_owned() };
    let mut pages = vec![
        ("enrol".to_owned(), public::enrol(&empty, &chrome)),
        ("enrol-linked".to_owned(), public::enrol(&enrol_page(linked, None), &chrome)),
        ("enrol-read".to_owned(), public::enrol(&read, &chrome)),
        ("enrol-errors".to_owned(), public::enrol(&failed, &chrome)),
        ("enrol-refused".to_owned(), public::enrol(&enrol_page(refused, None), &chrome)),
        ("enrol-refused-sheet".to_owned(), public::enrol(&enrol_page(at_sheet, None), &chrome)),
        ("enrol-name".to_owned(), public::enrol_name(&name, &chrome)),
    ];
    let sent = |administrator| public::EnrolSent {
        email: "taro@example.jp".to_owned(),
        name: "Yamada Taro".to_owned(),
        administrator,
        support_contact: HOSTILE.to_owned(),
    };
    for (waits_for_approval, sent) in
        [(true, None), (false, None), (true, Some(sent(false))), (false, Some(sent(true)))]
    {
        let name = format!("enrol-sent-{waits_for_approval}-{}", sent.is_some());
        let page = public::EnrolSentPage {
            waits_for_approval,
            pin_from_administrator: false,
            sender_address: "sekisho@example.jp".to_owned(),
            outbox: waits_for_approval,
            asked_again: sent.is_some(),
            sent,
            provider_contact: "support@example.jp".to_owned(),
        };
        let shown = public::EnrolSentPage { pin_from_administrator: true, ..page.clone() };
        pages.push((format!("{name}-shown"), public::enrol_sent(&shown, &chrome)));
        pages.push((name, public::enrol_sent(&page, &chrome)));
    }
    pages
}

fn enrol_page(form: Form<ApplyField>, licence: Option<public::LicenceShown>) -> public::EnrolPage {
    let mac_or_ipad = licence.is_some();
    public::EnrolPage { form, licence, provider_contact: "support@example.jp".to_owned(), mac_or_ipad }
}

/// Every problem somewhere on the form, so that every text is rendered.
#[expect(clippy::too_many_lines, reason = "one row a problem")]
fn every_problem() -> Vec<(Option<&'static str>, Problem)> {
    let letter = |letter, typed: &str| Problem::CertificateLetter { letter, typed: typed.to_owned() };
    let mut problems = vec![
        (Some("family_name"), letter('ü', "Müller")),
        (Some("given_name"), letter('山', "山田")),
        (Some("email"), Problem::EmailMalformed),
        (Some("password"), Problem::Required),
        (Some("device_name"), Problem::TooLong { max: 60 }),
        (Some("device_name"), Problem::DeviceHasCertificate),
        (Some("agree"), Problem::AgreementMissing),
        (Some("data_entry"), Problem::DataEntryRefused),
        (Some("data_entry_file"), Problem::DataEntryMissing),
    ];
    let whole = [
        Problem::EmailNotAscii,
        Problem::EmailTaken,
        Problem::LoginNameMalformed,
        Problem::LoginNameTaken,
        Problem::GroupMalformed { group: HOSTILE.to_owned() },
        Problem::SiteNameMalformed,
        Problem::SiteNameTaken,
        Problem::SiteNameInUse { tenant: HOSTILE.to_owned() },
        Problem::FormUsed,
        Problem::UpstreamMalformed,
        Problem::NumberOutOfRange { min: 1, max: 100_000 },
        Problem::UpstreamMissing,
        Problem::HeaderMalformed { name: HOSTILE.to_owned() },
        Problem::HeaderReserved { name: "host".to_owned() },
        Problem::HeaderDoubled { name: "remote-user".to_owned() },
        Problem::TooManyHeaders { max: 16 },
        Problem::DateMalformed,
        Problem::CodeMistyped { letters: 20 },
        Problem::DigitsMistyped { digits: 12 },
        Problem::PasswordTooShort { min: 12 },
        Problem::PasswordNotAscii,
        Problem::PasswordYen,
        Problem::PasswordFullWidth,
        Problem::PasswordReplacedMarks,
        Problem::PasswordUnseen,
        Problem::PasswordsDiffer,
        Problem::RememberNotConfirmed,
        Problem::AgreementChanged,
        Problem::DeviceTypeMissing,
        Problem::DataEntryOtherTenant,
        Problem::LicenceExpired { date: LastDay(now()) },
        Problem::SeatsUsedUp { seats: 1 },
        Problem::EnrolRefused,
        Problem::AppliedBefore,
        Problem::PickupRefused { tries: PIN_ATTEMPTS_MAX },
        Problem::ChangedMeanwhile { on_record: None },
        Problem::ChangedMeanwhile { on_record: Some(OnRecord::Text(HOSTILE.to_owned())) },
        Problem::ChangedMeanwhile { on_record: Some(OnRecord::Text(String::new())) },
        Problem::ChangedMeanwhile {
            on_record: Some(OnRecord::Choice { choices: "role", value: "auditor".to_owned() }),
        },
        Problem::ChangedMeanwhile {
            on_record: Some(OnRecord::Choice { choices: "language", value: "en".to_owned() }),
        },
        Problem::ChangedMeanwhile {
            on_record: Some(OnRecord::Choice { choices: "tick", value: "yes".to_owned() }),
        },
        Problem::ChangedMeanwhile {
            on_record: Some(OnRecord::Choice { choices: "tick", value: "no".to_owned() }),
        },
        Problem::FilePasswordWrong,
        Problem::FilePasswordTries,
        Problem::RevokeRefused,
        Problem::RevokeOver,
        Problem::SignInRefused,
        Problem::PasswordCodeNeeded,
        Problem::TooManyTries { minutes: 15, seconds: 900 },
        Problem::FileMissing,
        Problem::FileTooLarge { max: 8 },
        Problem::FileCharset,
        Problem::FileDamaged { line: 3 },
        Problem::FileQuoteOpen { line: 3 },
        Problem::NameDamaged { letter: "?".to_owned() },
        Problem::NameUnseen { letter: "U+200B".to_owned() },
        Problem::FileWorkbook,
        Problem::FileTabs,
        Problem::FileSemicolons,
        Problem::ColumnMissing { column: domain::import::Column::Email },
        Problem::DataEntryLine { line: 3 },
        Problem::DataEntryAbsent,
        Problem::DataEntryLinesMissing { keys: "seats, valid_until".to_owned() },
        Problem::DataEntryLineDoubled { key: "seats".to_owned() },
        Problem::DataEntryValueDamaged { key: "seats".to_owned() },
        Problem::TenantClosed,
        Problem::ApplicantSuspended,
        Problem::RecipientSuspended,
        Problem::CompanySuspended,
        Problem::SlipsNotAllowed,
        Problem::LastAdministrator,
        Problem::HadCertificate,
        Problem::NothingEndsSoon { days: 60 },
        Problem::LastAdministrationKey,
        Problem::ReasonMissing,
        Problem::FileEmpty,
        Problem::RowsRefused,
        Problem::AdministratorsUnconfirmed,
        Problem::TooManyRows { max: 100_000 },
        Problem::TooManyPeople { max: 50_000 },
        Problem::TooManyInvitations { max: 50_000 },
        Problem::TooManyImports { max: 100 },
        Problem::ColumnDoubled { column: domain::import::Column::Email },
        Problem::DoubledInFile { line: 2 },
        Problem::RoleUnknown,
        Problem::LanguageUnknown,
        Problem::OwnAccount,
        Problem::LeftUndone,
        Problem::Stale,
        Problem::AlreadyDone,
        Problem::NotPickedUp,
        Problem::RenewalUnderWay,
        Problem::RenewalTooEarly { from: "2027-11-30T00:00:00Z".parse().expect("a moment") },
        Problem::RenewalTooLate { days: 30 },
        Problem::DeviceOnHold,
        Problem::DeviceRevoked,
        Problem::NewFileOver,
        Problem::MailErased,
        Problem::ApplicationClosed,
        Problem::PinIsMailed,
        Problem::PinByAdministrator,
        Problem::PinByOperator,
        Problem::AdministratorEstablished,
        Problem::NoAdministrator,
        Problem::OperatorsTenant,
    ];
    problems.extend(whole.into_iter().map(|problem| (None, problem)));
    problems
}

fn pickup(locale: Locale) -> Vec<(String, String)> {
    let chrome = chrome(locale, Area::Public, "/pickup?reference=R7K2-M4QD");
    let form = Form::default()
        .with(PickupField::Reference, "R7K2-M4QD")
        .with(PickupField::DeviceType, DeviceType::Windows.name())
        .with_tick(PickupField::PasswordRemembered, true);
    let errors = vec![
        Refusal::at("p12_password", Problem::PasswordsDiffer),
        Refusal::at("device_type", Problem::DeviceTypeMissing),
        Refusal::at("password_remembered", Problem::RememberNotConfirmed),
    ];
    let form = public::PickupPage { form, cookies_off: false, mac_or_ipad: false };
    let hostile = Form::default().with(PickupField::Reference, HOSTILE).with(PickupField::Pin, PIN);
    let hostile = hostile.refused(errors);
    let failed = public::PickupPage { form: hostile, cookies_off: true, mac_or_ipad: true };
    let cold = public::PickupPage::default();
    let mut pages = vec![
        ("pickup".to_owned(), public::pickup(&form, &chrome)),
        ("pickup-cold".to_owned(), public::pickup(&cold, &chrome)),
        ("pickup-errors".to_owned(), public::pickup(&failed, &chrome)),
    ];
    for purpose in Purpose::ALL {
        pages.extend(pickup_under_way(&chrome, "pickup", purpose));
    }
    pages
}

/// From the waiting on, as at the public site or at the desk.
pub(super) fn pickup_under_way(chrome: &Chrome, name: &str, purpose: Purpose) -> Vec<(String, String)> {
    let waiting = public::PickupWaitingPage { refresh: "/pickup/0192f5c0".to_owned() };
    let ready = public::PickupReadyPage {
        file: "/pickup/0192f5c0/file".to_owned(),
        profile: None,
        reference: "R7K2-M4QD-9X".to_owned(),
        other_format: Some("/pickup/other".to_owned()),
        other_on_request: true,
        device: DeviceType::Windows,
        device_name: "営業ノートPC".to_owned(),
        serial: "0f1e2d3c4b5a69788796a5b4c3d2e1f0".to_owned(),
        password_notes: FilePasswordNote::ALL.into(),
        repeat_until: at("2026-11-22T05:15:00Z"),
        site: SITE.to_owned(),
        purpose,
        grace_days: 7,
    };
    let ready_for = |device| public::PickupReadyPage {
        profile: Some("/pickup/0192f5c0/mobileconfig".to_owned()),
        device,
        ..ready.clone()
    };
    let [ios, macos] = [DeviceType::Ios, DeviceType::Macos].map(ready_for);
    let other = public::PickupOtherPage {
        action: "/pickup/other".to_owned(),
        back: "/pickup/progress".to_owned(),
        repeat_until: at("2026-11-22T05:15:00Z"),
        errors: vec![Refusal::at("p12_password", Problem::FilePasswordWrong)],
    };
    let mut pages = vec![
        (format!("{name}-other"), public::pickup_other(&other, chrome)),
        (format!("{name}-waiting"), public::pickup_waiting(&waiting, chrome)),
        (format!("{name}-ready-{}", purpose.name()), public::pickup_ready(&ready, chrome)),
        (format!("{name}-ready-ios"), public::pickup_ready(&ios, chrome)),
        (format!("{name}-ready-macos"), public::pickup_ready(&macos, chrome)),
    ];
    for why in public::PickupUnbegun::ALL {
        pages.push((format!("{name}-{why:?}"), public::pickup_unbegun(&why, chrome)));
    }
    for end in public::PickupEnd::ALL {
        let page = public::PickupEndedPage {
            end,
            reference: "R7K2-M4QD".to_owned(),
            support_contact: Some("情報システム課 内線1234".to_owned()),
            provider_contact: "support@example.jp".to_owned(),
        };
        pages.push((format!("{name}-{end:?}"), public::pickup_ended(&page, chrome)));
    }
    pages
}

/// What a device needs in its second year.
fn asked(locale: Locale) -> Vec<(String, String)> {
    let chrome = chrome(locale, Area::Public, "/renew");
    let form = Form::default().with(RenewField::IdentificationCode, HOSTILE).with(RenewField::Email, HOSTILE);
    let errors = vec![Refusal::at("identification_code", Problem::CodeMistyped { letters: 12 })];
    let renew = public::RenewFormPage { form: form.refused(errors) };
    let form = Form::default().with(NewFileField::Reference, HOSTILE);
    let errors = vec![Refusal::at("reference", Problem::CodeMistyped { letters: 11 })];
    let new_file = public::NewFilePage { form: form.refused(errors) };
    let sent = public::AskedPage { outbox: true, provider_contact: HOSTILE.to_owned() };
    vec![
        ("renew".to_owned(), public::renew(&renew, &chrome)),
        ("renew-sent".to_owned(), public::renew_sent(&sent, &chrome)),
        ("new-file".to_owned(), public::new_file(&new_file, &chrome)),
        ("new-file-sent".to_owned(), public::new_file_sent(&sent, &chrome)),
    ]
}

fn revoke(locale: Locale) -> Vec<(String, String)> {
    let chrome = chrome(locale, Area::Public, "/revoke");
    let form = Form::default().with(RevokeField::Email, HOSTILE);
    let form = public::RevokePage { form: form.refused(vec![Refusal::whole(Problem::RevokeRefused)]) };
    let certificate = public::RevocableCertificate {
        id: "0192f5c0".to_owned(),
        device_name: "営業ノートPC".to_owned(),
        device: DeviceType::Windows,
        standing: Standing::Valid,
        not_after: at("2027-11-22T05:05:00Z"),
    };
    let choose = public::RevokeChoosePage {
        certificates: vec![certificate],
        errors: vec![Refusal::at("certificate", Problem::CertificateMissing)],
    };
    let two =
        public::RevokeChoosePage { certificates: [&choose.certificates[..]; 2].concat(), errors: Vec::new() };
    let none = public::RevokeChoosePage { certificates: Vec::new(), errors: Vec::new() };
    let done = public::RevokeDonePage { device_name: HOSTILE.to_owned(), at: now() };
    vec![
        ("revoke".to_owned(), public::revoke(&form, &chrome)),
        ("revoke-choose".to_owned(), public::revoke_choose(&choose, &chrome)),
        ("revoke-choose-two".to_owned(), public::revoke_choose(&two, &chrome)),
        ("revoke-none".to_owned(), public::revoke_choose(&none, &chrome)),
        ("revoke-done".to_owned(), public::revoke_done(&done, &chrome)),
    ]
}
