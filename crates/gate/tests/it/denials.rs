//! Each refusal by its code, over both HTTP and both TLS versions; its form; and the end of its connection.

use crate::{
    cast::{Authority, Holder, NOW, VALID, at},
    client::{Browser, Reply, body, read},
    stage::{CONSOLE, DESK, PUBLIC_URL, Stage},
};
use domain::{
    certificate::Status,
    permit::{TenantFacts, UserFacts},
    tenant::TenantState,
    user::UserState,
};
use gate::{RecordChange, TenantRecord, UserRecord};
use http::StatusCode;
use pki::{Profile, Validity};

fn variants(browser: &Browser) -> [Browser; 4] {
    [browser.clone(), browser.clone().http2(), browser.clone().tls12(), browser.clone().tls12().http2()]
}

async fn expect_denial(stage: &Stage, browser: &Browser, code: &str) {
    let before = stage.upstream.count();
    for browser in variants(browser) {
        let mut tab = browser.open().await;
        let reply = tab.ask(browser.server_name.as_deref().unwrap(), "/").await;
        check_denial(&reply, code);
        tab.closed().await;
    }
    assert_eq!(stage.upstream.count(), before, "{code} reached the upstream");
}

fn check_denial(reply: &Reply, code: &str) {
    let status = if code == "status-stale" { 503 } else { 403 };
    assert_eq!((reply.status.as_u16(), reply.denial()), (status, Some(code)));
    assert!(reply.text.starts_with(&format!("<h1>{code}</h1>")), "{}", reply.text);
    assert_eq!(reply.headers["cache-control"], "no-store");
    assert_eq!(reply.headers["x-frame-options"], "DENY");
    assert!(reply.headers.contains_key("strict-transport-security"));
    assert!(reply.headers.contains_key("sekisho-request-id"));
}

#[tokio::test]
async fn strangers_get_a_page_and_no_broken_handshake() {
    let stage = Stage::set().await;
    let browser = stage.browser();
    expect_denial(&stage, &browser, "no-certificate").await;

    let foreign = Authority::new("Foreign", stage.a.facts.id, 77);
    let impostor = Authority::new("Issuer a", stage.a.facts.id, 78);
    let strangers: [(&str, Holder); 5] = [
        ("foreign issuer", foreign.issue(1)),
        ("self-signed", foreign.as_holder()),
        ("same issuer name, other key", impostor.issue(1)),
        ("foreign and expired", foreign.issue_for(1, Validity { not_before: 1, not_after: 2 })),
        ("a version that nobody reads", stage.taro.clone().of_version_1()),
    ];
    for (what, stranger) in strangers {
        println!("{what}");
        expect_denial(&stage, &browser.clone().holding(&stranger), "unknown-issuer").await;
    }
}

#[tokio::test]
async fn chains_beyond_the_limits_are_strangers() {
    let stage = Stage::set().await;
    let mut long = stage.taro.clone();
    long.chain.extend(std::iter::repeat_n(long.chain[1].clone(), 3));
    expect_denial(&stage, &stage.browser().holding(&long), "unknown-issuer").await;
}

#[tokio::test]
async fn a_certificate_not_made_for_clients_is_refused() {
    let stage = Stage::set().await;
    let server = Profile::Server { dns_names: vec!["a.test".into()] };
    let server = stage.a.issuer.issue_as(9, VALID, &server);
    stage.register(&stage.a, &server).await;
    expect_denial(&stage, &stage.browser().holding(&server), "wrong-usage").await;
}

#[tokio::test]
async fn an_issuers_own_certificate_without_key_usage_for_clients_is_refused() {
    let stage = Stage::set().await;
    expect_denial(&stage, &stage.browser().holding(&stage.a.issuer.as_holder()), "wrong-usage").await;
}

#[tokio::test]
async fn a_serial_that_was_never_recorded_is_refused_though_its_chain_verifies() {
    let stage = Stage::set().await;
    let unknown = stage.a.issuer.issue(200);
    expect_denial(&stage, &stage.browser().holding(&unknown), "unregistered").await;
    stage.set_status(&stage.a, &unknown, Status::Unknown).await;
    expect_denial(&stage, &stage.browser().holding(&unknown), "unregistered").await;
}

#[tokio::test]
async fn a_twin_with_a_recorded_serial_is_unregistered_whatever_the_record_says() {
    let stage = Stage::set().await;
    // A certificate signed with the issuer's own key, as a thief of that key would: another key pair under
    // taro's serial.
    let twin = stage.a.issuer.issue(1);
    assert_eq!(twin.serial, stage.taro.serial);
    expect_denial(&stage, &stage.browser().holding(&twin), "unregistered").await;
    assert_eq!(stage.browser().holding(&stage.taro).visit("/").await.status, StatusCode::OK);
    stage.set_status(&stage.a, &stage.taro, Status::Revoked).await;
    expect_denial(&stage, &stage.browser().holding(&twin), "unregistered").await;
    expect_denial(&stage, &stage.browser().holding(&stage.taro), "revoked").await;
}

#[tokio::test]
async fn the_same_serial_under_two_issuers_is_two_certificates() {
    let stage = Stage::set().await;
    let hanako = stage.b.issuer.issue(1);
    let of_b = stage.browser().at("b.test").holding(&hanako);
    expect_denial(&stage, &of_b, "unregistered").await;
    stage.set_status(&stage.b, &hanako, Status::Revoked).await;
    expect_denial(&stage, &of_b, "revoked").await;
    assert_eq!(stage.browser().holding(&stage.taro).visit("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn states_on_record_are_refused_by_name_and_come_back_when_lifted() {
    let stage = Stage::set().await;
    let browser = stage.browser().holding(&stage.taro);
    let taro = |state| {
        RecordChange::User(UserRecord { facts: UserFacts { state, ..stage.a.user.clone() }, since: None })
    };
    let tenant = |state| {
        let facts = TenantFacts { state, ..stage.a.facts.clone() };
        RecordChange::Tenant(TenantRecord { facts, support_contact: String::new(), since: None })
    };
    for (status, code) in [(Status::OnHold, "on-hold"), (Status::Revoked, "revoked")] {
        stage.set_status(&stage.a, &stage.taro, status).await;
        expect_denial(&stage, &browser, code).await;
    }
    stage.act(taro(UserState::Suspended)).await;
    expect_denial(&stage, &browser, "user-suspended").await;
    stage.act(tenant(TenantState::Suspended)).await;
    expect_denial(&stage, &browser, "tenant-suspended").await;

    stage.act(tenant(TenantState::Active)).await;
    stage.act(taro(UserState::Active)).await;
    stage.register(&stage.a, &stage.taro).await;
    assert_eq!(browser.visit("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn validity_is_judged_by_the_gates_clock() {
    let stage = Stage::set().await;
    let later = stage.a.issuer.issue_for(3, Validity { not_before: NOW + 30, not_after: NOW + 40 });
    stage.register(&stage.a, &later).await;
    let past = stage.a.issuer.issue_for(4, Validity { not_before: NOW - 40, not_after: NOW - 30 });
    stage.register(&stage.a, &past).await;
    let browser = stage.browser().holding(&later);
    expect_denial(&stage, &stage.browser().holding(&past), "expired").await;
    expect_denial(&stage, &browser, "not-yet-valid").await;
    stage.clock.forward(35);
    assert_eq!(browser.visit("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_contract_that_ran_out_suspends_its_tenant() {
    let stage = Stage::set().await;
    let facts = TenantFacts { suspended_from: at(NOW), ..stage.a.facts.clone() };
    stage
        .act(RecordChange::Tenant(TenantRecord { facts, support_contact: String::new(), since: None }))
        .await;
    expect_denial(&stage, &stage.browser().holding(&stage.taro), "tenant-suspended").await;
}

#[tokio::test]
async fn nobody_passes_on_a_view_past_the_staleness_limit() {
    let stage = Stage::set().await;
    let browser = stage.browser().holding(&stage.taro);
    stage.source.broken.store(true, std::sync::atomic::Ordering::SeqCst);
    stage.clock.forward(60);
    assert_eq!(browser.visit("/").await.status, StatusCode::OK);
    stage.clock.forward(1);
    expect_denial(&stage, &browser, "status-stale").await;
    stage.source.broken.store(false, std::sync::atomic::Ordering::SeqCst);
    stage.feed.kick();
    stage.register(&stage.a, &stage.taro).await;
    assert_eq!(browser.visit("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_console_is_for_operators() {
    let stage = Stage::set().await;
    let holder = stage.operators.issuer.issue(5);
    stage.register(&stage.operators, &holder).await;
    let browser = stage.browser().at(CONSOLE).holding(&holder);
    assert_eq!(browser.visit("/").await.text, "local Console taro-console /");
    let facts = UserFacts { role: domain::user::Role::Administrator, ..stage.operators.user.clone() };
    stage.act(RecordChange::User(UserRecord { facts, since: None })).await;
    expect_denial(&stage, &browser, "route-denied").await;
    expect_denial(&stage, &stage.browser().at(DESK).holding(&holder), "other-tenant").await;
}

#[tokio::test]
async fn a_user_who_is_not_on_record_does_not_pass() {
    let stage = Stage::set().await;
    let holder = stage.a.issuer.issue(6);
    let mut record = stage.a.record(&holder, Status::Good);
    record.user = domain::id::UserId::new(at(NOW), &mut crate::cast::rng(4242));
    stage.act(RecordChange::Certificate(record)).await;
    expect_denial(&stage, &stage.browser().holding(&holder), "unregistered").await;
}

#[tokio::test]
async fn programs_get_a_problem_document() {
    let stage = Stage::set().await;
    let mut tab = stage.browser().open().await;
    let request = tab.request("a.test", "/").header("accept", "application/json").body(body("")).unwrap();
    let reply = read(tab.send(request).await.unwrap()).await;
    assert_eq!(reply.headers["content-type"], "application/problem+json");
    assert_eq!(reply.denial(), Some("no-certificate"));
    let explained = format!(r#"{{"type":"{PUBLIC_URL}/problems/no-certificate","#);
    assert!(reply.text.starts_with(&explained), "{}", reply.text);
    assert!(
        reply.text.contains(r#""status":403,"code":"no-certificate","request_id":"t1-"#),
        "{}",
        reply.text
    );
    assert!(!reply.text.contains("since"), "{}", reply.text);
}

#[tokio::test]
async fn the_problem_document_tells_since_when_a_refusal_holds() {
    let stage = Stage::set().await;
    stage.set_status(&stage.a, &stage.taro, Status::Revoked).await;
    let mut tab = stage.browser().holding(&stage.taro).open().await;
    let request = tab.request("a.test", "/").header("accept", "application/json").body(body("")).unwrap();
    let text = read(tab.send(request).await.unwrap()).await.text;
    assert!(text.ends_with(&format!(r#","since":"{}"}}"#, at(NOW - 600))), "{text}");
}

#[tokio::test]
async fn browsers_forget_the_site_of_whoever_was_shut_out_and_nothing_while_on_hold() {
    let stage = Stage::set().await;
    let browser = stage.browser().holding(&stage.taro);
    let cleared = async |code: &str| {
        let reply = browser.visit("/").await;
        assert_eq!(reply.denial(), Some(code));
        reply.headers.get("clear-site-data").map(|kinds| kinds.to_str().unwrap().to_owned())
    };
    stage.set_status(&stage.a, &stage.taro, Status::OnHold).await;
    assert_eq!(cleared("on-hold").await, None);
    stage.set_status(&stage.a, &stage.taro, Status::Revoked).await;
    assert_eq!(cleared("revoked").await.as_deref(), Some(r#""cache", "storage""#));
    let facts = UserFacts { state: UserState::Suspended, ..stage.a.user.clone() };
    stage.act(RecordChange::User(UserRecord { facts, since: None })).await;
    assert_eq!(cleared("user-suspended").await.as_deref(), Some(r#""cache", "storage""#));
    let facts = TenantFacts { state: TenantState::Suspended, ..stage.a.facts.clone() };
    let record = TenantRecord { facts, support_contact: String::new(), since: None };
    stage.act(RecordChange::Tenant(record)).await;
    assert_eq!(cleared("tenant-suspended").await.as_deref(), Some(r#""cache""#));
    assert_eq!(
        stage.browser().visit("/").await.headers.get("clear-site-data"),
        None,
        "of a stranger nothing"
    );
}

#[tokio::test]
async fn the_page_knows_language_contact_and_a_retry_address() {
    let stage = Stage::set().await;
    let mut tab = stage.browser().open().await;
    let request = tab.request("a.test", "/").header("accept-language", "ja").body(body("")).unwrap();
    let text = read(tab.send(request).await.unwrap()).await.text;
    assert!(text.contains(" a help@desk.test [ja] https://a-t1"), "{text}");
    assert!(text.contains(&format!(".retry.test:{}/", stage.address.port())), "{text}");
}

#[tokio::test]
async fn the_readers_choice_of_a_language_outweighs_the_browsers_and_is_kept() {
    let stage = Stage::set().await;
    let ask = async |path: &str, cookie: &str| {
        let mut tab = stage.browser().open().await;
        let request = tab.request("a.test", path).header("accept-language", "ja").header("cookie", cookie);
        read(tab.send(request.body(body("")).unwrap()).await.unwrap()).await
    };
    let chosen = ask("/?lang=en", "").await;
    assert!(chosen.text.contains("[en]"), "{}", chosen.text);
    let cookie = chosen.headers["set-cookie"].to_str().unwrap();
    let kept = ask("/", cookie.split(';').next().unwrap()).await;
    assert!(kept.text.contains("[en]") && !kept.headers.contains_key("set-cookie"), "{}", kept.text);
    let unknown = ask("/?lang=tlh", "").await;
    assert!(unknown.text.contains("[ja]") && !unknown.headers.contains_key("set-cookie"), "{}", unknown.text);
}

#[tokio::test]
async fn the_page_knows_since_when_a_refusal_holds() {
    let stage = Stage::set().await;
    let browser = stage.browser().holding(&stage.taro);
    let said = async |expected: &str| {
        let text = browser.visit("/").await.text;
        assert!(text.starts_with(expected), "{text}");
    };
    for (status, code) in [(Status::OnHold, "on-hold"), (Status::Revoked, "revoked")] {
        stage.set_status(&stage.a, &stage.taro, status).await;
        said(&format!("<h1>{code}</h1> since {} a ", at(NOW - 600))).await;
    }
    let facts = UserFacts { state: UserState::Suspended, ..stage.a.user.clone() };
    stage.act(RecordChange::User(UserRecord { facts, since: Some(at(NOW - 60)) })).await;
    said(&format!("<h1>user-suspended</h1> since {} a ", at(NOW - 60))).await;
    stage.act(RecordChange::User(UserRecord { facts: stage.a.user.clone(), since: None })).await;

    stage.register(&stage.a, &stage.taro).await;
    stage.clock.forward(VALID.not_after - NOW + 1);
    stage.feed.kick();
    stage.register(&stage.a, &stage.taro).await;
    said(&format!("<h1>expired</h1> since {} a ", at(VALID.not_after))).await;

    let mut facts = TenantFacts { suspended_from: at(NOW + 5), ..stage.a.facts.clone() };
    let tenant = |facts| {
        let support_contact = String::new();
        RecordChange::Tenant(TenantRecord { facts, support_contact, since: Some(at(NOW - 120)) })
    };
    stage.act(tenant(facts.clone())).await;
    said(&format!("<h1>tenant-suspended</h1> since {} a ", at(NOW + 5))).await;
    // The tenant is shut out by an act, not by the contract.
    facts.state = TenantState::Suspended;
    stage.act(tenant(facts)).await;
    said(&format!("<h1>tenant-suspended</h1> since {} a ", at(NOW - 120))).await;
}

#[tokio::test]
async fn an_upload_that_is_refused_still_gets_its_page() {
    let stage = Stage::set().await;
    let mut tab = stage.browser().open().await;
    let request = tab.request("a.test", "/").method("POST").body(body(vec![b'x'; 512 * 1024])).unwrap();
    check_denial(&read(tab.send(request).await.unwrap()).await, "no-certificate");
}

#[tokio::test]
async fn nobody_passes_before_the_first_view() {
    let stage = Stage::set_unloaded(false).await;
    expect_denial(&stage, &stage.browser().holding(&stage.taro), "status-stale").await;
    stage.source.broken.store(false, std::sync::atomic::Ordering::SeqCst);
    stage.feed.kick();
    stage.feed.loaded().await;
    assert_eq!(stage.browser().holding(&stage.taro).visit("/").await.status, StatusCode::OK);
}
