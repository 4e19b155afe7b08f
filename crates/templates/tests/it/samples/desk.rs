use super::{DESK, HOSTILE, ONE_TIME_PASSWORD, SITE, at, chrome, now};
use domain::{
    act::Act,
    application::Purpose,
    certificate::Standing,
    certificate_profile::{CertificateProfile, PrincipalName},
    certificate_text::CertificateText,
    device::DeviceType,
    end_month::EndMonth,
    form::Form,
    host_name::HostName,
    import::{Change, Column, Promotion},
    license::LicenseStanding,
    locale::Locale,
    mail::{MailPurpose, MailStanding, MailTrouble},
    name_rules::{EmailDomains, LoginSuffix, NameRules},
    pickup_form::PickupField,
    pin_delivery::{PinDelivery, PinRecipient},
    policy::Policy,
    portal_page::PortalField,
    refusal::{Problem, Refusal},
    site::IdentityValue,
    tenant::{Tenant, TenantState},
    tenant_form::{TenantField, TenantForm},
    upstream_form::{UpstreamField, UpstreamForm},
    user::{Progress, Role, UserState, UserSubset},
};
use templates::{Area, Chrome, MailLine, console, desk};
use testkit::company;

const ID: &str = "0192f5c0-7d2e-7c3a-9f1e-2b7d4c5a6e01";
const STANDINGS: [Standing; 6] = [
    Standing::Valid,
    Standing::Suspended,
    Standing::OnHold,
    Standing::NotPickedUp,
    Standing::Revoked,
    Standing::Expired,
];
const STEPS: [Progress; Progress::ALL.len()] = Progress::ALL;

fn at_desk(locale: Locale, role: Role, path: &str) -> Chrome {
    let area = Area::Desk {
        tenant_name: "株式会社サンプル".to_owned(),
        user_name: "佐藤 花子".to_owned(),
        role,
        applications: 3,
    };
    chrome(locale, area, path)
}

/// A mail of each kind.
fn mails() -> Vec<MailLine> {
    let mut mails = Vec::new();
    for (purpose, standing) in MailPurpose::ALL.into_iter().cycle().zip(MailStanding::ALL) {
        for trouble in std::iter::once(None).chain(MailTrouble::ALL.map(Some)) {
            mails.push(MailLine {
                id: ID.to_owned(),
                purpose,
                standing,
                trouble,
                words: trouble.map(|_| format!("554 5.7.1 relay access denied {HOSTILE}")),
                at: now(),
                next: trouble.map(|_| now()),
                can_resend: trouble.is_some(),
            });
        }
    }
    mails
}

fn line(progress: Progress, role: Role) -> desk::UserLine {
    desk::UserLine {
        id: ID.to_owned(),
        display_name: format!("山田 太郎 {HOSTILE}"),
        reading: "やまだ たろう".to_owned(),
        login_name: "taro.yamada".to_owned(),
        email: "taro.yamada@sample.example.jp".to_owned(),
        role,
        groups: vec!["sales".to_owned(), "tokyo".to_owned()],
        state: if progress == Progress::Applied { UserState::Suspended } else { UserState::Active },
        suspend_at: (progress == Progress::Proved).then(now),
        progress,
        certificates: 2,
        mail: (progress == Progress::Invited).then_some(MailStanding::Refused),
    }
}

fn certificates() -> Vec<desk::CertificateLine> {
    let line = |standing: Standing| desk::CertificateLine {
        id: format!("{standing:?}"),
        device_name: "営業ノートPC".to_owned(),
        device: DeviceType::Windows,
        standing,
        serial: "0f1e2d3c4b5a69788796a5b4c3d2e1f0".to_owned(),
        not_after: at("2027-11-22T05:05:00Z"),
        ends_at: None,
        picked_up_at: (standing != Standing::NotPickedUp).then(now),
        proved_at: (standing == Standing::Valid).then(now),
        ending: Some(desk::Ending {
            at: now(),
            by: desk::EndedBy::Actor(desk::AuditActor::Person(HOSTILE.to_owned())),
            reason: Some("key-compromise"),
        }),
        pin_seen: (standing == Standing::Valid)
            .then(|| desk::PinSeen { at: now(), to: Some(HOSTILE.to_owned()) }),
    };
    STANDINGS.map(line).into()
}

fn waiting(purpose: Purpose) -> desk::Waiting {
    desk::Waiting { purpose, reference: "R7K2-M4QD".to_owned(), device_name: HOSTILE.to_owned() }
}

/// A device for each standing, the last with two older certificates.
fn devices() -> Vec<desk::DeviceLine> {
    let device = |first| desk::DeviceLine { first, others: Vec::new(), further: desk::Further::default() };
    let mut devices: Vec<_> = certificates().into_iter().map(device).collect();
    for (device, purpose) in devices.iter_mut().zip(Purpose::ALL) {
        let from = at("2027-09-30T15:00:00Z");
        let renewal = if purpose == Purpose::New { desk::Renewal::Now } else { desk::Renewal::From(from) };
        device.further = desk::Further { renewal, replaceable: true, waiting: Some(waiting(purpose)) };
    }
    if let Some(last) = devices.last_mut() {
        let ends_at = Some(at("2026-12-01T05:05:00Z"));
        let superseded = |one: desk::CertificateLine| desk::CertificateLine { ends_at, ..one };
        last.others = certificates().into_iter().map(superseded).take(2).collect();
    }
    devices
}

/// The same for their own person, who is not shown by whom a device was held.
fn own_devices() -> Vec<desk::DeviceLine> {
    let mut devices = devices();
    for one in devices.iter_mut().flat_map(desk::DeviceLine::all_mut) {
        one.ending = Some(desk::Ending { at: now(), by: desk::EndedBy::Untold, reason: Some("superseded") });
    }
    devices
}

pub(super) fn pages(locale: Locale) -> Vec<(String, String)> {
    let mut pages = user_pages(locale);
    pages.extend(email_pages(locale));
    pages.extend(import_pages(locale));
    pages.extend(other_pages(locale));
    pages.extend(portal_pages(locale));
    let chrome = at_desk(locale, Role::Administrator, "/users");
    for act in desk::ConfirmAct::ALL {
        let page = desk::ConfirmPage {
            act,
            action: format!("/certificates/{ID}/revoke"),
            back: format!("/users/{ID}"),
            user_name: "山田 太郎".to_owned(),
            email: "taro@example.jp".to_owned(),
            device_name: HOSTILE.to_owned(),
            desk_key: desk::DeskKey::Spare,
            current: false,
            reason: String::new(),
            printed_slips_allowed: true,
            invitation: if act == desk::ConfirmAct::Invite { ID.to_owned() } else { String::new() },
            open_invitation: true,
            errors: vec![Refusal::whole(Problem::OwnAccount)],
        };
        pages.push((format!("desk-confirm-{act:?}"), desk::confirm(&page, &chrome)));
        let last = desk::ConfirmPage { desk_key: desk::DeskKey::Last, current: true, ..page };
        pages.push((format!("desk-confirm-last-{act:?}"), desk::confirm(&last, &chrome)));
    }
    pages
}

fn user_forms(chrome: &Chrome) -> Vec<(String, String)> {
    let add = desk::UserFormPage { printed_slips_allowed: true, ..Default::default() };
    let first = desk::UserFormPage { subject: desk::FormSubject::First, ..add.clone() };
    let mut edit = add.clone();
    edit.subject = desk::FormSubject::Known(ID.to_owned());
    edit.form.set(Column::Note, HOSTILE);
    edit.form = edit.form.refused(vec![Refusal::at("login_name", Problem::LoginNameTaken)]);
    let forms = [("add", add), ("add-first", first), ("edit", edit)];
    forms.map(|(name, page)| (format!("desk-user-{name}"), desk::user_form(&page, chrome))).into()
}

fn list_pages(chrome: &Chrome) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let list = desk::UsersPage {
        can_manage: true,
        filters: desk::Filters {
            month: Some(month("2027-01")),
            months: vec![month("2026-12"), month("2027-01")],
            groups: vec!["sales".to_owned()],
            ..desk::Filters::default()
        },
        fields: Vec::new(),
        total: 128,
        from: 51,
        users: STEPS.iter().zip(Role::ALL.iter().cycle()).map(|(step, role)| line(*step, *role)).collect(),
        acts: desk::SelectedAct::ALL.into(),
        most: 500,
        picked: desk::Picked::Ticked,
        pick_page: "/users?pick=page".to_owned(),
        pick_all: "/users?pick=all".to_owned(),
        pick_none: "/users".to_owned(),
        first: Some("/users".to_owned()),
        previous: Some("/users?page=1".to_owned()),
        next: Some("/users?page=3".to_owned()),
        notice: Some(desk::DoneNotice::Invited),
    };
    let none = desk::UsersPage {
        users: Vec::new(),
        total: 0,
        first: None,
        previous: None,
        next: None,
        notice: None,
        ..list.clone()
    };
    let parts = desk::FilterField::ALL.map(|field| (field, format!("/users?without={}", field.name())));
    let filters = desk::Filters {
        query: HOSTILE.to_owned(),
        subset: Some(UserSubset::At(Progress::Proved)),
        month: None,
        months: Vec::new(),
        role: Some(Role::Auditor),
        group: "dev".to_owned(),
        groups: vec!["sales".to_owned()],
        parts: parts.to_vec(),
    };
    let no_match = desk::UsersPage { filters: filters.clone(), ..none.clone() };
    pages.push(("desk-users".to_owned(), desk::users(&list, chrome)));
    pages.push(("desk-users-none".to_owned(), desk::users(&none, chrome)));
    pages.push(("desk-users-no-match".to_owned(), desk::users(&no_match, chrome)));
    for picked in desk::Picked::ALL {
        for (name, total, filters) in [
            ("all", 128, desk::Filters::default()),
            ("filtered", 128, filters.clone()),
            ("first", 1_000, filters.clone()),
        ] {
            let fields = vec![("q", HOSTILE.to_owned())];
            let page = desk::UsersPage { picked, total, filters, fields, ..list.clone() };
            pages.push((format!("desk-users-{name}-{picked:?}"), desk::users(&page, chrome)));
        }
    }
    pages
}

fn selected_pages(chrome: &Chrome) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for act in desk::SelectedAct::ALL {
        let user = desk::SelectedUser {
            id: ID.to_owned(),
            invitation: ID.to_owned(),
            display_name: HOSTILE.to_owned(),
            email: "taro@example.jp".to_owned(),
        };
        let result = |problem| desk::SelectedResult { user: user.clone(), problem };
        let results = vec![result(None), result(Some(Problem::LastAdministrator))];
        let slips = (act == desk::SelectedAct::PrintSlips).then(|| "/slips/1/2".to_owned());
        let result = desk::SelectedResultPage { act, results, slips, list: "/users?q=a".to_owned() };
        let result = desk::selected_result(&result, chrome);
        pages.push((format!("desk-selected-result-{act:?}"), result));
        for (name, users, found) in
            [("nobody", 0, None), ("two", 2, None), ("matching", 21, Some(21)), ("first", 500, Some(1_000))]
        {
            let users = vec![user.clone(); users];
            let fields = vec![("q", HOSTILE.to_owned())];
            let page = desk::SelectedPage { act, users, found, fields, list: "/users?q=a".to_owned() };
            pages.push((format!("desk-selected-{name}-{act:?}"), desk::selected(&page, chrome)));
        }
    }
    pages
}

fn user_pages(locale: Locale) -> Vec<(String, String)> {
    let chrome = at_desk(locale, Role::Administrator, "/users");
    let mut pages = Vec::new();
    pages.extend(list_pages(&chrome));
    pages.extend(selected_pages(&chrome));
    pages.extend(user_forms(&chrome));
    let one = desk::UserPage {
        line: line(Progress::Proved, Role::User),
        roman_name: Some("Yamada Taro".to_owned()),
        groups: vec!["sales".to_owned(), "tokyo".to_owned()],
        note: HOSTILE.to_owned(),
        locale: Locale::Ja,
        email: desk::EmailStanding { proved: true, told: None, vouchable: false },
        login_suffix_missing: None,
        email_elsewhere: None,
        devices: devices(),
        pickups: open_pickups(),
        pin_from_administrator: false,
        mails: mails(),
        can_manage: true,
        suspended: None,
        planned: None,
        kept_active: None,
        ends_soon: true,
        noticed_at: Some(now()),
        notice: None,
    };
    pages.extend(unproved_pages(&one, &chrome));
    pages.push(("desk-user".to_owned(), desk::user(&one, &chrome)));
    for notice in desk::DoneNotice::ALL {
        let page = desk::UserPage { notice: Some(notice), ..one.clone() };
        pages.push((format!("desk-user-{}", notice.name()), desk::user(&page, &chrome)));
    }
    for why in [desk::KeptActive::Oneself, desk::KeptActive::OnlyAdministrator] {
        let page = desk::UserPage { kept_active: Some(why), ..one.clone() };
        pages.push((format!("desk-user-{why:?}"), desk::user(&page, &chrome)));
    }
    for progress in STEPS {
        let page = desk::UserPage {
            line: line(progress, Role::User),
            devices: Vec::new(),
            mails: Vec::new(),
            pickups: Vec::new(),
            pin_from_administrator: true,
            roman_name: None,
            locale: Locale::En,
            ..one.clone()
        };
        pages.push((format!("desk-user-{progress:?}"), desk::user(&page, &chrome)));
    }
    pages.extend(leaving_pages(&one, &chrome));
    pages.extend(settings_pages(locale));
    let auditor = at_desk(locale, Role::Auditor, "/users");
    pages.push((
        "desk-user-auditor".to_owned(),
        desk::user(&desk::UserPage { can_manage: false, pickups: not_shown(), ..one }, &auditor),
    ));
    let devices = desk::MyDevicesPage {
        devices: own_devices(),
        current: "Valid".to_owned(),
        site: SITE.to_owned(),
        email_unproved: true,
        notice: Some(desk::DoneNotice::Held),
    };
    let user = at_desk(locale, Role::User, "/devices");
    pages.push(("desk-devices".to_owned(), desk::devices(&devices, &user)));
    pages.extend(further_pages(locale));
    pages
}

/// Renewals, replacements and new files, and the pages of a pickup as the desk has them.
fn further_pages(locale: Locale) -> Vec<(String, String)> {
    let user = at_desk(locale, Role::User, "/devices/0192f5c0/renew");
    let renew = desk::RenewPage {
        form: Form::default().with(PickupField::DeviceType, DeviceType::Windows.name()),
        action: "/devices/0192f5c0/renew".to_owned(),
        device_name: HOSTILE.to_owned(),
        not_after: at("2026-12-15T05:05:00Z"),
        grace_days: 7,
        cookies_off: true,
        is_possible: true,
    };
    let refused = desk::RenewPage {
        form: Form::default().refused(vec![Refusal::whole(Problem::DeviceOnHold)]),
        is_possible: false,
        ..renew.clone()
    };
    let mut pages = vec![
        ("desk-renew".to_owned(), desk::renew(&renew, &user)),
        ("desk-renew-refused".to_owned(), desk::renew(&refused, &user)),
    ];
    for purpose in [Purpose::Renewal, Purpose::Replacement, Purpose::NewFile] {
        let page = desk::FurtherPage {
            purpose,
            own: false,
            action: "/certificates/0192f5c0/further/renewal".to_owned(),
            back: "/users/0192f5c0".to_owned(),
            user_name: HOSTILE.to_owned(),
            device_name: "営業ノートPC".to_owned(),
            new_name: HOSTILE.to_owned(),
            grace_days: 0,
            pin_from_administrator: true,
            waiting: None,
            resend: None,
            errors: Vec::new(),
        };
        let resend = Some("/users/0192f5c0/mails/0192f5c0".to_owned());
        let waits = desk::FurtherPage { waiting: Some(waiting(purpose)), resend, ..page.clone() };
        let administrator = at_desk(locale, Role::Administrator, "/certificates/0192f5c0/further/renewal");
        pages.push((format!("desk-further-{purpose:?}"), desk::further(&page, &administrator)));
        pages.push((format!("desk-further-waits-{purpose:?}"), desk::further(&waits, &administrator)));
        if purpose == Purpose::Replacement {
            let own = desk::FurtherPage { own: true, ..page };
            let waits = desk::FurtherPage { own: true, resend: None, ..waits };
            pages.push(("desk-replace".to_owned(), desk::further(&own, &user)));
            pages.push(("desk-replace-waits".to_owned(), desk::further(&waits, &user)));
        }
    }
    let chrome = at_desk(locale, Role::User, "/renewal/progress");
    pages.extend(super::public::pickup_under_way(&chrome, "renewal", Purpose::Renewal));
    pages
}

fn settings_pages(locale: Locale) -> Vec<(String, String)> {
    use domain::tenant_form::{TenantField, TenantForm};
    let tenant = testkit::company::tenant("sample");
    let present = TenantForm::of_settings(&tenant).with(TenantField::CompatPkcs12Allowed, "no");
    let page = |role, can_change| {
        let page = desk::SettingsPage {
            form: present.clone(),
            begun_on: String::new(),
            present: present.clone(),
            can_change,
            provider_contact: HOSTILE.to_owned(),
            saved: can_change,
        };
        (format!("desk-settings-{can_change}"), desk::settings(&page, &at_desk(locale, role, "/settings")))
    };
    vec![page(Role::Administrator, true), page(Role::Auditor, false)]
}

/// Pages about people who leave on a day, or have left.
fn leaving_pages(one: &desk::UserPage, chrome: &Chrome) -> Vec<(String, String)> {
    let planned = |set| Some(desk::PlannedSuspension { at: now(), set });
    let by = || desk::AuditActor::Kind("machine".to_owned());
    let suspended = |by| Some(desk::Ending { at: now(), by, reason: None });
    let page = |name: &str, page: desk::UserPage| (format!("desk-user-{name}"), desk::user(&page, chrome));
    let form = |planned| desk::SuspensionPage {
        user: ID.to_owned(),
        user_name: HOSTILE.to_owned(),
        form: Form::default(),
        planned,
    };
    vec![
        page("leaves", desk::UserPage { planned: planned(Some((by(), now()))), ..one.clone() }),
        page("leaves-untold", desk::UserPage { planned: planned(None), ..one.clone() }),
        page("left", desk::UserPage { suspended: suspended(desk::EndedBy::Actor(by())), ..one.clone() }),
        page("left-untold", desk::UserPage { suspended: suspended(desk::EndedBy::Untold), ..one.clone() }),
        page("left-phrase", desk::UserPage { suspended: suspended(desk::EndedBy::Phrase), ..one.clone() }),
        ("desk-suspension".to_owned(), desk::suspension(&form(None), chrome)),
        ("desk-suspension-planned".to_owned(), desk::suspension(&form(planned(Some((by(), now())))), chrome)),
    ]
}

/// Pages about people whose names break the rules, and whose address is not proved yet.
fn unproved_pages(one: &desk::UserPage, chrome: &Chrome) -> Vec<(String, String)> {
    let told =
        [("code", Some("former@example.jp".to_owned())), ("pickup", None), ("code-after-pickup", None)];
    let page = |(name, told)| {
        let page = desk::UserPage {
            email: desk::EmailStanding { proved: false, told, vouchable: true },
            login_suffix_missing: Some("@kanto".to_owned()),
            email_elsewhere: Some("kanto.example".to_owned()),
            pin_from_administrator: name == "code-after-pickup",
            ..one.clone()
        };
        (format!("desk-user-awaits-{name}"), desk::user(&page, chrome))
    };
    told.map(page).into()
}

fn email_pages(locale: Locale) -> Vec<(String, String)> {
    let chrome = at_desk(locale, Role::Administrator, "/users");
    let renamed = desk::UserFormPage {
        subject: desk::FormSubject::Known(ID.to_owned()),
        known_by_login: true,
        asks_rename: true,
        form: Form::default().refused(vec![
            Refusal::at("rename_known", Problem::RenameLooksNew { site: SITE.to_owned() }),
            Refusal::at("login_name", Problem::LoginSuffixMissing { suffix: "@kanto".to_owned() }),
            Refusal::at("email", Problem::EmailElsewhere { domains: "@kanto.example".to_owned() }),
            Refusal::whole(Problem::EmailNotVouched),
        ]),
        ..Default::default()
    };
    let mut pages = vec![("desk-user-rename".to_owned(), desk::user_form(&renamed, &chrome))];
    for (name, proved, code_mailed, errors) in [
        ("proved", true, false, vec![]),
        ("asked", false, true, vec![Refusal::at("email_code", Problem::EmailCodeWrong { left: 4 })]),
        ("over", false, false, vec![Refusal::whole(Problem::EmailCodeOver)]),
        ("none", false, false, vec![Refusal::whole(Problem::TooManyEmailCodes { until: now() })]),
    ] {
        let page = desk::MyEmailPage {
            address: "taro@example.jp".to_owned(),
            email: desk::EmailStanding {
                proved,
                told: proved.then(|| "taro@example.jp".to_owned()),
                vouchable: false,
            },
            code_mailed,
            notice: None,
            errors,
        };
        let user = at_desk(locale, Role::User, "/devices");
        pages.push((format!("desk-email-{name}"), desk::email(&page, &user)));
    }
    pages
}

fn row(line: u32, errors: Vec<Refusal>) -> desk::ShownImportRow {
    desk::ShownImportRow {
        standing: if errors.is_empty() {
            desk::ImportRowStanding::Good
        } else {
            desk::ImportRowStanding::Bad
        },
        changes: Vec::new(),
        line,
        display_name: HOSTILE.to_owned(),
        login_name: "taro".to_owned(),
        email: "taro@example.jp".to_owned(),
        errors,
    }
}

fn import_pages(locale: Locale) -> Vec<(String, String)> {
    let chrome = at_desk(locale, Role::Administrator, "/import");
    let form = desk::ImportPage {
        latest: desk::ImportStage::ALL
            .map(|stage| desk::ImportLine {
                id: ID.to_owned(),
                file_name: format!("users.csv{HOSTILE}"),
                at: now(),
                stage,
            })
            .into(),
        errors: vec![Refusal::at("file", Problem::ColumnMissing { column: Column::Email })],
    };
    let change = |column, from: &str, to: &str| Change { column, from: from.to_owned(), to: to.to_owned() };
    let changed = desk::ShownImportRow {
        standing: desk::ImportRowStanding::Change,
        changes: vec![
            change(Column::Groups, "sales", HOSTILE),
            change(Column::Role, "user", "administrator"),
            change(Column::Note, "", "x"),
        ],
        ..row(4, Vec::new())
    };
    let same = desk::ShownImportRow { standing: desk::ImportRowStanding::Same, ..row(5, Vec::new()) };
    let promotion =
        |role, by_change| Promotion { role, by_change, people: 2, names: vec![HOSTILE.to_owned()] };
    let verdict = desk::ImportVerdictPage {
        id: ID.to_owned(),
        file_name: "users.csv".to_owned(),
        good: 1,
        bad: 1,
        changes: 1,
        same: 2,
        causes: vec![desk::ImportCause {
            rows: 300,
            lines: vec![3, 4],
            refusal: Refusal::at("email", Problem::EmailTaken),
        }],
        promotions: vec![promotion(Role::Administrator, false), promotion(Role::Auditor, true)],
        rows: vec![
            row(3, vec![Refusal::at("email", Problem::EmailTaken)]),
            changed,
            row(2, Vec::new()),
            same,
        ],
        all_rows: format!("/import/{ID}/rows.csv"),
        to_mend: format!("/import/{ID}/result.csv"),
        seats_left: 0,
        apply_changes: true,
        errors: vec![Refusal::at("administrators_confirmed", Problem::AdministratorsUnconfirmed)],
    };
    let bad =
        desk::ImportVerdictPage { good: 0, bad: 500, changes: 0, errors: Vec::new(), ..verdict.clone() };
    let only_changes = desk::ImportVerdictPage { good: 0, bad: 0, ..verdict.clone() };
    let nothing =
        desk::ImportVerdictPage { good: 0, bad: 0, changes: 0, errors: Vec::new(), ..verdict.clone() };
    let progress = desk::ImportProgressPage {
        refresh: format!("/import/{ID}"),
        done: 40,
        changed: 1,
        failed: 2,
        left: 157,
        total: 200,
        seconds: 1,
    };
    let result = desk::ImportResultPage {
        done: 198,
        changed: 1,
        unwanted: 1,
        same: 3,
        failed: 2,
        rows: vec![row(3, vec![Refusal::at("display_name", Problem::NameIsFormula)])],
        result: format!("/import/{ID}/result.csv"),
        slips: Some(format!("/users/selected/slips?import={ID}")),
    };
    let none_added = desk::ImportResultPage { done: 0, failed: 0, rows: Vec::new(), ..result.clone() };
    let stopped = desk::ImportStoppedPage {
        id: ID.to_owned(),
        administrator: HOSTILE.to_owned(),
        done: 40,
        failed: 2,
        left: 158,
        promotions: verdict.promotions.clone(),
        all_rows: format!("/import/{ID}/rows.csv"),
        errors: verdict.errors.clone(),
    };
    vec![
        ("desk-import".to_owned(), desk::import(&form, &chrome)),
        ("desk-import-verdict".to_owned(), desk::import_verdict(&verdict, &chrome)),
        ("desk-import-verdict-bad".to_owned(), desk::import_verdict(&bad, &chrome)),
        ("desk-import-verdict-changes".to_owned(), desk::import_verdict(&only_changes, &chrome)),
        ("desk-import-verdict-nothing".to_owned(), desk::import_verdict(&nothing, &chrome)),
        ("desk-import-progress".to_owned(), desk::import_progress(&progress, &chrome)),
        ("desk-import-stopped".to_owned(), desk::import_stopped(&stopped, &chrome)),
        ("desk-import-result".to_owned(), desk::import_result(&result, &chrome)),
        ("desk-import-result-none".to_owned(), desk::import_result(&none_added, &chrome)),
    ]
}

fn portal_pages(locale: Locale) -> Vec<(String, String)> {
    let chrome = at_desk(locale, Role::Administrator, "/portal");
    let portal = desk::PortalPage {
        can_edit: true,
        elsewhere: true,
        announcements: vec![desk::AnnouncementLine {
            number: 1,
            title: HOSTILE.to_owned(),
            text: HOSTILE.to_owned(),
            at: now(),
        }],
        links: vec![desk::LinkLine {
            number: 1,
            title: HOSTILE.to_owned(),
            address: "https://intra.example.jp/".to_owned(),
        }],
        form: Form::default().with(PortalField::LinkAddress, HOSTILE).refused(vec![
            Refusal::at("announcement_title", Problem::PortalFull { max: 20 }),
            Refusal::at("link_address", Problem::WebAddressMalformed),
        ]),
        notice: Some(desk::DoneNotice::PortalAdded),
    };
    let portal_bare = desk::PortalPage {
        can_edit: false,
        announcements: Vec::new(),
        links: Vec::new(),
        form: Form::default(),
        ..portal.clone()
    };
    let mut pages = vec![
        ("desk-portal".to_owned(), desk::portal_page(&portal, &chrome)),
        ("desk-portal-bare".to_owned(), desk::portal_page(&portal_bare, &chrome)),
    ];
    let form = Form::of_announcement(HOSTILE, "see https://intra.example.jp/");
    let form = form.refused(vec![Refusal::at("announcement_text", Problem::TooLong { max: 2000 })]);
    let edit = desk::AnnouncementEditPage { number: 1, form, begun_on: HOSTILE.to_owned() };
    pages.push(("desk-announcement-edit".to_owned(), desk::announcement_edit(&edit, &chrome)));
    for item in desk::PortalItem::ALL {
        let action = "/portal/links/1/remove".to_owned();
        let page = desk::PortalRemovalPage { item, title: HOSTILE.to_owned(), action };
        pages.push((format!("desk-portal-removal-{item:?}"), desk::portal_removal(&page, &chrome)));
    }
    pages
}

fn month(text: &str) -> EndMonth {
    EndMonth::parse(text).expect("a month")
}

fn home_page() -> desk::DeskHomePage {
    desk::DeskHomePage {
        can_manage: true,
        other_users: 0,
        progress: STEPS.map(|progress| desk::ProgressCount { progress, users: 12 }).into(),
        todo: UserSubset::ALL
            .into_iter()
            .filter(|subset| {
                !matches!(subset, UserSubset::At(Progress::Applied | Progress::PickedUp | Progress::Proved))
            })
            .map(|subset| desk::TodoCount { subset, users: 2 })
            .collect(),
        ends: vec![
            desk::MonthCount { month: month("2026-12"), users: 1 },
            desk::MonthCount { month: month("2027-01"), users: 5000 },
        ],
        applications_waiting: 1,
        pickups_stopped: 1,
        pins_awaited: 1,
        seats_used: 12,
        seats: 50,
        valid_until: at("2027-03-31T15:00:00Z"),
        contract_end: desk::ContractEnd::Soon,
        site: SITE.to_owned(),
    }
}

fn other_pages(locale: Locale) -> Vec<(String, String)> {
    let chrome = at_desk(locale, Role::Administrator, "/");
    let home = home_page();
    let quiet_home = desk::DeskHomePage {
        todo: Vec::new(),
        ends: Vec::new(),
        applications_waiting: 0,
        pickups_stopped: 0,
        pins_awaited: 0,
        other_users: 3,
        contract_end: desk::ContractEnd::Past,
        ..home.clone()
    };
    let row = |actor, act: &str| desk::AuditLine {
        number: 17,
        at: now(),
        actor,
        act: act.to_owned(),
        subject: HOSTILE.to_owned(),
        user: Some(ID.to_owned()),
        recorded: HOSTILE.to_owned(),
    };
    let person = || desk::AuditActor::Person("佐藤 花子".to_owned());
    let mut rows: Vec<_> = Act::ALL.iter().map(|act| row(person(), act.name())).collect();
    for kind in ["user", "machine", "system", "public"] {
        rows.push(row(desk::AuditActor::Kind(kind.to_owned()), "an-act-of-tomorrow"));
    }
    let audit =
        desk::AuditPage { rows, next: Some("/audit?before=17".to_owned()), previous: None, first: None };
    let quiet = desk::AuditPage { rows: Vec::new(), next: None, previous: None, first: None };
    let profile = |profile| desk::DeskProfilePage {
        tenant: tenant_record(Policy { profile, ..Policy::default() }),
        provider_contact: "03-1234-5678 help@provider.example".to_owned(),
    };
    let full = CertificateProfile {
        unit_in_subject: false,
        principal_name: PrincipalName::LoginName,
        principal_domain: HostName::parse("corp.example").ok(),
        email_protection: true,
        smart_card_logon: true,
        one_per_device: true,
        ..CertificateProfile::default()
    };
    let by_email = CertificateProfile { principal_name: PrincipalName::Email, ..full.clone() };
    let profiles = [("", CertificateProfile::default()), ("-full", full), ("-by-email", by_email)];
    let profiles = profiles.map(|(name, chosen)| {
        let page = desk::certificate_profile(&profile(chosen), &chrome);
        (format!("desk-certificate-profile{name}"), page)
    });
    let mut pages = vec![
        ("desk-home".to_owned(), desk::home(&home, &chrome)),
        ("desk-home-quiet".to_owned(), desk::home(&quiet_home, &chrome)),
        ("desk-audit".to_owned(), desk::audit(&audit, &chrome)),
        ("desk-audit-none".to_owned(), desk::audit(&quiet, &chrome)),
    ];
    pages.extend(profiles);
    pages.extend(application_pages(&chrome));
    pages.extend(slip_pages(&chrome));
    pages.extend(pin_pages(&chrome));
    pages
}

fn application_line() -> desk::ApplicationLine {
    desk::ApplicationLine {
        id: ID.to_owned(),
        display_name: "山田 太郎".to_owned(),
        roman_name: "Yamada Taro".to_owned(),
        email: "taro@example.jp".to_owned(),
        device_name: HOSTILE.to_owned(),
        reference: "R7K2-M4QD".to_owned(),
        submitted_at: now(),
        purpose: Purpose::New,
        compared: Some(compared(desk::InvitedBy::Mail)),
    }
}

fn decision_pages(chrome: &Chrome) -> Vec<(String, String)> {
    let application = application_line();
    let by = |way| desk::ApplicationLine {
        id: format!("0192f5c0-{way:?}"),
        purpose: match way {
            desk::InvitedBy::Slip => Purpose::Renewal,
            desk::InvitedBy::Sheet => Purpose::Replacement,
            desk::InvitedBy::Mail | desk::InvitedBy::Unknown => Purpose::NewFile,
        },
        compared: Some(compared(way)),
        ..application.clone()
    };
    let many = desk::ApplicationsPage {
        can_decide: true,
        approval_required: true,
        applications: vec![
            application.clone(),
            by(desk::InvitedBy::Slip),
            by(desk::InvitedBy::Sheet),
            desk::ApplicationLine {
                id: "0192f5c0-first".to_owned(),
                purpose: Purpose::NewFile,
                compared: Some(nothing_to_compare()),
                ..application.clone()
            },
        ],
        pins_shown_here: false,
        pins_awaited: Vec::new(),
        stopped: Vec::new(),
        notice: Some(desk::DoneNotice::ApprovedAll),
        errors: Vec::new(),
    };
    let decision = |decision, errors| desk::DecisionPage {
        decision,
        pins_shown_here: false,
        applications: many.applications.clone(),
        reason: HOSTILE.to_owned(),
        untold: false,
        errors,
    };
    let nobody = desk::DecisionPage {
        applications: Vec::new(),
        ..decision(desk::ApplicationDecision::Approve, Vec::new())
    };
    let decided = |decision| desk::DecidedPage {
        decision,
        results: [None, Some(Problem::SeatsUsedUp { seats: 50 })]
            .map(|problem| desk::Decided { application: application.clone(), problem })
            .into(),
    };
    let reason_missing = vec![Refusal::at("reason_text", Problem::RejectionReasonMissing)];
    let approving = desk::DecisionPage {
        pins_shown_here: true,
        ..decision(desk::ApplicationDecision::Approve, Vec::new())
    };
    let decisions = [
        ("desk-approve-pins", desk::decision(&approving, chrome)),
        ("desk-applications-many", desk::applications(&many, chrome)),
        ("desk-approve", desk::decision(&decision(desk::ApplicationDecision::Approve, Vec::new()), chrome)),
        ("desk-reject", desk::decision(&decision(desk::ApplicationDecision::Reject, reason_missing), chrome)),
        ("desk-approve-nobody", desk::decision(&nobody, chrome)),
        ("desk-approved", desk::decided(&decided(desk::ApplicationDecision::Approve), chrome)),
        ("desk-rejected", desk::decided(&decided(desk::ApplicationDecision::Reject), chrome)),
    ];
    decisions.map(|(name, html)| (name.to_owned(), html)).into()
}

fn application_pages(chrome: &Chrome) -> Vec<(String, String)> {
    let application = application_line();
    let rejection = desk::RejectionPage {
        application: application.clone(),
        reason: HOSTILE.to_owned(),
        untold: false,
        errors: vec![Refusal::at("reason_text", Problem::RejectionReasonMissing)],
    };
    let queue = desk::ApplicationsPage {
        can_decide: true,
        approval_required: true,
        applications: vec![application.clone()],
        pins_shown_here: false,
        pins_awaited: Vec::new(),
        stopped: vec![desk::ApplicationLine {
            id: "0192f5c0-stopped".to_owned(),
            compared: None,
            ..application.clone()
        }],
        notice: Some(desk::DoneNotice::Approved),
        errors: Vec::new(),
    };
    let refused = desk::ApplicationsPage {
        notice: None,
        errors: vec![Refusal::whole(Problem::SeatsUsedUp { seats: 50 })],
        ..queue.clone()
    };
    let empty = desk::ApplicationsPage {
        applications: Vec::new(),
        stopped: Vec::new(),
        notice: None,
        ..queue.clone()
    };
    let automatic = desk::ApplicationsPage { approval_required: false, ..empty.clone() };
    let shown = desk::ApplicationsPage {
        pins_shown_here: true,
        pins_awaited: open_pickups(),
        notice: Some(desk::DoneNotice::ApprovedShown),
        ..empty.clone()
    };
    let nobody_waits = desk::ApplicationsPage { pins_awaited: Vec::new(), ..shown.clone() };
    let mut pages = vec![
        ("desk-applications-pins".to_owned(), desk::applications(&shown, chrome)),
        ("desk-applications-no-pins".to_owned(), desk::applications(&nobody_waits, chrome)),
        ("desk-applications".to_owned(), desk::applications(&queue, chrome)),
        ("desk-rejection".to_owned(), desk::rejection(&rejection, chrome)),
        ("desk-applications-refused".to_owned(), desk::applications(&refused, chrome)),
        ("desk-applications-none".to_owned(), desk::applications(&empty, chrome)),
        ("desk-applications-automatic".to_owned(), desk::applications(&automatic, chrome)),
    ];
    pages.extend(decision_pages(chrome));
    pages
}

/// An open pickup of each kind.
fn open_pickups() -> Vec<desk::PickupLine> {
    let until = at("2026-11-25T05:05:00Z");
    let shown = |to: Option<&str>| desk::PinStanding::Shown {
        seen: desk::PinSeen { at: now(), to: to.map(str::to_owned) },
        until,
    };
    let here = || desk::Showing::Here { sheet: ID.to_owned(), former: String::new() };
    [
        (desk::PinStanding::Awaited, here()),
        (shown(Some(HOSTILE)), here()),
        (shown(None), here()),
        (desk::PinStanding::Locked, here()),
        (desk::PinStanding::Expired, here()),
        (desk::PinStanding::Mailed { until }, desk::Showing::ByOperator),
        (desk::PinStanding::ToReopen, desk::Showing::Not),
    ]
    .into_iter()
    .enumerate()
    .map(|(place, (pin, showing))| desk::PickupLine {
        id: format!("0192f5c0-open-{place}"),
        display_name: format!("山田 太郎{HOSTILE}"),
        email: "taro@example.jp".to_owned(),
        device_name: "営業ノートPC".to_owned(),
        reference: "R7K2-M4QD".to_owned(),
        pin,
        action: "/applications".to_owned(),
        showing,
    })
    .collect()
}

/// The same for an auditor.
fn not_shown() -> Vec<desk::PickupLine> {
    let not = |pickup| desk::PickupLine { showing: desk::Showing::Not, ..pickup };
    open_pickups().into_iter().map(not).collect()
}

fn pin_pages(chrome: &Chrome) -> Vec<(String, String)> {
    let paper = desk::PaperPin {
        company: "株式会社サンプル".to_owned(),
        display_name: format!("山田 太郎{HOSTILE}"),
        device_name: "営業ノートPC".to_owned(),
        reference: "R7K2-M4QD".to_owned(),
        pin: "1234-5678-9012".to_owned(),
        pin_until: at("2026-11-25T05:05:00Z"),
        pickup_url: "https://id.example.jp/pickup?reference=R7K2-M4QD".to_owned(),
    };
    let (until, back) = (at("2026-11-22T05:15:00Z"), "/applications#pins".to_owned());
    let one = desk::PinSheetsPage { until, sheets: vec![paper.clone()], back: back.clone() };
    let two = desk::PinSheetsPage { sheets: vec![paper.clone(), paper], ..one.clone() };
    let gone = desk::PinSheetGonePage { minutes: 10, back };
    let results = [None, Some(Problem::SeatsUsedUp { seats: 50 })].map(|problem| desk::PinResult {
        display_name: HOSTILE.to_owned(),
        reference: "R7K2-M4QD".to_owned(),
        problem,
    });
    let result = desk::PinsResultPage { results: results.into(), sheets: Some("/pins/1/2".to_owned()) };
    vec![
        ("desk-pin-sheet".to_owned(), desk::pin_sheets(&one, chrome)),
        ("desk-pin-sheets".to_owned(), desk::pin_sheets(&two, chrome)),
        ("desk-pin-sheet-gone".to_owned(), desk::pin_sheet_gone(&gone, chrome)),
        ("desk-pins-result".to_owned(), desk::pins_result(&result, chrome)),
    ]
}

fn slip_pages(chrome: &Chrome) -> Vec<(String, String)> {
    let until = at("2026-11-22T05:15:00Z");
    let paper = desk::PaperInvitation {
        company: "株式会社サンプル".to_owned(),
        sender_address: "sekisho@example.jp".to_owned(),
        display_name: format!("山田 太郎{HOSTILE}"),
        email: "taro@example.jp".to_owned(),
        roman_name: Some("Yamada Taro".to_owned()),
        enrol_url: "https://id.example.jp/enrol?code=k7mq-9xtd-4wvc&email=taro@example.jp".to_owned(),
        identification_code: "k7mq-9xtd-4wvc".to_owned(),
        one_time_password: ONE_TIME_PASSWORD.to_owned(),
        valid_until: at("2026-12-22T05:05:00Z"),
        pin: PinRecipient::Person,
    };
    let slip = desk::SlipPage { id: ID.to_owned(), until, slip: paper.clone() };
    let unnamed =
        desk::PaperInvitation { roman_name: None, pin: PinRecipient::Administrator, ..paper.clone() };
    let slips = desk::SlipsPage { until, slips: vec![paper, unnamed] };
    let slip_gone = desk::SlipGonePage { id: Some(ID.to_owned()), minutes: 10 };
    let slips_gone = desk::SlipGonePage { id: None, minutes: 10 };
    vec![
        ("desk-slip".to_owned(), desk::slip(&slip, chrome)),
        ("desk-slip-gone".to_owned(), desk::slip_gone(&slip_gone, chrome)),
        ("desk-slips".to_owned(), desk::slips(&slips, chrome)),
        ("desk-slips-gone".to_owned(), desk::slip_gone(&slips_gone, chrome)),
    ]
}

fn nothing_to_compare() -> desk::Compared {
    desk::Compared {
        invited: Some(desk::Invited { way: desk::InvitedBy::Unknown, at: None }),
        is_new_network: false,
        differences: Vec::new(),
        certificates: Vec::new(),
        ..compared(desk::InvitedBy::Mail)
    }
}

fn compared(way: desk::InvitedBy) -> desk::Compared {
    desk::Compared {
        invited: Some(desk::Invited { way, at: Some(now()) }),
        address: "203.0.113.7".to_owned(),
        is_new_network: true,
        differences: vec![desk::Difference {
            field: "user-roman-name",
            applied: "Yamada Taro".to_owned(),
            on_record: HOSTILE.to_owned(),
        }],
        certificates: certificates(),
    }
}

fn upstream_page() -> console::UpstreamPage {
    let form = IdentityValue::ALL.into_iter().fold(UpstreamForm::default(), |form, value| {
        form.with(UpstreamField::header(value), format!("x-{}", value.name()))
    });
    let form = form
        .with(UpstreamField::Address, "http://127.0.0.1:5232")
        .with(UpstreamField::RemovedHeaders, "x-portal-admin")
        .with(UpstreamField::AnswerWaitSeconds, "3600")
        .with_tick(UpstreamField::EncodedSlashes, true)
        .with_tick(UpstreamField::Apple401, true)
        .with(UpstreamField::RequestsMax, "5000");
    console::UpstreamPage {
        begun_on: "a1b2".to_owned(),
        id: ID.to_owned(),
        display_name: HOSTILE.to_owned(),
        form: form.refused(vec![
            Refusal::at("header_user", Problem::HeaderReserved { name: "host".to_owned() }),
            Refusal::at(
                "upstream",
                Problem::SharedUnnamed { other: "kansai".to_owned(), of: "kanto".to_owned() },
            ),
            Refusal::at(
                "upstream",
                Problem::SharedAlike { other: "kansai".to_owned(), of: "kanto".to_owned() },
            ),
        ]),
    }
}

pub(super) fn console_pages(locale: Locale) -> Vec<(String, String)> {
    let chrome = chrome(locale, Area::Console { user_name: "運用 次郎".to_owned() }, "/");
    let tenant_line = |mail| console::TenantMailLine {
        tenant: ID.to_owned(),
        tenant_name: HOSTILE.to_owned(),
        user_name: HOSTILE.to_owned(),
        login_name: "taro".to_owned(),
        mail,
    };
    let mail = console::MailPage {
        waiting: 5000,
        delayed: 12,
        refused: 3,
        given_up: 1,
        mails: mails().into_iter().map(tenant_line).collect(),
        next: Some(format!("/mail?after={ID}")),
        notice: None,
    };
    let list = console::TenantsPage {
        query: String::new(),
        total: 5,
        tenants: tenant_lines(),
        first: Some("/".to_owned()),
        previous: None,
        next: Some("/?page=2".to_owned()),
    };
    let none =
        console::TenantsPage { tenants: Vec::new(), total: 0, first: None, next: None, ..list.clone() };
    let no_match = console::TenantsPage { query: HOSTILE.to_owned(), ..none.clone() };
    let mut form = console::TenantFormPage { slug_owner: Some(ID.to_owned()), ..Default::default() };
    form.form.set(TenantField::DisplayName, HOSTILE);
    let errors = vec![Refusal::at("slug", Problem::SiteNameInUse { tenant: HOSTILE.to_owned() })];
    form.form = form.form.refused(errors);
    let mut pages = vec![
        ("console-tenants".to_owned(), console::tenants(&list, &chrome)),
        ("console-tenants-none".to_owned(), console::tenants(&none, &chrome)),
        ("console-tenants-no-match".to_owned(), console::tenants(&no_match, &chrome)),
        ("console-tenant-form".to_owned(), console::tenant_form(&form, &chrome)),
    ];
    pages.push(("console-mail".to_owned(), console::mail(&mail, &chrome)));
    pages.push(("console-mail-none".to_owned(), console::mail(&console::MailPage::default(), &chrome)));
    for notice in console::MailNotice::ALL {
        let page = console::MailPage { notice: Some(notice), ..mail.clone() };
        pages.push((format!("console-mail-{notice:?}"), console::mail(&page, &chrome)));
    }
    pages.extend(tenant_pages(&chrome));
    for act in console::TenantAct::ALL {
        let page = console::TenantConfirmPage {
            act,
            id: ID.to_owned(),
            display_name: HOSTILE.to_owned(),
            form: TenantForm::default(),
            address_open: true,
            invitation: ID.to_owned(),
        };
        pages.push((format!("console-confirm-{act:?}"), console::tenant_confirm(&page, &chrome)));
        let settled = console::TenantConfirmPage { address_open: false, ..page };
        pages.push((format!("console-confirm-{act:?}-settled"), console::tenant_confirm(&settled, &chrome)));
    }
    let edit = console::TenantEditPage {
        begun_on: "a1b2".to_owned(),
        id: ID.to_owned(),
        name_on_record: HOSTILE.to_owned(),
        form: TenantForm::default().with(TenantField::DisplayName, HOSTILE).refused(vec![
            Refusal::at("tenant_name", Problem::TooLong { max: 200 }),
            Refusal::at("login_suffix", Problem::LoginSuffixMalformed),
            Refusal::at("login_suffix", Problem::RulesShared { other: "kansai".to_owned() }),
            Refusal::at("email_domains", Problem::EmailDomainMalformed { domain: "a@b".to_owned() }),
        ]),
    };
    pages.push(("console-tenant-edit".to_owned(), console::tenant_edit(&edit, &chrome)));
    pages.extend(tenant_profile_pages(&chrome));
    let made = console::SheetMadePage {
        id: ID.to_owned(),
        invitation: ID.to_owned(),
        until: at("2026-11-22T05:15:00Z"),
        display_name: HOSTILE.to_owned(),
        administrator_email: "admin@sample.example.jp".to_owned(),
        identification_code: "k7mq-9xtd-4wvc".to_owned(),
        sheet_password: ONE_TIME_PASSWORD.to_owned(),
        data_entry: "contract_number=C-2026-0001\n".to_owned(),
    };
    let gone = console::SheetGonePage { id: ID.to_owned(), minutes: 10 };
    pages.push(("console-upstream".to_owned(), console::upstream(&upstream_page(), &chrome)));
    pages.push(("console-sheet-made".to_owned(), console::sheet_made(&made, &chrome)));
    pages.push(("console-sheet-gone".to_owned(), console::sheet_gone(&gone, &chrome)));
    pages
}

/// The certificate profile as on record, and with everything wrong.
fn tenant_profile_pages(chrome: &Chrome) -> [(String, String); 2] {
    let plain = console::TenantProfilePage {
        id: ID.to_owned(),
        name_on_record: HOSTILE.to_owned(),
        unit: None,
        begun_on: "a1b2".to_owned(),
        form: TenantForm::of_settings(&tenant_record(Policy::default())),
    };
    let refused = console::TenantProfilePage {
        unit: Some("Sales".to_owned()),
        form: plain.form.clone().refused(vec![
            Refusal::at("certificate_days", Problem::NumberOutOfRange { min: 1, max: 1825 }),
            Refusal::at("principal_domain", Problem::DomainMalformed),
            Refusal::at("smart_card_logon", Problem::PrincipalNameMissing),
            Refusal::at("pkcs12_ios", Problem::CompatNotAllowed),
        ]),
        ..plain.clone()
    };
    [("plain", plain), ("refused", refused)].map(|(name, page)| {
        (format!("console-tenant-profile-{name}"), console::tenant_profile(&page, chrome))
    })
}

fn tenant_record(policy: Policy) -> Tenant {
    let domains = EmailDomains::parse("kanto.example").expect("a domain");
    Tenant {
        id: ID.parse().expect("an id"),
        display_name: HOSTILE.to_owned(),
        organizational_unit: CertificateText::parse("Sales").ok(),
        policy,
        names: NameRules {
            login_suffix: LoginSuffix::parse("@kanto").ok(),
            email_domains: domains.clone(),
            vouched_domains: domains,
        },
        support_contact: HOSTILE.to_owned(),
        ..company::tenant("kanto")
    }
}

/// Tenants and contracts in all states.
fn tenant_pages(chrome: &Chrome) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let suspended_from = at("2027-04-30T15:00:00Z");
    let waiting = console::WaitingApplication {
        id: ID.to_owned(),
        display_name: HOSTILE.to_owned(),
        email: "hanako@sample.example".to_owned(),
        role: Role::Administrator,
        device_name: HOSTILE.to_owned(),
        reference: "R7K2-M4QD".to_owned(),
        submitted_at: at("2026-11-22T05:05:00Z"),
    };
    let tenant = |state, standing, notice| console::TenantPage {
        waiting: vec![waiting.clone()],
        line: tenant_line(state, standing),
        suspended_from,
        tenant: tenant_record(Policy {
            approval_required: state == TenantState::Active,
            pin_delivery: if state == TenantState::Active {
                PinDelivery::Administrator
            } else {
                PinDelivery::Mail
            },
            printed_slips_allowed: state == TenantState::Active,
            compat_pkcs12_allowed: state == TenantState::Active,
            ..Policy::default()
        }),
        administrators: vec![console::AdministratorLine {
            display_name: HOSTILE.to_owned(),
            email: "hanako@sample.example".to_owned(),
            progress: Progress::Proved,
        }],
        pickups: open_pickups(),
        users: 128,
        site: SITE.to_owned(),
        desk: DESK.to_owned(),
        upstream: (state == TenantState::Active).then(|| "http://127.0.0.1:5232".to_owned()),
        headers: IdentityValue::ALL
            .map(|value| console::HeaderShown { name: format!("x-{}", value.name()), value })
            .into(),
        misfits: 3,
        shared_in_doubt: vec!["kansai".to_owned()],
        notice: Some(notice),
    };
    for (name, state, standing, notice) in [
        ("approved", TenantState::Active, LicenseStanding::InForce, console::TenantNotice::Approved),
        ("active", TenantState::Active, LicenseStanding::InForce, console::TenantNotice::Saved),
        ("contract", TenantState::Active, LicenseStanding::InForce, console::TenantNotice::ContractChanged),
        ("suspended", TenantState::Suspended, LicenseStanding::Suspended, console::TenantNotice::Suspended),
        ("resumed", TenantState::Active, LicenseStanding::InGrace, console::TenantNotice::Resumed),
        ("ended", TenantState::Ended, LicenseStanding::Suspended, console::TenantNotice::Ended),
    ] {
        let page = tenant(state, standing, notice);
        pages.push((format!("console-tenant-{name}"), console::tenant(&page, chrome)));
    }
    let standings = [LicenseStanding::InForce, LicenseStanding::InGrace, LicenseStanding::Suspended];
    for (state, standing) in TenantState::ALL.into_iter().zip(standings) {
        let errors = vec![
            Refusal::at("seats", Problem::SeatsInUse { used: 12 }),
            Refusal::at("valid_until", Problem::DateMalformed),
        ];
        let page = console::ContractPage {
            begun_on: "a1b2".to_owned(),
            line: tenant_line(state, standing),
            suspended_from,
            grace_days: 30,
            form: TenantForm::default()
                .with(TenantField::Seats, "50")
                .with(TenantField::ValidUntil, "2027-03-31")
                .refused(if standing == LicenseStanding::InForce { Vec::new() } else { errors }),
        };
        pages.push((format!("console-contract-{}", standing.name()), console::contract(&page, chrome)));
    }
    pages
}

/// One tenant in each state, and one with an expired contract.
fn tenant_lines() -> Vec<console::TenantLine> {
    let states = TenantState::ALL.map(|state| tenant_line(state, LicenseStanding::InForce));
    let over = [LicenseStanding::InGrace, LicenseStanding::Suspended];
    let over = over.map(|contract| tenant_line(TenantState::Active, contract));
    states.into_iter().chain(over).collect()
}

fn tenant_line(state: TenantState, contract: LicenseStanding) -> console::TenantLine {
    console::TenantLine {
        id: ID.to_owned(),
        display_name: format!("株式会社サンプル {HOSTILE}"),
        slug: "sample".to_owned(),
        state,
        seats_used: 12,
        seats: 50,
        valid_until: if state == TenantState::Active {
            at("2027-03-31T15:00:00Z")
        } else {
            domain::license::WITHOUT_END
        },
        contract,
    }
}
