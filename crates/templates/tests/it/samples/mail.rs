use super::{DESK, HOSTILE, ONE_TIME_PASSWORD, PIN, SITE, at, now};
use domain::{
    application::Purpose, contract_notice::ContractNotice, locale::Locale, pin_delivery::PinRecipient,
    user::UserState,
};
use jiff::tz::TimeZone;
use templates::{
    Letterhead, Mail,
    mail::{
        AdministratorKept, ApplicationRejected, ApplicationWaiting, Asks, CertificateEnded, CertificateEnds,
        CertificatesEnd, ContractEnds, ContractsEnd, DigestedPickup, EmailCode, EndedAs, EndingCertificate,
        EndingContract, InvitationMail, NewPin, NewPinReason, PasswordChanged, PickedUp, PickupDigest,
        PickupReady, PickupStopped, PinAwaited, PinAwaitedReason, PinSeenBy, PinShown, PortalCode,
        RevokedByUser, UserMoved, administrator_kept, application_received, application_rejected,
        application_waits, certificate_ended, certificate_ends, certificates_end, contract_ends,
        contracts_end, email_code, invitation, new_pin, password_changed, picked_up,
        picked_up_for_administrators, pickup_digest, pickup_ready, pickup_stopped,
        pickup_stopped_for_administrators, pin_awaited, pin_awaited_for_administrators, pin_shown,
        portal_code, revoked_by_user, test, user_moved,
    },
};

pub(super) fn mails(locale: Locale) -> Vec<(String, Mail)> {
    let head = Letterhead {
        locale,
        service_name: "Sekisho".to_owned(),
        public_url: "https://id.example.jp".to_owned(),
        time_zone: TimeZone::get("Asia/Tokyo").expect("zone database"),
        now: now(),
        support_contact: "support@example.jp".to_owned(),
        asks: Asks::Administrator,
    };
    let user_name = format!("山田 太郎{HOSTILE}");
    let pickup = PickupReady {
        recipient_name: user_name.clone(),
        reference: "R7K2-M4QD".to_owned(),
        pin: PIN.to_owned(),
        pin_until: at("2026-11-25T05:05:00Z"),
        device_name: "営業ノートPC".to_owned(),
        site: SITE.to_owned(),
        purpose: Purpose::New,
        grace_days: 7,
    };
    let picked = PickedUp {
        user_name: user_name.clone(),
        pin_seen_by: None,
        at: now(),
        from: "192.0.2.7".to_owned(),
        device_name: "営業ノートPC".to_owned(),
        not_after: at("2027-11-22T05:05:00Z"),
        desk: Some(DESK.to_owned()),
    };
    let to_administrator = Letterhead { asks: Asks::Provider, ..head.clone() };
    let mut mails = vec![
        ("mail-pickup-ready", pickup_ready(&pickup, &head)),
        ("mail-pickup-ready-administrator", pickup_ready(&pickup, &to_administrator)),
        ("mail-received", application_received(&user_name, "R7K2-M4QD", PinRecipient::Person, &head)),
        ("mail-picked-up", picked_up(&picked, &head)),
        ("mail-picked-up-admin", picked_up_for_administrators(&picked, &head)),
    ];
    for (name, purpose) in [
        ("mail-pickup-renewal", Purpose::Renewal),
        ("mail-pickup-replacement", Purpose::Replacement),
        ("mail-pickup-new-file", Purpose::NewFile),
    ] {
        mails.push((name, pickup_ready(&PickupReady { purpose, ..pickup.clone() }, &head)));
    }
    for (name, reason) in [
        ("mail-new-pin-tries", NewPinReason::WrongTries),
        ("mail-new-pin-failed", NewPinReason::PickupFailed),
        ("mail-new-pin-expired", NewPinReason::Expired),
        ("mail-new-pin-resent", NewPinReason::Resent),
        ("mail-new-pin-asked", NewPinReason::Asked),
        ("mail-new-pin-reopened", NewPinReason::Reopened),
    ] {
        mails.push((name, new_pin(&NewPin { reason, pickup: pickup.clone() }, &head)));
    }
    let picked_up_at = |user_name: &str| DigestedPickup {
        user_name: user_name.to_owned(),
        at: now(),
        from: "192.0.2.7".to_owned(),
        device_name: "営業ノートPC".to_owned(),
    };
    for (name, count) in [("mail-pickups-one", 1), ("mail-pickups-many", 201)] {
        let pickups = vec![picked_up_at(&user_name); count];
        mails.push((name, pickup_digest(&PickupDigest { pickups, desk: DESK.to_owned() }, &head)));
    }
    mails.push(("mail-test", test(&head)));
    mails.extend(stopped(&user_name, &head));
    mails.extend(pins_shown(&user_name, &picked, &head));
    let rejected = ApplicationRejected {
        recipient_name: user_name.clone(),
        reference: "R7K2-M4QD".to_owned(),
        reason: Some(HOSTILE.to_owned()),
    };
    mails.push(("mail-rejected", application_rejected(&rejected, &head)));
    mails.extend(waiting(&user_name, &head));
    let invited = InvitationMail {
        another_device: false,
        recipient_name: user_name.clone(),
        tenant_name: "株式会社サンプル".to_owned(),
        email: "taro@example.jp".to_owned(),
        roman_name: Some("Yamada Taro".to_owned()),
        identification_code: "k7mq-9xtd-4wvc".to_owned(),
        one_time_password: ONE_TIME_PASSWORD.to_owned(),
        valid_until: at("2026-12-22T05:05:00Z"),
        pin: PinRecipient::Person,
    };
    mails.push(("mail-invitation", invitation(&invited, &head)));
    let another = InvitationMail { another_device: true, pin: PinRecipient::Administrator, ..invited };
    mails.push(("mail-invitation-device", invitation(&another, &head)));
    mails.push(("mail-email-code", email_code(&code(&user_name), &head)));
    mails.extend(portal_password(&user_name, &head));
    mails.extend(about_access(&user_name, &head));
    mails.extend(about_ends(&user_name, &head));
    mails.extend(about_contracts(&to_administrator));
    let own =
        RevokedByUser {
            user_name, at: now(), device_name: "営業ノートPC".to_owned(), desk: DESK.to_owned()
        };
    mails.push(("mail-revoked-by-user", revoked_by_user(&own, &head)));
    mails.into_iter().map(|(name, mail)| (name.to_owned(), mail)).collect()
}

fn waiting(user_name: &str, head: &Letterhead) -> Vec<(&'static str, Mail)> {
    let waiting = ApplicationWaiting {
        purpose: Purpose::Renewal,
        applicant_name: user_name.to_owned(),
        applicant_email: "taro@example.jp".to_owned(),
        reference: "R7K2-M4QD".to_owned(),
        page: format!("{DESK}/applications"),
        helpless: None,
    };
    let of_operators =
        ApplicationWaiting { helpless: Some("株式会社サンプル".to_owned()), ..waiting.clone() };
    vec![
        ("mail-waits", application_waits(&waiting, head)),
        ("mail-waits-operator", application_waits(&of_operators, head)),
    ]
}

fn code(user_name: &str) -> EmailCode {
    EmailCode {
        recipient_name: user_name.to_owned(),
        email: "taro.new@example.jp".to_owned(),
        code: domain::secret::Secret::new("1234-5678-9012".to_owned()),
        valid_until: at("2026-11-25T05:05:00Z"),
        desk: DESK.to_owned(),
    }
}

fn portal_password(user_name: &str, head: &Letterhead) -> [(&'static str, Mail); 2] {
    let code = PortalCode {
        recipient_name: user_name.to_owned(),
        code: domain::secret::Secret::new("1234-5678-9012".to_owned()),
        valid_until: at("2026-11-22T06:05:00Z"),
        site: SITE.to_owned(),
    };
    let from = "203.0.113.7".to_owned();
    let changed = PasswordChanged { recipient_name: user_name.to_owned(), at: now(), from };
    [
        ("mail-portal-code", portal_code(&code, head)),
        ("mail-password-changed", password_changed(&changed, head)),
    ]
}

fn stopped(user_name: &str, head: &Letterhead) -> [(&'static str, Mail); 4] {
    let stopped = |next| PickupStopped {
        user_name: user_name.to_owned(),
        reference: "R7K2-M4QD".to_owned(),
        device_name: "営業ノートPC".to_owned(),
        next,
        desk: Some(DESK.to_owned()),
    };
    let (mailed, shown) = (stopped(PinRecipient::Person), stopped(PinRecipient::Administrator));
    [
        ("mail-stopped", pickup_stopped(&mailed, head)),
        ("mail-stopped-admin", pickup_stopped_for_administrators(&mailed, head)),
        ("mail-stopped-shown", pickup_stopped(&shown, head)),
        ("mail-stopped-shown-admin", pickup_stopped_for_administrators(&shown, head)),
    ]
}

/// Certificates that end, told to their people and to administrators.
fn about_ends(user_name: &str, head: &Letterhead) -> Vec<(&'static str, Mail)> {
    let mut mails = Vec::new();
    for (name, asked_for, desk) in [
        ("mail-ends", false, Some(DESK.to_owned())),
        ("mail-ends-asked", true, Some(DESK.to_owned())),
        ("mail-ends-operator", false, None),
    ] {
        let ends = CertificateEnds {
            user_name: user_name.to_owned(),
            device_name: format!("営業ノートPC{HOSTILE}"),
            not_after: at("2026-12-22T05:05:00Z"),
            certificate: "0193f3a0-0000-7000-8000-000000000000".to_owned(),
            asked_for,
            desk,
        };
        mails.push((name, certificate_ends(&ends, head)));
    }
    let ending = EndingCertificate {
        user_name: user_name.to_owned(),
        device_name: HOSTILE.to_owned(),
        not_after: at("2026-12-22T05:05:00Z"),
    };
    for (name, count) in [("mail-ends-list-one", 1), ("mail-ends-list-many", 5000)] {
        let certificates = vec![ending.clone(); count.min(200)];
        let count = u32::try_from(count).expect("few");
        let list = CertificatesEnd { certificates, count, desk: DESK.to_owned() };
        mails.push((name, certificates_end(&list, head)));
    }
    mails
}

/// Contracts that end, told to administrators and to operators.
fn about_contracts(head: &Letterhead) -> Vec<(&'static str, Mail)> {
    let notices = [
        ("mail-contract", ContractNotice::ThirtyDays),
        ("mail-contract-ended", ContractNotice::Ended),
        ("mail-contract-out", ContractNotice::ShutOut),
    ];
    let mut mails = Vec::new();
    let mut contracts = Vec::new();
    for (name, notice) in notices {
        let (tenant_name, contract_number) = (format!("株式会社サンプル{HOSTILE}"), "C-2026-001".to_owned());
        let valid_until = at("2026-12-31T15:00:00Z");
        let ends = ContractEnds {
            notice,
            tenant_name: tenant_name.clone(),
            contract_number: contract_number.clone(),
            valid_until,
            shut_out_from: at("2027-01-30T15:00:00Z"),
            desk: DESK.to_owned(),
        };
        mails.push((name, contract_ends(&ends, head)));
        let slug = "sample".to_owned();
        contracts.push(EndingContract { notice, tenant_name, slug, contract_number, valid_until });
    }
    let console = "https://console.example.jp".to_owned();
    let one = ContractsEnd { contracts: contracts[..1].to_vec(), count: 1, console: console.clone() };
    mails.push(("mail-contracts-one", contracts_end(&one, head)));
    let many = ContractsEnd { contracts, count: 201, console };
    mails.push(("mail-contracts-many", contracts_end(&many, head)));
    mails
}

/// The mails about PINs that an administrator hands over.
fn pins_shown(user_name: &str, picked: &PickedUp, head: &Letterhead) -> Vec<(&'static str, Mail)> {
    let awaited = |reason| PinAwaited {
        reason,
        user_name: user_name.to_owned(),
        reference: "R7K2-M4QD".to_owned(),
        device_name: "営業ノートPC".to_owned(),
        desk: DESK.to_owned(),
    };
    let (opened, failed) = (awaited(PinAwaitedReason::Opened), awaited(PinAwaitedReason::PickupFailed));
    let mut mails = vec![
        (
            "mail-received-shown",
            application_received(user_name, "R7K2-M4QD", PinRecipient::Administrator, head),
        ),
        ("mail-pin-awaited", pin_awaited(&opened, head)),
        ("mail-pin-awaited-failed", pin_awaited(&failed, head)),
        ("mail-pin-awaited-admin", pin_awaited_for_administrators(&opened, head)),
    ];
    for (name, by) in [
        ("mail-pin-shown", PinSeenBy::Person(HOSTILE.to_owned())),
        ("mail-pin-shown-operator", PinSeenBy::Operator),
    ] {
        let shown = PinShown {
            user_name: user_name.to_owned(),
            seen_by: by.clone(),
            at: now(),
            reference: "R7K2-M4QD".to_owned(),
            device_name: "営業ノートPC".to_owned(),
        };
        mails.push((name, pin_shown(&shown, head)));
        let picked = PickedUp { pin_seen_by: Some(by), ..picked.clone() };
        mails.push(("mail-picked-up-shown", picked_up(&picked, head)));
    }
    mails
}

/// A certificate was ended, held or released; a person was suspended and resumed.
fn about_access(user_name: &str, head: &Letterhead) -> Vec<(&'static str, Mail)> {
    let mut mails = Vec::new();
    for (name, ended, suspended) in [
        ("mail-revoked", EndedAs::Revoked, false),
        ("mail-held", EndedAs::OnHold, false),
        ("mail-released", EndedAs::Released, false),
        ("mail-released-suspended", EndedAs::Released, true),
    ] {
        let ended = CertificateEnded {
            ended,
            suspended,
            user_name: user_name.to_owned(),
            at: now(),
            device_name: HOSTILE.to_owned(),
        };
        mails.push((name, certificate_ended(&ended, head)));
    }
    for (name, to) in [("mail-suspended", UserState::Suspended), ("mail-resumed", UserState::Active)] {
        let moved = UserMoved { to, user_name: user_name.to_owned(), at: now() };
        mails.push((name, user_moved(&moved, head)));
    }
    let (user, desk) = ("0192f5c0-7d2e-7c3a-9f1e-2b7d4c5a6e01".to_owned(), DESK.to_owned());
    let kept = AdministratorKept { user_name: HOSTILE.to_owned(), user, desk };
    mails.push(("mail-administrator-kept", administrator_kept(&kept, head)));
    mails
}
