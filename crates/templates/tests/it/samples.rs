//! One sample of every page and mail, in realistic states, with hostile text where people type.

mod desk;
mod mail;
mod public;

use crate::HOSTILE;
use domain::{
    denial::Denial,
    device::DeviceType,
    locale::Locale,
    program::Program,
    refusal::{Problem, Refusal},
    time::Timestamp,
    user::Role,
};
use jiff::tz::TimeZone;
use templates::{Area, Chrome, Mail, Style, gate, portal, sheet};

pub(crate) const PIN: &str = "1234567890";
pub(crate) const ONE_TIME_PASSWORD: &str = "h7kq-m2vd-9xtr-4wcn-p8sz";
const SITE: &str = "https://sample.example.jp";
const DESK: &str = "https://sample.desk.example.jp";

pub(crate) fn page(locale: Locale, name: &str) -> String {
    let found = pages(locale).into_iter().find(|(other, _)| other == name);
    found.expect("a page of that name").1
}

pub(crate) fn mail(locale: Locale, name: &str) -> Mail {
    let found = mails(locale).into_iter().find(|(other, _)| other == name);
    found.expect("a mail of that name").1
}

pub(crate) fn mails(locale: Locale) -> Vec<(String, Mail)> {
    mail::mails(locale)
}

/// All pages, each with a name.
pub(crate) fn pages(locale: Locale) -> Vec<(String, String)> {
    let mut pages = public::pages(locale);
    pages.extend(gate_pages(locale));
    pages.extend(portal_pages(locale));
    pages.extend(desk::pages(locale));
    pages.extend(desk::console_pages(locale));
    pages.push(("sheet".to_owned(), sheet::contract_sheet(&contract_sheet(), locale)));
    pages
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("timestamp")
}

fn now() -> Timestamp {
    at("2026-11-22T05:05:00Z")
}

pub(crate) fn chrome(locale: Locale, area: Area, path: &str) -> Chrome {
    let public = matches!(area, Area::Public);
    Chrome {
        locale,
        service_name: "Sekisho".to_owned(),
        path: path.to_owned(),
        public_url: if public { String::new() } else { "https://id.example.jp".to_owned() },
        time_zone: TimeZone::get("Asia/Tokyo").expect("zone database"),
        now: now(),
        style: if matches!(area, Area::Gate) { Style::Embedded } else { Style::Linked },
        area,
    }
}

fn elsewhere(program: Option<Program>) -> gate::Elsewhere {
    gate::Elsewhere { program, address: format!("{SITE}{HOSTILE}") }
}

fn gate_pages(locale: Locale) -> Vec<(String, String)> {
    let chrome = chrome(locale, Area::Gate, "/");
    let contact = Some(format!("情報システム課 内線1234 {HOSTILE}"));
    let mut pages = Vec::new();
    for denial in Denial::ALL {
        for since in [None, Some(at("2026-11-20T01:00:00Z"))] {
            let page = gate::DenialPage {
                denial,
                tenant_name: Some("株式会社サンプル".to_owned()),
                support_contact: contact.clone(),
                request_id: "01JD5Q".to_owned(),
                retry_url: Some("https://sample-k3f9.retry.example.jp/".to_owned()),
                console: None,
                elsewhere: (denial == Denial::NoCertificate).then(|| elsewhere(None)),
                since,
            };
            let mark = if since.is_none() { "-unknown" } else { "" };
            pages.push((format!("denial-{}{mark}", denial.code()), gate::denial(&page, &chrome)));
        }
    }
    for certificate_file in [None, Some(format!("/data/operator.p12{HOSTILE}"))] {
        let page = gate::DenialPage {
            denial: Denial::NoCertificate,
            tenant_name: None,
            support_contact: contact.clone(),
            request_id: "01JD5Q".to_owned(),
            retry_url: Some("https://console-k3f9.retry.example.jp/".to_owned()),
            console: Some(gate::ConsoleDoor { certificate_file: certificate_file.clone() }),
            elsewhere: Some(elsewhere(None)),
            since: None,
        };
        let mark = if certificate_file.is_some() { "up" } else { "serve" };
        pages.push((format!("denial-console-{mark}"), gate::denial(&page, &chrome)));
    }
    for program in Program::ALL {
        let page = gate::DenialPage {
            denial: Denial::NoCertificate,
            tenant_name: None,
            support_contact: contact.clone(),
            request_id: "01JD5Q".to_owned(),
            retry_url: Some("https://sample-k3f9.retry.example.jp/".to_owned()),
            console: None,
            elsewhere: Some(elsewhere(Some(program))),
            since: None,
        };
        pages.push((format!("denial-program-{}", program.name()), gate::denial(&page, &chrome)));
    }
    for trouble in gate::Trouble::ALL {
        let page =
            gate::TroublePage { trouble, support_contact: contact.clone(), request_id: "01JD5Q".to_owned() };
        pages.push((format!("trouble-{trouble:?}"), gate::trouble(&page, &chrome)));
    }
    for works in [true, false] {
        let page = gate::RetryPage {
            works,
            image: works.then(|| format!("{SITE}.sekisho/choice/x")),
            site: SITE.to_owned(),
            console: None,
            support_contact: contact.clone(),
            request_id: "01JD5Q".to_owned(),
        };
        pages.push((format!("retry-{works}"), gate::retry(&page, &chrome)));
    }
    for role in [Role::Administrator, Role::User, Role::Operator] {
        let page = gate::ProofPage {
            user_name: "山田 太郎".to_owned(),
            role,
            device_name: format!("営業ノートPC {HOSTILE}"),
            until: at("2027-11-22T05:05:00Z"),
            site: SITE.to_owned(),
            desk: (role != Role::Operator).then(|| DESK.to_owned()),
        };
        pages.push((format!("proof-{}", role.name()), gate::proof(&page, &chrome)));
    }
    let line =
        |name: &str, value: &str| gate::DiagnosticsLine { name: name.to_owned(), value: value.to_owned() };
    let lines = vec![line("tls.version", "TLSv1.3"), line("certificate.serial", &"0f1e2d3c".repeat(4))];
    let page = gate::DiagnosticsPage { lines, request_id: "01JD5Q".to_owned() };
    pages.push(("diagnostics".to_owned(), gate::diagnostics(&page, &chrome)));
    pages
}

fn portal_pages(locale: Locale) -> Vec<(String, String)> {
    let portal = Area::Portal {
        tenant_name: "株式会社サンプル".to_owned(),
        user_name: "山田 太郎".to_owned(),
    };
    let chrome = chrome(locale, portal, "/");
    let set = portal::SetPasswordPage {
        login_name: "taro.yamada".to_owned(),
        user_name: "山田 太郎".to_owned(),
        errors: Vec::new(),
    };
    let sign_in = portal::SignInPage {
        login_name: "taro.yamada".to_owned(),
        user_name: HOSTILE.to_owned(),
        errors: vec![Refusal::at("password", Problem::SignInRefused)],
    };
    let change = portal::ChangePasswordPage {
        login_name: "taro.yamada".to_owned(),
        user_name: HOSTILE.to_owned(),
        errors: Vec::new(),
    };
    let code = portal::PasswordCodePage {
        login_name: "taro.yamada".to_owned(),
        user_name: HOSTILE.to_owned(),
        email: "taro@sample.example.jp".to_owned(),
        is_mailed: true,
        has_password: true,
        errors: vec![Refusal::at("email_code", Problem::EmailCodeWrong { left: 4 })],
    };
    let forgotten = portal::PasswordCodePage { is_mailed: false, errors: Vec::new(), ..code.clone() };
    let unset = portal::PasswordCodePage {
        is_mailed: false,
        has_password: false,
        errors: vec![Problem::PasswordCodeNeeded.into()],
        ..code.clone()
    };
    let home = portal::PortalHomePage {
        user_name: "山田 太郎".to_owned(),
        login_name: "taro.yamada".to_owned(),
        role: Role::Administrator,
        is_step2_next: true,
        announcements: vec![portal::ShownAnnouncement {
            at: now(),
            title: "年末年始の休業".to_owned(),
            text: HOSTILE.to_owned(),
        }],
        links: vec![portal::ShownPortalLink {
            href: "https://intra.example.jp/".to_owned(),
            title: "社内ポータル".to_owned(),
        }],
        desk: DESK.to_owned(),
        password_changed: true,
    };
    let bare = portal::PortalHomePage {
        announcements: Vec::new(),
        links: Vec::new(),
        role: Role::User,
        is_step2_next: false,
        password_changed: false,
        ..home.clone()
    };
    vec![
        ("portal-set-password".to_owned(), portal::set_password(&set, &chrome)),
        ("portal-sign-in".to_owned(), portal::sign_in(&sign_in, &chrome)),
        ("portal-change-password".to_owned(), portal::change_password(&change, &chrome)),
        ("portal-code".to_owned(), portal::password_code(&code, &chrome)),
        ("portal-code-forgotten".to_owned(), portal::password_code(&forgotten, &chrome)),
        ("portal-code-unset".to_owned(), portal::password_code(&unset, &chrome)),
        ("portal-home".to_owned(), portal::home(&home, &chrome)),
        ("portal-home-bare".to_owned(), portal::home(&bare, &chrome)),
    ]
}

fn contract_sheet() -> sheet::Sheet {
    sheet::Sheet {
        sender_address: "sekisho@example.jp".to_owned(),
        service_name: "Sekisho".to_owned(),
        time_zone: TimeZone::get("Asia/Tokyo").expect("zone database"),
        made_at: now(),
        tenant_name: format!("株式会社サンプル {HOSTILE}"),
        administrator_email: "admin@sample.example.jp".to_owned(),
        identification_code: "k7mq-9xtd-4wvc".to_owned(),
        sheet_password: ONE_TIME_PASSWORD.to_owned(),
        sheet_password_until: at("2027-02-20T05:05:00Z"),
        public_url: "https://id.example.jp".to_owned(),
        site: SITE.to_owned(),
        desk: DESK.to_owned(),
        contract_number: "C-2026-0001".to_owned(),
        organization: "Sample Co., Ltd.".to_owned(),
        organizational_unit: Some("Sales".to_owned()),
        seats: 50,
        valid_until: at("2027-11-21T15:00:00Z"),
        support_contact: "support@example.jp / 03-0000-0000".to_owned(),
    }
}

fn every_device() -> [DeviceType; DeviceType::ALL.len()] {
    DeviceType::ALL
}
