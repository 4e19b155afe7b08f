//! Every page and mail in both languages, checked as a reader's tools would.

mod frame;
mod markup;
mod samples;
mod texts;
mod words;

use domain::{act::Act, locale::Locale};
use templates::{Area, Chrome, assets, public, voice};

/// A hostile text, used in the samples.
const HOSTILE: &str = "<script>alert('x')</script>\"&";

#[test]
fn every_page_is_whole_in_both_languages() {
    for locale in Locale::ALL {
        for (name, html) in samples::pages(locale) {
            let place = format!("{name} ({})", locale.tag());
            assert!(!html.is_empty(), "{place} is empty");
            assert!(!html.contains(voice::MISSING), "{place}: {}", around(&html, voice::MISSING));
            assert!(!html.contains("{$") && !html.contains("{ $"), "{place}: a value is missing");
            assert!(html.contains(&format!("<html lang=\"{}\">", locale.tag())), "{place}: language");
            assert_eq!(html.matches("<h1").count(), 1, "{place}: one h1");
        }
    }
}

#[test]
fn no_page_has_inline_script_or_style_attributes() {
    for locale in Locale::ALL {
        for (name, html) in samples::pages(locale) {
            let body = html.split("</head>").nth(1).expect("body");
            assert!(!body.contains(" style="), "{name}: {}", around(body, " style="));
            assert!(!html.contains("<script>"), "{name}: {}", around(&html, "<script>"));
            for handler in [" onclick=", " onload=", "javascript:"] {
                assert!(!html.contains(handler), "{name}: {handler}");
            }
        }
    }
}

#[test]
fn what_people_typed_is_escaped() {
    let pages: Vec<_> = Locale::ALL.into_iter().flat_map(samples::pages).collect();
    let hostile = |(_, html): &&(String, String)| html.contains("&#60;script&#62;alert(");
    assert!(pages.iter().filter(hostile).count() > 20, "the samples hold hostile text");
    for (name, html) in &pages {
        assert!(!html.contains("<script>alert"), "{name}: {}", around(html, "<script>alert"));
    }
}

#[test]
fn every_control_has_a_label_and_every_reference_a_target() {
    for (name, html) in samples::pages(Locale::Ja) {
        let unlabelled = markup::unlabelled_controls(&html);
        assert!(unlabelled.is_empty(), "{name}: {unlabelled:?}");
        let dangling = markup::dangling_references(&html);
        assert!(dangling.is_empty(), "{name}: {dangling:?}");
        let twice = markup::repeated_ids(&html);
        assert!(twice.is_empty(), "{name}: {twice:?}");
    }
}

#[test]
fn a_program_without_a_way_to_certificates_is_not_offered_to_choose_again() {
    for (name, html) in samples::pages(Locale::En) {
        let leads = html.contains("class=\"button button-primary\"");
        if name.starts_with("denial-program-") {
            assert!(!html.contains(".retry.") && !leads, "{name}");
            let (before, _) = html.split_once("class=\"suggested\"").expect("the address to copy");
            assert!(before.contains("What you can do now"), "{name}: it is what can be done");
        } else if name == "denial-no-certificate" {
            assert!(html.contains(".retry.") && leads, "{name}");
        }
    }
}

#[test]
fn tags_are_closed_in_order() {
    for locale in Locale::ALL {
        for (name, html) in samples::pages(locale) {
            if let Some(fault) = markup::unbalanced(&html) {
                panic!("{name} ({}): {fault}", locale.tag());
            }
        }
    }
}

#[test]
fn the_log_tells_acts_and_actors_in_the_readers_language() {
    for (locale, held, system) in [
        (Locale::Ja, "電子証明書を一時停止", "システム(自動)"),
        (Locale::En, "Put a certificate on hold", "The system itself"),
    ] {
        let html = samples::page(locale, "desk-audit");
        assert!(html.contains(system), "{html}");
        assert!(html.contains(&format!("title=\"hold-certificate\">{held}<")), "{html}");
        assert!(html.contains(">an-act-of-tomorrow<"), "an act without a text keeps its name");
        let told = |act: &Act| {
            let cell = html.split(&format!("title=\"{}\">", act.name())).nth(1).expect("a row");
            cell.split('<').next().expect("a text").to_owned()
        };
        let mut words: Vec<String> = Act::ALL.iter().map(told).collect();
        for (act, words) in Act::ALL.iter().zip(&words) {
            assert_ne!(words, act.name(), "no text ({})", locale.tag());
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Act::ALL.len(), "two acts with the same words ({})", locale.tag());
    }
}

#[test]
fn enter_in_a_field_presses_the_button_that_sends_the_form() {
    for (name, html) in samples::pages(Locale::Ja) {
        for form in html.split("<form ").skip(1).filter_map(|rest| rest.split("</form>").next()) {
            let buttons: Vec<&str> =
                form.split("<button").skip(1).filter_map(|rest| rest.split('>').next()).collect();
            let sent = |button: &str, what: &str| {
                let value =
                    button.split_once(&format!(" {what}=\"")).and_then(|(_, rest)| rest.split('"').next());
                value.map(str::to_owned)
            };
            let says = |button: &&str| (sent(button, "name"), sent(button, "value"));
            let first = buttons.first().map(says).expect("a button");
            let primary = buttons.iter().find(|button| button.contains("button-primary")).map(says);
            assert_eq!(first, primary.unwrap_or_default(), "{name}: {buttons:?}");
        }
    }
}

#[test]
fn an_error_changes_the_title_and_links_to_its_field() {
    let html = samples::page(Locale::Ja, "enrol-errors");
    assert!(html.contains("<title>エラー: 個人用電子証明書 新規申請"), "title");
    assert!(html.contains("<a href=\"#family_name\">"), "summary");
    assert!(html.contains("Müller → Muller"), "suggestion");
    assert!(html.contains("aria-invalid=\"true\""), "at the field");
}

#[test]
fn a_page_without_an_address_offers_no_other_language() {
    let chrome = samples::chrome(Locale::Ja, Area::Public, "/enrol");
    let switch = |chrome: &Chrome| public::guide_pickup(chrome).contains("class=\"switch\"");
    assert!(switch(&chrome));
    assert!(!switch(&chrome.at("")));
    assert!(public::guide_pickup(&chrome.at("/users/new")).contains("href=\"/users/new?lang=en\""));
}

#[test]
fn the_agreement_stands_above_the_one_button_that_agrees_and_applies() {
    for (locale, agree) in [(Locale::Ja, "同意して申請する"), (Locale::En, "Agree and apply")] {
        let html = samples::page(locale, "enrol-errors");
        let (text, after) = html.split_once("class=\"agreement\"").expect("the agreement");
        assert!(text.contains("id=\"agreement-title\""), "{html}");
        assert!(!after.contains("type=\"checkbox\""), "{after}");
        let button = after.split("<button ").nth(1).expect("the button");
        let (tag, rest) = button.split_once('>').expect("a tag");
        assert_eq!(rest.split('<').next(), Some(agree));
        for part in ["name=\"agree\"", "value=\"yes\"", "agreement-title", "agree-error", "button-primary"] {
            assert!(tag.contains(part), "{tag}");
        }
        assert_eq!(html.matches("button-primary").count(), 1, "{html}");
    }
}

#[test]
fn an_auditor_sees_no_buttons() {
    let html = samples::page(Locale::En, "desk-user-auditor");
    for act in ["/suspend\"", "/invite\"", "/revoke\"", "/hold\"", "<button", "<form"] {
        assert!(!html.contains(act), "{act}");
    }
    assert!(samples::page(Locale::En, "desk-user").contains("/revoke\""));
}

#[test]
fn no_link_in_a_mail_carries_a_secret() {
    for locale in Locale::ALL {
        for (name, mail) in samples::mails(locale) {
            assert!(!mail.subject.contains(voice::MISSING) && !mail.subject.contains('\n'), "{name}");
            for part in [&mail.text, &mail.html] {
                assert!(!part.contains(voice::MISSING), "{name}: {}", around(part, voice::MISSING));
            }
            for line in mail.text.lines().filter(|line| line.contains("://")) {
                for secret in [samples::PIN, samples::ONE_TIME_PASSWORD] {
                    assert!(!line.contains(secret), "{name}: {line}");
                }
            }
            assert!(!mail.html.contains("<script>"), "{name}");
        }
    }
}

#[test]
fn no_form_shows_a_secret_again() {
    for locale in Locale::ALL {
        for name in ["enrol-errors", "pickup-errors"] {
            let html = samples::page(locale, name);
            for secret in [samples::PIN, samples::ONE_TIME_PASSWORD] {
                assert!(!html.contains(secret), "{name}: {}", around(&html, secret));
            }
        }
    }
}

#[test]
fn the_pickup_mail_names_reference_pin_and_address() {
    let mail = samples::mail(Locale::Ja, "mail-pickup-ready");
    assert_eq!(mail.subject, "[Sekisho] 個人用電子証明書 取得のご案内");
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("https://id.example.jp/pickup?reference=R7K2-M4QD"), "{part}");
        assert!(part.contains("1234 5678 90"), "{part}");
    }
    assert!(mail.text.contains("\n1. "), "numbered steps: {}", mail.text);
}

#[test]
fn a_page_of_the_gate_carries_the_stylesheet_that_its_policy_names() {
    let html = samples::page(Locale::En, "denial-revoked");
    assert!(html.contains(&format!("<style>{}</style>", assets::STYLE_CSS)));
    assert!(!html.contains("<link") && !html.contains("<script"));
    assert!(assets::style_csp_source().starts_with("'sha256-"));
}

#[test]
fn a_refusal_tells_since_when_where_that_is_known() {
    for code in ["revoked", "on-hold", "user-suspended", "tenant-suspended", "expired", "not-yet-valid"] {
        for (locale, moment) in
            [(Locale::Ja, "2026年11月20日(金) 10:00"), (Locale::En, "20 Nov 2026, 10:00 JST")]
        {
            let known = samples::page(locale, &format!("denial-{code}"));
            assert!(lead(&known).contains(moment), "{known}");
            let unknown = samples::page(locale, &format!("denial-{code}-unknown"));
            assert!(!lead(&unknown).is_empty() && !lead(&unknown).contains("2026"), "{unknown}");
        }
    }
}

#[test]
fn a_refusal_offers_only_the_ways_that_help() {
    let offered = |code: &str| -> Vec<&str> {
        let html = samples::page(Locale::Ja, &format!("denial-{code}"));
        let ways = [
            (".retry.", "retry"),
            ("/guide/import\"", "import"),
            ("/enrol\"", "apply"),
            ("/manual/devices#", "manual"),
        ];
        ways.into_iter().filter(|(address, _)| html.contains(address)).map(|(_, name)| name).collect()
    };
    for code in ["no-certificate", "unknown-issuer", "revoked", "expired"] {
        assert_eq!(offered(code), ["retry", "import", "apply", "manual"], "{code}");
    }
    assert_eq!(offered("other-tenant"), ["retry", "apply", "manual"]);
    for code in ["wrong-usage", "unregistered"] {
        assert_eq!(offered(code), ["retry", "apply"], "{code}");
    }
    for code in
        ["on-hold", "user-suspended", "tenant-suspended", "status-stale", "not-yet-valid", "route-denied"]
    {
        assert!(offered(code).is_empty(), "{code}");
    }
    let revoked = samples::page(Locale::Ja, "denial-revoked");
    assert!(!revoked.contains("期限が切れた方"), "a revoked certificate has not run out");
}

#[test]
fn the_console_tells_operators_where_their_certificate_is_and_no_ways_of_a_company() {
    let pages = samples::pages(Locale::En);
    let of_console = pages.iter().filter(|(name, _)| name.starts_with("denial-console-"));
    assert_eq!(of_console.clone().count(), 2);
    for (name, html) in of_console {
        let named = if name.ends_with("up") { "/data/operator.p12" } else { "sekisho operator add" };
        assert!(html.contains(named), "{name}: {html}");
        assert!(!html.contains("/enrol") && !html.contains("company's administrator"), "{name}: {html}");
    }
}

#[test]
fn nobody_is_sent_to_apply_with_a_password_that_is_spent() {
    let pages = samples::pages(Locale::En);
    let again = "open the pickup again";
    for (end, way) in [("Expired", again), ("Used", "Have the file made anew"), ("Locked", again)] {
        let (_, html) = pages.iter().find(|(name, _)| *name == format!("pickup-{end}")).expect("a page");
        assert!(!html.contains("href=\"/enrol\"") && html.contains(way), "{end}: {html}");
    }
    for end in ["ExpiredAndMailed", "LockedAndMailed", "Failed"] {
        let (_, html) = pages.iter().find(|(name, _)| *name == format!("pickup-{end}")).expect("a page");
        assert!(html.contains("href=\"/pickup?reference=R7K2-M4QD\""), "{end}: {html}");
    }
}

#[test]
fn the_licence_key_is_asked_for_at_the_door_of_the_sheet_alone() {
    let asks = |name: &str| samples::page(Locale::Ja, name).contains("id=\"data_entry_file\"");
    assert!(!asks("enrol") && !asks("enrol-linked") && !asks("enrol-refused"));
    assert!(asks("enrol-refused-sheet") && asks("enrol-errors"), "the error is in sight");
    assert!(!asks("enrol-read"), "read: shown");
}

#[test]
fn administrators_are_sent_to_the_provider_and_people_to_their_administrator() {
    let mails = samples::mails(Locale::En);
    let text = |wanted: &str| {
        let (_, mail) = mails.iter().find(|(name, _)| name == wanted).expect("a mail");
        mail.text.clone()
    };
    let to_administrator = text("mail-pickup-ready-administrator");
    assert!(
        to_administrator.contains("the service provider") && !to_administrator.contains("your administrator")
    );
    let to_user = text("mail-pickup-ready");
    assert!(to_user.contains("your administrator") && !to_user.contains("the service provider"));
}

#[test]
fn a_contracts_end_is_the_same_day_in_words_and_in_days() {
    for name in ["desk-home", "console-tenant-active"] {
        let html = samples::page(Locale::Ja, name);
        assert!(html.contains("2027年3月31日(水) (あと129日)"), "{name}: {html}");
    }
}

#[test]
fn where_there_is_no_choice_the_one_certificate_is_chosen() {
    let chosen = |name: &str| samples::page(Locale::Ja, name).contains(" checked");
    assert!(chosen("revoke-choose") && !chosen("revoke-choose-two"));
}

#[test]
fn password_fields_are_always_empty() {
    for (name, html) in samples::pages(Locale::En) {
        for input in html.split("<input ").skip(1).filter_map(|rest| rest.split('>').next()) {
            let secret = input.contains("type=\"password\"") || input.contains("name=\"pin\"");
            assert!(!(secret && input.contains(" value=")), "{name}: {input}");
        }
    }
}

fn lead(html: &str) -> &str {
    let rest = html.split("<p class=\"lead\">").nth(1).unwrap_or_default();
    rest.split("</p>").next().unwrap_or_default()
}

fn around(text: &str, part: &str) -> String {
    let at = text.find(part).unwrap_or_default();
    text[at..].chars().take(80).collect()
}
